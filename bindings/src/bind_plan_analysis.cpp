#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "libgrid/analysis/plan_change.hpp"
#include "libgrid/analysis/plan_quality.hpp"
#include "without_gil.hpp"

namespace libgrid::python {
namespace {

py::dict plan_quality(const Column<std::int32_t>& plan, std::int32_t grid_count,
                      const Column<std::int32_t>& footprint_of, const Column<double>& area_m2,
                      const Column<double>& perimeter_m, const Column<double>& households,
                      const Column<double>& shops, const Column<double>& residents,
                      const Column<std::int32_t>& border_a, const Column<std::int32_t>& border_b,
                      const Column<double>& border_m, const Column<double>& hull_area_m2,
                      const Column<double>& circle_radius_m, double min_border_m, double min_size,
                      double max_size) {
  auto q = without_gil([&] {
    return measure_plan({as_span(plan), grid_count},
                        {as_span(footprint_of), as_span(area_m2), as_span(perimeter_m),
                         as_span(households), as_span(shops), as_span(residents)},
                        {as_span(border_a), as_span(border_b), as_span(border_m)},
                        {Metres{min_border_m}, min_size, max_size, as_span(hull_area_m2),
                         as_span(circle_radius_m)});
  });
  py::dict grids(py::arg("blocks") = to_array(std::move(q.blocks)),
                 py::arg("households") = to_array(std::move(q.households)),
                 py::arg("shops") = to_array(std::move(q.shops)),
                 py::arg("size") = to_array(std::move(q.size)),
                 py::arg("residents") = to_array(std::move(q.residents)),
                 py::arg("area_m2") = to_array(std::move(q.area_m2)),
                 py::arg("perimeter_m") = to_array(std::move(q.perimeter_m)),
                 py::arg("polsby_popper") = to_array(std::move(q.polsby_popper)),
                 py::arg("reock") = to_array(std::move(q.reock)),
                 py::arg("convex_hull") = to_array(std::move(q.convex_hull)),
                 py::arg("n_parts") = to_array(std::move(q.parts)),
                 py::arg("contiguous") = to_array(std::move(q.contiguous)),
                 py::arg("within_norm") = to_array(std::move(q.within_norm)));
  return py::dict(py::arg("grids") = grids, py::arg("cut_edges") = q.cut_edges,
                  py::arg("cut_border_m") = q.cut_border_m,
                  py::arg("blocks_without_grid") = q.blocks_without_grid);
}

py::dict plan_change(const Column<std::int32_t>& old_plan, const Column<std::int32_t>& new_plan,
                     std::int32_t old_count, std::int32_t new_count,
                     const Column<std::int64_t>& weights, std::int64_t columns) {
  auto c = without_gil([&] {
    return compare_plans({as_span(old_plan), old_count}, {as_span(new_plan), new_count},
                         {as_span(weights), columns});
  });
  py::dict overlap(
      py::arg("old_grid") = to_array(std::move(c.overlap.old_grid)),
      py::arg("new_grid") = to_array(std::move(c.overlap.new_grid)),
      py::arg("blocks") = to_array(std::move(c.overlap.blocks)),
      py::arg("weight") = to_table(std::move(c.overlap.weight), static_cast<std::size_t>(columns)));
  return py::dict(
      py::arg("overlap") = overlap, py::arg("old_of_new") = to_array(std::move(c.old_of_new)),
      py::arg("new_of_old") = to_array(std::move(c.new_of_old)),
      py::arg("moved") = to_array(std::move(c.moved)), py::arg("moved_blocks") = c.moved_blocks,
      py::arg("moved_weight") = to_array(std::move(c.moved_weight)),
      py::arg("optimal") = c.optimal);
}

}  // namespace

void bind_plan_analysis(py::module_& m) {
  m.def("measure_plan", &plan_quality, py::kw_only(), py::arg("plan").noconvert(),
        py::arg("grid_count"), py::arg("footprint_of").noconvert(), py::arg("area_m2").noconvert(),
        py::arg("perimeter_m").noconvert(), py::arg("households").noconvert(),
        py::arg("shops").noconvert(), py::arg("residents").noconvert(),
        py::arg("border_a").noconvert(), py::arg("border_b").noconvert(),
        py::arg("border_m").noconvert(), py::arg("hull_area_m2").noconvert(),
        py::arg("circle_radius_m").noconvert(), py::arg("min_border_m"), py::arg("min_size"),
        py::arg("max_size"));
  m.def("compare_plans", &plan_change, py::arg("old_plan").noconvert(),
        py::arg("new_plan").noconvert(), py::arg("old_count"), py::arg("new_count"),
        py::arg("weights").noconvert(), py::arg("columns"));
}

}  // namespace libgrid::python
