#include "chain_state.hpp"

#include <algorithm>
#include <map>

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// A number of 64 bits for each edge (SplitMix64), so that a set of edges has one by exclusive or.
std::uint64_t key_of(std::int32_t edge) {
  auto z = (static_cast<std::uint64_t>(edge) + 1) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace

ChainState::ChainState(const PlanProblem& problem, std::span<const std::int32_t> plan,
                       bool count_pairs)
    : problem_{&problem},
      limits_{problem.limits.size()},
      grid_of_(plan.begin(), plan.end()),
      members_(at(problem.grid_count)),
      place_(plan.size()),
      weight_(at(problem.grid_count) * limits_, 0),
      open_place_(at(problem.graph.edge_count()), -1),
      count_pairs_{count_pairs},
      scores_{problem, plan} {
  const auto& graph = problem.graph;
  const auto usual = plan.size() / at(problem.grid_count) + 1;
  for (auto& members : members_) members.reserve(2 * usual);
  for (std::size_t b = 0; b < plan.size(); ++b) {
    auto& members = members_[at(plan[b])];
    place_[b] = static_cast<std::int32_t>(members.size());
    members.push_back(static_cast<std::int32_t>(b));
    for (std::size_t i = 0; i < limits_; ++i)
      weight_[at(plan[b]) * limits_ + i] += problem.limits[i].weight[b];
    if (!problem.reference.empty() && !problem.moved_weight.empty() && problem.reference[b] >= 0 &&
        problem.reference[b] != plan[b])
      moved_ += problem.moved_weight[b];
  }
  for (std::int32_t e = 0; e < graph.edge_count(); ++e) {
    const auto a = grid_of_[at(graph.a()[at(e)])];
    const auto b = grid_of_[at(graph.b()[at(e)])];
    if (a == b) continue;
    key_ ^= key_of(e);
    if (!problem.parent_of_grid.empty() &&
        problem.parent_of_grid[at(a)] != problem.parent_of_grid[at(b)]) {
      ++fixed_cut_;
      continue;
    }
    open_place_[at(e)] = static_cast<std::int32_t>(open_.size());
    open_.push_back(e);
    if (count_pairs_) pairs_.add(a, b);
  }
  std::map<std::int32_t, std::uint64_t> in_parent;
  for (std::int32_t g = 0; g < problem.grid_count; ++g)
    pair_total_ += in_parent[problem.parent_of_grid.empty() ? 0 : problem.parent_of_grid[at(g)]]++;
  note_rules();
}

void ChainState::note_rules() {
  const auto& p = *problem_;
  const auto n = grid_of_.size();
  const auto may_forbid = [](const PlanTerm& term) {
    return term.kind == TermKind::assignment &&
           std::ranges::find(term.cost, kForbidden) != term.cost.end();
  };
  const bool any_locked = std::ranges::any_of(p.locked, [](auto lock) { return lock != 0; });
  if (!any_locked && p.keep_apart.empty() && p.keep_together.empty() && p.max_moved < 0 &&
      std::ranges::none_of(p.terms, may_forbid))
    return;
  ruled_.assign(n, p.max_moved >= 0 ? 1 : 0);
  apart_.resize(n);
  together_.resize(n);
  for (std::size_t b = 0; b < n && any_locked; ++b)
    if (p.locked[b] != 0) ruled_[b] = 1;
  for (const auto& [a, b] : p.keep_apart) {
    apart_[at(a)].push_back(b);
    apart_[at(b)].push_back(a);
    ruled_[at(a)] = ruled_[at(b)] = 1;
  }
  for (const auto& [a, b] : p.keep_together) {
    together_[at(a)].push_back(b);
    together_[at(b)].push_back(a);
    ruled_[at(a)] = ruled_[at(b)] = 1;
  }
  for (const auto& term : p.terms) {
    if (!may_forbid(term)) continue;
    for (std::size_t i = 0; i < term.cost.size(); ++i)
      if (term.cost[i] == kForbidden) ruled_[i / at(term.owners)] = 1;
  }
}

bool ChainState::may_go(std::int32_t block, std::int32_t grid) const {
  const auto& p = *problem_;
  if (!p.locked.empty() && p.locked[at(block)] != 0 && p.reference[at(block)] != grid) return false;
  return std::ranges::none_of(p.terms, [&](const PlanTerm& term) {
    return term.kind == TermKind::assignment &&
           term.cost[at(block) * at(term.owners) + at(term.owner_of_grid[at(grid)])] == kForbidden;
  });
}

std::int64_t ChainState::added_move(std::int32_t block, std::int32_t grid) const {
  const auto& p = *problem_;
  if (p.max_moved < 0) return 0;
  const auto home = p.reference[at(block)];
  if (home < 0) return 0;
  const auto w = p.moved_weight[at(block)];
  return (grid != home ? w : 0) - (grid_of_[at(block)] != home ? w : 0);
}

void ChainState::toggle(std::int32_t edge, bool cut) {
  key_ ^= key_of(edge);
  if (!scores_.empty()) scores_.toggle(edge, cut);
  auto& place = open_place_[at(edge)];
  if (cut) {
    place = static_cast<std::int32_t>(open_.size());
    open_.push_back(edge);
    return;
  }
  const auto last = open_.back();
  open_[at(place)] = last;
  open_place_[at(last)] = place;
  open_.pop_back();
  place = -1;
}

void ChainState::move(std::int32_t block, std::int32_t to) {
  const auto& p = *problem_;
  const auto from = grid_of_[at(block)];
  if (from == to) return;
  moved_ += added_move(block, to);
  for (const auto& side : p.graph.neighbours(block)) {
    const auto grid = grid_of_[at(side.block)];
    if (grid == from)
      toggle(side.edge, true);
    else if (grid == to)
      toggle(side.edge, false);
    if (!count_pairs_) continue;
    if (!p.parent_of_grid.empty() && p.parent_of_grid[at(grid)] != p.parent_of_grid[at(to)])
      continue;
    if (grid != from) pairs_.remove(from, grid);
    if (grid != to) pairs_.add(to, grid);
  }
  auto& old_members = members_[at(from)];
  const auto place = place_[at(block)];
  old_members[at(place)] = old_members.back();
  place_[at(old_members.back())] = place;
  old_members.pop_back();
  auto& new_members = members_[at(to)];
  place_[at(block)] = static_cast<std::int32_t>(new_members.size());
  new_members.push_back(block);
  for (std::size_t i = 0; i < limits_; ++i) {
    const auto w = p.limits[i].weight[at(block)];
    weight_[at(from) * limits_ + i] -= w;
    weight_[at(to) * limits_ + i] += w;
  }
  if (!scores_.empty()) scores_.move(block, from, to);
  grid_of_[at(block)] = to;
}

}  // namespace libgrid
