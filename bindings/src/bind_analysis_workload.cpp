#include <optional>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/analysis/poisson_interval.hpp"
#include "libgrid/analysis/workload.hpp"
#include "libgrid/analysis/workload_interval.hpp"
#include "without_gil.hpp"

namespace libgrid::python {
namespace {

py::dict to_dict(WorkloadTable&& t, WorkloadRange&& range, std::size_t groups) {
  return py::dict(py::arg("households") = to_array(std::move(t.households)),
                  py::arg("residents") = to_array(std::move(t.residents)),
                  py::arg("care_min") = to_array(std::move(t.care_min)),
                  py::arg("travel_min") = to_array(std::move(t.travel_min)),
                  py::arg("asked_min") = to_array(std::move(t.asked_min)),
                  py::arg("asked_low_min") = to_array(std::move(range.low)),
                  py::arg("asked_high_min") = to_array(std::move(range.high)),
                  py::arg("estimated_min") = to_array(std::move(t.estimated_min)),
                  py::arg("nested_min") = to_array(std::move(t.nested_min)),
                  py::arg("disjoint_min") = to_array(std::move(t.disjoint_min)),
                  py::arg("home_visits") = to_array(std::move(t.home_visits)),
                  py::arg("offered_min") = to_array(std::move(t.offered_min)),
                  py::arg("load") = to_array(std::move(t.load)),
                  py::arg("people") = to_table(std::move(t.people), groups),
                  py::arg("estimated") = to_table(std::move(t.estimated), groups));
}

ConditionOverlap overlap_of(const std::string& name) {
  if (name == "none") return ConditionOverlap::none;
  if (name == "independent") return ConditionOverlap::independent;
  if (name == "nested") return ConditionOverlap::nested;
  throw InvalidInput{"merge: '" + name + "' is not one of none, independent, nested"};
}

py::dict workload(const std::vector<std::string>& groups, const std::vector<Column<double>>& counts,
                  const Column<double>& usual, const Column<std::int32_t>& grid_of,
                  const Column<std::int32_t>& team_of, std::int32_t grid_count,
                  std::int32_t team_count, const Column<double>& offered_min,
                  const Column<double>& travel_min, const std::vector<ServiceRule>& rules,
                  const std::string& merge, std::optional<double> interval, std::int64_t draws,
                  std::uint64_t seed, unsigned threads, const py::object& progress) {
  std::vector<std::span<const double>> columns;
  columns.reserve(counts.size());
  for (const auto& column : counts) columns.push_back(as_span(column));
  const WorkloadInput input{
      groups,     columns,    as_span(usual),       as_span(grid_of),   as_span(team_of),
      grid_count, team_count, as_span(offered_min), as_span(travel_min)};
  const WorkloadOptions options{.merge = overlap_of(merge)};
  WorkloadRange teams;
  WorkloadRange grids;
  auto work = run_interruptible(progress, threads, [&](const RunControl& run) {
    auto measured = measure_workload(input, rules, options, run);
    if (interval) {
      const IntervalOptions sure{.confidence = *interval, .draws = draws, .seed = seed};
      teams = measure_workload_interval(measured.teams, measured.groups, rules, sure, run);
      grids = measure_workload_interval(measured.grids, measured.groups, rules, sure, run);
    }
    return measured;
  });
  const auto width = work.groups.size();
  return py::dict(py::arg("groups") = work.groups,
                  py::arg("teams") = to_dict(std::move(work.teams), std::move(teams), width),
                  py::arg("grids") = to_dict(std::move(work.grids), std::move(grids), width));
}

py::dict poisson_interval(const Column<std::int64_t>& counts, double confidence) {
  auto found = without_gil([&] { return find_poisson_interval(as_span(counts), confidence); });
  return py::dict(py::arg("low") = to_array(std::move(found.low)),
                  py::arg("high") = to_array(std::move(found.high)));
}

}  // namespace

void bind_analysis_workload(py::module_& m) {
  m.def("measure_workload", &workload, py::arg("groups"), py::arg("counts").noconvert(),
        py::arg("usual").noconvert(), py::arg("grid_of").noconvert(),
        py::arg("team_of").noconvert(), py::arg("grid_count"), py::arg("team_count"),
        py::arg("offered_min").noconvert(), py::arg("travel_min").noconvert(), py::arg("rules"),
        py::kw_only(), py::arg("merge") = "none", py::arg("interval") = py::none(),
        py::arg("draws") = 1000, py::arg("seed") = 0, py::arg("threads") = 0,
        py::arg("progress") = py::none());
  m.def("find_poisson_interval", &poisson_interval, py::arg("counts").noconvert(),
        py::arg("confidence") = 0.95);
}

}  // namespace libgrid::python
