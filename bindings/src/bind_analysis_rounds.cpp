#include <pybind11/pybind11.h>

#include "arrays.hpp"
#include "libgrid/analysis/round_length.hpp"
#include "without_gil.hpp"

namespace libgrid::python {
namespace {

py::dict round_length(const Column<double>& visits, const Column<double>& area_m2,
                      const Column<double>& base_s, const Column<double>& pace_s_per_m,
                      double round_min, double visit_min, double wait_days, double constant) {
  const RoundLengthOptions options{
      .round_min = round_min, .visit_min = visit_min, .wait_days = wait_days, .constant = constant};
  const RoundDemand demand{as_span(visits), as_span(area_m2), as_span(base_s),
                           as_span(pace_s_per_m)};
  auto found = without_gil([&] { return measure_round_length(demand, options); });
  return py::dict(py::arg("stops") = to_array(std::move(found.stops)),
                  py::arg("leg_s") = to_array(std::move(found.leg_s)),
                  py::arg("travel_min") = to_array(std::move(found.travel_min)),
                  py::arg("travel_min_a_year") = to_array(std::move(found.travel_min_a_year)));
}

py::dict round_fit(const Column<double>& stops, const Column<double>& density_per_m2,
                   const Column<double>& base_s, const Column<double>& round_s,
                   double pace_s_per_m) {
  const RealRounds rounds{as_span(stops), as_span(density_per_m2), as_span(base_s),
                          as_span(round_s)};
  const auto fit = without_gil([&] { return fit_round_length(rounds, pace_s_per_m); });
  return py::dict(py::arg("constant") = fit.constant, py::arg("mean_error") = fit.mean_error,
                  py::arg("mean_absolute_error") = fit.mean_absolute_error,
                  py::arg("correlation") = fit.correlation, py::arg("rounds") = fit.rounds);
}

}  // namespace

/// Home-visit rounds, estimated and fitted.
void bind_analysis_rounds(py::module_& m) {
  m.def("measure_round_length", &round_length, py::arg("visits").noconvert(),
        py::arg("area_m2").noconvert(), py::arg("base_s").noconvert(),
        py::arg("pace_s_per_m").noconvert(), py::arg("round_min"), py::arg("visit_min"),
        py::arg("wait_days"), py::arg("constant"));
  m.def("fit_round_length", &round_fit, py::arg("stops").noconvert(),
        py::arg("density_per_m2").noconvert(), py::arg("base_s").noconvert(),
        py::arg("round_s").noconvert(), py::arg("pace_s_per_m"));
}

}  // namespace libgrid::python
