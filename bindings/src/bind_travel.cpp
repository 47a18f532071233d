#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/travel/places.hpp"
#include "libgrid/travel/road_network.hpp"
#include "libgrid/travel/snapping.hpp"
#include "libgrid/travel/travel_mode.hpp"

namespace libgrid::python {

void bind_travel_engines(py::module_& m);
void bind_travel_searches(py::module_& m);
void bind_travel_streets(py::module_& m);
void bind_travel_isochrones(py::module_& m);
void bind_travel_paths(py::module_& m);

namespace {

template <class T>
std::vector<T> copy(std::span<const T> span) {
  return {span.begin(), span.end()};
}

RoadNetwork network_from_edges(std::int32_t node_count, const Column<std::int32_t>& nodes,
                               const Column<std::int32_t>& tail, const Column<std::int32_t>& head,
                               const Column<double>& seconds, bool undirected) {
  require(tail.size() == head.size() && tail.size() == seconds.size(),
          [] { return std::string{"tail, head and seconds must have one value for each edge"}; });
  auto points = copy(as_points(nodes, "nodes"));
  const py::gil_scoped_release nogil;
  const auto ms =
      round_to_ms({seconds.data(), static_cast<std::size_t>(seconds.size())}, "seconds");
  return RoadNetwork::from_edges(node_count, std::move(points), {as_span(tail), as_span(head), ms},
                                 undirected);
}

std::vector<Passage> passages_of(const Column<std::int8_t>& column) {
  std::vector<Passage> passages;
  for (const auto value : as_span(column)) passages.push_back(static_cast<Passage>(value));
  return passages;
}

RoadNetwork network_from_lines(const Column<std::int32_t>& points,
                               const Column<std::int64_t>& begin, const Column<double>& seconds,
                               const Column<std::int8_t>& passage) {
  const RoadLines lines{copy(as_points(points, "points")), copy(as_span(begin))};
  const auto passages = passages_of(passage);
  const py::gil_scoped_release nogil;
  const auto ms =
      round_to_ms({seconds.data(), static_cast<std::size_t>(seconds.size())}, "seconds");
  return RoadNetwork::from_lines(lines, ms, passages);
}

RoadNetwork network_from_joined(const Column<std::int32_t>& nodes,
                                const Column<std::int32_t>& points,
                                const Column<std::int64_t>& begin,
                                const Column<std::int32_t>& start, const Column<std::int32_t>& end,
                                const Column<double>& seconds, const Column<std::int8_t>& passage) {
  auto corners = copy(as_points(nodes, "nodes"));
  const RoadLines lines{copy(as_points(points, "points")), copy(as_span(begin))};
  const auto passages = passages_of(passage);
  const py::gil_scoped_release nogil;
  const auto ms =
      round_to_ms({seconds.data(), static_cast<std::size_t>(seconds.size())}, "seconds");
  return RoadNetwork::from_joined_lines(std::move(corners), lines, as_span(start), as_span(end), ms,
                                        passages);
}

/// All columns, as they were handed out: how a pickled network comes back.
RoadNetwork network_from_columns(std::int32_t node_count, const Column<std::int32_t>& nodes,
                                 const py::dict& edges, const Column<std::int32_t>& points,
                                 const Column<std::int64_t>& begin) {
  const auto column = [&]<class T>(const char* name, T) {
    return copy(as_span(edges[name].cast<Column<T>>()));
  };
  RoadEdges columns{.tail = column("tail", std::int32_t{}),
                    .head = column("head", std::int32_t{}),
                    .ms = column("ms", std::uint32_t{}),
                    .opposite = column("opposite", std::int32_t{}),
                    .line = column("line", std::int32_t{}),
                    .against = column("against", std::uint8_t{})};
  return RoadNetwork{node_count, copy(as_points(nodes, "nodes")), std::move(columns),
                     RoadLines{copy(as_points(points, "points")), copy(as_span(begin))}};
}

RoadNetwork with_turns(const RoadNetwork& network, const Column<std::int32_t>& from_edge,
                       const Column<std::int32_t>& to_edge, const Column<std::uint32_t>& ms) {
  require(from_edge.size() == to_edge.size() && from_edge.size() == ms.size(),
          [] { return std::string{"turns: from_edge, to_edge and ms must have one length"}; });
  std::vector<TurnRule> rules;
  for (std::size_t i = 0; i < as_span(ms).size(); ++i)
    rules.push_back({as_span(from_edge)[i], as_span(to_edge)[i], as_span(ms)[i]});
  const py::gil_scoped_release nogil;
  return network.with_turns(rules);
}

py::dict edge_columns(const py::object& self) {
  const auto& edges = self.cast<const RoadNetwork&>().edges();
  py::dict columns;
  columns["tail"] = view_of(edges.tail, self);
  columns["head"] = view_of(edges.head, self);
  columns["ms"] = view_of(edges.ms, self);
  columns["opposite"] = view_of(edges.opposite, self);
  columns["line"] = view_of(edges.line, self);
  columns["against"] = view_of(edges.against, self);
  return columns;
}

py::tuple line_columns(const py::object& self) {
  const auto& lines = self.cast<const RoadNetwork&>().lines();
  auto points = lines.points;
  return py::make_tuple(to_pair_array<std::int32_t>(std::move(points)), view_of(lines.begin, self));
}

py::dict component_columns(const py::object& self) {
  const auto& network = self.cast<const RoadNetwork&>();
  py::dict columns;
  columns["weak"] = view_of(network.weak().label, self);
  columns["strong"] = view_of(network.strong().label, self);
  columns["weak_size"] = view_of(network.weak().size, self);
  columns["strong_size"] = view_of(network.strong().size, self);
  return columns;
}

py::dict snap(const SnapIndex& index, const Column<std::int32_t>& points, double max_off_network_m,
              unsigned threads, int direction) {
  require(max_off_network_m >= 0,
          [] { return std::string{"max_off_network_m must be 0 or more"}; });
  const auto from = as_points(points, "points");
  const auto snapped = run_interruptible(py::none(), threads, [&](const RunControl& control) {
    return index.snap(from,
                      {.max_off_network = Metres{max_off_network_m},
                       .direction = static_cast<SnapDirection>(direction)},
                      control);
  });
  std::vector<std::int32_t> edge;
  std::vector<std::int32_t> node;
  std::vector<double> fraction;
  std::vector<double> distance_m;
  std::vector<std::uint8_t> reason;
  for (const auto& s : snapped) {
    edge.push_back(s.edge);
    node.push_back(s.node);
    fraction.push_back(s.fraction);
    distance_m.push_back(s.distance_m);
    reason.push_back(static_cast<std::uint8_t>(s.reason));
  }
  py::dict columns;
  columns["edge"] = to_array(std::move(edge));
  columns["fraction"] = to_array(std::move(fraction));
  columns["distance_m"] = to_array(std::move(distance_m));
  columns["node"] = to_array(std::move(node));
  columns["reason"] = to_array(std::move(reason));
  return columns;
}

TravelMode make_mode(std::string name, double speed_kmh, double off_network_kmh, bool obeys_oneway,
                     const std::vector<std::pair<std::string, double>>& rules, std::string source,
                     std::vector<std::string> access, std::vector<std::string> opens, double gate_s,
                     double turn_s) {
  TravelMode mode{.name = std::move(name),
                  .speed_kmh = speed_kmh,
                  .off_network_kmh = off_network_kmh,
                  .obeys_oneway = obeys_oneway,
                  .rules = {},
                  .source = std::move(source),
                  .access = std::move(access),
                  .opens = std::move(opens),
                  .gate_s = gate_s,
                  .turn_s = turn_s};
  for (const auto& [word, kmh] : rules) mode.rules.push_back({word, kmh});
  check(mode);
  return mode;
}

std::vector<std::pair<std::string, double>> rules_of(const TravelMode& mode) {
  std::vector<std::pair<std::string, double>> rules;
  for (const auto& rule : mode.rules) rules.emplace_back(rule.word, rule.speed_kmh);
  return rules;
}

}  // namespace

void bind_travel(py::module_& m) {
  py::class_<TravelMode>(m, "TravelMode")
      .def(py::init(&make_mode), py::arg("name"), py::arg("speed_kmh"), py::arg("off_network_kmh"),
           py::arg("obeys_oneway"), py::arg("rules"), py::arg("source"), py::arg("access"),
           py::arg("opens"), py::arg("gate_s"), py::arg("turn_s"))
      .def_readonly("name", &TravelMode::name)
      .def_readonly("speed_kmh", &TravelMode::speed_kmh)
      .def_readonly("off_network_kmh", &TravelMode::off_network_kmh)
      .def_readonly("obeys_oneway", &TravelMode::obeys_oneway)
      .def_readonly("source", &TravelMode::source)
      .def_readonly("access", &TravelMode::access)
      .def_readonly("opens", &TravelMode::opens)
      .def_readonly("gate_s", &TravelMode::gate_s)
      .def_readonly("turn_s", &TravelMode::turn_s)
      .def_property_readonly("is_vehicle", &TravelMode::is_vehicle)
      .def_property_readonly("rules", &rules_of)
      .def("speed_on", &TravelMode::speed_on, py::arg("word"), py::arg("limit_kmh") = py::none());
  m.def("travel_modes", [] { return std::vector(travel_modes().begin(), travel_modes().end()); });
  m.def(
      "travel_mode", [](const std::string& name) { return travel_mode(name); }, py::arg("name"));

  py::class_<RoadNetwork>(m, "RoadNetwork")
      .def_static("from_edges", &network_from_edges, py::arg("node_count"),
                  py::arg("nodes").noconvert(), py::arg("tail").noconvert(),
                  py::arg("head").noconvert(), py::arg("seconds").noconvert(),
                  py::arg("undirected"))
      .def_static("from_lines", &network_from_lines, py::arg("points").noconvert(),
                  py::arg("begin").noconvert(), py::arg("seconds").noconvert(),
                  py::arg("passage").noconvert())
      .def_static("from_joined_lines", &network_from_joined, py::arg("nodes").noconvert(),
                  py::arg("points").noconvert(), py::arg("begin").noconvert(),
                  py::arg("start").noconvert(), py::arg("end").noconvert(),
                  py::arg("seconds").noconvert(), py::arg("passage").noconvert())
      .def_static("from_columns", &network_from_columns, py::arg("node_count"),
                  py::arg("nodes").noconvert(), py::arg("edges"), py::arg("points").noconvert(),
                  py::arg("begin").noconvert())
      .def("with_turns", &with_turns, py::arg("from_edge").noconvert(),
           py::arg("to_edge").noconvert(), py::arg("ms").noconvert())
      .def(
          "with_times",
          [](const RoadNetwork& n, const Column<std::uint32_t>& ms) {
            const py::gil_scoped_release nogil;
            return n.with_times(as_span(ms));
          },
          py::arg("ms").noconvert())
      .def(
          "with_edges",
          [](const RoadNetwork& n, const Column<std::uint8_t>& closed,
             const Column<double>& seconds) {
            const py::gil_scoped_release nogil;
            const auto ms =
                round_to_ms({seconds.data(), static_cast<std::size_t>(seconds.size())}, "seconds");
            return n.with_edges(as_span(closed), ms);
          },
          py::arg("closed").noconvert(), py::arg("seconds").noconvert())
      .def_property_readonly("node_count", &RoadNetwork::node_count)
      .def_property_readonly("edge_count", &RoadNetwork::edge_count)
      .def_property_readonly("junction_count", &RoadNetwork::junction_count)
      .def_property_readonly("street_count", &RoadNetwork::street_count)
      .def_property_readonly("has_geometry", &RoadNetwork::has_geometry)
      .def_property_readonly("points",
                             [](const RoadNetwork& n) {
                               auto points = n.nodes();
                               return to_pair_array<std::int32_t>(std::move(points));
                             })
      .def("edge_columns", &edge_columns)
      .def("line_columns", &line_columns)
      .def("component_columns", &component_columns);

  py::class_<SnapIndex>(m, "SnapIndex")
      .def(py::init<const RoadNetwork&>(), py::arg("network"),
           py::call_guard<py::gil_scoped_release>())
      .def("snap", &snap, py::arg("points").noconvert(), py::arg("max_off_network_m") = 500.0,
           py::arg("threads") = 0, py::arg("direction") = 0);

  bind_travel_engines(m);
  bind_travel_streets(m);
  bind_travel_searches(m);
  bind_travel_isochrones(m);
  bind_travel_paths(m);
}

}  // namespace libgrid::python
