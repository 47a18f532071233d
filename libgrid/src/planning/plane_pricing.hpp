#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"

namespace libgrid {

/// A centre that a grid could have, in metres.
struct PlaneCentre {
  double x_m = 0;
  double y_m = 0;
};

/// Blocks as points of the plane, each with what it weighs in the term and in the limit.
struct PlaneBlocks {
  std::vector<double> x_m;
  std::vector<double> y_m;
  std::vector<double> weight;
  std::vector<double> load;
};

/// Grids with the same limits, which therefore have the same best centre.
struct PlaneClass {
  double lowest = 0;
  double highest = 0;
  std::int64_t grids = 0;
};

/// The cheapest grid at given multipliers, blocks taken in part, wherever its centre is.
class PlanePricing {
 public:
  explicit PlanePricing(const PlaneBlocks& blocks);

  /// min Σ x·(w·(|p − c|² − slack_m2) − λ) with lowest ≤ Σ x·load ≤ highest. All blocks together
  /// must reach `lowest`.
  double value(const PlaneClass& limits, std::span<const double> lambda, PlaneCentre c,
               double slack_m2 = 0);

  /// The parts x that the last value took.
  void read_parts(std::vector<double>& part) const;

  /// The centre of gravity of the parts that the last value took; c where they weigh nothing.
  [[nodiscard]] PlaneCentre centre_of_parts(PlaneCentre c) const;

  struct Proof {
    double least = 0;                    ///< no centre has less
    std::vector<PlaneCentre> centres{};  ///< small boxes met on the way: good centres
  };
  /// The least value over the plane, from below, by boxes with the lowest bound first. Stops at
  /// `tolerance` from the best centre met, or after so many boxes.
  Proof prove_least(const PlaneClass& limits, std::span<const double> lambda, double tolerance,
                    std::int32_t most_boxes, const RunControl& run);

 private:
  struct Item {
    double ratio;
    std::size_t block;
  };
  const PlaneBlocks& blocks_;
  double weight_ = 0;
  std::vector<double> cost_;
  std::vector<Item> item_;
  std::vector<std::size_t> whole_;  // blocks taken in whole
  std::size_t split_ = 0;           // one more, in part
  double split_part_ = 0;
};

}  // namespace libgrid
