#include "libgrid/planning/plane_bound.hpp"

#include <numeric>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/planning/bounds.hpp"
#include "libgrid/planning/enumerate_plans.hpp"
#include "random_plan_problem.hpp"
#include "random_plans.hpp"

namespace libgrid {
namespace {

using Column = std::vector<std::int64_t>;

/// Blocks in a row of neighbours at these places, 20 persons and 10 households each.
PlanProblem row_of(std::vector<Point> places, std::int32_t grids) {
  const auto n = places.size();
  PlanProblem problem{.graph = testing::lattice(1, static_cast<std::int32_t>(n)),
                      .grid_count = grids};
  problem.terms.push_back({.name = "inertia",
                           .kind = TermKind::inertia,
                           .weight = Column(n, 20),
                           .place = std::move(places)});
  return problem;
}

void limit_to(PlanProblem& problem, std::int64_t low, std::int64_t high) {
  const auto k = static_cast<std::size_t>(problem.grid_count);
  const auto n = static_cast<std::size_t>(problem.graph.block_count());
  problem.limits = {{"households", Column(n, 10), Column(k, low), Column(k, high)}};
}

std::int64_t bound_of(const PlanProblem& problem) {
  return bound_in_plane(problem, problem.terms.at(0));
}

/// `count` blocks on a spiral of 10 m steps around each of three places a kilometre apart.
std::vector<Point> three_clusters(std::int32_t count) {
  std::vector<Point> places;
  for (const Point middle : {Point{0, 0}, Point{1'000'000, 0}, Point{500'000, 900'000}})
    for (std::int32_t i = 0; i < count; ++i)
      places.push_back({middle.x_mm + i * 10'000, middle.y_mm + (i % 2 == 0 ? 7'000 : -3'000) * i});
  return places;
}

/// Random blocks within limits, on a random map.
PlanProblem random_blocks(Rng& rng) {
  const auto columns = static_cast<std::int32_t>(3 + rng.below(2));
  const auto k = static_cast<std::int32_t>(2 + rng.below(2));
  auto problem = testing::random_problem(rng, testing::random_graph(rng, 2, columns), k);
  problem.terms = {problem.terms.at(2)};
  if (rng.below(2) == 0) problem.limits.erase(problem.limits.begin());
  if (rng.below(3) == 0) problem.limits.clear();
  for (auto& limit : problem.limits)  // a lower limit that a grid can do without rarely binds
    for (auto& low : limit.lowest)
      low = static_cast<std::int64_t>(
          rng.below(static_cast<std::uint64_t>(limit.highest.front()) / 2 + 1));
  return problem;
}

TEST(PlaneBound, NoPlanOfARandomMapIsBelowIt) {
  Rng rng{77};
  int feasible = 0;
  int above_half = 0;
  for (int round = 0; round < 1'600; ++round) {
    const auto problem = random_blocks(rng);
    const auto best = find_best_plan(problem);
    if (best.grid_of.empty()) continue;
    ++feasible;
    const auto bound = bound_in_plane(problem, problem.terms[0], {.rounds = 6});
    EXPECT_LE(bound, best.terms[0]) << "round " << round;
    above_half += 2 * bound >= best.terms[0] ? 1 : 0;
  }
  EXPECT_GE(feasible, 1'000);
  EXPECT_GT(2 * above_half, feasible);
}

TEST(PlaneBound, NoPlanIsBelowItUnderEveryRule) {
  Rng rng{78};
  int feasible = 0;
  for (int round = 0; round < 3'000; ++round) {
    const auto problem = testing::random_plan_problem(rng);
    const auto best = find_best_plan(problem, {2});
    if (best.grid_of.empty()) continue;
    ++feasible;
    EXPECT_LE(bound_in_plane(problem, problem.terms[2], {.rounds = 4}), best.terms[2])
        << "round " << round;
  }
  EXPECT_GT(feasible, 400);
}

TEST(PlaneBound, HoldsAfterAnyNumberOfSteps) {
  Rng rng{79};
  for (int round = 0; round < 60; ++round) {
    const auto problem = random_blocks(rng);
    const auto best = find_best_plan(problem);
    if (best.grid_of.empty()) continue;
    std::int64_t before = 0;
    for (std::int32_t rounds = 0; rounds < 5; ++rounds)
      for (const std::int32_t boxes : {0, 7, 5'000}) {
        const auto bound = bound_in_plane(problem, problem.terms[0],
                                          {.rounds = rounds, .steps = 9, .most_boxes = boxes});
        EXPECT_LE(bound, best.terms[0]);
        if (boxes != 5'000) continue;
        EXPECT_GE(bound, before);
        before = bound;
      }
  }
}

TEST(PlaneBound, IsReachedWhereClustersLieApart) {
  auto problem = row_of(three_clusters(4), 3);
  const auto best = find_best_plan(problem).terms.at(0);
  limit_to(problem, 40, 40);
  EXPECT_EQ(find_best_plan(problem).terms.at(0), best);
  EXPECT_LE(bound_of(problem), best);
  EXPECT_GE(bound_of(problem), best - best / 1'000 - 4);
}

TEST(PlaneBound, IsTheInertiaOfAllWhereThereIsOneGrid) {
  const auto problem = row_of(three_clusters(3), 1);
  const auto all = measure_terms(problem, std::vector<std::int32_t>(9, 0)).at(0);
  EXPECT_LE(bound_of(problem), all);
  EXPECT_GE(bound_of(problem), all - all / 1'000);
}

TEST(PlaneBound, LowerLimitsDrawBlocksFromFarAway) {
  // Five blocks at one place and one a kilometre off: by itself, unless a grid needs two.
  auto problem = row_of({{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {1'000'000, 0}}, 2);
  EXPECT_EQ(bound_of(problem), 0);
  limit_to(problem, 20, 60);
  const auto best = find_best_plan(problem).terms.at(0);
  EXPECT_EQ(best, 10'000'000);  // with one other: 2 · 20 · 500²
  EXPECT_LE(bound_of(problem), best);
  EXPECT_GE(bound_of(problem), best / 2);
}

TEST(PlaneBound, WhatOtherGridsCannotTakeIsLeftToEach) {
  // 60 households, grids of at most 30: each must take 30 although no lower limit says so.
  auto problem = row_of({{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {1'000'000, 0}}, 2);
  limit_to(problem, 0, 30);
  const auto best = find_best_plan(problem).terms.at(0);
  EXPECT_LE(bound_of(problem), best);
  EXPECT_GE(bound_of(problem), best - best / 100);
}

TEST(PlaneBound, SaysWhereTheGridsCannotShareTheBlocks) {
  auto problem = row_of(three_clusters(2), 3);
  limit_to(problem, 21, 60);
  EXPECT_THROW((void)bound_of(problem), Infeasible);
  limit_to(problem, 0, 19);
  EXPECT_THROW((void)bound_of(problem), Infeasible);
}

TEST(PlaneBound, IsTheSameOnAnyNumberOfThreads) {
  Rng rng{80};
  auto problem = testing::random_problem(rng, testing::lattice(6, 6), 5);
  problem.terms = {problem.terms.at(2)};
  const auto one = bound_terms(problem, {.threads = 1});
  EXPECT_EQ(one, bound_terms(problem, {.threads = 4}));
  EXPECT_EQ(one.at(0).method, BoundMethod::plane);
  EXPECT_GT(one.at(0).value, 0);
}

TEST(PlaneBound, StopsWhenAsked) {
  const auto problem = row_of(three_clusters(20), 6);
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW((void)bound_in_plane(problem, problem.terms.at(0), {}, {.stop = source.get_token()}),
               Cancelled);
}

}  // namespace
}  // namespace libgrid
