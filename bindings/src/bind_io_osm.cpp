#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "interruptible.hpp"
#include "libgrid/io/osm.hpp"
#include "table_columns.hpp"

namespace libgrid::python {
namespace {

using Corners = std::optional<std::array<double, 4>>;

std::optional<DegreeBox> box_of(const Corners& bbox) {
  if (!bbox) return std::nullopt;
  const auto& [west, south, east, north] = *bbox;
  return DegreeBox{.west = west, .south = south, .east = east, .north = north};
}

py::tuple texts(TextValues&& values) {
  return py::make_tuple(to_array(std::move(values.begin)), bytes_array(std::move(values.bytes)));
}

py::dict read_roads(const std::string& path, const Corners& bbox, unsigned threads,
                    const py::object& on_progress) {
  auto roads = run_interruptible(on_progress, threads, [&](const RunControl& control) {
    return read_osm_roads(path, box_of(bbox), control);
  });
  auto& r = roads.restrictions;
  py::dict restrictions;
  restrictions["relation_id"] = to_array(std::move(r.relation_id));
  restrictions["from_way"] = to_array(std::move(r.from_way));
  restrictions["via"] = to_array(std::move(r.via));
  restrictions["to_way"] = to_array(std::move(r.to_way));
  restrictions["via_way"] = to_array(std::move(r.via_way));
  restrictions["kind"] = texts(std::move(r.kind));
  restrictions["scope"] = texts(std::move(r.scope));
  restrictions["exempt"] = texts(std::move(r.exempt));
  py::dict out;
  out["ways"] = table_to_python(std::move(roads.ways));
  out["node_id"] = to_array(std::move(roads.node_id));
  out["barriers"] = table_to_python(std::move(roads.barriers));
  out["restrictions"] = restrictions;
  out["absent_nodes"] = roads.absent_nodes;
  out["cut_ways"] = roads.cut_ways;
  out["other_restrictions"] = roads.other_restrictions;
  return out;
}

py::dict read_buildings(const std::string& path, const Corners& bbox, unsigned threads,
                        const py::object& on_progress) {
  auto buildings = run_interruptible(on_progress, threads, [&](const RunControl& control) {
    return read_osm_buildings(path, box_of(bbox), control);
  });
  py::dict out;
  out["table"] = table_to_python(std::move(buildings.table));
  out["open_ways"] = to_array(std::move(buildings.open_ways));
  out["broken_relations"] = to_array(std::move(buildings.broken_relations));
  return out;
}

}  // namespace

void bind_io_osm(py::module_& m) {
  m.def("read_roads", &read_roads, py::arg("path"), py::arg("bbox") = py::none(),
        py::arg("threads") = 0, py::arg("on_progress") = py::none());
  m.def("read_buildings", &read_buildings, py::arg("path"), py::arg("bbox") = py::none(),
        py::arg("threads") = 0, py::arg("on_progress") = py::none());
}

}  // namespace libgrid::python
