#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace libgrid {

/// One group's part in an inequality.
struct TheilGroup {
  std::int64_t n = 0;        ///< entries with a weight
  double weight = 0.0;       ///< people
  double mean = 0.0;         ///< NaN without people
  double theil = 0.0;        ///< inside the group; NaN without people
  double within_part = 0.0;  ///< its value's share × theil: these add up to `within`
};

/// Theil's T in two parts that add up to it: within the groups and between their means.
struct TheilParts {
  double total = 0.0;
  double within = 0.0;
  double between = 0.0;
  std::vector<TheilGroup> groups;
};

/// Decomposes Theil's T by group (grid, team, usual and migrant …). Labels are 0 … group_count-1.
///
/// Everything is NaN without people and 0 when all values are 0. O(n log n); the order of the rows
/// changes no bit. Source: Theil (1967), Economics and Information Theory.
/// Throws InvalidInput on lengths that differ, entries that are negative or not finite, and labels
/// out of range.
[[nodiscard]] TheilParts decompose_theil(std::span<const double> values,
                                         std::span<const double> weights,
                                         std::span<const std::int32_t> labels,
                                         std::int32_t group_count);

}  // namespace libgrid
