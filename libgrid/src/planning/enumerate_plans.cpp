#include "libgrid/planning/enumerate_plans.hpp"

#include <numeric>
#include <string>

#include "libgrid/base/error.hpp"
#include "libgrid/planning/verify_plan.hpp"
#include "plan_walk.hpp"

namespace libgrid {
namespace {

using walk::at;
using walk::bit;
using walk::each;
using walk::read;
using walk::Sets;
using walk::Walk;

void append_renumbered(const Sets& sets, const std::vector<std::int32_t>& by_number,
                       std::vector<std::int32_t>& grid_of) {
  const auto first = grid_of.size();
  grid_of.resize(first + by_number.size());
  for (std::size_t i = 0; i < by_number.size(); ++i)
    grid_of[first + at(sets.block[i])] = by_number[i];
}

}  // namespace

EnumeratedPlans enumerate_plans(const PlanProblem& problem, const EnumerationOptions& options,
                                const RunControl& run) {
  const auto sets = read(problem);
  EnumeratedPlans found{.cut_edges = std::vector<std::int64_t>(at(problem.graph.edge_count()) + 1)};
  Walk search{problem,
              sets,
              options.effort,
              run,
              [&](const auto& grid_of, const auto&) {
                if (found.count == options.most_plans) return false;
                ++found.count;
                std::size_t cut = 0;
                for (std::size_t i = 0; i < grid_of.size(); ++i)
                  each(sets.near[i] & ~((bit(i) << 1) - 1),
                       [&](auto j) { cut += grid_of[i] != grid_of[j]; });
                ++found.cut_edges[cut];
                if (options.keep_plans) append_renumbered(sets, grid_of, found.grid_of);
                return true;
              },
              [](const auto&) { return true; }};
  found.complete = search.run();
  found.effort_done = search.effort_done();
  return found;
}

BestPlan find_best_plan(const PlanProblem& problem, const std::vector<std::int32_t>& order,
                        const std::vector<std::int64_t>& at_most, const EnumerationOptions& options,
                        const RunControl& run) {
  const auto sets = read(problem);
  const auto terms = static_cast<std::int32_t>(problem.terms.size());
  for (const auto t : order)
    require(t >= 0 && t < terms, [] { return std::string{"order: there is no such term"}; });
  require(at_most.empty() || at_most.size() == problem.terms.size(),
          [] { return std::string{"at_most must have one entry a term"}; });
  auto ranks = order;
  if (ranks.empty()) {
    ranks.resize(problem.terms.size());
    std::iota(ranks.begin(), ranks.end(), 0);
  }
  const bool weighted = order.empty() && problem.weighted;
  const auto weigh = [&](const std::vector<std::int64_t>& values) {
    double sum = 0.0;
    for (const auto t : ranks)
      sum += problem.terms[at(t)].factor * static_cast<double>(values[at(t)]);
    return sum;
  };
  BestPlan best;
  const auto better = [&](const std::vector<std::int64_t>& values) {
    for (std::size_t t = 0; t < at_most.size(); ++t)
      if (values[t] > at_most[t]) return false;
    if (best.grid_of.empty()) return true;
    if (weighted) return weigh(values) < weigh(best.terms);
    for (const auto t : ranks)
      if (values[at(t)] != best.terms[at(t)]) return values[at(t)] < best.terms[at(t)];
    return false;
  };
  Walk search{problem,
              sets,
              options.effort,
              run,
              [&](const auto& grid_of, const auto& values) {
                if (!better(values)) return true;
                best.terms = values;
                best.grid_of.clear();
                append_renumbered(sets, grid_of, best.grid_of);
                return true;
              },
              better};
  best.complete = search.run();
  best.effort_done = search.effort_done();
  LIBGRID_ASSERT(best.grid_of.empty() || (verify_plan(problem, best.grid_of).empty() &&
                                          measure_terms(problem, best.grid_of) == best.terms));
  return best;
}

}  // namespace libgrid
