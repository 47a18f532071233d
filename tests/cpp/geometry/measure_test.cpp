#include "libgrid/geometry/measure.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "polygons.hpp"

namespace libgrid {
namespace {

using testing::PolygonBuilder;

PolygonSet box_of(std::int32_t width, std::int32_t height) {
  return PolygonBuilder{}.add_box({0, 0}, {width, height}).build();
}

double reock_of(const PolygonSet& set) {
  return reock(area_m2(set, 0), bounding_circle_radius_m(points_of(set, 0)));
}

TEST(Measure, AgreesWithThePublishedShapes) {
  const auto square = box_of(1000, 1000);
  const auto oblong = box_of(2000, 1000);
  EXPECT_NEAR(polsby_popper(area_m2(square, 0), perimeter_m(square, 0)), 0.78539816, 5e-9);
  EXPECT_NEAR(polsby_popper(area_m2(oblong, 0), perimeter_m(oblong, 0)), 0.69813170, 5e-9);
  EXPECT_NEAR(reock_of(square), 0.63661977, 5e-9);
  EXPECT_NEAR(reock_of(oblong), 0.50929582, 5e-9);
}

TEST(Measure, SubtractsHolesWhateverWayTheyRun) {
  for (const auto& hole : {testing::Ring{{1000, 1000}, {2000, 1000}, {2000, 2000}, {1000, 2000}},
                           testing::Ring{{1000, 1000}, {1000, 2000}, {2000, 2000}, {2000, 1000}}}) {
    const auto set =
        PolygonBuilder{}.add({{{0, 0}, {4000, 0}, {4000, 4000}, {0, 4000}}, hole}).build();
    EXPECT_EQ(area_m2(set, 0), 15.0);
    EXPECT_EQ(perimeter_m(set, 0), 20.0);
    EXPECT_NEAR(centroid(set, 0).x_m, (2.0 * 16 - 1.5) / 15, 1e-12);
    EXPECT_NEAR(centroid(set, 0).y_m, (2.0 * 16 - 1.5) / 15, 1e-12);
  }
}

TEST(Measure, KeepsWholeCountriesExact) {
  const auto set =
      PolygonBuilder{}.add_box({-500'000'000, -500'000'000}, {500'000'000, 500'000'000}).build();
  EXPECT_EQ(area_m2(set, 0), 1e12);
  EXPECT_EQ(centroid(set, 0).x_m, 0.0);
}

TEST(Measure, GivesTheHullOfAnL) {
  const auto set =
      PolygonBuilder{}
          .add({{{0, 0}, {2000, 0}, {2000, 1000}, {1000, 1000}, {1000, 2000}, {0, 2000}}})
          .build();
  EXPECT_EQ(hull_area_m2(points_of(set, 0)), 3.5);
  EXPECT_NEAR(convex_hull_ratio(area_m2(set, 0), 3.5), 3.0 / 3.5, 1e-15);
}

TEST(Measure, CallsTheRatiosOfNothingNaN) {
  const auto set = PolygonBuilder{}.add_parts({}).build();
  EXPECT_EQ(area_m2(set, 0), 0.0);
  EXPECT_TRUE(std::isnan(polsby_popper(0.0, perimeter_m(set, 0))));
  EXPECT_TRUE(std::isnan(reock_of(set)));
  EXPECT_TRUE(std::isnan(centroid(set, 0).x_m));
}

TEST(Measure, FindsTheSmallestCircleAmongAllPairsAndTriples) {
  Rng rng{5};
  for (int round = 0; round < 200; ++round) {
    std::vector<Point> points;
    const auto count = 2 + rng.below(7);
    for (std::uint64_t k = 0; k < count; ++k)
      points.push_back(
          {static_cast<std::int32_t>(rng.below(9000)), static_cast<std::int32_t>(rng.below(9000))});
    const double radius = bounding_circle_radius_m(points);
    // Slow: of all circles through two or three points the smallest that holds all.
    double best = INFINITY;
    const auto try_centre = [&](double x, double y) {
      double r = 0;
      for (const auto p : points) r = std::max(r, std::hypot(p.x_mm - x, p.y_mm - y));
      best = std::min(best, r);
    };
    for (const auto a : points)
      for (const auto b : points) {
        try_centre((a.x_mm + b.x_mm) / 2.0, (a.y_mm + b.y_mm) / 2.0);
        for (const auto c : points) {
          const double d = 2.0 * static_cast<double>(orientation(a, b, c));
          if (d == 0) continue;
          const double bx = b.x_mm - a.x_mm, by = b.y_mm - a.y_mm, cx = c.x_mm - a.x_mm,
                       cy = c.y_mm - a.y_mm;
          try_centre(a.x_mm + (cy * (bx * bx + by * by) - by * (cx * cx + cy * cy)) / d,
                     a.y_mm + (bx * (cx * cx + cy * cy) - cx * (bx * bx + by * by)) / d);
        }
      }
    ASSERT_NEAR(radius, best / 1e3, 1e-8) << round;
  }
}

}  // namespace
}  // namespace libgrid
