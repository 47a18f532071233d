#include "grid_kinds.hpp"

#include <algorithm>
#include <numeric>

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

bool alike(const PlanProblem& problem, std::size_t g, std::size_t h) {
  const auto same_limit = [&](const WeightLimit& limit) {
    return limit.lowest[g] == limit.lowest[h] && limit.highest[g] == limit.highest[h];
  };
  const auto same_term = [&](const PlanTerm& term) {
    return (term.kind != TermKind::assignment || term.owner_of_grid[g] == term.owner_of_grid[h]) &&
           (term.kind != TermKind::balance || term.target[g] == term.target[h]);
  };
  return (problem.parent_of_grid.empty() ||
          problem.parent_of_grid[g] == problem.parent_of_grid[h]) &&
         std::ranges::all_of(problem.limits, same_limit) &&
         std::ranges::all_of(problem.terms, same_term);
}

}  // namespace

std::vector<GridKind> find_grid_kinds(const PlanProblem& problem) {
  std::vector<std::uint8_t> named(at(problem.grid_count), 0);
  for (std::size_t b = 0; b < problem.reference.size(); ++b)
    if (problem.reference[b] >= 0 &&
        (problem.max_moved >= 0 || (!problem.locked.empty() && problem.locked[b] != 0)))
      named[at(problem.reference[b])] = 1;
  std::vector<GridKind> kinds;
  for (std::int32_t g = 0; g < problem.grid_count; ++g) {
    const auto same =
        named[at(g)] != 0 ? kinds.end() : std::ranges::find_if(kinds, [&](const GridKind& kind) {
          return !kind.named && alike(problem, at(g), at(kind.grids.front()));
        });
    if (same != kinds.end())
      same->grids.push_back(g);
    else
      kinds.push_back({.grids = {g}, .named = named[at(g)] != 0});
  }
  return kinds;
}

bool may_hold(const PlanProblem& problem, std::int32_t grid, std::int32_t block) {
  const auto b = at(block);
  if (!problem.parent_of_block.empty() &&
      problem.parent_of_block[b] != problem.parent_of_grid[at(grid)])
    return false;
  if (!problem.locked.empty() && problem.locked[b] != 0 && problem.reference[b] != grid)
    return false;
  return std::ranges::none_of(problem.terms, [&](const PlanTerm& term) {
    return term.kind == TermKind::assignment &&
           term.cost[b * at(term.owners) + at(term.owner_of_grid[at(grid)])] == kForbidden;
  });
}

std::vector<std::int32_t> find_together(const PlanProblem& problem) {
  std::vector<std::int32_t> root(at(problem.graph.block_count()));
  std::iota(root.begin(), root.end(), 0);
  const auto find = [&](std::int32_t block) {
    while (root[at(block)] != block) block = root[at(block)] = root[at(root[at(block)])];
    return block;
  };
  for (const auto& [a, b] : problem.keep_together) {
    const auto first = find(a);
    const auto second = find(b);
    root[at(std::max(first, second))] = std::min(first, second);
  }
  for (std::int32_t b = 0; b < problem.graph.block_count(); ++b) root[at(b)] = find(b);
  return root;
}

}  // namespace libgrid
