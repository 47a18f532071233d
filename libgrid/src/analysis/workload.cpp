#include "libgrid/analysis/workload.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "check_columns.hpp"
#include "group_care.hpp"
#include "libgrid/base/parallel.hpp"
#include "libgrid/model/plan.hpp"

namespace libgrid {
namespace {

constexpr auto kUnknown = std::numeric_limits<double>::quiet_NaN();

/// The households of each label, in the order of their rows; those without one are the last.
struct RowsByLabel {
  std::vector<std::int64_t> begin;
  std::vector<std::int32_t> rows;

  RowsByLabel(std::span<const std::int32_t> label_of, std::int32_t label_count)
      : begin(static_cast<std::size_t>(label_count) + 2, 0), rows(label_of.size()) {
    const auto at = [&](std::int32_t label) {
      return static_cast<std::size_t>(label < 0 ? label_count : label);
    };
    for (const auto label : label_of) ++begin[at(label) + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    auto next = begin;
    for (std::size_t h = 0; h < label_of.size(); ++h)
      rows[static_cast<std::size_t>(next[at(label_of[h])]++)] = static_cast<std::int32_t>(h);
  }

  [[nodiscard]] std::size_t count() const { return begin.size() - 1; }
  [[nodiscard]] std::span<const std::int32_t> of(std::size_t label) const {
    return std::span{rows}.subspan(static_cast<std::size_t>(begin[label]),
                                   static_cast<std::size_t>(begin[label + 1] - begin[label]));
  }

  /// Calls `body(label)`; several labels a chunk, so that threads are not started for nothing.
  template <class Body>
  void for_each(const RunControl& run, Body body) const {
    const auto labels = static_cast<std::int64_t>(count());
    run.begin(labels);
    for_each_chunk(labels, std::max<std::int64_t>(1, labels / 512), run, [&](Chunk chunk) {
      for (auto label = chunk.begin; label < chunk.end; ++label)
        body(static_cast<std::size_t>(label));
      run.advance(chunk.end - chunk.begin);
    });
  }
};

void add(Exposure& sum, const Exposure& part, double times) {
  sum.known += part.known * times;
  sum.unknown += part.unknown * times;
  for (std::size_t age = 0; age < part.unknown_by_age.size(); ++age)
    sum.unknown_by_age[age] += part.unknown_by_age[age] * times;
}

double estimated_people(const Exposure& part, const GroupCare& care) {
  auto people = part.unknown * care.prevalence;
  for (std::size_t age = 0; age < part.unknown_by_age.size(); ++age)
    people += part.unknown_by_age[age] * care.prevalence_by_age[age];
  return people;
}

bool has_unknown(const Exposure& part) {
  return part.unknown > 0 ||
         std::ranges::any_of(part.unknown_by_age, [](double x) { return x > 0; });
}

/// What merging saves the households of one label; journeys are minutes.
struct Saving {
  double minutes = 0.0;
  double home_visits = 0.0;
  double journeys = 0.0;

  void add(const MergeSaving& one, double journey) {
    minutes += one.minutes;
    home_visits += one.home_visits;
    journeys += one.home_visits * journey;
  }
};

class Tally {
 public:
  Tally(const WorkloadInput& input, const Care& care, std::span<const ServiceRule> rules,
        ConditionOverlap overlap)
      : input_{input}, care_{care}, merge_{rules, care.names}, overlap_{overlap} {
    for (std::size_t c = 0; c < input.groups.size(); ++c) {
      if (input.groups[c] == kChildGroup) child_ = input.counts[c];
      if (input.groups[c] == kOldGroup) old_ = input.counts[c];
    }
    any_by_age_ = !child_.empty() && !old_.empty() &&
                  std::ranges::any_of(care.groups, [](const auto& g) { return g.by_age; });
  }

  WorkloadTable by(const RowsByLabel& labels, const RunControl& run) const {
    const auto rows = labels.count();
    const auto width = care_.groups.size();
    WorkloadTable t;
    t.households.assign(rows, 0);
    for (auto* column : {&t.residents, &t.care_min, &t.travel_min, &t.asked_min, &t.estimated_min,
                         &t.home_visits, &t.nested_min, &t.disjoint_min, &t.offered_min, &t.load})
      column->assign(rows, 0.0);
    t.people.assign(rows * width, 0.0);
    t.estimated.assign(rows * width, 0);
    t.exposure.assign(rows * width, {});
    t.journeys.assign(rows * width, {});
    labels.for_each(run, [&](std::size_t label) { fill(t, label, labels.of(label)); });
    return t;
  }

 private:
  [[nodiscard]] double journey(std::size_t household) const {
    return input_.travel_min[input_.travel_min.size() == 1 ? 0 : household];
  }

  /// Usual residents of 0–6, 7–64 and 65 and over; nothing known: the first is NaN.
  [[nodiscard]] std::array<double, 3> ages(std::size_t household) const {
    const auto child = child_[household];
    const auto old = old_[household];
    const auto rest = input_.usual[household] - child - old;
    if (!(rest >= 0)) return {kUnknown, 0, 0};  // unknown, or short-term people are among them
    return {child, rest, old};
  }

  void fill(WorkloadTable& t, std::size_t label, std::span<const std::int32_t> households) const {
    const auto width = care_.groups.size();
    const auto one_journey = input_.travel_min.size() == 1;
    auto* exposure = t.exposure.data() + label * width;
    auto* journeys = t.journeys.data() + label * width;
    std::vector<double> people(width);
    Saving chosen;
    Saving nested;
    t.households[label] = static_cast<std::int64_t>(households.size());
    for (const auto row : households) {
      const auto h = static_cast<std::size_t>(row);
      const auto usual = input_.usual[h];
      t.residents[label] += usual;
      const auto age = any_by_age_ ? ages(h) : std::array<double, 3>{kUnknown, 0, 0};
      for (std::size_t g = 0; g < width; ++g) {
        const auto& care = care_.groups[g];
        const auto count =
            care.column < 0 ? kUnknown : input_.counts[static_cast<std::size_t>(care.column)][h];
        if (!std::isnan(count)) {
          people[g] = count;
          if (count == 0) continue;  // most households have most conditions not
          exposure[g].known += count;
          if (!one_journey) journeys[g].known += count * journey(h);
          continue;
        }
        Exposure part;
        if (care.by_age && !std::isnan(age[0]))
          part.unknown_by_age = age;
        else
          part.unknown = usual;
        add(exposure[g], part, 1);
        if (!one_journey) add(journeys[g], part, journey(h));
        people[g] = estimated_people(part, care);
      }
      if (merge_.empty()) continue;
      nested.add(merge_.save(people, usual, ConditionOverlap::nested), journey(h));
      if (overlap_ == ConditionOverlap::independent)
        chosen.add(merge_.save(people, usual, overlap_), journey(h));
    }
    if (one_journey)
      for (std::size_t g = 0; g < width; ++g) add(journeys[g], exposure[g], input_.travel_min[0]);
    add_minutes(t, label, overlap_ == ConditionOverlap::nested ? nested : chosen, nested);
  }

  void add_minutes(WorkloadTable& t, std::size_t label, const Saving& chosen,
                   const Saving& nested) const {
    const auto width = care_.groups.size();
    double care_min = 0.0;
    double travel_min = 0.0;
    double home_visits = 0.0;
    double estimated_min = 0.0;
    for (std::size_t g = 0; g < width; ++g) {
      const auto& care = care_.groups[g];
      const auto& sum = t.exposure[label * width + g];
      const auto& way = t.journeys[label * width + g];
      const auto guessed = estimated_people(sum, care);
      const auto guessed_way = estimated_people(way, care);
      t.people[label * width + g] = sum.known + guessed;
      t.estimated[label * width + g] = has_unknown(sum) ? 1 : 0;
      care_min += (sum.known + guessed) * care.minutes;
      home_visits += (sum.known + guessed) * care.home_visits;
      travel_min += (way.known + guessed_way) * care.home_visits;
      estimated_min += guessed * care.minutes + guessed_way * care.home_visits;
    }
    const auto disjoint = care_min + travel_min;
    t.disjoint_min[label] = disjoint;
    t.nested_min[label] = (care_min - nested.minutes) + (travel_min - nested.journeys);
    t.care_min[label] = care_min - chosen.minutes;
    t.travel_min[label] = travel_min - chosen.journeys;
    t.home_visits[label] = home_visits - chosen.home_visits;
    t.asked_min[label] = t.care_min[label] + t.travel_min[label];
    // A merged visit serves counted and estimated conditions alike: its saving is shared out.
    t.estimated_min[label] =
        disjoint > 0 ? estimated_min * (t.asked_min[label] / disjoint) : estimated_min;
  }

  const WorkloadInput& input_;
  const Care& care_;
  VisitMerge merge_;
  ConditionOverlap overlap_;
  std::span<const double> child_;
  std::span<const double> old_;
  bool any_by_age_ = false;
};

void set_load(WorkloadTable& table) {
  for (std::size_t row = 0; row < table.load.size(); ++row)
    table.load[row] =
        table.asked_min[row] / table.offered_min[row];  // x/0 = inf, 0/0 = NaN: as documented
}

void check_input(const WorkloadInput& input) {
  const auto households = input.usual.size();
  check_length(input.counts.size(), "counts (columns)", input.groups.size(), "groups");
  check_length(input.grid_of.size(), "grid_of", households, "usual");
  check_length(input.team_of.size(), "team_of", households, "usual");
  check_length(input.offered_min.size(), "offered_min",
               static_cast<std::size_t>(std::max(input.team_count, 0)), "teams");
  if (input.travel_min.size() != 1)
    check_length(input.travel_min.size(), "travel_min", households, "usual");
  require(households <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()), [] {
    return std::string{"usual: more than 2,147,483,647 households; measure them in parts"};
  });
  check_labels(input.grid_of, input.grid_count, "grid_of", "households");
  check_labels(input.team_of, input.team_count, "team_of", "households");
  for (std::size_t c = 0; c < input.counts.size(); ++c) {
    const auto name = "n_" + input.groups[c];
    check_length(input.counts[c].size(), name.c_str(), households, "usual");
    check_values(input.counts[c], name.c_str(), 1, "values must be 0 or more, or NaN where unknown",
                 [](double x) { return std::isnan(x) || (x >= 0 && std::isfinite(x)); });
  }
  check_amounts(input.usual, "usual");
  check_amounts(input.offered_min, "offered_min");
  check_amounts(input.travel_min, "travel_min");
}

/// Each grid gets its residents' share of their teams' minutes; the last row what nobody can use.
void share_offered(const WorkloadInput& input, const RowsByLabel& grids, Workload& work,
                   const RunControl& run) {
  std::vector<double> each(input.offered_min.size(), 0.0);  // minutes a resident
  for (std::size_t team = 0; team < each.size(); ++team)
    if (work.teams.residents[team] > 0)
      each[team] = input.offered_min[team] / work.teams.residents[team];
  auto& offered = work.grids.offered_min;
  grids.for_each(run, [&](std::size_t grid) {
    for (const auto row : grids.of(grid)) {
      const auto team = input.team_of[static_cast<std::size_t>(row)];
      if (team >= 0)
        offered[grid] +=
            input.usual[static_cast<std::size_t>(row)] * each[static_cast<std::size_t>(team)];
    }
  });
  for (std::size_t team = 0; team < each.size(); ++team)
    if (work.teams.residents[team] == 0) offered.back() += input.offered_min[team];
}

}  // namespace

Workload measure_workload(const WorkloadInput& input, std::span<const ServiceRule> rules,
                          const WorkloadOptions& options, const RunControl& run) {
  check_input(input);
  const auto care = care_by_group(input.groups, rules);
  const Tally tally{input, care, rules, options.merge};
  Workload work{.groups = care.names, .teams = {}, .grids = {}};
  work.teams = tally.by(RowsByLabel{input.team_of, input.team_count}, run);
  const RowsByLabel grids{input.grid_of, input.grid_count};
  work.grids = tally.by(grids, run);
  std::ranges::copy(input.offered_min, work.teams.offered_min.begin());
  share_offered(input, grids, work, run);
  set_load(work.teams);
  set_load(work.grids);
  return work;
}

}  // namespace libgrid
