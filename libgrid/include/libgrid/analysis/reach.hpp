#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "libgrid/base/run_control.hpp"

namespace libgrid {

/// Travel times, one row a household, one column a site or team; +inf where there is no way.
struct TimeMatrix {
  std::span<const double> time_s;  ///< rows × columns, row-major
  std::int64_t rows = 0;
  std::int64_t columns = 0;
};

/// The pairs in reach only: row r has `index[ptr[r]] … index[ptr[r+1]-1]`; a pair that is missing
/// has no way.
struct TimePairs {
  std::span<const std::int64_t> ptr;  ///< rows + 1 entries
  std::span<const std::int32_t> index;
  std::span<const std::uint32_t> ms;
  std::int64_t columns = -1;  ///< -1: not known, then indices are checked from below only
};

/// The k nearest columns of each row, nearest first; index -1 once there are no more.
struct TimeNearest {
  std::span<const std::int32_t> index;  ///< rows × k
  std::span<const double> time_s;       ///< rows × k
  std::int64_t rows = 0;
  std::int64_t k = 0;
  std::int64_t columns = -1;  ///< -1: not known
};

using Times = std::variant<TimeMatrix, TimePairs, TimeNearest>;

[[nodiscard]] std::int64_t row_count(const Times& times);

struct Reach {
  std::vector<double> time_s;         ///< +inf: none
  std::vector<std::int32_t> nearest;  ///< -1: none; ties go to the lowest column
};

/// The nearest column of each row among those that are open (`open` empty: all of them).
/// O(entries).
///
/// Throws InvalidInput on shapes that do not fit, times that are NaN or negative, and on
/// TimeNearest rows whose k columns are all closed while there may be more: the answer would be
/// unknown, not none.
[[nodiscard]] Reach find_reach(const Times& times, std::span<const std::uint8_t> open = {},
                               const RunControl& run = {});

/// Each row's time to its own column: +inf where there is no way, no own column (-1) or it is not
/// open. Throws as find_reach; with TimeNearest also when the own column is beyond the k nearest.
[[nodiscard]] std::vector<double> find_own_times(const Times& times,
                                                 std::span<const std::int32_t> own,
                                                 std::span<const std::uint8_t> open = {},
                                                 const RunControl& run = {});

}  // namespace libgrid
