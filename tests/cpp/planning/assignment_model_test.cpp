#include "libgrid/planning/assignment_model.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "random_plan_problem.hpp"

namespace libgrid {
namespace {

/// The plan as shares of the model's columns; empty when the model has no column for a block.
std::vector<double> shares_of(const PlanProblem& problem, const AssignmentModel& model,
                              const std::vector<std::int32_t>& plan) {
  std::size_t columns = model.block.size();
  for (const auto& term : problem.terms) columns += term.kind == TermKind::balance ? 1 : 0;
  std::vector<double> share(columns, 0.0);
  std::size_t placed = 0;
  for (std::size_t c = 0; c < model.block.size(); ++c)
    if (plan[static_cast<std::size_t>(model.block[c])] == model.grid[c]) {
      share[c] = 1.0;
      ++placed;
    }
  for (std::size_t c = model.block.size(); c < columns; ++c) share[c] = 1e12;  // balance: any
  return placed == plan.size() ? share : std::vector<double>{};
}

bool keeps(const LinearRows& rows, const std::vector<double>& share) {
  for (std::size_t r = 0; r < rows.lowest.size(); ++r) {
    double sum = 0.0;
    for (auto e = static_cast<std::size_t>(rows.ptr[r]);
         e < static_cast<std::size_t>(rows.ptr[r + 1]); ++e)
      sum += rows.value[e] * share[static_cast<std::size_t>(rows.column[e])];
    if (sum < rows.lowest[r] - 1e-6 || sum > rows.highest[r] + 1e-6) return false;
  }
  return true;
}

bool only_parts(const std::vector<PlanFault>& faults) {
  return std::ranges::all_of(faults,
                             [](const auto& fault) { return fault.rule == PlanRule::connected; });
}

TEST(AssignmentModel, HoldsAPlanExactlyWhenAllRulesButContiguityDo) {
  Rng rng{51};
  int kept = 0;
  int broken = 0;
  for (int round = 0; round < 300; ++round) {
    const auto problem = testing::random_plan_problem(rng);
    const auto model = build_assignment_model(problem);
    for (int draw = 0; draw < 30; ++draw) {
      std::vector<std::int32_t> plan(static_cast<std::size_t>(problem.graph.block_count()));
      for (auto& grid : plan)
        grid = static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(problem.grid_count)));
      const auto share = shares_of(problem, model, plan);
      const bool holds = !share.empty() && keeps(model.rows, share);
      EXPECT_EQ(holds, only_parts(verify_plan(problem, plan))) << "round " << round;
      (holds ? kept : broken) += 1;
    }
  }
  EXPECT_GT(kept, 300);
  EXPECT_GT(broken, 300);
}

TEST(AssignmentModel, CostsAreTheTermsOfThePlan) {
  Rng rng{52};
  int plans = 0;
  for (int round = 0; round < 200; ++round) {
    const auto problem = testing::random_plan_problem(rng);
    const auto model = build_assignment_model(problem);
    testing::for_each_feasible_plan(problem, [&](const auto& plan) {
      const auto share = shares_of(problem, model, plan);
      double response = 0.0;
      for (std::size_t c = 0; c < model.block.size(); ++c) response += model.cost[c] * share[c];
      EXPECT_EQ(response, static_cast<double>(measure_terms(problem, plan)[0]));
      ++plans;
    });
  }
  EXPECT_GT(plans, 500);
}

TEST(AssignmentModel, SeparatorsCutOffEveryPlanInPartsAndNoOther) {
  Rng rng{53};
  int cut_off = 0;
  int held = 0;
  for (int round = 0; round < 300; ++round) {
    const auto problem = testing::random_plan_problem(rng);
    const auto model = build_assignment_model(problem);
    std::vector<std::vector<double>> feasible;
    testing::for_each_feasible_plan(
        problem, [&](const auto& plan) { feasible.push_back(shares_of(problem, model, plan)); });
    for (int draw = 0; draw < 20; ++draw) {
      std::vector<std::int32_t> plan(static_cast<std::size_t>(problem.graph.block_count()));
      for (auto& grid : plan)
        grid = static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(problem.grid_count)));
      const auto share = shares_of(problem, model, plan);
      if (share.empty()) continue;
      const auto rows = find_separators(problem, model, share);
      const auto faults = verify_plan(problem, plan);
      const bool in_parts = std::ranges::any_of(
          faults, [](const auto& fault) { return fault.rule == PlanRule::connected; });
      EXPECT_EQ(in_parts, !rows.lowest.empty()) << "round " << round;
      EXPECT_EQ(in_parts, !keeps(rows, share));
      cut_off += in_parts ? 1 : 0;
      for (const auto& other : feasible) {
        EXPECT_TRUE(keeps(rows, other)) << "round " << round;
        ++held;
      }
    }
  }
  EXPECT_GT(cut_off, 500);
  EXPECT_GT(held, 1'000);
}

TEST(AssignmentModel, SeparatorsOfFractionsHoldForEveryConnectedPlan) {
  Rng rng{54};
  int rows_found = 0;
  for (int round = 0; round < 400; ++round) {
    const auto problem = testing::random_plan_problem(rng);
    const auto model = build_assignment_model(problem);
    std::vector<double> share(model.block.size());
    for (auto& s : share) s = rng.below(3) == 0 ? 0.0 : rng.unit();
    const auto rows = find_separators(problem, model, share);
    if (rows.lowest.empty()) continue;
    EXPECT_FALSE(keeps(rows, share));
    rows_found += static_cast<int>(rows.lowest.size());
    testing::for_each_feasible_plan(problem, [&](const auto& plan) {
      EXPECT_TRUE(keeps(rows, shares_of(problem, model, plan))) << "round " << round;
    });
  }
  EXPECT_GT(rows_found, 100);
}

TEST(AssignmentModel, ASeparatorIsTheLeastBetweenTwoBlocks) {
  // What separates a corner of the square least is its two neighbours, held or not.
  const testing::AsciiPlan map{{"aba", "cbc", "cbc"}};
  const PlanProblem problem{.graph = map.graph(), .grid_count = 3};
  const auto model = build_assignment_model(problem);
  const auto share = shares_of(problem, model, map.grid_of);
  const auto rows = find_separators(problem, model, share);
  ASSERT_EQ(rows.lowest.size(), 3U);  // one for a; for c one to each block on the other side
  EXPECT_EQ(rows.ptr[1], 4);          // two ends, two neighbours
}

}  // namespace
}  // namespace libgrid
