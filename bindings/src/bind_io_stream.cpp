#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "interruptible.hpp"
#include "libgrid/io/layer_stream.hpp"
#include "read_limits.hpp"
#include "table_columns.hpp"

namespace libgrid::python {
namespace {

std::unique_ptr<LayerStream> open_stream(const std::string& path, const std::string& layer,
                                         const std::vector<std::string>& columns,
                                         bool with_geometry, bool keep_faulty_rows,
                                         bool check_pages, const Limits& limits) {
  return run_interruptible(py::none(), 1, [&](const RunControl& run) {
    const LayerStreamOptions options{.columns = columns,
                                     .with_geometry = with_geometry,
                                     .keep_faulty_rows = keep_faulty_rows,
                                     .check_pages = check_pages,
                                     .limits = limits_from(limits)};
    return std::make_unique<LayerStream>(path, layer, options, run);
  });
}

/// (table, faults): as read_geopackage gives them.
py::tuple next_piece(LayerStream& stream, std::int64_t most) {
  auto piece = run_interruptible(py::none(), 1,
                                 [&](const RunControl& run) { return stream.next(most, run); });
  py::list faults;
  for (const auto& fault : piece.faults)
    faults.append(py::make_tuple(fault.column, fault.row, fault.what));
  return py::make_tuple(table_to_python(std::move(piece.table)), faults);
}

}  // namespace

void bind_io_stream(py::module_& m) {
  py::class_<LayerStream>(m, "LayerStream")
      .def(py::init(&open_stream), py::arg("path"), py::arg("layer"),
           py::arg("columns") = std::vector<std::string>{}, py::arg("with_geometry") = true,
           py::arg("keep_faulty_rows") = false, py::arg("check_pages") = true,
           py::arg("limits") = py::none())
      .def_property_readonly("row_count", &LayerStream::row_count)
      .def_property_readonly("crs", &LayerStream::crs)
      .def_property_readonly(
          "empty",
          [](const LayerStream& self) { return table_to_python(TableColumns{self.empty()}); })
      .def("next", &next_piece, py::arg("most"));
}

}  // namespace libgrid::python
