#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/io/read_limits.hpp"
#include "libgrid/io/table.hpp"

namespace libgrid {

struct VectorReadOptions {
  /// Of the text. Empty: in a Shapefile .cpg, then the .dbf's language byte, then UTF-8, then
  /// GB18030, never Latin-1; elsewhere UTF-8. GB2312, GBK and CP936 mean GB18030, which holds them.
  std::string encoding;
  ReadLimits limits{};
};

/// A layer of a file that another program made.
struct VectorLayer {
  TableColumns table;
  std::string crs_wkt;             ///< empty when the file does not say
  std::string driver;              ///< "GeoJSON", "ESRI Shapefile", "FlatGeobuf", "GPKG"
  std::string encoding;            ///< that the text was read as
  bool encoding_guessed = false;   ///< true: the file does not say, and it is not UTF-8
  std::vector<std::string> notes;  ///< warnings of the reader
  std::vector<RowFault> faults;    ///< cells that could not be taken; they are missing in `table`
};

/// What the file is, from its content: a driver of read_vector, or "CSV", "KML", "ZIP", "GZIP",
/// "Parquet", "OSM PBF", which have their own readers. Throws IoError for anything else, and for a
/// path that names no regular file of this computer.
[[nodiscard]] std::string sniff_format(const std::filesystem::path& path);

/// Names of the layers of a GeoJSON, Shapefile, FlatGeobuf or GeoPackage file.
[[nodiscard]] std::vector<std::string> list_layers(const std::filesystem::path& path);

/// Reads one layer; an empty name means the only one.
///
/// The format is decided from the file's first bytes and only that one driver is tried; nothing is
/// fetched from a network, whatever the file asks. Anything that GDAL reports as failed, or a row
/// count that does not hold, fails the read; a geometry that cannot be taken is a fault of its row.
/// GeoPackages take the way of read_geopackage. Throws IoError saying what is wrong with the file
/// and what to do.
[[nodiscard]] VectorLayer read_vector(const std::filesystem::path& path,
                                      const std::string& layer = {},
                                      const VectorReadOptions& options = {},
                                      const RunControl& run = {});

}  // namespace libgrid
