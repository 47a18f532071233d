#include "libgrid/graph/hierarchy.hpp"

#include <numeric>

#include <gtest/gtest.h>

#include "graph_oracles.hpp"
#include "libgrid/base/error.hpp"
#include "longest_time.hpp"

namespace libgrid {
namespace {

CsrGraph ordered(const testing::EdgeList& list) {
  return {list.nodes, list.view(), depth_first_order(list.nodes, list.view())};
}

/// Up, then down, straight from the definition.
std::vector<std::uint32_t> times_up_and_down(const Hierarchy& hierarchy, std::int32_t source) {
  std::vector<std::uint64_t> best(static_cast<std::size_t>(hierarchy.node_count()), kNever);
  best[static_cast<std::size_t>(hierarchy.position_of(source))] = 0;
  for (auto p = hierarchy.node_count(); p-- > 0;) {
    for (const auto& arc : hierarchy.up(Heading::forward).of(p)) {
      auto& to = best[static_cast<std::size_t>(arc.head)];
      to = std::min(to, best[static_cast<std::size_t>(p)] + arc.ms);
    }
  }
  std::vector<std::uint32_t> ms(best.size(), kNever);
  for (std::int32_t p = 0; p < hierarchy.node_count(); ++p) {
    auto& own = best[static_cast<std::size_t>(p)];
    for (const auto& arc : hierarchy.up(Heading::backward).of(p))
      own = std::min(own, best[static_cast<std::size_t>(arc.head)] + arc.ms);
    if (own < kNever)
      ms[static_cast<std::size_t>(hierarchy.node_at(p))] = static_cast<std::uint32_t>(own);
  }
  return ms;
}

TEST(Hierarchy, KeepsEveryShortestTime) {
  Rng rng{41};
  for (int round = 0; round < 600; ++round) {
    auto list = testing::random_edges(rng, round % 10 == 0 ? 60 : 14);
    if (round % 3 == 0) {  // every way as long back: only one sense is kept
      const auto edges = list.tail.size();
      for (std::size_t e = 0; e < edges; ++e) {
        list.tail.push_back(list.head[e]);
        list.head.push_back(list.tail[e]);
        list.ms.push_back(list.ms[e]);
      }
    }
    const auto graph = ordered(list);
    const Hierarchy hierarchy{graph};
    EXPECT_TRUE(round % 3 != 0 || hierarchy.columns().symmetric);
    for (std::int32_t v = 0; v < list.nodes; ++v)
      ASSERT_EQ(times_up_and_down(hierarchy, v), times_from(graph, v)) << round;
  }
}

TEST(Hierarchy, ArcsLeadUpAndAscend) {
  Rng rng{42};
  for (int round = 0; round < 50; ++round) {
    const auto list = testing::random_edges(rng, 50);
    const Hierarchy hierarchy{ordered(list)};
    for (std::int32_t p = 0; p < list.nodes; ++p) {
      EXPECT_EQ(hierarchy.position_of(hierarchy.node_at(p)), p);
      for (const auto heading : {Heading::forward, Heading::backward}) {
        std::int32_t before = -1;
        for (const auto& arc : hierarchy.up(heading).of(p)) {
          EXPECT_LT(arc.head, p);
          EXPECT_LT(before, arc.head);
          before = arc.head;
        }
      }
    }
  }
}

/// A lattice with one-way streets: enough rounds that places are contracted side by side.
testing::EdgeList lattice(std::int32_t side, Rng& rng) {
  testing::EdgeList list{.nodes = side * side, .tail = {}, .head = {}, .ms = {}};
  for (std::int32_t v = 0; v < list.nodes; ++v) {
    for (const auto w : {v + 1, v + side}) {
      if (w >= list.nodes || (w == v + 1 && w % side == 0)) continue;
      for (const bool back : {false, true}) {
        if (rng.below(8) == 0) continue;
        list.tail.push_back(back ? w : v);
        list.head.push_back(back ? v : w);
        list.ms.push_back(static_cast<std::uint32_t>(rng.below(5)));  // ties everywhere
      }
    }
  }
  return list;
}

TEST(Hierarchy, IsTheSameOnAnyNumberOfThreads) {
  Rng rng{43};
  const auto graph = ordered(lattice(40, rng));
  const Hierarchy one{graph, {.threads = 1}};
  for (const unsigned threads : {2U, 3U, 8U})
    EXPECT_EQ((Hierarchy{graph, {.threads = threads}}.columns()), one.columns());
  for (const auto source : {0, 777, 1599})
    EXPECT_EQ(times_up_and_down(one, source), times_from(graph, source));
}

TEST(Hierarchy, NoTimeIsLongerThanItsBound) {
  Rng rng{44};
  for (int round = 0; round < 300; ++round) {
    const auto list = testing::random_edges(rng, 12);
    const auto graph = ordered(list);
    const auto bound = longest_time(graph, {});
    for (std::int32_t v = 0; v < list.nodes; ++v) {
      for (const auto ms : times_from(graph, v)) {
        if (ms == kNever) continue;
        EXPECT_LE(ms, bound);
      }
    }
  }
  // A ring of n edges of w: the farthest node is n - 1 away, and the bound stays below twice that.
  testing::EdgeList ring{.nodes = 9, .tail = {}, .head = {}, .ms = {}};
  for (std::int32_t v = 0; v < 9; ++v) {
    ring.tail.push_back(v);
    ring.head.push_back((v + 1) % 9);
    ring.ms.push_back(kMaxEdgeMs);
  }
  EXPECT_EQ(longest_time(ordered(ring), {}), 16ULL * kMaxEdgeMs);
}

TEST(Hierarchy, KnowsItsGraph) {
  testing::EdgeList list{.nodes = 3, .tail = {0, 1, 2}, .head = {1, 2, 0}, .ms = {5, 6, 7}};
  const Hierarchy hierarchy{ordered(list)};
  EXPECT_NO_THROW(hierarchy.check_belongs_to(ordered(list)));
  EXPECT_NO_THROW(hierarchy.check_belongs_to(CsrGraph{list.nodes, list.view()}));
  auto other = list;
  other.ms[1] = 8;
  EXPECT_THROW(hierarchy.check_belongs_to(ordered(other)), InvalidInput);
  other = list;
  std::swap(other.ms[0], other.ms[1]);
  EXPECT_THROW(hierarchy.check_belongs_to(ordered(other)), InvalidInput);
  other = list;
  other.nodes = 4;
  EXPECT_THROW(hierarchy.check_belongs_to(ordered(other)), InvalidInput);
}

TEST(Hierarchy, RefusesColumnsThatAreNone) {
  testing::EdgeList list{
      .nodes = 4, .tail = {0, 1, 2, 3}, .head = {1, 2, 3, 0}, .ms = {1, 2, 3, 4}};
  const auto good = Hierarchy{ordered(list)}.columns();
  EXPECT_EQ(Hierarchy{good}.columns(), good);
  const auto refused = [&](auto change) {
    auto bad = good;
    change(bad);
    EXPECT_THROW((void)Hierarchy{bad}, InvalidInput);
  };
  refused([](HierarchyColumns& c) { c.node[0] = c.node[1]; });
  refused([](HierarchyColumns& c) { c.node[0] = 4; });
  refused([](HierarchyColumns& c) { c.out.first.pop_back(); });
  refused([](HierarchyColumns& c) { c.out.first[1] = 99; });
  refused([](HierarchyColumns& c) { c.out.arcs.at(0).head = 3; });
  refused([](HierarchyColumns& c) { c.in.arcs.at(0).head = -1; });
  refused([](HierarchyColumns& c) { c.in.middle.at(0) = 0; });
  refused([](HierarchyColumns& c) { c.symmetric = true; });
}

TEST(Hierarchy, HandlesNothingAndStops) {
  EXPECT_EQ((Hierarchy{CsrGraph{0, {}}}.node_count()), 0);
  EXPECT_EQ((Hierarchy{CsrGraph{3, {}}}.arc_count()), 0);
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW((void)Hierarchy(CsrGraph{2, {}}, {.stop = source.get_token()}), Cancelled);
}

}  // namespace
}  // namespace libgrid
