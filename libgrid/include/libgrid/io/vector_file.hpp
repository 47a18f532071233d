#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/io/table.hpp"

namespace libgrid {

struct VectorReadOptions {
  /// Of text in Shapefile and CSV. Empty: .cpg, then the .dbf's language byte, then UTF-8, then
  /// GB18030; never Latin-1.
  std::string encoding;
};

/// A layer of a file that another program made.
struct VectorLayer {
  TableColumns table;
  std::string crs_wkt;             ///< empty when the file does not say
  std::string driver;              ///< "GeoJSON", "ESRI Shapefile", "CSV", "FlatGeobuf", "GPKG"
  std::string encoding;            ///< that the text was read as
  std::vector<std::string> notes;  ///< warnings of the reader
};

/// Names of the layers of a GeoJSON, Shapefile, CSV, FlatGeobuf or GeoPackage file.
[[nodiscard]] std::vector<std::string> list_layers(const std::filesystem::path& path);

/// Reads one layer; an empty name means the only one.
///
/// The format is decided from the file's first bytes and only that one driver is tried; nothing is
/// fetched from a network, whatever the file asks. CSV columns are all text, so that codes keep
/// their zeros. Anything that GDAL reports as failed, or a row count that does not hold, fails the
/// read. GeoPackages take the way of read_geopackage. Throws IoError saying what is wrong with the
/// file and what to do.
[[nodiscard]] VectorLayer read_vector(const std::filesystem::path& path,
                                      const std::string& layer = {},
                                      const VectorReadOptions& options = {},
                                      const RunControl& run = {});

}  // namespace libgrid
