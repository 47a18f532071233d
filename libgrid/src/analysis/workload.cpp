#include "libgrid/analysis/workload.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "check_columns.hpp"
#include "libgrid/model/plan.hpp"

namespace libgrid {
namespace {

/// What one person of a group asks for in a year.
struct GroupCare {
  std::int64_t column = -1;  ///< in the counts; -1: the input has none, so everyone's is unknown
  double minutes = 0.0;
  double home_visits = 0.0;
  double prevalence = 0.0;
};

struct Care {
  std::vector<std::string> names;
  std::vector<GroupCare> groups;
};

Care care_by_group(std::span<const std::string> columns, std::span<const ServiceRule> rules) {
  check_service_rules(rules);
  Care care;
  const auto has_rule = [&](const std::string& name) {
    return std::ranges::any_of(rules, [&](const auto& rule) { return rule.group == name; });
  };
  for (std::size_t c = 0; c < columns.size(); ++c) {
    require(std::ranges::count(columns, columns[c]) == 1,
            [&] { return "groups: '" + columns[c] + "' is given twice"; });
    if (!has_rule(columns[c])) continue;
    care.names.push_back(columns[c]);
    care.groups.push_back({.column = static_cast<std::int64_t>(c)});
  }
  for (const auto& rule : rules) {
    auto at =
        static_cast<std::size_t>(std::ranges::find(care.names, rule.group) - care.names.begin());
    if (at == care.names.size()) {
      care.names.push_back(rule.group);
      care.groups.emplace_back();
    }
    auto& group = care.groups[at];
    group.minutes += rule.per_year * rule.minutes;
    if (rule.mode == ContactMode::home) group.home_visits += rule.per_year;
    group.prevalence = rule.prevalence;
  }
  return care;
}

/// Sums by label and group: people who are counted, usual residents whose count is unknown, and
/// both of them weighted by their household's journey.
struct GroupSums {
  double known = 0.0;
  double unknown = 0.0;
  double known_travel = 0.0;
  double unknown_travel = 0.0;
};

class Tally {
 public:
  Tally(const WorkloadInput& input, const Care& care)
      : input_{input}, care_{care}, one_journey_{input.travel_min.size() == 1} {}

  WorkloadTable by(std::span<const std::int32_t> label_of, std::int32_t label_count) const {
    const auto rows = static_cast<std::size_t>(label_count) + 1;
    const auto width = care_.groups.size();
    const auto columns = input_.groups.size();
    WorkloadTable table;
    table.households.assign(rows, 0);
    table.residents.assign(rows, 0.0);
    std::vector<GroupSums> sums(rows * width);
    for (std::size_t h = 0; h < label_of.size(); ++h) {
      const auto row = label_of[h] < 0 ? rows - 1 : static_cast<std::size_t>(label_of[h]);
      ++table.households[row];
      table.residents[row] += input_.usual[h];
      const auto journey = one_journey_ ? 1.0 : input_.travel_min[h];
      for (std::size_t g = 0; g < width; ++g) {
        const auto column = care_.groups[g].column;
        const auto count = column < 0
                               ? std::numeric_limits<double>::quiet_NaN()
                               : input_.counts[h * columns + static_cast<std::size_t>(column)];
        auto& sum = sums[row * width + g];
        if (std::isnan(count)) {
          sum.unknown += input_.usual[h];
          sum.unknown_travel += input_.usual[h] * journey;
        } else {
          sum.known += count;
          sum.known_travel += count * journey;
        }
      }
    }
    add_minutes(table, sums);
    return table;
  }

 private:
  void add_minutes(WorkloadTable& table, const std::vector<GroupSums>& sums) const {
    const auto rows = table.households.size();
    const auto width = care_.groups.size();
    for (auto* column : {&table.care_min, &table.travel_min, &table.asked_min, &table.estimated_min,
                         &table.home_visits, &table.offered_min, &table.load})
      column->assign(rows, 0.0);
    table.people.resize(rows * width);
    table.estimated.resize(rows * width);
    for (std::size_t row = 0; row < rows; ++row) {
      double journeys = 0.0;
      double estimated_journeys = 0.0;
      double estimated_care = 0.0;
      for (std::size_t g = 0; g < width; ++g) {
        const auto& sum = sums[row * width + g];
        const auto& care = care_.groups[g];
        const auto guessed = care.prevalence * sum.unknown;
        table.people[row * width + g] = sum.known + guessed;
        table.estimated[row * width + g] = sum.unknown > 0 ? 1 : 0;
        table.care_min[row] += (sum.known + guessed) * care.minutes;
        table.home_visits[row] += (sum.known + guessed) * care.home_visits;
        estimated_care += guessed * care.minutes;
        const auto guessed_journeys = care.home_visits * care.prevalence * sum.unknown_travel;
        journeys += care.home_visits * sum.known_travel + guessed_journeys;
        estimated_journeys += guessed_journeys;
      }
      const auto journey = one_journey_ ? input_.travel_min[0] : 1.0;
      table.travel_min[row] = journeys * journey;
      table.asked_min[row] = table.care_min[row] + table.travel_min[row];
      table.estimated_min[row] = estimated_care + estimated_journeys * journey;
    }
  }

  const WorkloadInput& input_;
  const Care& care_;
  bool one_journey_;
};

void set_load(WorkloadTable& table) {
  for (std::size_t row = 0; row < table.load.size(); ++row)
    table.load[row] =
        table.asked_min[row] / table.offered_min[row];  // x/0 = inf, 0/0 = NaN: as documented
}

void check_input(const WorkloadInput& input) {
  const auto households = input.usual.size();
  const auto width = std::max<std::size_t>(input.groups.size(), 1);
  check_length(input.counts.size(), "counts (rows × groups)", households * input.groups.size(),
               "usual × groups");
  check_length(input.grid_of.size(), "grid_of", households, "usual");
  check_length(input.team_of.size(), "team_of", households, "usual");
  check_length(input.offered_min.size(), "offered_min",
               static_cast<std::size_t>(std::max(input.team_count, 0)), "teams");
  if (input.travel_min.size() != 1)
    check_length(input.travel_min.size(), "travel_min", households, "usual");
  check_labels(input.grid_of, input.grid_count, "grid_of", "households");
  check_labels(input.team_of, input.team_count, "team_of", "households");
  check_values(input.counts, "counts", width, "values must be 0 or more, or NaN where unknown",
               [](double x) { return std::isnan(x) || (x >= 0 && std::isfinite(x)); });
  check_amounts(input.usual, "usual");
  check_amounts(input.offered_min, "offered_min");
  check_amounts(input.travel_min, "travel_min");
}

}  // namespace

Workload measure_workload(const WorkloadInput& input, std::span<const ServiceRule> rules) {
  check_input(input);
  const auto care = care_by_group(input.groups, rules);
  const Tally tally{input, care};
  Workload work{.groups = care.names,
                .teams = tally.by(input.team_of, input.team_count),
                .grids = tally.by(input.grid_of, input.grid_count)};

  std::ranges::copy(input.offered_min, work.teams.offered_min.begin());
  auto& offered = work.grids.offered_min;
  for (std::size_t h = 0; h < input.usual.size(); ++h) {
    const auto team = static_cast<std::size_t>(input.team_of[h]);
    if (input.team_of[h] < 0 || input.usual[h] == 0) continue;
    const auto row =
        input.grid_of[h] < 0 ? offered.size() - 1 : static_cast<std::size_t>(input.grid_of[h]);
    offered[row] += input.usual[h] / work.teams.residents[team] * input.offered_min[team];
  }
  for (std::size_t team = 0; team < input.offered_min.size(); ++team)
    if (work.teams.residents[team] == 0) offered.back() += input.offered_min[team];
  set_load(work.teams);
  set_load(work.grids);
  return work;
}

}  // namespace libgrid
