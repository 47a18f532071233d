#include "libgrid/planning/plan_problem.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Throws when `bad(i)` holds for a row, naming the first five.
template <class Bad>
void refuse(std::size_t rows, const std::string& column, const char* rows_are, const char* why,
            Bad bad) {
  std::string named;
  std::int64_t count = 0;
  for (std::size_t i = 0; i < rows; ++i)
    if (bad(i) && ++count <= 5) named += (count > 1 ? ", " : "") + std::to_string(i);
  require(count == 0, [&] {
    return column + ": " + rows_are + " " + named + " (" + std::to_string(count) + " in all) " +
           why;
  });
}

template <class T>
void check_size(const std::vector<T>& column, const std::string& name, std::size_t expected) {
  require(column.size() == expected, [&] {
    return name + " has " + std::to_string(column.size()) + " entries, not " +
           std::to_string(expected);
  });
}

void check_at_least(const std::vector<std::int64_t>& column, const std::string& name,
                    const char* rows_are, std::int64_t least, const char* why) {
  refuse(column.size(), name, rows_are, why, [&](auto i) { return column[i] < least; });
}

void check_pairs(const std::vector<std::pair<std::int32_t, std::int32_t>>& pairs, const char* name,
                 std::int32_t blocks) {
  const auto outside = [&](std::int32_t block) { return block < 0 || block >= blocks; };
  refuse(pairs.size(), name, "pairs", "name a block that does not exist",
         [&](auto i) { return outside(pairs[i].first) || outside(pairs[i].second); });
}

void check_limit(const WeightLimit& limit, std::size_t blocks, std::size_t grids) {
  const auto name = "limit " + limit.name;
  check_size(limit.weight, name + ", weight", blocks);
  check_size(limit.lowest, name + ", lowest", grids);
  check_size(limit.highest, name + ", highest", grids);
  check_at_least(limit.weight, name + ", weight", "blocks", 0, "are below 0");
  refuse(grids, name, "grids", "have a lowest value above the highest",
         [&](auto g) { return limit.lowest[g] > limit.highest[g]; });
}

void check_term(const PlanTerm& term, std::size_t blocks, std::size_t grids, std::size_t edges) {
  const auto name = "term " + term.name;
  require(std::isfinite(term.factor) && term.factor >= 0,
          [&] { return name + ": the factor must be a finite number, 0 or more"; });
  switch (term.kind) {
    case TermKind::assignment:
      check_size(term.owner_of_grid, name + ", owner_of_grid", grids);
      require(term.owners >= 1, [&] { return name + ": there are no owners"; });
      check_size(term.cost, name + ", cost (blocks × owners)", blocks * at(term.owners));
      refuse(grids, name, "grids", "have an owner that does not exist", [&](auto g) {
        return term.owner_of_grid[g] < 0 || term.owner_of_grid[g] >= term.owners;
      });
      check_at_least(term.cost, name + ", cost", "entries", kForbidden, "are below 0");
      break;
    case TermKind::cut:
      check_size(term.length, name + ", length", edges);
      check_at_least(term.length, name + ", length", "edges", 0, "are below 0");
      break;
    case TermKind::inertia:
      if (term.moments.empty()) check_size(term.place, name + ", place", blocks);
      if (!term.moments.empty()) check_size(term.moments, name + ", moments", blocks);
      check_size(term.weight, name + ", weight", blocks);
      check_at_least(term.weight, name + ", weight", "blocks", 0, "are below 0");
      break;
    case TermKind::balance:
      check_size(term.weight, name + ", weight", blocks);
      check_size(term.target, name + ", target", grids);
      check_at_least(term.weight, name + ", weight", "blocks", 0, "are below 0");
      check_at_least(term.target, name + ", target", "grids", 1, "are not above 0");
      break;
    case TermKind::polsby_popper:
      require(at(term.ground.block_count()) == blocks, [&] {
        return name + ": the ground is that of " + std::to_string(term.ground.block_count()) +
               " blocks, not of " + std::to_string(blocks);
      });
      break;
  }
}

/// Blocks that must stay together, however long the chain of pairs, and apart.
void check_contradictions(const PlanProblem& problem) {
  std::vector<std::int32_t> root(at(problem.graph.block_count()));
  std::iota(root.begin(), root.end(), 0);
  const auto find = [&](std::int32_t block) {
    while (root[at(block)] != block) block = root[at(block)] = root[at(root[at(block)])];
    return block;
  };
  for (const auto& [a, b] : problem.keep_together) root[at(find(a))] = find(b);
  refuse(problem.keep_apart.size(), "keep_apart", "pairs",
         "name blocks that must also stay together", [&](auto i) {
           return find(problem.keep_apart[i].first) == find(problem.keep_apart[i].second);
         });
}

}  // namespace

void check_problem(const PlanProblem& problem) {
  const auto blocks = at(problem.graph.block_count());
  const auto edges = at(problem.graph.edge_count());
  require(blocks > 0, [] { return "plan problem: there are no blocks to put into grids"; });
  require(problem.grid_count >= 1, [] { return "plan problem: there must be at least one grid"; });
  require(problem.grid_count <= problem.graph.block_count(), [&] {
    return "plan problem: " + std::to_string(problem.grid_count) +
           " grids cannot each have one of " + std::to_string(blocks) +
           " blocks: ask for fewer grids";
  });
  const auto grids = at(problem.grid_count);
  for (const auto& limit : problem.limits) check_limit(limit, blocks, grids);
  for (const auto& term : problem.terms) check_term(term, blocks, grids, edges);

  if (!problem.parent_of_block.empty() || !problem.parent_of_grid.empty()) {
    check_size(problem.parent_of_block, "parent_of_block", blocks);
    check_size(problem.parent_of_grid, "parent_of_grid", grids);
  }
  if (!problem.reference.empty()) {
    check_size(problem.reference, "reference", blocks);
    refuse(blocks, "reference", "blocks", "are in a grid that does not exist", [&](auto b) {
      return problem.reference[b] < -1 || problem.reference[b] >= problem.grid_count;
    });
  }
  if (!problem.locked.empty()) {
    check_size(problem.locked, "locked", blocks);
    refuse(blocks, "locked", "blocks", "have no grid of today to keep", [&](auto b) {
      return problem.locked[b] != 0 && (problem.reference.empty() || problem.reference[b] < 0);
    });
  }
  if (!problem.moved_weight.empty()) {
    check_size(problem.moved_weight, "moved_weight", blocks);
    check_at_least(problem.moved_weight, "moved_weight", "blocks", 0, "are below 0");
  }
  require(problem.max_moved < 0 || (!problem.reference.empty() && !problem.moved_weight.empty()),
          [] { return "max_moved needs a plan to move from and the weight of each block"; });
  check_pairs(problem.keep_together, "keep_together", problem.graph.block_count());
  check_pairs(problem.keep_apart, "keep_apart", problem.graph.block_count());
  check_contradictions(problem);
}

}  // namespace libgrid
