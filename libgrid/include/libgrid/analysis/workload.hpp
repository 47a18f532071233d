#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libgrid/model/service_rules.hpp"

namespace libgrid {

/// The people whom the work is for, one row a household.
struct WorkloadInput {
  std::span<const std::string> groups;    ///< names of the columns of `counts`
  std::span<const double> counts;         ///< households × groups, row-major; NaN: unknown
  std::span<const double> usual;          ///< usual residents
  std::span<const std::int32_t> grid_of;  ///< -1: in no grid
  std::span<const std::int32_t> team_of;  ///< the grid's own team; -1: none
  std::int32_t grid_count = 0;
  std::int32_t team_count = 0;
  std::span<const double> offered_min;  ///< annual minutes, one a team
  std::span<const double> travel_min;   ///< a home visit's journey: one for all, or one a household
};

/// Annual work by grid or by team. The last row is the households without one, so columns always
/// add up to the whole area.
struct WorkloadTable {
  std::vector<std::int64_t> households;
  std::vector<double> residents;      ///< usual residents
  std::vector<double> care_min;       ///< with the person
  std::vector<double> travel_min;     ///< on the way to home visits
  std::vector<double> asked_min;      ///< care + travel
  std::vector<double> estimated_min;  ///< of the asked: from prevalence, because counts are unknown
  std::vector<double> home_visits;
  /// A team's minutes; a grid has its residents' share of its team's. Last row: minutes of teams
  /// with no resident (grids), 0 (teams).
  std::vector<double> offered_min;
  std::vector<double> load;    ///< asked ÷ offered; inf: none offered; NaN: none asked either
  std::vector<double> people;  ///< rows × groups: known and estimated
  std::vector<std::uint8_t> estimated;  ///< rows × groups: 1 where some of the people are estimated
};

struct Workload {
  std::vector<std::string>
      groups;  ///< columns of `people`: those of the input that have a rule, then the
               ///< rules' groups that the input lacks, estimated everywhere
  WorkloadTable teams;
  WorkloadTable grids;
};

/// Measures annual minutes asked and offered: Σ people × contacts a year × minutes, plus travel for
/// home visits.
///
/// An unknown count is replaced by prevalence × usual residents. Every condition is counted by
/// itself: that one visit may serve several conditions needs data on persons, so the minutes are an
/// upper bound. Whole counts are added before they meet a fraction, so results do not depend on the
/// order of rows; O(households × groups). Throws InvalidInput on lengths that differ, labels out of
/// range, values that are negative or infinite.
[[nodiscard]] Workload measure_workload(const WorkloadInput& input,
                                        std::span<const ServiceRule> rules);

}  // namespace libgrid
