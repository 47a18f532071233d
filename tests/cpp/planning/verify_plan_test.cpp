#include "libgrid/planning/verify_plan.hpp"

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

PlanProblem problem_of(const testing::AsciiPlan& plan) {
  return {.graph = plan.graph(), .grid_count = plan.grid_count()};
}

TEST(VerifyPlan, FindsNothingWhereEveryRuleHolds) {
  const testing::AsciiPlan plan{{"aab", "abb"}};
  auto problem = problem_of(plan);
  problem.limits.push_back({"blocks", {1, 1, 1, 1, 1, 1}, {3, 3}, {3, 3}});
  problem.reference = plan.grid_of;
  problem.locked.assign(6, 1);
  problem.moved_weight.assign(6, 1);
  problem.max_moved = 0;
  problem.keep_together = {{0, 1}};
  problem.keep_apart = {{0, 5}};
  EXPECT_TRUE(verify_plan(problem, plan.grid_of).empty());
}

TEST(VerifyPlan, FindsGridsInPartsAndEmptyOnes) {
  const testing::AsciiPlan plan{{"aba"}};
  auto problem = problem_of(plan);
  problem.grid_count = 3;
  const auto faults = verify_plan(problem, plan.grid_of);
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0], (PlanFault{.rule = PlanRule::empty, .grid = 2}));
  EXPECT_EQ(faults[1], (PlanFault{.rule = PlanRule::connected, .grid = 0, .value = 2}));
}

TEST(VerifyPlan, FindsEachBrokenRuleWithItsFacts) {
  const testing::AsciiPlan plan{{"ab"}};
  auto problem = problem_of(plan);
  problem.limits.push_back({"households", {40, 20}, {30, 30}, {100, 100}});
  problem.parent_of_block = {0, 0};
  problem.parent_of_grid = {0, 1};
  problem.reference = {1, 1};
  problem.locked = {1, 0};
  problem.moved_weight = {40, 20};
  problem.max_moved = 39;
  problem.keep_together = {{0, 1}};
  problem.terms.push_back(
      {.name = "response", .owner_of_grid = {0, 1}, .owners = 2, .cost = {kForbidden, 5, 5, 5}});
  const auto faults = verify_plan(problem, plan.grid_of);
  const std::vector<PlanFault> expected{
      {.rule = PlanRule::limit, .grid = 1, .other = 0, .value = 20},
      {.rule = PlanRule::nested, .grid = 1, .block = 1},
      {.rule = PlanRule::forbidden, .grid = 0, .block = 0},
      {.rule = PlanRule::locked, .grid = 0, .block = 0},
      {.rule = PlanRule::together, .grid = 0, .block = 0, .other = 1},
      {.rule = PlanRule::moved, .value = 40}};
  EXPECT_EQ(faults, expected);
}

TEST(VerifyPlan, FindsBlocksWithoutAGridAndPairsThatMustStayApart) {
  const testing::AsciiPlan plan{{"aa"}};
  auto problem = problem_of(plan);
  problem.keep_apart = {{0, 1}};
  EXPECT_EQ(verify_plan(problem, plan.grid_of).at(0).rule, PlanRule::apart);
  const auto faults = verify_plan(problem, std::vector<std::int32_t>{0, -1});
  EXPECT_EQ(faults.at(0), (PlanFault{.rule = PlanRule::label, .grid = -1, .block = 1}));
  EXPECT_THROW((void)verify_plan(problem, std::vector<std::int32_t>{0}), InvalidInput);
}

TEST(VerifyPlan, MeasuresEveryKindOfTermByHand) {
  const testing::AsciiPlan plan{{"aab", "abb"}};
  auto problem = problem_of(plan);
  problem.terms.push_back({.name = "response",
                           .owner_of_grid = {0, 1},
                           .owners = 2,
                           .cost = {1, 9, 2, 9, 9, 3, 4, 9, 9, 5, 9, 6}});
  problem.terms.push_back(
      {.name = "cut",
       .kind = TermKind::cut,
       .length = {problem.graph.border_mm().begin(), problem.graph.border_mm().end()}});
  problem.terms.push_back({.name = "inertia",
                           .kind = TermKind::inertia,
                           .weight = {1, 1, 0, 0, 0, 2},
                           .place = {{0, 0}, {4000, 0}, {0, 0}, {0, 0}, {0, 0}, {7000, 7000}}});
  problem.terms.push_back({.name = "balance",
                           .kind = TermKind::balance,
                           .weight = {10, 10, 10, 10, 10, 15},
                           .target = {30, 30}});
  // Cut: of the seven borders, 1|2, 3|4 and 1|4. Inertia of a: two points 4 m apart, 2·2² = 8 m²;
  // of b: one place. Balance: 35 against 30.
  EXPECT_EQ(measure_terms(problem, plan.grid_of),
            (std::vector<std::int64_t>{21, 300'000, 8, 166'666}));
}

}  // namespace
}  // namespace libgrid
