#include "libgrid/planning/find_obstacles.hpp"

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "random_plan_problem.hpp"

namespace libgrid {
namespace {

PlanProblem strip(std::vector<std::string_view> map, std::int32_t grids,
                  std::vector<std::int64_t> weight, std::int64_t lowest, std::int64_t highest) {
  PlanProblem problem{.graph = testing::AsciiPlan{map}.graph(), .grid_count = grids};
  const auto k = static_cast<std::size_t>(grids);
  problem.limits.push_back({"households", std::move(weight), std::vector<std::int64_t>(k, lowest),
                            std::vector<std::int64_t>(k, highest)});
  return problem;
}

TEST(FindObstacles, NothingStandsInTheWayOfAFeasiblePlan) {
  Rng rng{61};
  int feasible = 0;
  int found = 0;
  for (int round = 0; round < 3'000; ++round) {
    const auto problem = testing::random_plan_problem(rng);
    bool any = false;
    testing::for_each_feasible_plan(problem, [&](const auto&) { any = true; });
    const auto obstacles = find_obstacles(problem);
    EXPECT_TRUE(!any || obstacles.empty()) << "round " << round;
    feasible += any ? 1 : 0;
    found += obstacles.empty() ? 0 : 1;
  }
  EXPECT_GT(feasible, 300);
  EXPECT_GT(found, 300);
}

TEST(FindObstacles, ATowerIsHeavierThanAnyGridMayBe) {
  const auto found = find_obstacles(strip({"aaa"}, 2, {40, 140, 40}, 30, 100));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0], (Obstacle{.kind = ObstacleKind::heavy,
                                .block = 1,
                                .limit = 0,
                                .value = 140,
                                .allowed = 100,
                                .highest = 140}));
}

TEST(FindObstacles, BlocksThatStayTogetherCountAsOne) {
  auto problem = strip({"aaa"}, 2, {60, 60, 40}, 30, 100);
  problem.keep_together = {{0, 1}};
  EXPECT_EQ(find_obstacles(problem).at(0).value, 120);
}

TEST(FindObstacles, NoNumberOfGridsFitsAnIsland) {
  // The lone block has 20: too light for a grid of its own.
  const auto found = find_obstacles(strip({"aa b"}, 2, {50, 50, 20}, 30, 100));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], (Obstacle{.kind = ObstacleKind::piece_total,
                                .block = 2,
                                .limit = 0,
                                .value = 20,
                                .lowest = 20,
                                .highest = 20}));
}

TEST(FindObstacles, BetweenTwoNumbersOfGridsNeitherFits) {
  // 105 households in grids of 60 to 100: one is too few, two are too many.
  const auto found = find_obstacles(strip({"aaaaa"}, 2, {21, 21, 21, 21, 21}, 60, 100));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, ObstacleKind::piece_total);
  EXPECT_EQ(found[0].lowest, 52);    // two grids, if they may have as few as this
  EXPECT_EQ(found[0].highest, 105);  // or one, if it may have as many
}

TEST(FindObstacles, AnotherNumberOfGridsWouldFit) {
  const auto found = find_obstacles(strip({"aaaa"}, 1, {50, 50, 50, 50}, 30, 100));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(
      found[0],
      (Obstacle{.kind = ObstacleKind::grid_count, .limit = 0, .value = 1, .fewest = 2, .most = 4}));
}

TEST(FindObstacles, LocksThatContradictEachOtherAreNamed) {
  auto problem = strip({"aa b"}, 3, {60, 60, 40}, 0, 100);
  problem.reference = {0, 0, 0};
  problem.locked = {1, 1, 1};
  const auto found = find_obstacles(problem);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0],
            (Obstacle{.kind = ObstacleKind::locked_apart, .block = 0, .other = 2, .grid = 0}));
  EXPECT_EQ(found[1], (Obstacle{.kind = ObstacleKind::locked_heavy,
                                .grid = 0,
                                .limit = 0,
                                .value = 160,
                                .allowed = 100,
                                .highest = 160}));
}

TEST(FindObstacles, BlocksWithoutAnOwnerOrTooFarToStayTogetherAreNamed) {
  auto problem = strip({"aa b"}, 2, {1, 1, 1}, 0, 100);
  problem.keep_together = {{0, 2}};
  problem.terms.push_back(
      {.name = "response", .owner_of_grid = {0, 0}, .owners = 1, .cost = {1, kForbidden, 1}});
  const auto found = find_obstacles(problem);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], (Obstacle{.kind = ObstacleKind::homeless, .block = 1}));
  EXPECT_EQ(found[1], (Obstacle{.kind = ObstacleKind::together_apart, .block = 0, .other = 2}));
}

TEST(FindObstacles, ParentsWithTooManyGridsAndMovesThatMustBeMade) {
  auto problem = strip({"ab"}, 2, {5, 5}, 0, 100);
  problem.parent_of_block = {7, 9};
  problem.parent_of_grid = {7, 7};
  problem.reference = {0, 1};
  problem.moved_weight = {5, 5};
  problem.max_moved = 4;
  const auto found = find_obstacles(problem);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0], (Obstacle{.kind = ObstacleKind::homeless, .parent = 9, .block = 1}));
  EXPECT_EQ(found[1],
            (Obstacle{.kind = ObstacleKind::moved, .value = 5, .allowed = 4, .highest = 5}));
  EXPECT_EQ(found[2], (Obstacle{.kind = ObstacleKind::few_blocks,
                                .parent = 7,
                                .block = 0,
                                .value = 2,
                                .allowed = 1,
                                .fewest = 1,
                                .most = 1}));
  EXPECT_EQ(found[3].parent, 9);
}

}  // namespace
}  // namespace libgrid
