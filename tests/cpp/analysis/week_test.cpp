#include "libgrid/analysis/week.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

constexpr auto kInf = std::numeric_limits<double>::infinity();

SessionColumns columns(std::vector<std::int32_t> site, std::vector<std::int32_t> weekday,
                       std::vector<std::int32_t> start, std::vector<std::int32_t> end,
                       std::vector<std::int32_t> every) {
  const std::vector<std::int32_t> team(site.size(), 0);
  return {std::move(site),  team,           std::move(weekday),
          std::move(start), std::move(end), std::move(every)};
}

TEST(WeekCoverage, AddsUpSessionsOfSitesInReachAndCountsOverlapOnce) {
  // Tuesday 9-12 at site 0, Tuesday 11-13 at site 1; the second household reaches only site 1.
  const Sessions sessions{columns({0, 1}, {2, 2}, {540, 660}, {720, 780}, {1, 1})};
  const std::vector<double> time_s{600, 900, 901, 300, kInf, kInf};
  const std::vector<double> people{2, 3, 5};
  const auto week = measure_week(TimeMatrix{time_s, 3, 2}, {people, 1}, sessions);
  EXPECT_EQ(week.reached_min, (std::vector<double>{240, 120, 0}));
  EXPECT_EQ(week.longest_gap_min,
            (std::vector<std::int32_t>{kMinutesAWeek - 240, kMinutesAWeek - 120, kMinutesAWeek}));
  const auto tuesday = kMinutesADay;
  EXPECT_EQ(week.start_min, (std::vector<std::int32_t>{0, tuesday + 540, tuesday + 660,
                                                       tuesday + 720, tuesday + 780}));
  EXPECT_EQ(week.people, (std::vector<double>{0, 2, 5, 5, 0}));
  EXPECT_EQ(week.open_sites, (std::vector<std::int32_t>{0, 1, 2, 1, 0}));
}

TEST(WeekCoverage, TakesAsManyWeeksAsTheRhythmsNeed) {
  const Sessions sessions{columns({0, 0}, {1, 3}, {600, 600}, {660, 660}, {2, 1})};
  const std::vector<double> time_s{0};
  const std::vector<double> people{1};
  const auto week = measure_week(TimeMatrix{time_s, 1, 1}, {people, 1}, sessions);
  EXPECT_EQ(week.cycle_weeks, 2);
  EXPECT_EQ(week.reached_min, (std::vector<double>{90}));
  const std::vector<std::int32_t> second_week{1, 0};
  const auto later =
      measure_week(TimeMatrix{time_s, 1, 1}, {people, 1}, sessions, {.week_offset = second_week});
  EXPECT_EQ(later.start_min[2], 2 * kMinutesADay + 660);  // Monday of the first week is free
}

TEST(WeekCoverage, IsTheMinuteByMinuteCountOnRandomPlaces) {
  Rng rng{31};
  for (int round = 0; round < 25; ++round) {
    const auto sites = 1 + rng.below(5);
    const auto rows = 1 + rng.below(8);
    SessionColumns s;
    for (std::uint64_t i = 0; i < rng.below(90); ++i) {
      s.site.push_back(static_cast<std::int32_t>(rng.below(sites)));
      s.team.push_back(0);
      s.weekday.push_back(1 + static_cast<std::int32_t>(rng.below(7)));
      s.start_min.push_back(static_cast<std::int32_t>(rng.below(1400)));
      s.end_min.push_back(s.start_min.back() + 1 +
                          static_cast<std::int32_t>(rng.below(1439 - s.start_min.back() + 1)));
      s.every_n_weeks.push_back(1 + static_cast<std::int32_t>(rng.below(3)));
    }
    std::vector<double> time_s(rows * sites);
    for (auto& t : time_s) t = static_cast<double>(rng.below(1800));
    std::vector<double> people(2 * rows);
    for (auto& p : people) p = static_cast<double>(rng.below(4));
    const auto week = measure_week(
        TimeMatrix{time_s, static_cast<std::int64_t>(rows), static_cast<std::int64_t>(sites)},
        {people, 2}, Sessions{s});
    const auto whole = week.cycle_weeks * kMinutesAWeek;
    for (std::uint64_t r = 0; r < rows; ++r) {
      std::vector<std::uint8_t> reached(static_cast<std::size_t>(whole), 0);
      for (std::size_t i = 0; i < s.site.size(); ++i) {
        if (time_s[r * sites + static_cast<std::size_t>(s.site[i])] > 900) continue;
        for (std::int32_t w = 0; w < week.cycle_weeks; w += s.every_n_weeks[i]) {
          const auto day = w * kMinutesAWeek + (s.weekday[i] - 1) * kMinutesADay;
          std::fill(reached.begin() + day + s.start_min[i], reached.begin() + day + s.end_min[i],
                    1);
        }
      }
      const auto minutes = std::ranges::count(reached, 1);
      EXPECT_DOUBLE_EQ(week.reached_min[r], static_cast<double>(minutes) / week.cycle_weeks);
      std::int32_t longest = 0;
      std::int32_t running = 0;
      for (std::int32_t m = 0; m < 2 * whole; ++m) {
        running = reached[static_cast<std::size_t>(m % whole)] ? 0 : std::min(running + 1, whole);
        longest = std::max(longest, running);
      }
      EXPECT_EQ(week.longest_gap_min[r], longest);
    }
    for (std::size_t i = 0; i < week.start_min.size(); ++i)
      for (std::size_t g = 0; g < 2; ++g) {
        double wanted = 0;
        for (std::uint64_t r = 0; r < rows; ++r) {
          bool open = false;
          for (std::size_t k = 0; k < s.site.size(); ++k) {
            const auto minute = week.start_min[i];
            const auto in_week = minute % kMinutesAWeek;
            const auto day = (s.weekday[k] - 1) * kMinutesADay;
            open |= minute / kMinutesAWeek % s.every_n_weeks[k] == 0 &&
                    in_week >= day + s.start_min[k] && in_week < day + s.end_min[k] &&
                    time_s[r * sites + static_cast<std::size_t>(s.site[k])] <= 900;
          }
          if (open) wanted += people[2 * r + g];
        }
        EXPECT_EQ(week.people[2 * i + g], wanted);
      }
  }
}

TEST(WeekCoverage, OfNoSessionsIsNobodyAllWeek) {
  const std::vector<double> time_s{10};
  const std::vector<double> people{4};
  const auto week = measure_week(TimeMatrix{time_s, 1, 1}, {people, 1}, Sessions{});
  EXPECT_EQ(week.people, (std::vector<double>{0}));
  EXPECT_EQ(week.longest_gap_min, (std::vector<std::int32_t>{kMinutesAWeek}));
}

TEST(WeekCoverage, RefusesSitesAndRhythmsThatCannotBe) {
  const std::vector<double> time_s{10};
  const std::vector<double> people{4};
  const TimeMatrix times{time_s, 1, 1};
  EXPECT_THROW((void)measure_week(times, {people, 1}, Sessions{columns({1}, {1}, {0}, {9}, {1})}),
               InvalidInput);
  EXPECT_THROW((void)measure_week(times, {people, 1},
                                  Sessions{columns({0, 0}, {1, 1}, {0, 9}, {9, 19}, {7, 9})}),
               InvalidInput);
  EXPECT_THROW((void)measure_week(times, {people, 1}, Sessions{}, {.threshold = Seconds{0}}),
               InvalidInput);
}

}  // namespace
}  // namespace libgrid
