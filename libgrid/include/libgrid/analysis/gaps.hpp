#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "libgrid/base/units.hpp"
#include "libgrid/geometry/point.hpp"

namespace libgrid {

/// Connected groups of households that are not covered, worst first.
struct Gaps {
  std::vector<std::int32_t> gap_of;      ///< by household; -1: covered
  std::vector<std::int64_t> households;  ///< by gap
  std::vector<double> people;            ///< by gap, descending; ties by the lowest row
};

/// Joins uncovered households that are at most `join` apart as the crow flies, directly or through
/// others.
///
/// Households on one point are one place. Exact and independent of the order of rows, but for
/// labels of gaps with equal people. O(n log n) for places spread as dwellings are. Throws
/// InvalidInput on lengths that differ, people who are negative or not finite, and a `join` that is
/// negative, NaN or over 100 km.
[[nodiscard]] Gaps find_gaps(std::span<const Point> points, std::span<const std::uint8_t> covered,
                             std::span<const double> people, Metres join = Metres{100});

/// The same with given neighbours, e.g. along the street. Pairs with a covered household join
/// nothing. O(n log n + pairs). Throws InvalidInput also on pairs out of range.
[[nodiscard]] Gaps find_gaps_along(
    std::span<const std::uint8_t> covered, std::span<const double> people,
    std::span<const std::pair<std::int32_t, std::int32_t>> neighbours);

}  // namespace libgrid
