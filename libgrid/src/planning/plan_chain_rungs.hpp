#pragma once

// Tempering of PlanChain; included by plan_chain.hpp.

#include <cmath>

namespace libgrid {

template <class Law>
void PlanChain<Law>::start_rungs() {
  const auto limits = state_.problem().limits.size();
  std::vector<std::int64_t> weight(limits);
  for (std::int32_t g = 0; g < state_.problem().grid_count; ++g) {
    for (std::size_t i = 0; i < limits; ++i) weight[i] = state_.weight(i, g);
    rung_.push_back(rung_of(g, weight));
    loose_ += rung_.back();
  }
}

template <class Law>
std::int64_t PlanChain<Law>::rung_of(std::int32_t grid,
                                     std::span<const std::int64_t> weight) const {
  const auto g = static_cast<std::size_t>(grid);
  std::int64_t broken = 0;
  for (const auto& rung : options_.rungs) {
    bool holds = true;
    for (std::size_t i = 0; i < weight.size() && holds; ++i)
      holds = weight[i] >= rung[i].lowest[g] && weight[i] <= rung[i].highest[g];
    if (holds) break;  // wider rungs hold too
    ++broken;
  }
  return broken;
}

/// Metropolis' rule for the weight cooling^rungs, from next_weight_; notes the new rungs.
template <class Law>
bool PlanChain<Law>::accept_rungs(std::span<const std::int32_t> grids) {
  const auto limits = state_.problem().limits.size();
  std::int64_t change = 0;
  for (std::size_t g = 0; g < grids.size(); ++g) {
    next_rung_[g] = rung_of(grids[g], {next_weight_.data() + g * limits, limits});
    change += next_rung_[g] - rung_[static_cast<std::size_t>(grids[g])];
  }
  if (change > 0 && rng_.unit() >= std::pow(options_.cooling, static_cast<double>(change)))
    return false;
  for (std::size_t g = 0; g < grids.size(); ++g)
    rung_[static_cast<std::size_t>(grids[g])] = next_rung_[g];
  loose_ += change;
  return true;
}

template <class Law>
bool PlanChain<Law>::accept_split(std::span<const std::int32_t> grids) {
  if (rung_.empty()) return true;
  const auto& limits = state_.problem().limits;
  next_weight_.assign(grids.size() * limits.size(), 0);
  const auto blocks = recombiner_.blocks();
  const auto part = recombiner_.part();
  for (std::size_t v = 0; v < blocks.size(); ++v)
    for (std::size_t i = 0; i < limits.size(); ++i)
      next_weight_[part[v] * limits.size() + i] +=
          limits[i].weight[static_cast<std::size_t>(blocks[v])];
  return accept_rungs(grids);
}

}  // namespace libgrid
