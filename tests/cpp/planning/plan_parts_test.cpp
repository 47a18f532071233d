#include "libgrid/planning/plan_parts.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"
#include "random_plan_problem.hpp"

namespace libgrid {
namespace {

PlanProblem two_parents() {
  const testing::AsciiPlan plan{{"aabb", "aabb"}};
  PlanProblem problem{.graph = plan.graph(), .grid_count = 3};
  problem.parent_of_block = {7, 7, 9, 9, 7, 7, 9, 9};
  problem.parent_of_grid = {9, 7, 9};
  problem.limits.push_back({"blocks", std::vector<std::int64_t>(8, 1), {1, 2, 3}, {4, 5, 6}});
  problem.terms.push_back(
      {.name = "cut",
       .kind = TermKind::cut,
       .length = {problem.graph.border_mm().begin(), problem.graph.border_mm().end()}});
  return problem;
}

TEST(PlanParts, GiveEachParentItsBlocksGridsAndLimits) {
  const auto split = split_by_parent(two_parents());
  ASSERT_EQ(split.parts.size(), 2U);
  EXPECT_EQ(split.parts[0].parent, 7);
  EXPECT_EQ(split.parts[0].blocks, (std::vector<std::int32_t>{0, 1, 4, 5}));
  EXPECT_EQ(split.parts[1].grids, (std::vector<std::int32_t>{0, 2}));
  EXPECT_EQ(split.parts[1].problem.limits[0].lowest, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(split.parts[0].problem.graph.edge_count(), 4);
  EXPECT_EQ(split.always, (std::vector<std::int64_t>{200'000}));  // the two borders between them
}

TEST(PlanParts, RefuseLocksAndPairsAcrossParents) {
  auto problem = two_parents();
  problem.reference.assign(8, 0);
  problem.locked = {1, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_THROW((void)split_by_parent(problem), Infeasible);
  problem = two_parents();
  problem.keep_together = {{0, 2}};
  EXPECT_THROW((void)split_by_parent(problem), Infeasible);
}

TEST(PlanParts, TermsAddUpAndRulesHoldInEveryPart) {
  Rng rng{5};
  int plans = 0;
  for (int round = 0; round < 400; ++round) {
    const auto problem = testing::random_plan_problem(rng);
    testing::for_each_feasible_plan(problem, [&](const auto& plan) {
      const auto split = split_by_parent(problem);
      auto sum = split.always;
      for (const auto& part : split.parts) {
        std::vector<std::int32_t> own;
        for (const auto b : part.blocks)
          own.push_back(static_cast<std::int32_t>(
              std::ranges::find(part.grids, plan[static_cast<std::size_t>(b)]) -
              part.grids.begin()));
        EXPECT_TRUE(verify_plan(part.problem, own).empty());
        const auto terms = measure_terms(part.problem, own);
        for (std::size_t t = 0; t < sum.size(); ++t)
          sum[t] = problem.terms[t].kind == TermKind::balance ? std::max(sum[t], terms[t])
                                                              : sum[t] + terms[t];
      }
      EXPECT_EQ(sum, measure_terms(problem, plan));
      ++plans;
    });
  }
  EXPECT_GT(plans, 1'000);
}

}  // namespace
}  // namespace libgrid
