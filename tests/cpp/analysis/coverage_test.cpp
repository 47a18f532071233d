#include "libgrid/analysis/coverage.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

constexpr auto kInf = std::numeric_limits<double>::infinity();

TEST(Access, CountsTheThresholdAndZeroAsReached) {
  const std::vector<double> time_s{0, 900, 900.001, kInf};
  const std::vector<double> people{1, 2, 4, 8};
  const auto c = measure_access(TimeMatrix{time_s, 4, 1}, {people}, {});
  EXPECT_EQ(c.covered, (std::vector<std::uint8_t>{1, 1, 0, 0}));
  EXPECT_EQ(c.nearest, (std::vector<std::int32_t>{0, 0, 0, -1}));
  EXPECT_EQ(c.groups[0].time.covered, 3);
  EXPECT_EQ(c.groups[0].time.unreachable, 8);
  EXPECT_EQ(c.groups[0].uncovered, 12);
  EXPECT_DOUBLE_EQ(c.groups[0].time.covered_share, 0.2);
  EXPECT_DOUBLE_EQ(c.groups[0].share_8min, 1.0 / 15);
  EXPECT_DOUBLE_EQ(c.groups[0].share_15min, 0.2);
}

TEST(Access, IsMeasuredForEachGroup) {
  const std::vector<double> time_s{100, 2000};
  const std::vector<double> people{3, 1, 0, 1};
  const auto c = measure_access(TimeMatrix{time_s, 2, 1}, {people, 2}, {});
  EXPECT_EQ(c.groups[0].time.covered_share, 1);
  EXPECT_EQ(c.groups[1].time.covered_share, 0.5);
}

TEST(Access, OnlyOpenSitesCount) {
  const std::vector<double> time_s{100, 700};
  const std::vector<double> people{1};
  const std::vector<std::uint8_t> open{0, 1};
  const auto c = measure_access(TimeMatrix{time_s, 1, 2}, {people}, {.open = open});
  EXPECT_EQ(c.time_s[0], 700);
  EXPECT_EQ(c.nearest[0], 1);
}

TEST(Access, TheUncertainAreAmongTheUncovered) {
  const std::vector<double> time_s{100, 1000, 1000};
  const std::vector<double> people{1, 2, 4};
  const std::vector<std::uint8_t> edge{1, 1, 0};
  const auto c = measure_access(TimeMatrix{time_s, 3, 1}, {people}, {.uncertain = edge});
  EXPECT_EQ(c.uncertain, (std::vector<std::uint8_t>{0, 1, 0}));
  EXPECT_EQ(c.groups[0].time.covered, 1);
  EXPECT_EQ(c.groups[0].uncertain, 2);
  EXPECT_EQ(c.groups[0].uncovered, 6);
}

TEST(Access, GroupsAddUpWhateverTheTimes) {
  Rng rng{9};
  for (int round = 0; round < 100; ++round) {
    std::vector<double> time_s;
    std::vector<double> people;
    std::vector<std::uint8_t> edge;
    const auto n = 1 + rng.below(40);
    for (std::uint64_t i = 0; i < n; ++i) {
      time_s.push_back(rng.below(5) == 0 ? kInf : static_cast<double>(rng.below(1200)));
      people.push_back(static_cast<double>(rng.below(5)));
      edge.push_back(rng.below(3) == 0 ? 1 : 0);
    }
    const auto g = measure_access(TimeMatrix{time_s, static_cast<std::int64_t>(n), 1}, {people},
                                  {.threshold = Seconds{600}, .uncertain = edge})
                       .groups[0];
    EXPECT_EQ(g.time.covered + g.uncovered, g.time.people);
    EXPECT_LE(g.uncertain, g.uncovered);
    if (g.time.people > 0) {
      EXPECT_EQ(g.time.covered_share, g.share_10min);
    }
  }
}

TEST(Response, AsksForTheOwnTeamAndPricesTheBoundary) {
  //                                teams 0, 1
  const std::vector<double> time_s{300, 500, 700, 200, kInf, 100, 50, 60, kInf, kInf};
  const std::vector<double> people{1, 2, 4, 8, 16};
  const std::vector<std::int32_t> own{0, 0, 0, -1, 1};
  const auto c =
      measure_response(TimeMatrix{time_s, 5, 2}, {people}, own, {.threshold = Seconds{600}});
  EXPECT_EQ(c.own.time_s, (std::vector<double>{300, 700, kInf, kInf, kInf}));
  EXPECT_EQ(c.nearest_time_s, (std::vector<double>{300, 200, 100, 50, kInf}));
  EXPECT_EQ(c.own.nearest, (std::vector<std::int32_t>{0, 1, 1, 0, -1}));
  EXPECT_EQ(c.own.covered, (std::vector<std::uint8_t>{1, 0, 0, 0, 0}));
  EXPECT_EQ(c.boundary_cost_s[0], 0);
  EXPECT_EQ(c.boundary_cost_s[1], 500);
  EXPECT_EQ(c.boundary_cost_s[2], kInf);
  EXPECT_TRUE(std::isnan(c.boundary_cost_s[3]));
  EXPECT_EQ(c.boundary_cost_s[4], kInf);
  EXPECT_EQ(c.groups[0].no_team, 8);
  EXPECT_EQ(c.groups[0].covered_by_nearest, 15);
  EXPECT_DOUBLE_EQ(c.groups[0].mean_boundary_cost_s, 1000.0 / 3);
  EXPECT_EQ(c.own.groups[0].time.unreachable, 28);
}

TEST(Response, BoundaryCostIsNeverNegative) {
  Rng rng{1};
  for (int round = 0; round < 100; ++round) {
    std::vector<double> time_s(12);
    for (auto& t : time_s) t = static_cast<double>(rng.below(1000)) / 1000;
    std::vector<std::int32_t> own(4);
    for (auto& t : own) t = static_cast<std::int32_t>(rng.below(3));
    const auto c =
        measure_response(TimeMatrix{time_s, 4, 3}, {std::vector<double>(4, 1.0)}, own, {});
    for (const auto cost : c.boundary_cost_s) EXPECT_GE(cost, 0);
  }
}

TEST(Coverage, OfNobodyHasNoShare) {
  const auto c = measure_access(TimeMatrix{{}, 0, 3}, {}, {});
  EXPECT_TRUE(std::isnan(c.groups[0].time.covered_share));
  EXPECT_TRUE(std::isnan(c.groups[0].time.mean_s));
}

TEST(Coverage, IsTheSameForAnyNumberOfThreads) {
  Rng rng{6};
  std::vector<double> time_s(30'000);
  for (auto& t : time_s) t = static_cast<double>(rng.below(2'000'000)) / 1000;
  std::vector<double> people(10'000);
  for (auto& p : people) p = rng.unit();
  const TimeMatrix times{time_s, 10'000, 3};
  const auto one = measure_access(times, {people}, {}, {.threads = 1});
  const auto eight = measure_access(times, {people}, {}, {.threads = 8});
  EXPECT_EQ(one.time_s, eight.time_s);
  EXPECT_EQ(one.groups[0].time.mean_s, eight.groups[0].time.mean_s);
  EXPECT_EQ(one.groups[0].time.covered_share, eight.groups[0].time.covered_share);
}

TEST(Coverage, RefusesWrongInput) {
  const std::vector<double> two{1, 2};
  const TimeMatrix times{two, 2, 1};
  const std::vector<double> negative{1, -1};
  const std::vector<double> three(3);
  EXPECT_THROW((void)measure_access(times, {three}, {}), InvalidInput);
  EXPECT_THROW((void)measure_access(times, {negative}, {}), InvalidInput);
  EXPECT_THROW((void)measure_access(times, {two}, {.threshold = Seconds{0}}), InvalidInput);
  EXPECT_THROW((void)measure_access(times, {two}, {.threshold = Seconds{std::nan("")}}),
               InvalidInput);
  EXPECT_THROW((void)measure_response(times, {two}, std::vector<std::int32_t>{0, 1}, {}),
               InvalidInput);
  EXPECT_THROW((void)measure_response(times, {two}, std::vector<std::int32_t>{0}, {}),
               InvalidInput);
}

}  // namespace
}  // namespace libgrid
