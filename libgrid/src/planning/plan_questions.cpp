// What a plan under edit answers without being changed: deltas, and why a move may not be.

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "libgrid/planning/plan_state.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

}  // namespace

std::int64_t PlanState::term_delta(std::size_t i, std::int32_t block, std::int32_t grid) const {
  const auto& term = problem_->terms[i];
  const auto& state = terms_[i];
  const auto from = grid_of_[at(block)];
  switch (term.kind) {
    case TermKind::assignment: {
      const auto* cost = term.cost.data() + at(block) * at(term.owners);
      return std::max<std::int64_t>(0, cost[at(term.owner_of_grid[at(grid)])]) -
             std::max<std::int64_t>(0, cost[at(term.owner_of_grid[at(from)])]);
    }
    case TermKind::cut:
      return cut_delta(term.length, block, grid);
    case TermKind::inertia: {
      const auto m = moments_of(term, block);
      const auto& a = state.moments[at(from)];
      const auto& b = state.moments[at(grid)];
      return inertia_of({a.weight - m.weight, a.x - m.x, a.y - m.y, a.square - m.square}) +
             inertia_of({b.weight + m.weight, b.x + m.x, b.y + m.y, b.square + m.square}) -
             state.by_grid[at(from)] - state.by_grid[at(grid)];
    }
    case TermKind::balance: {
      // The worst of all others: the siblings met on the way up from both leaves.
      const auto w = term.weight[at(block)];
      auto worst = std::max(off_of(term, from, state.by_grid[at(from)] - w),
                            off_of(term, grid, state.by_grid[at(grid)] + w));
      auto a = state.worst.size() / 2 + at(from);
      auto b = state.worst.size() / 2 + at(grid);
      for (; a > 1; a /= 2, b /= 2) {
        if (a == b) {
          worst = std::max(worst, state.worst[a ^ 1]);
        } else if ((a ^ 1) != b) {
          worst = std::max({worst, state.worst[a ^ 1], state.worst[b ^ 1]});
        }
      }
      return worst - state.value;
    }
    case TermKind::polsby_popper: {
      std::int64_t change = 0;
      for (const auto& [g, sign] : {std::pair{from, -1}, std::pair{grid, 1}}) {
        const auto added = ground_added(term, block, g);
        const auto& sum = state.extent[at(g)];
        change += lack_of_roundness({sum.area2_mm2 + sign * added.area2_mm2,
                                     sum.perimeter_um + sign * added.perimeter_um}) -
                  state.by_grid[at(g)];
      }
      return change;
    }
  }
  return 0;
}

PlanDelta PlanState::delta(std::int32_t block, std::int32_t grid) const {
  PlanDelta change{.terms = std::vector<std::int64_t>(terms_.size(), 0)};
  const auto from = grid_of_[at(block)];
  if (from == grid) return change;
  for (std::size_t i = 0; i < terms_.size(); ++i) change.terms[i] = term_delta(i, block, grid);
  for (const auto& side : problem_->graph.neighbours(block)) {
    change.cut_edges += static_cast<int>(grid_of_[at(side.block)] == from);
    change.cut_edges -= static_cast<int>(grid_of_[at(side.block)] == grid);
  }
  change.moved = moved_delta(block, grid);
  return change;
}

void PlanState::estimate(std::int32_t block, std::int32_t grid, std::span<double> out) const {
  const auto from = grid_of_[at(block)];
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const auto& term = problem_->terms[i];
    const auto& state = terms_[i];
    if (term.kind == TermKind::inertia) {
      // A weight w at distance d from the centre of W adds w·W ÷ (W + w)·d².
      const auto w = static_cast<double>(term.weight[at(block)]);
      if (w == 0) {
        out[i] = 0;
        continue;
      }
      double x = 0;
      double y = 0;
      if (term.moments.empty()) {
        x = term.place[at(block)].x_mm;
        y = term.place[at(block)].y_mm;
      } else {
        x = static_cast<double>(term.moments[at(block)].x) / w;
        y = static_cast<double>(term.moments[at(block)].y) / w;
      }
      const auto& a = state.centre[at(from)];
      const auto& b = state.centre[at(grid)];
      const auto square = [&](const Centre& c) {
        return (x - c.x) * (x - c.x) + (y - c.y) * (y - c.y);
      };
      const auto lost = a.weight > w ? w * a.weight / (a.weight - w) * square(a) : 0.0;
      const auto gained = b.weight > 0 ? w * b.weight / (b.weight + w) * square(b) : 0.0;
      out[i] = (gained - lost) * 1e-6;
    } else if (term.kind == TermKind::balance) {
      const auto w = static_cast<double>(term.weight[at(block)]);
      const auto off = [&](std::int32_t g, double change) {
        const auto target = static_cast<double>(term.target[at(g)]);
        const auto share = (static_cast<double>(state.by_grid[at(g)]) + change) / target - 1;
        return share * share;
      };
      out[i] = off(from, -w) - off(from, 0) + off(grid, w) - off(grid, 0);
    } else {
      out[i] = static_cast<double>(term_delta(i, block, grid));
    }
  }
}

std::int64_t PlanState::faults_at(std::int32_t block, std::int32_t grid) const {
  const auto& p = *problem_;
  std::int64_t faults = 0;
  if (!p.parent_of_block.empty() && p.parent_of_block[at(block)] != p.parent_of_grid[at(grid)])
    ++faults;
  if (!p.locked.empty() && p.locked[at(block)] != 0 && p.reference[at(block)] != grid) ++faults;
  for (const auto& term : p.terms)
    if (term.kind == TermKind::assignment &&
        term.cost[at(block) * at(term.owners) + at(term.owner_of_grid[at(grid)])] == kForbidden)
      ++faults;
  for (const auto other : apart_.of(block)) faults += grid_of_[at(other)] == grid ? 1 : 0;
  for (const auto other : together_.of(block)) faults += grid_of_[at(other)] != grid ? 1 : 0;
  return faults;
}

bool PlanState::can_leave(std::int32_t block) {
  const auto grid = grid_of_[at(block)];
  const auto& graph = problem_->graph;
  // Each neighbour in the grid starts a search of its own; searches that meet become one. When one
  // is left the rest hangs together; when one has nowhere to go and others are left it does not.
  root_.clear();
  queue_.clear();
  waiting_.clear();
  const auto stamp = ++search_ << 24;
  seen_[at(block)] = stamp;
  for (const auto& side : graph.neighbours(block)) {
    if (grid_of_[at(side.block)] != grid) continue;
    const auto source = static_cast<std::int32_t>(root_.size());
    seen_[at(side.block)] = stamp | static_cast<std::uint64_t>(source);
    root_.push_back(source);
    waiting_.push_back(1);
    queue_.push_back(side.block);
  }
  auto left = static_cast<std::int32_t>(root_.size());
  if (left <= 1) return left == 1;
  const auto find = [&](std::int32_t source) {
    while (root_[at(source)] != source) source = root_[at(source)] = root_[at(root_[at(source)])];
    return source;
  };
  for (std::size_t head = 0; head < queue_.size(); ++head) {
    const auto here = queue_[head];
    auto mine = find(static_cast<std::int32_t>(seen_[at(here)] & 0xFFFFFF));
    for (const auto& side : graph.neighbours(here)) {
      if (grid_of_[at(side.block)] != grid || side.block == block) continue;
      auto& mark = seen_[at(side.block)];
      if ((mark >> 24) != (stamp >> 24)) {
        mark = stamp | static_cast<std::uint64_t>(mine);
        queue_.push_back(side.block);
        ++waiting_[at(mine)];
        continue;
      }
      const auto other = find(static_cast<std::int32_t>(mark & 0xFFFFFF));
      if (other == mine) continue;
      if (--left == 1) return true;
      root_[at(other)] = mine;
      waiting_[at(mine)] += waiting_[at(other)];
    }
    if (--waiting_[at(mine)] == 0) return false;
  }
  return false;
}

std::vector<std::int32_t> PlanState::cut_off(std::int32_t block) {
  const auto grid = grid_of_[at(block)];
  std::vector<std::vector<std::int32_t>> parts;
  const auto stamp = ++search_ << 24;
  seen_[at(block)] = stamp;
  for (const auto start : problem_->graph.neighbours(block)) {
    if (grid_of_[at(start.block)] != grid || seen_[at(start.block)] == stamp) continue;
    auto& part = parts.emplace_back(1, start.block);
    seen_[at(start.block)] = stamp;
    for (std::size_t head = 0; head < part.size(); ++head)
      for (const auto& side : problem_->graph.neighbours(part[head])) {
        if (grid_of_[at(side.block)] != grid || seen_[at(side.block)] == stamp) continue;
        seen_[at(side.block)] = stamp;
        part.push_back(side.block);
      }
  }
  std::vector<std::int32_t> off;
  if (parts.empty()) return off;
  const auto largest =
      std::ranges::max_element(parts, {}, &std::vector<std::int32_t>::size) - parts.begin();
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (static_cast<std::ptrdiff_t>(i) != largest)
      off.insert(off.end(), parts[i].begin(), parts[i].end());
  std::ranges::sort(off);
  return off;
}

std::vector<PlanFault> PlanState::why_not(std::int32_t block, std::int32_t grid) {
  const auto& p = *problem_;
  std::vector<PlanFault> faults;
  const auto from = grid_of_[at(block)];
  if (grid < 0 || grid >= p.grid_count) {
    faults.push_back({.rule = PlanRule::label, .grid = grid, .block = block});
    return faults;
  }
  if (from == grid) return faults;
  if (members_[at(from)].size() == 1) faults.push_back({.rule = PlanRule::empty, .grid = from});
  if (members_[at(from)].size() > 1 && !can_leave(block)) {
    std::int64_t parts = 0;  // into which what hung together through the block falls
    auto off = cut_off(block);
    const auto stamp = search_ << 24;
    // The largest part is not in `off`; the others are counted by walking each once more.
    const auto again = ++search_ << 24;
    for (const auto start : off) {
      if (seen_[at(start)] == again) continue;
      ++parts;
      queue_.assign(1, start);
      seen_[at(start)] = again;
      for (std::size_t head = 0; head < queue_.size(); ++head)
        for (const auto& side : p.graph.neighbours(queue_[head])) {
          if (side.block == block || seen_[at(side.block)] != stamp) continue;
          seen_[at(side.block)] = again;
          queue_.push_back(side.block);
        }
    }
    faults.push_back(
        {.rule = PlanRule::connected, .grid = from, .block = block, .value = parts + 1});
  }
  const auto touches = std::ranges::any_of(p.graph.neighbours(block), [&](const BlockSide& side) {
    return grid_of_[at(side.block)] == grid;
  });
  if (!touches && !members_[at(grid)].empty())
    faults.push_back({.rule = PlanRule::connected, .grid = grid, .block = block, .value = 2});

  for (std::size_t i = 0; i < limits_.size(); ++i) {
    const auto w = p.limits[i].weight[at(block)];
    for (const auto& [g, sum] : {std::pair{from, limits_[i].sums[at(from)] - w},
                                 std::pair{grid, limits_[i].sums[at(grid)] + w}})
      if (excess_of(i, g, sum) > 0)
        faults.push_back({.rule = PlanRule::limit,
                          .grid = g,
                          .other = static_cast<std::int32_t>(i),
                          .value = sum});
  }
  if (!p.parent_of_block.empty() && p.parent_of_block[at(block)] != p.parent_of_grid[at(grid)])
    faults.push_back({.rule = PlanRule::nested, .grid = grid, .block = block});
  for (const auto& term : p.terms)
    if (term.kind == TermKind::assignment &&
        term.cost[at(block) * at(term.owners) + at(term.owner_of_grid[at(grid)])] == kForbidden) {
      faults.push_back({.rule = PlanRule::forbidden, .grid = grid, .block = block});
      break;
    }
  if (!p.locked.empty() && p.locked[at(block)] != 0 && p.reference[at(block)] != grid)
    faults.push_back({.rule = PlanRule::locked, .grid = grid, .block = block});
  for (const auto other : together_.of(block))
    if (grid_of_[at(other)] != grid)
      faults.push_back({.rule = PlanRule::together, .grid = grid, .block = block, .other = other});
  for (const auto other : apart_.of(block))
    if (grid_of_[at(other)] == grid)
      faults.push_back({.rule = PlanRule::apart, .grid = grid, .block = block, .other = other});
  if (p.max_moved >= 0 && moved_ + moved_delta(block, grid) > p.max_moved)
    faults.push_back({.rule = PlanRule::moved, .value = moved_ + moved_delta(block, grid)});
  return faults;
}

}  // namespace libgrid
