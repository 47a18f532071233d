#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/geometry/locate.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// Two polygons whose interiors meet.
struct Overlap {
  std::int32_t a;  ///< a < b
  std::int32_t b;
  double area_m2;
};

/// Slivers below half a square metre are the survey's noise, not a double claim: a 1 mm border
/// shift along 500 m of border makes one.
inline constexpr double kOverlapToleranceM2 = 0.5;

/// Finds every pair of polygons that overlap by more than `tolerance_m2`, ascending by (a, b).
///
/// Which pairs overlap at all is decided exactly, on integers, in about the time of one locate;
/// only those pairs go to an overlay for their area. Polygons with the same geometry overlap by
/// their whole area. Throws GeometryError naming the pair when the overlay fails even after a
/// repair.
[[nodiscard]] std::vector<Overlap> find_overlaps(const PolygonSet& polygons,
                                                 double tolerance_m2 = kOverlapToleranceM2,
                                                 const RunControl& run = {});

/// The same with the index of a locator of these very polygons, for callers that have one.
[[nodiscard]] std::vector<Overlap> find_overlaps(const PolygonSet& polygons,
                                                 const PointLocator& locator,
                                                 double tolerance_m2 = kOverlapToleranceM2,
                                                 const RunControl& run = {});

}  // namespace libgrid
