#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "libgrid/planning/sampling.hpp"

namespace libgrid::python {
namespace {

SamplingMethod method_of(const std::string& name) {
  if (name == "recom") return SamplingMethod::recom;
  if (name == "reversible_recom") return SamplingMethod::reversible_recom;
  if (name == "flip") return SamplingMethod::flip;
  throw InvalidInput{"no such method: " + name + " (recom, reversible_recom and flip are known)"};
}

PairBy pair_by_of(const std::string& name) {
  if (name == "pair") return PairBy::pair;
  if (name == "cut_edge") return PairBy::cut_edge;
  throw InvalidInput{"no such pair_by: " + name + " (pair and cut_edge are known)"};
}

/// A list of rungs, each a list of (lowest, highest) for each limit.
std::vector<std::vector<LimitRange>> rungs_of(const py::list& from) {
  std::vector<std::vector<LimitRange>> rungs;
  for (const auto& rung : from) {
    rungs.emplace_back();
    for (const auto& range : rung.cast<py::list>()) {
      const auto pair = range.cast<std::pair<Column<std::int64_t>, Column<std::int64_t>>>();
      const auto low = as_span(pair.first);
      const auto high = as_span(pair.second);
      rungs.back().push_back({{low.begin(), low.end()}, {high.begin(), high.end()}});
    }
  }
  return rungs;
}

PlanSampler sampler_of(const PlanProblem& problem, const Column<std::int32_t>& starts,
                       std::int32_t chains, const std::string& method, const std::string& pair_by,
                       std::int64_t thin, std::int64_t warm_up, std::uint64_t seed,
                       double three_grid_share, std::int64_t most_balanced_edges,
                       const py::list& rungs, double cooling, std::int64_t most_attempts) {
  return {problem, as_span(starts), chains,
          SamplingOptions{.method = method_of(method),
                          .pair_by = pair_by_of(pair_by),
                          .thin = thin,
                          .warm_up = warm_up,
                          .seed = seed,
                          .three_grid_share = three_grid_share,
                          .most_balanced_edges = most_balanced_edges,
                          .rungs = rungs_of(rungs),
                          .cooling = cooling,
                          .most_attempts = most_attempts}};
}

/// A flat column as a table of so many columns.
template <class T>
py::array_t<T> to_table(std::vector<T>&& values, std::size_t rows, std::size_t columns) {
  auto flat = to_array(std::move(values));
  return flat.reshape({static_cast<py::ssize_t>(rows), static_cast<py::ssize_t>(columns)});
}

py::dict run(PlanSampler& sampler, const Column<std::int64_t>& rows, bool keep_plans,
             unsigned threads, const py::object& on_progress) {
  auto batch = run_interruptible(on_progress, threads, [&](const RunControl& control) {
    return sampler.run(as_span(rows), keep_plans, control);
  });
  const auto count = batch.cut_edges.size();
  py::dict found;
  found["plans"] = to_table(std::move(batch.plans), keep_plans ? count : 0,
                            static_cast<std::size_t>(sampler.problem().graph.block_count()));
  found["cut_edges"] = to_array(std::move(batch.cut_edges));
  found["scores"] = to_table(std::move(batch.scores), count, sampler.problem().terms.size());
  found["keys"] = to_array(std::move(batch.keys));
  found["chain"] = to_array(std::move(batch.chain));
  return found;
}

py::dict counts(const PlanSampler& sampler, std::int32_t chain) {
  require(chain >= 0 && chain < sampler.chain_count(), [] { return "no such chain"; });
  const auto c = sampler.counts(chain);
  py::dict found;
  found["attempts"] = c.attempts;
  found["accepted"] = c.accepted;
  found["unchanged"] = c.unchanged;
  found["not_neighbours"] = c.not_neighbours;
  found["no_cut"] = c.no_cut;
  found["few_cuts"] = c.few_cuts;
  found["refused"] = c.refused;
  found["broke_rules"] = c.broke_rules;
  found["cut_apart"] = c.cut_apart;
  found["trees"] = c.trees;
  found["outside"] = c.outside;
  return found;
}

}  // namespace

void bind_planning_sampling(py::module_& m) {
  py::class_<PlanSampler>(m, "PlanSampler")
      .def(py::init(&sampler_of), py::arg("problem"), py::arg("starts").noconvert(), py::kw_only(),
           py::arg("chains"), py::arg("method"), py::arg("pair_by"), py::arg("thin"),
           py::arg("warm_up"), py::arg("seed"), py::arg("three_grid_share"),
           py::arg("most_balanced_edges"), py::arg("rungs"), py::arg("cooling"),
           py::arg("most_attempts"))
      .def_property_readonly("chain_count", &PlanSampler::chain_count)
      .def("run", &run, py::arg("rows").noconvert(), py::arg("keep_plans"), py::arg("threads"),
           py::arg("on_progress"))
      .def("counts", &counts, py::arg("chain"))
      .def(
          "plan",
          [](const PlanSampler& sampler, std::int32_t chain) {
            require(chain >= 0 && chain < sampler.chain_count(), [] { return "no such chain"; });
            const auto plan = sampler.plan(chain);
            return to_array(std::vector<std::int32_t>{plan.begin(), plan.end()});
          },
          py::arg("chain"));
  m.def(
      "draw_start",
      [](const PlanProblem& problem, std::int64_t trees, std::uint64_t seed,
         const py::object& on_progress) {
        return to_array(run_interruptible(on_progress, 1, [&](const RunControl& control) {
          return draw_start(problem, trees, seed, control);
        }));
      },
      py::arg("problem"), py::arg("trees"), py::arg("seed"), py::arg("on_progress"));
}

}  // namespace libgrid::python
