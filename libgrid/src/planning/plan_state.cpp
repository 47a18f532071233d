#include "libgrid/planning/plan_state.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

constexpr Wide kSquareMm = 1'000'000;  // in a square metre

}  // namespace

std::span<const std::int32_t> PlanState::Pairs::of(std::int32_t block) const {
  if (first.empty()) return {};
  const auto begin = at(first[at(block)]);
  return {other.data() + begin, at(first[at(block) + 1]) - begin};
}

PlanState::Pairs PlanState::index_pairs(
    const std::vector<std::pair<std::int32_t, std::int32_t>>& pairs, std::int32_t blocks) {
  Pairs index;
  if (pairs.empty()) return index;
  index.first.assign(at(blocks) + 1, 0);
  for (const auto& [a, b] : pairs) {
    ++index.first[at(a) + 1];
    ++index.first[at(b) + 1];
  }
  for (std::size_t i = 1; i < index.first.size(); ++i) index.first[i] += index.first[i - 1];
  index.other.resize(2 * pairs.size());
  auto next = index.first;
  for (const auto& [a, b] : pairs) {
    index.other[at(next[at(a)]++)] = b;
    index.other[at(next[at(b)]++)] = a;
  }
  return index;
}

PlanState::PlanState(std::shared_ptr<const PlanProblem> problem,
                     std::span<const std::int32_t> grid_of)
    : problem_{std::move(problem)}, grid_of_{grid_of.begin(), grid_of.end()} {
  const auto& p = *problem_;
  const auto blocks = at(p.graph.block_count());
  const auto grids = at(p.grid_count);
  require(grid_of_.size() == blocks, [&] {
    return "plan: " + std::to_string(grid_of_.size()) + " labels for " + std::to_string(blocks) +
           " blocks";
  });
  for (std::size_t b = 0; b < blocks; ++b)
    require(grid_of_[b] >= 0 && grid_of_[b] < p.grid_count, [&] {
      return "plan: block " + std::to_string(b) + " is in grid " + std::to_string(grid_of_[b]) +
             ", which does not exist: repair the plan first";
    });

  members_.resize(grids);
  place_in_members_.resize(blocks);
  for (std::size_t b = 0; b < blocks; ++b) {
    auto& members = members_[at(grid_of_[b])];
    place_in_members_[b] = static_cast<std::int32_t>(members.size());
    members.push_back(static_cast<std::int32_t>(b));
  }
  place_in_cut_.assign(at(p.graph.edge_count()), -1);
  for (std::int32_t e = 0; e < p.graph.edge_count(); ++e)
    if (grid_of_[at(p.graph.a()[at(e)])] != grid_of_[at(p.graph.b()[at(e)])]) set_cut(e, true);

  limits_.resize(p.limits.size());
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    auto& limit = limits_[i];
    limit.sums.assign(grids, 0);
    for (std::size_t b = 0; b < blocks; ++b) limit.sums[at(grid_of_[b])] += p.limits[i].weight[b];
    for (std::int32_t g = 0; g < p.grid_count; ++g)
      limit.excess += excess_of(i, g, limit.sums[at(g)]);
  }
  if (!p.reference.empty() && !p.moved_weight.empty())
    for (std::size_t b = 0; b < blocks; ++b)
      if (p.reference[b] >= 0 && grid_of_[b] != p.reference[b]) moved_ += p.moved_weight[b];

  const auto values = measure_terms(p, grid_of_);
  terms_.resize(p.terms.size());
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const auto& term = p.terms[i];
    auto& state = terms_[i];
    state.value = values[i];
    if (term.kind == TermKind::inertia) {
      state.moments.resize(grids);
      state.centre.resize(grids);
      state.by_grid.assign(grids, 0);
      for (std::int32_t b = 0; b < p.graph.block_count(); ++b) {
        const auto m = moments_of(term, b);
        auto& sum = state.moments[at(grid_of_[at(b)])];
        sum = {sum.weight + m.weight, sum.x + m.x, sum.y + m.y, sum.square + m.square};
      }
      for (std::size_t g = 0; g < grids; ++g) renew_inertia(state, static_cast<std::int32_t>(g));
    } else if (term.kind == TermKind::balance) {
      state.by_grid.assign(grids, 0);
      for (std::size_t b = 0; b < blocks; ++b) state.by_grid[at(grid_of_[b])] += term.weight[b];
      state.worst.assign(2 * std::bit_ceil(grids), 0);
      for (std::int32_t g = 0; g < p.grid_count; ++g)
        set_worst(state, g, off_of(term, g, state.by_grid[at(g)]));
    } else if (term.kind == TermKind::polsby_popper) {
      // Grid by grid, each block added to those before it.
      state.extent.resize(grids);
      for (std::int32_t b = 0; b < p.graph.block_count(); ++b) {
        const auto added = term.ground.added_by(b, [&](std::int32_t other) {
          return other < b && grid_of_[at(other)] == grid_of_[at(b)];
        });
        auto& sum = state.extent[at(grid_of_[at(b)])];
        sum = {sum.area2_mm2 + added.area2_mm2, sum.perimeter_um + added.perimeter_um};
      }
      for (const auto& extent : state.extent) state.by_grid.push_back(lack_of_roundness(extent));
    }
  }
  together_ = index_pairs(p.keep_together, p.graph.block_count());
  apart_ = index_pairs(p.keep_apart, p.graph.block_count());
  seen_.assign(blocks, 0);
  for (std::int32_t b = 0; b < p.graph.block_count(); ++b) faults_ += faults_at(b, grid_of_[at(b)]);
  for (const auto* pairs : {&p.keep_together, &p.keep_apart})
    for (const auto& [a, b] : *pairs) {
      const bool same = grid_of_[at(a)] == grid_of_[at(b)];
      if (same == (pairs == &p.keep_apart)) --faults_;  // seen from both of its blocks
    }
}

std::vector<std::int64_t> PlanState::terms() const {
  std::vector<std::int64_t> values;
  values.reserve(terms_.size());
  for (const auto& term : terms_) values.push_back(term.value);
  return values;
}

Extent PlanState::ground_added(const PlanTerm& term, std::int32_t block, std::int32_t grid) const {
  return term.ground.added_by(block,
                              [&](std::int32_t other) { return grid_of_[at(other)] == grid; });
}

PlanState::Moments PlanState::moments_of(const PlanTerm& term, std::int32_t block) const {
  const Wide w = term.weight[at(block)];
  if (!term.moments.empty()) {
    const auto& m = term.moments[at(block)];
    return {w, m.x, m.y, m.square};
  }
  const Wide x = term.place[at(block)].x_mm;
  const Wide y = term.place[at(block)].y_mm;
  return {w, w * x, w * y, w * (x * x + y * y)};
}

std::int64_t PlanState::inertia_of(const Moments& m) {
  if (m.weight <= 0) return 0;
  return static_cast<std::int64_t>((m.square - (m.x * m.x + m.y * m.y) / m.weight) / kSquareMm);
}

void PlanState::renew_inertia(TermState& state, std::int32_t grid) {
  const auto& m = state.moments[at(grid)];
  state.by_grid[at(grid)] = inertia_of(m);
  const auto w = static_cast<double>(m.weight);
  state.centre[at(grid)] =
      m.weight > 0 ? Centre{w, static_cast<double>(m.x) / w, static_cast<double>(m.y) / w}
                   : Centre{};
}

std::int64_t PlanState::off_of(const PlanTerm& term, std::int32_t grid, std::int64_t sum) const {
  const auto target = term.target[at(grid)];
  return static_cast<std::int64_t>(Wide{std::abs(sum - target)} * 1'000'000 / target);
}

void PlanState::set_worst(TermState& state, std::int32_t grid, std::int64_t off) {
  auto i = state.worst.size() / 2 + at(grid);
  state.worst[i] = off;
  for (i /= 2; i > 0; i /= 2) state.worst[i] = std::max(state.worst[2 * i], state.worst[2 * i + 1]);
}

void PlanState::set_cut(std::int32_t edge, bool cut) {
  auto& place = place_in_cut_[at(edge)];
  if (cut == (place >= 0)) return;
  if (cut) {
    place = static_cast<std::int32_t>(cut_.size());
    cut_.push_back(edge);
    return;
  }
  const auto last = cut_.back();
  cut_[at(place)] = last;
  place_in_cut_[at(last)] = place;
  cut_.pop_back();
  place_in_cut_[at(edge)] = -1;
}

void PlanState::move_term(std::size_t i, std::int32_t block, std::int32_t from, std::int32_t to) {
  const auto& term = problem_->terms[i];
  auto& state = terms_[i];
  switch (term.kind) {
    case TermKind::assignment: {
      const auto* cost = term.cost.data() + at(block) * at(term.owners);
      const auto old_cost = cost[at(term.owner_of_grid[at(from)])];
      const auto new_cost = cost[at(term.owner_of_grid[at(to)])];
      state.value += std::max<std::int64_t>(0, new_cost) - std::max<std::int64_t>(0, old_cost);
      break;
    }
    case TermKind::cut:
      state.value += cut_delta(term.length, block, to);
      break;
    case TermKind::inertia: {
      const auto m = moments_of(term, block);
      state.value -= state.by_grid[at(from)] + state.by_grid[at(to)];
      auto& a = state.moments[at(from)];
      auto& b = state.moments[at(to)];
      a = {a.weight - m.weight, a.x - m.x, a.y - m.y, a.square - m.square};
      b = {b.weight + m.weight, b.x + m.x, b.y + m.y, b.square + m.square};
      renew_inertia(state, from);
      renew_inertia(state, to);
      state.value += state.by_grid[at(from)] + state.by_grid[at(to)];
      break;
    }
    case TermKind::balance:
      state.by_grid[at(from)] -= term.weight[at(block)];
      state.by_grid[at(to)] += term.weight[at(block)];
      set_worst(state, from, off_of(term, from, state.by_grid[at(from)]));
      set_worst(state, to, off_of(term, to, state.by_grid[at(to)]));
      state.value = state.worst[1];
      break;
    case TermKind::polsby_popper:
      for (const auto& [grid, sign] : {std::pair{from, -1}, std::pair{to, 1}}) {
        const auto added = ground_added(term, block, grid);
        auto& sum = state.extent[at(grid)];
        sum = {sum.area2_mm2 + sign * added.area2_mm2,
               sum.perimeter_um + sign * added.perimeter_um};
        const auto fresh = lack_of_roundness(sum);
        state.value += fresh - state.by_grid[at(grid)];
        state.by_grid[at(grid)] = fresh;
      }
      break;
  }
}

void PlanState::put(std::int32_t block, std::int32_t to) {
  const auto from = grid_of_[at(block)];
  const auto& p = *problem_;
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    auto& limit = limits_[i];
    limit.excess += excess_delta(i, block, to);
    limit.sums[at(from)] -= p.limits[i].weight[at(block)];
    limit.sums[at(to)] += p.limits[i].weight[at(block)];
  }
  moved_ += moved_delta(block, to);
  faults_ += faults_at(block, to) - faults_at(block, from);
  for (std::size_t i = 0; i < terms_.size(); ++i) move_term(i, block, from, to);

  auto& old_members = members_[at(from)];
  const auto place = place_in_members_[at(block)];
  old_members[at(place)] = old_members.back();
  place_in_members_[at(old_members.back())] = place;
  old_members.pop_back();
  place_in_members_[at(block)] = static_cast<std::int32_t>(members_[at(to)].size());
  members_[at(to)].push_back(block);

  grid_of_[at(block)] = to;
  for (const auto& side : p.graph.neighbours(block))
    set_cut(side.edge, grid_of_[at(side.block)] != to);
}

void PlanState::move(std::int32_t block, std::int32_t grid) {
  const auto from = grid_of_[at(block)];
  if (from == grid) return;
  log_.emplace_back(block, from);
  put(block, grid);
}

void PlanState::undo(std::size_t size) {
  while (log_.size() > size) {
    const auto [block, from] = log_.back();
    log_.pop_back();
    put(block, from);
  }
}

std::vector<std::int32_t> PlanState::labels_before(std::size_t size) const {
  auto labels = grid_of_;
  for (auto i = log_.size(); i > size; --i) labels[at(log_[i - 1].first)] = log_[i - 1].second;
  return labels;
}

}  // namespace libgrid
