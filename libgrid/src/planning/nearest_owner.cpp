#include "libgrid/planning/nearest_owner.hpp"

#include <algorithm>
#include <numeric>

#include "grid_kinds.hpp"
#include "libgrid/graph/transport.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// Costs are spread over so many steps, so that dear and cheap units both count.
constexpr double kDearest = 1e9;

/// The first assignment term that costs something and gives every grid an owner of its own.
const PlanTerm* find_owners(const PlanProblem& p) {
  for (const auto& term : p.terms) {
    if (term.kind != TermKind::assignment) continue;
    auto owners = term.owner_of_grid;
    std::ranges::sort(owners);
    const bool own = std::ranges::adjacent_find(owners) == owners.end();
    if (own && std::ranges::any_of(term.cost, [](auto cost) { return cost > 0; })) return &term;
  }
  return nullptr;
}

}  // namespace

std::vector<std::int32_t> assign_to_nearest(const PlanProblem& problem, const RunControl& run) {
  check_problem(problem);
  const auto* term = find_owners(problem);
  if (term == nullptr) return {};
  const auto blocks = at(problem.graph.block_count());
  const auto* limit = problem.limits.empty() ? nullptr : &problem.limits.front();
  const auto weight = limit == nullptr ? std::vector<std::int64_t>(blocks, 1) : limit->weight;
  const auto total = std::accumulate(weight.begin(), weight.end(), std::int64_t{0});
  std::vector<std::int64_t> room(at(problem.grid_count), total);
  if (limit != nullptr)
    for (std::size_t g = 0; g < room.size(); ++g) room[g] = std::min(limit->highest[g], total);

  const auto cost_of = [&](std::size_t block, std::int32_t grid) {
    return term->cost[block * at(term->owners) + at(term->owner_of_grid[at(grid)])];
  };
  std::vector<std::int64_t> ptr{0};
  std::vector<std::int32_t> sink;
  std::vector<double> each;  // cost of a unit of weight
  double dearest = 0;
  for (std::size_t b = 0; b < blocks; ++b) {
    for (std::int32_t g = 0; g < problem.grid_count; ++g) {
      if (!may_hold(problem, g, static_cast<std::int32_t>(b))) continue;
      sink.push_back(g);
      each.push_back(static_cast<double>(cost_of(b, g)) /
                     static_cast<double>(std::max<std::int64_t>(1, weight[b])));
      dearest = std::max(dearest, each.back());
    }
    ptr.push_back(static_cast<std::int64_t>(sink.size()));
  }
  std::vector<std::uint32_t> cost(each.size());
  for (std::size_t i = 0; i < each.size(); ++i)
    cost[i] = dearest > 0 ? static_cast<std::uint32_t>(each[i] / dearest * kDearest) : 0;
  const auto shipped =
      ship_at_least_cost(weight, room, {.ptr = ptr, .sink = sink, .cost = cost}, run);

  std::vector<std::int32_t> label(blocks, -1);
  std::vector<std::int64_t> most(blocks, 0);
  for (const auto& part : shipped.shipments)
    if (part.amount > most[at(part.source)]) {
      most[at(part.source)] = part.amount;
      label[at(part.source)] = part.sink;
    }
  // What weighs nothing has room everywhere.
  for (std::size_t b = 0; b < blocks; ++b) {
    if (weight[b] > 0) continue;
    for (auto i = at(ptr[b]); i < at(ptr[b + 1]); ++i)
      if (label[b] < 0 || cost_of(b, sink[i]) < cost_of(b, label[b])) label[b] = sink[i];
  }
  return label;
}

}  // namespace libgrid
