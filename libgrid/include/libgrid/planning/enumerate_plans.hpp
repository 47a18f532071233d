#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// How far to look. One unit of effort is one block put into a grid or left out of it.
struct EnumerationOptions {
  std::int64_t effort = 200'000'000;  ///< some 10 s to a minute; deterministic
  std::int64_t most_plans = 1'000'000'000'000;
  bool keep_plans = false;  ///< false: count only
};

/// All plans that keep every hard rule, once each up to exchanging grids of which nothing tells
/// one from another: equal limits, parents, owners and targets, and neither is named by a lock or
/// by a budget of moves.
struct EnumeratedPlans {
  std::int64_t count = 0;
  std::vector<std::int32_t> grid_of{};    ///< plans × blocks, where they are kept
  std::vector<std::int64_t> cut_edges{};  ///< entry c: plans that cut c edges of the graph
  bool complete = false;                  ///< false: the effort or the plans ran out first
  std::int64_t effort_done = 0;
};

/// The least value of terms in order, each under all before it.
struct BestPlan {
  std::vector<std::int32_t> grid_of{};  ///< empty: no plan was found
  std::vector<std::int64_t> terms{};    ///< of that plan, all terms of the problem
  bool complete = false;  ///< true: the plan is best, or when there is none, no plan is feasible
  std::int64_t effort_done = 0;
};

/// Grows one grid at a time from the lowest block that has none; a branch ends when what is left
/// cannot be cut into the grids that are left. At most 64 blocks. Order: depth first, by the
/// blocks' distance from block 0. Throws InvalidInput on a wrong problem or over 64 blocks;
/// Cancelled.
[[nodiscard]] EnumeratedPlans enumerate_plans(const PlanProblem& problem,
                                              const EnumerationOptions& options = {},
                                              const RunControl& run = {});

/// Branch and bound over the same tree. `order` lists the terms that count, most important first;
/// empty: all in their order, or weighted where the problem says so. `at_most`: by term, no plan
/// may have more (empty: any). The first of equal plans is kept. Conditions as enumerate_plans.
[[nodiscard]] BestPlan find_best_plan(const PlanProblem& problem,
                                      const std::vector<std::int32_t>& order = {},
                                      const std::vector<std::int64_t>& at_most = {},
                                      const EnumerationOptions& options = {},
                                      const RunControl& run = {});

}  // namespace libgrid
