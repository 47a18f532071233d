#include "geopackage_tables.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "geopackage_schema.hpp"
#include "libgrid/io/wkb.hpp"

namespace libgrid {
namespace {

constexpr std::int64_t kStopEvery = 4096;  // rows between looks at the stop token

/// `wanted`, or `wanted_1` … when a column has that name.
std::string free_name(const TableColumns& table, const std::string& wanted) {
  for (int i = 0;; ++i) {
    auto name = i == 0 ? wanted : wanted + "_" + std::to_string(i);
    if (std::none_of(table.columns.begin(), table.columns.end(), [&](const ColumnData& column) {
          return sqlite3_stricmp(column.name.c_str(), name.c_str()) == 0;
        }))
      return name;
  }
}

const char* sql_type(ColumnType type) {
  switch (type) {
    case ColumnType::int64:
      return "INTEGER";
    case ColumnType::float64:
      return "DOUBLE";
    case ColumnType::boolean:
      return "BOOLEAN";
    case ColumnType::text:
      break;
  }
  return "TEXT";
}

struct Envelope {
  double low_x = std::numeric_limits<double>::infinity();
  double high_x = -low_x;
  double low_y = low_x;
  double high_y = -low_x;

  void add(Position p) {
    low_x = std::min(low_x, p.x_m);
    high_x = std::max(high_x, p.x_m);
    low_y = std::min(low_y, p.y_m);
    high_y = std::max(high_y, p.y_m);
  }
};

Envelope envelope_of(const GeometryColumn& geometry, std::size_t row) {
  Envelope box;
  const auto range = points_of_row(geometry, row);
  for (auto i = range.begin; i < range.end; ++i)
    box.add(geometry.points[static_cast<std::size_t>(i)]);
  return box;
}

/// GeoPackage binary: "GP", version 0, flags, srs id, envelope (none for points), WKB;
/// little-endian.
void write_gpb(const GeometryColumn& geometry, std::size_t row, bool multi, std::int32_t srs_id,
               std::string& out) {
  out = {'G', 'P', '\0'};
  const bool has_envelope = geometry.kind != GeometryKind::point;
  out += static_cast<char>(has_envelope ? 0b0000'0011 : 0b0000'0001);
  out.append(reinterpret_cast<const char*>(&srs_id), sizeof srs_id);
  if (has_envelope) {
    const auto box = envelope_of(geometry, row);
    for (const double value : {box.low_x, box.high_x, box.low_y, box.high_y})
      out.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  write_wkb(geometry, row, multi, out);
}

void bind_value(Statement& insert, int at, const ColumnData& column, std::size_t row) {
  if (column.valid[row] == 0) return insert.bind_null(at);
  std::visit(
      [&](const auto& values) {
        using Values = std::decay_t<decltype(values)>;
        if constexpr (std::is_same_v<Values, TextValues>)
          insert.bind(at, values.at(row));
        else if constexpr (std::is_same_v<Values, std::vector<double>>)
          std::isnan(values[row]) ? insert.bind_null(at)
                                  : insert.bind(at, values[row] == 0 ? 0.0 : values[row]);
        else
          insert.bind(at, static_cast<std::int64_t>(values[row]));
      },
      column.values);
}

void write_rows(const SqliteFile& file, const TableColumns& table, const std::string& sql,
                bool multi, std::int64_t srs_id, const RunControl& run) {
  Statement insert{file, sql};
  const auto& geometry = table.geometry;
  std::string blob;
  for (std::int64_t i = 0; i < table.row_count; ++i) {
    const auto row = static_cast<std::size_t>(i);
    int at = 1;
    insert.bind(at++, i + 1);
    if (geometry.kind != GeometryKind::none) {
      if (is_missing(geometry, row)) {
        insert.bind_null(at++);
      } else {
        write_gpb(geometry, row, multi, static_cast<std::int32_t>(srs_id), blob);
        insert.bind_blob(at++, blob);
      }
    }
    for (const auto& column : table.columns) bind_value(insert, at++, column, row);
    insert.step();
    insert.reset();
    if ((i + 1) % kStopEvery == 0) run.advance(kStopEvery);
  }
  run.advance(table.row_count % kStopEvery);
}

}  // namespace

std::int64_t srs_id_of(const GeoPackageMeta& meta) {
  if (meta.crs.starts_with("EPSG:")) {
    std::int64_t id = 0;
    const auto* end = meta.crs.data() + meta.crs.size();
    if (std::from_chars(meta.crs.data() + 5, end, id).ptr == end && id > 0) return id;
  }
  return meta.crs_wkt.empty() ? kUndefinedCartesian : kOwnSrsId;
}

void write_table(const SqliteFile& file, const TableColumns& table, std::int64_t srs_id,
                 const std::string& last_change, const RunControl& run) {
  const bool spatial = table.geometry.kind != GeometryKind::none;
  const bool multi = has_multi_parts(table.geometry);
  const auto geometry_name = free_name(table, "geom");
  std::string type{table.geometry.kind == GeometryKind::point  ? "POINT"
                   : table.geometry.kind == GeometryKind::line ? "LINESTRING"
                                                               : "POLYGON"};
  if (multi) type = "MULTI" + type;

  std::string create = "CREATE TABLE " + sql_name(table.name) + " (" +
                       sql_name(free_name(table, "fid")) +
                       " INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL";
  std::string insert = "INSERT INTO " + sql_name(table.name) + " VALUES (?";
  if (spatial) {
    create += ", " + sql_name(geometry_name) + " " + type;
    insert += ",?";
  }
  for (const auto& column : table.columns) {
    create += ", " + sql_name(column.name) + " " + sql_type(column.type());
    insert += ",?";
  }
  file.execute(create + ")");

  Statement contents{file, "INSERT INTO gpkg_contents VALUES (?,?,?,'',?,?,?,?,?,?)"};
  contents.bind(1, std::string_view{table.name});
  contents.bind(2, std::string_view{spatial ? "features" : "attributes"});
  contents.bind(3, std::string_view{table.name});
  contents.bind(4, std::string_view{last_change});
  Envelope box;
  for (std::size_t row = 0; row < static_cast<std::size_t>(table.row_count); ++row) {
    if (is_missing(table.geometry, row)) continue;
    const auto one = envelope_of(table.geometry, row);
    box.add({one.low_x, one.low_y});
    box.add({one.high_x, one.high_y});
  }
  if (box.low_x <= box.high_x) {
    contents.bind(5, box.low_x);
    contents.bind(6, box.low_y);
    contents.bind(7, box.high_x);
    contents.bind(8, box.high_y);
  }
  if (spatial) contents.bind(9, srs_id);
  contents.step();
  if (spatial) {
    Statement columns{file, "INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,0,0)"};
    columns.bind(1, std::string_view{table.name});
    columns.bind(2, std::string_view{geometry_name});
    columns.bind(3, std::string_view{type});
    columns.bind(4, srs_id);
    columns.step();
  }
  write_rows(file, table, insert + ")", multi, srs_id, run);
}

void write_srs(const SqliteFile& file, const GeoPackageMeta& meta, std::int64_t srs_id) {
  const auto insert = [&](std::string_view name, std::int64_t id, std::string_view who,
                          std::string_view wkt) {
    Statement row{file, "INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,NULL)"};
    row.bind(1, name);
    row.bind(2, id);
    row.bind(3, who);
    row.bind(4, id);
    row.bind(5, wkt);
    row.step();
  };
  insert("WGS 84", 4326, "EPSG", kWgs84Wkt);
  if (srs_id == kUndefinedCartesian || srs_id == 4326) return;
  insert(meta.crs_name.empty() ? "study area" : meta.crs_name, srs_id,
         srs_id == kOwnSrsId ? "libgrid" : "EPSG", meta.crs_wkt);
}

}  // namespace libgrid
