#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "libgrid/planning/plan_problem.hpp"
#include "libgrid/planning/verify_plan.hpp"

namespace libgrid {

/// What one move changes, in each term's own unit.
struct PlanDelta {
  std::vector<std::int64_t> terms;  ///< after minus before
  std::int64_t cut_edges = 0;
  std::int64_t moved = 0;
  bool operator==(const PlanDelta&) const = default;
};

/// A plan under edit: every sum that a rule or a term needs, kept up to date move by move.
///
/// Any label is accepted, even one that breaks rules, so that a poor start can be mended; who wants
/// the rules asks `why_not`. `terms()` equals `measure_terms` after every move, bit for bit. A move
/// costs O(degree + terms · log grids), never O(blocks). About 40 bytes a block beside the problem.
class PlanState {
 public:
  /// O(blocks · (limits + terms) + edges). Throws InvalidInput when a label is out of range; the
  /// problem must have passed `check_problem`.
  PlanState(std::shared_ptr<const PlanProblem> problem, std::span<const std::int32_t> grid_of);

  [[nodiscard]] const PlanProblem& problem() const { return *problem_; }
  [[nodiscard]] std::span<const std::int32_t> grid_of() const { return grid_of_; }
  /// The blocks of a grid, in no particular order.
  [[nodiscard]] std::span<const std::int32_t> blocks_of(std::int32_t grid) const {
    return members_[static_cast<std::size_t>(grid)];
  }
  /// The edges between grids, in no particular order.
  [[nodiscard]] std::span<const std::int32_t> cut_edges() const { return cut_; }
  [[nodiscard]] std::int64_t term(std::size_t i) const { return terms_[i].value; }
  [[nodiscard]] std::vector<std::int64_t> terms() const;
  [[nodiscard]] std::int64_t sum(std::size_t limit, std::int32_t grid) const {
    return limits_[limit].sums[static_cast<std::size_t>(grid)];
  }
  /// By how much all grids together miss a limit; 0: it holds everywhere.
  [[nodiscard]] std::int64_t excess(std::size_t limit) const { return limits_[limit].excess; }
  [[nodiscard]] std::int64_t moved() const { return moved_; }

  /// Puts the block into the grid and logs it. Nothing happens when it is there already.
  void move(std::int32_t block, std::int32_t grid);
  /// How many moves the log holds; `undo(size)` takes back all later ones.
  [[nodiscard]] std::size_t log_size() const { return log_.size(); }
  void undo(std::size_t size);
  /// The plan as it was when the log held that many moves. O(blocks + moves).
  [[nodiscard]] std::vector<std::int32_t> labels_before(std::size_t size) const;
  /// Forgets how the plan came about, not the plan.
  void clear_log() { log_.clear(); }

  /// What `move` would change, exactly and without doing it.
  [[nodiscard]] PlanDelta delta(std::int32_t block, std::int32_t grid) const;
  /// The same for terms alone and in floating point: what a search asks millions of times. Balance
  /// counts the squared shares that grids are off their target, which also sees grids that are not
  /// the worst. `out` has an entry a term.
  void estimate(std::int32_t block, std::int32_t grid, std::span<double> out) const;
  /// One entry of `delta`.
  [[nodiscard]] std::int64_t term_delta(std::size_t i, std::int32_t block, std::int32_t grid) const;
  /// How the excess over a limit would change.
  [[nodiscard]] std::int64_t excess_delta(std::size_t limit, std::int32_t block,
                                          std::int32_t grid) const;
  [[nodiscard]] std::int64_t moved_delta(std::int32_t block, std::int32_t grid) const;

  /// How many rules of nesting, owners, locks and pairs the block would break in the grid; sizes
  /// and contiguity are not asked.
  [[nodiscard]] std::int64_t faults_at(std::int32_t block, std::int32_t grid) const;
  [[nodiscard]] bool allowed(std::int32_t block, std::int32_t grid) const {
    return faults_at(block, grid) == 0;
  }
  /// The same over the whole plan, each pair once.
  [[nodiscard]] std::int64_t faults() const { return faults_; }
  /// Whether the block's grid stays in one part, and is not empty, without it. Searches from the
  /// block's neighbours at once and stops where they meet, so it seldom looks far; at worst
  /// O(blocks of the grid). Not const: it uses the state's own scratch.
  [[nodiscard]] bool can_leave(std::int32_t block);
  /// The blocks that would be cut off from the largest rest of the grid, ascending.
  [[nodiscard]] std::vector<std::int32_t> cut_off(std::int32_t block);
  /// The rules that the move would break or leave broken at the block and the two grids, as
  /// `verify_plan` names them; empty: the move is fine. A block that would not touch its new grid
  /// is a fault of that grid in two parts.
  [[nodiscard]] std::vector<PlanFault> why_not(std::int32_t block, std::int32_t grid);

 private:
  static constexpr std::size_t index(std::int32_t i) { return static_cast<std::size_t>(i); }
  struct LimitState {
    std::vector<std::int64_t> sums;
    std::int64_t excess = 0;
  };
  struct Moments {
    Wide weight = 0, x = 0, y = 0, square = 0;
  };
  struct Centre {
    double weight = 0, x = 0, y = 0;
  };
  struct TermState {
    std::int64_t value = 0;
    std::vector<Moments> moments;  ///< inertia: by grid
    std::vector<Centre> centre;    ///< inertia: by grid, for estimates
    std::vector<Extent> extent;    ///< polsby_popper: by grid
    std::vector<std::int64_t>
        by_grid;                      ///< inertia, polsby_popper: value of a grid; balance: weight
    std::vector<std::int64_t> worst;  ///< balance: a tournament over grids, root at 1
  };

  [[nodiscard]] static std::int64_t inertia_of(const Moments& m);
  static void renew_inertia(TermState& state, std::int32_t grid);
  /// What the block adds to the ground that the grid holds without it.
  [[nodiscard]] Extent ground_added(const PlanTerm& term, std::int32_t block,
                                    std::int32_t grid) const;
  [[nodiscard]] Moments moments_of(const PlanTerm& term, std::int32_t block) const;
  [[nodiscard]] std::int64_t excess_of(std::size_t limit, std::int32_t grid,
                                       std::int64_t sum) const;
  [[nodiscard]] std::int64_t cut_delta(const std::vector<std::int64_t>& length, std::int32_t block,
                                       std::int32_t grid) const;
  void move_term(std::size_t i, std::int32_t block, std::int32_t from, std::int32_t to);
  void put(std::int32_t block, std::int32_t to);
  void set_cut(std::int32_t edge, bool cut);
  void set_worst(TermState& state, std::int32_t grid, std::int64_t off);
  [[nodiscard]] std::int64_t off_of(const PlanTerm& term, std::int32_t grid,
                                    std::int64_t sum) const;

  std::shared_ptr<const PlanProblem> problem_;
  std::vector<std::int32_t> grid_of_;
  std::vector<std::vector<std::int32_t>> members_;
  std::vector<std::int32_t> place_in_members_;
  std::vector<std::int32_t> cut_;
  std::vector<std::int32_t> place_in_cut_;  ///< by edge, -1: not cut
  std::vector<LimitState> limits_;
  std::vector<TermState> terms_;
  std::int64_t moved_ = 0;
  std::int64_t faults_ = 0;
  std::vector<std::pair<std::int32_t, std::int32_t>> log_;  ///< block, the grid it came from

  struct Pairs {  ///< partners of a block; empty when there are none at all
    std::vector<std::int32_t> first;
    std::vector<std::int32_t> other;
    [[nodiscard]] std::span<const std::int32_t> of(std::int32_t block) const;
  };
  static Pairs index_pairs(const std::vector<std::pair<std::int32_t, std::int32_t>>& pairs,
                           std::int32_t blocks);
  Pairs together_;
  Pairs apart_;

  // Scratch of the contiguity search.
  std::vector<std::uint64_t> seen_;  ///< search number and, below it, the source that came first
  std::uint64_t search_ = 0;
  std::vector<std::int32_t> queue_;
  std::vector<std::int32_t> root_;
  std::vector<std::int32_t> waiting_;
};

// What a search asks millions of times a second, here so that it can be inlined.

inline std::int64_t PlanState::excess_of(std::size_t limit, std::int32_t grid,
                                         std::int64_t sum) const {
  const auto& l = problem_->limits[limit];
  return std::max<std::int64_t>(0, l.lowest[index(grid)] - sum) +
         std::max<std::int64_t>(0, sum - l.highest[index(grid)]);
}

inline std::int64_t PlanState::cut_delta(const std::vector<std::int64_t>& length,
                                         std::int32_t block, std::int32_t grid) const {
  const auto from = grid_of_[index(block)];
  std::int64_t change = 0;
  for (const auto& side : problem_->graph.neighbours(block)) {
    const auto other = grid_of_[index(side.block)];
    if (other == from) change += length[index(side.edge)];
    if (other == grid) change -= length[index(side.edge)];
  }
  return change;
}

inline std::int64_t PlanState::excess_delta(std::size_t limit, std::int32_t block,
                                            std::int32_t grid) const {
  const auto from = grid_of_[index(block)];
  if (from == grid) return 0;
  const auto& sums = limits_[limit].sums;
  const auto w = problem_->limits[limit].weight[index(block)];
  return excess_of(limit, from, sums[index(from)] - w) - excess_of(limit, from, sums[index(from)]) +
         excess_of(limit, grid, sums[index(grid)] + w) - excess_of(limit, grid, sums[index(grid)]);
}

inline std::int64_t PlanState::moved_delta(std::int32_t block, std::int32_t grid) const {
  const auto& p = *problem_;
  if (p.reference.empty() || p.moved_weight.empty() || p.reference[index(block)] < 0) return 0;
  const auto today = p.reference[index(block)];
  return p.moved_weight[index(block)] *
         (static_cast<int>(grid != today) - static_cast<int>(grid_of_[index(block)] != today));
}

}  // namespace libgrid
