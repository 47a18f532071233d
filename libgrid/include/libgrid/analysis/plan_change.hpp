#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/model/plan.hpp"

namespace libgrid {

/// What blocks weigh: households, residents, signed people …, one column each.
struct BlockWeights {
  std::span<const std::int64_t>
      weight;  ///< blocks × columns, row-major; empty: every block counts 1
  std::int64_t columns = 1;
};

/// The blocks that an old and a new grid share; only pairs that share some.
struct GridOverlap {
  std::vector<std::int32_t> old_grid;  ///< ascending; -1: had none
  std::vector<std::int32_t> new_grid;  ///< ascending within an old grid; -1: has none now
  std::vector<std::int64_t> blocks;
  std::vector<std::int64_t> weight;  ///< pairs × columns
};

/// Two plans of the same blocks, with the new grids recognised as old ones whatever their labels.
struct PlanChange {
  GridOverlap overlap;
  std::vector<std::int32_t> old_of_new;  ///< the old grid that a new one continues; -1: it is new
  std::vector<std::int32_t> new_of_old;  ///< -1: the old grid is dissolved
  std::vector<std::uint8_t> moved;       ///< by block: its new grid does not continue its old one
  std::int64_t moved_blocks = 0;
  std::vector<std::int64_t> moved_weight;  ///< by column
  bool optimal = true;  ///< false: a group of entangled grids was too big and was matched greedily
};

/// Up to this many cells (old × new grids of one entangled group) the matching is optimal: a 500 ×
/// 500 assignment stays within about a second.
inline constexpr std::int64_t kMaxAssignmentCells = 250'000;

/// Matches new grids to old ones so that the matched pairs keep the largest weight (first column);
/// ties keep more blocks, then more equal labels. Each connected group of overlapping grids is
/// solved by itself, by optimal assignment (Kuhn 1955, shortest augmenting paths) up to
/// `max_cells`, beyond that greedily by overlap.
///
/// A pair without overlap is never matched; no dense grids × grids table is made for the whole
/// plan. O(blocks log blocks) plus O(m²n) for a group of m × n grids, m ≤ n. Throws InvalidInput on
/// lengths that differ, labels out of range and negative weights.
[[nodiscard]] PlanChange compare_plans(PlanView old_plan, PlanView new_plan,
                                       BlockWeights weights = {},
                                       std::int64_t max_cells = kMaxAssignmentCells);

}  // namespace libgrid
