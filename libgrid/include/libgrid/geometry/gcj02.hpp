#pragma once

#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/geometry/lon_lat.hpp"

namespace libgrid {

/// What the degrees of a Chinese map refer to: the earth (WGS 84, and CGCS2000 to a few
/// centimetres), the offset maps of Amap and Tencent, or those of Baidu.
enum class MapDatum { wgs84, gcj02, bd09 };

/// Brings places from one map datum to another.
///
/// The forward formulas are the published ones. Each inverse is their fixed point and returns to
/// within 1e-8 m (the published one-step inverses miss by up to 1.2 m, and 0.1 m for BD-09). The
/// formulas follow the closed official transform to a few metres only: good for planning, not for
/// surveying. Places outside the published box (72.004…137.8347 E, 0.8293…55.8271 N) stay as they
/// are, so within 1 km of the box's edge the two directions do not undo each other.
///
/// Cost: about 0.2 µs a place forward, five times that for an inverse. Any number of threads gives
/// the same bits. Throws InvalidInput for rows that are not degrees on earth.
/// Source: the open GCJ-02 formulas with the Krasovsky ellipsoid; BD-09 with x_pi = π·3000/180.
[[nodiscard]] std::vector<LonLat> convert_datum(std::span<const LonLat> places, MapDatum from,
                                                MapDatum to, const RunControl& run = {});

}  // namespace libgrid
