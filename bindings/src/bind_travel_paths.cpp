#include <limits>

#include <pybind11/pybind11.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/travel/path.hpp"
#include "places.hpp"

namespace libgrid::python {

void bind_travel_paths(py::module_& m);

namespace {

struct PathColumns {
  std::vector<std::int64_t> ptr;
  std::vector<double> time_s;
  std::vector<std::int32_t> edge;
  std::vector<double> from, to;
  std::vector<std::uint32_t> ms;
};

py::dict paths(const RoadNetwork& network, const Places& origins, const Places& destinations,
               std::uint32_t cutoff_ms, unsigned threads, const py::object& on_progress) {
  auto columns = run_interruptible(on_progress, threads, [&](const RunControl& control) {
    auto found =
        find_paths(network, origins.rows, destinations.rows, {.cutoff_ms = cutoff_ms}, control);
    PathColumns c;
    c.ptr = std::move(found.ptr);
    for (const auto ms : found.ms)
      c.time_s.push_back(ms == kNever ? std::numeric_limits<double>::infinity() : ms / 1000.0);
    for (const auto& p : found.pieces) {
      c.edge.push_back(p.edge);
      c.from.push_back(p.from);
      c.to.push_back(p.to);
      c.ms.push_back(p.ms);
    }
    return c;
  });
  py::dict out;
  out["ptr"] = to_array(std::move(columns.ptr));
  out["time_s"] = to_array(std::move(columns.time_s));
  out["edge"] = to_array(std::move(columns.edge));
  out["from"] = to_array(std::move(columns.from));
  out["to"] = to_array(std::move(columns.to));
  out["ms"] = to_array(std::move(columns.ms));
  return out;
}

py::tuple draw(const RoadNetwork& network, const Column<std::int32_t>& edge,
               const Column<double>& from, const Column<double>& to) {
  require(edge.size() == from.size() && edge.size() == to.size(),
          [] { return std::string{"pieces: columns differ in length"}; });
  std::vector<PathPiece> pieces(static_cast<std::size_t>(edge.size()));
  for (std::size_t i = 0; i < pieces.size(); ++i)
    pieces[i] = {as_span(edge)[i], as_span(from)[i], as_span(to)[i], 0};
  auto lines = draw_pieces(network, pieces);
  return py::make_tuple(to_pair_array<std::int32_t>(std::move(lines.points)),
                        to_array(std::move(lines.begin)));
}

}  // namespace

void bind_travel_paths(py::module_& m) {
  m.def("find_paths", &paths, py::arg("network"), py::arg("origins"), py::arg("destinations"),
        py::arg("cutoff_ms"), py::arg("threads"), py::arg("on_progress"));
  m.def("draw_pieces", &draw, py::arg("network"), py::arg("edge").noconvert(),
        py::arg("from_fraction").noconvert(), py::arg("to_fraction").noconvert());
}

}  // namespace libgrid::python
