#include <array>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/planning/assignment_model.hpp"
#include "libgrid/planning/bounds.hpp"
#include "libgrid/planning/enumerate_plans.hpp"
#include "libgrid/planning/find_obstacles.hpp"
#include "libgrid/planning/grid_pool.hpp"
#include "libgrid/planning/owner_model.hpp"
#include "libgrid/planning/plan_parts.hpp"
#include "libgrid/planning/weightless.hpp"
#include "without_gil.hpp"

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

constexpr std::array<const char*, 8> kMethods{"none",   "shares", "cheapest", "transport",
                                              "budget", "cuts",   "nearest",  "plane"};

py::list bounds_of(const PlanProblem& problem, const py::object& on_progress) {
  const auto found = run_interruptible(
      on_progress, 1, [&](const RunControl& run) { return bound_terms(problem, run); });
  py::list rows;
  for (const auto& bound : found)
    rows.append(py::make_tuple(bound.value, kMethods.at(static_cast<std::size_t>(bound.method))));
  return rows;
}

/// A pool with the shape of its problem.
struct BoundPool {
  GridPool pool;
  std::int32_t block_count;
  std::int64_t terms;
};

BoundPool build_pool(const PlanProblem& problem, std::int64_t effort, std::int64_t most_grids,
                     const std::vector<std::int64_t>& at_most, const py::object& on_progress) {
  return {run_interruptible(
              on_progress, 1,
              [&](const RunControl& run) {
                return build_grid_pool(
                    problem, {.effort = effort, .most_grids = most_grids, .at_most = at_most}, run);
              }),
          problem.graph.block_count(), static_cast<std::int64_t>(problem.terms.size())};
}

template <class T>
auto column_of_pool(std::vector<T> GridPool::*member) {
  return [member](const py::object& self) {
    return view_of(self.cast<const BoundPool&>().pool.*member, self);
  };
}

py::tuple price(const BoundPool& self, const Column<double>& cost, const Column<double>& block,
                const Column<double>& threshold, std::int64_t most) {
  require(block.size() == self.block_count,
          [] { return std::string{"grid pool: one price a block is needed"}; });
  auto found = without_gil([&] {
    return price_grids(self.pool, as_span(cost), as_span(block), as_span(threshold), most);
  });
  return py::make_tuple(to_array(std::move(found.least)), to_array(std::move(found.worst)));
}

void bind_grid_pool(py::module_& m) {
  py::class_<BoundPool>(m, "GridPool")
      .def_readonly("block_count", &BoundPool::block_count)
      .def_property_readonly("kinds", [](const BoundPool& p) { return p.pool.kinds; })
      .def_property_readonly("complete", [](const BoundPool& p) { return p.pool.complete; })
      .def_property_readonly("effort_done", [](const BoundPool& p) { return p.pool.effort_done; })
      .def_property_readonly("ptr", column_of_pool(&GridPool::ptr))
      .def_property_readonly("block", column_of_pool(&GridPool::block))
      .def_property_readonly("kind", column_of_pool(&GridPool::kind))
      .def_property_readonly("moved", column_of_pool(&GridPool::moved))
      .def_property_readonly("value",
                             [](const py::object& self) {
                               const auto& bound = self.cast<const BoundPool&>();
                               return view_of(bound.pool.value, self)
                                   .attr("reshape")(bound.pool.kind.size(), bound.terms);
                             })
      .def("price", &price, py::arg("cost").noconvert(), py::arg("block").noconvert(),
           py::arg("threshold").noconvert(), py::arg("most"));
  m.def("build_grid_pool", &build_pool, py::arg("problem"), py::kw_only(), py::arg("effort"),
        py::arg("most_grids"), py::arg("at_most") = std::vector<std::int64_t>{},
        py::arg("on_progress") = py::none());
}

py::dict rows_of(const LinearRows& rows) {
  py::dict columns;
  columns["ptr"] = to_array(std::vector{rows.ptr});
  columns["column"] = to_array(std::vector{rows.column});
  columns["value"] = to_array(std::vector{rows.value});
  columns["lowest"] = to_array(std::vector{rows.lowest});
  columns["highest"] = to_array(std::vector{rows.highest});
  return columns;
}

void bind_assignment_model(py::module_& m) {
  py::class_<AssignmentModel>(m, "AssignmentModel")
      .def_property_readonly("block",
                             [](const py::object& self) {
                               return view_of(self.cast<const AssignmentModel&>().block, self);
                             })
      .def_property_readonly("grid",
                             [](const py::object& self) {
                               return view_of(self.cast<const AssignmentModel&>().grid, self);
                             })
      .def_property_readonly(
          "cost",
          [](const py::object& self) {
            const auto& model = self.cast<const AssignmentModel&>();
            return view_of(model.cost, self).attr("reshape")(model.terms, model.columns);
          })
      .def_property_readonly("rows",
                             [](const AssignmentModel& model) { return rows_of(model.rows); });
  m.def(
      "build_assignment_model",
      [](const PlanProblem& problem) {
        return without_gil([&] { return build_assignment_model(problem); });
      },
      py::arg("problem"));
  m.def(
      "find_separators",
      [](const PlanProblem& problem, const AssignmentModel& model, const Column<double>& share) {
        return rows_of(
            without_gil([&] { return find_separators(problem, model, as_span(share)); }));
      },
      py::arg("problem"), py::arg("model"), py::arg("share").noconvert());
}

void bind_owner_model(py::module_& m) {
  const auto column = [](auto member) {
    return [member](const py::object& self) {
      return view_of(self.cast<const OwnerModel&>().*member, self);
    };
  };
  py::class_<OwnerModel>(m, "OwnerModel")
      .def_readonly("owners", &OwnerModel::owners)
      .def_readonly("cheapest", &OwnerModel::cheapest)
      .def_property_readonly("owner_of_grid", column(&OwnerModel::owner_of_grid))
      .def_property_readonly("block", column(&OwnerModel::block))
      .def_property_readonly("owner", column(&OwnerModel::owner))
      .def_property_readonly("cost", column(&OwnerModel::cost))
      .def_property_readonly("rows", [](const OwnerModel& model) { return rows_of(model.rows); });
  m.def(
      "build_owner_model",
      [](const PlanProblem& problem, std::int32_t term) {
        return without_gil([&] { return build_owner_model(problem, term); });
      },
      py::arg("problem"), py::arg("term"));
  m.def(
      "find_reach_rows",
      [](const PlanProblem& problem, const OwnerModel& model, const Column<double>& share) {
        return rows_of(
            without_gil([&] { return find_reach_rows(problem, model, as_span(share)); }));
      },
      py::arg("problem"), py::arg("model"), py::arg("share").noconvert());
  m.def(
      "divide_among_grids",
      [](const PlanProblem& problem, const OwnerModel& model,
         const Column<std::int32_t>& owner_of) {
        return to_array(
            without_gil([&] { return divide_among_grids(problem, model, as_span(owner_of)); }));
      },
      py::arg("problem"), py::arg("model"), py::arg("owner_of").noconvert());
}

constexpr std::array<const char*, 9> kObstacles{"homeless",     "heavy",          "locked_heavy",
                                                "locked_apart", "together_apart", "few_blocks",
                                                "piece_total",  "grid_count",     "moved"};

py::list obstacles_of(const PlanProblem& problem) {
  py::list rows;
  for (const auto& found : without_gil([&] { return find_obstacles(problem); })) {
    py::dict row;
    row["kind"] = kObstacles.at(static_cast<std::size_t>(found.kind));
    row["parent"] = found.parent;
    row["block"] = found.block;
    row["other"] = found.other;
    row["grid"] = found.grid;
    row["limit"] = found.limit;
    row["value"] = found.value;
    row["allowed"] = found.allowed;
    row["lowest"] = found.lowest;
    row["highest"] = found.highest;
    row["fewest"] = found.fewest;
    row["most"] = found.most;
    rows.append(row);
  }
  return rows;
}

}  // namespace

void bind_planning_bounds(py::module_& m) {
  m.def("leave_out_weightless", &leave_out_weightless, py::arg("problem"), py::arg("term"));
  m.def("find_obstacles", &obstacles_of, py::arg("problem"));
  bind_assignment_model(m);
  bind_owner_model(m);
  bind_grid_pool(m);
  m.def("enumerate_plans", &enumerate, py::arg("problem"), py::kw_only(), py::arg("effort"),
        py::arg("most_plans"), py::arg("keep_plans"), py::arg("on_progress") = py::none());
  m.def("find_best_plan", &best, py::arg("problem"), py::kw_only(), py::arg("order"),
        py::arg("at_most"), py::arg("effort"), py::arg("on_progress") = py::none());
  m.def("bound_terms", &bounds_of, py::arg("problem"), py::kw_only(),
        py::arg("on_progress") = py::none());
  m.def("split_by_parent", &parts_of, py::arg("problem"));
}

}  // namespace libgrid::python
