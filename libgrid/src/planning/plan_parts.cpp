#include "libgrid/planning/plan_parts.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

template <class T>
std::vector<T> pick(const std::vector<T>& column, std::span<const std::int32_t> rows) {
  if (column.empty()) return {};
  std::vector<T> picked;
  picked.reserve(rows.size());
  for (const auto row : rows) picked.push_back(column[at(row)]);
  return picked;
}

/// Where each block and grid of the whole problem stands inside its part.
struct Places {
  std::vector<std::int32_t> block;
  std::vector<std::int32_t> grid;
};

PlanTerm term_of_part(const PlanTerm& term, const PlanPart& part,
                      std::span<const std::int32_t> edges) {
  PlanTerm own{.name = term.name, .kind = term.kind, .factor = term.factor};
  switch (term.kind) {
    case TermKind::assignment:
      own.owner_of_grid = pick(term.owner_of_grid, part.grids);
      own.owners = term.owners;
      own.cost.reserve(part.blocks.size() * at(term.owners));
      for (const auto block : part.blocks) {
        const auto row = term.cost.begin() + std::int64_t{block} * term.owners;
        own.cost.insert(own.cost.end(), row, row + term.owners);
      }
      break;
    case TermKind::cut:
      own.length = pick(term.length, edges);
      break;
    case TermKind::inertia:
      own.weight = pick(term.weight, part.blocks);
      own.place = pick(term.place, part.blocks);
      break;
    case TermKind::balance:
      own.weight = pick(term.weight, part.blocks);
      own.target = pick(term.target, part.grids);
      break;
    case TermKind::polsby_popper: {
      std::vector<std::int32_t> place(at(term.ground.block_count()), -1);
      for (std::size_t i = 0; i < part.blocks.size(); ++i)
        place[at(part.blocks[i])] = static_cast<std::int32_t>(i);
      own.ground = group_ground(term.ground, place, static_cast<std::int32_t>(part.blocks.size()));
      break;
    }
  }
  return own;
}

BlockGraph graph_of_part(const PlanProblem& problem, const PlanPart& part, const Places& place,
                         std::span<const std::int32_t> edges) {
  std::vector<std::int32_t> a;
  std::vector<std::int32_t> b;
  std::vector<std::int64_t> border;
  std::vector<BlockTie> tie;
  for (const auto e : edges) {
    a.push_back(place.block[at(problem.graph.a()[at(e)])]);
    b.push_back(place.block[at(problem.graph.b()[at(e)])]);
    border.push_back(problem.graph.border_mm()[at(e)]);
    tie.push_back(problem.graph.tie()[at(e)]);
  }
  return {static_cast<std::int32_t>(part.blocks.size()),
          {.a = a, .b = b, .border_mm = border, .tie = tie}};
}

/// Moves out of a grid of another parent happen in every plan: they use the budget up first.
std::int64_t find_forced_moves(const PlanProblem& problem) {
  std::int64_t forced = 0;
  for (std::size_t b = 0; b < problem.parent_of_block.size(); ++b)
    if (problem.reference[b] >= 0 &&
        problem.parent_of_grid[at(problem.reference[b])] != problem.parent_of_block[b])
      forced += problem.moved_weight[b];
  return forced;
}

void fill_part(const PlanProblem& problem, const Places& place, std::span<const std::int32_t> edges,
               PlanPart& part) {
  auto& own = part.problem;
  own.graph = graph_of_part(problem, part, place, edges);
  own.grid_count = static_cast<std::int32_t>(part.grids.size());
  for (const auto& limit : problem.limits)
    own.limits.push_back({limit.name, pick(limit.weight, part.blocks),
                          pick(limit.lowest, part.grids), pick(limit.highest, part.grids)});
  own.locked = pick(problem.locked, part.blocks);
  own.moved_weight = pick(problem.moved_weight, part.blocks);
  own.reference = pick(problem.reference, part.blocks);
  for (std::size_t i = 0; i < own.reference.size(); ++i) {
    auto& grid = own.reference[i];
    if (grid < 0) continue;
    const bool here =
        problem.parent_of_grid.empty() || problem.parent_of_grid[at(grid)] == part.parent;
    if (!here && !own.locked.empty() && own.locked[i] != 0)
      throw Infeasible{"block " + std::to_string(part.blocks[i]) + " is locked to grid " +
                       std::to_string(grid) + " of another parent"};
    grid = here ? place.grid[at(grid)] : -1;
  }
  for (const auto& term : problem.terms) own.terms.push_back(term_of_part(term, part, edges));
  own.weighted = problem.weighted;
}

}  // namespace

PlanParts split_by_parent(const PlanProblem& problem) {
  const auto blocks = problem.graph.block_count();
  const bool nested = !problem.parent_of_block.empty();
  const auto parent_of = [&](std::int32_t block) {
    return nested ? problem.parent_of_block[at(block)] : -1;
  };
  std::map<std::int32_t, std::size_t> row_of;
  for (std::int32_t b = 0; b < blocks; ++b) row_of.try_emplace(parent_of(b), 0);
  PlanParts found{.parts = {}, .always = std::vector<std::int64_t>(problem.terms.size(), 0)};
  for (auto& [parent, row] : row_of) {
    row = found.parts.size();
    found.parts.push_back({.parent = parent, .blocks = {}, .grids = {}, .problem = {}});
  }
  Places place{std::vector<std::int32_t>(at(blocks)),
               std::vector<std::int32_t>(at(problem.grid_count), -1)};
  const auto append = [](std::vector<std::int32_t>& rows, std::int32_t row) {
    rows.push_back(row);
    return static_cast<std::int32_t>(rows.size()) - 1;
  };
  for (std::int32_t b = 0; b < blocks; ++b)
    place.block[at(b)] = append(found.parts[row_of.at(parent_of(b))].blocks, b);
  for (std::int32_t g = 0; g < problem.grid_count; ++g) {
    const auto row = row_of.find(nested ? problem.parent_of_grid[at(g)] : -1);
    if (row != row_of.end()) place.grid[at(g)] = append(found.parts[row->second].grids, g);
  }
  std::vector<std::vector<std::int32_t>> edges(found.parts.size());
  for (std::int32_t e = 0; e < problem.graph.edge_count(); ++e) {
    const auto a = problem.graph.a()[at(e)];
    if (parent_of(a) == parent_of(problem.graph.b()[at(e)])) {
      edges[row_of.at(parent_of(a))].push_back(e);
      continue;
    }
    for (std::size_t t = 0; t < problem.terms.size(); ++t)
      if (problem.terms[t].kind == TermKind::cut) found.always[t] += problem.terms[t].length[at(e)];
  }
  const auto budget = problem.max_moved < 0 ? std::int64_t{-1}
                      : nested              ? problem.max_moved - find_forced_moves(problem)
                                            : problem.max_moved;
  if (problem.max_moved >= 0 && budget < 0)
    throw Infeasible{"blocks that must leave a grid of another parent alone move " +
                     std::to_string(problem.max_moved - budget) + ", more than max_moved " +
                     std::to_string(problem.max_moved)};
  for (std::size_t p = 0; p < found.parts.size(); ++p) {
    fill_part(problem, place, edges[p], found.parts[p]);
    found.parts[p].problem.max_moved = budget;
  }
  const auto add_pairs = [&](const auto& pairs, auto member, bool together) {
    for (const auto& [a, b] : pairs) {
      if (parent_of(a) == parent_of(b)) {
        auto& own = found.parts[row_of.at(parent_of(a))].problem;
        (own.*member).emplace_back(place.block[at(a)], place.block[at(b)]);
      } else if (together) {
        throw Infeasible{"blocks " + std::to_string(a) + " and " + std::to_string(b) +
                         " must stay together but lie in different parents"};
      }
    }
  };
  add_pairs(problem.keep_together, &PlanProblem::keep_together, true);
  add_pairs(problem.keep_apart, &PlanProblem::keep_apart, false);
  return found;
}

}  // namespace libgrid
