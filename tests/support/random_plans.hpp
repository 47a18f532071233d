#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "libgrid/base/random.hpp"
#include "libgrid/planning/plan_problem.hpp"
#include "random_ground.hpp"

namespace libgrid::testing {

/// A lattice of rows × columns blocks with unit borders of 100 m.
inline BlockGraph lattice(std::int32_t rows, std::int32_t columns) {
  std::vector<std::int32_t> a, b;
  for (std::int32_t r = 0; r < rows; ++r)
    for (std::int32_t c = 0; c < columns; ++c) {
      const auto here = r * columns + c;
      if (c + 1 < columns) a.push_back(here), b.push_back(here + 1);
      if (r + 1 < rows) a.push_back(here), b.push_back(here + columns);
    }
  const std::vector<std::int64_t> border(a.size(), 100'000);
  return {rows * columns, {.a = a, .b = b, .border_mm = border}};
}

/// A lattice with some edges dropped and some diagonals added: connected or not.
inline BlockGraph random_graph(Rng& rng, std::int32_t rows, std::int32_t columns) {
  std::vector<std::int32_t> a, b;
  for (std::int32_t r = 0; r < rows; ++r)
    for (std::int32_t c = 0; c < columns; ++c) {
      const auto here = r * columns + c;
      if (c + 1 < columns && rng.below(10) > 0) a.push_back(here), b.push_back(here + 1);
      if (r + 1 < rows && rng.below(10) > 0) a.push_back(here), b.push_back(here + columns);
      if (r + 1 < rows && c + 1 < columns && rng.below(4) == 0)
        a.push_back(here), b.push_back(here + columns + 1);
    }
  std::vector<std::int64_t> border(a.size());
  for (auto& b_mm : border) b_mm = static_cast<std::int64_t>(rng.below(90'000));
  return {rows * columns, {.a = a, .b = b, .border_mm = border}};
}

/// One term of each kind and two limits, random weights, nothing else: rules are added by tests.
inline PlanProblem random_problem(Rng& rng, BlockGraph graph, std::int32_t grids) {
  const auto n = static_cast<std::size_t>(graph.block_count());
  const auto k = static_cast<std::size_t>(grids);
  const auto some = [&](std::size_t count, std::uint64_t below) {
    std::vector<std::int64_t> values(count);
    for (auto& value : values) value = static_cast<std::int64_t>(rng.below(below));
    return values;
  };
  PlanProblem p{.graph = std::move(graph), .grid_count = grids};
  const auto share = static_cast<std::int64_t>(n / k);
  p.limits.push_back({"blocks", std::vector<std::int64_t>(n, 1),
                      std::vector<std::int64_t>(k, std::max<std::int64_t>(1, share / 2)),
                      std::vector<std::int64_t>(k, 2 * share)});
  p.limits.push_back({"households", some(n, 20), std::vector<std::int64_t>(k, 0),
                      std::vector<std::int64_t>(k, 20 * share)});
  PlanTerm response{.name = "response", .owners = grids};
  for (std::int32_t g = 0; g < grids; ++g) response.owner_of_grid.push_back(g);
  response.cost = some(n * k, 1000);
  PlanTerm cut{.name = "cut_border", .kind = TermKind::cut};
  cut.length = {p.graph.border_mm().begin(), p.graph.border_mm().end()};
  PlanTerm inertia{.name = "inertia", .kind = TermKind::inertia, .weight = some(n, 9)};
  for (std::size_t i = 0; i < n; ++i)
    inertia.place.push_back({static_cast<std::int32_t>(rng.below(3'000'000)) - 1'500'000,
                             static_cast<std::int32_t>(rng.below(3'000'000)) - 1'500'000});
  PlanTerm balance{.name = "balance", .kind = TermKind::balance, .weight = some(n, 50)};
  for (std::size_t g = 0; g < k; ++g) balance.target.push_back(20 * share + 1);
  PlanTerm round{.name = "polsby_popper", .kind = TermKind::polsby_popper};
  round.ground = random_ground(rng, p.graph.block_count());
  p.terms = {response, cut, inertia, balance, round};
  return p;
}

}  // namespace libgrid::testing
