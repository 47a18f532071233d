#include <array>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/planning/bounds.hpp"
#include "libgrid/planning/enumerate_plans.hpp"
#include "libgrid/planning/plan_parts.hpp"

namespace libgrid::python {
namespace {

py::dict enumerate(const PlanProblem& problem, std::int64_t effort, std::int64_t most_plans,
                   bool keep_plans, const py::object& on_progress) {
  auto found = run_interruptible(on_progress, 1, [&](const RunControl& run) {
    return enumerate_plans(
        problem, {.effort = effort, .most_plans = most_plans, .keep_plans = keep_plans}, run);
  });
  py::dict row;
  row["count"] = found.count;
  row["complete"] = found.complete;
  row["effort_done"] = found.effort_done;
  row["cut_edges"] = to_array(std::move(found.cut_edges));
  row["grid_of"] = to_array(std::move(found.grid_of));
  return row;
}

py::dict best(const PlanProblem& problem, const std::vector<std::int32_t>& order,
              const std::vector<std::int64_t>& at_most, std::int64_t effort,
              const py::object& on_progress) {
  auto found = run_interruptible(on_progress, 1, [&](const RunControl& run) {
    return find_best_plan(problem, order, at_most, {.effort = effort}, run);
  });
  py::dict row;
  row["complete"] = found.complete;
  row["effort_done"] = found.effort_done;
  row["grid_of"] = to_array(std::move(found.grid_of));
  row["terms"] = to_array(std::move(found.terms));
  return row;
}

py::dict parts_of(const PlanProblem& problem) {
  auto split = split_by_parent(problem);
  py::list parts;
  for (auto& part : split.parts) {
    py::dict row;
    row["parent"] = part.parent;
    row["blocks"] = to_array(std::move(part.blocks));
    row["grids"] = to_array(std::move(part.grids));
    row["problem"] = std::move(part.problem);
    parts.append(row);
  }
  py::dict row;
  row["parts"] = parts;
  row["always"] = to_array(std::move(split.always));
  return row;
}

constexpr std::array<const char*, 7> kMethods{"none",   "shares", "cheapest", "transport",
                                              "budget", "cuts",   "nearest"};

py::list bounds_of(const PlanProblem& problem, const py::object& on_progress) {
  const auto found = run_interruptible(
      on_progress, 1, [&](const RunControl& run) { return bound_terms(problem, run); });
  py::list rows;
  for (const auto& bound : found)
    rows.append(py::make_tuple(bound.value, kMethods.at(static_cast<std::size_t>(bound.method))));
  return rows;
}

}  // namespace

void bind_planning_bounds(py::module_& m) {
  m.def("enumerate_plans", &enumerate, py::arg("problem"), py::kw_only(), py::arg("effort"),
        py::arg("most_plans"), py::arg("keep_plans"), py::arg("on_progress") = py::none());
  m.def("find_best_plan", &best, py::arg("problem"), py::kw_only(), py::arg("order"),
        py::arg("at_most"), py::arg("effort"), py::arg("on_progress") = py::none());
  m.def("bound_terms", &bounds_of, py::arg("problem"), py::kw_only(),
        py::arg("on_progress") = py::none());
  m.def("split_by_parent", &parts_of, py::arg("problem"));
}

}  // namespace libgrid::python
