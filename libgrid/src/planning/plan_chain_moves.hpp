#pragma once

// Moves of two and three grids of PlanChain; included by plan_chain.hpp.

#include <algorithm>
#include <array>

#include "libgrid/base/error.hpp"

namespace libgrid {

/// ReCom: the pair of a uniform open edge. Reversible as published: a uniform pair of all, and the
/// chain stays where they are no neighbours. By open edges the pair comes with chance
/// seam ÷ open edges, so that the ratio of open edges takes the seam's place.
template <class Law>
void PlanChain<Law>::recombine_two() {
  std::array<std::int32_t, 2> grids{};
  const bool by_pair = reversible() && options_.pair_by == PairBy::pair;
  if (by_pair) {
    const auto drawn = draw_below(rng_, state_.pair_total());
    if (drawn >= state_.pairs().size()) {
      ++counts_.not_neighbours;
      return;
    }
    grids = {state_.pairs()[drawn].a, state_.pairs()[drawn].b};
  } else {
    const auto edge = draw_open();
    grids = {grid_at(edge, false), grid_at(edge, true)};
  }
  if (!propose(grids)) return;
  const auto seam = measure_seam(grids);
  if (!seam.changed) {
    ++counts_.unchanged;
    return;
  }
  if (!keeps_rules(grids)) {
    ++counts_.broke_rules;
    return;
  }
  if (by_pair) {
    if (!Law::accept_seam(seam.after, rng_)) {
      ++counts_.refused;
      return;
    }
  } else if (reversible()) {
    const auto now = static_cast<double>(state_.open_edges().size());
    const auto then = now - static_cast<double>(seam.before) + static_cast<double>(seam.after);
    if (rng_.unit() * then >= now) {
      ++counts_.refused;
      return;
    }
  }
  if (!accept_split(grids)) {
    ++counts_.refused;
    return;
  }
  apply(grids);
}

/// Three grids. Two uniform open edges that share one grid give the triple with chance
/// 2·(trees of its quotient) ÷ open edges², and as many trees of the whole lead to each plan per
/// tree of its parts: the ratio of squares makes it reversible.
template <class Law>
void PlanChain<Law>::recombine_three() {
  const auto first = draw_open();
  std::array<std::int32_t, 3> grids{grid_at(first, false), grid_at(first, true), -1};
  if (reversible()) {
    const auto second = draw_open();
    const auto c = grid_at(second, false);
    const auto d = grid_at(second, true);
    const bool has_c = c == grids[0] || c == grids[1];
    const bool has_d = d == grids[0] || d == grids[1];
    if (has_c == has_d) {
      ++counts_.not_neighbours;
      return;
    }
    grids[2] = has_c ? d : c;
  } else {
    merged_.assign(state_.members(grids[0]).begin(), state_.members(grids[0]).end());
    merged_.insert(merged_.end(), state_.members(grids[1]).begin(), state_.members(grids[1]).end());
    if (!find_third(grids[2])) {
      ++counts_.not_neighbours;
      return;
    }
  }
  if (!propose(grids)) return;
  const auto seam = measure_seam(grids);
  if (!seam.changed) {
    ++counts_.unchanged;
    return;
  }
  if (!keeps_rules(grids)) {
    ++counts_.broke_rules;
    return;
  }
  if (reversible()) {
    const auto now = static_cast<double>(state_.open_edges().size());
    const auto then = now - static_cast<double>(seam.before) + static_cast<double>(seam.after);
    if (rng_.unit() * then * then >= now * now) {
      ++counts_.refused;
      return;
    }
  }
  if (!accept_split(grids)) {
    ++counts_.refused;
    return;
  }
  apply(grids);
}

/// A neighbour of the merged pair with the same parent, by a uniform side that leads out of it.
template <class Law>
bool PlanChain<Law>::find_third(std::int32_t& third) {
  const auto& problem = state_.problem();
  const auto a = state_.grid_of(merged_.front());
  const auto b = state_.grid_of(merged_.back());
  outer_.clear();
  for (const auto block : merged_)
    for (const auto& side : problem.graph.neighbours(block)) {
      const auto grid = state_.grid_of(side.block);
      if (grid == a || grid == b) continue;
      if (!problem.parent_of_grid.empty() &&
          problem.parent_of_grid[static_cast<std::size_t>(grid)] !=
              problem.parent_of_grid[static_cast<std::size_t>(a)])
        continue;
      outer_.push_back(grid);
    }
  if (outer_.empty()) return false;
  third = outer_[rng_.below(outer_.size())];
  return true;
}

/// Merges, draws a tree, chooses among its cuts and splits. False: the chain stays.
template <class Law>
bool PlanChain<Law>::propose(std::span<const std::int32_t> grids) {
  merged_.clear();
  for (const auto grid : grids)
    merged_.insert(merged_.end(), state_.members(grid).begin(), state_.members(grid).end());
  const auto& problem = state_.problem();
  const bool connected = recombiner_.merge(problem.graph, problem.limits, grids, merged_);
  LIBGRID_ASSERT(connected);
  ++counts_.trees;
  // As many numbers as no tree of these blocks has cuts: each cut has the same chance then.
  std::uint64_t chosen = 0;
  if (reversible()) chosen = rng_.below(most_ways(grids));
  Law::draw(recombiner_, rng_);
  const auto count = recombiner_.find_cuts();
  if (reversible() && options_.most_balanced_edges > 0 && grids.size() == 2) {
    // Each edge stands once or twice in a row, by the naming of its parts.
    std::uint64_t edges = 0;
    const auto cuts = recombiner_.cuts();
    for (std::size_t i = 0; i < cuts.size(); ++i)
      edges += i == 0 || cuts[i].low != cuts[i - 1].low ? 1 : 0;
    require(edges <= static_cast<std::uint64_t>(options_.most_balanced_edges), [&] {
      return "sampling: a tree had " + std::to_string(edges) +
             " balanced edges, more than the bound of " +
             std::to_string(options_.most_balanced_edges) +
             " that the law rests on: give a higher one or none";
    });
  }
  if (count == 0) {
    ++counts_.no_cut;
    return false;
  }
  if (reversible()) {
    if (chosen >= count) {
      ++counts_.few_cuts;
      return false;
    }
  } else {
    chosen = rng_.below(count);
  }
  recombiner_.split(chosen);
  return true;
}

template <class Law>
std::uint64_t PlanChain<Law>::most_ways(std::span<const std::int32_t> grids) const {
  const auto n = recombiner_.blocks().size();
  if (grids.size() == 3) return 6 * ((n - 1) * (n - 2) / 2);
  if (options_.most_balanced_edges > 0)
    return 2 * static_cast<std::uint64_t>(options_.most_balanced_edges);
  const auto& limits = state_.problem().limits;
  least_.resize(limits.size());
  for (std::size_t i = 0; i < limits.size(); ++i)
    least_[i] = std::min(limits[i].lowest[static_cast<std::size_t>(grids[0])],
                         limits[i].lowest[static_cast<std::size_t>(grids[1])]);
  return 2 * bound_.most_edges(n, recombiner_.total(), least_);
}

template <class Law>
typename PlanChain<Law>::Seam PlanChain<Law>::measure_seam(
    std::span<const std::int32_t> grids) const {
  Seam seam;
  const auto part = recombiner_.part();
  // Members were laid down grid by grid, so a node's number tells where it came from.
  const auto first = state_.members(grids[0]).size();
  const auto second = first + state_.members(grids[1]).size();
  const auto origin = [&](std::uint32_t v) { return (v >= first ? 1 : 0) + (v >= second ? 1 : 0); };
  for (const auto& edge : recombiner_.edges()) {
    const bool was = origin(edge.a) != origin(edge.b);
    const bool is = part[edge.a] != part[edge.b];
    seam.before += was ? 1 : 0;
    seam.after += is ? 1 : 0;
    seam.changed = seam.changed || was != is;
  }
  return seam;
}

template <class Law>
bool PlanChain<Law>::keeps_rules(std::span<const std::int32_t> grids) const {
  if (!state_.any_rules()) return true;
  const auto blocks = recombiner_.blocks();
  const auto part = recombiner_.part();
  std::int64_t moved = state_.moved();
  for (std::size_t v = 0; v < blocks.size(); ++v) {
    const auto block = blocks[v];
    if (!state_.ruled(block)) continue;
    const auto grid = grids[part[v]];
    if (!state_.may_go(block, grid)) return false;
    moved += state_.added_move(block, grid);
    // A partner outside the merged grids stays where it is, in another grid.
    for (const auto other : state_.apart_from(block))
      if (const auto u = recombiner_.find_node(other); u != kNoNode && part[u] == part[v])
        return false;
    for (const auto other : state_.together_with(block))
      if (const auto u = recombiner_.find_node(other); u == kNoNode || part[u] != part[v])
        return false;
  }
  const auto most = state_.problem().max_moved;
  return most < 0 || moved <= most;
}

template <class Law>
void PlanChain<Law>::apply(std::span<const std::int32_t> grids) {
  const auto blocks = recombiner_.blocks();
  const auto part = recombiner_.part();
  for (std::size_t v = 0; v < blocks.size(); ++v) state_.move(blocks[v], grids[part[v]]);
  ++counts_.accepted;
}

}  // namespace libgrid
