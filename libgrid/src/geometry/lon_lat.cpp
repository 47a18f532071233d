#include "libgrid/geometry/lon_lat.hpp"

#include <cmath>
#include <cstddef>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {

bool is_on_earth(LonLat place) {
  return std::abs(place.lon_deg) <= 180.0 && std::abs(place.lat_deg) <= 90.0;  // false for NaN
}

void require_on_earth(std::span<const LonLat> places) {
  std::string rows;
  std::size_t bad = 0;
  std::size_t swapped = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (is_on_earth(places[i])) continue;
    if (is_on_earth({places[i].lat_deg, places[i].lon_deg})) ++swapped;
    if (++bad <= 5) rows += (rows.empty() ? "" : ", ") + std::to_string(i);
  }
  require(bad == 0, [&] {
    return "lonlat: " + std::to_string(bad) + " rows (" + rows + (bad > 5 ? ", …" : "") +
           ") are not degrees on earth: " +
           (swapped == bad ? "they look like latitude, longitude; give the longitude first"
                           : "drop or fix them; metres are for unproject");
  });
}

}  // namespace libgrid
