#include "libgrid/graph/shortest_paths.hpp"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "graph_oracles.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::vector<Seed> random_seeds(Rng& rng, std::int32_t nodes, std::uint64_t most) {
  std::vector<Seed> seeds;
  const auto count = rng.below(most + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    seeds.push_back(
        {.node = static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(nodes))),
         .ms = static_cast<std::uint32_t>(rng.below(rng.below(2) == 0 ? 2 : 2'000'000)),
         .label = static_cast<std::int32_t>(i)});
  }
  return seeds;
}

TEST(NearestLabels, EqualBellmanFordOnRandomGraphs) {
  Rng rng{3};
  for (int round = 0; round < 500; ++round) {
    const auto list = testing::random_edges(rng, 30);
    const CsrGraph graph{list.nodes, list.view(), depth_first_order(list.nodes, list.view())};
    const auto seeds = random_seeds(rng, list.nodes, 6);
    const auto expected = testing::bellman_ford(list, seeds);
    const auto nearest = find_nearest_labels(graph, seeds);
    for (std::size_t v = 0; v < expected.size(); ++v) {
      EXPECT_EQ(nearest.ms[v], static_cast<std::uint32_t>(expected[v] >> 32));
      EXPECT_EQ(nearest.label[v], static_cast<std::int32_t>(expected[v]));
    }
  }
}

TEST(NearestLabels, KeepTheKSmallestDistinctLabels) {
  Rng rng{4};
  for (int round = 0; round < 500; ++round) {
    const auto list = testing::random_edges(rng, 25);
    const CsrGraph graph{list.nodes, list.view(), depth_first_order(list.nodes, list.view())};
    auto seeds = random_seeds(rng, list.nodes, 7);
    if (seeds.size() > 2)
      seeds.push_back({seeds[0].node, 5, seeds[1].label});  // a label with two seeds
    const auto k = 2 + static_cast<std::int32_t>(rng.below(3));
    std::vector<std::vector<std::uint64_t>> each(static_cast<std::size_t>(list.nodes));
    for (std::int32_t label = 0; label < 8; ++label) {
      std::vector<Seed> own;
      for (const auto& s : seeds) {
        if (s.label == label) own.push_back(s);
      }
      const auto best = testing::bellman_ford(list, own);
      for (std::size_t v = 0; v < best.size(); ++v) each[v].push_back(best[v]);
    }
    const auto nearest = find_nearest_labels(graph, seeds, {.k = k});
    for (std::size_t v = 0; v < each.size(); ++v) {
      std::sort(each[v].begin(), each[v].end());
      for (std::size_t i = 0; i < static_cast<std::size_t>(k); ++i) {
        const auto at = v * static_cast<std::size_t>(k) + i;
        EXPECT_EQ(
            (std::uint64_t{nearest.ms[at]} << 32) | static_cast<std::uint32_t>(nearest.label[at]),
            each[v][i]);
      }
    }
  }
}

TEST(Search, IsBitEqualToAHeapOnALatticeAndCanBeReused) {
  constexpr std::int32_t kSide = 60;
  Rng rng{5};
  testing::EdgeList list{.nodes = kSide * kSide, .tail = {}, .head = {}, .ms = {}};
  for (std::int32_t v = 0; v < list.nodes; ++v) {
    for (const auto w : {v + 1, v + kSide}) {
      if (w >= list.nodes || (w == v + 1 && w % kSide == 0)) continue;
      for (const bool back : {false, true}) {
        list.tail.push_back(back ? w : v);
        list.head.push_back(back ? v : w);
        list.ms.push_back(static_cast<std::uint32_t>(rng.below(4000)));
      }
    }
  }
  const CsrGraph graph{list.nodes, list.view(), depth_first_order(list.nodes, list.view())};
  TimeSearch search;
  for (int round = 0; round < 5; ++round) {
    const auto source =
        static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(list.nodes)));
    const auto expected = testing::heap_dijkstra(graph, source);
    EXPECT_EQ(times_from(graph, source), expected);
    const Seed seed{.node = source};
    const auto reached = search.run(graph, {&seed, 1}, 30'000);
    for (std::int32_t v = 0; v < list.nodes; ++v) {
      const auto ms = expected[static_cast<std::size_t>(v)];
      EXPECT_EQ(reached.ms(graph.place_of(v)), ms <= 30'000 ? ms : kNever);
    }
  }
}

TEST(Search, ReverseIsTheTranspose) {
  Rng rng{6};
  for (int round = 0; round < 50; ++round) {
    const auto list = testing::random_edges(rng, 15);
    const CsrGraph graph{list.nodes, list.view(), depth_first_order(list.nodes, list.view())};
    const auto back = graph.reverse();
    for (std::int32_t a = 0; a < list.nodes; ++a) {
      const auto row = times_from(graph, a);
      for (std::int32_t b = 0; b < list.nodes; ++b)
        EXPECT_EQ(row[static_cast<std::size_t>(b)],
                  times_from(back, b)[static_cast<std::size_t>(a)]);
    }
  }
}

TEST(Search, ATimeTooLongToTellIsRefusedUnlessCutOff) {
  testing::EdgeList list{.nodes = 6, .tail = {0, 1, 2, 3, 4}, .head = {1, 2, 3, 4, 5}, .ms = {}};
  list.ms.assign(5, kMaxEdgeMs);
  const CsrGraph graph{list.nodes, list.view()};
  EXPECT_THROW((void)times_from(graph, 0), InvalidInput);
  EXPECT_EQ(times_from(graph, 0, kMaxMs)[4], 4 * kMaxEdgeMs);
  EXPECT_EQ(times_from(graph, 0, kMaxMs)[5], kNever);
  EXPECT_EQ(times_from(graph, 1)[5], 4 * kMaxEdgeMs);
  const std::vector<Seed> seeds{{.node = 0}};
  EXPECT_THROW((void)find_nearest_labels(graph, seeds, {.k = 2}), InvalidInput);
  // A long detour does no harm where a short way exists.
  list.tail.push_back(0);
  list.head.push_back(5);
  list.ms.push_back(1);
  EXPECT_EQ(times_from(CsrGraph{list.nodes, list.view()}, 0)[5], 1U);
}

TEST(Search, StopsWhenAskedAndWorksAgain) {
  testing::EdgeList list{.nodes = 2, .tail = {0}, .head = {1}, .ms = {7}};
  const CsrGraph graph{2, list.view()};
  std::stop_source source;
  source.request_stop();
  TimeSearch search;
  const Seed seed{.node = 0};
  EXPECT_THROW((void)search.run(graph, {&seed, 1}, kNever, {.stop = source.get_token()}),
               Cancelled);
  EXPECT_EQ(search.run(graph, {&seed, 1}).ms(1), 7U);
}

TEST(Search, RefusesSeedsThatDoNotExist) {
  const CsrGraph graph{2, {}};
  EXPECT_THROW((void)times_from(graph, 2), InvalidInput);
  EXPECT_THROW((void)times_from(graph, -1), InvalidInput);
}

}  // namespace
}  // namespace libgrid
