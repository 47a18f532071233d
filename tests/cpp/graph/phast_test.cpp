#include "libgrid/graph/phast.hpp"

#include <gtest/gtest.h>

#include "graph_oracles.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

CsrGraph ordered(const testing::EdgeList& list) {
  return {list.nodes, list.view(), depth_first_order(list.nodes, list.view())};
}

std::vector<Simd> known_simd() {
  std::vector<Simd> known{Simd::scalar};
  if (widest_simd() != Simd::scalar) known.push_back(Simd::avx2);
  if (widest_simd() == Simd::avx512) known.push_back(Simd::avx512);
  return known;
}

TEST(TreeSweep, EqualsBellmanFordWithEveryInstructionSet) {
  Rng rng{51};
  std::vector<TreeSweep> sweeps;
  for (const auto simd : known_simd()) sweeps.emplace_back(simd);
  for (int round = 0; round < 400; ++round) {
    const auto list = testing::random_edges(rng, 20);
    const auto graph = ordered(list);
    const auto nodes = static_cast<std::uint64_t>(list.nodes);
    const Hierarchy hierarchy{graph};
    const auto heading = round % 2 == 0 ? Heading::forward : Heading::backward;
    auto turned_list = list;
    if (heading == Heading::backward) std::swap(turned_list.tail, turned_list.head);

    std::vector<Seed> seeds;
    for (auto n = rng.below(24); n > 0; --n) {
      seeds.push_back({.node = static_cast<std::int32_t>(rng.below(nodes)),
                       .ms = static_cast<std::uint32_t>(rng.below(5000)),
                       .label = static_cast<std::int32_t>(rng.below(kLanes))});
    }
    std::vector<std::int32_t> wanted;
    for (auto n = rng.below(4); n > 0; --n)
      wanted.push_back(static_cast<std::int32_t>(rng.below(nodes)));
    const SweepRange whole{hierarchy, heading};
    const SweepRange part{hierarchy, heading, wanted};
    std::vector<std::vector<std::uint64_t>> expected;
    for (std::int32_t lane = 0; lane < kLanes; ++lane) {
      std::vector<Seed> own;
      for (auto seed : seeds) {
        if (seed.label == lane) own.push_back({seed.node, seed.ms, 0});
      }
      expected.push_back(testing::bellman_ford(turned_list, own));
    }
    for (auto& trees : sweeps) {
      const auto check = [&](const SweepRange& range, std::int32_t node) {
        const auto times = trees.row(range.row_of(node));
        for (std::size_t lane = 0; lane < kLanes; ++lane)
          ASSERT_EQ(times[lane], static_cast<std::uint32_t>(
                                     expected[lane][static_cast<std::size_t>(node)] >> 32));
      };
      trees.run(whole, seeds);
      for (std::int32_t v = 0; v < list.nodes; ++v) check(whole, v);
      trees.run(part, seeds);
      for (const auto v : wanted) check(part, v);
    }
  }
}

TEST(TreeSweep, SumsStopAtNever) {
  // 0 → 1 → … → 5, each 10⁶ s: the last does not fit, and must not come out as a small time.
  testing::EdgeList list{.nodes = 6, .tail = {0, 1, 2, 3, 4}, .head = {1, 2, 3, 4, 5}, .ms = {}};
  list.ms.assign(5, kMaxEdgeMs);
  const auto graph = ordered(list);
  const Hierarchy hierarchy{graph};
  EXPECT_GT(hierarchy.longest_ms(), kMaxMs);
  const SweepRange range{hierarchy, Heading::forward};
  const std::vector<Seed> seeds{{.node = 0, .ms = 0, .label = 0},
                                {.node = 0, .ms = kMaxMs - 4 * kMaxEdgeMs, .label = 15},
                                {.node = 0, .ms = kMaxMs - 4 * kMaxEdgeMs + 1, .label = 7}};
  for (const auto simd : known_simd()) {
    TreeSweep trees{simd};
    trees.run(range, seeds);
    EXPECT_EQ(trees.row(range.row_of(4))[0], 4 * kMaxEdgeMs);
    EXPECT_EQ(trees.row(range.row_of(5))[0], kNever);
    EXPECT_EQ(trees.row(range.row_of(4))[15], kMaxMs);
    EXPECT_EQ(trees.row(range.row_of(4))[7], kNever);
    EXPECT_EQ(trees.row(range.row_of(4))[8], kNever);
  }
}

TEST(TreeSweep, RefusesWhatDoesNotExistAndStops) {
  const CsrGraph graph{2, {}};
  const Hierarchy hierarchy{graph};
  const SweepRange range{hierarchy, Heading::forward};
  TreeSweep trees;
  const auto run = [&](Seed seed, const RunControl& control = {}) {
    trees.run(range, {&seed, 1}, control);
  };
  EXPECT_THROW(run({.node = 2}), InvalidInput);
  EXPECT_THROW(run({.node = -1}), InvalidInput);
  EXPECT_THROW(run({.node = 0, .ms = 0, .label = kLanes}), InvalidInput);
  const std::vector<std::int32_t> nowhere{2};
  EXPECT_THROW((void)SweepRange(hierarchy, Heading::forward, nowhere), InvalidInput);
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW(run({.node = 0}, {.stop = source.get_token()}), Cancelled);
  run({.node = 1, .ms = 3, .label = 2});
  EXPECT_EQ(trees.row(range.row_of(1))[2], 3U);
  EXPECT_EQ(trees.row(range.row_of(0))[2], kNever);
}

}  // namespace
}  // namespace libgrid
