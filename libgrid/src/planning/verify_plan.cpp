#include "libgrid/planning/verify_plan.hpp"

#include <algorithm>
#include <cstdlib>
#include <queue>
#include <set>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

using Labels = std::span<const std::int32_t>;

bool valid(const PlanProblem& problem, std::int32_t grid) {
  return grid >= 0 && grid < problem.grid_count;
}

/// Into how many parts each grid falls, by one breadth-first search a part.
std::vector<std::int64_t> count_parts(const PlanProblem& problem, Labels grid_of) {
  std::vector<std::int64_t> parts(at(problem.grid_count), 0);
  std::vector<bool> seen(grid_of.size(), false);
  for (std::int32_t start = 0; start < problem.graph.block_count(); ++start) {
    const auto grid = grid_of[at(start)];
    if (seen[at(start)] || !valid(problem, grid)) continue;
    ++parts[at(grid)];
    std::queue<std::int32_t> next;
    next.push(start);
    seen[at(start)] = true;
    while (!next.empty()) {
      const auto block = next.front();
      next.pop();
      for (const auto& side : problem.graph.neighbours(block)) {
        if (seen[at(side.block)] || grid_of[at(side.block)] != grid) continue;
        seen[at(side.block)] = true;
        next.push(side.block);
      }
    }
  }
  return parts;
}

std::vector<std::int64_t> sum_by_grid(const PlanProblem& problem, Labels grid_of,
                                      const std::vector<std::int64_t>& weight) {
  std::vector<std::int64_t> sums(at(problem.grid_count), 0);
  for (std::size_t b = 0; b < grid_of.size(); ++b)
    if (valid(problem, grid_of[b])) sums[at(grid_of[b])] += weight[b];
  return sums;
}

bool forbidden(const PlanTerm& term, std::size_t block, std::int32_t grid) {
  return term.cost[block * at(term.owners) + at(term.owner_of_grid[at(grid)])] == kForbidden;
}

void find_grid_faults(const PlanProblem& problem, Labels grid_of, std::vector<PlanFault>& faults) {
  const auto parts = count_parts(problem, grid_of);
  for (std::int32_t g = 0; g < problem.grid_count; ++g)
    if (parts[at(g)] == 0) faults.push_back({.rule = PlanRule::empty, .grid = g});
  for (std::int32_t g = 0; g < problem.grid_count; ++g)
    if (parts[at(g)] > 1)
      faults.push_back({.rule = PlanRule::connected, .grid = g, .value = parts[at(g)]});
  for (std::size_t i = 0; i < problem.limits.size(); ++i) {
    const auto& limit = problem.limits[i];
    const auto sums = sum_by_grid(problem, grid_of, limit.weight);
    for (std::size_t g = 0; g < sums.size(); ++g)
      if (sums[g] < limit.lowest[g] || sums[g] > limit.highest[g])
        faults.push_back({.rule = PlanRule::limit,
                          .grid = static_cast<std::int32_t>(g),
                          .other = static_cast<std::int32_t>(i),
                          .value = sums[g]});
  }
}

void find_block_faults(const PlanProblem& problem, Labels grid_of, std::vector<PlanFault>& faults) {
  const auto each = [&](PlanRule rule, auto broken) {
    for (std::int32_t b = 0; b < problem.graph.block_count(); ++b)
      if (valid(problem, grid_of[at(b)]) && broken(at(b), grid_of[at(b)]))
        faults.push_back({.rule = rule, .grid = grid_of[at(b)], .block = b});
  };
  if (!problem.parent_of_block.empty())
    each(PlanRule::nested, [&](std::size_t b, std::int32_t grid) {
      return problem.parent_of_block[b] != problem.parent_of_grid[at(grid)];
    });
  each(PlanRule::forbidden, [&](std::size_t b, std::int32_t grid) {
    return std::ranges::any_of(problem.terms, [&](const PlanTerm& term) {
      return term.kind == TermKind::assignment && forbidden(term, b, grid);
    });
  });
  if (!problem.locked.empty())
    each(PlanRule::locked, [&](std::size_t b, std::int32_t grid) {
      return problem.locked[b] != 0 && grid != problem.reference[b];
    });
}

void find_pair_faults(const PlanProblem& problem, Labels grid_of, std::vector<PlanFault>& faults) {
  for (const auto& [a, b] : problem.keep_together)
    if (grid_of[at(a)] != grid_of[at(b)])
      faults.push_back(
          {.rule = PlanRule::together, .grid = grid_of[at(a)], .block = a, .other = b});
  for (const auto& [a, b] : problem.keep_apart)
    if (grid_of[at(a)] == grid_of[at(b)])
      faults.push_back({.rule = PlanRule::apart, .grid = grid_of[at(a)], .block = a, .other = b});
}

std::int64_t measure_inertia(const PlanProblem& problem, const PlanTerm& term, Labels grid_of) {
  // Exact in whole numbers: with W = Σw, Σ w|p − centre|² = Σ w|p|² − |Σ w p|² ÷ W.
  constexpr Wide kSquareMm = 1'000'000;  // in a square metre
  struct Sums {
    Wide w = 0, x = 0, y = 0, xx = 0;
  };
  std::vector<Sums> sums(at(problem.grid_count));
  for (std::size_t b = 0; b < grid_of.size(); ++b) {
    auto& s = sums[at(grid_of[b])];
    const Wide w = term.weight[b];
    if (!term.moments.empty()) {
      s.w += w;
      s.x += term.moments[b].x;
      s.y += term.moments[b].y;
      s.xx += term.moments[b].square;
      continue;
    }
    const Wide x = term.place[b].x_mm;
    const Wide y = term.place[b].y_mm;
    s.w += w;
    s.x += w * x;
    s.y += w * y;
    s.xx += w * (x * x + y * y);
  }
  std::int64_t total = 0;
  for (const auto& s : sums)
    if (s.w > 0)
      total += static_cast<std::int64_t>((s.xx - (s.x * s.x + s.y * s.y) / s.w) / kSquareMm);
  return total;
}

/// Piece by piece: who stands there, and between which pieces no border is left.
std::int64_t measure_polsby_popper(const PlanProblem& problem, const PlanTerm& term,
                                   Labels grid_of) {
  const auto& ground = term.ground;
  std::vector<std::set<std::int32_t>> grids_on(at(ground.piece_count()));
  for (std::size_t b = 0; b < grid_of.size(); ++b)
    for (const auto piece : ground.pieces_of(static_cast<std::int32_t>(b)))
      grids_on[at(piece)].insert(grid_of[b]);
  std::vector<Extent> of_grid(at(problem.grid_count));
  for (std::int32_t p = 0; p < ground.piece_count(); ++p)
    for (const auto grid : grids_on[at(p)]) {
      of_grid[at(grid)].area2_mm2 += ground.extent(p).area2_mm2;
      of_grid[at(grid)].perimeter_um += ground.extent(p).perimeter_um;
    }
  const auto& borders = ground.borders();
  for (std::int32_t e = 0; e < borders.edge_count(); ++e)
    for (const auto grid : grids_on[at(borders.a()[at(e)])])
      if (grids_on[at(borders.b()[at(e)])].contains(grid))
        of_grid[at(grid)].perimeter_um -= 2 * borders.border_mm()[at(e)];
  std::int64_t total = 0;
  for (const auto& extent : of_grid) total += lack_of_roundness(extent);
  return total;
}

std::int64_t measure_term(const PlanProblem& problem, const PlanTerm& term, Labels grid_of) {
  std::int64_t value = 0;
  switch (term.kind) {
    case TermKind::assignment:
      for (std::size_t b = 0; b < grid_of.size(); ++b)
        if (!forbidden(term, b, grid_of[b]))
          value += term.cost[b * at(term.owners) + at(term.owner_of_grid[at(grid_of[b])])];
      break;
    case TermKind::cut:
      for (std::int32_t e = 0; e < problem.graph.edge_count(); ++e)
        if (grid_of[at(problem.graph.a()[at(e)])] != grid_of[at(problem.graph.b()[at(e)])])
          value += term.length[at(e)];
      break;
    case TermKind::inertia:
      value = measure_inertia(problem, term, grid_of);
      break;
    case TermKind::balance: {
      const auto sums = sum_by_grid(problem, grid_of, term.weight);
      for (std::size_t g = 0; g < sums.size(); ++g) {
        const Wide off = Wide{std::abs(sums[g] - term.target[g])} * 1'000'000 / term.target[g];
        value = std::max(value, static_cast<std::int64_t>(off));
      }
      break;
    }
    case TermKind::polsby_popper:
      value = measure_polsby_popper(problem, term, grid_of);
      break;
  }
  return value;
}

}  // namespace

std::vector<PlanFault> verify_plan(const PlanProblem& problem, Labels grid_of) {
  require(grid_of.size() == at(problem.graph.block_count()), [&] {
    return "plan: " + std::to_string(grid_of.size()) + " labels for " +
           std::to_string(problem.graph.block_count()) + " blocks";
  });
  std::vector<PlanFault> faults;
  for (std::int32_t b = 0; b < problem.graph.block_count(); ++b)
    if (!valid(problem, grid_of[at(b)]))
      faults.push_back({.rule = PlanRule::label, .grid = grid_of[at(b)], .block = b});
  find_grid_faults(problem, grid_of, faults);
  find_block_faults(problem, grid_of, faults);
  find_pair_faults(problem, grid_of, faults);
  if (problem.max_moved >= 0) {
    std::int64_t moved = 0;
    for (std::size_t b = 0; b < grid_of.size(); ++b)
      if (problem.reference[b] >= 0 && grid_of[b] != problem.reference[b])
        moved += problem.moved_weight[b];
    if (moved > problem.max_moved) faults.push_back({.rule = PlanRule::moved, .value = moved});
  }
  return faults;
}

std::vector<std::int64_t> measure_terms(const PlanProblem& problem, Labels grid_of) {
  std::vector<std::int64_t> values;
  values.reserve(problem.terms.size());
  for (const auto& term : problem.terms) values.push_back(measure_term(problem, term, grid_of));
  return values;
}

}  // namespace libgrid
