#include "libgrid/planning/bounds.hpp"

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/planning/enumerate_plans.hpp"
#include "random_plan_problem.hpp"

namespace libgrid {
namespace {

PlanProblem strip(std::vector<std::string_view> map, std::int32_t grids) {
  return {.graph = testing::AsciiPlan{map}.graph(), .grid_count = grids};
}

std::vector<std::int64_t> all(std::size_t n, std::int64_t value) {
  return std::vector<std::int64_t>(n, value);
}

TEST(Bounds, NoPlanOfARandomProblemIsBelowThem) {
  Rng rng{21};
  std::vector<int> tight(4, 0);
  int feasible = 0;
  for (int round = 0; round < 4'000; ++round) {
    const auto problem = testing::random_plan_problem(rng);
    const auto any = find_best_plan(problem);
    std::vector<TermBound> bounds;
    try {
      bounds = bound_terms(problem);
    } catch (const Infeasible&) {
      EXPECT_TRUE(any.grid_of.empty()) << "round " << round;
      continue;
    }
    if (any.grid_of.empty()) continue;
    ++feasible;
    for (std::int32_t t = 0; t < 4; ++t) {
      const auto least = find_best_plan(problem, {t}).terms[static_cast<std::size_t>(t)];
      const auto bound = bounds[static_cast<std::size_t>(t)];
      EXPECT_LE(bound.value, least) << "round " << round << " term " << t;
      tight[static_cast<std::size_t>(t)] += bound.value == least ? 1 : 0;
    }
  }
  EXPECT_GT(feasible, 500);
  for (std::size_t t = 0; t < 4; ++t) EXPECT_GT(tight[t], feasible / 50) << "term " << t;
}

TEST(Bounds, BalanceIsExactWhereOnlyTheTotalBinds) {
  auto problem = strip({"aaaaaaa"}, 3);  // 7 blocks of 10 in 3 grids of 20: one has 30
  problem.terms.push_back(
      {.name = "balance", .kind = TermKind::balance, .weight = all(7, 10), .target = all(3, 20)});
  const auto bound = bound_terms(problem).at(0);
  EXPECT_EQ(bound, (TermBound{.value = 500'000, .method = BoundMethod::shares}));
  EXPECT_EQ(find_best_plan(problem).terms.at(0), 500'000);
}

TEST(Bounds, BalanceKnowsTheHeaviestBlocksThatStayTogether) {
  auto problem = strip({"aaaa"}, 2);
  problem.keep_together = {{0, 1}, {1, 2}};
  problem.terms.push_back(
      {.name = "balance", .kind = TermKind::balance, .weight = all(4, 10), .target = all(2, 20)});
  EXPECT_EQ(bound_terms(problem).at(0).value, 500'000);
}

TEST(Bounds, BalanceKnowsThePiecesOfTheMap) {
  auto problem = strip({"aaa b"}, 2);
  problem.terms.push_back(
      {.name = "balance", .kind = TermKind::balance, .weight = all(4, 10), .target = all(2, 20)});
  EXPECT_EQ(bound_terms(problem).at(0).value, 500'000);
}

TEST(Bounds, TransportSharesOwnersThatHaveNoRoomForAll) {
  auto problem = strip({"aaaa"}, 2);
  problem.limits.push_back({"households", all(4, 10), {0, 0}, {20, 40}});
  problem.terms.push_back({.name = "response",
                           .owner_of_grid = {0, 1},
                           .owners = 2,
                           .cost = {0, 100, 0, 50, 0, 20, 0, 5}});
  // Owner 0 takes two of the four: the two that gain least go to owner 1.
  EXPECT_EQ(bound_terms(problem).at(0), (TermBound{.value = 25, .method = BoundMethod::transport}));
  EXPECT_EQ(find_best_plan(problem).terms.at(0), 25);
}

TEST(Bounds, TransportFillsOwnersThatMustHaveSomething) {
  auto problem = strip({"aaaa"}, 2);
  problem.limits.push_back({"households", all(4, 10), {0, 20}, {40, 40}});
  problem.terms.push_back({.name = "response",
                           .owner_of_grid = {0, 1},
                           .owners = 2,
                           .cost = {0, 100, 0, 50, 0, 20, 0, 5}});
  EXPECT_EQ(bound_terms(problem).at(0).value, 25);
}

TEST(Bounds, ABudgetOfMovesIsSpentWhereItSavesMost) {
  auto problem = strip({"aab", "abb"}, 2);
  problem.reference = {0, 0, 0, 0, 0, 1};
  problem.moved_weight = all(6, 2);
  problem.max_moved = 3;
  PlanTerm response{.name = "response", .owner_of_grid = {0, 1}, .owners = 2};
  for (const std::int64_t saved : {0, 0, 6, 0, 9, 20}) {
    response.cost.push_back(saved);
    response.cost.push_back(0);
  }
  problem.terms.push_back(response);
  // Today 15; one whole move saves 9, half a move 3 of 6.
  EXPECT_EQ(bound_terms(problem).at(0), (TermBound{.value = 3, .method = BoundMethod::budget}));
}

TEST(Bounds, CutKnowsTheBordersThatHoldGridsTogether) {
  auto problem = strip({"aaaa"}, 3);
  problem.terms.push_back({.name = "cut", .kind = TermKind::cut, .length = {5, 1, 3}});
  EXPECT_EQ(bound_terms(problem).at(0).value, 4);
  EXPECT_EQ(find_best_plan(problem).terms.at(0), 4);
}

TEST(Bounds, BordersBetweenParentsAreAlwaysCut) {
  auto problem = strip({"aabb"}, 2);
  problem.parent_of_block = {0, 0, 1, 1};
  problem.parent_of_grid = {0, 1};
  problem.terms.push_back({.name = "cut", .kind = TermKind::cut, .length = {5, 7, 3}});
  EXPECT_EQ(bound_terms(problem).at(0).value, 7);
}

TEST(Bounds, InertiaKnowsHowFarTheNearestAreThatFillAGrid) {
  auto problem = strip({"aaaa"}, 2);
  problem.limits.push_back({"people", all(4, 10'000), all(2, 20'000), all(2, 20'000)});
  problem.terms.push_back({.name = "inertia",
                           .kind = TermKind::inertia,
                           .weight = all(4, 10'000),
                           .place = {{0, 0}, {10'000, 0}, {20'000, 0}, {30'000, 0}}});
  // Two blocks 10 m apart: 2 · 10⁴ · 5² a grid; the bound sees one neighbour at 10 m for each.
  const auto bound = bound_terms(problem).at(0);
  EXPECT_EQ(bound.method, BoundMethod::nearest);
  EXPECT_EQ(find_best_plan(problem).terms.at(0), 1'000'000);
  EXPECT_GE(bound.value, 999'990);
  EXPECT_LE(bound.value, 1'000'000);
}

TEST(Bounds, WhatCannotBeIsInfeasible) {
  auto problem = strip({"aa"}, 2);
  problem.limits.push_back({"households", all(2, 10), {15, 15}, {40, 40}});
  problem.terms.push_back(
      {.name = "response", .owner_of_grid = {0, 1}, .owners = 2, .cost = all(4, 1)});
  EXPECT_THROW((void)bound_terms(problem), Infeasible);
}

}  // namespace
}  // namespace libgrid
