#include <array>
#include <string_view>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "libgrid/planning/plan_problem.hpp"
#include "libgrid/planning/verify_plan.hpp"
#include "plan_faults.hpp"
#include "without_gil.hpp"

namespace libgrid::python {
namespace {

constexpr std::array<std::string_view, 5> kTermKinds{"assignment", "cut", "inertia", "balance",
                                                     "polsby_popper"};
constexpr std::array<std::string_view, 10> kRules{"label",  "empty",     "connected", "limit",
                                                  "nested", "forbidden", "locked",    "together",
                                                  "apart",  "moved"};

/// The vector of T under `key`, empty when the key is absent; exactly that dtype, contiguous.
template <class T>
std::vector<T> column(const py::dict& from, const char* key) {
  if (!from.contains(key)) return {};
  const py::object value = from[key];
  require(py::isinstance<Column<T>>(value), [&] {
    return std::string{key} + " must be a contiguous array of " +
           py::str(py::dtype::of<T>()).cast<std::string>();
  });
  const auto values = as_span(value.cast<Column<T>>());
  return {values.begin(), values.end()};
}

std::vector<Point> places(const py::dict& from) {
  if (!from.contains("place")) return {};
  const py::object value = from["place"];
  require(py::isinstance<Column<std::int32_t>>(value),
          [] { return std::string{"place must be a contiguous (n, 2) array of int32"}; });
  const auto array = value.cast<Column<std::int32_t>>();
  const auto points = as_points(array, "place");
  return {points.begin(), points.end()};
}

TermKind kind_of(const std::string& name) {
  for (std::size_t i = 0; i < kTermKinds.size(); ++i)
    if (kTermKinds[i] == name) return static_cast<TermKind>(i);
  throw InvalidInput{"term: no such kind: " + name +
                     " (assignment, cut, inertia, balance and polsby_popper are known)"};
}

/// The ground under blocks, or under groups of them where `group_of` says which.
Ground ground_of(const py::dict& from, std::int32_t blocks) {
  GroundColumns columns{.area2_mm2 = column<std::int64_t>(from, "area2_mm2"),
                        .perimeter_um = column<std::int64_t>(from, "perimeter_um"),
                        .a = column<std::int32_t>(from, "border_a"),
                        .b = column<std::int32_t>(from, "border_b"),
                        .border_um = column<std::int64_t>(from, "border_um"),
                        .block = column<std::int32_t>(from, "stand_block"),
                        .piece = column<std::int32_t>(from, "stand_piece")};
  if (!from.contains("group_of")) return {blocks, columns};
  const auto group_of = column<std::int32_t>(from, "group_of");
  return group_ground({static_cast<std::int32_t>(group_of.size()), columns}, group_of, blocks);
}

PlanTerm term_of(const py::dict& from, std::int32_t blocks) {
  PlanTerm term;
  term.name = from["name"].cast<std::string>();
  term.kind = kind_of(from["kind"].cast<std::string>());
  if (from.contains("factor")) term.factor = from["factor"].cast<double>();
  term.owner_of_grid = column<std::int32_t>(from, "owner_of_grid");
  if (from.contains("owners")) term.owners = from["owners"].cast<std::int32_t>();
  term.cost = column<std::int64_t>(from, "cost");
  term.length = column<std::int64_t>(from, "length");
  term.weight = column<std::int64_t>(from, "weight");
  term.place = places(from);
  term.target = column<std::int64_t>(from, "target");
  if (term.kind == TermKind::polsby_popper) term.ground = ground_of(from, blocks);
  return term;
}

WeightLimit limit_of(const py::dict& from) {
  return {from["name"].cast<std::string>(), column<std::int64_t>(from, "weight"),
          column<std::int64_t>(from, "lowest"), column<std::int64_t>(from, "highest")};
}

using Pairs = std::vector<std::pair<std::int32_t, std::int32_t>>;

PlanProblem problem_of(const BlockGraph& graph, std::int32_t grid_count, const py::list& limits,
                       const py::list& terms, const py::dict& columns, std::int64_t max_moved,
                       Pairs keep_together, Pairs keep_apart, bool weighted) {
  PlanProblem problem{.graph = graph, .grid_count = grid_count};
  for (const auto& limit : limits) problem.limits.push_back(limit_of(limit.cast<py::dict>()));
  for (const auto& term : terms)
    problem.terms.push_back(term_of(term.cast<py::dict>(), graph.block_count()));
  problem.parent_of_block = column<std::int32_t>(columns, "parent_of_block");
  problem.parent_of_grid = column<std::int32_t>(columns, "parent_of_grid");
  problem.reference = column<std::int32_t>(columns, "reference");
  problem.locked = column<std::uint8_t>(columns, "locked");
  problem.moved_weight = column<std::int64_t>(columns, "moved_weight");
  problem.max_moved = max_moved;
  problem.keep_together = std::move(keep_together);
  problem.keep_apart = std::move(keep_apart);
  problem.weighted = weighted;
  check_problem(problem);
  return problem;
}

}  // namespace

py::list faults_of(const std::vector<PlanFault>& faults) {
  py::list found;
  for (const auto& fault : faults) {
    py::dict row;
    row["rule"] = std::string{kRules.at(static_cast<std::size_t>(fault.rule))};
    row["grid"] = fault.grid;
    row["block"] = fault.block;
    row["other"] = fault.other;
    row["value"] = fault.value;
    found.append(row);
  }
  return found;
}

namespace {

void check_labels(const PlanProblem& problem, std::span<const std::int32_t> grid_of) {
  require(grid_of.size() == static_cast<std::size_t>(problem.graph.block_count()),
          [] { return std::string{"plan: it has another number of blocks"}; });
  for (const auto grid : grid_of)
    require(grid >= 0 && grid < problem.grid_count,
            [] { return std::string{"plan: a block is in no grid: verify it first"}; });
}

}  // namespace

void bind_planning_problem(py::module_& m) {
  py::class_<PlanProblem>(m, "PlanProblem")
      .def(py::init(&problem_of), py::arg("graph"), py::arg("grid_count"), py::kw_only(),
           py::arg("limits") = py::list{}, py::arg("terms") = py::list{},
           py::arg("columns") = py::dict{}, py::arg("max_moved") = -1,
           py::arg("keep_together") = Pairs{}, py::arg("keep_apart") = Pairs{},
           py::arg("weighted") = false)
      .def_property_readonly("graph", [](const PlanProblem& p) { return p.graph; })
      .def_property_readonly("block_count",
                             [](const PlanProblem& p) { return p.graph.block_count(); })
      .def_readonly("grid_count", &PlanProblem::grid_count)
      .def_property_readonly("term_names",
                             [](const PlanProblem& p) {
                               std::vector<std::string> names;
                               for (const auto& term : p.terms) names.push_back(term.name);
                               return names;
                             })
      .def_property_readonly(
          "term_kinds",
          [](const PlanProblem& p) {
            std::vector<std::string> kinds;
            for (const auto& term : p.terms)
              kinds.emplace_back(kTermKinds.at(static_cast<std::size_t>(term.kind)));
            return kinds;
          })
      .def_property_readonly("term_factors",
                             [](const PlanProblem& p) {
                               std::vector<double> factors;
                               for (const auto& term : p.terms) factors.push_back(term.factor);
                               return factors;
                             })
      .def_readonly("max_moved", &PlanProblem::max_moved)
      .def_readonly("weighted", &PlanProblem::weighted)
      .def_property_readonly("limit_names", [](const PlanProblem& p) {
        std::vector<std::string> names;
        for (const auto& limit : p.limits) names.push_back(limit.name);
        return names;
      });
  m.def(
      "verify_plan",
      [](const PlanProblem& problem, const Column<std::int32_t>& grid_of) {
        return faults_of(without_gil([&] { return verify_plan(problem, as_span(grid_of)); }));
      },
      py::arg("problem"), py::arg("grid_of").noconvert());
  m.def(
      "measure_terms",
      [](const PlanProblem& problem, const Column<std::int32_t>& grid_of) {
        check_labels(problem, as_span(grid_of));
        return to_array(without_gil([&] { return measure_terms(problem, as_span(grid_of)); }));
      },
      py::arg("problem"), py::arg("grid_of").noconvert());
}

}  // namespace libgrid::python
