#pragma once

#include <filesystem>

namespace libgrid {

/// The resolved path of a regular file that may be read. Refuses what GDAL or SQLite would take for
/// something else than a file name: schemes, /vsi…, inline XML and JSON, NUL; and directories,
/// pipes and devices, which would hang. Throws IoError.
[[nodiscard]] std::filesystem::path gate_for_reading(const std::filesystem::path& path);

/// The resolved path of a file to be made or replaced: a link is followed, the folder must exist.
/// Throws IoError.
[[nodiscard]] std::filesystem::path gate_for_writing(const std::filesystem::path& path);

}  // namespace libgrid
