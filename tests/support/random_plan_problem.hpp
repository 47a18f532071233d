#pragma once

#include <functional>
#include <vector>

#include "libgrid/base/random.hpp"
#include "libgrid/planning/plan_problem.hpp"
#include "libgrid/planning/verify_plan.hpp"
#include "random_ground.hpp"

namespace libgrid::testing {

/// A problem of 3 … 7 blocks and 2 … 3 grids in which each rule and each kind of term turns up.
inline PlanProblem random_plan_problem(Rng& rng) {
  const auto n = static_cast<std::int32_t>(3 + rng.below(5));
  const auto size = static_cast<std::size_t>(n);
  const auto k = static_cast<std::int32_t>(2 + rng.below(2));
  const auto grids = static_cast<std::size_t>(k);
  std::vector<std::int32_t> a;
  std::vector<std::int32_t> b;
  for (std::int32_t i = 1; i < n; ++i)
    for (std::int32_t j = 0; j < i; ++j)
      if (j == i - 1 ? rng.below(8) != 0 : rng.below(4) == 0) {
        a.push_back(i);
        b.push_back(j);
      }
  const auto draw = [&](std::size_t rows, std::uint64_t below, std::int64_t least = 0) {
    std::vector<std::int64_t> column(rows);
    for (auto& value : column) value = least + static_cast<std::int64_t>(rng.below(below));
    return column;
  };
  const auto labels = [&](std::size_t rows, std::int32_t below) {
    std::vector<std::int32_t> column(rows);
    for (auto& value : column)
      value = static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(below)));
    return column;
  };
  PlanProblem problem{.graph = {n, {.a = a, .b = b}}, .grid_count = k};
  if (rng.below(2) == 0)
    problem.limits.push_back({"households", draw(size, 10), draw(grids, 6), draw(grids, 25, 8)});
  if (rng.below(2) == 0)
    problem.limits.push_back({"blocks", std::vector<std::int64_t>(size, 1),
                              std::vector<std::int64_t>(grids, 1),
                              std::vector<std::int64_t>(grids, 1 + (n + 1) / 2)});
  if (rng.below(3) == 0) {
    problem.parent_of_block = labels(size, 2);
    problem.parent_of_grid = labels(grids, 2);
  }
  if (rng.below(2) == 0) {
    problem.reference = labels(size, k);
    problem.moved_weight = draw(size, 5);
    if (rng.below(2) == 0)
      for (std::size_t i = 0; i < size; ++i) problem.locked.push_back(rng.below(4) == 0);
    if (rng.below(2) == 0) problem.max_moved = static_cast<std::int64_t>(rng.below(12));
  }
  if (rng.below(4) == 0) problem.keep_together.emplace_back(0, 1);
  if (rng.below(4) == 0) problem.keep_apart.emplace_back(0, 2);

  PlanTerm response{.name = "response", .factor = 1.5};
  response.owners = 2;
  response.owner_of_grid = labels(grids, 2);
  response.cost = draw(2 * size, 30, -1);
  if (rng.below(2) == 0)  // mostly nothing is forbidden
    for (auto& cost : response.cost) cost = cost < 0 ? 7 : cost;
  PlanTerm cut{.name = "cut", .kind = TermKind::cut, .length = draw(a.size(), 5)};
  PlanTerm inertia{.name = "inertia", .kind = TermKind::inertia, .weight = draw(size, 4)};
  for (std::size_t i = 0; i < size; ++i)
    inertia.place.push_back({static_cast<std::int32_t>(rng.below(50'000)),
                             static_cast<std::int32_t>(rng.below(50'000))});
  PlanTerm balance{.name = "balance", .kind = TermKind::balance, .weight = draw(size, 9)};
  balance.target = rng.below(2) == 0 ? draw(grids, 20, 1)
                                     : std::vector<std::int64_t>(grids, 1 + (9 * n) / (2 * k));
  PlanTerm round{.name = "polsby_popper", .kind = TermKind::polsby_popper};
  round.ground = random_ground(rng, n);
  problem.terms = {response, cut, inertia, balance, round};
  problem.weighted = rng.below(2) == 0;
  return problem;
}

/// Every labelling that keeps the rules, one after the other: kⁿ of them are looked at.
inline void for_each_feasible_plan(
    const PlanProblem& problem, const std::function<void(const std::vector<std::int32_t>&)>& use) {
  std::vector<std::int32_t> grid_of(static_cast<std::size_t>(problem.graph.block_count()), 0);
  for (;;) {
    if (verify_plan(problem, grid_of).empty()) use(grid_of);
    std::size_t i = 0;
    while (i < grid_of.size() && ++grid_of[i] == problem.grid_count) grid_of[i++] = 0;
    if (i == grid_of.size()) return;
  }
}

}  // namespace libgrid::testing
