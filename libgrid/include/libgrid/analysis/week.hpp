#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/analysis/coverage.hpp"
#include "libgrid/analysis/reach.hpp"
#include "libgrid/model/sessions.hpp"

namespace libgrid {

struct WeekOptions {
  Seconds threshold{900};  ///< inclusive
  /// Which week of its rhythm a session starts in, 0 … every_n_weeks-1; empty: all in the first.
  std::span<const std::int32_t> week_offset{};
};

/// Who has someone in reach, over the week. The cycle is as many weeks as the sessions' rhythms
/// need until they repeat (one when all are weekly); its spans are the stretches in which the same
/// sites are open.
struct WeekCoverage {
  std::int32_t cycle_weeks = 1;
  std::vector<std::int32_t> start_min;   ///< by span: minutes from Monday 00:00 of the first week
  std::vector<std::int32_t> end_min;     ///< by span
  std::vector<std::int32_t> open_sites;  ///< by span
  std::vector<double> people;            ///< spans × groups: who has an open site in reach then
  std::vector<double> reached_min;       ///< by household: minutes a week, mean over the cycle
  std::vector<std::int32_t> longest_gap_min;  ///< by household: the longest stretch without, round
                                              ///< the cycle's end; the whole cycle when never
};

/// Coverage as a function of time: for every household the minutes a week in which a site with an
/// open session lies within the threshold, and for every stretch of the cycle the people who have
/// one. O(pairs + households × spans / 64 + covered spans). Same bits on any number of threads.
///
/// Throws as measure_access; also on sessions at sites that are no column, on offsets out of range,
/// and when the rhythms repeat only after more than 60 weeks.
[[nodiscard]] WeekCoverage measure_week(const Times& times, ResidentGroups residents,
                                        const Sessions& sessions, const WeekOptions& options = {},
                                        const RunControl& run = {});

}  // namespace libgrid
