#include "libgrid/geometry/validity.hpp"

#include <cmath>

#include "geos.hpp"
#include "libgrid/geometry/measure.hpp"

namespace libgrid {

std::vector<Fault> find_polygon_faults(const PolygonSet& polygons) {
  std::vector<Fault> faults;
  const GeosContext geos;
  for (std::int64_t i = 0; i < polygons.size(); ++i) {
    const auto id = static_cast<std::int32_t>(i);
    const auto points = points_of(polygons, i);
    if (points.empty()) {
      faults.push_back({id, "empty", {}});
      continue;
    }
    // Before GEOS: a bow-tie has no area either, but it has a hull.
    if (hull_area_m2(points) == 0.0) {
      faults.push_back({id, "collapsed", points.front()});
      continue;
    }
    char* reason = nullptr;
    GEOSGeometry* raw_place = nullptr;
    const auto polygon = geos.multi_polygon(polygons, i);
    const char valid = GEOSisValidDetail_r(geos.handle(), polygon.get(), 0, &reason, &raw_place);
    const auto place = geos.own(raw_place);
    if (valid != 1) {
      Fault fault{id, reason != nullptr ? reason : geos.error(), points.front()};
      double x = 0.0;
      double y = 0.0;
      if (place && GEOSGeomGetX_r(geos.handle(), place.get(), &x) == 1 &&
          GEOSGeomGetY_r(geos.handle(), place.get(), &y) == 1)
        fault.where = {static_cast<std::int32_t>(std::lround(x)),
                       static_cast<std::int32_t>(std::lround(y))};
      faults.push_back(std::move(fault));
    }
    if (reason != nullptr) GEOSFree_r(geos.handle(), reason);
  }
  return faults;
}

std::string geos_version() { return GEOSversion(); }

}  // namespace libgrid
