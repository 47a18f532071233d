// Layers as tessellations: their faults, their repair, and what several of them cut the ground
// into.
#include <string>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/geometry/coverage.hpp"
#include "libgrid/geometry/coverage_repair.hpp"
#include "libgrid/geometry/mend.hpp"
#include "libgrid/geometry/refinement.hpp"

namespace libgrid::python {
namespace {

using namespace pybind11::literals;

/// A column of one member of many records.
template <class Row, class Of>
auto column(const std::vector<Row>& rows, Of of) {
  std::vector<std::decay_t<decltype(of(rows.front()))>> values;
  values.reserve(rows.size());
  for (const auto& row : rows) values.push_back(of(row));
  return values;
}

py::dict faults_of(const PolygonSet& polygons, double near_m, unsigned threads,
                   const py::object& on_progress) {
  auto f = run_interruptible(on_progress, threads, [&](const RunControl& run) {
    return check_coverage(polygons, Metres{near_m}, run);
  });
  std::vector<std::int64_t> begin{0};
  std::vector<std::int32_t> neighbours;
  for (const auto& gap : f.gaps) {
    neighbours.insert(neighbours.end(), gap.neighbours.begin(), gap.neighbours.end());
    begin.push_back(std::ssize(neighbours));
  }
  const auto& o = f.overlaps;
  const auto& t = f.t_junctions;
  const auto& n = f.near_misses;
  const auto& u = f.unmatched;
  return py::dict(
      "gap_area_m2"_a = to_array(column(f.gaps, [](const Gap& g) { return g.area_m2; })),
      "gap_width_m"_a = to_array(column(f.gaps, [](const Gap& g) { return g.width_m; })),
      "gap_neighbour_begin"_a = to_array(std::move(begin)),
      "gap_neighbour"_a = to_array(std::move(neighbours)), "gap_shapes"_a = std::move(f.gap_shapes),
      "overlap_a"_a = to_array(column(o, [](const Overlap& x) { return x.a; })),
      "overlap_b"_a = to_array(column(o, [](const Overlap& x) { return x.b; })),
      "overlap_area_m2"_a = to_array(column(o, [](const Overlap& x) { return x.area_m2; })),
      "overlap_width_m"_a = to_array(std::move(f.overlap_width_m)),
      "overlap_shapes"_a = std::move(f.overlap_shapes),
      "t_polygon"_a = to_array(column(t, [](const TJunction& x) { return x.polygon; })),
      "t_other"_a = to_array(column(t, [](const TJunction& x) { return x.other; })),
      "t_where"_a =
          to_pair_array<std::int32_t>(column(t, [](const TJunction& x) { return x.where; })),
      "near_a"_a = to_array(column(n, [](const NearMiss& x) { return x.a; })),
      "near_b"_a = to_array(column(n, [](const NearMiss& x) { return x.b; })),
      "near_where"_a =
          to_pair_array<std::int32_t>(column(n, [](const NearMiss& x) { return x.where; })),
      "near_distance_m"_a = to_array(column(n, [](const NearMiss& x) { return x.distance_m; })),
      "unmatched_polygon"_a = to_array(column(u, [](const UnmatchedEdge& x) { return x.polygon; })),
      "unmatched_a"_a =
          to_pair_array<std::int32_t>(column(u, [](const UnmatchedEdge& x) { return x.a; })),
      "unmatched_b"_a =
          to_pair_array<std::int32_t>(column(u, [](const UnmatchedEdge& x) { return x.b; })),
      "euler"_a =
          py::make_tuple(f.euler.vertices, f.euler.edges, f.euler.faces, f.euler.components),
      "euler_holds"_a = f.euler.holds());
}

GiveTo give_to_from(const std::string& name) {
  if (name == "longest_border") return GiveTo::longest_border;
  if (name == "smallest") return GiveTo::smallest;
  if (name == "first") return GiveTo::first;
  throw InvalidInput{"give_to: \"" + name +
                     "\" is none of \"longest_border\", \"smallest\", \"first\""};
}

MendBy mend_by_from(const std::string& name) {
  if (name == "linework") return MendBy::linework;
  if (name == "structure") return MendBy::structure;
  throw InvalidInput{"method: \"" + name + "\" is neither \"linework\" nor \"structure\""};
}

py::dict repaired(const PolygonSet& polygons, double near_m, const std::string& give_to,
                  double max_gap_width_m, unsigned threads, const py::object& on_progress) {
  const CoverageRepairOptions options{.near = Metres{near_m},
                                      .give_to = give_to_from(give_to),
                                      .max_gap_width = Metres{max_gap_width_m}};
  auto r = run_interruptible(on_progress, threads, [&](const RunControl& run) {
    return repair_coverage(polygons, options, run);
  });
  const auto& c = r.changes;
  return py::dict(
      "polygons"_a = std::move(r.polygons),
      "kind"_a = to_array(
          column(c, [](const CoverageChange& x) { return static_cast<std::uint8_t>(x.kind); })),
      "polygon"_a = to_array(column(c, [](const CoverageChange& x) { return x.polygon; })),
      "other"_a = to_array(column(c, [](const CoverageChange& x) { return x.other; })),
      "area_m2"_a = to_array(column(c, [](const CoverageChange& x) { return x.area_m2; })),
      "shapes"_a = std::move(r.change_shapes),
      "area_before_m2"_a = to_array(std::move(r.area_before_m2)),
      "area_after_m2"_a = to_array(std::move(r.area_after_m2)),
      "max_move_m"_a = to_array(std::move(r.max_move_m)),
      "unsettled"_a = to_array(std::move(r.unsettled)));
}

}  // namespace

void bind_geometry_coverage(py::module_& m) {
  m.def("check_coverage", &faults_of, py::arg("polygons"), py::arg("near_m") = kNearBorder.count(),
        py::kw_only(), py::arg("threads") = 0, py::arg("on_progress") = py::none());
  m.def("repair_coverage", &repaired, py::arg("polygons"), py::kw_only(),
        py::arg("near_m") = kNearBorder.count(), py::arg("give_to") = "longest_border",
        py::arg("max_gap_width_m") = CoverageRepairOptions{}.max_gap_width.count(),
        py::arg("threads") = 0, py::arg("on_progress") = py::none());
  m.def(
      "mend_polygons",
      [](const PolygonSet& polygons, const std::string& method) {
        const auto by = mend_by_from(method);
        auto out = run_interruptible(
            py::none(), 0, [&](const RunControl& run) { return mend_polygons(polygons, by, run); });
        py::list rows;
        for (const auto& d : out.mendings)
          rows.append(py::make_tuple(d.polygon, d.mended, d.hole_is_shell, d.area_before_m2,
                                     d.area_after_m2, d.spikes_m));
        return py::make_tuple(std::move(out.polygons), rows);
      },
      py::arg("polygons"), py::arg("method"));
  m.def(
      "build_refinement",
      [](const PolygonSet& polygons, unsigned threads, const py::object& on_progress) {
        auto r = run_interruptible(on_progress, threads, [&](const RunControl& run) {
          return build_refinement(polygons, run);
        });
        return py::make_tuple(std::move(r.pieces), to_array(std::move(r.area_m2)),
                              to_array(std::move(r.cover_begin)), to_array(std::move(r.cover)));
      },
      py::arg("polygons"), py::kw_only(), py::arg("threads") = 0,
      py::arg("on_progress") = py::none());
}

}  // namespace libgrid::python
