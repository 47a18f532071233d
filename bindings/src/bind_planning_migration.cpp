#include <pybind11/pybind11.h>

#include "arrays.hpp"
#include "libgrid/planning/migration.hpp"
#include "without_gil.hpp"

namespace libgrid::python {

void bind_planning_migration(py::module_& m) {
  m.def(
      "plan_migration",
      [](const PlanProblem& problem, const Column<std::int32_t>& from,
         const Column<std::int32_t>& to, std::int64_t moves_per_step, std::int64_t effort) {
        auto order = without_gil([&] {
          return plan_migration(problem, as_span(from), as_span(to),
                                {.moves_per_step = moves_per_step, .effort = effort});
        });
        py::dict columns;
        columns["block"] = to_array(std::move(order.block));
        columns["batch"] = to_array(std::move(order.batch));
        columns["step"] = to_array(std::move(order.step));
        columns["largest_batch"] = order.largest_batch;
        return columns;
      },
      py::arg("problem"), py::arg("old").noconvert(), py::arg("new").noconvert(), py::kw_only(),
      py::arg("moves_per_step"), py::arg("effort"));
}

}  // namespace libgrid::python
