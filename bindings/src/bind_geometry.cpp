#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "libgrid/geometry/frame.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid::python {
namespace {

Frame frame_of(double x_m, double y_m) { return Frame{{x_m, y_m}}; }

PolygonSet polygons_from(const Column<std::int32_t>& points,
                         const Column<std::int64_t>& point_begin,
                         const Column<std::int64_t>& ring_begin,
                         const Column<std::int64_t>& part_begin) {
  const auto copy = [](auto span) { return std::vector(span.begin(), span.end()); };
  return PolygonSet{{.points = copy(as_points(points, "points")),
                     .point_begin = copy(as_span(point_begin)),
                     .ring_begin = copy(as_span(ring_begin)),
                     .part_begin = copy(as_span(part_begin))}};
}

const PolygonColumns& columns_of(const py::object& self) {
  return self.cast<const PolygonSet&>().columns();
}

/// A read-only (n, 2) view of the set's points.
py::array points_view(const py::object& self) {
  const auto& points = columns_of(self).points;
  py::array_t<std::int32_t> view({static_cast<py::ssize_t>(points.size()), py::ssize_t{2}},
                                 reinterpret_cast<const std::int32_t*>(points.data()), self);
  view.attr("setflags")(py::arg("write") = false);
  return view;
}

}  // namespace

void bind_geometry_sets(py::module_& m);
void bind_geometry_measures(py::module_& m);
void bind_geometry_coords(py::module_& m);
void bind_geometry_coverage(py::module_& m);

void bind_geometry(py::module_& m) {
  py::class_<Frame>(m, "Frame")
      .def(py::init(&frame_of), py::arg("origin_x_m") = 0.0, py::arg("origin_y_m") = 0.0)
      .def_static(
          "around", [](const Column<double>& xy) { return Frame::around(as_positions(xy, "xy")); },
          py::arg("xy").noconvert())
      .def_property_readonly("origin",
                             [](const Frame& f) {
                               return std::pair{f.origin().x_m, f.origin().y_m};
                             })
      .def(
          "fits",
          [](const Frame& f, const Column<double>& xy) {
            const auto positions = as_positions(xy, "xy");
            std::vector<std::uint8_t> fits(positions.size());
            for (std::size_t i = 0; i < fits.size(); ++i) fits[i] = f.fits(positions[i]) ? 1 : 0;
            return to_array(std::move(fits));
          },
          py::arg("xy").noconvert())
      .def(
          "to_points",
          [](const Frame& f, const Column<double>& xy) {
            return to_pair_array<std::int32_t>(to_points(f, as_positions(xy, "xy")));
          },
          py::arg("xy").noconvert())
      .def(
          "to_positions",
          [](const Frame& f, const Column<std::int32_t>& points) {
            const auto from = as_points(points, "points");
            std::vector<Position> out(from.size());
            for (std::size_t i = 0; i < out.size(); ++i) out[i] = f.to_position(from[i]);
            return to_pair_array<double>(std::move(out));
          },
          py::arg("points").noconvert())
      .def("__eq__", [](const Frame& a, const Frame& b) { return a == b; });

  py::class_<PolygonSet>(m, "PolygonSet")
      .def(py::init(&polygons_from), py::arg("points").noconvert(),
           py::arg("point_begin").noconvert(), py::arg("ring_begin").noconvert(),
           py::arg("part_begin").noconvert())
      .def(
          "take",
          [](const PolygonSet& p, const Column<std::int32_t>& rows) {
            return p.take(as_span(rows));
          },
          py::arg("rows").noconvert())
      .def("__len__", &PolygonSet::size)
      .def_property_readonly("points", &points_view)
      .def_property_readonly(
          "point_begin",
          [](py::object self) { return view_of(columns_of(self).point_begin, self); })
      .def_property_readonly(
          "ring_begin", [](py::object self) { return view_of(columns_of(self).ring_begin, self); })
      .def_property_readonly(
          "part_begin", [](py::object self) { return view_of(columns_of(self).part_begin, self); });
  bind_geometry_sets(m);
  bind_geometry_measures(m);
  bind_geometry_coords(m);
  bind_geometry_coverage(m);
}

}  // namespace libgrid::python
