#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// The terms of a problem, kept up while blocks move: the same whole numbers as measure_terms.
class ChainScores {
 public:
  ChainScores(const PlanProblem& problem, std::span<const std::int32_t> plan);

  /// A block changed its grid: O(terms), and its degree where ground is measured.
  void move(std::int32_t block, std::int32_t from, std::int32_t to);
  /// An edge became cut or is cut no more.
  void toggle(std::int32_t edge, bool cut) {
    for (auto& t : cut_)
      t.value += cut ? t.term->length[static_cast<std::size_t>(edge)]
                     : -t.term->length[static_cast<std::size_t>(edge)];
  }
  /// Writes the value of each term, in their order. O(grids) for terms of balance, else O(changed).
  void write(std::span<std::int64_t> values);
  [[nodiscard]] bool empty() const { return problem_->terms.empty(); }

 private:
  struct Sums {
    Wide w = 0, x = 0, y = 0, xx = 0;
  };
  struct Plain {  // assignment and cut: one running sum
    const PlanTerm* term;
    std::size_t column;
    std::int64_t value = 0;
  };
  struct ByGrid {  // inertia and balance: sums by grid, values of changed grids made anew
    const PlanTerm* term;
    std::size_t column;
    std::vector<Sums> sums;
    std::vector<std::int64_t> grid_value;
    std::int64_t value = 0;
  };
  struct OnGround {  // polsby_popper: area and perimeter by grid
    const PlanTerm* term;
    std::size_t column;
    std::vector<Extent> extent;
    std::vector<std::int64_t> grid_value;
    std::int64_t value = 0;
  };
  void add_ground(OnGround& t, std::int32_t block, std::int32_t grid, int sign);
  static std::int64_t value_of(const PlanTerm& term, const Sums& sums, std::size_t grid);
  static void add(const PlanTerm& term, std::size_t block, Sums& sums, int sign);
  void mark(std::int32_t grid);

  const PlanProblem* problem_;
  std::vector<Plain> assigned_;
  std::vector<Plain> cut_;
  std::vector<ByGrid> by_grid_;
  std::vector<OnGround> on_ground_;
  std::vector<std::int32_t> grid_of_;  // the plan, where ground asks who stands on it
  std::vector<std::int32_t> changed_;
  std::vector<std::uint8_t> is_changed_;
};

}  // namespace libgrid
