#pragma once

#include <span>
#include <string>
#include <string_view>

#include "libgrid/io/table.hpp"
#include "sqlite_file.hpp"

namespace libgrid {

/// Equal without regard to ASCII case, as SQLite compares names.
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);

/// The kind of a gpkg_geometry_columns type; `none` for GEOMETRY, whose first row decides.
[[nodiscard]] GeometryKind kind_named(std::string_view type);

/// The ColumnType for a declared SQL type as a number; -1 for one that is left aside.
[[nodiscard]] int column_type(std::string_view declared);
[[nodiscard]] ColumnData make_column(std::string name, int type);

/// Appends the geometry in column 0 of a row; returns nullptr or what is wrong with it. The
/// GeoPackage header must have the layer's CRS.
[[nodiscard]] const char* append_geometry(const Statement& row, std::int64_t srs_id,
                                          GeometryColumn& geometry);

/// Appends a cell. False when its stored type is not the declared one (SQLite would hand out 0 for
/// text): then the cell is missing.
[[nodiscard]] bool append_cell(const Statement& row, int at, ColumnData& column);

}  // namespace libgrid
