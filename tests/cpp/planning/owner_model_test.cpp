#include "libgrid/planning/owner_model.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"
#include "random_plan_problem.hpp"

namespace libgrid {
namespace {

std::vector<double> shares_of(const OwnerModel& model, const std::vector<std::int32_t>& plan) {
  std::vector<double> share(model.block.size(), 0.0);
  for (std::size_t c = 0; c < share.size(); ++c) {
    const auto grid = plan[static_cast<std::size_t>(model.block[c])];
    share[c] = model.owner_of_grid[static_cast<std::size_t>(grid)] == model.owner[c] ? 1.0 : 0.0;
  }
  return share;
}

double sum_of(const LinearRows& rows, std::size_t r, const std::vector<double>& share) {
  double sum = 0.0;
  for (auto e = static_cast<std::size_t>(rows.ptr[r]);
       e < static_cast<std::size_t>(rows.ptr[r + 1]); ++e)
    sum += rows.value[e] * share[static_cast<std::size_t>(rows.column[e])];
  return sum;
}

void expect_keeps(const LinearRows& rows, const std::vector<double>& share, const char* what) {
  for (std::size_t r = 0; r < rows.lowest.size(); ++r) {
    const auto sum = sum_of(rows, r, share);
    EXPECT_TRUE(sum >= rows.lowest[r] - 1e-6 && sum <= rows.highest[r] + 1e-6)
        << what << ", row " << r << ": " << sum << " of " << rows.lowest[r] << " … "
        << rows.highest[r];
  }
}

/// Random problems whose grids must weigh something, so that light parts are no grids.
PlanProblem problem_with_weights(Rng& rng) {
  auto problem = testing::random_plan_problem(rng);
  for (auto& cost : problem.terms[0].cost)
    if (rng.below(2) == 0) cost = 5;  // so that owners are sometimes alike
  return problem;
}

TEST(OwnerModel, IsKeptByEveryPlanAndCostsWhatTheTermSays) {
  Rng rng{77};
  int plans = 0;
  for (int round = 0; round < 400; ++round) {
    const auto problem = problem_with_weights(rng);
    OwnerModel model;
    try {
      model = build_owner_model(problem, 0);
    } catch (const Infeasible&) {
      testing::for_each_feasible_plan(problem, [&](const auto&) { ADD_FAILURE(); });
      continue;
    }
    testing::for_each_feasible_plan(problem, [&](const auto& plan) {
      const auto share = shares_of(model, plan);
      expect_keeps(model.rows, share, "model");
      double cost = static_cast<double>(model.cheapest);
      for (std::size_t c = 0; c < share.size(); ++c) cost += share[c] * model.cost[c];
      EXPECT_EQ(cost, static_cast<double>(measure_terms(problem, plan)[0]));
      ++plans;
    });
  }
  EXPECT_GT(plans, 500);
}

TEST(ReachRows, CutOffSharesButNoPlan) {
  Rng rng{78};
  int cut = 0;
  for (int round = 0; round < 400; ++round) {
    const auto problem = problem_with_weights(rng);
    OwnerModel model;
    try {
      model = build_owner_model(problem, 0);
    } catch (const Infeasible&) {
      continue;
    }
    for (int draw = 0; draw < 10; ++draw) {
      std::vector<double> share(model.block.size());
      for (auto& value : share)
        value = draw % 2 == 0 ? rng.unit() : static_cast<double>(rng.below(2));
      const auto rows = find_reach_rows(problem, model, share);
      for (std::size_t r = 0; r < rows.lowest.size(); ++r, ++cut)
        EXPECT_GT(sum_of(rows, r, share), rows.highest[r] + 0.005);
      testing::for_each_feasible_plan(
          problem, [&](const auto& plan) { expect_keeps(rows, shares_of(model, plan), "reach"); });
    }
  }
  EXPECT_GT(cut, 500);
}

/// A row of 12 blocks of weight 1; owner 0 is near the left end, owner 1 near the right one.
PlanProblem row_of_twelve(std::int64_t lowest) {
  std::vector<std::int32_t> a;
  std::vector<std::int32_t> b;
  for (std::int32_t i = 0; i + 1 < 12; ++i) {
    a.push_back(i);
    b.push_back(i + 1);
  }
  PlanProblem problem{.graph = {12, {.a = a, .b = b}}, .grid_count = 3};
  problem.limits.push_back(
      {"blocks", std::vector<std::int64_t>(12, 1), {lowest, lowest, lowest}, {12, 12, 12}});
  PlanTerm response{.name = "response", .owner_of_grid = {0, 1, 2}, .owners = 3};
  for (std::int64_t i = 0; i < 12; ++i)
    for (const auto cost : {i, 11 - i, 11 - i}) response.cost.push_back(cost);
  problem.terms = {response};
  return problem;
}

TEST(OwnerModel, TakesOwnersThatCostTheSameAsOne) {
  const auto model = build_owner_model(row_of_twelve(3), 0);
  EXPECT_EQ(model.owners, 2);
  EXPECT_EQ(model.owner_of_grid, (std::vector<std::int32_t>{0, 1, 1}));
  EXPECT_EQ(model.block.size(), 24U);
}

TEST(ReachRows, AskForAWayOutOfALightPart) {
  const auto problem = row_of_twelve(3);
  const auto model = build_owner_model(problem, 0);
  // Blocks 5 and 6 are owner 0's and hang on nothing: two blocks are too light for a grid.
  std::vector<std::int32_t> plan(12, 1);
  for (const auto block : {0, 1, 2, 5, 6}) plan[static_cast<std::size_t>(block)] = 0;
  const auto rows = find_reach_rows(problem, model, shares_of(model, plan));
  ASSERT_GE(rows.lowest.size(), 1U);
  for (const auto block : {3, 4}) plan[static_cast<std::size_t>(block)] = 0;
  EXPECT_TRUE(find_reach_rows(problem, model, shares_of(model, plan)).lowest.empty());
}

TEST(ReachRows, AllowOneGridOnePart) {
  auto problem = row_of_twelve(1);
  const auto model = build_owner_model(problem, 0);
  std::vector<std::int32_t> plan(12, 1);
  for (const auto block : {0, 1, 2, 8, 9}) plan[static_cast<std::size_t>(block)] = 0;
  // Owner 0 has one grid, owner 1 two: only owner 0 is in too many parts.
  const auto rows = find_reach_rows(problem, model, shares_of(model, plan));
  ASSERT_EQ(rows.lowest.size(), 1U);
  EXPECT_EQ(rows.highest[0], 1.0);
}

TEST(DivideAmongGrids, GivesEachPartTheGridsThatFitIt) {
  auto problem = row_of_twelve(1);
  problem.limits[0].lowest = {4, 2, 5};
  problem.limits[0].highest = {5, 3, 6};
  const auto model = build_owner_model(problem, 0);
  // Owner 1 has blocks 0 … 1 and 6 … 11: grid 1 fits the first part, grid 2 the other.
  const std::vector<std::int32_t> owner_of{1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
  const auto grid_of = divide_among_grids(problem, model, owner_of);
  EXPECT_EQ(grid_of, (std::vector<std::int32_t>{1, 1, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2}));
  EXPECT_TRUE(verify_plan(problem, grid_of).empty());
}

TEST(DivideAmongGrids, CutsAPartAmongSeveralGrids) {
  auto problem = row_of_twelve(3);
  const auto model = build_owner_model(problem, 0);
  const std::vector<std::int32_t> owner_of{0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1};
  const auto grid_of = divide_among_grids(problem, model, owner_of);
  EXPECT_TRUE(verify_plan(problem, grid_of).empty());
}

TEST(OwnerModel, RefusesATermThatIsNoAssignment) {
  auto problem = row_of_twelve(3);
  EXPECT_THROW((void)build_owner_model(problem, 1), InvalidInput);
  problem.terms[0].cost.assign(36, kForbidden);
  EXPECT_THROW((void)build_owner_model(problem, 0), Infeasible);
}

}  // namespace
}  // namespace libgrid
