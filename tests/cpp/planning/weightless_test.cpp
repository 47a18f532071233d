#include "libgrid/planning/weightless.hpp"

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/planning/enumerate_plans.hpp"
#include "random_plan_problem.hpp"

namespace libgrid {
namespace {

TEST(Weightless, TheSmallerProblemIsNeverDearer) {
  Rng rng{71};
  int compared = 0;
  for (int round = 0; round < 6'000; ++round) {
    auto problem = testing::random_plan_problem(rng);
    if (problem.limits.empty()) continue;
    problem.limits.resize(1);
    for (auto& lowest : problem.limits[0].lowest) lowest = std::max<std::int64_t>(lowest, 1);
    for (std::size_t b = 0; b < problem.limits[0].weight.size(); ++b)
      if (rng.below(3) == 0)
        for (auto* weight :
             {&problem.limits[0].weight, &problem.terms[2].weight, &problem.terms[3].weight})
          (*weight)[b] = 0;
    for (const std::int32_t t : {0, 2, 3}) {
      const auto small = leave_out_weightless(problem, t);
      if (!small) continue;
      EXPECT_LT(small->graph.block_count(), problem.graph.block_count());
      const auto whole = find_best_plan(problem, {t});
      if (whole.grid_of.empty()) continue;
      const auto best = find_best_plan(*small);
      ASSERT_FALSE(best.grid_of.empty()) << "round " << round;
      EXPECT_LE(best.terms[0], whole.terms[static_cast<std::size_t>(t)]) << "round " << round;
      ++compared;
    }
  }
  EXPECT_GT(compared, 300);
}

TEST(Weightless, BlocksOnBothSidesOfAParkBecomeNeighbours) {
  const testing::AsciiPlan map{{"apb"}};
  PlanProblem problem{.graph = map.graph(), .grid_count = 1};
  problem.limits.push_back({"households", {5, 0, 7}, {1}, {20}});
  problem.terms.push_back({.name = "inertia",
                           .kind = TermKind::inertia,
                           .weight = {5, 0, 7},
                           .place = {{0, 0}, {1'000, 0}, {2'000, 0}}});
  const auto small = leave_out_weightless(problem, 0);
  ASSERT_TRUE(small.has_value());
  EXPECT_EQ(small->graph.block_count(), 2);
  EXPECT_EQ(small->graph.edge_count(), 1);
  problem.limits[0].lowest = {0};  // then a grid may be the park alone
  EXPECT_FALSE(leave_out_weightless(problem, 0).has_value());
}

}  // namespace
}  // namespace libgrid
