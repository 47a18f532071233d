#include "libgrid/geometry/spatial_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

Point random_point(Rng& rng, std::uint64_t extent) {
  return {static_cast<std::int32_t>(rng.below(extent)),
          static_cast<std::int32_t>(rng.below(extent))};
}

double slow_distance(const Segment& s, Point p) {
  const double dx = s.b.x_mm - s.a.x_mm, dy = s.b.y_mm - s.a.y_mm, length2 = dx * dx + dy * dy;
  double t = length2 > 0 ? ((p.x_mm - s.a.x_mm) * dx + (p.y_mm - s.a.y_mm) * dy) / length2 : 0.0;
  t = std::fmin(1.0, std::fmax(0.0, t));
  return std::hypot(s.a.x_mm + t * dx - p.x_mm, s.a.y_mm + t * dy - p.y_mm);
}

TEST(SegmentIndex, FindsTheFootAndItsFraction) {
  const SegmentIndex index{{{{0, 0}, {1000, 0}, 7}, {{0, 900}, {1000, 900}, 8}}};
  const auto found = index.nearest({250, 400}, Metres{10});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, 7);
  EXPECT_EQ(found->squared_mm2, 160'000.0);
  EXPECT_EQ(found->fraction, 0.25);
}

TEST(SegmentIndex, BreaksTiesByTheLowerIdAndHonoursLimitAndFilter) {
  const SegmentIndex index{{{{0, 1000}, {900, 1000}, 5}, {{0, -1000}, {900, -1000}, 3}}};
  EXPECT_EQ(index.nearest({100, 0}, Metres{1})->id, 3);
  EXPECT_EQ(index.nearest({100, 0}, Metres{1}, [](std::int32_t id) { return id != 3; })->id, 5);
  EXPECT_FALSE(index.nearest({100, 0}, Metres{0.999}));
  EXPECT_FALSE(SegmentIndex{{}}.nearest({0, 0}, Metres{1}));
}

TEST(SegmentIndex, EqualsTheSlowSearch) {
  Rng rng{17};
  std::vector<Segment> segments;
  for (std::int32_t k = 0; k < 300; ++k)
    segments.push_back({random_point(rng, 5000), random_point(rng, 5000), k / 2});
  const SegmentIndex index{segments};
  for (int round = 0; round < 500; ++round) {
    const auto p = random_point(rng, 6000);
    double best = std::numeric_limits<double>::infinity();
    for (const auto& s : segments) best = std::fmin(best, slow_distance(s, p));
    ASSERT_NEAR(std::sqrt(index.nearest(p, Metres{100})->squared_mm2), best, 1e-6);
  }
  EXPECT_EQ(index.within({{0, 0}, {5000, 5000}}).size(), 300U);
}

TEST(SegmentIndex, AHintChangesNoAnswer) {
  Rng rng{23};
  const auto place = [&] {
    return Point{static_cast<std::int32_t>(rng.below(5000)),
                 static_cast<std::int32_t>(rng.below(5000))};
  };
  std::vector<Segment> segments;
  for (std::int32_t i = 0; i < 700; ++i) {
    const auto a = place();
    segments.push_back({a, rng.below(5) == 0 ? a : place(), i / 2});
  }
  const SegmentIndex index{segments};
  const IdFilter even = [](std::int32_t id) { return id % 2 == 0; };
  for (int round = 0; round < 500; ++round) {
    const auto p = place();
    const auto hint = static_cast<std::int32_t>(rng.below(segments.size()));
    for (const auto& filter : {IdFilter{}, even}) {
      const auto plain = index.nearest(p, Metres{0.3}, filter);
      const auto hinted = index.nearest(p, Metres{0.3}, filter, hint);
      ASSERT_EQ(plain.has_value(), hinted.has_value());
      if (plain) {
        ASSERT_EQ(plain->segment, hinted->segment);
      }
    }
  }
}

TEST(SegmentIndex, WithinFindsTheBoxesThatMeet) {
  const SegmentIndex index{{{{0, 0}, {10, 10}, 0}, {{20, 0}, {20, 9}, 1}, {{-5, 5}, {-1, 5}, 2}}};
  EXPECT_EQ(index.within({{10, 9}, {20, 20}}), (std::vector<std::int32_t>{0, 1}));
  EXPECT_TRUE(index.within({{11, 10}, {19, 20}}).empty());
  EXPECT_TRUE(SegmentIndex{{}}.within({{0, 0}, {1, 1}}).empty());
  EXPECT_FALSE(SegmentIndex{{}}.nearest({0, 0}, Metres{1}).has_value());
}

TEST(HilbertOrder, NamesEveryRowOnceAndKeepsNeighboursClose) {
  std::vector<Point> lattice;
  for (std::int32_t i = 0; i < 64 * 64; ++i) lattice.push_back({i % 64 * 1024, i / 64 * 1024});
  const auto order = hilbert_order(lattice);
  auto sorted = order;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i)
    ASSERT_EQ(sorted[i], static_cast<std::int32_t>(i));
  double walked = 0;
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    const auto a = lattice[static_cast<std::size_t>(order[i])];
    const auto b = lattice[static_cast<std::size_t>(order[i + 1])];
    walked += std::hypot(b.x_mm - a.x_mm, b.y_mm - a.y_mm);
  }
  EXPECT_LT(walked, 1.05 * 1024 * (64 * 64 - 1));  // along the curve every step goes to a neighbour
  EXPECT_TRUE(hilbert_order({}).empty());
  EXPECT_EQ(hilbert_order(std::vector<Point>{{5, 5}, {5, 5}}), (std::vector<std::int32_t>{0, 1}));
}

TEST(PairsWithin, EqualsTheSlowSearch) {
  Rng rng{19};
  std::vector<Point> points(400);
  for (auto& p : points)
    p = {static_cast<std::int32_t>(rng.below(3000)) - 1500,
         static_cast<std::int32_t>(rng.below(3000)) - 1500};
  points.push_back(points.front());
  for (const double radius : {0.0, 0.05, 0.3}) {
    std::vector<std::pair<std::int32_t, std::int32_t>> expected;
    for (std::size_t i = 0; i < points.size(); ++i)
      for (std::size_t j = i + 1; j < points.size(); ++j)
        if (std::hypot(points[i].x_mm - points[j].x_mm, points[i].y_mm - points[j].y_mm) <=
            radius * 1e3)
          expected.emplace_back(i, j);
    EXPECT_EQ(pairs_within(points, Metres{radius}), expected);
  }
}

TEST(PairsWithin, TheRadiusIsInclusiveToTheMillimetre) {
  for (std::int32_t mm = 100; mm < 20'000; mm += 100) {
    const std::vector<Point> points{{0, 0}, {mm, 0}};
    EXPECT_EQ(pairs_within(points, Metres{mm / 1000.0}).size(), 1U) << mm;
    EXPECT_TRUE(pairs_within(points, Metres{(mm - 1) / 1000.0}).empty()) << mm;
  }
}

}  // namespace
}  // namespace libgrid
