#include "libgrid/geometry/measure.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "libgrid/base/random.hpp"
#include "ring.hpp"

namespace libgrid {
namespace {

constexpr double kMm2PerM2 = 1e6;
constexpr double kMmPerM = 1e3;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<Point> hull_of(std::span<const Point> points) {
  std::vector<Point> sorted(points.begin(), points.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  if (sorted.size() < 3) return sorted;
  std::vector<Point> hull;
  const auto chain = [&hull](auto first, auto last) {
    const auto floor = hull.size();
    for (; first != last; ++first) {
      while (hull.size() >= floor + 2 &&
             orientation(hull[hull.size() - 2], hull.back(), *first) <= 0)
        hull.pop_back();
      hull.push_back(*first);
    }
    hull.pop_back();  // starts the other chain
  };
  chain(sorted.begin(), sorted.end());
  chain(sorted.rbegin(), sorted.rend());
  return hull;
}

struct Circle {
  double x = 0.0;
  double y = 0.0;
  double radius2 = -1.0;
  [[nodiscard]] bool holds(double px, double py) const {
    const auto d2 = (px - x) * (px - x) + (py - y) * (py - y);
    return d2 <= radius2 * (1 + 1e-12);
  }
};

struct Place {
  double x;
  double y;
};

Circle circle_of(Place a, Place b) {
  const Place centre{(a.x + b.x) / 2, (a.y + b.y) / 2};
  return {centre.x, centre.y, std::pow(a.x - centre.x, 2) + std::pow(a.y - centre.y, 2)};
}

Circle circle_of(Place a, Place b, Place c) {
  const double bx = b.x - a.x;
  const double by = b.y - a.y;
  const double cx = c.x - a.x;
  const double cy = c.y - a.y;
  const double d = 2 * (bx * cy - by * cx);
  if (d == 0) {  // on one line: the two outermost decide
    const auto ab = circle_of(a, b);
    const auto ac = circle_of(a, c);
    const auto bc = circle_of(b, c);
    return std::max({ab, ac, bc},
                    [](const auto& l, const auto& r) { return l.radius2 < r.radius2; });
  }
  const double b2 = bx * bx + by * by;
  const double c2 = cx * cx + cy * cy;
  const double ux = (cy * b2 - by * c2) / d;
  const double uy = (bx * c2 - cx * b2) / d;
  return {a.x + ux, a.y + uy, ux * ux + uy * uy};
}

}  // namespace

double area_m2(const PolygonSet& polygons, std::int64_t polygon) {
  return static_cast<double>(twice_area(polygons, polygon)) / 2 / kMm2PerM2;
}

double perimeter_m(const PolygonSet& polygons, std::int64_t polygon) {
  double length = 0.0;
  const auto rings = polygons.rings_of(polygon);
  for (auto r = rings.begin; r < rings.end; ++r) {
    const auto ring = polygons.ring(r);
    for (std::size_t k = 1; k < ring.size(); ++k) length += length_mm(ring[k - 1], ring[k]);
  }
  return length / kMmPerM;
}

Position centroid(const PolygonSet& polygons, std::int64_t polygon) {
  Int128 sum_x = 0;
  Int128 sum_y = 0;
  const auto box = polygons.box_of(polygon);
  const auto parts = polygons.parts_of(polygon);
  for (auto part = parts.begin; part < parts.end; ++part) {
    const auto rings = polygons.rings_of_part(part);
    for (auto r = rings.begin; r < rings.end; ++r) {
      const auto ring = polygons.ring(r);
      const bool forward = (twice_signed_area(ring) > 0) == (r == rings.begin);
      for (std::size_t k = 1; k < ring.size(); ++k) {
        const auto cross = orientation(box.low, ring[k - 1], ring[k]);
        const auto x =
            std::int64_t{ring[k - 1].x_mm} + ring[k].x_mm - 2 * std::int64_t{box.low.x_mm};
        const auto y =
            std::int64_t{ring[k - 1].y_mm} + ring[k].y_mm - 2 * std::int64_t{box.low.y_mm};
        sum_x += (forward ? 1 : -1) * Int128{cross} * x;
        sum_y += (forward ? 1 : -1) * Int128{cross} * y;
      }
    }
  }
  const auto area = static_cast<double>(twice_area(polygons, polygon));
  if (area == 0) return {kNaN, kNaN};
  return {(box.low.x_mm + static_cast<double>(sum_x) / area / 3) / kMmPerM,
          (box.low.y_mm + static_cast<double>(sum_y) / area / 3) / kMmPerM};
}

double hull_area_m2(std::span<const Point> points) {
  auto hull = hull_of(points);
  if (hull.size() < 3) return 0.0;
  hull.push_back(hull.front());
  return static_cast<double>(twice_signed_area(hull)) / 2 / kMm2PerM2;
}

double bounding_circle_radius_m(std::span<const Point> points) {
  const auto hull = hull_of(points);
  if (hull.size() < 2) return 0.0;
  std::vector<Place> places;
  for (const auto p : hull)  // near zero, where doubles are finest
    places.push_back({static_cast<double>(p.x_mm) - hull.front().x_mm,
                      static_cast<double>(p.y_mm) - hull.front().y_mm});
  Rng rng{1};  // a fixed shuffle gives the expected linear time and the same bits each time
  for (std::size_t i = places.size() - 1; i > 0; --i)
    std::swap(places[i], places[rng.below(i + 1)]);
  Circle circle{places[0].x, places[0].y, 0.0};
  for (std::size_t i = 1; i < places.size(); ++i) {
    if (circle.holds(places[i].x, places[i].y)) continue;
    circle = {places[i].x, places[i].y, 0.0};
    for (std::size_t j = 0; j < i; ++j) {
      if (circle.holds(places[j].x, places[j].y)) continue;
      circle = circle_of(places[i], places[j]);
      for (std::size_t k = 0; k < j; ++k)
        if (!circle.holds(places[k].x, places[k].y))
          circle = circle_of(places[i], places[j], places[k]);
    }
  }
  return std::sqrt(circle.radius2) / kMmPerM;
}

std::span<const Point> points_of(const PolygonSet& polygons, std::int64_t polygon) {
  const auto rings = polygons.rings_of(polygon);
  const auto& begin = polygons.columns().point_begin;
  const auto from = static_cast<std::size_t>(begin[static_cast<std::size_t>(rings.begin)]);
  const auto to = static_cast<std::size_t>(begin[static_cast<std::size_t>(rings.end)]);
  return polygons.points().subspan(from, to - from);
}

double polsby_popper(double area, double perimeter) {
  return perimeter > 0 ? 4 * std::numbers::pi * area / (perimeter * perimeter) : kNaN;
}

double reock(double area, double radius) {
  return radius > 0 ? area / (std::numbers::pi * radius * radius) : kNaN;
}

double convex_hull_ratio(double area, double hull_area) {
  return hull_area > 0 ? area / hull_area : kNaN;
}

}  // namespace libgrid
