#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chain_scores.hpp"
#include "libgrid/planning/plan_problem.hpp"
#include "pair_table.hpp"

namespace libgrid {

/// A plan that walks: labels, members, weights and cut edges, kept by steps of O(degree).
///
/// An edge is open when it is cut and both its grids have one parent: only there may blocks change
/// hands. The problem must outlive the state.
class ChainState {
 public:
  /// The plan must hold every hard rule. `count_pairs` keeps the number of open edges by pair.
  ChainState(const PlanProblem& problem, std::span<const std::int32_t> plan, bool count_pairs);

  [[nodiscard]] const PlanProblem& problem() const { return *problem_; }
  [[nodiscard]] std::span<const std::int32_t> grid_of() const { return grid_of_; }
  [[nodiscard]] std::int32_t grid_of(std::int32_t block) const {
    return grid_of_[static_cast<std::size_t>(block)];
  }
  [[nodiscard]] std::span<const std::int32_t> members(std::int32_t grid) const {
    return members_[static_cast<std::size_t>(grid)];
  }
  [[nodiscard]] std::span<const std::int32_t> open_edges() const { return open_; }
  [[nodiscard]] std::int64_t cut_count() const {
    return fixed_cut_ + static_cast<std::int64_t>(open_.size());
  }
  [[nodiscard]] std::span<const PairTable::Pair> pairs() const { return pairs_.pairs(); }
  /// Pairs of grids of one parent, neighbours or not.
  [[nodiscard]] std::uint64_t pair_total() const { return pair_total_; }
  [[nodiscard]] std::int64_t weight(std::size_t limit, std::int32_t grid) const {
    return weight_[static_cast<std::size_t>(grid) * limits_ + limit];
  }
  [[nodiscard]] std::int64_t moved() const { return moved_; }
  /// Equal for plans that are equal but for the numbers of their grids; else different, but for an
  /// accident of 1 in 2^64.
  [[nodiscard]] std::uint64_t key() const { return key_; }
  [[nodiscard]] ChainScores& scores() { return scores_; }

  /// Gives the block to a grid of its parent.
  void move(std::int32_t block, std::int32_t grid);

  /// Whether any rule beyond limits and connection speaks of the block.
  [[nodiscard]] bool ruled(std::int32_t block) const {
    return !ruled_.empty() && ruled_[static_cast<std::size_t>(block)] != 0;
  }
  [[nodiscard]] bool any_rules() const { return !ruled_.empty(); }
  /// Whether a lock or an owner forbids the block that grid.
  [[nodiscard]] bool may_go(std::int32_t block, std::int32_t grid) const;
  [[nodiscard]] std::span<const std::int32_t> apart_from(std::int32_t block) const {
    return apart_[static_cast<std::size_t>(block)];
  }
  [[nodiscard]] std::span<const std::int32_t> together_with(std::int32_t block) const {
    return together_[static_cast<std::size_t>(block)];
  }
  /// What the move adds to the moved weight.
  [[nodiscard]] std::int64_t added_move(std::int32_t block, std::int32_t grid) const;

 private:
  void note_rules();
  void toggle(std::int32_t edge, bool cut);

  const PlanProblem* problem_;
  std::size_t limits_;
  std::vector<std::int32_t> grid_of_;
  std::vector<std::vector<std::int32_t>> members_;
  std::vector<std::int32_t> place_;   // by block: where it stands among its grid's members
  std::vector<std::int64_t> weight_;  // grids × limits
  std::vector<std::int32_t> open_;
  std::vector<std::int32_t> open_place_;  // by edge, -1: not open
  std::int64_t fixed_cut_ = 0;
  bool count_pairs_;
  PairTable pairs_;
  std::uint64_t pair_total_ = 0;
  std::uint64_t key_ = 0;
  std::int64_t moved_ = 0;
  ChainScores scores_;
  std::vector<std::uint8_t> ruled_;
  std::vector<std::vector<std::int32_t>> apart_;
  std::vector<std::vector<std::int32_t>> together_;
};

}  // namespace libgrid
