// Long questions about whole sets of polygons: locating, overlaps, borders, outlines, blocks.
#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/geometry/borders.hpp"
#include "libgrid/geometry/locate.hpp"
#include "libgrid/geometry/outline.hpp"
#include "libgrid/geometry/overlaps.hpp"
#include "libgrid/geometry/tessellate.hpp"
#include "libgrid/geometry/validity.hpp"

namespace libgrid::python {
namespace {

LineSet lines_from(const Column<std::int32_t>& points, const Column<std::int64_t>& begin) {
  const auto places = as_points(points, "line_points");
  const auto offsets = as_span(begin);
  LineSet lines{.points = {places.begin(), places.end()},
                .begin = {offsets.begin(), offsets.end()}};
  require(!lines.begin.empty() && lines.begin.front() == 0 &&
              lines.begin.back() == static_cast<std::int64_t>(places.size()) &&
              std::is_sorted(lines.begin.begin(), lines.begin.end()),
          [] {
            return std::string{
                "line_begin must start at 0, never descend, and end at the number of points"};
          });
  return lines;
}

py::tuple overlaps_of(const PolygonSet& polygons, double tolerance_m2, const PointLocator* locator,
                      unsigned threads) {
  const auto found = run_interruptible(py::none(), threads, [&](const RunControl& run) {
    return locator == nullptr ? find_overlaps(polygons, tolerance_m2, run)
                              : find_overlaps(polygons, *locator, tolerance_m2, run);
  });
  std::vector<std::int32_t> a;
  std::vector<std::int32_t> b;
  std::vector<double> area_m2;
  for (const auto& o : found) {
    a.push_back(o.a);
    b.push_back(o.b);
    area_m2.push_back(o.area_m2);
  }
  return py::make_tuple(to_array(std::move(a)), to_array(std::move(b)),
                        to_array(std::move(area_m2)));
}

}  // namespace

void bind_geometry_sets(py::module_& m) {
  py::class_<PointLocator>(m, "PointLocator")
      .def(py::init([](const PolygonSet& polygons, unsigned threads) {
             const py::gil_scoped_release nogil;
             return PointLocator{polygons, {.threads = threads}};
           }),
           py::arg("polygons"), py::arg("threads") = 0)
      .def(
          "locate",
          [](const PointLocator& locator, const Column<std::int32_t>& points, unsigned threads) {
            const auto places = as_points(points, "points");
            return to_array(run_interruptible(py::none(), threads, [&](const RunControl& run) {
              return locator.locate(places, run);
            }));
          },
          py::arg("points").noconvert(), py::kw_only(), py::arg("threads") = 0)
      .def(
          "locate_positions",
          [](const PointLocator& locator, const Frame& frame, const Column<double>& xy,
             unsigned threads) {
            const auto places = as_positions(xy, "xy");
            return to_array(run_interruptible(py::none(), threads, [&](const RunControl& run) {
              return locator.locate(frame, places, run);
            }));
          },
          py::arg("frame"), py::arg("xy").noconvert(), py::kw_only(), py::arg("threads") = 0);

  m.def("geos_version", &geos_version);
  m.def("find_overlaps", &overlaps_of, py::arg("polygons"),
        py::arg("tolerance_m2") = kOverlapToleranceM2, py::kw_only(),
        py::arg("locator").none(true) = py::none(), py::arg("threads") = 0);
  m.def(
      "find_footprints",
      [](const PolygonSet& polygons) { return to_array(find_footprints(polygons)); },
      py::arg("polygons"));
  m.def(
      "find_borders",
      [](const PolygonSet& polygons, bool corners) {
        auto borders = [&] {
          const py::gil_scoped_release nogil;
          return find_borders(polygons, {.corners = corners});
        }();
        return py::make_tuple(to_array(std::move(borders.a)), to_array(std::move(borders.b)),
                              to_array(std::move(borders.length_m)),
                              to_array(std::move(borders.footprint)));
      },
      py::arg("polygons"), py::kw_only(), py::arg("corners") = false);
  m.def(
      "find_border_pieces",
      [](const PolygonSet& polygons) {
        const auto borders = [&] {
          const py::gil_scoped_release nogil;
          return find_borders(polygons, {.pieces = true});
        }();
        const auto n = static_cast<py::ssize_t>(borders.pieces.size());
        py::array_t<std::int32_t> pair({n, py::ssize_t{2}});
        py::array_t<std::int32_t> ends({n, py::ssize_t{4}});
        auto* p = pair.mutable_data();
        auto* e = ends.mutable_data();
        for (const auto& piece : borders.pieces) {
          const auto row = static_cast<std::size_t>(piece.border);
          *p++ = borders.a[row];
          *p++ = borders.b[row];
          for (const auto value : {piece.a.x_mm, piece.a.y_mm, piece.b.x_mm, piece.b.y_mm})
            *e++ = value;
        }
        return py::make_tuple(pair, ends);
      },
      py::arg("polygons"));
  m.def(
      "find_polygon_faults",
      [](const PolygonSet& polygons) {
        std::vector<std::tuple<std::int32_t, std::string, std::pair<std::int32_t, std::int32_t>>>
            rows;
        for (auto& f : find_polygon_faults(polygons))
          rows.emplace_back(f.polygon, std::move(f.reason), std::pair{f.where.x_mm, f.where.y_mm});
        return rows;
      },
      py::arg("polygons"));
  m.def(
      "build_outlines",
      [](const PolygonSet& blocks, const Column<std::int32_t>& label, std::int32_t count,
         unsigned threads, const py::object& on_progress) {
        const auto labels = as_span(label);
        return run_interruptible(on_progress, threads, [&](const RunControl& run) {
          return build_outlines(blocks, labels, count, run);
        });
      },
      py::arg("blocks"), py::arg("label").noconvert(), py::arg("count"), py::kw_only(),
      py::arg("threads") = 0, py::arg("on_progress") = py::none());
  m.def(
      "build_blocks",
      [](const PolygonSet& buildings, const Column<std::int32_t>& line_points,
         const Column<std::int64_t>& line_begin, const Column<std::int32_t>& barrier_points,
         const Column<std::int64_t>& barrier_begin, const PolygonSet& compounds, double reach_m,
         unsigned threads, const py::object& on_progress) {
        const auto lines = lines_from(line_points, line_begin);
        const BlockOptions options{.reach = Metres{reach_m},
                                   .barriers = lines_from(barrier_points, barrier_begin),
                                   .compounds = compounds};
        return run_interruptible(on_progress, threads, [&](const RunControl& run) {
          return build_blocks(buildings, lines, options, run);
        });
      },
      py::arg("buildings"), py::arg("line_points").noconvert(), py::arg("line_begin").noconvert(),
      py::arg("barrier_points").noconvert(), py::arg("barrier_begin").noconvert(),
      py::arg("compounds"), py::kw_only(), py::arg("reach_m") = BlockOptions{}.reach.count(),
      py::arg("threads") = 0, py::arg("on_progress") = py::none());
}

}  // namespace libgrid::python
