#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "geopackage_history.hpp"
#include "libgrid/io/geopackage.hpp"

namespace libgrid {

/// What a save takes over from the file whose place it takes.
struct Succession {
  std::int64_t generation = 1;
  std::string saved_at;
  std::string note;
  FileHistory history;
};

/// Looks at the target under the save lock and says which generation the new content is and what
/// stays of the former ones. `rows` are the new content's libgrid_meta without its hash. Throws
/// IoError when the target must not be replaced: not ours, layers of another program in it,
/// damaged, newer, or changed since `options.begun_from`.
[[nodiscard]] Succession succeed(const std::filesystem::path& target, const MetaRows& rows,
                                 const GeoPackageMeta& meta, const GeoPackageWriteOptions& options,
                                 const RunControl& run);

}  // namespace libgrid
