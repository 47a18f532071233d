#include <pybind11/pybind11.h>

#include "libgrid/base/error.hpp"

namespace libgrid::python {

namespace py = pybind11;

/// One Python class for each C++ class, with the built-in parent that callers already catch.
/// General first, because pybind11 tries the latest registration first.
void bind_errors(py::module_& m) {
  const py::object error = py::register_exception<Error>(m, "Error", PyExc_Exception);
  const auto child = [&](py::handle builtin) { return py::make_tuple(error, builtin); };
  py::register_exception<InvalidInput>(m, "InvalidInput", child(PyExc_ValueError));
  py::register_exception<GeometryError>(m, "GeometryError", child(PyExc_ValueError));
  py::register_exception<IoError>(m, "IoError", child(PyExc_OSError));
  py::register_exception<Infeasible>(m, "Infeasible", child(PyExc_RuntimeError));
  py::register_exception<Cancelled>(m, "Cancelled", child(PyExc_KeyboardInterrupt));
}

}  // namespace libgrid::python
