#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "libgrid/base/run_control.hpp"

namespace libgrid {

/// One band of a raster: rows from north to south, NaN where there is no value.
struct Raster {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<double> values;  ///< row-major
  double x0 = 0.0;             ///< west border of column 0
  double y0 = 0.0;             ///< north border of row 0
  double cell_x = 1.0;         ///< width of a cell, above 0
  double cell_y = 1.0;         ///< height of a cell, above 0
  std::string crs_wkt;         ///< empty when the file does not say
};

struct RasterReadOptions {
  std::int32_t band = 1;
  /// West, south, east, north in the raster's CRS: only the cells that meet it are read.
  std::optional<std::array<double, 4>> bounds{};
  /// A window with more cells is refused before memory is taken (1 GB of values).
  std::int64_t most_cells = 128'000'000;
};

/// Reads one band of a GeoTIFF or an Arc/Info ASCII grid, known by its content; nothing is fetched
/// from a network and no file beside it is read. Throws IoError (not such a file, rotated, damaged,
/// too large), InvalidInput (band, bounds that do not meet the raster).
[[nodiscard]] Raster read_raster(const std::filesystem::path& path,
                                 const RasterReadOptions& options = {}, const RunControl& run = {});

/// Writes a float32 GeoTIFF, deflated, NaN as its nodata value: the whole new file or the old one.
/// `crs` as for describe_crs. Throws IoError, InvalidInput.
void write_raster(const std::filesystem::path& path, const Raster& raster, const std::string& crs,
                  const RunControl& run = {});

}  // namespace libgrid
