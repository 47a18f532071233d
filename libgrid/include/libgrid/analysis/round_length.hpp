#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace libgrid {

/// Where home visits are asked, one entry a grid.
struct RoundDemand {
  std::span<const double> visits;   ///< home visits a year
  std::span<const double> area_m2;  ///< of the ground on which they lie
  std::span<const double> base_s;   ///< one way from the team's base; infinite: cannot be reached
  std::span<const double> pace_s_per_m;  ///< a metre as the crow flies, as the team travels
};

struct RoundLengthOptions {
  double round_min = 210;    ///< a round from the base and back: one half-day
  double visit_min = 24;     ///< at the door; the home visit of the service rules
  double round_days = 230;   ///< days of the year on which rounds are made: 46 weeks of five
  double wait_days = 10;     ///< visits that fall due within so many of them are sorted into rounds
  double constant = 0.7124;  ///< of the tour through many points (Beardwood, Halton, Hammersley)
};

/// What a visit's journey takes, one entry a grid; NaN where the base cannot reach it.
struct RoundLength {
  std::vector<double> stops;              ///< visits in one round, 1 or more, as a mean
  std::vector<double> leg_s;              ///< from stop to stop
  std::vector<double> travel_min;         ///< a visit
  std::vector<double> travel_min_a_year;  ///< visits × travel_min; 0 where no visit is asked
};

/// Estimates home-visit rounds without planning one, O(grids).
///
/// Visits that wait together have the density δ = visits a day × wait_days ÷ area. From stop to
/// stop lies constant ÷ √δ metres as the crow flies; a round of n visits has n - 1 such legs and
/// the way out and home, and n is as large as the round's minutes allow. Where the next stop is
/// farther than home and back, each visit is a round by itself. Daganzo (1984), The distance
/// traveled to visit N points with a maximum of C stops per vehicle; Beardwood, Halton and
/// Hammersley (1959), The shortest path through many points.
///
/// Throws InvalidInput on lengths that differ, values that are negative or NaN, options that are
/// not above 0.
[[nodiscard]] RoundLength measure_round_length(const RoundDemand& demand,
                                               const RoundLengthOptions& options = {});

/// Real rounds, one entry a round.
struct RealRounds {
  std::span<const double> stops;           ///< visits in it
  std::span<const double> density_per_m2;  ///< of the visits that waited where it went
  std::span<const double> base_s;          ///< mean way from the base to its stops
  std::span<const double> round_s;         ///< on the way in all
};

/// How the constant was fitted, and how far off the estimate of a round is with it.
struct RoundFit {
  double constant = 0;
  double mean_error = 0;           ///< (estimated - real) ÷ real, of the sums
  double mean_absolute_error = 0;  ///< |estimated - real| ÷ mean real, mean over the rounds
  double correlation = 0;          ///< of estimated and real; NaN when one does not vary
  std::int64_t rounds = 0;
};

/// Fits the constant to real rounds by least squares of round_s - 2 base_s on the legs between
/// stops. Throws InvalidInput as above, and when no round has two stops.
[[nodiscard]] RoundFit fit_round_length(const RealRounds& rounds, double pace_s_per_m);

}  // namespace libgrid
