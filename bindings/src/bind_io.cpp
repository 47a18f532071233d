#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/io/crs.hpp"
#include "libgrid/io/geopackage.hpp"
#include "libgrid/io/history.hpp"
#include "libgrid/io/native_versions.hpp"
#include "libgrid/io/vector_file.hpp"
#include "read_limits.hpp"
#include "table_columns.hpp"

namespace libgrid::python {
namespace {

template <class T>
std::vector<T> copy_of(const py::handle& array) {
  const auto span = as_span(py::cast<Column<T>>(array));
  return {span.begin(), span.end()};
}

std::size_t index_of(const std::string& word, std::span<const char* const> words) {
  for (std::size_t i = 0; i < words.size(); ++i)
    if (word == words[i]) return i;
  throw InvalidInput{"unknown kind or type \"" + word + "\""};
}

ColumnData column_from(const py::tuple& from) {
  ColumnData column{.name = py::cast<std::string>(from[0]),
                    .values = {},
                    .valid = copy_of<std::uint8_t>(from[3])};
  switch (static_cast<ColumnType>(index_of(py::cast<std::string>(from[1]), kTypes))) {
    case ColumnType::int64:
      column.values = copy_of<std::int64_t>(from[2]);
      break;
    case ColumnType::float64:
      column.values = copy_of<double>(from[2]);
      break;
    case ColumnType::boolean:
      column.values = copy_of<std::uint8_t>(from[2]);
      break;
    case ColumnType::text: {
      const auto parts = py::cast<py::tuple>(from[2]);
      const auto bytes = py::cast<Column<std::uint8_t>>(parts[1]);
      column.values = TextValues{.begin = copy_of<std::int64_t>(parts[0]),
                                 .bytes = {reinterpret_cast<const char*>(bytes.data()),
                                           static_cast<std::size_t>(bytes.size())}};
      break;
    }
  }
  return column;
}

TableColumns table_from(const py::dict& from) {
  TableColumns table{.name = py::cast<std::string>(from["name"]),
                     .row_count = py::cast<std::int64_t>(from["row_count"]),
                     .geometry = {},
                     .columns = {}};
  auto& g = table.geometry;
  g.kind = static_cast<GeometryKind>(index_of(py::cast<std::string>(from["kind"]), kKinds));
  const auto xy = py::cast<Column<double>>(from["xy"]);
  const auto positions = as_positions(xy, "xy");
  g.points.assign(positions.begin(), positions.end());
  g.point_begin = copy_of<std::int64_t>(from["point_begin"]);
  g.ring_begin = copy_of<std::int64_t>(from["ring_begin"]);
  g.part_begin = copy_of<std::int64_t>(from["part_begin"]);
  for (const auto column : from["columns"])
    table.columns.push_back(column_from(py::cast<py::tuple>(column)));
  return table;
}

py::dict to_python(const GeoPackageMeta& meta) {
  py::dict out;
  out["crs"] = meta.crs;
  out["crs_name"] = meta.crs_name;
  out["crs_wkt"] = meta.crs_wkt;
  out["origin"] = meta.origin ? py::object{py::make_tuple(meta.origin->x_m, meta.origin->y_m)}
                              : py::object{py::none()};
  out["format"] = meta.format;
  out["min_reader"] = meta.min_reader;
  out["extra"] = meta.extra;
  out["generation"] = meta.generation;
  out["saved_at"] = meta.saved_at;
  out["note"] = meta.note;
  out["fingerprint"] = meta.fingerprint;
  out["notes"] = meta.notes;
  return out;
}

py::dict read_package(const std::string& path, bool check_hashes, std::int64_t generation,
                      const Limits& limits, const py::object& on_progress, bool keep_faulty_rows,
                      const std::vector<std::string>& only) {
  auto package = run_interruptible(on_progress, 0, [&](const RunControl& run) {
    const GeoPackageReadOptions options{.check_hashes = check_hashes,
                                        .only = only,
                                        .keep_faulty_rows = keep_faulty_rows,
                                        .generation = generation,
                                        .limits = limits_from(limits)};
    return read_geopackage(path, options, run);
  });
  py::list tables;
  for (auto& table : package.tables) tables.append(table_to_python(std::move(table)));
  py::list faults;  // one list a table
  for (const auto& of_table : package.faults) {
    py::list rows;
    for (const auto& fault : of_table)
      rows.append(py::make_tuple(fault.column, fault.row, fault.what));
    faults.append(rows);
  }
  py::dict out;
  out["faults"] = faults;
  out["tables"] = tables;
  out["meta"] = to_python(package.meta);
  return out;
}

py::dict write_package(const std::string& path, const py::list& tables, const std::string& crs,
                       const std::optional<std::pair<double, double>>& origin,
                       const std::map<std::string, std::string>& extra, const std::string& note,
                       const std::string& saved_at, std::optional<int> keep_generations,
                       const std::string& begun_from, bool accept_edited, bool overwrite,
                       const py::object& on_progress) {
  std::vector<TableColumns> columns;
  for (const auto table : tables) columns.push_back(table_from(py::cast<py::dict>(table)));
  GeoPackageMeta meta;
  meta.extra = extra;
  meta.note = note;
  meta.saved_at = saved_at;
  if (origin) meta.origin = Position{origin->first, origin->second};
  if (!crs.empty()) {
    const auto facts = describe_crs(crs);
    meta.crs = facts.code;
    meta.crs_name = facts.name;
    meta.crs_wkt = facts.wkt;
  }
  const GeoPackageWriteOptions options{.keep_generations = keep_generations,
                                       .begun_from = begun_from,
                                       .accept_edited = accept_edited,
                                       .overwrite = overwrite};
  const auto receipt = run_interruptible(on_progress, 1, [&](const RunControl& run) {
    return write_geopackage(path, columns, meta, options, run);
  });
  py::dict out;
  out["generation"] = receipt.generation;
  out["fingerprint"] = receipt.fingerprint;
  out["warnings"] = receipt.warnings;
  return out;
}

/// One dict a generation.
py::list list_generations(const std::string& path) {
  const auto generations = run_interruptible(
      py::none(), 1, [&](const RunControl& run) { return read_history(path, run); });
  py::list out;
  for (const auto& one : generations) {
    py::dict row;
    row["generation"] = one.generation;
    row["saved_at"] = one.saved_at;
    row["note"] = one.note;
    row["changed"] = one.changed;
    row["present"] = one.is_present;
    out.append(row);
  }
  return out;
}

py::dict read_foreign(const std::string& path, const std::string& layer,
                      const std::string& encoding, const Limits& limits,
                      const py::object& on_progress) {
  auto read = run_interruptible(on_progress, 0, [&](const RunControl& run) {
    return read_vector(path, layer, {.encoding = encoding, .limits = limits_from(limits)}, run);
  });
  py::dict out;
  out["table"] = table_to_python(std::move(read.table));
  out["crs_wkt"] = read.crs_wkt;
  out["driver"] = read.driver;
  out["encoding"] = read.encoding;
  out["encoding_guessed"] = read.encoding_guessed;
  out["notes"] = read.notes;
  py::list faults;
  for (const auto& fault : read.faults)
    faults.append(py::make_tuple(fault.column, fault.row, fault.what));
  out["faults"] = faults;
  return out;
}

}  // namespace

void bind_io(py::module_& m) {
  m.attr("format") = kGeoPackageFormat;
  m.def("read_geopackage", &read_package, py::arg("path"), py::arg("check_hashes") = true,
        py::arg("generation") = 0, py::arg("limits") = py::none(),
        py::arg("on_progress") = py::none(), py::arg("keep_faulty_rows") = false,
        py::arg("only") = std::vector<std::string>{});
  m.def("write_geopackage", &write_package, py::arg("path"), py::arg("tables"), py::kw_only(),
        py::arg("crs"), py::arg("origin"), py::arg("extra"), py::arg("note") = "",
        py::arg("saved_at") = "", py::arg("keep_generations") = py::none(),
        py::arg("begun_from") = "", py::arg("accept_edited") = false, py::arg("overwrite") = false,
        py::arg("on_progress") = py::none());
  m.def("read_history", &list_generations, py::arg("path"));
  m.def(
      "content_hash",
      [](const py::dict& table) {
        const auto columns = table_from(table);
        check_table(columns);
        return content_hash(columns);
      },
      py::arg("table"));
  m.def(
      "sniff_format", [](const std::string& path) { return sniff_format(path); }, py::arg("path"),
      py::call_guard<py::gil_scoped_release>());
  m.def(
      "list_layers", [](const std::string& path) { return list_layers(path); }, py::arg("path"),
      py::call_guard<py::gil_scoped_release>());
  m.def("read_vector", &read_foreign, py::arg("path"), py::arg("layer") = "",
        py::arg("encoding") = "", py::arg("limits") = py::none(),
        py::arg("on_progress") = py::none());
  m.def(
      "describe_crs",
      [](const std::string& text) {
        const auto facts = describe_crs(text);
        py::dict out;
        out["wkt"] = facts.wkt;
        out["code"] = facts.code;
        out["name"] = facts.name;
        out["is_projected"] = facts.is_projected;
        out["is_geographic"] = facts.is_geographic;
        out["metres_per_unit"] = facts.metres_per_unit;
        out["axis_note"] = facts.axis_note;
        return out;
      },
      py::arg("text"));
  m.def("native_versions", &native_versions);
}

}  // namespace libgrid::python
