#include <array>
#include <optional>
#include <string>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/io/raster.hpp"

namespace libgrid::python {

void bind_io_raster(py::module_& m) {
  m.def(
      "read_raster",
      [](const std::string& path, std::int32_t band,
         const std::optional<std::array<double, 4>>& bounds, std::int64_t most_cells,
         const py::object& on_progress) {
        auto raster = run_interruptible(on_progress, 1, [&](const RunControl& run) {
          return read_raster(path, {band, bounds, most_cells}, run);
        });
        const auto rows = raster.rows;
        const auto columns = raster.columns;
        return py::dict(
            py::arg("values") = to_array(std::move(raster.values)).reshape({rows, columns}),
            py::arg("x0") = raster.x0, py::arg("y0") = raster.y0, py::arg("cell_x") = raster.cell_x,
            py::arg("cell_y") = raster.cell_y, py::arg("crs_wkt") = raster.crs_wkt);
      },
      py::arg("path"), py::arg("band"), py::arg("bounds"), py::arg("most_cells"),
      py::arg("on_progress") = py::none());
  m.def(
      "write_raster",
      [](const std::string& path, const Column<double>& values, double x0, double y0, double cell_x,
         double cell_y, const std::string& crs, const py::object& on_progress) {
        require(values.ndim() == 2, [] { return std::string{"values must have two dimensions"}; });
        const auto span = as_span(values);
        const Raster raster{.rows = values.shape(0),
                            .columns = values.shape(1),
                            .values = {span.begin(), span.end()},
                            .x0 = x0,
                            .y0 = y0,
                            .cell_x = cell_x,
                            .cell_y = cell_y,
                            .crs_wkt = {}};
        run_interruptible(on_progress, 1, [&](const RunControl& run) {
          write_raster(path, raster, crs, run);
          return true;
        });
      },
      py::arg("path"), py::arg("values").noconvert(), py::arg("x0"), py::arg("y0"),
      py::arg("cell_x"), py::arg("cell_y"), py::arg("crs"), py::arg("on_progress") = py::none());
}

}  // namespace libgrid::python
