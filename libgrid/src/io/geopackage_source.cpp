#include "geopackage_source.hpp"

#include <algorithm>
#include <limits>

#include "geopackage_cells.hpp"
#include "geopackage_rows.hpp"
#include "geopackage_schema.hpp"
#include "libgrid/base/error.hpp"
#include "path_gate.hpp"

namespace libgrid {

GeoPackageSource::GeoPackageSource(const std::filesystem::path& path, const RunControl& run,
                                   const ReadLimits& limits, Check check)
    : path_{gate_for_reading(path)},
      run_{run},
      budget_{path_, limits},
      file_{path_, SqliteFile::Use::read_hostile, run, &budget_} {
  const auto id = number("PRAGMA application_id");
  const bool known =
      id == kGpkgApplicationId || id == kGpkg10ApplicationId || id == kGpkg11ApplicationId;
  if (!known || !has_table("gpkg_contents")) fail("this is not a GeoPackage");
  if (check == Check::now) check_whole();
}

void GeoPackageSource::check_whole() const {
  if (unchecked_) check_pages(file_, path_);
  unchecked_ = false;
}

std::optional<std::map<std::string, std::string>> GeoPackageSource::read_meta_rows() const {
  if (!has_table(kMetaTable)) {
    // One changed byte in the schema must not turn a study area into a file without checks.
    if (has_table("gpkg_extensions")) {
      Statement known{file_, "SELECT extension_name FROM gpkg_extensions"};
      while (known.step())
        if (known.text(0) == kMetaTable)
          fail("the table libgrid_meta is gone: the file is damaged; take a backup copy");
    }
    return std::nullopt;
  }
  std::map<std::string, std::string> rows;
  Statement all{file_, "SELECT key, value FROM libgrid_meta"};
  while (all.step()) rows.emplace(all.text(0), all.text(1));
  return rows;
}

std::vector<LayerSource> GeoPackageSource::list_sources(std::vector<std::string>& notes) const {
  std::vector<LayerSource> sources;
  Statement all{file_, "SELECT table_name, data_type FROM gpkg_contents"};
  while (all.step()) {
    LayerSource source{.name = std::string{all.text(0)}, .key = {}, .geometry = {}};
    const auto type = all.text(1);
    if (type != "features" && type != "attributes") {
      notes.push_back("left aside: " + source.name + " (" + std::string{type} + ")");
      continue;
    }
    if (!has_table(source.name))
      fail("layer \"" + source.name + "\" is listed but is no table of the file");
    if (type == "features") {
      Statement geometry{file_,
                         "SELECT column_name, geometry_type_name, srs_id FROM "
                         "gpkg_geometry_columns WHERE table_name = ?"};
      geometry.bind(1, std::string_view{source.name});
      if (!geometry.step())
        fail("layer \"" + source.name + "\" has no entry in gpkg_geometry_columns");
      source.geometry = geometry.text(0);
      source.kind = kind_named(geometry.text(1));
      source.srs_id = geometry.integer(2);
    }
    sources.push_back(std::move(source));
  }
  return sources;
}

GeoPackageSource::Shape GeoPackageSource::describe(LayerSource& source,
                                                   std::vector<std::string>& notes) const {
  TableColumns empty{.name = source.name, .row_count = 0, .geometry = {}, .columns = {}};
  empty.geometry.kind = source.kind;
  std::string select;
  Statement info{file_, "PRAGMA table_info(" + sql_name(source.name) + ")"};
  bool has_geometry = source.geometry.empty();
  int key_columns = 0;
  while (info.step()) {
    const std::string name{info.text(1)};
    key_columns += info.integer(5) > 0 ? 1 : 0;
    const bool is_key = info.integer(5) == 1;
    if (is_key && same_word(info.text(2), "INTEGER")) {
      source.key = name;
    } else if (!source.geometry.empty() && same_word(name, source.geometry)) {
      has_geometry = true;
    } else if (const int type = column_type(info.text(2)); type < 0) {
      notes.push_back("left aside: " + source.name + "." + name + " (" + std::string{info.text(2)} +
                      ")");
    } else {
      empty.columns.push_back(make_column(name, type));
      select += ", " + sql_name(name);
    }
  }
  source.key_is_unique = key_columns == 1;
  if (!has_geometry)
    fail("layer \"" + source.name + "\" lacks its geometry column \"" + source.geometry + "\"");
  return {.empty = std::move(empty), .select = std::move(select)};
}

TableColumns GeoPackageSource::read_table(LayerSource source, std::vector<std::string>& notes,
                                          std::vector<RowFault>* faults) const {
  const auto [empty, select] = describe(source, notes);
  const auto expected = number("SELECT count(*) FROM " + sql_name(source.name));
  auto read =
      read_layer_rows(file_, path_, source, empty, select, expected, unchecked_, budget_, run_);
  if (faults == nullptr)
    fail_of(read.faults, read.table);
  else
    *faults = std::move(read.faults);
  if (read.table.row_count != expected)
    fail("layer \"" + source.name + "\": " + std::to_string(read.table.row_count) + " of " +
         std::to_string(expected) + " rows could be read");
  tidy_geometry(read.table, source);
  return std::move(read.table);
}

void GeoPackageSource::fail_of(const std::vector<RowFault>& faults,
                               const TableColumns& table) const {
  const auto rows_of = [&](const std::string& column) {
    std::vector<std::int64_t> rows;
    for (const auto& fault : faults)
      if (fault.column == column) rows.push_back(fault.row);
    return rows;
  };
  if (faults.empty()) return;
  if (const auto rows = rows_of(""); !rows.empty()) {
    const auto first = std::find_if(faults.begin(), faults.end(),
                                    [](const RowFault& fault) { return fault.column.empty(); });
    fail("layer \"" + table.name + "\", geometry, rows " + list_rows(rows) + ": " + first->what +
         "; repair or delete these rows");
  }
  for (const auto& column : table.columns)
    if (const auto rows = rows_of(column.name); !rows.empty())
      fail("layer \"" + table.name + "\", column \"" + column.name + "\", rows " + list_rows(rows) +
           ": values that are not of the column's type; correct them where the file was made");
}

void GeoPackageSource::read_foreign_crs(const std::vector<LayerSource>& sources,
                                        GeoPackageMeta& meta) const {
  for (const auto& source : sources) {
    if (source.geometry.empty()) continue;
    Statement srs{file_,
                  "SELECT srs_name, organization, organization_coordsys_id, definition FROM "
                  "gpkg_spatial_ref_sys "
                  "WHERE srs_id = ?"};
    srs.bind(1, source.srs_id);
    if (!srs.step() || srs.text(3) == "undefined") continue;
    meta.crs_name = srs.text(0);
    if (same_word(srs.text(1), "EPSG")) meta.crs = "EPSG:" + std::to_string(srs.integer(2));
    meta.crs_wkt = srs.text(3);
    for (const auto& other : sources)
      if (!other.geometry.empty() && other.srs_id != source.srs_id)
        meta.notes.push_back("layer \"" + other.name + "\" has another CRS than \"" + source.name +
                             "\"");
    return;
  }
}

void GeoPackageSource::fail(const std::string& what) const {
  throw IoError{path_.string() + ": " + what};
}

std::int64_t GeoPackageSource::number(const std::string& sql) const {
  Statement statement{file_, sql};
  return statement.step() ? statement.integer(0) : 0;
}

bool GeoPackageSource::has_table(std::string_view name) const {
  Statement found{file_,
                  "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE"};
  found.bind(1, name);
  return found.step() &&
         sqlite3_strnicmp(std::string{found.text(0)}.c_str(), "CREATE VIRTUAL", 14) != 0;
}

void GeoPackageSource::tidy_geometry(TableColumns& table, const LayerSource& source) {
  auto& g = table.geometry;
  // All rows empty in a layer of any kind: no rows have a place, and points say that with the
  // least.
  if (!source.geometry.empty() && g.kind == GeometryKind::none) {
    g.kind = GeometryKind::point;
    g.points.assign(
        static_cast<std::size_t>(table.row_count),
        {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()});
  }
  if (g.kind == GeometryKind::point || g.kind == GeometryKind::none) g.part_begin.assign(1, 0);
}

}  // namespace libgrid
