#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

struct Fault {
  std::int32_t polygon;
  std::string reason;  ///< "empty", "collapsed", or GEOS's words, e.g. "Self-intersection"
  Point where;         ///< the nearest millimetre; the origin when empty
};

/// Finds polygons that cannot be used as they are, ascending, at most one fault each.
///
/// "empty": no parts. "collapsed": no area on whole millimetres. Otherwise OGC validity by GEOS.
/// O(n log n).
[[nodiscard]] std::vector<Fault> find_polygon_faults(const PolygonSet& polygons);

/// The version of GEOS that stands behind validity and overlays.
[[nodiscard]] std::string geos_version();

}  // namespace libgrid
