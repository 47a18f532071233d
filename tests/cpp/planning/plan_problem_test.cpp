#include "libgrid/planning/plan_problem.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

PlanProblem example() {
  const testing::AsciiPlan plan{{"aab", "abb"}};
  PlanProblem problem{.graph = plan.graph(), .grid_count = 2};
  problem.limits.push_back({"households", {1, 2, 3, 4, 5, 6}, {0, 0}, {20, 20}});
  problem.reference = plan.grid_of;
  problem.moved_weight = {1, 2, 3, 4, 5, 6};
  return problem;
}

/// What check_problem says once `edit` has spoilt a good problem.
std::string spoilt(const std::function<void(PlanProblem&)>& edit) {
  auto problem = example();
  edit(problem);
  try {
    check_problem(problem);
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "accepted";
}

bool says(const std::string& message, const char* what) {
  return message.find(what) != std::string::npos;
}

TEST(PlanProblem, AcceptsWhatFits) {
  EXPECT_EQ(spoilt([](auto&) {}), "accepted");
}

TEST(PlanProblem, RefusesMoreGridsThanBlocksAndNone) {
  EXPECT_TRUE(says(spoilt([](auto& p) { p.grid_count = 7; }), "ask for fewer grids"));
  EXPECT_TRUE(says(spoilt([](auto& p) { p.grid_count = 0; }), "at least one grid"));
  EXPECT_TRUE(says(spoilt([](auto& p) { p.graph = BlockGraph{}; }), "no blocks"));
}

TEST(PlanProblem, NamesTheLimitAndTheRows) {
  EXPECT_TRUE(says(spoilt([](auto& p) { p.limits[0].weight[2] = -1; }),
                   "limit households, weight: blocks 2 (1 in all) are below 0"));
  EXPECT_TRUE(says(spoilt([](auto& p) { p.limits[0].lowest[1] = 21; }),
                   "limit households: grids 1 (1 in all) have a lowest value above the highest"));
  EXPECT_TRUE(says(spoilt([](auto& p) { p.limits[0].weight.pop_back(); }), "5 entries, not 6"));
}

TEST(PlanProblem, RefusesLocksWithoutAGridToKeep) {
  EXPECT_TRUE(says(spoilt([](auto& p) {
                     p.locked.assign(6, 1);
                     p.reference[4] = -1;
                   }),
                   "locked: blocks 4 (1 in all)"));
}

TEST(PlanProblem, RefusesPairsThatMustBeTogetherAndApart) {
  EXPECT_TRUE(says(spoilt([](auto& p) {
                     p.keep_together = {{0, 1}, {1, 2}};
                     p.keep_apart = {{3, 4}, {2, 0}};
                   }),
                   "keep_apart: pairs 1 (1 in all)"));
  EXPECT_TRUE(says(spoilt([](auto& p) { p.keep_apart = {{0, 6}}; }), "does not exist"));
}

TEST(PlanProblem, RefusesABudgetWithoutAPlanToMoveFrom) {
  EXPECT_TRUE(says(spoilt([](auto& p) {
                     p.max_moved = 3;
                     p.reference.clear();
                   }),
                   "max_moved"));
}

TEST(PlanProblem, ChecksTheColumnsOfEachKindOfTerm) {
  EXPECT_TRUE(says(spoilt([](auto& p) {
                     p.terms.push_back({.name = "response",
                                        .owner_of_grid = {0, 2},
                                        .owners = 2,
                                        .cost = std::vector<std::int64_t>(12, 1)});
                   }),
                   "owner that does not exist"));
  EXPECT_TRUE(says(spoilt([](auto& p) {
                     p.terms.push_back({.name = "cut", .kind = TermKind::cut, .length = {1}});
                   }),
                   "term cut, length has 1 entries, not 7"));
  EXPECT_TRUE(says(spoilt([](auto& p) {
                     p.terms.push_back({.name = "balance",
                                        .kind = TermKind::balance,
                                        .weight = std::vector<std::int64_t>(6, 1),
                                        .target = {3, 0}});
                   }),
                   "are not above 0"));
}

}  // namespace
}  // namespace libgrid
