#include <optional>
#include <utility>

#include <pybind11/pybind11.h>

#include "arrays.hpp"
#include "engine_options.hpp"
#include "interruptible.hpp"
#include "libgrid/graph/hierarchy_file.hpp"
#include "libgrid/travel/engine.hpp"
#include "libgrid/travel/reduce_times.hpp"
#include "places.hpp"

namespace libgrid::python {
namespace {

Hierarchy build(const RoadNetwork& network, unsigned threads, const py::object& on_progress) {
  return run_interruptible(on_progress, threads, [&](const RunControl& control) {
    return Hierarchy{network.forward(), control};
  });
}

py::bytes to_bytes(const Hierarchy& hierarchy) {
  const auto bytes = encode_hierarchy(hierarchy);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Without a network nothing says whose it is: for one that comes with its network.
Hierarchy from_bytes(const py::bytes& bytes, const RoadNetwork* network) {
  const std::string_view view{bytes};
  const py::gil_scoped_release nogil;
  auto hierarchy = decode_hierarchy(std::as_bytes(std::span{view.data(), view.size()}));
  if (network != nullptr) hierarchy.check_belongs_to(network->forward());
  return hierarchy;
}

/// The engine that `auto` takes, as text.
std::string choose(const RoadNetwork& network, const Places& origins, const Places* destinations,
                   std::uint32_t cutoff_ms, bool to_origin, bool has_hierarchy) {
  const auto nodes = static_cast<std::size_t>(network.junction_count());
  const auto count = destinations == nullptr ? nodes : destinations->rows.size();
  const bool turned_sides = destinations != nullptr && count < origins.rows.size();
  const bool backward = to_origin != turned_sides;
  check_places(network, origins.rows, "origins");
  if (destinations != nullptr) check_places(network, destinations->rows, "destinations");
  const TreeWork work{
      .from = turned_sides ? destinations->rows : origins.rows,
      .targets = static_cast<std::int64_t>(turned_sides ? origins.rows.size() : count),
      .heading = backward ? Heading::backward : Heading::forward,
      .cutoff_ms = cutoff_ms};
  const auto engine = run_interruptible(py::none(), 1, [&](const RunControl& control) {
    return choose_engine(network, work, has_hierarchy, control);
  });
  return engine == Engine::hierarchy ? "hierarchy" : "buckets";
}

py::array_t<std::int64_t> reduce(const RoadNetwork& network, const Places& origins,
                                 const Places* destinations, const Column<std::uint32_t>& until_ms,
                                 const Column<std::int64_t>& weights, bool to_origin,
                                 const std::string& engine, const Hierarchy* hierarchy,
                                 unsigned threads, const py::object& on_progress) {
  const ReduceOptions options{
      .until_ms = as_span(until_ms),
      .weights = as_span(weights),
      .direction = to_origin ? Direction::to_source : Direction::from_source,
      .engine = to_engine(engine, hierarchy)};
  auto sums = run_interruptible(on_progress, threads, [&](const RunControl& control) {
    std::optional<std::span<const Place>> rows;
    if (destinations != nullptr) rows = destinations->rows;
    return reduce_times(network, origins.rows, rows, options, control);
  });
  return to_array(std::move(sums))
      .reshape({static_cast<py::ssize_t>(origins.rows.size()), until_ms.size()});
}

}  // namespace

void bind_travel_engines(py::module_& m) {
  py::class_<Hierarchy>(m, "Hierarchy")
      .def_static("build", &build, py::arg("network"), py::arg("threads"), py::arg("on_progress"))
      .def_static("from_bytes", &from_bytes, py::arg("bytes"), py::arg("network").none(true))
      .def("to_bytes", &to_bytes)
      .def_property_readonly("node_count", &Hierarchy::node_count)
      .def_property_readonly("arc_count", &Hierarchy::arc_count)
      .def_property_readonly("byte_count", &Hierarchy::byte_count);
  m.def("choose_engine", &choose, py::arg("network"), py::arg("origins"),
        py::arg("destinations").none(true), py::arg("cutoff_ms"), py::arg("to_origin"),
        py::arg("has_hierarchy"));
  m.def("reduce_times", &reduce, py::arg("network"), py::arg("origins"),
        py::arg("destinations").none(true), py::arg("until_ms").noconvert(),
        py::arg("weights").noconvert(), py::arg("to_origin"), py::arg("engine"),
        py::arg("hierarchy").none(true), py::arg("threads"), py::arg("on_progress"));
}

}  // namespace libgrid::python
