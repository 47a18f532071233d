#pragma once

#include <cstdint>
#include <span>

namespace libgrid {

/// How evenly something is shared. Every number is 0 when all are equal, but the last two, which
/// are then 1.
struct Balance {
  std::int64_t n = 0;
  double mean = 0.0;
  double gini = 0.0;             ///< 0 … 1 - 1/n, from the Lorenz curve that starts at the origin
  double cv = 0.0;               ///< standard deviation (of the population) ÷ mean
  double theil = 0.0;            ///< Theil's T, 0 … ln n
  double range_over_mean = 0.0;  ///< (largest - smallest) ÷ mean
  double max_over_mean = 0.0;    ///< 1 … n
  double jain = 0.0;             ///< Jain's index (Σx)²/(nΣx²), 1/n … 1
};

/// Measures the loads, each counted `weights[i]` times (empty: once). Entries of weight 0 do not
/// count.
///
/// Without entries everything is NaN; loads that are all zero are equal. Sums run over the sorted
/// loads, so the order of the rows changes no bit. O(n log n). Throws InvalidInput naming the first
/// entry that is negative or not finite, and when the lengths differ.
[[nodiscard]] Balance measure_balance(std::span<const double> loads,
                                      std::span<const double> weights = {});

}  // namespace libgrid
