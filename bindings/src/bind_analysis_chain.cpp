#include <pybind11/pybind11.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/analysis/response_chain.hpp"

namespace libgrid::python {
namespace {

using Milliseconds = Column<std::int64_t>;
using Rows = Column<std::int32_t>;
using Flags = Column<std::uint8_t>;

py::dict response_chain(const Milliseconds& call_ms, const Rows& own_team,
                        const Milliseconds& care_ms, const Flags& needs_hospital,
                        const Milliseconds& team_to_call_ms,
                        const Milliseconds& call_to_hospital_ms,
                        const Milliseconds& hospital_to_team_ms,
                        const Milliseconds& call_to_team_ms, const Milliseconds& turnout_ms,
                        const Rows& designated_hospital, std::int64_t hospitals, bool own_team_only,
                        std::int64_t preparation_ms, bool prepare_in_parallel, std::int64_t door_ms,
                        std::int64_t handover_ms, bool escort, const Flags& fit,
                        const py::object& on_progress) {
  const CallColumns calls{as_span(call_ms), as_span(own_team), as_span(care_ms),
                          as_span(needs_hospital)};
  const ChainTimes times{as_span(team_to_call_ms), as_span(call_to_hospital_ms),
                         as_span(hospital_to_team_ms), as_span(call_to_team_ms)};
  const ChainTeams teams{as_span(turnout_ms), as_span(designated_hospital)};
  const ChainOptions options{
      .rule = own_team_only ? DispatchRule::own_team : DispatchRule::nearest_free,
      .preparation_ms = preparation_ms,
      .prepare_in_parallel = prepare_in_parallel,
      .door_ms = door_ms,
      .handover_ms = handover_ms,
      .escort = escort,
      .fit = as_span(fit)};
  auto c = run_interruptible(on_progress, 1, [&](const RunControl& run) {
    return run_response_chain(calls, times, teams, hospitals, options, run);
  });
  return py::dict(py::arg("team") = to_array(std::move(c.team)),
                  py::arg("departure_ms") = to_array(std::move(c.departure_ms)),
                  py::arg("arrival_ms") = to_array(std::move(c.arrival_ms)),
                  py::arg("scene_end_ms") = to_array(std::move(c.scene_end_ms)),
                  py::arg("hospital") = to_array(std::move(c.hospital)),
                  py::arg("nearest_hospital") = to_array(std::move(c.nearest_hospital)),
                  py::arg("at_hospital_ms") = to_array(std::move(c.at_hospital_ms)),
                  py::arg("nearest_at_hospital_ms") = to_array(std::move(c.nearest_at_hospital_ms)),
                  py::arg("hospital_ready_ms") = to_array(std::move(c.hospital_ready_ms)),
                  py::arg("treated_ms") = to_array(std::move(c.treated_ms)),
                  py::arg("treated_serial_ms") = to_array(std::move(c.treated_serial_ms)),
                  py::arg("team_back_ms") = to_array(std::move(c.team_back_ms)),
                  py::arg("waited_ms") = to_array(std::move(c.waited_ms)));
}

}  // namespace

void bind_analysis_chain(py::module_& m) {
  m.def("run_response_chain", &response_chain, py::arg("call_ms").noconvert(),
        py::arg("own_team").noconvert(), py::arg("care_ms").noconvert(),
        py::arg("needs_hospital").noconvert(), py::arg("team_to_call_ms").noconvert(),
        py::arg("call_to_hospital_ms").noconvert(), py::arg("hospital_to_team_ms").noconvert(),
        py::arg("call_to_team_ms").noconvert(), py::arg("turnout_ms").noconvert(),
        py::arg("designated_hospital").noconvert(), py::arg("hospitals"), py::arg("own_team_only"),
        py::arg("preparation_ms"), py::arg("prepare_in_parallel"), py::arg("door_ms"),
        py::arg("handover_ms"), py::arg("escort"), py::arg("fit").noconvert(),
        py::arg("on_progress") = py::none());
}

}  // namespace libgrid::python
