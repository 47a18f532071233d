#include "libgrid/planning/weightless.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

bool is_weightless(const PlanProblem& problem, const PlanTerm& term, std::size_t b) {
  for (const auto& limit : problem.limits)
    if (limit.weight[b] != 0) return false;
  if (term.kind != TermKind::assignment) return term.weight[b] == 0;
  const auto row = term.cost.begin() + static_cast<std::ptrdiff_t>(b * at(term.owners));
  return std::all_of(row, row + term.owners, [](std::int64_t cost) { return cost == 0; });
}

template <class T>
std::vector<T> pick(const std::vector<T>& column, const std::vector<std::int32_t>& rows,
                    std::size_t width = 1) {
  std::vector<T> picked;
  if (column.empty()) return picked;
  for (const auto row : rows)
    for (std::size_t i = 0; i < width; ++i) picked.push_back(column[at(row) * width + i]);
  return picked;
}

/// Neighbours that stay, and those with a weightless piece between them.
BlockGraph close_graph(const BlockGraph& graph, const std::vector<std::int32_t>& number,
                       std::int32_t kept) {
  std::set<std::pair<std::int32_t, std::int32_t>> near;
  for (std::int32_t e = 0; e < graph.edge_count(); ++e) {
    const auto a = number[at(graph.a()[at(e)])];
    const auto b = number[at(graph.b()[at(e)])];
    if (a >= 0 && b >= 0) near.emplace(std::min(a, b), std::max(a, b));
  }
  std::vector<std::int32_t> weightless(number.size());
  for (std::size_t b = 0; b < number.size(); ++b) weightless[b] = number[b] < 0 ? 0 : -1;
  const auto pieces = find_parts(graph, weightless);
  std::vector<std::vector<std::int32_t>> around(pieces.grid_of.size());
  for (std::int32_t b = 0; b < graph.block_count(); ++b)
    if (pieces.part[at(b)] >= 0)
      for (const auto& side : graph.neighbours(b))
        if (number[at(side.block)] >= 0)
          around[at(pieces.part[at(b)])].push_back(number[at(side.block)]);
  for (auto& ring : around) {
    std::ranges::sort(ring);
    ring.erase(std::unique(ring.begin(), ring.end()), ring.end());
    for (std::size_t i = 0; i < ring.size(); ++i)
      for (std::size_t j = i + 1; j < ring.size(); ++j) near.emplace(ring[i], ring[j]);
  }
  std::vector<std::int32_t> a;
  std::vector<std::int32_t> b;
  for (const auto& [low, high] : near) {
    a.push_back(low);
    b.push_back(high);
  }
  return {kept, {.a = a, .b = b}};
}

}  // namespace

std::optional<PlanProblem> leave_out_weightless(const PlanProblem& problem, std::int32_t term) {
  check_problem(problem);
  require(term >= 0 && at(term) < problem.terms.size(),
          [] { return std::string{"weightless blocks: there is no such term"}; });
  const auto& goal = problem.terms[at(term)];
  if (goal.kind == TermKind::cut || goal.kind == TermKind::polsby_popper) return std::nullopt;
  for (std::int32_t g = 0; g < problem.grid_count; ++g)
    if (std::ranges::none_of(problem.limits,
                             [&](const auto& limit) { return limit.lowest[at(g)] > 0; }))
      return std::nullopt;
  std::vector<std::int32_t> kept;
  std::vector<std::int32_t> number(at(problem.graph.block_count()), -1);
  for (std::int32_t b = 0; b < problem.graph.block_count(); ++b)
    if (!is_weightless(problem, goal, at(b))) {
      number[at(b)] = static_cast<std::int32_t>(kept.size());
      kept.push_back(b);
    }
  if (kept.size() == number.size() || kept.size() < at(problem.grid_count)) return std::nullopt;
  PlanProblem small{
      .graph = close_graph(problem.graph, number, static_cast<std::int32_t>(kept.size())),
      .grid_count = problem.grid_count};
  for (const auto& limit : problem.limits)
    small.limits.push_back({limit.name, pick(limit.weight, kept), limit.lowest, limit.highest});
  small.parent_of_block = pick(problem.parent_of_block, kept);
  small.parent_of_grid = problem.parent_of_grid;
  small.reference = pick(problem.reference, kept);
  small.locked = pick(problem.locked, kept);
  small.moved_weight = pick(problem.moved_weight, kept);
  small.max_moved = problem.max_moved;
  const auto keep_pairs = [&](const auto& pairs, auto& own) {
    for (const auto& [a, b] : pairs)
      if (number[at(a)] >= 0 && number[at(b)] >= 0) own.emplace_back(number[at(a)], number[at(b)]);
  };
  keep_pairs(problem.keep_together, small.keep_together);
  keep_pairs(problem.keep_apart, small.keep_apart);
  PlanTerm own = goal;
  own.cost = pick(goal.cost, kept, at(goal.owners));
  own.weight = pick(goal.weight, kept);
  own.place = pick(goal.place, kept);
  small.terms.push_back(std::move(own));
  return small;
}

}  // namespace libgrid
