#include "libgrid/analysis/equity.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

double gini(std::vector<double> loads) { return measure_balance(loads).gini; }

TEST(Balance, HasThePublishedGinis) {
  EXPECT_DOUBLE_EQ(gini({1, 2, 3, 4}), 0.25);
  EXPECT_DOUBLE_EQ(gini({5, 5, 5}), 0.0);
  EXPECT_DOUBLE_EQ(gini({0, 0, 0, 1}), 0.75);
}

TEST(Balance, OfOneTwoThreeFourIsKnown) {
  const std::vector<double> loads{4, 2, 1, 3};
  const auto b = measure_balance(loads);
  EXPECT_EQ(b.n, 4);
  EXPECT_DOUBLE_EQ(b.mean, 2.5);
  EXPECT_DOUBLE_EQ(b.cv, std::sqrt(1.25) / 2.5);
  EXPECT_DOUBLE_EQ(b.max_over_mean, 1.6);
  EXPECT_DOUBLE_EQ(b.range_over_mean, 1.2);
  EXPECT_DOUBLE_EQ(b.jain, 100.0 / 120.0);
  EXPECT_NEAR(
      b.theil,
      (0.4 * std::log(0.4) + 0.8 * std::log(0.8) + 1.2 * std::log(1.2) + 1.6 * std::log(1.6)) / 4,
      1e-15);
}

TEST(Balance, GiniIsTheMeanDifferenceOfAllPairs) {
  Rng rng{7};
  for (int round = 0; round < 200; ++round) {
    std::vector<double> x(1 + rng.below(12));
    std::vector<double> w(x.size());
    for (auto& v : x) v = static_cast<double>(rng.below(6));
    for (auto& v : w) v = static_cast<double>(rng.below(4));
    double difference = 0;
    double total = 0;
    double weight = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      total += w[i] * x[i];
      weight += w[i];
      for (std::size_t j = 0; j < x.size(); ++j) difference += w[i] * w[j] * std::abs(x[i] - x[j]);
    }
    const auto b = measure_balance(x, w);
    if (weight == 0) {
      EXPECT_TRUE(std::isnan(b.gini));
    } else if (total == 0) {
      EXPECT_EQ(b.gini, 0);
    } else {
      EXPECT_NEAR(b.gini, difference / (2 * weight * total), 1e-12);
    }
  }
}

TEST(Balance, NeverGetsWorseWhenTheRicherGivesToThePoorer) {
  const auto before = measure_balance(std::vector<double>{1, 4, 9});
  const auto after = measure_balance(std::vector<double>{2, 4, 8});
  EXPECT_LT(after.gini, before.gini);
  EXPECT_LT(after.cv, before.cv);
  EXPECT_LT(after.theil, before.theil);
  EXPECT_GT(after.jain, before.jain);
}

TEST(Balance, IsDefinedAtTheEdges) {
  EXPECT_TRUE(std::isnan(measure_balance({}).gini));
  EXPECT_EQ(measure_balance({}).n, 0);
  for (const auto& equal : {std::vector<double>{0, 0, 0}, std::vector<double>{3}}) {
    const auto b = measure_balance(equal);
    EXPECT_EQ(b.gini, 0);
    EXPECT_EQ(b.cv, 0);
    EXPECT_EQ(b.theil, 0);
    EXPECT_EQ(b.range_over_mean, 0);
    EXPECT_EQ(b.max_over_mean, 1);
    EXPECT_EQ(b.jain, 1);
  }
}

TEST(Balance, WeightsCountAsRepetition) {
  const auto weighted = measure_balance(std::vector<double>{1, 5}, std::vector<double>{3, 1});
  const auto repeated = measure_balance(std::vector<double>{1, 1, 1, 5});
  EXPECT_DOUBLE_EQ(weighted.gini, repeated.gini);
  EXPECT_DOUBLE_EQ(weighted.theil, repeated.theil);
  EXPECT_DOUBLE_EQ(weighted.jain, repeated.jain);
}

TEST(Balance, NamesTheEntryThatCannotBe) {
  for (const double bad : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    try {
      (void)measure_balance(std::vector<double>{1, 2, bad});
      FAIL();
    } catch (const InvalidInput& error) {
      EXPECT_NE(std::string{error.what()}.find("loads[2]"), std::string::npos);
    }
  }
  EXPECT_THROW((void)measure_balance(std::vector<double>{1, 2}, std::vector<double>{1}),
               InvalidInput);
}

}  // namespace
}  // namespace libgrid
