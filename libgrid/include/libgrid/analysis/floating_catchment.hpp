#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "libgrid/analysis/reach.hpp"
#include "libgrid/base/run_control.hpp"

namespace libgrid {

/// Which floating catchment. With w the weight of a pair, P the demand and S the supply:
///
/// - two_step (2SFCA, Luo & Wang 2003): R = S / Σ P, A = Σ R over the pairs within the threshold.
/// - enhanced (E2SFCA, Luo & Qi 2009): R = S / Σ w P, A = Σ w R.
/// - modified (M2SFCA, Delamater 2013): R = S / Σ w P, A = Σ w² R.
/// - three_step (3SFCA, Wan, Zou & Sternberg 2012): w·w/Σw in both steps, Σw over the row's sites.
/// - balanced (BFCA, Páez, Higgins & Vivona 2019): w / Σ over the row in the first step, w / Σ over
///   the column in the second.
enum class CatchmentMethod : std::uint8_t { two_step, enhanced, modified, three_step, balanced };

/// Weight `weight` up to and including `until_s`, from the step before.
struct DecayStep {
  double until_s = 0.0;
  double weight = 0.0;
};

struct NoDecay {};
struct StepDecay {
  std::span<const DecayStep> steps;  ///< ascending; beyond the last the weight is 0
};
/// (e^(-½(t/d)²) - e^(-½)) / (1 - e^(-½)), d the pair's threshold: 1 at once, 0 at the threshold.
struct GaussianDecay {};
struct GivenDecay {
  std::span<const double> weights;  ///< one an entry of the times, in their order; 0 … 1
};
using Decay = std::variant<NoDecay, StepDecay, GaussianDecay, GivenDecay>;

struct FloatingCatchmentOptions {
  CatchmentMethod method = CatchmentMethod::two_step;
  Decay decay{};
  /// Inclusive, one value or one a row; a pair counts when it is also within its site's threshold.
  std::span<const double> threshold_s;
  std::span<const double> site_threshold_s{};  ///< one a column; empty: the row's alone
  /// three_step only: Σw runs over all sites that there are times to, beyond the threshold too.
  bool select_among_all = false;
};

struct Accessibility {
  std::vector<double> score;   ///< by row; 0 where no site is within reach
  std::vector<double> ratio;   ///< by site: supply for each unit of demand; 0 without demand
  std::vector<double> demand;  ///< by site: the weighted demand of the first step
  std::vector<std::uint8_t> no_demand;  ///< by site: nobody within its catchment
};

/// Floating catchment accessibility of each row (demand) to the columns (supply), in two passes
/// over the pairs that are there: memory for the answer only. 0/0 is 0 and flagged in `no_demand`.
///
/// Sums run in the order of rows and chunks, so threads change no bit. O(pairs).
/// Throws InvalidInput on lengths that differ, NaN or negative times, demand, supply or weights
/// that are negative or not finite, weights over 1, thresholds that are not above 0, a decay where
/// the method has none or none where it needs one, and a TimeNearest row whose k-th site is still
/// within the threshold: there may be more.
[[nodiscard]] Accessibility measure_floating_catchment(const Times& times,
                                                       std::span<const double> demand,
                                                       std::span<const double> supply,
                                                       const FloatingCatchmentOptions& options,
                                                       const RunControl& run = {});

/// Σ w S of each row over the sites within its threshold, nobody competing: cumulative
/// opportunities without a decay, gravity accessibility (Hansen 1959) with one. Conditions and cost
/// as above; of the options `method` and `select_among_all` do not matter.
[[nodiscard]] std::vector<double> sum_supply(const Times& times, std::span<const double> supply,
                                             const FloatingCatchmentOptions& options,
                                             const RunControl& run = {});

}  // namespace libgrid
