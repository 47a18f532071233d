#include "libgrid/analysis/round_length.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "check_columns.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

void require_positive(double value, const char* name) {
  require(value > 0 && std::isfinite(value),
          [&] { return std::string{name} + " must be a finite number above 0"; });
}

/// Infinite times are ways that do not exist; they may stand in a column.
void check_times(std::span<const double> values, const char* name) {
  check_values(values, name, 1, "values must be 0 or more", [](double x) { return x >= 0; });
}

}  // namespace

RoundLength measure_round_length(const RoundDemand& demand, const RoundLengthOptions& options) {
  const auto n = demand.visits.size();
  check_length(demand.area_m2.size(), "area_m2", n, "visits");
  check_length(demand.base_s.size(), "base_s", n, "visits");
  check_amounts(demand.visits, "visits");
  check_amounts(demand.area_m2, "area_m2");
  check_times(demand.base_s, "base_s");
  check_length(demand.pace_s_per_m.size(), "pace_s_per_m", n, "visits");
  check_amounts(demand.pace_s_per_m, "pace_s_per_m");
  require_positive(options.round_min, "round_min");
  require_positive(options.visit_min, "visit_min");
  require_positive(options.round_days, "round_days");
  require_positive(options.wait_days, "wait_days");
  require_positive(options.constant, "constant");

  RoundLength found{std::vector<double>(n, kNan), std::vector<double>(n, kNan),
                    std::vector<double>(n, kNan), std::vector<double>(n, 0.0)};
  const auto waiting_share = options.wait_days / options.round_days;
  for (std::size_t i = 0; i < n; ++i) {
    if (!(demand.visits[i] > 0)) continue;
    const auto out_and_home = 2 * demand.base_s[i];
    if (!std::isfinite(out_and_home)) {
      found.travel_min_a_year[i] = kNan;
      continue;
    }
    const auto waiting = demand.visits[i] * waiting_share;
    const auto leg =
        options.constant * demand.pace_s_per_m[i] * std::sqrt(demand.area_m2[i] / waiting);
    double stops = 1;
    if (leg < out_and_home) {
      const auto stay = 60 * options.visit_min;
      stops = std::max(1.0, (60 * options.round_min - out_and_home + leg) / (stay + leg));
    }
    found.stops[i] = stops;
    found.leg_s[i] = leg;
    found.travel_min[i] = (out_and_home + (stops - 1) * leg) / stops / 60;
    found.travel_min_a_year[i] = demand.visits[i] * found.travel_min[i];
  }
  return found;
}

RoundFit fit_round_length(const RealRounds& rounds, double pace_s_per_m) {
  const auto n = rounds.stops.size();
  check_length(rounds.density_per_m2.size(), "density_per_m2", n, "stops");
  check_length(rounds.base_s.size(), "base_s", n, "stops");
  check_length(rounds.round_s.size(), "round_s", n, "stops");
  check_values(rounds.stops, "stops", 1, "values must be finite and at least 1",
               [](double x) { return x >= 1 && std::isfinite(x); });
  check_values(rounds.density_per_m2, "density_per_m2", 1, "values must be finite and above 0",
               [](double x) { return x > 0 && std::isfinite(x); });
  check_amounts(rounds.base_s, "base_s");
  check_amounts(rounds.round_s, "round_s");
  require_positive(pace_s_per_m, "pace_s_per_m");

  double xy = 0;
  double xx = 0;
  std::vector<double> legs(n);  // with a constant of 1
  for (std::size_t i = 0; i < n; ++i) {
    legs[i] = (rounds.stops[i] - 1) * pace_s_per_m / std::sqrt(rounds.density_per_m2[i]);
    xx += legs[i] * legs[i];
    xy += legs[i] * (rounds.round_s[i] - 2 * rounds.base_s[i]);
  }
  require(xx > 0, [] { return std::string{"stops: no round has two, so there is no leg to fit"}; });
  RoundFit fit{.constant = std::max(0.0, xy / xx), .rounds = static_cast<std::int64_t>(n)};
  double estimated_sum = 0;
  double real_sum = 0;
  double absolute = 0;
  std::vector<double> estimated(n);
  for (std::size_t i = 0; i < n; ++i) {
    estimated[i] = 2 * rounds.base_s[i] + fit.constant * legs[i];
    estimated_sum += estimated[i];
    real_sum += rounds.round_s[i];
    absolute += std::abs(estimated[i] - rounds.round_s[i]);
  }
  require(real_sum > 0, [] { return std::string{"round_s: all rounds take no time"}; });
  fit.mean_error = (estimated_sum - real_sum) / real_sum;
  fit.mean_absolute_error = absolute / real_sum;
  double cross = 0;
  double var_estimated = 0;
  double var_real = 0;
  const auto count = static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto a = estimated[i] - estimated_sum / count;
    const auto b = rounds.round_s[i] - real_sum / count;
    cross += a * b;
    var_estimated += a * a;
    var_real += b * b;
  }
  fit.correlation =
      var_estimated > 0 && var_real > 0 ? cross / std::sqrt(var_estimated * var_real) : kNan;
  return fit;
}

}  // namespace libgrid
