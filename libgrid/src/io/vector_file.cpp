#include "libgrid/io/vector_file.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "gdal_session.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/io/geopackage.hpp"
#include "libgrid/io/wkb.hpp"
#include "path_gate.hpp"
#include "read_budget.hpp"
#include "text_encoding.hpp"
#include "vector_sniff.hpp"

namespace libgrid {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kStopEvery = 1024;

struct DatasetCloser {
  void operator()(GDALDatasetH dataset) const { GDALClose(dataset); }
};
using Dataset = std::unique_ptr<void, DatasetCloser>;

/// Text comes as bytes: what it means is decided by decode_texts.
Dataset open_dataset(const fs::path& path, const std::string& driver) {
  const std::array<const char*, 2> drivers{driver.c_str(), nullptr};
  CPLStringList options;
  if (driver == "ESRI Shapefile") options.AddString("ENCODING=");
  if (driver == "FlatGeobuf") options.AddString("VERIFY_BUFFERS=YES");
  CPLStringList siblings;
  siblings.AddString(path.filename().c_str());
  if (driver == "ESRI Shapefile")
    for (const char* extension : {".shx", ".dbf", ".prj", ".cpg"})
      if (const auto part = sibling(path, extension); !part.empty())
        siblings.AddString(part.filename().c_str());
  return Dataset{GDALOpenEx(path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                            drivers.data(), options.List(), siblings.List())};
}

void require_no_failure(const GdalSession& session, const fs::path& path) {
  if (const auto failure = session.failure(); !failure.empty())
    throw IoError{path.string() + ": cannot be read (" + failure + ")"};
}

std::string names_of(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "\"" : ", \"") + name + "\"";
  return out;
}

std::string pick_layer(const std::vector<std::string>& names, const std::string& wanted,
                       const fs::path& path) {
  if (wanted.empty() && names.size() == 1) return names.front();
  if (wanted.empty())
    throw IoError{path.string() + ": has " + std::to_string(names.size()) +
                  " layers, name one: " + names_of(names)};
  if (std::find(names.begin(), names.end(), wanted) == names.end())
    throw IoError{path.string() + ": no layer \"" + wanted + "\"; there are " + names_of(names)};
  return wanted;
}

ColumnData column_for(OGRFieldDefnH field) {
  ColumnData column{.name = OGR_Fld_GetNameRef(field), .values = {}, .valid = {}};
  switch (OGR_Fld_GetType(field)) {
    case OFTInteger:
      if (OGR_Fld_GetSubType(field) == OFSTBoolean) column.values.emplace<2>();
      break;
    case OFTInteger64:
      break;
    case OFTReal:
      column.values.emplace<1>();
      break;
    default:
      column.values.emplace<3>();
      break;
  }
  return column;
}

void append_field(OGRFeatureH feature, int at, ColumnData& column) {
  const bool missing = OGR_F_IsFieldSetAndNotNull(feature, at) == 0;
  column.valid.push_back(missing ? 0 : 1);
  switch (column.type()) {
    case ColumnType::int64:
      std::get<0>(column.values).push_back(missing ? 0 : OGR_F_GetFieldAsInteger64(feature, at));
      break;
    case ColumnType::float64:
      std::get<1>(column.values).push_back(missing ? 0.0 : OGR_F_GetFieldAsDouble(feature, at));
      break;
    case ColumnType::boolean:
      std::get<2>(column.values)
          .push_back(missing || OGR_F_GetFieldAsInteger(feature, at) == 0 ? 0 : 1);
      break;
    case ColumnType::text:
      std::get<3>(column.values)
          .push_back(missing ? std::string_view{} : OGR_F_GetFieldAsString(feature, at));
      break;
  }
}

GeometryKind kind_of(OGRwkbGeometryType type) {
  switch (OGR_GT_Flatten(type)) {
    case wkbPoint:
    case wkbMultiPoint:
      return GeometryKind::point;
    case wkbLineString:
    case wkbMultiLineString:
      return GeometryKind::line;
    case wkbPolygon:
    case wkbMultiPolygon:
      return GeometryKind::polygon;
    default:
      return GeometryKind::none;
  }
}

void read_rows(OGRLayerH layer, VectorLayer& out, const ReadBudget& budget, const RunControl& run) {
  auto& table = out.table;
  const auto definition = OGR_L_GetLayerDefn(layer);
  for (int i = 0; i < OGR_FD_GetFieldCount(definition); ++i)
    table.columns.push_back(column_for(OGR_FD_GetFieldDefn(definition, i)));
  table.geometry.kind = kind_of(OGR_L_GetGeomType(layer));
  std::vector<std::uint8_t> wkb;
  const auto free_feature = [](OGRFeatureH feature) { OGR_F_Destroy(feature); };
  OGR_L_ResetReading(layer);
  for (;;) {
    const std::unique_ptr<void, decltype(free_feature)> feature{OGR_L_GetNextFeature(layer),
                                                                free_feature};
    if (feature == nullptr) break;
    const char* fault = nullptr;
    const auto geometry = OGR_F_GetGeometryRef(static_cast<OGRFeatureH>(feature.get()));
    if (geometry == nullptr || OGR_G_IsEmpty(geometry) != 0) {
      append_missing(table.geometry);
    } else {
      wkb.resize(static_cast<std::size_t>(OGR_G_WkbSize(geometry)));
      OGR_G_ExportToIsoWkb(geometry, wkbNDR, wkb.data());
      fault = append_wkb(table.geometry, wkb);
    }
    if (fault != nullptr)
      out.faults.push_back({.column = {}, .row = table.row_count, .what = fault});
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      append_field(static_cast<OGRFeatureH>(feature.get()), static_cast<int>(i), table.columns[i]);
    if (++table.row_count % kStopEvery == 0) {
      run.advance(kStopEvery);
      budget.check(table);
    }
  }
  run.advance(table.row_count % kStopEvery);
  budget.check(table);
  if (table.geometry.kind == GeometryKind::none || table.geometry.kind == GeometryKind::point)
    table.geometry.part_begin.assign(1, 0);
}

void require_vector_driver(const std::string& driver, const fs::path& path) {
  if (driver != "GeoJSON" && driver != "ESRI Shapefile" && driver != "FlatGeobuf")
    throw IoError{path.string() + ": " + driver + " is not read here; libgrid.read_layer reads it"};
}

std::vector<std::string> layer_names(GDALDatasetH dataset, const fs::path& path) {
  std::vector<std::string> names;
  for (int i = 0; i < GDALDatasetGetLayerCount(dataset); ++i) {
    names.emplace_back(OGR_L_GetName(GDALDatasetGetLayer(dataset, i)));
    if (!is_utf8(names.back()))
      throw IoError{path.string() + ": the name of a layer is no UTF-8 text; the file is damaged"};
  }
  return names;
}

}  // namespace

std::string sniff_format(const fs::path& path) { return sniff_driver(gate_for_reading(path)); }

std::vector<std::string> list_layers(const fs::path& path) {
  const auto real = gate_for_reading(path);
  const auto driver = sniff_driver(real);
  if (driver == "GPKG") return list_geopackage_layers(real);
  require_vector_driver(driver, real);
  const GdalSession session;
  const auto dataset = open_dataset(real, driver);
  require_no_failure(session, real);
  if (dataset == nullptr) throw IoError{real.string() + ": cannot be read as " + driver};
  return layer_names(dataset.get(), real);
}

VectorLayer read_vector(const fs::path& path, const std::string& layer,
                        const VectorReadOptions& options, const RunControl& run) {
  const auto real = gate_for_reading(path);
  const ReadBudget budget{real, options.limits};
  VectorLayer out;
  out.driver = sniff_driver(real);
  out.encoding = "UTF-8";
  run.begin(0);
  if (out.driver == "GPKG") {
    const auto wanted = pick_layer(list_geopackage_layers(real), layer, real);
    auto package = read_geopackage(
        real, {.only = {wanted}, .keep_faulty_rows = true, .limits = options.limits}, run);
    if (package.tables.empty()) throw IoError{real.string() + ": no layer \"" + wanted + "\""};
    out.table = std::move(package.tables.front());
    out.faults = std::move(package.faults.front());
    out.crs_wkt = package.meta.crs_wkt;
    out.notes = package.meta.notes;
    return out;
  }
  require_vector_driver(out.driver, real);
  auto label = options.encoding;
  if (out.driver == "ESRI Shapefile") {
    check_shapefile(real);
    if (label.empty()) label = stated_encoding(real);
  } else if (label.empty()) {
    label = "UTF-8";  // GeoJSON and FlatGeobuf know no other
  }

  const GdalSession session;
  const auto dataset = open_dataset(real, out.driver);
  require_no_failure(session, real);
  if (dataset == nullptr) throw IoError{real.string() + ": cannot be read as " + out.driver};
  out.table.name = pick_layer(layer_names(dataset.get(), real), layer, real);
  const auto handle = GDALDatasetGetLayerByName(dataset.get(), out.table.name.c_str());
  read_rows(handle, out, budget, run);
  const auto expected = OGR_L_GetFeatureCount(handle, 1);
  require_no_failure(session, real);
  if (expected >= 0 && expected != out.table.row_count)
    throw IoError{real.string() + ": " + std::to_string(out.table.row_count) + " of " +
                  std::to_string(expected) + " rows could be read"};
  if (auto* srs = OGR_L_GetSpatialRef(handle); srs != nullptr) {
    char* wkt = nullptr;
    OSRExportToWkt(srs, &wkt);
    out.crs_wkt = wkt == nullptr ? "" : wkt;
    CPLFree(wkt);
    if (!is_utf8(out.crs_wkt))
      throw IoError{real.string() + ": the name of its CRS is no UTF-8 text; the file is damaged"};
  }
  decode_texts(out, label, real.string());
  out.notes.insert(out.notes.end(), session.warnings().begin(), session.warnings().end());
  return out;
}

}  // namespace libgrid
