#include "bound_assignment.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "grid_kinds.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/graph/transport.hpp"

namespace libgrid {
namespace {

__extension__ typedef __int128 Wide;
constexpr auto kNever = std::numeric_limits<std::int64_t>::max();

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// The cost of each block with each owner that some grid gives it; kNever where none does.
std::vector<std::int64_t> read_costs(const PlanProblem& problem, const PlanTerm& term) {
  const auto n = at(problem.graph.block_count());
  const auto owners = at(term.owners);
  std::vector<std::int64_t> cost(n * owners, kNever);
  const auto kinds = find_grid_kinds(problem);
  for (std::size_t b = 0; b < n; ++b)
    for (const auto& kind : kinds) {
      const auto grid = kind.grids.front();
      const auto entry = b * owners + at(term.owner_of_grid[at(grid)]);
      if (may_hold(problem, grid, static_cast<std::int32_t>(b))) cost[entry] = term.cost[entry];
    }
  return cost;
}

std::vector<std::int64_t> find_cheapest(const std::vector<std::int64_t>& cost, std::size_t owners) {
  std::vector<std::int64_t> least(cost.size() / owners);
  for (std::size_t b = 0; b < least.size(); ++b) {
    const auto row = cost.begin() + static_cast<std::ptrdiff_t>(b * owners);
    least[b] = *std::min_element(row, row + static_cast<std::ptrdiff_t>(owners));
    if (least[b] == kNever)
      throw Infeasible{"block " + std::to_string(b) +
                       " may be in no grid: owners, locks or parents "
                       "keep it out of all"};
  }
  return least;
}

/// What is dearer than the cheapest, per unit of weight and rounded down, as whole parts of
/// 1/scale.
struct Scaled {
  std::vector<std::int64_t> ptr{0};
  std::vector<std::int32_t> owner;
  std::vector<std::uint32_t> cost;
  double scale = 1.0;
  std::uint32_t dearest = 0;
};

Scaled scale_costs(const std::vector<std::int64_t>& cost, const std::vector<std::int64_t>& least,
                   const std::vector<std::int64_t>& weight, std::size_t owners) {
  // Room for a reward that outweighs every chain of exchanges: (owners + 2) · dearest < 2³¹.
  const double room = 2.0e9 / (static_cast<double>(owners) + 3.0);
  double most = 0.0;
  const auto unit_cost = [&](std::size_t b, std::size_t o) {
    return static_cast<double>(cost[b * owners + o] - least[b]) / static_cast<double>(weight[b]);
  };
  for (std::size_t b = 0; b < least.size(); ++b)
    for (std::size_t o = 0; o < owners; ++o)
      if (weight[b] > 0 && cost[b * owners + o] != kNever) most = std::max(most, unit_cost(b, o));
  Scaled scaled;
  scaled.scale = most > 0.0 ? room / most : 1.0;
  for (std::size_t b = 0; b < least.size(); ++b) {
    for (std::size_t o = 0; o < owners && weight[b] > 0; ++o) {
      if (cost[b * owners + o] == kNever) continue;
      const double units = unit_cost(b, o) * scaled.scale * (1.0 - 1e-12);
      scaled.owner.push_back(static_cast<std::int32_t>(o));
      scaled.cost.push_back(static_cast<std::uint32_t>(units));
      scaled.dearest = std::max(scaled.dearest, scaled.cost.back());
    }
    scaled.ptr.push_back(static_cast<std::int64_t>(scaled.owner.size()));
  }
  return scaled;
}

/// What the divided blocks cost above their cheapest, under one limit. Each owner is two places:
/// one for what it must have, at a reward, one for the rest of its room.
std::int64_t find_detour(const WeightLimit& limit, const PlanTerm& term, const Scaled& scaled,
                         const RunControl& run) {
  const auto owners = at(term.owners);
  const auto total = std::reduce(limit.weight.begin(), limit.weight.end(), std::int64_t{0});
  std::vector<std::int64_t> must(owners, 0);
  std::vector<std::int64_t> room(owners, 0);
  for (std::size_t g = 0; g < term.owner_of_grid.size(); ++g) {
    const auto owner = at(term.owner_of_grid[g]);
    must[owner] = std::min(total + 1, must[owner] + std::max<std::int64_t>(0, limit.lowest[g]));
    room[owner] =
        std::min(total, room[owner] + std::min(total, std::max<std::int64_t>(0, limit.highest[g])));
  }
  const auto needed = std::reduce(must.begin(), must.end(), std::int64_t{0});
  const auto refuse = [&](const char* why) {
    throw Infeasible{"limit " + limit.name + ": " + why};
  };
  if (needed > total) refuse("the lowest values add up to more than there is");
  std::vector<std::int64_t> capacity(2 * owners);
  for (std::size_t o = 0; o < owners; ++o) {
    capacity[o] = must[o];
    capacity[owners + o] = std::max<std::int64_t>(0, room[o] - must[o]);
  }
  const auto reward = static_cast<std::uint32_t>((owners + 2) * std::size_t{scaled.dearest} + 1);
  std::vector<std::int64_t> ptr{0};
  std::vector<std::int32_t> sink;
  std::vector<std::uint32_t> cost;
  for (std::size_t b = 0; b + 1 < scaled.ptr.size(); ++b) {
    for (auto a = at(scaled.ptr[b]); a < at(scaled.ptr[b + 1]); ++a) {
      sink.push_back(scaled.owner[a]);
      cost.push_back(scaled.cost[a]);
      sink.push_back(scaled.owner[a] + term.owners);
      cost.push_back(scaled.cost[a] + reward);
    }
    ptr.push_back(static_cast<std::int64_t>(sink.size()));
  }
  const auto found =
      ship_at_least_cost(limit.weight, capacity, {.ptr = ptr, .sink = sink, .cost = cost}, run);
  if (std::reduce(found.unserved.begin(), found.unserved.end(), std::int64_t{0}) > 0)
    refuse("the owners that may have the blocks have no room for all of them");
  for (std::size_t o = 0; o < owners; ++o)
    if (found.load[o] < must[o]) refuse("an owner cannot get the least that it must have");
  const Wide above = Wide{found.total_cost} - Wide{reward} * (total - needed);
  return above <= 0 ? 0
                    : static_cast<std::int64_t>(
                          static_cast<double>(above) / scaled.scale * (1.0 - 1e-9) + 1.0 - 1e-6);
}

}  // namespace

TermBound bound_assignment(const PlanProblem& problem, const PlanTerm& term,
                           const RunControl& run) {
  const auto owners = at(term.owners);
  const auto cost = read_costs(problem, term);
  const auto least = find_cheapest(cost, owners);
  const auto cheapest = std::reduce(least.begin(), least.end(), std::int64_t{0});
  TermBound bound{.value = cheapest, .method = BoundMethod::cheapest};
  for (const auto& limit : problem.limits) {
    const auto scaled = scale_costs(cost, least, limit.weight, owners);
    const auto value = cheapest + find_detour(limit, term, scaled, run);
    if (value > bound.value) bound = {.value = value, .method = BoundMethod::transport};
  }
  return bound;
}

std::int64_t bound_by_budget(const PlanProblem& problem, const PlanTerm& term) {
  const auto owners = at(term.owners);
  const auto cost = read_costs(problem, term);
  const auto least = find_cheapest(cost, owners);
  struct Saving {
    std::int64_t saved;
    std::int64_t used;
  };
  std::vector<Saving> savings;
  std::int64_t total = 0;
  auto budget = problem.max_moved;
  for (std::size_t b = 0; b < least.size(); ++b) {
    const auto today = problem.reference[b];
    const bool stays = today >= 0 && may_hold(problem, today, static_cast<std::int32_t>(b));
    const auto used = today >= 0 ? problem.moved_weight[b] : 0;
    if (!stays) {
      budget -= used;
      total += least[b];
      continue;
    }
    const auto now = cost[b * owners + at(term.owner_of_grid[at(today)])];
    total += now;
    if (now > least[b]) savings.push_back({now - least[b], used});
  }
  if (budget < 0)
    throw Infeasible{"blocks that cannot keep today's grid alone move more than max_moved"};
  std::ranges::sort(savings, [](const Saving& x, const Saving& y) {
    return Wide{x.saved} * y.used > Wide{y.saved} * x.used;
  });
  for (const auto& [saved, used] : savings) {
    if (used <= budget) {
      budget -= used;
      total -= saved;
      continue;
    }
    // The last one in part; what is saved is rounded up.
    total -= static_cast<std::int64_t>((Wide{saved} * budget + used - 1) / used);
    break;
  }
  return total;
}

}  // namespace libgrid
