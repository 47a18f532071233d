#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "geopackage_source.hpp"
#include "table_bytes.hpp"

namespace libgrid {

using MetaRows = std::map<std::string, std::string>;

/// A former generation: libgrid_meta as it was, its hash included.
struct FormerGeneration {
  std::int64_t number = 0;
  std::string saved_at;
  MetaRows meta;
};

/// What a file holds besides its present content.
struct FileHistory {
  std::vector<FormerGeneration> generations;    // oldest first
  std::map<std::string, PackedTable> versions;  // by content hash

  [[nodiscard]] bool empty() const { return generations.empty(); }
};

/// The history as it stands in the file, held against `seal` (libgrid_meta's "history"): a changed
/// byte in a former version is found when the file is opened, not when it is needed. An empty seal
/// means that there is no history. `keep_versions` false: the versions are checked and let go.
/// Throws IoError.
FileHistory read_file_history(const GeoPackageSource& source, const std::string& seal,
                              bool keep_versions);

void write_file_history(const SqliteFile& file, const FileHistory& history);

/// Hash over everything in the history; empty for an empty one.
std::string seal_of(const FileHistory& history);

/// The layers of libgrid_meta, in their order.
std::vector<std::string> layers_of(const MetaRows& rows);

/// What libgrid_meta's hash is taken over.
std::string meta_text(const MetaRows& rows);

/// Whether the rows have the hash that they were saved with.
bool is_sealed(MetaRows rows);

std::int64_t generation_of(const MetaRows& rows);

/// When the file was last written, as an ISO time.
std::string file_time(const std::filesystem::path& path);

}  // namespace libgrid
