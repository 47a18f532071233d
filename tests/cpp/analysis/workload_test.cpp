#include "libgrid/analysis/workload.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();

struct Data {
  std::vector<std::string> groups{"hypertension", "diabetes", "age65",     "mental",
                                  "tuberculosis", "newborn",  "homebound", "child0_6",
                                  "pregnant",     "key",      "next_key"};
  std::vector<double> counts;
  std::vector<double> usual;
  std::vector<std::int32_t> grid_of;
  std::vector<std::int32_t> team_of;
  std::int32_t grid_count = 1;
  std::int32_t team_count = 1;
  std::vector<double> offered_min{176'640};
  std::vector<double> travel_min{11.8};

  // Filled by `view`: the counts by column, as the function takes them.
  mutable std::vector<std::vector<double>> columns;
  mutable std::vector<std::span<const double>> spans;

  [[nodiscard]] WorkloadInput view() const {
    columns.assign(groups.size(), {});
    for (std::size_t i = 0; i < counts.size(); ++i) columns[i % groups.size()].push_back(counts[i]);
    spans.assign(columns.begin(), columns.end());
    return {groups,     spans,      usual,       grid_of,   team_of,
            grid_count, team_count, offered_min, travel_min};
  }
};

Data panel_of_2000() {
  Data data;
  data.counts = {200, 70, 272, 10, 1, 14, 8, 0, 0, 0, 0};
  data.usual = {2000};
  data.grid_of = {0};
  data.team_of = {0};
  return data;
}

Data random_area(Rng& rng) {
  Data data;
  data.grid_count = 4;
  data.team_count = 2;
  data.offered_min = {1000, 3000};
  for (int h = 0; h < 60; ++h) {
    data.usual.push_back(static_cast<double>(rng.below(6)));
    const auto grid = static_cast<std::int32_t>(rng.below(5)) - 1;
    data.grid_of.push_back(grid);
    data.team_of.push_back(grid < 0 || grid == 3 ? -1 : grid / 2);
    for (std::size_t g = 0; g < data.groups.size(); ++g)
      data.counts.push_back(rng.below(3) == 0 ? kNan : static_cast<double>(rng.below(3)));
  }
  return data;
}

/// People of a rule's group in a household where nobody counted them.
double guess(const Data& data, std::size_t h, const ServiceRule& rule) {
  const auto count = [&](std::string_view name) {
    const auto at = std::ranges::find(data.groups, name) - data.groups.begin();
    return data.counts[h * data.groups.size() + static_cast<std::size_t>(at)];
  };
  const auto child = count(kChildGroup);
  const auto old = count(kOldGroup);
  const std::array<double, 3> ages{child, data.usual[h] - child - old, old};
  if (!(ages[1] >= 0)) return data.usual[h] * rule.prevalence;
  double people = 0;
  for (std::size_t a = 0; a < 3; ++a)
    people += ages[a] *
              (std::isnan(rule.prevalence_by_age[a]) ? rule.prevalence : rule.prevalence_by_age[a]);
  return people;
}

TEST(Workload, OfThePanelOfTwoThousandIsTheWorkedExample) {
  const auto data = panel_of_2000();
  const auto work = measure_workload(data.view(), default_service_rules());
  EXPECT_EQ(work.teams.care_min[0], 28'664);
  EXPECT_EQ(work.teams.home_visits[0], 151);
  EXPECT_NEAR(work.teams.travel_min[0], 1781.8, 1e-9);
  EXPECT_DOUBLE_EQ(work.teams.asked_min[0], 28'664 + 1781.8);
  EXPECT_EQ(work.teams.estimated_min[0], 0);
  EXPECT_DOUBLE_EQ(work.teams.load[0], 30'445.8 / 176'640);
  EXPECT_EQ(work.grids.care_min[0], 28'664);
  EXPECT_DOUBLE_EQ(work.grids.offered_min[0], 176'640);
}

TEST(Workload, EstimatesUnknownCountsFromPrevalenceAndSaysSo) {
  auto data = panel_of_2000();
  data.counts[5] = kNan;  // newborn: 14 in 2,000
  const auto work = measure_workload(data.view(), default_service_rules());
  EXPECT_NEAR(work.teams.care_min[0], 28'664, 1e-9);
  EXPECT_NEAR(work.teams.estimated_min[0], 14 * (40 + 11.8), 1e-9);
  EXPECT_EQ(work.teams.estimated[5], 1);
  EXPECT_EQ(work.teams.estimated[4], 0);
}

TEST(Workload, TreatsAMissingColumnAsUnknownEverywhere) {
  auto with = panel_of_2000();
  with.counts[6] = kNan;
  auto without = panel_of_2000();
  without.groups.erase(without.groups.begin() + 6);
  without.counts.erase(without.counts.begin() + 6);
  const auto a = measure_workload(with.view(), default_service_rules());
  const auto b = measure_workload(without.view(), default_service_rules());
  EXPECT_EQ(b.groups.back(), "homebound");
  EXPECT_DOUBLE_EQ(a.teams.asked_min[0], b.teams.asked_min[0]);
  EXPECT_DOUBLE_EQ(a.teams.estimated_min[0], b.teams.estimated_min[0]);
}

TEST(Workload, EqualsASumOverHouseholdsAndRulesAndLosesNobody) {
  Rng rng{5};
  const auto rules = default_service_rules();
  for (int round = 0; round < 50; ++round) {
    auto data = random_area(rng);
    if (round % 2 == 1) {
      data.travel_min.clear();
      for (std::size_t h = 0; h < data.usual.size(); ++h)
        data.travel_min.push_back(static_cast<double>(rng.below(30)));
    }
    std::vector<double> asked(3);
    std::vector<double> estimated(3);
    std::vector<double> residents(3);
    for (std::size_t h = 0; h < data.usual.size(); ++h) {
      const auto row = static_cast<std::size_t>(data.team_of[h] < 0 ? 2 : data.team_of[h]);
      residents[row] += data.usual[h];
      for (const auto& rule : rules) {
        const auto g = static_cast<std::size_t>(
            std::find(data.groups.begin(), data.groups.end(), rule.group) - data.groups.begin());
        const auto count = data.counts[h * data.groups.size() + g];
        const auto people = std::isnan(count) ? guess(data, h, rule) : count;
        const auto journey = data.travel_min.size() == 1 ? data.travel_min[0] : data.travel_min[h];
        const auto minutes = people * rule.per_year *
                             (rule.minutes + (rule.mode == ContactMode::home ? journey : 0));
        asked[row] += minutes;
        if (std::isnan(count)) estimated[row] += minutes;
      }
    }
    const auto work = measure_workload(data.view(), rules);
    for (std::size_t row = 0; row < 3; ++row) {
      EXPECT_NEAR(work.teams.asked_min[row], asked[row], 1e-8);
      EXPECT_NEAR(work.teams.estimated_min[row], estimated[row], 1e-8);
      EXPECT_EQ(work.teams.residents[row], residents[row]);
    }
    const auto total = [](const std::vector<double>& x) {
      return std::accumulate(x.begin(), x.end(), 0.0);
    };
    EXPECT_NEAR(total(work.teams.asked_min), total(work.grids.asked_min), 1e-7);
    EXPECT_EQ(total(work.teams.residents), total(work.grids.residents));
    EXPECT_NEAR(total(work.grids.offered_min), 4000, 1e-9);
  }
}

TEST(Workload, EstimatesByAgeWhereTheAgesAreKnown) {
  Data data;
  data.groups = {"age65", "child0_6", "hypertension"};
  data.counts = {2, 1, kNan};
  data.usual = {5};
  data.grid_of = {0};
  data.team_of = {0};
  std::vector<ServiceRule> rules(1);
  rules[0].group = "hypertension";
  rules[0].per_year = 4;
  rules[0].minutes = 10;
  rules[0].prevalence = 0.1;
  EXPECT_DOUBLE_EQ(measure_workload(data.view(), rules).teams.asked_min[0], 5 * 0.1 * 40);
  rules[0].prevalence_by_age = {0, 0.1, 0.5};
  const auto work = measure_workload(data.view(), rules);
  EXPECT_DOUBLE_EQ(work.teams.asked_min[0], (0.2 + 1.0) * 40);
  EXPECT_DOUBLE_EQ(work.teams.estimated_min[0], work.teams.asked_min[0]);
  data.counts[1] = kNan;  // how many are children is unknown, so nothing is known of the others
  EXPECT_DOUBLE_EQ(measure_workload(data.view(), rules).teams.asked_min[0], 5 * 0.1 * 40);
}

TEST(Workload, MergingLiesBetweenNestedAndDisjoint) {
  Rng rng{6};
  const auto rules = default_service_rules();
  for (int round = 0; round < 30; ++round) {
    const auto data = random_area(rng);
    const auto apart = measure_workload(data.view(), rules);
    const auto merged =
        measure_workload(data.view(), rules, {.merge = ConditionOverlap::independent});
    const auto nested = measure_workload(data.view(), rules, {.merge = ConditionOverlap::nested});
    for (std::size_t row = 0; row < apart.teams.asked_min.size(); ++row) {
      EXPECT_EQ(apart.teams.asked_min[row], apart.teams.disjoint_min[row]);
      EXPECT_EQ(nested.teams.asked_min[row], nested.teams.nested_min[row]);
      EXPECT_LE(merged.teams.nested_min[row], merged.teams.asked_min[row] + 1e-9);
      EXPECT_LE(merged.teams.asked_min[row], merged.teams.disjoint_min[row] + 1e-9);
      EXPECT_EQ(apart.teams.nested_min[row], merged.teams.nested_min[row]);
      EXPECT_NEAR(merged.teams.care_min[row] + merged.teams.travel_min[row],
                  merged.teams.asked_min[row], 1e-9);
    }
  }
}

TEST(Workload, IsTheSameToTheBitOnAnyNumberOfThreads) {
  Rng rng{7};
  auto data = random_area(rng);
  data.travel_min.clear();
  for (std::size_t h = 0; h < data.usual.size(); ++h) data.travel_min.push_back(30 * rng.unit());
  const auto on = [&](unsigned threads) {
    return measure_workload(data.view(), default_service_rules(),
                            {.merge = ConditionOverlap::independent}, {.threads = threads});
  };
  const auto one = on(1);
  for (const unsigned threads : {2U, 8U}) {
    const auto many = on(threads);
    EXPECT_EQ(one.teams.asked_min, many.teams.asked_min);
    EXPECT_EQ(one.grids.asked_min, many.grids.asked_min);
    EXPECT_EQ(one.grids.offered_min, many.grids.offered_min);
  }
}

TEST(Workload, LoadIsInfiniteWithoutMinutesAndNothingWithoutWork) {
  auto data = panel_of_2000();
  data.team_count = 2;
  data.offered_min = {0, 0};
  const auto work = measure_workload(data.view(), default_service_rules());
  EXPECT_TRUE(std::isinf(work.teams.load[0]));
  EXPECT_TRUE(std::isnan(work.teams.load[1]));
}

TEST(Workload, RefusesWrongInput) {
  const auto rules = default_service_rules();
  const auto refuses = [&](auto change) {
    auto data = panel_of_2000();
    change(data);
    EXPECT_THROW((void)measure_workload(data.view(), rules), InvalidInput);
  };
  refuses([](Data& d) { d.counts[3] = -1; });
  refuses([](Data& d) { d.usual[0] = kNan; });
  refuses([](Data& d) { d.usual.push_back(1); });
  refuses([](Data& d) { d.team_of[0] = 1; });
  refuses([](Data& d) { d.grid_of[0] = -2; });
  refuses([](Data& d) { d.offered_min = {-1}; });
  refuses([](Data& d) { d.offered_min = {}; });
  refuses([](Data& d) { d.travel_min = {1, 2}; });
  refuses([](Data& d) { d.groups[1] = d.groups[0]; });
}

}  // namespace
}  // namespace libgrid
