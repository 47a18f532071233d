#include "libgrid/geometry/locate.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "polygons.hpp"

namespace libgrid {
namespace {

using testing::PolygonBuilder;

std::int32_t slow_locate(const PolygonSet& set, Point p) {
  for (std::int32_t i = 0; i < set.size(); ++i)
    if (testing::holds(set, i, p)) return i;
  for (std::int32_t i = 0; i < set.size(); ++i)
    if (testing::touches(set, i, p)) return i;
  return -1;
}

Point random_point(Rng& rng, std::int32_t low, std::int32_t high) {
  const auto span = static_cast<std::uint64_t>(high - low + 1);
  return {low + static_cast<std::int32_t>(rng.below(span)),
          low + static_cast<std::int32_t>(rng.below(span))};
}

TEST(PointLocator, GivesWestAndSouthBordersToTheBlockAndTheRestToItsNeighbour) {
  const auto set = PolygonBuilder{}.add_box({0, 0}, {10, 10}).add_box({10, 0}, {20, 10}).build();
  const PointLocator locator{set};
  EXPECT_EQ(locator.locate({0, 0}), 0);
  EXPECT_EQ(locator.locate({10, 5}), 1);
  EXPECT_EQ(locator.locate({10, 0}), 1);
}

TEST(PointLocator, GivesTheOuterBorderToTheLowestBlockThatTouchesIt) {
  const auto set = PolygonBuilder{}.add_box({0, 0}, {10, 10}).add_box({10, 0}, {20, 10}).build();
  const PointLocator locator{set};
  EXPECT_EQ(locator.locate({10, 10}), 0);
  EXPECT_EQ(locator.locate({15, 10}), 1);
  EXPECT_EQ(locator.locate({20, 10}), 1);
  EXPECT_EQ(locator.locate({21, 10}), -1);
  EXPECT_EQ(locator.locate({15, 11}), -1);
}

TEST(PointLocator, GivesThePlaceOfAnOverlapToTheLowestIndex) {
  const auto set = PolygonBuilder{}.add_box({5, 5}, {9, 9}).add_box({0, 0}, {1000, 1000}).build();
  const PointLocator locator{set};
  EXPECT_EQ(locator.locate({6, 6}), 0);
  EXPECT_EQ(locator.locate({600, 600}), 1);
}

TEST(PointLocator, LeavesHolesAndEmptyRowsOut) {
  const auto set =
      PolygonBuilder{}
          .add_parts({})
          .add({{{0, 0}, {90, 0}, {90, 90}, {0, 90}}, {{30, 30}, {60, 30}, {60, 60}, {30, 60}}})
          .build();
  const PointLocator locator{set};
  EXPECT_EQ(locator.locate({45, 45}), -1);
  EXPECT_EQ(locator.locate({30, 45}), 1);  // the hole's border is the polygon's
  EXPECT_EQ(locator.locate({10, 45}), 1);
}

TEST(PointLocator, AnswersForNoPolygonsAndNoPoints) {
  const PointLocator locator{PolygonSet{}};
  EXPECT_EQ(locator.locate({0, 0}), -1);
  EXPECT_TRUE(locator.locate(std::vector<Point>{}).empty());
}

TEST(PointLocator, EqualsTheObviousTestOnRandomOverlappingPolygons) {
  Rng rng{7};
  for (int round = 0; round < 200; ++round) {
    PolygonBuilder builder;
    const int polygons = 1 + static_cast<int>(rng.below(12));
    const std::int32_t extent = round % 2 == 0 ? 40 : 100'000;
    for (int i = 0; i < polygons; ++i) {
      testing::Ring ring;
      const auto corners = 3 + rng.below(6);
      for (std::uint64_t k = 0; k < corners; ++k)
        ring.push_back(random_point(rng, -extent, extent));
      builder.add({ring});
    }
    const auto set = builder.build();
    const PointLocator locator{set};
    for (int k = 0; k < 100; ++k) {
      const auto p = random_point(rng, -extent - 2, extent + 2);
      ASSERT_EQ(locator.locate(p), slow_locate(set, p)) << round << ": " << p.x_mm << ' ' << p.y_mm;
    }
    for (const auto p : set.points()) ASSERT_EQ(locator.locate(p), slow_locate(set, p)) << round;
  }
}

TEST(PointLocator, PutsEveryBorderPlaceOfATessellationInExactlyOneBlock) {
  const auto set = testing::shaken_lattice(40, 999, 3);
  const PointLocator locator{set};
  std::int64_t checked = 0;
  std::vector<Point> places{set.points().begin(), set.points().end()};
  for (std::int64_t r = 0; r < set.size(); ++r) {
    const auto ring = set.ring(r);
    for (std::size_t k = 1; k < ring.size(); ++k)
      for (int step = 1; step < 16; ++step)
        places.push_back({ring[k - 1].x_mm + (ring[k].x_mm - ring[k - 1].x_mm) * step / 16,
                          ring[k - 1].y_mm + (ring[k].y_mm - ring[k - 1].y_mm) * step / 16});
  }
  const auto found = locator.locate(places);
  for (std::size_t k = 0; k < places.size(); ++k) {
    int holders = 0;
    const auto column = places[k].x_mm / 999;
    const auto row = places[k].y_mm / 999;
    bool inner = row >= 2 && row < 38 && column >= 2 && column < 38;
    if (!inner) continue;
    for (auto r = row - 2; r <= row + 2; ++r)
      for (auto c = column - 2; c <= column + 2; ++c)
        if (testing::holds(set, r * 40 + c, places[k])) {
          ++holders;
          EXPECT_EQ(found[k], r * 40 + c);
        }
    ASSERT_EQ(holders, 1);
    ++checked;
  }
  EXPECT_GT(checked, 80'000);
}

TEST(PointLocator, AnswersTheSameForAnyNumberOfThreads) {
  const auto set = testing::shaken_lattice(20, 5'000, 5);
  Rng rng{11};
  std::vector<Point> places(50'000);
  for (auto& p : places) p = random_point(rng, -10, 100'000);
  const auto one = PointLocator{set, {.threads = 1}}.locate(places, {.threads = 1});
  const auto four = PointLocator{set, {.threads = 4}}.locate(places, {.threads = 4});
  EXPECT_EQ(one, four);
}

TEST(PointLocator, TakesPositionsAsTheirRoundedPlaces) {
  const auto set = testing::shaken_lattice(20, 5'000, 6);
  const PointLocator locator{set};
  const Frame frame{{400'000.0, 3'400'000.0}};
  Rng rng{12};
  std::vector<Position> positions(20'000);
  for (auto& p : positions)
    p = {400'000.0 + 110.0 * rng.unit() - 5.0, 3'400'000.0 + 110.0 * rng.unit() - 5.0};
  EXPECT_EQ(locator.locate(frame, positions), locator.locate(to_points(frame, positions)));

  constexpr auto kNaN = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Position> none{
      {kNaN, 3'400'000.0}, {400'000.0, kNaN}, {1e300, 0.0}, {0.0, 0.0}};
  EXPECT_EQ(locator.locate(frame, none), (std::vector<std::int32_t>{-1, -1, -1, -1}));
}

TEST(PointLocator, AnswersTheSameInSeveralBlocksOfPoints) {
  const auto set = testing::shaken_lattice(6, 5'000, 7);
  const PointLocator locator{set};
  std::vector<Point> places((std::size_t{1} << 22) + 1'000);  // a block and a bit
  for (std::size_t k = 0; k < places.size(); ++k)
    places[k] = {static_cast<std::int32_t>(k * 7919 % 30'000),
                 static_cast<std::int32_t>(k % 30'011)};
  const auto found = locator.locate(places);
  for (std::size_t k = 0; k < places.size(); k += 997)
    ASSERT_EQ(found[k], locator.locate(places[k])) << k;
  for (std::size_t k = places.size() - 1'000; k < places.size(); ++k)
    ASSERT_EQ(found[k], locator.locate(places[k])) << k;
}

TEST(PointLocator, KnowsPartsWithRowsOfNothingBetweenThem) {
  const auto box = [](std::int32_t y) {
    return std::vector<testing::Ring>{{{0, y}, {10, y}, {10, y + 10}, {0, y + 10}}};
  };
  const auto set = PolygonBuilder{}.add_parts({box(0), box(100'000)}).build();
  const PointLocator locator{set};
  EXPECT_EQ(locator.locate({5, 5}), 0);
  EXPECT_EQ(locator.locate({5, 50'000}), -1);
  EXPECT_EQ(locator.locate({5, 100'005}), 0);
}

TEST(PointLocator, ReportsProgressUpToItsTotal) {
  const auto set = PolygonBuilder{}.add_box({0, 0}, {1000, 1000}).build();
  ProgressMeter meter;
  (void)PointLocator{set}.locate(std::vector<Point>{{5, 5}, {5000, 5}}, {.meter = &meter});
  EXPECT_EQ(meter.done, meter.total);
}

}  // namespace
}  // namespace libgrid
