#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "libgrid/model/service_rules.hpp"

namespace libgrid::python {

namespace py = pybind11;

void bind_model(py::module_& m) {
  py::class_<ServiceRule>(m, "ServiceRule")
      .def(py::init([](std::string group, const std::string& mode, double per_year, double minutes,
                       std::string staff, double first_within_days, double min_interval_days,
                       double prevalence, std::string source, std::string confidence) {
             return ServiceRule{
                 std::move(group),  contact_mode_of(mode), per_year,          minutes,
                 std::move(staff),  first_within_days,     min_interval_days, prevalence,
                 std::move(source), std::move(confidence)};
           }),
           py::kw_only(), py::arg("group"), py::arg("mode"), py::arg("per_year"),
           py::arg("minutes"), py::arg("staff") = "",
           py::arg("first_within_days") = ServiceRule::kNone,
           py::arg("min_interval_days") = ServiceRule::kNone, py::arg("prevalence") = 0.0,
           py::arg("source") = "", py::arg("confidence") = "")
      .def_readonly("group", &ServiceRule::group)
      .def_property_readonly("mode",
                             [](const ServiceRule& r) { return std::string{to_text(r.mode)}; })
      .def_readonly("per_year", &ServiceRule::per_year)
      .def_readonly("minutes", &ServiceRule::minutes)
      .def_readonly("staff", &ServiceRule::staff)
      .def_readonly("first_within_days", &ServiceRule::first_within_days)
      .def_readonly("min_interval_days", &ServiceRule::min_interval_days)
      .def_readonly("prevalence", &ServiceRule::prevalence)
      .def_readonly("source", &ServiceRule::source)
      .def_readonly("confidence", &ServiceRule::confidence);

  m.def("default_service_rules", &default_service_rules);
  m.def(
      "check_service_rules",
      [](const std::vector<ServiceRule>& rules) { check_service_rules(rules); }, py::arg("rules"));
}

}  // namespace libgrid::python
