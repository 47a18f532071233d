#include <array>
#include <memory>
#include <string_view>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "libgrid/planning/nearest_owner.hpp"
#include "libgrid/planning/plan_state.hpp"
#include "libgrid/planning/redraw.hpp"
#include "libgrid/planning/seed_plan.hpp"
#include "libgrid/planning/share_moves.hpp"
#include "plan_faults.hpp"
#include "run_to_best.hpp"
#include "without_gil.hpp"

namespace libgrid::python {
namespace {

constexpr std::array<std::string_view, 4> kStatus{"done", "stopped", "time_limit", "not_found"};
constexpr std::array<std::string_view, 5> kReason{"placed", "misplaced", "reattached", "split_off",
                                                  "rebalanced"};

/// The problem as the core shares it: Python's object lives as long as anything that uses it.
std::shared_ptr<const PlanProblem> share(const py::object& problem) {
  const auto& held = problem.cast<const PlanProblem&>();
  return {&held, [problem = new py::object(problem)](const PlanProblem*) {
            const py::gil_scoped_acquire gil;
            delete problem;
          }};
}

py::list changes_of(const std::vector<SeedChange>& changes) {
  py::list rows;
  for (const auto& change : changes)
    rows.append(py::make_tuple(change.block, change.from, change.to,
                               std::string{kReason.at(static_cast<std::size_t>(change.reason))}));
  return rows;
}

py::dict redraw_plan(const PlanProblem& problem, const Column<std::int32_t>& start,
                     std::int64_t effort, std::uint64_t seed, unsigned threads,
                     const py::object& on_progress, double time_limit_s) {
  RedrawWatch watch;
  auto answer = run_to_best(
      [&](std::int64_t done, std::int64_t total) {
        if (!on_progress.is_none()) on_progress(done, total, watch.terms());
      },
      threads,
      [&](const RunControl& run) {
        return redraw(
            problem, as_span(start),
            {.effort = effort, .seed = seed, .time_limit_s = time_limit_s, .watch = &watch}, run);
      });
  py::list trace;
  for (const auto& row : answer.trace) trace.append(py::make_tuple(row.effort, row.terms));
  py::list moves;
  for (const auto& parent : answer.moves)
    moves.append(py::make_tuple(parent.grid, parent.least, parent.allowed, parent.moved));
  py::dict result;
  result["moves"] = moves;
  result["grid_of"] = to_array(std::move(answer.grid_of));
  result["terms"] = to_array(std::move(answer.terms));
  result["trace"] = trace;
  result["status"] = std::string{kStatus.at(static_cast<std::size_t>(answer.status))};
  result["faults"] = faults_of(answer.faults);
  result["changes"] = changes_of(answer.changes);
  result["effort_done"] = answer.effort_done;
  result["seed"] = answer.seed;
  return result;
}

/// Offers as (moved, terms) by parent.
py::dict share_of(
    const PlanProblem& problem, std::int64_t budget,
    const std::vector<std::vector<std::pair<std::int64_t, std::vector<std::int64_t>>>>& offers) {
  std::vector<std::vector<MovesOffer>> own(offers.size());
  for (std::size_t i = 0; i < offers.size(); ++i)
    for (const auto& [moved, terms] : offers[i]) own[i].push_back({moved, terms});
  const auto share = share_moves(problem, budget, own);
  py::dict result;
  result["offer"] = share.offer;
  result["allowed"] = share.allowed;
  result["least"] = share.least;
  return result;
}

py::array_t<std::int32_t> nearest_of(const PlanProblem& problem, unsigned threads) {
  return to_array(without_gil([&] { return assign_to_nearest(problem, {.threads = threads}); }));
}

py::dict seed_of(const PlanProblem& problem, const Column<std::int32_t>& start, std::uint64_t seed,
                 unsigned threads) {
  auto made = without_gil(
      [&] { return seed_plan(problem, as_span(start), {.seed = seed}, {.threads = threads}); });
  py::dict result;
  result["grid_of"] = to_array(std::move(made.grid_of));
  result["changes"] = changes_of(made.changes);
  result["faults"] = faults_of(made.faults);
  return result;
}

void check_block(const PlanState& state, std::int32_t block) {
  require(block >= 0 && block < state.problem().graph.block_count(), [&] {
    return "plan: there is no block " + std::to_string(block) + " among " +
           std::to_string(state.problem().graph.block_count());
  });
}

void check_move(const PlanState& state, std::int32_t block, std::int32_t grid) {
  check_block(state, block);
  require(grid >= 0 && grid < state.problem().grid_count, [&] {
    return "plan: there is no grid " + std::to_string(grid) + " among " +
           std::to_string(state.problem().grid_count);
  });
}

}  // namespace

void bind_planning_redraw(py::module_& m) {
  m.def("redraw", &redraw_plan, py::arg("problem"), py::arg("start").noconvert(), py::kw_only(),
        py::arg("effort") = 0, py::arg("seed") = 0, py::arg("threads") = 0,
        py::arg("on_progress") = py::none(), py::arg("time_limit_s") = 0.0);
  m.def("assign_to_nearest", &nearest_of, py::arg("problem"), py::kw_only(),
        py::arg("threads") = 0);
  m.def("share_moves", &share_of, py::arg("problem"), py::arg("budget"), py::arg("offers"));
  m.def("usual_redraw_effort", &usual_redraw_effort, py::arg("blocks"), py::arg("single"));
  m.def("seed_plan", &seed_of, py::arg("problem"), py::arg("start").noconvert(), py::kw_only(),
        py::arg("seed") = 0, py::arg("threads") = 0);
  py::class_<PlanState>(m, "PlanState")
      .def(py::init([](const py::object& problem, const Column<std::int32_t>& grid_of) {
             return PlanState{share(problem), as_span(grid_of)};
           }),
           py::arg("problem"), py::arg("grid_of").noconvert())
      .def_property_readonly("grid_of",
                             [](const PlanState& state) {
                               const auto labels = state.grid_of();
                               return to_array(std::vector(labels.begin(), labels.end()));
                             })
      .def_property_readonly("terms",
                             [](const PlanState& state) { return to_array(state.terms()); })
      .def_property_readonly("moved", &PlanState::moved)
      .def_property_readonly("log_size", &PlanState::log_size)
      .def_property_readonly("cut_edge_count",
                             [](const PlanState& state) { return state.cut_edges().size(); })
      .def(
          "move",
          [](PlanState& state, std::int32_t block, std::int32_t grid) {
            check_move(state, block, grid);
            state.move(block, grid);
          },
          py::arg("block"), py::arg("grid"))
      .def(
          "undo", [](PlanState& state, std::size_t size) { state.undo(size); }, py::arg("size"))
      .def(
          "delta",
          [](const PlanState& state, std::int32_t block, std::int32_t grid) {
            check_move(state, block, grid);
            auto change = state.delta(block, grid);
            py::dict row;
            row["terms"] = to_array(std::move(change.terms));
            row["cut_edges"] = change.cut_edges;
            row["moved"] = change.moved;
            return row;
          },
          py::arg("block"), py::arg("grid"))
      .def(
          "why_not",
          [](PlanState& state, std::int32_t block, std::int32_t grid) {
            check_move(state, block, grid);
            return faults_of(state.why_not(block, grid));
          },
          py::arg("block"), py::arg("grid"))
      .def(
          "cut_off",
          [](PlanState& state, std::int32_t block) {
            check_block(state, block);
            return to_array(state.cut_off(block));
          },
          py::arg("block"));
}

}  // namespace libgrid::python
