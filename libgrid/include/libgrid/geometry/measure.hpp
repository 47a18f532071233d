#pragma once

#include <cstdint>
#include <span>

#include "libgrid/geometry/frame.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// Area in m², holes subtracted; independent of ring direction. Summed in exact integers, rounded
/// once.
[[nodiscard]] double area_m2(const PolygonSet& polygons, std::int64_t polygon);

/// Length of all rings in metres, holes included.
[[nodiscard]] double perimeter_m(const PolygonSet& polygons, std::int64_t polygon);

/// Centre of mass in metres from the frame's origin; NaN for a polygon without area.
[[nodiscard]] Position centroid(const PolygonSet& polygons, std::int64_t polygon);

/// Area of the convex hull of the points in m²; 0 for fewer than three points or points on one
/// line. Andrew's monotone chain (1979) on exact predicates; O(n log n).
[[nodiscard]] double hull_area_m2(std::span<const Point> points);

/// Radius of the smallest circle around the points in metres; 0 for none. Expected O(n) after the
/// hull (Welzl 1991, incremental form; Elzinga & Hearn 1972).
[[nodiscard]] double bounding_circle_radius_m(std::span<const Point> points);

/// The points of all rings of a polygon: contiguous, in ring order.
[[nodiscard]] std::span<const Point> points_of(const PolygonSet& polygons, std::int64_t polygon);

/// 4π·area / perimeter² (Polsby & Popper 1991): 1 for a circle, 0.785 for a square; NaN when the
/// perimeter is 0.
[[nodiscard]] double polsby_popper(double area_m2, double perimeter_m);

/// area / area of the smallest enclosing circle (Reock 1961): 1 for a circle, 0.637 for a square;
/// NaN without a circle.
[[nodiscard]] double reock(double area_m2, double radius_m);

/// area / area of the convex hull: 1 when convex; NaN without a hull.
[[nodiscard]] double convex_hull_ratio(double area_m2, double hull_area_m2);

}  // namespace libgrid
