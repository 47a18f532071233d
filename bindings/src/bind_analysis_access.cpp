#include <optional>
#include <string>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "held_times.hpp"
#include "interruptible.hpp"
#include "libgrid/analysis/decomposition.hpp"
#include "libgrid/analysis/floating_catchment.hpp"
#include "libgrid/analysis/lorenz.hpp"
#include "libgrid/analysis/week.hpp"
#include "libgrid/graph/transport.hpp"
#include "libgrid/model/sessions.hpp"
#include "without_gil.hpp"

namespace libgrid::python {
namespace {

/// The one place where a method's published short name becomes the enum.
CatchmentMethod method_of(const std::string& name) {
  if (name == "2sfca") return CatchmentMethod::two_step;
  if (name == "e2sfca") return CatchmentMethod::enhanced;
  if (name == "m2sfca") return CatchmentMethod::modified;
  if (name == "3sfca") return CatchmentMethod::three_step;
  if (name == "bfca") return CatchmentMethod::balanced;
  throw InvalidInput{"method: '" + name + "' is none of 2sfca, e2sfca, m2sfca, 3sfca, bfca"};
}

Decay decay_of(const std::optional<Column<double>>& steps, bool gaussian,
               const std::optional<Column<double>>& weights) {
  if (steps) return StepDecay{as_pairs<DecayStep>(*steps, "decay")};
  if (weights) return GivenDecay{as_span(*weights)};
  if (gaussian) return GaussianDecay{};
  return NoDecay{};
}

py::dict floating_catchment(const HeldTimes& times, const Column<double>& demand,
                            const Column<double>& supply, const std::string& method,
                            const Column<double>& threshold_s,
                            const Column<double>& site_threshold_s,
                            const std::optional<Column<double>>& steps, bool gaussian,
                            const std::optional<Column<double>>& weights, bool select_among_all,
                            unsigned threads, const py::object& on_progress) {
  FloatingCatchmentOptions options{.method = method_of(method),
                                   .threshold_s = as_span(threshold_s),
                                   .site_threshold_s = as_span(site_threshold_s),
                                   .select_among_all = select_among_all};
  options.decay = decay_of(steps, gaussian, weights);
  const auto people = as_span(demand);
  const auto places = as_span(supply);
  auto found = run_interruptible(on_progress, threads, [&](const RunControl& run) {
    return measure_floating_catchment(times.view, people, places, options, run);
  });
  return py::dict(py::arg("score") = to_array(std::move(found.score)),
                  py::arg("ratio") = to_array(std::move(found.ratio)),
                  py::arg("demand") = to_array(std::move(found.demand)),
                  py::arg("no_demand") = to_array(std::move(found.no_demand)));
}

py::array_t<double> supply_within(const HeldTimes& times, const Column<double>& supply,
                                  const Column<double>& threshold_s,
                                  const std::optional<Column<double>>& steps, bool gaussian,
                                  const std::optional<Column<double>>& weights, unsigned threads) {
  FloatingCatchmentOptions options{.threshold_s = as_span(threshold_s)};
  options.decay = decay_of(steps, gaussian, weights);
  const auto places = as_span(supply);
  return to_array(run_interruptible(py::none(), threads, [&](const RunControl& run) {
    return sum_supply(times.view, places, options, run);
  }));
}

py::dict week(const HeldTimes& times, const Column<double>& residents, const Sessions& sessions,
              double threshold_s, const Column<std::int32_t>& week_offset, unsigned threads,
              const py::object& on_progress) {
  const auto people = residents_of(residents);
  const WeekOptions options{Seconds{threshold_s}, as_span(week_offset)};
  auto found = run_interruptible(on_progress, threads, [&](const RunControl& run) {
    return measure_week(times.view, people, sessions, options, run);
  });
  return py::dict(py::arg("cycle_weeks") = found.cycle_weeks,
                  py::arg("start_min") = to_array(std::move(found.start_min)),
                  py::arg("end_min") = to_array(std::move(found.end_min)),
                  py::arg("open_sites") = to_array(std::move(found.open_sites)),
                  py::arg("people") = to_array(std::move(found.people)),
                  py::arg("reached_min") = to_array(std::move(found.reached_min)),
                  py::arg("longest_gap_min") = to_array(std::move(found.longest_gap_min)));
}

py::dict to_dict(ShareCurve&& curve) {
  return py::dict(py::arg("people") = to_array(std::move(curve.people)),
                  py::arg("value") = to_array(std::move(curve.value)));
}

ShareCurve curve_of(const Column<double>& people, const Column<double>& value) {
  const auto p = as_span(people);
  const auto v = as_span(value);
  return {{p.begin(), p.end()}, {v.begin(), v.end()}};
}

py::dict theil(const Column<double>& values, const Column<double>& weights,
               const Column<std::int32_t>& labels, std::int32_t group_count) {
  const auto parts = without_gil([&] {
    return decompose_theil(as_span(values), as_span(weights), as_span(labels), group_count);
  });
  py::list groups;
  for (const auto& g : parts.groups)
    groups.append(py::dict(py::arg("n") = g.n, py::arg("weight") = g.weight,
                           py::arg("mean") = g.mean, py::arg("theil") = g.theil,
                           py::arg("within_part") = g.within_part));
  return py::dict(py::arg("total") = parts.total, py::arg("within") = parts.within,
                  py::arg("between") = parts.between, py::arg("groups") = groups);
}

py::dict ship(const Column<std::int64_t>& amount, const Column<std::int64_t>& capacity,
              const Column<std::int64_t>& ptr, const Column<std::int32_t>& sink,
              const Column<std::uint32_t>& cost, bool at_least_cost,
              const Column<std::int32_t>& priority, const py::object& on_progress) {
  const TransportArcs arcs{as_span(ptr), as_span(sink), as_span(cost)};
  const auto units = as_span(amount);
  const auto room = as_span(capacity);
  const auto first = as_span(priority);
  auto found = run_interruptible(on_progress, 1, [&](const RunControl& run) {
    return at_least_cost ? ship_at_least_cost(units, room, arcs, run)
                         : ship_nearest_first(units, room, arcs, first, run);
  });
  const auto n = found.shipments.size();
  std::vector<std::int32_t> source(n);
  std::vector<std::int32_t> to(n);
  std::vector<std::int64_t> shipped(n);
  std::vector<std::int64_t> arc(n);
  for (std::size_t i = 0; i < n; ++i) {
    source[i] = found.shipments[i].source;
    to[i] = found.shipments[i].sink;
    shipped[i] = found.shipments[i].amount;
    arc[i] = found.shipments[i].arc;
  }
  return py::dict(
      py::arg("source") = to_array(std::move(source)), py::arg("sink") = to_array(std::move(to)),
      py::arg("amount") = to_array(std::move(shipped)), py::arg("arc") = to_array(std::move(arc)),
      py::arg("unserved") = to_array(std::move(found.unserved)),
      py::arg("load") = to_array(std::move(found.load)), py::arg("total_cost") = found.total_cost);
}

}  // namespace

void bind_analysis_access(py::module_& m) {
  m.def("measure_floating_catchment", &floating_catchment, py::arg("times"),
        py::arg("demand").noconvert(), py::arg("supply").noconvert(), py::arg("method"),
        py::arg("threshold_s").noconvert(), py::arg("site_threshold_s").noconvert(),
        py::arg("steps").noconvert() = py::none(), py::arg("gaussian") = false,
        py::arg("weights").noconvert() = py::none(), py::arg("select_among_all") = false,
        py::arg("threads") = 0, py::arg("on_progress") = py::none());
  m.def("sum_supply", &supply_within, py::arg("times"), py::arg("supply").noconvert(),
        py::arg("threshold_s").noconvert(), py::arg("steps").noconvert() = py::none(),
        py::arg("gaussian") = false, py::arg("weights").noconvert() = py::none(),
        py::arg("threads") = 0);
  m.def("measure_week", &week, py::arg("times"), py::arg("residents").noconvert(),
        py::arg("sessions"), py::arg("threshold_s"), py::arg("week_offset").noconvert(),
        py::arg("threads") = 0, py::arg("on_progress") = py::none());
  m.def(
      "lorenz_curve",
      [](const Column<double>& values, const Column<double>& weights) {
        return to_dict(
            without_gil([&] { return lorenz_curve(as_span(values), as_span(weights)); }));
      },
      py::arg("values").noconvert(), py::arg("weights").noconvert());
  m.def(
      "concentration_curve",
      [](const Column<double>& values, const Column<double>& rank_by,
         const Column<double>& weights) {
        return to_dict(without_gil([&] {
          return concentration_curve(as_span(values), as_span(rank_by), as_span(weights));
        }));
      },
      py::arg("values").noconvert(), py::arg("rank_by").noconvert(),
      py::arg("weights").noconvert());
  m.def(
      "index_of",
      [](const Column<double>& people, const Column<double>& value) {
        return index_of(curve_of(people, value));
      },
      py::arg("people").noconvert(), py::arg("value").noconvert());
  m.def(
      "palma_ratio",
      [](const Column<double>& people, const Column<double>& value) {
        return palma_ratio(curve_of(people, value));
      },
      py::arg("people").noconvert(), py::arg("value").noconvert());
  m.def("erreygers_index", &erreygers_index, py::arg("concentration_index"), py::arg("mean"),
        py::arg("low"), py::arg("high"));
  m.def("decompose_theil", &theil, py::arg("values").noconvert(), py::arg("weights").noconvert(),
        py::arg("labels").noconvert(), py::arg("group_count"));
  m.def("ship", &ship, py::arg("amount").noconvert(), py::arg("capacity").noconvert(),
        py::arg("ptr").noconvert(), py::arg("sink").noconvert(), py::arg("cost").noconvert(),
        py::arg("at_least_cost"), py::arg("priority").noconvert(),
        py::arg("on_progress") = py::none());
}

}  // namespace libgrid::python
