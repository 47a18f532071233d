#include <optional>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "held_times.hpp"
#include "interruptible.hpp"
#include "libgrid/analysis/coverage.hpp"
#include "libgrid/analysis/equity.hpp"
#include "libgrid/analysis/gaps.hpp"
#include "without_gil.hpp"

namespace libgrid::python {
namespace {

HeldTimes hold_matrix(const Column<double>& time_s) {
  const auto rows = rows_of(time_s, "times_s");
  return {py::make_tuple(time_s), TimeMatrix{as_span(time_s), rows, time_s.shape(1)}};
}

HeldTimes hold_pairs(const Column<std::int64_t>& ptr, const Column<std::int32_t>& index,
                     const Column<std::uint32_t>& ms, std::int64_t columns) {
  return {py::make_tuple(ptr, index, ms),
          TimePairs{as_span(ptr), as_span(index), as_span(ms), columns}};
}

HeldTimes hold_nearest(const Column<std::int32_t>& index, const Column<double>& time_s,
                       std::int64_t columns) {
  const auto rows = rows_of(index, "times_s.index");
  return {py::make_tuple(index, time_s),
          TimeNearest{as_span(index), as_span(time_s), rows, index.shape(1), columns}};
}

using Flags = std::optional<Column<std::uint8_t>>;

std::span<const std::uint8_t> flags_of(const Flags& flags) {
  return flags ? as_span(*flags) : std::span<const std::uint8_t>{};
}

py::dict to_dict(const TimeSummary& s) {
  return py::dict(py::arg("households") = s.households, py::arg("people") = s.people,
                  py::arg("unreachable") = s.unreachable, py::arg("covered") = s.covered,
                  py::arg("covered_share") = s.covered_share, py::arg("mean_s") = s.mean_s,
                  py::arg("median_s") = s.median_s, py::arg("p90_s") = s.p90_s,
                  py::arg("max_s") = s.max_s);
}

py::dict to_dict(const GroupCoverage& g) {
  auto d = to_dict(g.time);
  d["uncovered"] = g.uncovered;
  d["uncertain"] = g.uncertain;
  d["share_8min"] = g.share_8min;
  d["share_10min"] = g.share_10min;
  d["share_15min"] = g.share_15min;
  return d;
}

py::dict to_dict(AccessCoverage&& coverage) {
  py::list groups;
  for (const auto& group : coverage.groups) groups.append(to_dict(group));
  return py::dict(py::arg("time_s") = to_array(std::move(coverage.time_s)),
                  py::arg("nearest") = to_array(std::move(coverage.nearest)),
                  py::arg("covered") = to_array(std::move(coverage.covered)),
                  py::arg("uncertain") = to_array(std::move(coverage.uncertain)),
                  py::arg("groups") = groups);
}

py::dict access(const HeldTimes& times, const Column<double>& residents, double threshold_s,
                const Flags& open, const Flags& uncertain, unsigned threads) {
  const auto people = residents_of(residents);
  const CoverageOptions options{Seconds{threshold_s}, flags_of(open), flags_of(uncertain)};
  return to_dict(run_interruptible(py::none(), threads, [&](const RunControl& run) {
    return measure_access(times.view, people, options, run);
  }));
}

py::dict response(const HeldTimes& times, const Column<double>& residents,
                  const Column<std::int32_t>& own_team, double threshold_s, const Flags& open,
                  const Flags& uncertain, unsigned threads) {
  const auto people = residents_of(residents);
  const auto own = as_span(own_team);
  const CoverageOptions options{Seconds{threshold_s}, flags_of(open), flags_of(uncertain)};
  auto result = run_interruptible(py::none(), threads, [&](const RunControl& run) {
    return measure_response(times.view, people, own, options, run);
  });
  auto d = to_dict(std::move(result.own));
  d["nearest_time_s"] = to_array(std::move(result.nearest_time_s));
  d["boundary_cost_s"] = to_array(std::move(result.boundary_cost_s));
  const auto groups = py::list(d["groups"]);
  for (std::size_t g = 0; g < result.groups.size(); ++g) {
    groups[g]["no_team"] = result.groups[g].no_team;
    groups[g]["covered_by_nearest"] = result.groups[g].covered_by_nearest;
    groups[g]["mean_boundary_cost_s"] = result.groups[g].mean_boundary_cost_s;
  }
  return d;
}

py::dict to_dict(Gaps&& gaps) {
  return py::dict(py::arg("gap_of") = to_array(std::move(gaps.gap_of)),
                  py::arg("households") = to_array(std::move(gaps.households)),
                  py::arg("people") = to_array(std::move(gaps.people)));
}

py::dict balance(const Column<double>& loads, const Column<double>& weights) {
  const auto b = without_gil([&] { return measure_balance(as_span(loads), as_span(weights)); });
  return py::dict(py::arg("gini") = b.gini, py::arg("cv") = b.cv, py::arg("theil") = b.theil,
                  py::arg("max_over_mean") = b.max_over_mean,
                  py::arg("range_over_mean") = b.range_over_mean, py::arg("jain") = b.jain,
                  py::arg("mean") = b.mean, py::arg("n") = b.n);
}

py::list summaries(const Column<double>& values_s, const Column<double>& weights,
                   const Column<std::int32_t>& labels, std::int32_t count, double threshold_s) {
  py::list rows;
  for (const auto& row : without_gil([&] {
         return summarise(as_span(values_s), as_span(weights), as_span(labels), count,
                          Seconds{threshold_s});
       }))
    rows.append(to_dict(row));
  return rows;
}

}  // namespace

void bind_analysis(py::module_& m) {
  py::class_<HeldTimes>(m, "Times")
      .def_static("matrix", &hold_matrix, py::arg("time_s").noconvert())
      .def_static("pairs", &hold_pairs, py::arg("ptr").noconvert(), py::arg("index").noconvert(),
                  py::arg("ms").noconvert(), py::arg("columns") = -1)
      .def_static("nearest", &hold_nearest, py::arg("index").noconvert(),
                  py::arg("time_s").noconvert(), py::arg("columns") = -1)
      .def("__len__", [](const HeldTimes& times) { return row_count(times.view); });

  m.def("measure_access", &access, py::arg("times"), py::arg("residents").noconvert(),
        py::arg("threshold_s"), py::arg("open").noconvert() = py::none(),
        py::arg("uncertain").noconvert() = py::none(), py::arg("threads") = 0);
  m.def("measure_response", &response, py::arg("times"), py::arg("residents").noconvert(),
        py::arg("own_team").noconvert(), py::arg("threshold_s"),
        py::arg("open").noconvert() = py::none(), py::arg("uncertain").noconvert() = py::none(),
        py::arg("threads") = 0);
  m.def("summarise", &summaries, py::arg("values_s").noconvert(), py::arg("weights").noconvert(),
        py::arg("labels").noconvert(), py::arg("count"), py::arg("threshold_s"));
  m.def("measure_balance", &balance, py::arg("loads").noconvert(), py::arg("weights").noconvert());
  m.def(
      "find_gaps",
      [](const Column<std::int32_t>& points, const Column<std::uint8_t>& covered,
         const Column<double>& people, double join_m) {
        return to_dict(without_gil([&] {
          return find_gaps(as_points(points, "points"), as_span(covered), as_span(people),
                           Metres{join_m});
        }));
      },
      py::arg("points").noconvert(), py::arg("covered").noconvert(), py::arg("people").noconvert(),
      py::arg("join_m"));
  m.def(
      "find_gaps_along",
      [](const Column<std::uint8_t>& covered, const Column<double>& people,
         const Column<std::int32_t>& pairs) {
        using Pair = std::pair<std::int32_t, std::int32_t>;
        return to_dict(without_gil([&] {
          return find_gaps_along(as_span(covered), as_span(people), as_pairs<Pair>(pairs, "pairs"));
        }));
      },
      py::arg("covered").noconvert(), py::arg("people").noconvert(), py::arg("pairs").noconvert());
}

}  // namespace libgrid::python
