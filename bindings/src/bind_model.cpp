#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "libgrid/model/service_rules.hpp"

namespace libgrid::python {

namespace py = pybind11;

void bind_model(py::module_& m) {
  py::class_<ServiceRule>(m, "ServiceRule")
      .def(
          py::init([](std::string group, const std::string& mode, double per_year, double minutes,
                      std::string staff, double first_within_days, double min_interval_days,
                      double prevalence, std::string source, std::string confidence,
                      std::string merge_set, double prevalence_0_6, double prevalence_7_64,
                      double prevalence_65, double per_year_low, double per_year_high,
                      double minutes_low, double minutes_high, double prevalence_low,
                      double prevalence_high) {
            return ServiceRule{
                .group = std::move(group),
                .mode = contact_mode_of(mode),
                .per_year = per_year,
                .minutes = minutes,
                .staff = std::move(staff),
                .first_within_days = first_within_days,
                .min_interval_days = min_interval_days,
                .prevalence = prevalence,
                .source = std::move(source),
                .confidence = std::move(confidence),
                .merge_set = std::move(merge_set),
                .prevalence_by_age = {prevalence_0_6, prevalence_7_64, prevalence_65},
                .per_year_low = per_year_low,
                .per_year_high = per_year_high,
                .minutes_low = minutes_low,
                .minutes_high = minutes_high,
                .prevalence_low = prevalence_low,
                .prevalence_high = prevalence_high};
          }),
          py::kw_only(), py::arg("group"), py::arg("mode"), py::arg("per_year"), py::arg("minutes"),
          py::arg("staff") = "", py::arg("first_within_days") = ServiceRule::kNone,
          py::arg("min_interval_days") = ServiceRule::kNone, py::arg("prevalence") = 0.0,
          py::arg("source") = "", py::arg("confidence") = "", py::arg("merge_set") = "",
          py::arg("prevalence_0_6") = ServiceRule::kNone,
          py::arg("prevalence_7_64") = ServiceRule::kNone,
          py::arg("prevalence_65") = ServiceRule::kNone,
          py::arg("per_year_low") = ServiceRule::kNone,
          py::arg("per_year_high") = ServiceRule::kNone,
          py::arg("minutes_low") = ServiceRule::kNone, py::arg("minutes_high") = ServiceRule::kNone,
          py::arg("prevalence_low") = ServiceRule::kNone,
          py::arg("prevalence_high") = ServiceRule::kNone)
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
      .def_readonly("confidence", &ServiceRule::confidence)
      .def_readonly("merge_set", &ServiceRule::merge_set)
      .def_property_readonly("prevalence_0_6",
                             [](const ServiceRule& r) { return r.prevalence_by_age[0]; })
      .def_property_readonly("prevalence_7_64",
                             [](const ServiceRule& r) { return r.prevalence_by_age[1]; })
      .def_property_readonly("prevalence_65",
                             [](const ServiceRule& r) { return r.prevalence_by_age[2]; })
      .def_readonly("per_year_low", &ServiceRule::per_year_low)
      .def_readonly("per_year_high", &ServiceRule::per_year_high)
      .def_readonly("minutes_low", &ServiceRule::minutes_low)
      .def_readonly("minutes_high", &ServiceRule::minutes_high)
      .def_readonly("prevalence_low", &ServiceRule::prevalence_low)
      .def_readonly("prevalence_high", &ServiceRule::prevalence_high);

  m.def("default_service_rules", &default_service_rules);
  m.def(
      "check_service_rules",
      [](const std::vector<ServiceRule>& rules) { check_service_rules(rules); }, py::arg("rules"));
  m.def(
      "check_rule_ranges", [](const std::vector<ServiceRule>& rules) { check_rule_ranges(rules); },
      py::arg("rules"));
}

}  // namespace libgrid::python
