#pragma once

#include <filesystem>
#include <string>

namespace libgrid {

/// What the file is, from its content; the name decides only between texts.
///
/// GPKG, GeoJSON, "ESRI Shapefile" and FlatGeobuf are read by read_vector; CSV, KML, ZIP (Excel
/// too), GZIP, Parquet and "OSM PBF" are known so that their own readers can be asked. Throws
/// IoError.
[[nodiscard]] std::string sniff_driver(const std::filesystem::path& path);

/// The file beside `path` with the same stem and this extension in any case; empty when there is
/// none.
[[nodiscard]] std::filesystem::path sibling(const std::filesystem::path& path,
                                            const char* extension);

/// GDAL reads on without the attributes or the rows of a Shapefile whose parts do not fit. We do
/// not. Throws IoError.
void check_shapefile(const std::filesystem::path& path);

/// What a Shapefile says of its text: the .cpg file, else the .dbf's language byte where it means
/// CP936; empty when it says nothing that anybody set on purpose.
[[nodiscard]] std::string stated_encoding(const std::filesystem::path& path);

}  // namespace libgrid
