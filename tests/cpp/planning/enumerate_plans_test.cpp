#include "libgrid/planning/enumerate_plans.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"
#include "random_plan_problem.hpp"

namespace libgrid {
namespace {

PlanProblem lattice(std::vector<std::string_view> map, std::int32_t grids, std::int64_t lowest,
                    std::int64_t highest) {
  PlanProblem problem{.graph = testing::AsciiPlan{map}.graph(), .grid_count = grids};
  const auto n = static_cast<std::size_t>(problem.graph.block_count());
  const auto k = static_cast<std::size_t>(grids);
  problem.limits.push_back({"blocks", std::vector<std::int64_t>(n, 1),
                            std::vector<std::int64_t>(k, lowest),
                            std::vector<std::int64_t>(k, highest)});
  return problem;
}

TEST(EnumeratePlans, CountsTheKnownPlansOfLattices) {
  EXPECT_EQ(enumerate_plans(lattice({"aaa", "aaa", "aaa"}, 3, 3, 3)).count, 10);
  EXPECT_EQ(enumerate_plans(lattice({"aaaa", "aaaa", "aaaa", "aaaa"}, 4, 4, 4)).count, 117);
  const auto found =
      enumerate_plans(lattice({"aaaaa", "aaaaa", "aaaaa", "aaaaa", "aaaaa"}, 5, 5, 5));
  EXPECT_EQ(found.count, 4'006);
  EXPECT_TRUE(found.complete);
}

TEST(EnumeratePlans, CountsTheEdgesThatEachPlanCuts) {
  const auto found = enumerate_plans(lattice({"aa", "aa"}, 2, 1, 3));
  EXPECT_EQ(found.cut_edges, (std::vector<std::int64_t>{0, 0, 6, 0, 0}));
}

TEST(EnumeratePlans, TellsGridsApartWhenSomethingDoes) {
  auto problem = lattice({"aa", "aa"}, 2, 1, 3);
  problem.terms.push_back(
      {.name = "balance", .kind = TermKind::balance, .weight = {1, 1, 1, 1}, .target = {1, 3}});
  EXPECT_EQ(enumerate_plans(problem).count, 12);
}

TEST(EnumeratePlans, StopsWhereItsBudgetEndsAndSaysSo) {
  const auto problem = lattice({"aaaa", "aaaa", "aaaa", "aaaa"}, 4, 4, 4);
  const auto few = enumerate_plans(problem, {.most_plans = 5, .keep_plans = true});
  EXPECT_EQ(few.count, 5);
  EXPECT_EQ(few.grid_of.size(), 5U * 16U);
  EXPECT_FALSE(few.complete);
  const auto short_search = enumerate_plans(problem, {.effort = 100});
  EXPECT_FALSE(short_search.complete);
  EXPECT_FALSE(find_best_plan(problem, {}, {}, {.effort = 10}).complete);
}

TEST(EnumeratePlans, RefusesMoreBlocksThanItCanHold) {
  const BlockGraph graph{65, {}};
  EXPECT_THROW((void)enumerate_plans({.graph = graph, .grid_count = 2}), InvalidInput);
}

TEST(EnumeratePlans, FindsEveryFeasiblePlanOfRandomProblemsOnce) {
  Rng rng{11};
  std::int64_t plans = 0;
  for (int round = 0; round < 1'500; ++round) {
    auto problem = testing::random_plan_problem(rng);
    auto& balance = problem.terms[3];  // targets of their own tell all grids apart
    for (std::size_t g = 0; g < balance.target.size(); ++g)
      balance.target[g] = 10 + static_cast<std::int64_t>(g);
    std::set<std::vector<std::int32_t>> expected;
    testing::for_each_feasible_plan(problem, [&](const auto& plan) { expected.insert(plan); });
    const auto found = enumerate_plans(problem, {.keep_plans = true});
    ASSERT_EQ(found.count, static_cast<std::int64_t>(expected.size())) << "round " << round;
    const auto n = static_cast<std::size_t>(problem.graph.block_count());
    for (std::size_t i = 0; i < found.grid_of.size(); i += n)
      EXPECT_TRUE(expected.contains({found.grid_of.begin() + static_cast<std::ptrdiff_t>(i),
                                     found.grid_of.begin() + static_cast<std::ptrdiff_t>(i + n)}));
    plans += found.count;
  }
  EXPECT_GT(plans, 5'000);
}

TEST(EnumeratePlans, TheBestPlanIsTheBestOfAllInOrderAndWeighted) {
  Rng rng{12};
  int feasible = 0;
  for (int round = 0; round < 1'500; ++round) {
    const auto problem = testing::random_plan_problem(rng);
    const auto key = [&](const std::vector<std::int64_t>& terms) {
      double sum = 0.0;
      for (std::size_t t = 0; t < terms.size(); ++t)
        sum += problem.terms[t].factor * static_cast<double>(terms[t]);
      return std::pair{problem.weighted ? sum : 0.0,
                       problem.weighted ? std::vector<std::int64_t>{} : terms};
    };
    std::optional<std::vector<std::int64_t>> least;
    testing::for_each_feasible_plan(problem, [&](const auto& plan) {
      const auto terms = measure_terms(problem, plan);
      if (!least || key(terms) < key(*least)) least = terms;
    });
    const auto best = find_best_plan(problem);
    ASSERT_TRUE(best.complete);
    ASSERT_EQ(best.grid_of.empty(), !least.has_value()) << "round " << round;
    if (!least) continue;
    ++feasible;
    EXPECT_EQ(key(best.terms), key(*least)) << "round " << round;
  }
  EXPECT_GT(feasible, 300);
}

TEST(EnumeratePlans, ACapOnATermHolds) {
  Rng rng{13};
  int bound = 0;
  for (int round = 0; round < 500; ++round) {
    const auto problem = testing::random_plan_problem(rng);
    const auto best = find_best_plan(problem, {1});  // least cut, whatever the rest
    if (best.grid_of.empty()) continue;
    const auto capped = find_best_plan(
        problem, {0}, {1'000, best.terms[1], 1'000'000'000, 1'000'000'000, 1'000'000'000});
    ASSERT_FALSE(capped.grid_of.empty());
    EXPECT_EQ(capped.terms[1], best.terms[1]);
    bound += capped.terms[0] < best.terms[0] ? 1 : 0;
  }
  EXPECT_GT(bound, 10);
}

}  // namespace
}  // namespace libgrid
