#pragma once

#include <filesystem>
#include <string>

namespace libgrid {

/// The one driver that may open the file, from its content; the name decides only between texts.
/// Throws IoError.
[[nodiscard]] std::string sniff_driver(const std::filesystem::path& path);

/// The file beside `path` with the same stem and this extension in any case; empty when there is
/// none.
[[nodiscard]] std::filesystem::path sibling(const std::filesystem::path& path,
                                            const char* extension);

/// GDAL reads on without the attributes or the rows of a Shapefile whose parts do not fit. We do
/// not. Throws IoError.
void check_shapefile(const std::filesystem::path& path);

/// False when nothing in the file says how its text is encoded, so that it must come as bytes and
/// be decoded here.
[[nodiscard]] bool states_encoding(const std::filesystem::path& path, const std::string& driver);

}  // namespace libgrid
