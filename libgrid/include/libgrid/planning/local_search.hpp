#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

struct SearchOptions {
  std::int64_t effort = 1'000'000;  ///< proposed flips; other moves count as what they cost
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;  ///< of the random numbers: one a search; odd ones cool often and fast
  /// Of equally good plans the last one met, not the first: from another plan later searches go on
  /// to other plans.
  bool drift = false;
  /// A safety stop; a search that meets it depends on the machine.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  /// Called with the best terms at each milestone, on the thread of the search; may be empty.
  std::function<void(const std::vector<std::int64_t>&)> on_milestone{};
};

/// How many points of its way a search writes down.
inline constexpr std::size_t kMilestones = 16;

struct SearchResult {
  std::vector<std::int32_t> grid_of;
  std::vector<std::int64_t> terms;
  double violation = 0;  ///< of limits and the budget, in blocks of average weight; 0: they hold
  std::int64_t effort_done = 0;
  bool stopped = false;  ///< by the caller or the deadline
  /// The best terms after each sixteenth of the effort; empty while no limit-keeping plan is known.
  std::vector<std::vector<std::int64_t>> milestones;
};

/// Whether `a` is better than `b`: it breaks less of the limits, or as much and has less of the
/// terms.
[[nodiscard]] bool is_better(const PlanProblem& problem, const SearchResult& a,
                             const SearchResult& b);

/// Betters a plan by simulated annealing over flips, swaps, chains of flips and two- and three-grid
/// recombinations (after Kirkpatrick, Gelatt & Vecchi 1983; ReCom: DeFord, Duchin & Solomon 2021).
///
/// The start must be connected, with no empty grid, and keep locks, nesting, owners and pairs: so
/// does every plan on the way. Limits and the budget of moves have a price that rises until they
/// hold; the best plan that holds them all is the answer. Terms in order: one after the other, the
/// earlier ones held at their best. Bits depend on the effort, seed and stream alone. When `run` is
/// stopped the best plan so far is returned; nothing is thrown.
[[nodiscard]] SearchResult search_plan(std::shared_ptr<const PlanProblem> problem,
                                       std::span<const std::int32_t> start,
                                       const SearchOptions& options, const RunControl& run = {});

}  // namespace libgrid
