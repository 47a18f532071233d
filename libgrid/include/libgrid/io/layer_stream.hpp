#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/io/read_limits.hpp"
#include "libgrid/io/table.hpp"

namespace libgrid {

struct LayerStreamOptions {
  /// The columns wanted; empty: all.
  std::vector<std::string> columns{};
  bool with_geometry = true;
  /// Collects cells that cannot be taken in LayerPiece::faults, where otherwise they end the
  /// reading.
  bool keep_faulty_rows = false;
  /// Finds every page of the file whole first. Off for a further stream over the same file.
  bool check_pages = true;
  /// The rows are those of the whole layer, the vertices and seconds those of each piece: what a
  /// piece takes is what is in memory at once.
  ReadLimits limits{};
};

/// Rows of a layer that follow one another.
struct LayerPiece {
  TableColumns table;
  std::vector<RowFault> faults;  ///< their rows count from the first of the piece
};

/// One layer of a GeoPackage in pieces, so that it may be larger than memory.
///
/// Rows come in the order of the primary key, as read_geopackage gives them, all of one state of
/// the file: a read transaction keeps writers out until the stream goes. Content hashes are not
/// asked, since they are of a whole layer; the pages of the file are. Cost: linear, memory for one
/// piece. May pass from thread to thread, one at a time. All functions throw IoError and Cancelled.
class LayerStream {
 public:
  /// Throws InvalidInput when a wanted column is not there, IoError when the layer is not.
  LayerStream(const std::filesystem::path& path, const std::string& layer,
              const LayerStreamOptions& options = {}, const RunControl& run = {});
  LayerStream(const LayerStream&) = delete;
  LayerStream& operator=(const LayerStream&) = delete;
  ~LayerStream();

  [[nodiscard]] std::int64_t row_count() const;
  /// The CRS of its geometry: a code such as "EPSG:4544", else WKT; empty where the file does not
  /// say.
  [[nodiscard]] const std::string& crs() const;
  /// The columns without rows.
  [[nodiscard]] const TableColumns& empty() const;
  /// The next rows, at most so many, at least 1; none at the end. Throws when the file turns out to
  /// have other rows than it counted.
  [[nodiscard]] LayerPiece next(std::int64_t most, const RunControl& run = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace libgrid
