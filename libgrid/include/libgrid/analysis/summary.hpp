#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/units.hpp"

namespace libgrid {

/// Weighted numbers of one set of people. Mean and quantiles are over those who are reached (finite
/// values); they are NaN when nobody is.
struct TimeSummary {
  std::int64_t households = 0;
  double people = 0.0;
  double unreachable = 0.0;    ///< people whose value is +inf
  double covered = 0.0;        ///< people at or below the threshold
  double covered_share = 0.0;  ///< of all people, NaN when there are none
  double mean_s = 0.0;
  double median_s = 0.0;  ///< the smallest value that half of the reached people are at or below
  double p90_s = 0.0;     ///< the same for nine tenths
  double max_s = 0.0;     ///< of the reached who are people (weight above 0)
};

/// The rows in ascending order of their value, ties by row: sort once, summarise many groups.
[[nodiscard]] std::vector<std::int32_t> rows_by_value(std::span<const double> values_s);

/// Summarises one set of people from its values in ascending order and the weight of each.
///
/// Quantiles compare whole multiples (10·Σ ≥ 9·total), so whole weights give exact answers.
/// O(values).
[[nodiscard]] TimeSummary summarise_sorted(std::span<const double> sorted_values_s,
                                           std::span<const double> weights, Seconds threshold);

/// One summary for each label (grid, team, site …) and a last one for the rows with label -1, so
/// that nobody is lost. O(rows · log rows). Throws InvalidInput on lengths that differ, values that
/// are NaN or negative, weights that are negative or not finite, labels out of range, and a
/// threshold that is not above 0.
[[nodiscard]] std::vector<TimeSummary> summarise(std::span<const double> values_s,
                                                 std::span<const double> weights,
                                                 std::span<const std::int32_t> labels,
                                                 std::int32_t label_count, Seconds threshold);

}  // namespace libgrid
