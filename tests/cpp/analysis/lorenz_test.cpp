#include "libgrid/analysis/lorenz.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/analysis/equity.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

using Values = std::vector<double>;

TEST(LorenzCurve, StartsAtTheOriginAndJoinsEqualValues) {
  const auto curve = lorenz_curve(Values{3, 1, 1, 5});
  EXPECT_EQ(curve.people, (Values{0, 0.5, 0.75, 1}));
  EXPECT_EQ(curve.value, (Values{0, 0.2, 0.5, 1}));
}

TEST(LorenzCurve, HasTheGiniOfTheBalance) {
  Rng rng{3};
  for (int round = 0; round < 200; ++round) {
    Values x(1 + rng.below(20));
    Values w(x.size());
    for (auto& v : x) v = static_cast<double>(rng.below(9));
    for (auto& v : w) v = static_cast<double>(rng.below(4));
    const auto gini = index_of(lorenz_curve(x, w));
    const auto wanted = measure_balance(x, w).gini;
    if (std::isnan(wanted)) {
      EXPECT_TRUE(std::isnan(gini));
    } else {
      EXPECT_NEAR(gini, wanted, 1e-12);
    }
  }
}

TEST(ConcentrationCurve, IsTheLorenzCurveWhenRankedByTheValueItself) {
  const Values x{4, 1, 7, 2};
  EXPECT_EQ(concentration_curve(x, x).value, lorenz_curve(x).value);
  EXPECT_DOUBLE_EQ(index_of(concentration_curve(x, Values{-4, -1, -7, -2})),
                   -index_of(lorenz_curve(x)));
}

TEST(ConcentrationCurve, GivesPeopleOfEqualRankEqualShares) {
  const auto one_step = concentration_curve(Values{9, 1, 0, 2}, Values{5, 5, 5, 5});
  EXPECT_EQ(one_step.people, (Values{0, 1}));
  EXPECT_DOUBLE_EQ(index_of(one_step), 0.0);
}

TEST(ConcentrationIndex, IsTwiceTheCovarianceWithTheRankOverTheMean) {
  // Kakwani, Wagstaff & van Doorslaer (1997): C = 2 cov(y, r) / mean, r the fractional rank.
  Rng rng{4};
  for (int round = 0; round < 100; ++round) {
    const auto n = 2 + rng.below(15);
    Values y(n);
    Values rank(n);
    for (std::size_t i = 0; i < n; ++i) {
      y[i] = 1.0 + static_cast<double>(rng.below(9));
      rank[i] = static_cast<double>(i);
    }
    double mean = 0;
    for (const auto v : y) mean += v / static_cast<double>(n);
    double covariance = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const auto r = (static_cast<double>(i) + 0.5) / static_cast<double>(n);
      covariance += (y[i] - mean) * (r - 0.5) / static_cast<double>(n);
    }
    EXPECT_NEAR(index_of(concentration_curve(y, rank)), 2 * covariance / mean, 1e-12);
  }
}

TEST(ErreygersIndex, IsTheSameForAttainmentAndShortfall) {
  const Values covered{0.2, 0.9, 0.4, 0.7};
  const Values rank{1, 2, 3, 4};
  Values missing;
  for (const auto c : covered) missing.push_back(1 - c);
  const auto have = erreygers_index(index_of(concentration_curve(covered, rank)), 0.55, 0, 1);
  const auto lack = erreygers_index(index_of(concentration_curve(missing, rank)), 0.45, 0, 1);
  EXPECT_NEAR(have, -lack, 1e-12);
  EXPECT_THROW((void)erreygers_index(0.1, 0.5, 1, 1), InvalidInput);
}

TEST(PalmaRatio, SetsTheTopTenthAgainstTheBottomFourTenths) {
  EXPECT_DOUBLE_EQ(palma_ratio(lorenz_curve(Values{1, 1, 1, 1, 1, 1, 1, 1, 1, 1})), 0.25);
  EXPECT_DOUBLE_EQ(palma_ratio(lorenz_curve(Values{1, 2, 3, 4, 5, 6, 7, 8, 9, 10})), 1.0);
  EXPECT_TRUE(std::isinf(palma_ratio(lorenz_curve(Values{0, 0, 0, 0, 0, 1}))));
  EXPECT_TRUE(std::isnan(palma_ratio(lorenz_curve({}))));
}

TEST(LorenzCurve, RefusesWhatCannotBeShared) {
  EXPECT_THROW((void)lorenz_curve(Values{1, -1}), InvalidInput);
  EXPECT_THROW((void)lorenz_curve(Values{1, std::nan("")}), InvalidInput);
  EXPECT_THROW((void)lorenz_curve(Values{1, 2}, Values{1}), InvalidInput);
  EXPECT_THROW((void)concentration_curve(Values{1, 2}, Values{1, std::nan("")}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
