// Numbers of single polygons, and indexes of points and segments.
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/geometry/cell_shares.hpp"
#include "libgrid/geometry/measure.hpp"
#include "libgrid/geometry/spatial_index.hpp"

namespace libgrid::python {
namespace {

py::dict cell_shares(const Column<double>& x, const Column<double>& y,
                     const Column<std::int64_t>& point_begin,
                     const Column<std::int64_t>& ring_begin, const Column<std::int64_t>& part_begin,
                     std::int64_t rows, std::int64_t columns, unsigned threads,
                     const py::object& on_progress) {
  const CellPolygons polygons{as_span(x), as_span(y), as_span(point_begin), as_span(ring_begin),
                              as_span(part_begin)};
  auto found = run_interruptible(on_progress, threads, [&](const RunControl& run) {
    return measure_cell_shares(polygons, rows, columns, run);
  });
  return py::dict(py::arg("ptr") = to_array(std::move(found.ptr)),
                  py::arg("cell") = to_array(std::move(found.cell)),
                  py::arg("share") = to_array(std::move(found.share)));
}

/// One number a polygon.
template <class Measure>
py::array_t<double> column_of(const PolygonSet& polygons, Measure measure) {
  std::vector<double> values(static_cast<std::size_t>(polygons.size()));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = measure(polygons, static_cast<std::int64_t>(i));
  return to_array(std::move(values));
}

py::array_t<double> centroids_of(const PolygonSet& polygons) {
  std::vector<Position> centres(static_cast<std::size_t>(polygons.size()));
  for (std::size_t i = 0; i < centres.size(); ++i)
    centres[i] = centroid(polygons, static_cast<std::int64_t>(i));
  return to_pair_array<double>(std::move(centres));
}

SegmentIndex segment_index_from(const Column<std::int32_t>& a, const Column<std::int32_t>& b,
                                const Column<std::int32_t>& id) {
  const auto from = as_points(a, "a");
  const auto to = as_points(b, "b");
  const auto ids = as_span(id);
  require(from.size() == to.size() && from.size() == ids.size(),
          [] { return std::string{"a, b and id must have one row a segment"}; });
  std::vector<Segment> segments(from.size());
  for (std::size_t k = 0; k < segments.size(); ++k) segments[k] = {from[k], to[k], ids[k]};
  return SegmentIndex{std::move(segments)};
}

py::tuple nearest_of(const SegmentIndex& index, const Column<std::int32_t>& points,
                     double limit_m) {
  const auto places = as_points(points, "points");
  std::vector<std::int32_t> id(places.size(), -1);
  std::vector<double> distance_m(places.size(), std::numeric_limits<double>::infinity());
  std::vector<double> fraction(places.size(), std::numeric_limits<double>::quiet_NaN());
  {
    const py::gil_scoped_release nogil;
    for (std::size_t k = 0; k < places.size(); ++k)
      if (const auto found = index.nearest(places[k], Metres{limit_m})) {
        id[k] = found->id;
        distance_m[k] = std::sqrt(found->squared_mm2) / 1e3;
        fraction[k] = found->fraction;
      }
  }
  return py::make_tuple(to_array(std::move(id)), to_array(std::move(distance_m)),
                        to_array(std::move(fraction)));
}

}  // namespace

void bind_geometry_measures(py::module_& m) {
  m.def("measure_cell_shares", &cell_shares, py::arg("x").noconvert(), py::arg("y").noconvert(),
        py::arg("point_begin").noconvert(), py::arg("ring_begin").noconvert(),
        py::arg("part_begin").noconvert(), py::arg("rows"), py::arg("columns"),
        py::arg("threads") = 0, py::arg("on_progress") = py::none());
  m.def(
      "area_m2", [](const PolygonSet& p) { return column_of(p, area_m2); }, py::arg("polygons"));
  m.def(
      "perimeter_m", [](const PolygonSet& p) { return column_of(p, perimeter_m); },
      py::arg("polygons"));
  m.def("centroid", &centroids_of, py::arg("polygons"));
  m.def(
      "hull_area_m2",
      [](const PolygonSet& p) {
        return column_of(p, [](const PolygonSet& set, std::int64_t i) {
          return hull_area_m2(points_of(set, i));
        });
      },
      py::arg("polygons"));
  m.def(
      "bounding_circle_radius_m",
      [](const PolygonSet& p) {
        return column_of(p, [](const PolygonSet& set, std::int64_t i) {
          return bounding_circle_radius_m(points_of(set, i));
        });
      },
      py::arg("polygons"));
  // The same for the points of several polygons together.
  m.def(
      "hull_area_m2",
      [](const Column<std::int32_t>& points) { return hull_area_m2(as_points(points, "points")); },
      py::arg("points").noconvert());
  m.def(
      "bounding_circle_radius_m",
      [](const Column<std::int32_t>& points) {
        return bounding_circle_radius_m(as_points(points, "points"));
      },
      py::arg("points").noconvert());
  m.def("polsby_popper", py::vectorize(&polsby_popper), py::arg("area_m2"), py::arg("perimeter_m"));
  m.def("reock", py::vectorize(&reock), py::arg("area_m2"), py::arg("radius_m"));
  m.def("convex_hull_ratio", py::vectorize(&convex_hull_ratio), py::arg("area_m2"),
        py::arg("hull_area_m2"));

  py::class_<SegmentIndex>(m, "SegmentIndex")
      .def(py::init(&segment_index_from), py::arg("a").noconvert(), py::arg("b").noconvert(),
           py::arg("id").noconvert())
      .def("nearest", &nearest_of, py::arg("points").noconvert(), py::arg("limit_m"));
  m.def(
      "pairs_within",
      [](const Column<std::int32_t>& points, double radius_m) {
        return to_pair_array<std::int32_t>(
            pairs_within(as_points(points, "points"), Metres{radius_m}));
      },
      py::arg("points").noconvert(), py::arg("radius_m"));
}

}  // namespace libgrid::python
