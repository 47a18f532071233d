#include "libgrid/planning/owner_model.hpp"

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

/// Owners of a term that cost every block the same get one number, in order of their lowest grid. A
/// budget of moves tells all grids apart.
void number_owners(const PlanProblem& problem, const PlanTerm& term, OwnerModel& model) {
  if (problem.max_moved >= 0) {
    for (std::int32_t g = 0; g < problem.grid_count; ++g) model.owner_of_grid.push_back(g);
    model.owners = problem.grid_count;
    return;
  }
  const auto blocks = at(problem.graph.block_count());
  const auto alike = [&](std::int32_t o, std::int32_t p) {
    for (std::size_t b = 0; b < blocks; ++b)
      if (term.cost[b * at(term.owners) + at(o)] != term.cost[b * at(term.owners) + at(p)])
        return false;
    return true;
  };
  std::vector<std::int32_t> number(at(term.owners), -1);
  std::vector<std::int32_t> lead;
  for (std::int32_t g = 0; g < problem.grid_count; ++g) {
    const auto own = term.owner_of_grid[at(g)];
    if (number[at(own)] < 0) {
      const auto same = std::ranges::find_if(lead, [&](auto other) { return alike(own, other); });
      number[at(own)] = static_cast<std::int32_t>(same - lead.begin());
      if (same == lead.end()) lead.push_back(own);
    }
    model.owner_of_grid.push_back(number[at(own)]);
  }
  model.owners = static_cast<std::int32_t>(lead.size());
}

void add_owner_rows(const PlanProblem& problem, const OwnerModel& model, RowWriter& row) {
  std::vector<std::vector<std::int32_t>> columns(at(model.owners));
  for (std::size_t c = 0; c < model.block.size(); ++c)
    columns[at(model.owner[c])].push_back(static_cast<std::int32_t>(c));
  for (std::int32_t o = 0; o < model.owners; ++o) {
    for (const auto c : columns[at(o)]) row.add(c, 1.0);
    row.close(count(std::ranges::count(model.owner_of_grid, o)), kInfinite);
    for (const auto& limit : problem.limits) {
      double lowest = 0.0;
      double highest = 0.0;
      for (std::size_t g = 0; g < model.owner_of_grid.size(); ++g) {
        if (model.owner_of_grid[g] != o) continue;
        lowest += count(limit.lowest[g]);
        highest += count(limit.highest[g]);
      }
      for (const auto c : columns[at(o)]) row.add(c, count(limit.weight[at(model.block[at(c)])]));
      row.close(lowest, highest);
    }
  }
}

void add_pair_rows(const PlanProblem& problem, const OwnerModel& model, RowWriter& row) {
  for (std::int32_t o = 0; o < model.owners; ++o) {
    for (const auto& [a, b] : problem.keep_together) {
      row.add(find_column(model.first, model.owner, a, o), 1.0);
      row.add(find_column(model.first, model.owner, b, o), -1.0);
      row.close(0.0, 0.0);
    }
    if (std::ranges::count(model.owner_of_grid, o) > 1) continue;
    for (const auto& [a, b] : problem.keep_apart) {
      row.add(find_column(model.first, model.owner, a, o), 1.0);
      row.add(find_column(model.first, model.owner, b, o), 1.0);
      row.close(-kInfinite, 1.0);
    }
  }
  if (problem.max_moved < 0) return;
  for (std::size_t c = 0; c < model.block.size(); ++c) {
    const auto b = at(model.block[c]);
    const auto today = problem.reference[b];
    if (today >= 0 && model.owner_of_grid[at(today)] != model.owner[c])
      row.add(static_cast<std::int64_t>(c), count(problem.moved_weight[b]));
  }
  row.close(-kInfinite, count(problem.max_moved));
}

}  // namespace

OwnerModel build_owner_model(const PlanProblem& problem, std::int32_t index) {
  check_problem(problem);
  require(index >= 0 && at(index) < problem.terms.size() &&
              problem.terms[at(index)].kind == TermKind::assignment,
          [] { return std::string{"owner model: the term must be an assignment"}; });
  const auto& term = problem.terms[at(index)];
  OwnerModel model;
  number_owners(problem, term, model);
  model.first.push_back(0);
  RowWriter row{model.rows};
  std::vector<std::int64_t> cost(at(model.owners));
  for (std::int32_t b = 0; b < problem.graph.block_count(); ++b) {
    std::ranges::fill(cost, -1);
    for (std::int32_t g = 0; g < problem.grid_count; ++g)
      if (auto& own = cost[at(model.owner_of_grid[at(g)])]; own < 0 && may_hold(problem, g, b))
        own = term.cost[at(b) * at(term.owners) + at(term.owner_of_grid[at(g)])];
    auto least = std::numeric_limits<std::int64_t>::max();
    for (const auto c : cost)
      if (c >= 0) least = std::min(least, c);
    if (least == std::numeric_limits<std::int64_t>::max())
      throw Infeasible{"block " + std::to_string(b) +
                       " may be in no grid: owners, locks or parents keep it out of all"};
    model.cheapest += least;
    for (std::int32_t o = 0; o < model.owners; ++o) {
      if (cost[at(o)] < 0) continue;
      row.add(static_cast<std::int64_t>(model.block.size()), 1.0);
      model.block.push_back(b);
      model.owner.push_back(o);
      model.cost.push_back(count(cost[at(o)] - least));
    }
    row.close(1.0, 1.0);
    model.first.push_back(static_cast<std::int32_t>(model.block.size()));
  }
  add_owner_rows(problem, model, row);
  add_pair_rows(problem, model, row);
  return model;
}

}  // namespace libgrid
