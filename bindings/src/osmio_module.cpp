#include <pybind11/pybind11.h>

namespace py = pybind11;

namespace libgrid::python {
void bind_io_osm(py::module_& m);
}  // namespace libgrid::python

PYBIND11_MODULE(_osmio, m) {
  m.doc() = "libgrid's reader of OpenStreetMap files. Import libgrid.osm instead.";
  // First, so that IoError and its sisters are the classes that _core registered.
  py::module_::import("libgrid._core");
  libgrid::python::bind_io_osm(m);
}
