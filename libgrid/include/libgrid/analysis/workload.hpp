#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libgrid/analysis/visit_merge.hpp"
#include "libgrid/base/run_control.hpp"
#include "libgrid/model/service_rules.hpp"

namespace libgrid {

/// The people whom the work is for, one row a household.
struct WorkloadInput {
  std::span<const std::string> groups;              ///< names of the columns of `counts`
  std::span<const std::span<const double>> counts;  ///< a column a group; NaN: unknown
  std::span<const double> usual;                    ///< usual residents
  std::span<const std::int32_t> grid_of;            ///< -1: in no grid
  std::span<const std::int32_t> team_of;            ///< the grid's own team; -1: none
  std::int32_t grid_count = 0;
  std::int32_t team_count = 0;
  std::span<const double> offered_min;  ///< annual minutes, one a team
  std::span<const double> travel_min;   ///< a home visit's journey: one for all, or one a household
};

struct WorkloadOptions {
  /// How far the contacts of one person merge. `none`: the minutes are an upper bound.
  ConditionOverlap merge = ConditionOverlap::none;
};

/// What a year's minutes are linear in, for one group: people who are counted; usual residents
/// whose count is unknown, as a whole or, where their ages are known, by age.
struct Exposure {
  double known = 0.0;
  double unknown = 0.0;
  std::array<double, 3> unknown_by_age{};
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
  std::vector<double> nested_min;    ///< asked, were conditions found in as few people as can be
  std::vector<double> disjoint_min;  ///< asked, were every contact made by itself
  /// A team's minutes; a grid has its residents' share of its team's. Last row: minutes of teams
  /// with no resident (grids), 0 (teams).
  std::vector<double> offered_min;
  std::vector<double> load;    ///< asked ÷ offered; inf: none offered; NaN: none asked either
  std::vector<double> people;  ///< rows × groups: known and estimated
  std::vector<std::uint8_t> estimated;  ///< rows × groups: 1 where some of the people are estimated
  std::vector<Exposure> exposure;       ///< rows × groups
  std::vector<Exposure> journeys;       ///< the same, each household by its journey
};

struct Workload {
  std::vector<std::string>
      groups;  ///< columns of `people`: those of the input that have a rule, then the
               ///< rules' groups that the input lacks, estimated everywhere
  WorkloadTable teams;
  WorkloadTable grids;
};

/// Measures annual minutes asked and offered: Σ people × contacts a year × minutes, plus travel for
/// home visits, less what merged visits save.
///
/// An unknown count is replaced by prevalence × usual residents: by age where the household's
/// counts of `kChildGroup` and `kOldGroup` are known and the rule has prevalences by age. Each
/// grid's and team's households are added in the order of their rows by one thread, so results do
/// not depend on threads; O(households × groups). Throws InvalidInput on lengths that differ,
/// labels out of range, values that are negative or infinite, rules that cannot be.
[[nodiscard]] Workload measure_workload(const WorkloadInput& input,
                                        std::span<const ServiceRule> rules,
                                        const WorkloadOptions& options = {},
                                        const RunControl& run = {});

}  // namespace libgrid
