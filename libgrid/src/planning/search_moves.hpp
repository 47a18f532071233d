#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "libgrid/base/random.hpp"
#include "libgrid/planning/plan_state.hpp"
#include "libgrid/planning/recombine.hpp"

namespace libgrid {

/// How good a plan is: first how far it is from keeping the rules, then its terms.
struct PlanScore {
  double violation = 0;  ///< broken rules, and excess over limits in blocks of average weight
  std::vector<std::int64_t> terms;
};

/// What a search minimises at the moment, in units of a typical flip.
struct SearchGoal {
  std::vector<double> factor;      ///< by term
  std::vector<std::int64_t> cap;   ///< by term: not above this; kNoCap: any
  std::vector<double> cap_factor;  ///< by term: price of a unit above the cap
};
inline constexpr std::int64_t kNoCap = std::numeric_limits<std::int64_t>::max();

/// The moves of a search over one plan: each is proposed, priced and taken by the Metropolis rule
/// at the given temperature. Grids stay connected and never empty; what owners, locks, nesting and
/// pairs forbid is never proposed; limits and the budget of moves have a price, `strictness`.
class SearchMoves {
 public:
  SearchMoves(std::shared_ptr<const PlanProblem> problem, std::span<const std::int32_t> start,
              Rng rng);

  PlanState& state() { return state_; }
  Rng& rng() { return rng_; }
  SearchGoal goal;
  double strictness = 1;

  /// One proposal of a random kind; returns the effort that it took, 1 for a flip.
  std::int64_t propose(double temperature);
  /// Takes every flip that makes the score better, exactly, until none is left or the effort is
  /// spent. Returns the effort.
  std::int64_t polish(std::int64_t effort);
  /// Moves weight along chains of neighbouring grids from where there is too much to where there is
  /// too little, until the limits hold or nothing helps. Returns the effort.
  std::int64_t rebalance(std::int64_t effort);

  [[nodiscard]] double violation() const;
  [[nodiscard]] bool better(const PlanScore& a, const PlanScore& b) const;
  void score(PlanScore& out) const;
  /// The mean size of what flips change in each term, from a sample of the edges between grids.
  [[nodiscard]] std::vector<double> typical_changes();

 private:
  struct Step {
    std::int32_t block = -1;
    std::int32_t grid = -1;
  };
  [[nodiscard]] bool no_worse(std::int32_t block, std::int32_t grid) const;
  [[nodiscard]] double price(std::int32_t block, std::int32_t grid);
  [[nodiscard]] double limit_price(std::int32_t block, std::int32_t grid) const;
  [[nodiscard]] bool accept(double change, double temperature);
  [[nodiscard]] std::size_t pick(std::size_t count);
  [[nodiscard]] Step pick_step();
  [[nodiscard]] std::int32_t pick_block_at(std::int32_t grid, std::int32_t touching);
  std::int64_t flip(double temperature);
  std::int64_t swap(double temperature);
  std::int64_t chain(double temperature);
  std::int64_t recombine(double temperature, bool three);
  bool push_along(std::span<const std::int32_t> grids, std::size_t limit);
  [[nodiscard]] bool improves(std::int32_t block, std::int32_t grid);

  PlanState state_;
  Rng rng_;
  Recombiner recombiner_;
  std::vector<double> unit_;  ///< by limit: weight of an average block
  double moved_unit_ = 1;
  std::vector<double> estimate_;
  std::vector<std::int32_t> merged_;
  std::vector<std::int32_t> around_;
};

}  // namespace libgrid
