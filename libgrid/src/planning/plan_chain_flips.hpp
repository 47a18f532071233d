#pragma once

// Flips of PlanChain; included by plan_chain.hpp.

#include <algorithm>
#include <array>

namespace libgrid {

/// A uniform open edge and one of its ends: the end goes to the other's grid. The chance of the way
/// there is (its neighbours there) ÷ (2 · open edges), so Metropolis' rule makes the law uniform.
template <class Law>
void PlanChain<Law>::flip() {
  const auto edge = draw_open();
  const bool second = (rng_() >> 63) != 0;
  const auto& graph = state_.problem().graph;
  const auto e = static_cast<std::size_t>(edge);
  const auto block = second ? graph.b()[e] : graph.a()[e];
  const auto from = grid_at(edge, second);
  const auto to = grid_at(edge, !second);
  if (!may_flip(block, from, to)) return void(++counts_.no_cut);
  std::int64_t here = 0;
  std::int64_t there = 0;
  for (const auto& side : graph.neighbours(block)) {
    const auto grid = state_.grid_of(side.block);
    here += grid == from ? 1 : 0;
    there += grid == to ? 1 : 0;
  }
  const auto open = static_cast<std::int64_t>(state_.open_edges().size());
  const auto then = open + here - there;
  if (here * open < there * then &&
      rng_.unit() * static_cast<double>(there * then) >= static_cast<double>(here * open))
    return void(++counts_.refused);
  if (here > 1 && !holds_without(block, from)) return void(++counts_.cut_apart);
  const std::array<std::int32_t, 2> grids{from, to};
  if (!rung_.empty()) {
    const auto limits = state_.problem().limits.size();
    next_weight_.resize(2 * limits);
    for (std::size_t i = 0; i < limits; ++i) {
      const auto w = state_.problem().limits[i].weight[static_cast<std::size_t>(block)];
      next_weight_[i] = state_.weight(i, from) - w;
      next_weight_[limits + i] = state_.weight(i, to) + w;
    }
    if (!accept_rungs(grids)) return void(++counts_.refused);
  }
  state_.move(block, to);
  ++counts_.accepted;
}

template <class Law>
bool PlanChain<Law>::may_flip(std::int32_t block, std::int32_t from, std::int32_t to) const {
  if (state_.members(from).size() < 2) return false;
  const auto& limits = state_.problem().limits;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const auto w = limits[i].weight[static_cast<std::size_t>(block)];
    if (state_.weight(i, from) - w < limits[i].lowest[static_cast<std::size_t>(from)] ||
        state_.weight(i, to) + w > limits[i].highest[static_cast<std::size_t>(to)])
      return false;
  }
  if (!state_.ruled(block)) return true;
  if (!state_.may_go(block, to) || !state_.together_with(block).empty()) return false;
  for (const auto other : state_.apart_from(block))
    if (state_.grid_of(other) == to) return false;
  const auto most = state_.problem().max_moved;
  return most < 0 || state_.moved() + state_.added_move(block, to) <= most;
}

/// Whether the grid hangs together without the block: a search from each of the block's neighbours
/// in it, in turns, so that it ends with the smallest part or where the last two searches meet.
template <class Law>
bool PlanChain<Law>::holds_without(std::int32_t block, std::int32_t grid) {
  const auto& graph = state_.problem().graph;
  const auto sides = graph.neighbours(block);
  const auto step = static_cast<std::uint32_t>(sides.size()) + 1;
  if (epoch_ > ~std::uint32_t{0} - 2 * step) {
    std::ranges::fill(mark_, 0);
    epoch_ = 0;
  }
  const auto first = epoch_ + 1;  // mark first + i: met by search i
  epoch_ += step;
  if (searches_.size() < sides.size()) searches_.resize(sides.size());
  std::uint32_t count = 0;
  for (const auto& side : sides) {
    if (state_.grid_of(side.block) != grid) continue;
    mark_[static_cast<std::size_t>(side.block)] = first + count;
    auto& search = searches_[count];
    search.queue.clear();
    search.queue.push_back(side.block);
    search.next = 0;
    search.joined = count++;
  }
  const auto root = [&](std::uint32_t i) {
    while (searches_[i].joined != i) i = searches_[i].joined;
    return i;
  };
  for (auto apart = count; apart > 1;) {
    for (std::uint32_t i = 0; i < count; ++i) {
      auto& search = searches_[i];
      if (search.next == search.queue.size()) {
        bool ended = true;  // its part is searched when all that it joined have ended too
        for (std::uint32_t j = 0; j < count && ended; ++j)
          ended = searches_[j].next == searches_[j].queue.size() || root(j) != root(i);
        if (ended) return false;
        continue;
      }
      for (const auto& side : graph.neighbours(search.queue[search.next++])) {
        if (side.block == block || state_.grid_of(side.block) != grid) continue;
        auto& mark = mark_[static_cast<std::size_t>(side.block)];
        if (mark < first) {
          mark = first + i;
          search.queue.push_back(side.block);
        } else if (const auto a = root(mark - first), b = root(i); a != b) {
          searches_[a].joined = b;
          if (--apart == 1) return true;
        }
      }
    }
  }
  return true;
}

}  // namespace libgrid
