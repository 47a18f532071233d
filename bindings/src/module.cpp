#include <pybind11/pybind11.h>

namespace py = pybind11;

namespace libgrid::python {
void bind_errors(py::module_& m);
void bind_geometry(py::module_& m);         // needs errors
void bind_model(py::module_& m);            // needs errors
void bind_model_area(py::module_& m);       // needs geometry
void bind_travel(py::module_& m);           // needs geometry
void bind_analysis(py::module_& m);         // needs model
void bind_analysis_access(py::module_& m);  // needs analysis
void bind_analysis_chain(py::module_& m);
void bind_analysis_rounds(py::module_& m);
void bind_analysis_workload(py::module_& m);
void bind_plan_analysis(py::module_& m);     // needs model
void bind_planning(py::module_& m);          // needs errors
void bind_planning_problem(py::module_& m);  // needs planning
void bind_planning_bounds(py::module_& m);   // needs planning_problem
void bind_planning_redraw(py::module_& m);   // needs planning_problem
void bind_planning_sampling(py::module_& m);
void bind_planning_migration(py::module_& m);
}  // namespace libgrid::python

PYBIND11_MODULE(_core, m) {
  m.doc() = "libgrid's C++ core. Import libgrid instead: names, labels and pictures live there.";
  // One call a section, lowest floor first: classes before the functions that take them.
  libgrid::python::bind_errors(m);
  libgrid::python::bind_geometry(m);
  libgrid::python::bind_model(m);
  libgrid::python::bind_model_area(m);
  libgrid::python::bind_travel(m);
  libgrid::python::bind_analysis(m);
  libgrid::python::bind_analysis_access(m);
  libgrid::python::bind_analysis_chain(m);
  libgrid::python::bind_analysis_rounds(m);
  libgrid::python::bind_analysis_workload(m);
  libgrid::python::bind_plan_analysis(m);
  libgrid::python::bind_planning(m);
  libgrid::python::bind_planning_problem(m);
  libgrid::python::bind_planning_bounds(m);
  libgrid::python::bind_planning_redraw(m);
  libgrid::python::bind_planning_sampling(m);
  libgrid::python::bind_planning_migration(m);
}
