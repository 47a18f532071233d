#include "libgrid/analysis/workload_interval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();

struct Panel {
  std::vector<std::string> groups{"hypertension", "homebound"};
  std::vector<std::vector<double>> counts{{100, kNan, 30}, {4, 2, kNan}};
  std::vector<std::span<const double>> spans{counts.begin(), counts.end()};
  std::vector<double> usual{1000, 800, 300};
  std::vector<std::int32_t> grid_of{0, 1, -1};
  std::vector<std::int32_t> team_of{0, 0, -1};
  std::vector<double> offered{50'000};
  std::vector<double> journey{11.8};

  [[nodiscard]] WorkloadInput view() const {
    return {groups, spans, usual, grid_of, team_of, 2, 1, offered, journey};
  }
};

ServiceRule rule(std::string group, ContactMode mode, double per_year, double minutes) {
  ServiceRule r;
  r.group = std::move(group);
  r.mode = mode;
  r.per_year = per_year;
  r.minutes = minutes;
  r.prevalence = 0.05;
  return r;
}

WorkloadRange range_of(const Panel& panel, const std::vector<ServiceRule>& rules,
                       const IntervalOptions& options = {}, unsigned threads = 0) {
  const auto work = measure_workload(panel.view(), rules);
  return measure_workload_interval(work.grids, work.groups, rules, options, {.threads = threads});
}

TEST(WorkloadInterval, OfRulesWithoutRangesIsThePoint) {
  const Panel panel;
  const std::vector<ServiceRule> rules{rule("hypertension", ContactMode::station, 4, 15),
                                       rule("homebound", ContactMode::home, 12, 24)};
  const auto work = measure_workload(panel.view(), rules);
  const auto range = range_of(panel, rules);
  for (std::size_t row = 0; row < 3; ++row) {
    EXPECT_NEAR(range.low[row], work.grids.asked_min[row], 1e-9);
    EXPECT_NEAR(range.high[row], work.grids.asked_min[row], 1e-9);
  }
}

TEST(WorkloadInterval, OfOneRangeIsTheQuantileOfItsTriangle) {
  const Panel panel;
  std::vector<ServiceRule> rules{rule("hypertension", ContactMode::station, 4, 15)};
  rules[0].minutes_low = 9;
  rules[0].minutes_high = 25;
  const auto range = range_of(panel, rules, {.confidence = 0.9, .draws = 4000, .seed = 3});
  // Within one slice of probability, 1/4000, where the quantile rises by 22 a unit: 100·4·22/4000.
  // Triangle 9, 15, 25: the CDF is (x-9)²/(16·6) up to 15 and 1-(25-x)²/(16·10) after it.
  EXPECT_NEAR(range.low[0], 100 * 4 * (9 + std::sqrt(0.05 * 16 * 6)), 2.2);
  EXPECT_NEAR(range.high[0], 100 * 4 * (25 - std::sqrt(0.05 * 16 * 10)), 2.9);
}

TEST(WorkloadInterval, AgreesWithDrawingRulesAndMeasuringAgain) {
  // The obvious way: draw every number of the rules, measure the whole workload, again and again.
  const Panel panel;
  auto rules = std::vector<ServiceRule>{rule("hypertension", ContactMode::station, 4, 15),
                                        rule("homebound", ContactMode::home, 12, 24)};
  for (auto& r : rules) {
    r.per_year_low = r.per_year / 2;
    r.per_year_high = r.per_year * 2;
    r.minutes_low = r.minutes / 2;
    r.minutes_high = r.minutes * 1.5;
    r.prevalence_low = 0.02;
    r.prevalence_high = 0.09;
  }
  Rng rng{17};
  const auto triangle = [&](double low, double peak, double high) {
    for (;;) {  // by rejection
      const auto x = low + (high - low) * rng.unit();
      const auto height = x < peak ? (x - low) / (peak - low) : (high - x) / (high - peak);
      if (rng.unit() < height) return x;
    }
  };
  std::vector<std::vector<double>> asked(3);
  for (int k = 0; k < 20'000; ++k) {
    auto drawn = rules;
    for (auto& r : drawn) {
      r.per_year = triangle(r.per_year_low, r.per_year, r.per_year_high);
      r.minutes = triangle(r.minutes_low, r.minutes, r.minutes_high);
      r.prevalence = triangle(r.prevalence_low, r.prevalence, r.prevalence_high);
    }
    const auto work = measure_workload(panel.view(), drawn, {}, {.threads = 1});
    for (std::size_t row = 0; row < 3; ++row) asked[row].push_back(work.grids.asked_min[row]);
  }
  const auto range = range_of(panel, rules, {.confidence = 0.9, .draws = 20'000, .seed = 1});
  for (std::size_t row = 0; row < 3; ++row) {
    std::ranges::sort(asked[row]);
    EXPECT_NEAR(range.low[row] / asked[row][1000], 1, 0.02) << row;
    EXPECT_NEAR(range.high[row] / asked[row][19'000], 1, 0.02) << row;
  }
}

TEST(WorkloadInterval, SeesTheSameDrawsWhateverElseIsInTheTable) {
  const Panel panel;
  auto rules = default_service_rules();
  std::erase_if(rules, [](const auto& r) { return r.group != "hypertension"; });
  const auto alone = range_of(panel, rules);
  auto more = rules;
  more.insert(more.begin(), rule("mental", ContactMode::home, 0, 30));  // asks for nothing
  const auto beside = range_of(panel, more);
  EXPECT_EQ(alone.low, beside.low);
  EXPECT_EQ(alone.high, beside.high);
}

TEST(WorkloadInterval, IsTheSameToTheBitOnAnyNumberOfThreads) {
  const Panel panel;
  const auto rules = default_service_rules();
  const auto one = range_of(panel, rules, {}, 1);
  const auto four = range_of(panel, rules, {}, 4);
  EXPECT_EQ(one.low, four.low);
  EXPECT_EQ(one.high, four.high);
  EXPECT_NE(one.low, range_of(panel, rules, {.seed = 1}, 1).low);
}

TEST(WorkloadInterval, KeepsTheShareThatMergingSaves) {
  Panel panel;
  panel.groups = {"hypertension", "diabetes"};
  panel.counts = {{1, 1, 0}, {1, 0, 0}};
  panel.spans = {panel.counts.begin(), panel.counts.end()};
  panel.usual = {1, 1, 1};
  auto rules = default_service_rules();
  std::erase_if(rules,
                [](const auto& r) { return r.group != "hypertension" && r.group != "diabetes"; });
  const auto apart = measure_workload(panel.view(), rules);
  const auto merged =
      measure_workload(panel.view(), rules, {.merge = ConditionOverlap::independent});
  const auto a = measure_workload_interval(apart.grids, apart.groups, rules);
  const auto b = measure_workload_interval(merged.grids, merged.groups, rules);
  EXPECT_DOUBLE_EQ(b.low[0], a.low[0] / 2);
  EXPECT_DOUBLE_EQ(b.high[1], a.high[1]);
}

TEST(WorkloadInterval, RefusesWhatCannotBe) {
  const Panel panel;
  auto rules = default_service_rules();
  EXPECT_THROW((void)range_of(panel, rules, {.confidence = 1}), InvalidInput);
  EXPECT_THROW((void)range_of(panel, rules, {.confidence = 0}), InvalidInput);
  EXPECT_THROW((void)range_of(panel, rules, {.draws = 1}), InvalidInput);
  rules[0].minutes = 100;
  EXPECT_THROW((void)range_of(panel, rules), InvalidInput);
}

}  // namespace
}  // namespace libgrid
