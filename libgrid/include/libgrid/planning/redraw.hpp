#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/plan_problem.hpp"
#include "libgrid/planning/seed_plan.hpp"

namespace libgrid {

enum class RedrawStatus : std::uint8_t {
  done,        ///< the effort is spent
  stopped,     ///< the caller stopped it; the best plan so far
  time_limit,  ///< the safety stop struck; the best plan so far
  not_found,   ///< no plan that keeps all rules was found: `faults` says what is broken
};

/// The best terms so far, for whoever watches; empty until every parent has a plan.
class RedrawWatch {
 public:
  void set(std::vector<std::int64_t> terms) {
    const std::lock_guard lock{mutex_};
    terms_ = std::move(terms);
  }
  [[nodiscard]] std::vector<std::int64_t> terms() const {
    const std::lock_guard lock{mutex_};
    return terms_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::int64_t> terms_;
};

struct RedrawOptions {
  std::int64_t effort = 0;  ///< proposed flips in all; 0: `usual_redraw_effort`
  std::uint64_t seed = 0;
  double time_limit_s = 0;  ///< a safety stop, 0: none; only it makes bits depend on the machine
  RedrawWatch* watch = nullptr;  ///< not owned, may be null
};

/// What is spent when nothing is said: 100,000 proposed flips a block, from 16 to 64 million, and
/// at least 2,000 a block; `single`, without parents, 200,000 a block, to 96 million. Seconds for a
/// few hundred blocks, minutes for a million.
[[nodiscard]] std::int64_t usual_redraw_effort(std::int64_t blocks, bool single);

struct RedrawTrace {
  std::int64_t effort;
  std::vector<std::int64_t> terms;
};

/// What one of several parents took of a budget of moves that they share.
struct ParentMoves {
  std::int32_t grid;     ///< the lowest grid of the parent
  std::int64_t least;    ///< the fewest moves found with which its rules hold; -1: none was found
  std::int64_t allowed;  ///< its part of the budget
  std::int64_t moved;    ///< what its plan moves
};

struct Redraw {
  std::vector<std::int32_t> grid_of;
  std::vector<std::int64_t> terms;  ///< equal to `measure_terms`
  std::vector<RedrawTrace> trace;   ///< the best terms after each sixteenth of the effort
  RedrawStatus status = RedrawStatus::done;
  std::vector<PlanFault> faults;    ///< empty unless status is not_found
  std::vector<SeedChange> changes;  ///< what mending the start changed
  std::vector<ParentMoves> moves;   ///< by parent, where several share a budget; else empty
  std::int64_t effort_done = 0;
  std::uint64_t seed = 0;
};

/// A plan with as little of the problem's terms as the effort buys, that keeps every rule.
///
/// `start` is mended first (`seed_plan`); empty: from nothing. Parents are redrawn by themselves,
/// in parallel, each with its share of the effort by blocks; a single one, and each of more than
/// 20,000 blocks, by all threads together (`search_clusters`). A term that is a maximum over grids
/// is made small in every parent. A budget of moves is shared out by what a moved unit buys: half
/// of the effort finds what each parent needs and what more would bring (`share_moves`). A start
/// that keeps the rules is never made worse. Same problem, start, effort and seed: same bits on any
/// number of threads. Every answer is counted anew by `verify_plan` and `measure_terms`. A stop by
/// `run` returns the best so far; nothing is thrown for it. Throws InvalidInput as `check_problem`
/// and `seed_plan` do.
[[nodiscard]] Redraw redraw(const PlanProblem& problem, std::span<const std::int32_t> start = {},
                            const RedrawOptions& options = {}, const RunControl& run = {});

}  // namespace libgrid
