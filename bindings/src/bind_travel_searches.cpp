#include <limits>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "engine_options.hpp"
#include "interruptible.hpp"
#include "libgrid/travel/nearest.hpp"
#include "libgrid/travel/travel_times.hpp"
#include "places.hpp"

namespace libgrid::python {
namespace {

Places at_nodes(const Column<std::int32_t>& nodes) {
  Places places;
  for (const auto node : as_span(nodes)) places.rows.push_back({.node = node});
  return places;
}

Places at_edges(const Column<std::int32_t>& edge, const Column<std::int32_t>& node,
                const Column<double>& fraction, const Column<double>& distance_m,
                double off_network_mps) {
  std::vector<Snapped> snapped(static_cast<std::size_t>(edge.size()));
  require(edge.size() == node.size() && edge.size() == fraction.size() &&
              edge.size() == distance_m.size(),
          [] { return std::string{"places: columns differ in length"}; });
  for (std::size_t i = 0; i < snapped.size(); ++i) {
    snapped[i] = {.edge = as_span(edge)[i],
                  .node = as_span(node)[i],
                  .fraction = as_span(fraction)[i],
                  .distance_m = as_span(distance_m)[i]};
  }
  return {to_places(snapped, off_network_mps)};
}

py::dict columns_of(const Places& places) {
  std::vector<std::int32_t> node;
  std::vector<std::int32_t> edge;
  std::vector<double> fraction;
  std::vector<std::uint32_t> off_ms;
  for (const auto& p : places.rows) {
    node.push_back(p.node);
    edge.push_back(p.edge);
    fraction.push_back(p.fraction);
    off_ms.push_back(p.off_ms);
  }
  py::dict columns;
  columns["node"] = to_array(std::move(node));
  columns["edge"] = to_array(std::move(edge));
  columns["fraction"] = to_array(std::move(fraction));
  columns["off_ms"] = to_array(std::move(off_ms));
  return columns;
}

/// Exact milliseconds as seconds, infinite where there is no way.
std::vector<double> to_seconds(const std::vector<std::uint32_t>& ms) {
  std::vector<double> seconds(ms.size());
  for (std::size_t i = 0; i < ms.size(); ++i)
    seconds[i] = ms[i] == kNever ? std::numeric_limits<double>::infinity() : ms[i] / 1000.0;
  return seconds;
}

template <class T>
py::array_t<T> to_matrix(std::vector<T>&& values, std::size_t rows, std::size_t columns) {
  return to_array(std::move(values))
      .reshape({static_cast<py::ssize_t>(rows), static_cast<py::ssize_t>(columns)});
}

py::object times(const RoadNetwork& network, const Places& origins, const Places& destinations,
                 std::uint32_t cutoff_ms, const std::string& engine, const Hierarchy* hierarchy,
                 unsigned threads, const py::object& on_progress) {
  const TravelOptions options{.cutoff_ms = cutoff_ms, .engine = to_engine(engine, hierarchy)};
  auto seconds = run_interruptible(on_progress, threads, [&](const RunControl& control) {
    return to_seconds(travel_times(network, origins.rows, destinations.rows, options, control));
  });
  return to_matrix(std::move(seconds), origins.rows.size(), destinations.rows.size());
}

py::tuple pairs(const RoadNetwork& network, const Places& origins, const Places& destinations,
                std::uint32_t cutoff_ms, const std::string& engine, const Hierarchy* hierarchy,
                unsigned threads, const py::object& on_progress) {
  const TravelOptions options{.cutoff_ms = cutoff_ms, .engine = to_engine(engine, hierarchy)};
  auto found = run_interruptible(on_progress, threads, [&](const RunControl& control) {
    return find_pairs(network, origins.rows, destinations.rows, options, control);
  });
  return py::make_tuple(to_array(std::move(found.ptr)), to_array(std::move(found.index)),
                        to_array(std::move(found.ms)));
}

py::tuple nearest(const RoadNetwork& network, const Places& sources, const Places* targets,
                  std::int32_t k, std::uint32_t cutoff_ms, const Column<double>& start_s,
                  bool to_source, unsigned threads, const py::object& on_progress) {
  auto found = run_interruptible(on_progress, threads, [&](const RunControl& control) {
    const auto start_ms =
        round_to_ms({start_s.data(), static_cast<std::size_t>(start_s.size())}, "start_s");
    std::optional<std::span<const Place>> rows;
    if (targets != nullptr) rows = targets->rows;
    auto result =
        find_nearest(network, sources.rows, rows,
                     {.k = k,
                      .cutoff_ms = cutoff_ms,
                      .start_ms = start_ms,
                      .direction = to_source ? Direction::to_source : Direction::from_source},
                     control);
    return std::pair{std::move(result.index), to_seconds(result.ms)};
  });
  const auto columns = static_cast<std::size_t>(k);
  const auto rows = found.first.size() / columns;
  return py::make_tuple(to_matrix(std::move(found.first), rows, columns),
                        to_matrix(std::move(found.second), rows, columns));
}

}  // namespace

void bind_travel_searches(py::module_& m) {
  py::class_<Places>(m, "Places")
      .def_static("at_nodes", &at_nodes, py::arg("nodes").noconvert())
      .def_static("at_edges", &at_edges, py::arg("edge").noconvert(), py::arg("node").noconvert(),
                  py::arg("fraction").noconvert(), py::arg("distance_m").noconvert(),
                  py::arg("off_network_mps"))
      .def("columns", &columns_of)
      .def("__len__", [](const Places& p) { return p.rows.size(); });
  m.def("travel_times", &times, py::arg("network"), py::arg("origins"), py::arg("destinations"),
        py::arg("cutoff_ms"), py::arg("engine"), py::arg("hierarchy").none(true),
        py::arg("threads"), py::arg("on_progress"));
  m.def("find_pairs", &pairs, py::arg("network"), py::arg("origins"), py::arg("destinations"),
        py::arg("cutoff_ms"), py::arg("engine"), py::arg("hierarchy").none(true),
        py::arg("threads"), py::arg("on_progress"));
  m.def("find_nearest", &nearest, py::arg("network"), py::arg("sources"),
        py::arg("targets").none(true), py::arg("k"), py::arg("cutoff_ms"),
        py::arg("start_s").noconvert(), py::arg("to_source"), py::arg("threads"),
        py::arg("on_progress"));
}

}  // namespace libgrid::python
