#include "libgrid/planning/grid_pool.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"
#include "random_plan_problem.hpp"

namespace libgrid {
namespace {

std::vector<std::int32_t> blocks_of(const GridPool& pool, std::size_t i) {
  std::vector<std::int32_t> blocks{pool.block.begin() + pool.ptr[i],
                                   pool.block.begin() + pool.ptr[i + 1]};
  std::ranges::sort(blocks);
  return blocks;
}

TEST(GridPool, HoldsEveryConnectedSetOnce) {
  const testing::AsciiPlan square{{"aa", "aa"}};
  const auto pool = build_grid_pool({.graph = square.graph(), .grid_count = 2});
  std::set<std::vector<std::int32_t>> sets;
  for (std::size_t i = 0; i < pool.kind.size(); ++i) sets.insert(blocks_of(pool, i));
  EXPECT_EQ(pool.kind.size(), 13U);  // of the 15 sets that are not empty, the two diagonals are not
  EXPECT_EQ(sets.size(), 13U);
  EXPECT_TRUE(pool.complete);
  EXPECT_EQ(pool.kinds, (std::vector<std::vector<std::int32_t>>{{0, 1}}));
}

TEST(GridPool, HoldsTheGridsOfEveryFeasiblePlanWithTheirValues) {
  Rng rng{31};
  int plans = 0;
  for (int round = 0; round < 600; ++round) {
    auto problem = testing::random_plan_problem(rng);
    problem.parent_of_block.clear();
    problem.parent_of_grid.clear();
    const auto pool = build_grid_pool(problem);
    std::vector<std::int32_t> kind_of(static_cast<std::size_t>(problem.grid_count));
    for (std::size_t k = 0; k < pool.kinds.size(); ++k)
      for (const auto grid : pool.kinds[k])
        kind_of[static_cast<std::size_t>(grid)] = static_cast<std::int32_t>(k);
    std::set<std::pair<std::int32_t, std::vector<std::int32_t>>> known;
    for (std::size_t i = 0; i < pool.kind.size(); ++i)
      EXPECT_TRUE(known.emplace(pool.kind[i], blocks_of(pool, i)).second) << "twice";
    testing::for_each_feasible_plan(problem, [&](const auto& plan) {
      std::vector<std::int64_t> sum(5, 0);
      for (std::int32_t g = 0; g < problem.grid_count; ++g) {
        std::vector<std::int32_t> members;
        for (std::size_t b = 0; b < plan.size(); ++b)
          if (plan[b] == g) members.push_back(static_cast<std::int32_t>(b));
        const auto kind = kind_of[static_cast<std::size_t>(g)];
        ASSERT_TRUE(known.contains({kind, members})) << "round " << round;
        for (std::size_t i = 0; i < pool.kind.size(); ++i) {
          if (pool.kind[i] != kind || blocks_of(pool, i) != members) continue;
          for (std::size_t t = 0; t < 5; ++t) {
            const auto value = pool.value[i * 5 + t];
            sum[t] = problem.terms[t].kind == TermKind::balance ? std::max(sum[t], value)
                                                                : sum[t] + value;
          }
        }
      }
      sum[1] /= 2;  // a border counts in both its grids
      EXPECT_EQ(sum, measure_terms(problem, plan));
      ++plans;
    });
  }
  EXPECT_GT(plans, 1'000);
}

TEST(GridPool, EveryGridKeepsItsOwnRules) {
  const testing::AsciiPlan strip{{"aaaa"}};
  PlanProblem problem{.graph = strip.graph(), .grid_count = 2};
  problem.limits.push_back({"households", {1, 1, 1, 1}, {2, 1}, {3, 2}});
  problem.keep_together = {{0, 1}};
  problem.keep_apart = {{1, 3}};
  problem.reference = {0, 0, 1, 1};
  problem.locked = {1, 0, 0, 1};
  const auto pool = build_grid_pool(problem);
  std::set<std::vector<std::int32_t>> first;
  std::set<std::vector<std::int32_t>> second;
  for (std::size_t i = 0; i < pool.kind.size(); ++i)
    (pool.kind[i] == 0 ? first : second).insert(blocks_of(pool, i));
  EXPECT_EQ(first, (std::set<std::vector<std::int32_t>>{{0, 1}, {0, 1, 2}}));
  EXPECT_EQ(second, (std::set<std::vector<std::int32_t>>{{3}, {2, 3}}));
}

TEST(GridPool, SaysWhenItsRoomEnded) {
  const testing::AsciiPlan square{{"aaa", "aaa", "aaa"}};
  const PlanProblem problem{.graph = square.graph(), .grid_count = 2};
  EXPECT_FALSE(build_grid_pool(problem, {.most_grids = 10}).complete);
  EXPECT_FALSE(build_grid_pool(problem, {.effort = 10}).complete);
}

TEST(GridPool, PricesFindTheGridsThatPay) {
  const testing::AsciiPlan strip{{"aaa"}};
  const auto pool = build_grid_pool({.graph = strip.graph(), .grid_count = 2});
  const std::vector<double> cost(pool.kind.size(), 1.0);
  const auto found =
      price_grids(pool, cost, std::vector<double>{5, 0, 2}, std::vector<double>{-3.5}, 2);
  EXPECT_EQ(found.least, (std::vector<double>{-6.0}));  // all three blocks
  ASSERT_EQ(found.worst.size(), 2U);
  EXPECT_EQ(blocks_of(pool, static_cast<std::size_t>(found.worst[0])).size(), 3U);
  EXPECT_THROW((void)price_grids(pool, cost, std::vector<double>{5, 0, 2}, {}, 2), InvalidInput);
}

TEST(GridPool, ACapOnInertiaLeavesOutExactlyWhatIsAboveIt) {
  Rng rng{32};
  int left_out = 0;
  for (int round = 0; round < 300; ++round) {
    auto problem = testing::random_plan_problem(rng);
    problem.parent_of_block.clear();
    problem.parent_of_grid.clear();
    const auto all = build_grid_pool(problem);
    const auto few = build_grid_pool(problem, {.at_most = {-1, -1, 300, -1, -1}});
    std::multiset<std::vector<std::int32_t>> expected;
    for (std::size_t i = 0; i < all.kind.size(); ++i) {
      if (all.value[5 * i + 2] <= 300) expected.insert(blocks_of(all, i));
      left_out += all.value[5 * i + 2] > 300 ? 1 : 0;
    }
    std::multiset<std::vector<std::int32_t>> found;
    for (std::size_t i = 0; i < few.kind.size(); ++i) found.insert(blocks_of(few, i));
    EXPECT_EQ(found, expected) << "round " << round;
  }
  EXPECT_GT(left_out, 500);
}

TEST(GridPool, RefusesParents) {
  const testing::AsciiPlan strip{{"ab"}};
  PlanProblem problem{.graph = strip.graph(), .grid_count = 2};
  problem.parent_of_block = {0, 1};
  problem.parent_of_grid = {0, 1};
  EXPECT_THROW((void)build_grid_pool(problem), InvalidInput);
}

}  // namespace
}  // namespace libgrid
