#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/geometry/polygon.hpp"
#include "libgrid/travel/isochrone.hpp"
#include "libgrid/travel/reached_edges.hpp"
#include "places.hpp"

namespace libgrid::python {

void bind_travel_isochrones(py::module_& m);

namespace {

Direction direction_of(bool to_source) {
  return to_source ? Direction::to_source : Direction::from_source;
}

Share share_of(const std::string& name) {
  if (name == "each") return Share::each;
  if (name == "together") return Share::together;
  require(name == "nearest",
          [&] { return "share must be 'each', 'together' or 'nearest', not '" + name + "'"; });
  return Share::nearest;
}

std::vector<std::uint32_t> starts_of(const Column<double>& start_s) {
  return round_to_ms({start_s.data(), static_cast<std::size_t>(start_s.size())}, "start_s");
}

py::dict reached_edges(const RoadNetwork& network, const Places& sources, std::uint32_t limit_ms,
                       const Column<double>& start_s, bool to_source, bool together,
                       unsigned threads, const py::object& on_progress) {
  const auto start_ms = starts_of(start_s);
  struct Columns {
    std::vector<std::int32_t> edge, source;
    std::vector<double> from, to, from_s, to_s;
    RoadLines lines;
  };
  auto columns = run_interruptible(on_progress, threads, [&](const RunControl& control) {
    const auto found = find_reached_edges(
        network, sources.rows, limit_ms,
        {.direction = direction_of(to_source), .start_ms = start_ms, .together = together},
        control);
    Columns c;
    for (const auto& row : found.rows) {
      c.edge.push_back(row.edge);
      c.source.push_back(row.source);
      c.from.push_back(row.from);
      c.to.push_back(row.to);
      c.from_s.push_back(row.from_ms / 1000.0);
      c.to_s.push_back(row.to_ms / 1000.0);
    }
    if (network.has_geometry()) c.lines = draw_pieces(network, found.rows);
    return c;
  });
  py::dict out;
  out["source"] = to_array(std::move(columns.source));
  out["edge"] = to_array(std::move(columns.edge));
  out["from_fraction"] = to_array(std::move(columns.from));
  out["to_fraction"] = to_array(std::move(columns.to));
  out["from_time_s"] = to_array(std::move(columns.from_s));
  out["to_time_s"] = to_array(std::move(columns.to_s));
  out["points"] = to_pair_array<std::int32_t>(std::move(columns.lines.points));
  out["begin"] = to_array(std::move(columns.lines.begin));
  return out;
}

PolygonSet isochrones(const RoadNetwork& network, const Places& sources,
                      const std::vector<std::uint32_t>& thresholds_ms,
                      const Column<double>& start_s, bool to_source, const std::string& share,
                      bool bands, double cell_m, double cap_m, double min_hole_m2,
                      double off_network_mps, const Column<std::int32_t>& barrier_points,
                      const Column<std::int64_t>& barrier_begin, const PolygonSet* barrier_polygons,
                      unsigned threads, const py::object& on_progress) {
  const auto start_ms = starts_of(start_s);
  Barriers barriers;
  const auto points = as_points(barrier_points, "barrier_points");
  const auto begin = as_span(barrier_begin);
  for (std::size_t line = 0; line + 1 < begin.size(); ++line)
    for (auto i = begin[line] + 1; i < begin[line + 1]; ++i)
      barriers.lines.push_back(
          {points[static_cast<std::size_t>(i - 1)], points[static_cast<std::size_t>(i)], 0});
  if (barrier_polygons != nullptr) barriers.polygons = *barrier_polygons;
  const bool any = !barriers.lines.empty() || barriers.polygons.size() > 0;
  return run_interruptible(on_progress, threads, [&](const RunControl& control) {
    return build_isochrones(network, sources.rows, thresholds_ms,
                            {.direction = direction_of(to_source),
                             .start_ms = start_ms,
                             .share = share_of(share),
                             .bands = bands,
                             .cell = Metres{cell_m},
                             .cap = Metres{cap_m},
                             .min_hole_m2 = min_hole_m2,
                             .off_network_mps = off_network_mps,
                             .barriers = any ? &barriers : nullptr},
                            control);
  });
}

}  // namespace

void bind_travel_isochrones(py::module_& m) {
  m.def("find_reached_edges", &reached_edges, py::arg("network"), py::arg("sources"),
        py::arg("limit_ms"), py::arg("start_s").noconvert(), py::arg("to_source"),
        py::arg("together"), py::arg("threads"), py::arg("on_progress"));
  m.def("build_isochrones", &isochrones, py::arg("network"), py::arg("sources"),
        py::arg("thresholds_ms"), py::arg("start_s").noconvert(), py::arg("to_source"),
        py::arg("share"), py::arg("bands"), py::arg("cell_m"), py::arg("cap_m"),
        py::arg("min_hole_m2"), py::arg("off_network_mps"), py::arg("barrier_points").noconvert(),
        py::arg("barrier_begin").noconvert(), py::arg("barrier_polygons").none(true),
        py::arg("threads"), py::arg("on_progress"));
}

}  // namespace libgrid::python
