#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "libgrid/geometry/point.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

__extension__ using Int128 = __int128;  // sums of cross products outgrow int64

/// Twice the signed area in mm² of a closed ring: positive when it runs counterclockwise. Exact.
[[nodiscard]] inline Int128 twice_signed_area(std::span<const Point> ring) {
  Int128 sum = 0;
  for (std::size_t k = 1; k < ring.size(); ++k)
    sum += orientation(ring.front(), ring[k - 1], ring[k]);
  return sum;
}

/// Twice the area in mm² of a polygon: shells minus holes, whatever way they run.
[[nodiscard]] inline Int128 twice_area(const PolygonSet& polygons, std::int64_t polygon) {
  Int128 sum = 0;
  const auto parts = polygons.parts_of(polygon);
  for (auto part = parts.begin; part < parts.end; ++part) {
    const auto rings = polygons.rings_of_part(part);
    for (auto r = rings.begin; r < rings.end; ++r) {
      const auto area = twice_signed_area(polygons.ring(r));
      const auto size = area < 0 ? -area : area;
      sum += r == rings.begin ? size : -size;
    }
  }
  return sum;
}

[[nodiscard]] inline double length_mm(Point a, Point b) {
  return std::hypot(static_cast<double>(b.x_mm) - a.x_mm, static_cast<double>(b.y_mm) - a.y_mm);
}

}  // namespace libgrid
