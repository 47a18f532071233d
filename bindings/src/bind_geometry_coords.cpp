// Degrees: map datums and projections.
#include <string>
#include <vector>

#include <pybind11/pybind11.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/geometry/gcj02.hpp"
#include "libgrid/geometry/projection.hpp"

namespace libgrid::python {
namespace {

MapDatum datum_from(const std::string& name) {
  if (name == "wgs84") return MapDatum::wgs84;
  if (name == "gcj02") return MapDatum::gcj02;
  if (name == "bd09") return MapDatum::bd09;
  throw InvalidInput{"datum \"" + name + "\" is not known: use wgs84, gcj02 or bd09"};
}

}  // namespace

void bind_geometry_coords(py::module_& m) {
  m.def(
      "convert_datum",
      [](const Column<double>& lonlat, const std::string& source, const std::string& target,
         unsigned threads) {
        const auto places = as_pairs<LonLat>(lonlat, "lonlat");
        const auto from = datum_from(source);
        const auto to = datum_from(target);
        return to_pair_array<double>(run_interruptible(
            py::none(), threads,
            [&](const RunControl& run) { return convert_datum(places, from, to, run); }));
      },
      py::arg("lonlat").noconvert(), py::arg("source"), py::arg("target"), py::kw_only(),
      py::arg("threads") = 0);

  const TransverseMercatorParameters usual;
  py::class_<TransverseMercator>(m, "TransverseMercator")
      .def(py::init([](double lon_0_deg, double lat_0_deg, double k, double x_0_m, double y_0_m,
                       double semi_major_m, double inverse_flattening) {
             return TransverseMercator{{.lon_0_deg = lon_0_deg,
                                        .lat_0_deg = lat_0_deg,
                                        .k = k,
                                        .x_0_m = x_0_m,
                                        .y_0_m = y_0_m,
                                        .semi_major_m = semi_major_m,
                                        .inverse_flattening = inverse_flattening}};
           }),
           py::kw_only(), py::arg("lon_0_deg") = usual.lon_0_deg,
           py::arg("lat_0_deg") = usual.lat_0_deg, py::arg("k") = usual.k,
           py::arg("x_0_m") = usual.x_0_m, py::arg("y_0_m") = usual.y_0_m,
           py::arg("semi_major_m") = usual.semi_major_m,
           py::arg("inverse_flattening") = usual.inverse_flattening)
      .def(
          "project",
          [](const TransverseMercator& tm, const Column<double>& lonlat, unsigned threads) {
            const auto places = as_pairs<LonLat>(lonlat, "lonlat");
            return to_pair_array<double>(
                run_interruptible(py::none(), threads,
                                  [&](const RunControl& run) { return tm.project(places, run); }));
          },
          py::arg("lonlat").noconvert(), py::kw_only(), py::arg("threads") = 0)
      .def(
          "unproject",
          [](const TransverseMercator& tm, const Column<double>& xy, unsigned threads) {
            const auto positions = as_positions(xy, "xy");
            return to_pair_array<double>(run_interruptible(
                py::none(), threads,
                [&](const RunControl& run) { return tm.unproject(positions, run); }));
          },
          py::arg("xy").noconvert(), py::kw_only(), py::arg("threads") = 0);
  m.def("zone_3_degree", &zone_3_degree, py::arg("lon_deg"));
}

}  // namespace libgrid::python
