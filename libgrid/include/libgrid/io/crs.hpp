#pragma once

#include <string>

namespace libgrid {

/// What must be known of a coordinate reference system before its numbers are used.
struct CrsFacts {
  std::string wkt;   ///< WKT1 where it can say it (GeoPackage asks for that), else WKT2
  std::string code;  ///< "EPSG:4544"; empty when none fits
  std::string name;
  bool is_projected = false;
  bool is_geographic = false;
  double metres_per_unit = 0.0;  ///< of a projected CRS's axes; 0 for degrees
  std::string axis_note;  ///< set when the authority's axis order is not x, y; libgrid always uses
                          ///< x = east, y = north
};

/// Reads "EPSG:4544", WKT, PROJJSON or an OGC URN. Never a file name, never the network.
/// Throws InvalidInput when the text names no CRS.
[[nodiscard]] CrsFacts describe_crs(const std::string& text);

}  // namespace libgrid
