#include "libgrid/analysis/round_length.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

RoundLength one_grid(double visits, double area_m2, double base_s,
                     RoundLengthOptions options = {}) {
  const std::vector<double> v{visits};
  const std::vector<double> a{area_m2};
  const std::vector<double> b{base_s};
  const std::vector<double> pace{0.25};
  return measure_round_length({v, a, b, pace}, options);
}

TEST(RoundLength, OfOneGridIsWhatThePencilSays) {
  // 230 visits a year, ten working days wait: ten visits on a square kilometre, 1/√δ = 316.2 m.
  const auto found = one_grid(230, 1e6, 300);
  const auto leg = 0.7124 * 0.25 * std::sqrt(1e6 / 10);  // 56.3 s
  const auto stops = (210 * 60 - 600 + leg) / (24 * 60 + leg);
  EXPECT_NEAR(found.leg_s[0], leg, 1e-9);
  EXPECT_NEAR(found.stops[0], stops, 1e-9);
  EXPECT_NEAR(found.travel_min[0], (600 + (stops - 1) * leg) / stops / 60, 1e-9);
  EXPECT_NEAR(found.travel_min_a_year[0], 230 * found.travel_min[0], 1e-9);
}

TEST(RoundLength, FallsWithTheRootOfTheDensity) {
  const RoundLengthOptions whole{.round_min = 1e6};  // so many stops that the way home is nothing
  const auto thin = one_grid(100, 1e6, 1000, whole);
  const auto dense = one_grid(400, 1e6, 1000, whole);
  EXPECT_NEAR(thin.leg_s[0] / dense.leg_s[0], 2.0, 1e-9);
  EXPECT_NEAR(thin.travel_min[0] * 60, thin.leg_s[0], 0.02 * thin.leg_s[0] + 5);
}

TEST(RoundLength, IsHomeAndBackWhereTheNextStopIsFarther) {
  const auto found = one_grid(1, 1e8, 60);
  EXPECT_DOUBLE_EQ(found.stops[0], 1.0);
  EXPECT_DOUBLE_EQ(found.travel_min[0], 2.0);
}

TEST(RoundLength, OfAGridWithoutVisitsIsNoTimeAndOfOneOutOfReachUnknown) {
  const auto none = one_grid(0, 1e6, 100);
  EXPECT_DOUBLE_EQ(none.travel_min_a_year[0], 0.0);
  const auto lost = one_grid(5, 1e6, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(lost.travel_min[0]) && std::isnan(lost.travel_min_a_year[0]));
}

TEST(RoundLength, FitFindsTheConstantThatMadeTheRounds) {
  Rng rng{7, 0};
  std::vector<double> stops;
  std::vector<double> density;
  std::vector<double> base;
  std::vector<double> round;
  for (int i = 0; i < 50; ++i) {
    stops.push_back(2 + static_cast<double>(rng.below(8)));
    density.push_back(1e-6 * (1 + static_cast<double>(rng.below(50))));
    base.push_back(static_cast<double>(rng.below(900)));
    round.push_back(2 * base.back() + 0.9 * (stops.back() - 1) * 0.3 / std::sqrt(density.back()));
  }
  const auto fit = fit_round_length({stops, density, base, round}, 0.3);
  EXPECT_NEAR(fit.constant, 0.9, 1e-9);
  EXPECT_NEAR(fit.mean_error, 0.0, 1e-9);
  EXPECT_NEAR(fit.mean_absolute_error, 0.0, 1e-9);
  EXPECT_NEAR(fit.correlation, 1.0, 1e-9);
  EXPECT_EQ(fit.rounds, 50);
}

TEST(RoundLength, FitTellsHowFarOffItIs) {
  const std::vector<double> two{2, 2};
  const std::vector<double> density{1, 1};
  const std::vector<double> base{0, 0};
  const std::vector<double> round{1, 3};  // the constant that fits both best is 2
  const auto fit = fit_round_length({two, density, base, round}, 1.0);
  EXPECT_DOUBLE_EQ(fit.constant, 2.0);
  EXPECT_DOUBLE_EQ(fit.mean_absolute_error, 0.5);
  EXPECT_TRUE(std::isnan(fit.correlation));
}

TEST(RoundLength, RefusesWhatCannotBe) {
  EXPECT_THROW((void)one_grid(-1, 1, 1), InvalidInput);
  EXPECT_THROW((void)one_grid(1, std::nan(""), 1), InvalidInput);
  EXPECT_THROW((void)one_grid(1, 1, -1), InvalidInput);
  EXPECT_THROW((void)one_grid(1, 1, 1, {.round_min = 0}), InvalidInput);
  const std::vector<double> one{1};
  EXPECT_THROW((void)measure_round_length({one, one, {}, one}), InvalidInput);
  EXPECT_THROW((void)fit_round_length({one, one, one, one}, 1.0), InvalidInput);  // no leg
}

}  // namespace
}  // namespace libgrid
