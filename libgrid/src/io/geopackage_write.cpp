#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "atomic_file.hpp"
#include "geopackage_schema.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/io/geopackage.hpp"
#include "libgrid/io/wkb.hpp"
#include "path_gate.hpp"
#include "sqlite_file.hpp"

namespace libgrid {
namespace {

constexpr const char* kDefaultChange = "2000-01-01T00:00:00.000Z";
constexpr std::int64_t kStopEvery = 4096;  // rows between looks at the stop token

/// Digits that bring the same double back.
std::string exact(double value) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

std::int64_t srs_id_of(const GeoPackageMeta& meta) {
  if (meta.crs.starts_with("EPSG:")) {
    std::int64_t id = 0;
    const auto* end = meta.crs.data() + meta.crs.size();
    if (std::from_chars(meta.crs.data() + 5, end, id).ptr == end && id > 0) return id;
  }
  return meta.crs_wkt.empty() ? kUndefinedCartesian : kOwnSrsId;
}

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

std::map<std::string, std::string> meta_rows(const std::vector<TableColumns>& tables,
                                             const GeoPackageMeta& meta) {
  auto rows = meta.extra;
  for (const auto& [key, value] : meta.extra)
    require(!key.empty() && is_utf8(key) && is_utf8(value) && !key.starts_with(kMetaHashKey) &&
                key.find('\0') == key.npos && value.find('\0') == value.npos,
            [&] { return "meta: the key \"" + key + "\" or its value cannot be stored"; });
  rows["format"] = kGeoPackageFormat;
  rows["min_reader"] = kGeoPackageMinReader;
  rows["crs"] = meta.crs;
  rows["crs_name"] = meta.crs_name;
  rows["crs_wkt"] = meta.crs_wkt;
  if (meta.origin) {
    rows["frame_origin_x_m"] = exact(meta.origin->x_m);
    rows["frame_origin_y_m"] = exact(meta.origin->y_m);
  }
  std::string order;
  for (const auto& table : tables) {
    rows[kHashPrefix + table.name] = content_hash(table);
    order += table.name + "\n";
  }
  rows["layers"] = order;
  std::string all;
  for (const auto& [key, value] : rows) all += key + '\0' + value + '\0';
  rows[kMetaHashKey] = content_hash(all);
  return rows;
}

std::int64_t estimate_bytes(const std::vector<TableColumns>& tables) {
  std::int64_t bytes = 200'000;
  for (const auto& table : tables) {
    bytes += table.row_count * 64 + static_cast<std::int64_t>(table.geometry.points.size()) * 16;
    for (const auto& column : table.columns) {
      bytes += table.row_count * 9;
      if (const auto* texts = std::get_if<TextValues>(&column.values))
        bytes += static_cast<std::int64_t>(texts->bytes.size());
    }
  }
  return bytes + bytes / 8;
}

}  // namespace

void write_geopackage(const std::filesystem::path& path, const std::vector<TableColumns>& tables,
                      const GeoPackageMeta& meta, const RunControl& run) {
  std::int64_t row_count = 0;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    check_table(tables[i]);
    row_count += tables[i].row_count;
    for (std::size_t j = 0; j < i; ++j)
      require(sqlite3_stricmp(tables[i].name.c_str(), tables[j].name.c_str()) != 0,
              [&] { return "two layers are named \"" + tables[i].name + "\""; });
  }
  const auto srs_id = srs_id_of(meta);
  require(srs_id == kUndefinedCartesian || !meta.crs_wkt.empty(),
          [&] { return "the CRS " + meta.crs + " comes without its WKT"; });
  const auto rows = meta_rows(tables, meta);
  run.begin(row_count);

  AtomicFile atomic{gate_for_writing(path), estimate_bytes(tables)};
  try {
    SqliteFile file{atomic.path(), SqliteFile::Use::fill_disposable};
    file.execute("PRAGMA application_id=" + std::to_string(kGpkgApplicationId) +
                 "; PRAGMA user_version=" + std::to_string(kGpkgVersion) + "; BEGIN");
    file.execute(kGpkgSchema);
    write_srs(file, meta, srs_id);
    const auto change = meta.extra.find("last_change");
    for (const auto& table : tables)
      write_table(file, table, srs_id, change == meta.extra.end() ? kDefaultChange : change->second,
                  run);
    for (const auto& [key, value] : rows) {
      Statement insert{file, "INSERT INTO libgrid_meta VALUES (?,?)"};
      insert.bind(1, std::string_view{key});
      insert.bind(2, std::string_view{value});
      insert.step();
    }
    file.execute("COMMIT");
    file.close();
    // Reading back checks structure, counts and hashes: what is renamed is what was meant.
    const auto written = read_geopackage(atomic.path(), {}, RunControl{.stop = run.stop});
    LIBGRID_ASSERT(written.tables.size() == tables.size());
  } catch (const IoError& error) {
    throw IoError{atomic.target().string() + ": not saved, the old file is untouched" +
                  atomic.space_note() + ". What happened: " + error.what()};
  }
  atomic.replace_target();
}

}  // namespace libgrid
