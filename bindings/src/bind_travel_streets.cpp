#include <pybind11/pybind11.h>

#include "arrays.hpp"
#include "libgrid/travel/street_noding.hpp"
#include "libgrid/travel/street_pieces.hpp"

namespace libgrid::python {
namespace {

RoadLines lines_of(const Column<std::int32_t>& points, const Column<std::int64_t>& begin) {
  const auto pairs = as_points(points, "points");
  const auto offsets = as_span(begin);
  return {{pairs.begin(), pairs.end()}, {offsets.begin(), offsets.end()}};
}

py::dict cut_streets(const Column<std::int32_t>& points, const Column<std::int64_t>& begin,
                     const Column<std::int64_t>& vertex, const Column<std::int64_t>& also) {
  const auto lines = lines_of(points, begin);
  auto pieces = [&] {
    const py::gil_scoped_release nogil;
    return cut_where_streets_meet(lines, as_span(vertex), as_span(also));
  }();
  py::dict out;
  out["points"] = to_pair_array<std::int32_t>(std::move(pieces.lines.points));
  out["begin"] = to_array(std::move(pieces.lines.begin));
  out["row"] = to_array(std::move(pieces.row));
  out["start"] = to_array(std::move(pieces.start));
  out["end"] = to_array(std::move(pieces.end));
  out["nodes"] = to_pair_array<std::int32_t>(std::move(pieces.nodes));
  out["node_id"] = to_array(std::move(pieces.node_id));
  return out;
}

py::dict node_streets(const Column<std::int32_t>& points, const Column<std::int64_t>& begin,
                      const Column<std::int32_t>& level, const Column<std::int32_t>& places,
                      bool at_crossings, double join_within_m) {
  const auto lines = lines_of(points, begin);
  const auto cuts = as_points(places, "places");
  auto noded = [&] {
    const py::gil_scoped_release nogil;
    return node_lines(lines, as_span(level), cuts,
                      {.at_crossings = at_crossings, .join_within = Metres{join_within_m}});
  }();
  std::vector<std::int32_t> line;
  std::vector<std::int32_t> other;
  std::vector<Point> end;
  std::vector<double> distance_m;
  for (const auto& joined : noded.joined) {
    line.push_back(joined.line);
    other.push_back(joined.other);
    end.push_back(joined.end);
    distance_m.push_back(joined.distance_m);
  }
  py::dict out;
  out["points"] = to_pair_array<std::int32_t>(std::move(noded.lines.points));
  out["begin"] = to_array(std::move(noded.lines.begin));
  out["row"] = to_array(std::move(noded.row));
  out["joined_line"] = to_array(std::move(line));
  out["joined_other"] = to_array(std::move(other));
  out["joined_end"] = to_pair_array<std::int32_t>(std::move(end));
  out["joined_m"] = to_array(std::move(distance_m));
  out["cut"] = to_pair_array<std::int32_t>(std::move(noded.cut));
  out["cut_line"] = to_array(std::move(noded.cut_line));
  return out;
}

}  // namespace

void bind_travel_streets(py::module_& m) {
  m.def("cut_streets", &cut_streets, py::arg("points").noconvert(), py::arg("begin").noconvert(),
        py::arg("vertex").noconvert(), py::arg("also").noconvert());
  m.def("node_lines", &node_streets, py::arg("points").noconvert(), py::arg("begin").noconvert(),
        py::arg("level").noconvert(), py::arg("places").noconvert(), py::arg("at_crossings"),
        py::arg("join_within_m"));
}

}  // namespace libgrid::python
