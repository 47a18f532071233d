#include "libgrid/planning/seed_plan.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"
#include "random_plans.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Every block weighs one; grids hold lowest … highest.
PlanProblem sized(BlockGraph graph, std::int32_t grids, std::int64_t lowest, std::int64_t highest) {
  const auto n = at(graph.block_count());
  PlanProblem p{.graph = std::move(graph), .grid_count = grids};
  p.limits.push_back({"blocks", std::vector<std::int64_t>(n, 1),
                      std::vector<std::int64_t>(at(grids), lowest),
                      std::vector<std::int64_t>(at(grids), highest)});
  return p;
}

TEST(SeedPlan, MakesConnectedPlansWithinLimitsFromNothing) {
  const auto p = sized(testing::lattice(60, 60), 36, 95, 105);
  const auto seed = seed_plan(p);
  EXPECT_TRUE(seed.faults.empty()) << seed.faults.size();
  EXPECT_TRUE(seed.changes.empty());
}

TEST(SeedPlan, SplitsAlongTheLongerAxisWhereBlocksHavePlaces) {
  auto p = sized(testing::lattice(2, 8), 2, 8, 8);
  PlanTerm inertia{.name = "inertia", .kind = TermKind::inertia};
  for (std::int32_t b = 0; b < 16; ++b) inertia.place.push_back({b % 8 * 1000, b / 8 * 1000});
  inertia.weight.assign(16, 1);
  p.terms.push_back(inertia);
  const auto seed = seed_plan(p);
  for (std::int32_t b = 0; b < 16; ++b)
    EXPECT_EQ(seed.grid_of[at(b)] == seed.grid_of[0], b % 8 < 4) << b;
}

TEST(SeedPlan, KeepsAGoodPlanAsItIs) {
  const testing::AsciiPlan map{{"aabb", "aabb", "ccdd", "ccdd"}};
  const auto p = sized(map.graph(), 4, 4, 4);
  const auto seed = seed_plan(p, map.grid_of);
  EXPECT_EQ(seed.grid_of, map.grid_of);
  EXPECT_TRUE(seed.changes.empty());
}

TEST(SeedPlan, ReattachesPartsAndSaysSo) {
  const testing::AsciiPlan map{{"aaab", "aabb", "abba"}};
  const auto seed = seed_plan(sized(map.graph(), 2, 3, 9), map.grid_of);
  EXPECT_TRUE(seed.faults.empty());
  ASSERT_EQ(seed.changes.size(), 1U);
  EXPECT_EQ(seed.changes[0], (SeedChange{11, 0, 1, SeedReason::reattached}));
}

TEST(SeedPlan, PlacesBlocksWithoutAGridAndFillsEmptyGrids) {
  const testing::AsciiPlan map{{"aaaa", "aaaa"}};
  auto start = map.grid_of;
  start[7] = -1;
  start[3] = 9;  // no such grid
  auto p = sized(map.graph(), 2, 3, 5);
  const auto seed = seed_plan(p, start);
  EXPECT_TRUE(seed.faults.empty());
  const auto reason_of = [&](std::int32_t block) {
    for (const auto& change : seed.changes)
      if (change.block == block) return change.reason;
    return SeedReason::rebalanced;
  };
  EXPECT_EQ(reason_of(7), SeedReason::placed);
  EXPECT_EQ(reason_of(3), SeedReason::placed);
  EXPECT_EQ(std::ranges::count(seed.grid_of, 1) >= 3, true);
}

TEST(SeedPlan, CarriesWeightAlongChainsOfGrids) {
  // Too much in the first grid, room only in the last, three grids away.
  const testing::AsciiPlan map{{"aaaaabbbbccccddd"}};
  const auto seed = seed_plan(sized(map.graph(), 4, 4, 4), map.grid_of);
  EXPECT_TRUE(seed.faults.empty());
  EXPECT_EQ(seed.changes.size(), 3U);
  for (const auto& change : seed.changes) EXPECT_EQ(change.reason, SeedReason::rebalanced);
}

TEST(SeedPlan, KeepsParentsApartAndUsesEveryGrid) {
  auto p = sized(testing::lattice(10, 10), 10, 8, 12);
  p.parent_of_block.assign(100, 0);
  for (std::size_t b = 50; b < 100; ++b) p.parent_of_block[b] = 7;
  p.parent_of_grid = {0, 7, 0, 7, 0, 7, 0, 7, 0, 7};
  const auto seed = seed_plan(p);
  EXPECT_TRUE(seed.faults.empty());
}

TEST(SeedPlan, KeepsLockedBlocks) {
  const testing::AsciiPlan map{{"aabb", "aabb"}};
  auto p = sized(map.graph(), 2, 3, 5);
  p.reference = map.grid_of;
  p.locked = {1, 0, 0, 1, 0, 0, 0, 0};
  const auto seed = seed_plan(p);  // from nothing, but for the locks
  EXPECT_TRUE(seed.faults.empty());
  EXPECT_EQ(seed.grid_of[0], 0);
  EXPECT_EQ(seed.grid_of[3], 1);
}

TEST(SeedPlan, SaysWhichRulesCannotHold) {
  // A block heavier than a grid may be; an island for which there is no grid left.
  const testing::AsciiPlan heavy{{"ab"}};
  auto p = sized(heavy.graph(), 2, 0, 5);
  p.limits[0].weight = {9, 1};
  const auto seed = seed_plan(p);
  ASSERT_EQ(seed.faults.size(), 1U);
  EXPECT_EQ(seed.faults[0].rule, PlanRule::limit);
  const testing::AsciiPlan islands{{"a b c"}};
  const auto alone = seed_plan(sized(islands.graph(), 2, 0, 3));
  ASSERT_FALSE(alone.faults.empty());
  EXPECT_EQ(alone.faults[0].rule, PlanRule::label);
}

TEST(SeedPlan, IsTheSameOnAnyNumberOfThreads) {
  const auto p = sized(testing::lattice(40, 40), 16, 90, 110);
  EXPECT_EQ(seed_plan(p, {}, {}, {.threads = 1}).grid_of,
            seed_plan(p, {}, {}, {.threads = 4}).grid_of);
}

TEST(SeedPlan, RefusesAStartOfAnotherLength) {
  const auto p = sized(testing::lattice(2, 2), 2, 0, 4);
  EXPECT_THROW((void)seed_plan(p, std::vector<std::int32_t>{0, 1}), InvalidInput);
}

TEST(SeedPlan, NeverLosesBlocksOrConnectionOnRandomGraphs) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Rng rng{seed, 5};
    const auto graph = testing::random_graph(rng, 6, 7);
    const auto islands = static_cast<std::int32_t>(find_parts(graph).grid_of.size());
    const auto k = islands + static_cast<std::int32_t>(rng.below(6));
    const auto p = sized(graph, k, 1, 42);
    std::vector<std::int32_t> start(42);
    for (auto& grid : start) grid = static_cast<std::int32_t>(rng.below(at(k) + 1)) - 1;
    for (const auto& made : {seed_plan(p), seed_plan(p, start)})
      EXPECT_TRUE(made.faults.empty()) << "seed " << seed << ", rule " << int(made.faults[0].rule);
  }
}

}  // namespace
}  // namespace libgrid
