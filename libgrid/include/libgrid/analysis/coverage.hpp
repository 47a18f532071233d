#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/analysis/reach.hpp"
#include "libgrid/analysis/summary.hpp"

namespace libgrid {

/// People by household and group (usual, migrant, all, key, signed …).
struct ResidentGroups {
  std::span<const double> people;  ///< households × groups, row-major
  std::int64_t groups = 1;
};

/// Two questions share these and are never mixed: access (household → a site, 15 minutes) and
/// response (own team → household, 10 minutes).
struct CoverageOptions {
  Seconds threshold{900};                ///< inclusive; a time of zero counts
  std::span<const std::uint8_t> open{};  ///< by column: has a session or is on duty; empty: all are
  std::span<const std::uint8_t>
      uncertain{};  ///< by household: near the edge, neighbours beyond it not known
};

struct GroupCoverage {
  TimeSummary time;
  double uncovered = 0.0;  ///< by what is known: people = covered + uncovered
  double uncertain = 0.0;  ///< of the uncovered, those flagged; the covered stay covered
  double share_8min = 0.0;
  double share_10min = 0.0;
  double share_15min = 0.0;
};

struct AccessCoverage {
  std::vector<double> time_s;         ///< +inf: no way
  std::vector<std::int32_t> nearest;  ///< -1: none; ties to the lowest column
  std::vector<std::uint8_t> covered;
  std::vector<std::uint8_t> uncertain;
  std::vector<GroupCoverage> groups;
};

/// The people of a group beside what `own` says of them.
struct GroupResponse {
  double no_team = 0.0;               ///< people whose household has no own team; never covered
  double covered_by_nearest = 0.0;    ///< had the nearest team come
  double mean_boundary_cost_s = 0.0;  ///< over people whose cost is finite; NaN when there are none
};

struct ResponseCoverage {
  AccessCoverage own;  ///< times from the own team; `nearest` is the nearest team
  std::vector<double> nearest_time_s;
  std::vector<double>
      boundary_cost_s;  ///< own - nearest; inf: the own team cannot come; NaN: no own team
  std::vector<GroupResponse> groups;
};

/// Which households reach an open site within the threshold. O(entries + households·(log households
/// + groups)). Throws InvalidInput on lengths that differ, NaN or negative times, people that are
/// negative or not finite, and a threshold that is not above 0.
[[nodiscard]] AccessCoverage measure_access(const Times& times, ResidentGroups residents,
                                            const CoverageOptions& options,
                                            const RunControl& run = {});

/// Which households their own team reaches within the threshold, and what the boundary costs
/// against the nearest team. `times` run from team to household and include turnout. Cost and
/// Throws as measure_access; own teams out of range too.
[[nodiscard]] ResponseCoverage measure_response(const Times& times, ResidentGroups residents,
                                                std::span<const std::int32_t> own_team,
                                                const CoverageOptions& options,
                                                const RunControl& run = {});

}  // namespace libgrid
