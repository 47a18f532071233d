#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace libgrid {

/// A plan: the grid of each block, `-1` for a block without one, else 0 … grid_count-1.
struct PlanView {
  std::span<const std::int32_t> grid_of;
  std::int32_t grid_count = 0;
};

/// Throws InvalidInput naming the first five blocks whose label is below -1 or not below
/// `grid_count`; `name` is how the message calls the plan.
void check_plan(PlanView plan, std::string_view name = "plan");

/// Same check for any column of labels: `name` is the column, `rows` what its rows are.
void check_labels(std::span<const std::int32_t> labels, std::int32_t label_count,
                  std::string_view name, std::string_view rows);

/// The blocks of each grid as ragged columns: those of grid g are `block[begin[g]] …
/// block[begin[g+1]-1]`.
struct GridMembers {
  std::vector<std::int64_t> begin;  ///< grid_count + 1 entries
  std::vector<std::int32_t> block;  ///< ascending within a grid; blocks without a grid are left out
};

/// O(blocks + grids). Throws as check_plan.
[[nodiscard]] GridMembers members_by_grid(PlanView plan);

}  // namespace libgrid
