#include "libgrid/analysis/gaps.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

struct Town {
  std::vector<Point> points;
  std::vector<std::uint8_t> covered;
  std::vector<double> people;
};

Town random_town(Rng& rng, std::int32_t extent_mm) {
  Town town;
  const auto n = rng.below(60);
  for (std::uint64_t i = 0; i < n; ++i) {
    const auto coordinate = [&] {
      return static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(extent_mm))) -
             extent_mm / 2;
    };
    town.points.push_back({coordinate(), coordinate()});
    town.covered.push_back(rng.below(4) == 0 ? 1 : 0);
    town.people.push_back(static_cast<double>(rng.below(5)));
  }
  return town;
}

std::vector<std::pair<std::int32_t, std::int32_t>> all_pairs_within(const Town& town,
                                                                    double join_mm) {
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
  for (std::size_t i = 0; i < town.points.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double dx = static_cast<double>(town.points[i].x_mm) - town.points[j].x_mm;
      const double dy = static_cast<double>(town.points[i].y_mm) - town.points[j].y_mm;
      if (dx * dx + dy * dy <= join_mm * join_mm)
        pairs.emplace_back(static_cast<std::int32_t>(i), static_cast<std::int32_t>(j));
    }
  return pairs;
}

/// Spreads labels along pairs until nothing changes, then ranks by people and first row.
std::vector<std::int32_t> slow_gaps(
    const Town& town, const std::vector<std::pair<std::int32_t, std::int32_t>>& pairs) {
  std::vector<std::size_t> lowest(town.points.size());
  for (std::size_t i = 0; i < lowest.size(); ++i) lowest[i] = i;
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [a, b] : pairs) {
      const auto i = static_cast<std::size_t>(a);
      const auto j = static_cast<std::size_t>(b);
      if (town.covered[i] != 0 || town.covered[j] != 0 || lowest[i] == lowest[j]) continue;
      lowest[i] = lowest[j] = std::min(lowest[i], lowest[j]);
      changed = true;
    }
  }
  std::map<std::size_t, double> people;
  for (std::size_t i = 0; i < lowest.size(); ++i)
    if (town.covered[i] == 0) people[lowest[i]] += town.people[i];
  std::vector<std::pair<double, std::size_t>> ranked;
  for (const auto& [root, weight] : people) ranked.emplace_back(-weight, root);
  std::ranges::sort(ranked);
  std::vector<std::int32_t> labels(lowest.size(), -1);
  for (std::size_t r = 0; r < ranked.size(); ++r)
    for (std::size_t i = 0; i < lowest.size(); ++i)
      if (town.covered[i] == 0 && lowest[i] == ranked[r].second)
        labels[i] = static_cast<std::int32_t>(r);
  return labels;
}

TEST(FindGaps, EqualsTheSlowSearchOverAllPairs) {
  Rng rng{3};
  for (int round = 0; round < 600; ++round) {
    // Dense lattices of a few millimetres exercise equal points, exact distances and tiny cells.
    const std::int32_t extent = round % 2 == 0 ? 12 : 900'000;
    const double join_mm = round % 2 == 0 ? static_cast<double>(rng.below(6)) : 100'000;
    const auto town = random_town(rng, extent);
    const auto gaps = find_gaps(town.points, town.covered, town.people, Metres{join_mm / 1000});
    const auto pairs = all_pairs_within(town, join_mm);
    ASSERT_EQ(gaps.gap_of, slow_gaps(town, pairs)) << "round " << round;
    ASSERT_EQ(gaps.gap_of, find_gaps_along(town.covered, town.people, pairs).gap_of);
    ASSERT_TRUE(std::ranges::is_sorted(gaps.people, std::greater{}));
  }
}

TEST(FindGaps, JoinsAtExactlyTheDistanceAndNotAMillimetreBeyond) {
  const std::vector<std::uint8_t> covered(2, 0);
  const std::vector<double> people{1, 1};
  const std::vector<Point> at{{0, 0}, {60'000, 80'000}};
  const std::vector<Point> beyond{{0, 0}, {60'000, 80'001}};
  EXPECT_EQ(find_gaps(at, covered, people).people.size(), 1U);
  EXPECT_EQ(find_gaps(beyond, covered, people).people.size(), 2U);
}

TEST(FindGaps, CountsTheHouseholdsOfOneTowerOnce) {
  const std::vector<Point> points(5, Point{7, 7});
  const auto gaps = find_gaps(points, std::vector<std::uint8_t>{0, 1, 0, 0, 1},
                              std::vector<double>{2, 9, 0, 3, 9}, Metres{0});
  EXPECT_EQ(gaps.gap_of, (std::vector<std::int32_t>{0, -1, 0, 0, -1}));
  EXPECT_EQ(gaps.households, std::vector<std::int64_t>{3});
  EXPECT_EQ(gaps.people, std::vector<double>{5});
}

TEST(FindGaps, SpansTheWholeFrameWithoutOverflow) {
  const std::vector<Point> points{{-500'000'000, -500'000'000}, {500'000'000, 500'000'000}};
  EXPECT_EQ(find_gaps(points, std::vector<std::uint8_t>(2), std::vector<double>(2), Metres{100'000})
                .people.size(),
            2U);
}

TEST(FindGaps, WithoutUncoveredHouseholdsIsEmpty) {
  EXPECT_TRUE(find_gaps({}, {}, {}).people.empty());
  EXPECT_TRUE(find_gaps(std::vector<Point>(1), std::vector<std::uint8_t>{1}, std::vector<double>{1})
                  .people.empty());
}

TEST(FindGaps, RefusesWrongInput) {
  const std::vector<Point> points(2);
  const std::vector<std::uint8_t> covered(2);
  const std::vector<double> people(2);
  EXPECT_THROW((void)find_gaps(points, std::vector<std::uint8_t>(3), people), InvalidInput);
  EXPECT_THROW((void)find_gaps(points, covered, std::vector<double>{1, -1}), InvalidInput);
  EXPECT_THROW((void)find_gaps(points, covered, people, Metres{-1}), InvalidInput);
  const std::vector<std::pair<std::int32_t, std::int32_t>> outside{{0, 2}};
  EXPECT_THROW((void)find_gaps_along(covered, people, outside), InvalidInput);
}

}  // namespace
}  // namespace libgrid
