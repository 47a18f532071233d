#pragma once

#include <span>

namespace libgrid {

/// A place in degrees, east and north. It has no arithmetic: a degree east is shorter than one
/// north, so distances and areas wait for a projection.
struct LonLat {
  double lon_deg = 0.0;
  double lat_deg = 0.0;
};

/// True for finite degrees within -180…180 and -90…90.
[[nodiscard]] bool is_on_earth(LonLat place);

/// Throws InvalidInput naming the first rows that are not finite or not on earth; says so when
/// they would be with longitude and latitude swapped.
void require_on_earth(std::span<const LonLat> places);

}  // namespace libgrid
