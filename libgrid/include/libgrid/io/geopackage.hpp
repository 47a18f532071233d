#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/geometry/frame.hpp"
#include "libgrid/io/read_limits.hpp"
#include "libgrid/io/table.hpp"

namespace libgrid {

/// What a GeoPackage says about itself.
struct GeoPackageMeta {
  std::string crs;                 ///< "EPSG:4544"; empty when the CRS has no code
  std::string crs_name;            ///< e.g. "CGCS2000 / 3-degree Gauss-Kruger CM 105E"
  std::string crs_wkt;             ///< empty: an unknown planar CRS
  std::optional<Position> origin;  ///< the study area's frame; absent in files of other programs
  std::string format;              ///< version of the file format; empty in files of other programs
  std::string min_reader;          ///< oldest libgrid that may read the file
  std::map<std::string, std::string> extra;  ///< further keys of libgrid_meta
  std::int64_t generation = 1;  ///< how often the content was saved with a change; see io/history
  std::string saved_at;         ///< when, as the saver said; may be empty
  std::string note;             ///< why, as the saver said
  std::string fingerprint;      ///< changes with any change of content; empty in foreign files
  std::vector<std::string> notes;  ///< what a reader left aside, for people; never written
};

struct GeoPackage {
  std::vector<TableColumns> tables;
  GeoPackageMeta meta;
  std::vector<std::vector<RowFault>> faults;  ///< one list a table
};

struct GeoPackageReadOptions {
  /// Holds every layer against the hash stored with it. Off only for a file that was edited on
  /// purpose elsewhere.
  bool check_hashes = true;
  /// The layers wanted; empty: all.
  std::vector<std::string> only{};
  /// Collects cells that cannot be taken in GeoPackage::faults, where otherwise they end the
  /// reading. Never in our own files, whose every cell is held against a hash.
  bool keep_faulty_rows = false;
  /// A former generation instead of the present one, 0; see io/history.
  std::int64_t generation = 0;
  ReadLimits limits{};
};

struct GeoPackageWriteOptions {
  /// How many former generations stay in the file. None: the target is replaced, whatever it is,
  /// and its history goes with it.
  std::optional<int> keep_generations{};
  /// The fingerprint of the file that the content began from. When the target has another one by
  /// now, someone else has saved, and nothing is written. Empty: not asked.
  std::string begun_from{};
  /// The target's present content is taken as it is, although its hashes say that another program
  /// changed it.
  bool accept_edited = false;
  /// Replaces what would be refused: a file that is not ours, has layers of another program, is
  /// damaged or was saved by someone else meanwhile. History is kept where it can be read.
  bool overwrite = false;
};

/// What came of a save.
struct GeoPackageReceipt {
  std::int64_t generation = 1;
  std::string fingerprint;
  std::vector<std::string> warnings;  ///< about the place, for people
};

inline constexpr const char* kGeoPackageFormat = "1";
inline constexpr const char* kGeoPackageMinReader = "0.1.0";

/// Writes all tables as one GeoPackage 1.3 file: afterwards `path` is the whole new file, or
/// untouched.
///
/// The file is made beside the target, read back and compared by content hash, synced and renamed.
/// Layers with geometry become features, others attributes. The same content gives the same bytes:
/// `last_change` is `extra["last_change"]` or a constant, never the clock, so that a file can be
/// compared and a study repeated. With `keep_generations`, what the target held before and is no
/// longer the same stays in it, compressed; content that did not change makes no new generation.
/// Two savers take turns. Cost: linear; about the tables' size again in memory for the layer being
/// checked. Throws InvalidInput (see check_table), IoError (what failed and what to do), Cancelled.
GeoPackageReceipt write_geopackage(const std::filesystem::path& path,
                                   const std::vector<TableColumns>& tables,
                                   const GeoPackageMeta& meta,
                                   const GeoPackageWriteOptions& options = {},
                                   const RunControl& run = {});

/// Reads every feature and attribute table, ours or another program's, through SQLite itself: GDAL
/// turns text in an integer column into 0 and a broken geometry into none, without a word.
///
/// Rows are in the order of the primary key, which itself is left out. Z and M are dropped. In our
/// own files only the layers that were written are read. Throws IoError for a damaged file (naming
/// the layer whose hash differs), a newer format (naming the version that reads it), or a value
/// that does not have its column's type (layer, column, rows).
[[nodiscard]] GeoPackage read_geopackage(const std::filesystem::path& path,
                                         const GeoPackageReadOptions& options = {},
                                         const RunControl& run = {});

/// Names of the feature and attribute tables, as registered. Throws IoError.
[[nodiscard]] std::vector<std::string> list_geopackage_layers(const std::filesystem::path& path);

}  // namespace libgrid
