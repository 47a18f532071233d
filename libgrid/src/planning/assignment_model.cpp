#include "libgrid/planning/assignment_model.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "grid_kinds.hpp"
#include "libgrid/base/error.hpp"
#include "row_writer.hpp"

namespace libgrid {
namespace {

constexpr auto kInfinite = std::numeric_limits<double>::infinity();

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

double count(std::int64_t value) { return static_cast<double>(value); }

void add_grid_rows(const PlanProblem& problem, const AssignmentModel& model, RowWriter& row) {
  std::vector<std::vector<std::int32_t>> columns(at(problem.grid_count));
  for (std::size_t c = 0; c < model.block.size(); ++c)
    columns[at(model.grid[c])].push_back(static_cast<std::int32_t>(c));
  std::int64_t extra = static_cast<std::int64_t>(model.block.size());
  for (std::int32_t g = 0; g < problem.grid_count; ++g) {
    for (const auto c : columns[at(g)]) row.add(c, 1.0);
    row.close(1.0, kInfinite);
    for (const auto& limit : problem.limits) {
      for (const auto c : columns[at(g)])
        if (const auto w = limit.weight[at(model.block[at(c)])]; w > 0) row.add(c, count(w));
      row.close(count(limit.lowest[at(g)]), count(limit.highest[at(g)]));
    }
  }
  for (const auto& term : problem.terms) {
    if (term.kind != TermKind::balance) continue;
    for (std::int32_t g = 0; g < problem.grid_count; ++g)
      for (const double sign : {1.0, -1.0}) {  // ± (weight − target) ÷ target in millionths
        for (const auto c : columns[at(g)])
          row.add(c, sign * 1e6 * count(term.weight[at(model.block[at(c)])]) /
                         count(term.target[at(g)]));
        row.add(extra, -1.0);
        row.close(-kInfinite, sign * 1e6);
      }
    ++extra;
  }
}

void add_pair_rows(const PlanProblem& problem, const AssignmentModel& model, RowWriter& row) {
  for (const auto& [a, b] : problem.keep_together)
    for (std::int32_t g = 0; g < problem.grid_count; ++g) {
      const auto of_a = find_column(model.first, model.grid, a, g);
      const auto of_b = find_column(model.first, model.grid, b, g);
      if (of_a < 0 && of_b < 0) continue;
      if (of_a >= 0) row.add(of_a, 1.0);
      if (of_b >= 0) row.add(of_b, -1.0);
      row.close(0.0, 0.0);
    }
  for (const auto& [a, b] : problem.keep_apart)
    for (std::int32_t g = 0; g < problem.grid_count; ++g) {
      const auto of_a = find_column(model.first, model.grid, a, g);
      const auto of_b = find_column(model.first, model.grid, b, g);
      if (of_a < 0 || of_b < 0) continue;
      row.add(of_a, 1.0);
      row.add(of_b, 1.0);
      row.close(-kInfinite, 1.0);
    }
  if (problem.max_moved < 0) return;
  for (std::size_t c = 0; c < model.block.size(); ++c) {
    const auto b = at(model.block[c]);
    if (problem.reference[b] >= 0 && problem.reference[b] != model.grid[c])
      row.add(static_cast<std::int64_t>(c), count(problem.moved_weight[b]));
  }
  row.close(-kInfinite, count(problem.max_moved));
}

}  // namespace

AssignmentModel build_assignment_model(const PlanProblem& problem) {
  check_problem(problem);
  AssignmentModel model;
  model.first.push_back(0);
  RowWriter row{model.rows};
  for (std::int32_t b = 0; b < problem.graph.block_count(); ++b) {
    for (std::int32_t g = 0; g < problem.grid_count; ++g) {
      if (!may_hold(problem, g, b)) continue;
      row.add(static_cast<std::int64_t>(model.block.size()), 1.0);
      model.block.push_back(b);
      model.grid.push_back(g);
    }
    row.close(1.0, 1.0);
    model.first.push_back(static_cast<std::int32_t>(model.block.size()));
  }
  add_grid_rows(problem, model, row);
  add_pair_rows(problem, model, row);
  std::size_t columns = model.block.size();
  for (const auto& term : problem.terms) columns += term.kind == TermKind::balance ? 1 : 0;
  model.terms = static_cast<std::int64_t>(problem.terms.size());
  model.columns = static_cast<std::int64_t>(columns);
  model.cost.assign(problem.terms.size() * columns, 0.0);
  std::size_t extra = model.block.size();
  for (std::size_t t = 0; t < problem.terms.size(); ++t) {
    const auto& term = problem.terms[t];
    if (term.kind == TermKind::balance) model.cost[t * columns + extra++] = 1.0;
    if (term.kind != TermKind::assignment) continue;
    for (std::size_t c = 0; c < model.block.size(); ++c)
      model.cost[t * columns + c] = count(term.cost[at(model.block[c]) * at(term.owners) +
                                                    at(term.owner_of_grid[at(model.grid[c])])]);
  }
  return model;
}

}  // namespace libgrid
