#include "libgrid/planning/bounds.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "bound_assignment.hpp"
#include "grid_shares.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/planning/plan_parts.hpp"
#include "libgrid/planning/plane_bound.hpp"

namespace libgrid {
namespace {

__extension__ typedef __int128 Wide;
constexpr std::int64_t kMillion = 1'000'000;

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// Keeps the larger of two bounds.
void raise(TermBound& bound, std::int64_t value, BoundMethod method) {
  if (value > bound.value) bound = {.value = value, .method = method};
}

std::int64_t saturate(Wide value) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max() / 4;
  return static_cast<std::int64_t>(std::min<Wide>(value, most));
}

/// The smallest deviation at which the shares still fit, by bisection. A grid deviates by at most
/// d millionths when |weight − target| · 10⁶ < (d + 1) · target.
TermBound bound_balance(const PlanProblem& problem, const PlanTerm& term) {
  const GridShares shares{problem, term.weight};
  const auto grids = at(problem.grid_count);
  std::vector<std::int64_t> lowest(grids);
  std::vector<std::int64_t> highest(grids);
  const auto fits = [&](std::int64_t deviation) {
    for (std::size_t g = 0; g < grids; ++g) {
      const Wide room = ((Wide{deviation} + 1) * term.target[g] - 1) / kMillion;
      lowest[g] = saturate(std::max<Wide>(0, term.target[g] - room));
      highest[g] = saturate(term.target[g] + room);
    }
    return shares.fit(lowest, highest);
  };
  if (fits(0)) return {};
  std::int64_t no = 0;
  std::int64_t yes = 1;
  while (!fits(yes)) {
    no = yes;
    if (yes > std::int64_t{1} << 50)
      throw Infeasible{"term " + term.name + ": the pieces of the map cannot have " +
                       std::to_string(problem.grid_count) + " grids between them"};
    yes *= 2;
  }
  while (no + 1 < yes) {
    const auto middle = no + (yes - no) / 2;
    (fits(middle) ? yes : no) = middle;
  }
  return {.value = yes, .method = BoundMethod::shares};
}

/// The least border of any set of blocks against the rest, over all pieces: Stoer & Wagner's
/// maximum-adjacency orders, O(n³). 0 where the map falls into pieces.
std::int64_t least_cut(const PlanProblem& problem, const PlanTerm& term) {
  const auto n = at(problem.graph.block_count());
  std::vector<std::vector<std::int64_t>> between(n, std::vector<std::int64_t>(n, 0));
  for (std::int32_t e = 0; e < problem.graph.edge_count(); ++e) {
    const auto a = at(problem.graph.a()[at(e)]);
    const auto b = at(problem.graph.b()[at(e)]);
    between[a][b] = between[b][a] = term.length[at(e)];
  }
  std::vector<std::size_t> alive(n);
  for (std::size_t i = 0; i < n; ++i) alive[i] = i;
  auto least = std::numeric_limits<std::int64_t>::max();
  while (alive.size() > 1) {
    std::vector<std::int64_t> tie(n, 0);
    auto rest = alive;
    std::size_t last = rest.front();
    std::size_t before = last;
    while (!rest.empty()) {
      const auto next = std::ranges::max_element(
          rest, [&](std::size_t x, std::size_t y) { return tie[x] < tie[y]; });
      before = last;
      last = *next;
      rest.erase(next);
      if (rest.empty()) least = std::min(least, tie[last]);
      for (const auto other : rest) tie[other] += between[last][other];
    }
    for (const auto other : alive) {
      between[before][other] += between[last][other];
      between[other][before] = between[before][other];
    }
    std::erase(alive, last);
  }
  return least;
}

TermBound bound_cut(const PlanProblem& problem, const PlanTerm& term) {
  TermBound bound;
  const auto pieces = static_cast<std::int64_t>(find_parts(problem.graph).grid_of.size());
  if (problem.grid_count <= pieces) return bound;
  // The grids of a piece hang together by at least one border less than they are.
  auto length = term.length;
  std::ranges::sort(length);
  std::int64_t joined = 0;
  for (std::int64_t i = 0; i < problem.grid_count - pieces && at(i) < length.size(); ++i)
    joined += length[at(i)];
  raise(bound, joined, BoundMethod::cuts);
  // Each grid has a border against the rest, and each border lies between two grids.
  if (pieces == 1 && problem.graph.block_count() <= 400)
    raise(bound, (problem.grid_count * least_cut(problem, term) + 1) / 2, BoundMethod::cuts);
  return bound;
}

/// Inertia is Σ over pairs of a grid of w·w'·distance² ÷ its weight: for each block at least half
/// its weight times the mean squared distance to the nearest that fill a grid.
TermBound bound_inertia(const PlanProblem& problem, const PlanTerm& term) {
  const auto n = at(problem.graph.block_count());
  std::int64_t fill = 0;
  for (const auto& limit : problem.limits)
    if (limit.weight == term.weight) fill = std::max(fill, std::ranges::min(limit.lowest));
  if (fill == 0 || n > 4'000) return {};
  struct Near {
    double square_m2;
    std::int64_t weight;
  };
  std::vector<Near> near(n);
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const auto dx = (static_cast<double>(term.place[i].x_mm) - term.place[j].x_mm) / 1'000;
      const auto dy = (static_cast<double>(term.place[i].y_mm) - term.place[j].y_mm) / 1'000;
      near[j] = {dx * dx + dy * dy, term.weight[j]};
    }
    std::ranges::sort(near, {}, &Near::square_m2);
    double squares = 0.0;
    auto left = fill;
    for (const auto& other : near) {
      const auto taken = std::min(left, other.weight);
      squares += static_cast<double>(taken) * other.square_m2;
      left -= taken;
      if (left == 0) break;
    }
    sum += static_cast<double>(term.weight[i]) * squares / (2.0 * static_cast<double>(fill));
  }
  // Each grid's inertia is rounded down to a whole m²; a millionth pays for our own rounding.
  const auto value = static_cast<std::int64_t>(sum * (1.0 - 1e-6)) - problem.grid_count;
  TermBound bound;
  raise(bound, value, BoundMethod::nearest);
  return bound;
}

TermBound bound_of_part(const PlanProblem& problem, const PlanTerm& term, const RunControl& run) {
  switch (term.kind) {
    case TermKind::assignment:
      return bound_assignment(problem, term, run);
    case TermKind::cut:
      return bound_cut(problem, term);
    case TermKind::inertia: {
      auto bound = bound_inertia(problem, term);
      if (problem.graph.block_count() <= 300)
        raise(bound, bound_in_plane(problem, term, {}, run), BoundMethod::plane);
      return bound;
    }
    case TermKind::balance:
      return bound_balance(problem, term);
    case TermKind::polsby_popper:
      break;  // a grid may be a circle, for all that sizes and borders alone can say
  }
  return {};
}

}  // namespace

std::vector<TermBound> bound_terms(const PlanProblem& problem, const RunControl& run) {
  check_problem(problem);
  const auto split = split_by_parent(problem);
  std::vector<TermBound> bounds(problem.terms.size());
  run.begin(static_cast<std::int64_t>(split.parts.size()));
  for (const auto& part : split.parts) {
    if (part.problem.grid_count == 0 || part.problem.grid_count > part.problem.graph.block_count())
      throw Infeasible{"parent " + std::to_string(part.parent) + " has " +
                       std::to_string(part.blocks.size()) + " blocks for " +
                       std::to_string(part.grids.size()) + " grids"};
    for (std::size_t t = 0; t < bounds.size(); ++t) {
      const auto own = bound_of_part(part.problem, part.problem.terms[t], {.stop = run.stop});
      if (problem.terms[t].kind == TermKind::balance)
        bounds[t].value = std::max(bounds[t].value, own.value);
      else
        bounds[t].value += own.value;
      bounds[t].method = std::max(bounds[t].method, own.method);
    }
    run.advance();
  }
  for (std::size_t t = 0; t < bounds.size(); ++t) {
    if (split.always[t] > 0) {
      bounds[t].value += split.always[t];
      bounds[t].method = BoundMethod::cuts;
    }
    if (problem.max_moved >= 0 && problem.terms[t].kind == TermKind::assignment)
      raise(bounds[t], bound_by_budget(problem, problem.terms[t]), BoundMethod::budget);
  }
  return bounds;
}

}  // namespace libgrid
