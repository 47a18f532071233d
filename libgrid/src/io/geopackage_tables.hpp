#pragma once

#include <cstdint>
#include <string>

#include "libgrid/base/run_control.hpp"
#include "libgrid/io/geopackage.hpp"
#include "sqlite_file.hpp"

namespace libgrid {

/// The study area's CRS as the file numbers it: its EPSG code, 300001 without one, -1 for none.
[[nodiscard]] std::int64_t srs_id_of(const GeoPackageMeta& meta);

void write_srs(const SqliteFile& file, const GeoPackageMeta& meta, std::int64_t srs_id);

/// Makes the table, registers it and fills it.
void write_table(const SqliteFile& file, const TableColumns& table, std::int64_t srs_id,
                 const std::string& last_change, const RunControl& run);

}  // namespace libgrid
