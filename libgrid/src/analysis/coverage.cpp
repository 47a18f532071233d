#include "libgrid/analysis/coverage.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "check_columns.hpp"

namespace libgrid {
namespace {

constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();

void check_input(const Times& times, ResidentGroups residents, const CoverageOptions& options) {
  const auto rows = static_cast<std::size_t>(row_count(times));
  require(options.threshold.count() > 0, [] { return "threshold_s must be a number above 0"; });
  require(residents.groups > 0, [] { return "residents needs at least one group"; });
  const auto groups = static_cast<std::size_t>(residents.groups);
  check_length(residents.people.size() / groups, "residents", rows, "times_s");
  check_length(residents.people.size(), "residents (rows × groups)", rows * groups,
               "times_s × groups");
  check_amounts(residents.people, "residents", groups);
  if (!options.uncertain.empty())
    check_length(options.uncertain.size(), "uncertain", rows, "times_s");
}

std::vector<double> group_column(ResidentGroups residents, std::size_t rows, std::int64_t group) {
  std::vector<double> people(rows);
  for (std::size_t row = 0; row < rows; ++row)
    people[row] = residents.people[row * static_cast<std::size_t>(residents.groups) +
                                   static_cast<std::size_t>(group)];
  return people;
}

AccessCoverage cover(std::vector<double> time_s, std::vector<std::int32_t> nearest,
                     ResidentGroups residents, const CoverageOptions& options) {
  const auto rows = time_s.size();
  AccessCoverage result{.time_s = std::move(time_s),
                        .nearest = std::move(nearest),
                        .covered = std::vector<std::uint8_t>(rows),
                        .uncertain = std::vector<std::uint8_t>(rows),
                        .groups = {}};
  for (std::size_t row = 0; row < rows; ++row) {
    const bool covered =
        result.time_s[row] <= options.threshold.count() && std::isfinite(result.time_s[row]);
    result.covered[row] = covered ? 1 : 0;
    result.uncertain[row] =
        !covered && !options.uncertain.empty() && options.uncertain[row] != 0 ? 1 : 0;
  }
  const auto order = rows_by_value(result.time_s);
  std::vector<double> sorted_time_s(rows);
  std::vector<double> sorted_people(rows);
  for (std::size_t i = 0; i < rows; ++i)
    sorted_time_s[i] = result.time_s[static_cast<std::size_t>(order[i])];
  for (std::int64_t g = 0; g < residents.groups; ++g) {
    const auto people = group_column(residents, rows, g);
    for (std::size_t i = 0; i < rows; ++i)
      sorted_people[i] = people[static_cast<std::size_t>(order[i])];
    GroupCoverage group{.time = summarise_sorted(sorted_time_s, sorted_people, options.threshold)};
    double within_8min = 0.0;
    double within_10min = 0.0;
    double within_15min = 0.0;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto time = result.time_s[row];
      if (time <= 480) within_8min += people[row];
      if (time <= 600) within_10min += people[row];
      if (time <= 900) within_15min += people[row];
      if (result.covered[row] == 0) group.uncovered += people[row];
      if (result.uncertain[row] != 0) group.uncertain += people[row];
    }
    group.share_8min = within_8min / group.time.people;
    group.share_10min = within_10min / group.time.people;
    group.share_15min = within_15min / group.time.people;
    result.groups.push_back(group);
  }
  return result;
}

}  // namespace

AccessCoverage measure_access(const Times& times, ResidentGroups residents,
                              const CoverageOptions& options, const RunControl& run) {
  check_input(times, residents, options);
  run.begin(row_count(times));
  auto reach = find_reach(times, options.open, run);
  return cover(std::move(reach.time_s), std::move(reach.nearest), residents, options);
}

ResponseCoverage measure_response(const Times& times, ResidentGroups residents,
                                  std::span<const std::int32_t> own_team,
                                  const CoverageOptions& options, const RunControl& run) {
  check_input(times, residents, options);
  run.begin(2 * row_count(times));
  auto own_time_s = find_own_times(times, own_team, options.open, run);
  auto reach = find_reach(times, options.open, run);
  const auto rows = own_time_s.size();
  ResponseCoverage result{
      .own = cover(std::move(own_time_s), std::move(reach.nearest), residents, options),
      .nearest_time_s = std::move(reach.time_s),
      .boundary_cost_s = std::vector<double>(rows),
      .groups = {}};
  for (std::size_t row = 0; row < rows; ++row) {
    const auto own = result.own.time_s[row];
    result.boundary_cost_s[row] = own_team[row] < 0 ? kNan
                                  : std::isinf(own) ? own
                                                    : own - result.nearest_time_s[row];
  }
  for (std::int64_t g = 0; g < residents.groups; ++g) {
    const auto people = group_column(residents, rows, g);
    GroupResponse group;
    double cost = 0.0;
    double payers = 0.0;
    for (std::size_t row = 0; row < rows; ++row) {
      if (own_team[row] < 0) group.no_team += people[row];
      if (std::isfinite(result.nearest_time_s[row]) &&
          result.nearest_time_s[row] <= options.threshold.count())
        group.covered_by_nearest += people[row];
      if (!std::isfinite(result.boundary_cost_s[row])) continue;
      cost += people[row] * result.boundary_cost_s[row];
      payers += people[row];
    }
    group.mean_boundary_cost_s = cost / payers;  // 0/0 = NaN: as documented
    result.groups.push_back(group);
  }
  return result;
}

}  // namespace libgrid
