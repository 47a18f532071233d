#include "chain_scores.hpp"

#include <algorithm>
#include <cstdlib>

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

std::int64_t cost_of(const PlanTerm& term, std::int32_t block, std::int32_t grid) {
  const auto cost = term.cost[at(block) * at(term.owners) + at(term.owner_of_grid[at(grid)])];
  return cost == kForbidden ? 0 : cost;
}

}  // namespace

ChainScores::ChainScores(const PlanProblem& problem, std::span<const std::int32_t> plan)
    : problem_{&problem} {
  const auto grids = at(problem.grid_count);
  is_changed_.assign(grids, 0);
  for (std::size_t i = 0; i < problem.terms.size(); ++i) {
    const auto& term = problem.terms[i];
    switch (term.kind) {
      case TermKind::assignment:
        assigned_.push_back({&term, i});
        for (std::int32_t b = 0; b < problem.graph.block_count(); ++b)
          assigned_.back().value += cost_of(term, b, plan[at(b)]);
        break;
      case TermKind::cut:
        cut_.push_back({&term, i});
        for (std::int32_t e = 0; e < problem.graph.edge_count(); ++e)
          if (plan[at(problem.graph.a()[at(e)])] != plan[at(problem.graph.b()[at(e)])])
            cut_.back().value += term.length[at(e)];
        break;
      case TermKind::inertia:
      case TermKind::balance:
        by_grid_.push_back(
            {&term, i, std::vector<Sums>(grids), std::vector<std::int64_t>(grids, 0)});
        for (std::size_t b = 0; b < plan.size(); ++b)
          add(term, b, by_grid_.back().sums[at(plan[b])], 1);
        break;
      case TermKind::polsby_popper:
        on_ground_.push_back(
            {&term, i, std::vector<Extent>(grids), std::vector<std::int64_t>(grids, 0)});
        grid_of_.assign(plan.size(), -1);  // each block is added to those before it
        for (std::int32_t b = 0; b < problem.graph.block_count(); ++b) {
          add_ground(on_ground_.back(), b, plan[at(b)], 1);
          grid_of_[at(b)] = plan[at(b)];
        }
        break;
    }
  }
  if (!by_grid_.empty() || !on_ground_.empty())
    for (std::int32_t g = 0; g < problem.grid_count; ++g) mark(g);
}

void ChainScores::add_ground(OnGround& t, std::int32_t block, std::int32_t grid, int sign) {
  const auto added = t.term->ground.added_by(
      block, [&](std::int32_t other) { return grid_of_[at(other)] == grid; });
  auto& sum = t.extent[at(grid)];
  sum.area2_mm2 += sign * added.area2_mm2;
  sum.perimeter_um += sign * added.perimeter_um;
}

void ChainScores::add(const PlanTerm& term, std::size_t block, Sums& sums, int sign) {
  const Wide w = Wide{term.weight[block]} * sign;
  sums.w += w;
  if (term.kind == TermKind::balance) return;
  if (!term.moments.empty()) {
    const auto& moments = term.moments[block];
    sums.x += moments.x * sign;
    sums.y += moments.y * sign;
    sums.xx += moments.square * sign;
    return;
  }
  const Wide x = term.place[block].x_mm;
  const Wide y = term.place[block].y_mm;
  sums.x += w * x;
  sums.y += w * y;
  sums.xx += w * (x * x + y * y);
}

std::int64_t ChainScores::value_of(const PlanTerm& term, const Sums& s, std::size_t grid) {
  if (term.kind == TermKind::balance) {
    const Wide target = term.target[grid];
    const Wide off = s.w > target ? s.w - target : target - s.w;
    return static_cast<std::int64_t>(off * 1'000'000 / target);
  }
  constexpr Wide kSquareMm = 1'000'000;  // in a square metre
  if (s.w == 0) return 0;
  return static_cast<std::int64_t>((s.xx - (s.x * s.x + s.y * s.y) / s.w) / kSquareMm);
}

void ChainScores::mark(std::int32_t grid) {
  if (is_changed_[at(grid)] != 0) return;
  is_changed_[at(grid)] = 1;
  changed_.push_back(grid);
}

void ChainScores::move(std::int32_t block, std::int32_t from, std::int32_t to) {
  for (auto& t : assigned_) t.value += cost_of(*t.term, block, to) - cost_of(*t.term, block, from);
  if (by_grid_.empty() && on_ground_.empty()) return;
  for (auto& t : on_ground_) {
    add_ground(t, block, from, -1);
    add_ground(t, block, to, 1);
  }
  if (!on_ground_.empty()) grid_of_[at(block)] = to;
  for (auto& t : by_grid_) {
    add(*t.term, at(block), t.sums[at(from)], -1);
    add(*t.term, at(block), t.sums[at(to)], 1);
  }
  mark(from);
  mark(to);
}

void ChainScores::write(std::span<std::int64_t> values) {
  for (const auto& t : assigned_) values[t.column] = t.value;
  for (const auto& t : cut_) values[t.column] = t.value;
  for (auto& t : by_grid_) {
    for (const auto g : changed_) {
      const auto fresh = value_of(*t.term, t.sums[at(g)], at(g));
      t.value += fresh - t.grid_value[at(g)];
      t.grid_value[at(g)] = fresh;
    }
    values[t.column] = t.term->kind == TermKind::balance
                           ? *std::max_element(t.grid_value.begin(), t.grid_value.end())
                           : t.value;
  }
  for (auto& t : on_ground_) {
    for (const auto g : changed_) {
      const auto fresh = lack_of_roundness(t.extent[at(g)]);
      t.value += fresh - t.grid_value[at(g)];
      t.grid_value[at(g)] = fresh;
    }
    values[t.column] = t.value;
  }
  for (const auto g : changed_) is_changed_[at(g)] = 0;
  changed_.clear();
}

}  // namespace libgrid
