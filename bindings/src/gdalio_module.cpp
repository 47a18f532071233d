#include <pybind11/pybind11.h>

namespace py = pybind11;

namespace libgrid::python {
void bind_io(py::module_& m);
void bind_io_raster(py::module_& m);
void bind_io_stream(py::module_& m);
}  // namespace libgrid::python

PYBIND11_MODULE(_gdalio, m) {
  m.doc() =
      "libgrid's readers and writers: the only extension that loads GDAL. Import libgrid.io "
      "instead.";
  // First, so that IoError and its sisters are the classes that _core registered.
  py::module_::import("libgrid._core");
  libgrid::python::bind_io(m);
  libgrid::python::bind_io_raster(m);
  libgrid::python::bind_io_stream(m);
}
