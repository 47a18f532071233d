#include "libgrid/analysis/poisson_interval.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

/// P(no more than count) term by term.
double sum_of_terms(std::int64_t count, double mean) {
  double sum = 0;
  for (std::int64_t k = 0; k <= count; ++k) {
    const auto n = static_cast<double>(k);
    sum += std::exp(n * std::log(mean) - mean - std::lgamma(n + 1));
  }
  return sum;
}

TEST(PoissonInterval, GivesThePublishedExactLimits) {
  // Garwood's 95 % limits, as tables of health statistics print them.
  const std::vector<std::int64_t> counts{0, 1, 2, 5, 10, 20, 50, 100};
  const auto found = find_poisson_interval(counts, 0.95);
  const std::vector<double> low{0, 0.0253, 0.2422, 1.6235, 4.7954, 12.2165, 37.1110, 81.3640};
  const std::vector<double> high{3.6889,  5.5716,  7.2247,  11.6683,
                                 18.3904, 30.8884, 65.9188, 121.6270};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    EXPECT_NEAR(found.low[i], low[i], 5e-4) << counts[i];
    EXPECT_NEAR(found.high[i], high[i], 5e-4) << counts[i];
  }
}

TEST(PoissonInterval, TailsEqualTheSumOfTheirTerms) {
  for (const std::int64_t count : {0, 1, 3, 17, 80, 400})
    for (const double mean : {0.01, 0.7, 3.0, 16.5, 81.0, 390.0, 450.0})
      EXPECT_NEAR(poisson_cdf(count, mean), sum_of_terms(count, mean), 1e-11)
          << count << ' ' << mean;
  EXPECT_EQ(poisson_cdf(-1, 3), 0);
  EXPECT_EQ(poisson_cdf(4, 0), 1);
}

TEST(PoissonInterval, EachEndLeavesItsShareOutside) {
  std::vector<std::int64_t> counts;
  for (std::int64_t k = 0; k < 300; ++k) counts.push_back(k);
  const auto found = find_poisson_interval(counts, 0.9);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    EXPECT_NEAR(poisson_cdf(counts[i], found.high[i]), 0.05, 1e-9);
    if (counts[i] > 0) {
      EXPECT_NEAR(1 - poisson_cdf(counts[i] - 1, found.low[i]), 0.05, 1e-9);
    }
  }
}

TEST(PoissonInterval, LargeCountsLookNormal) {
  const std::vector<std::int64_t> counts{1'000'000};
  const auto found = find_poisson_interval(counts, 0.95);
  EXPECT_NEAR(found.low[0], 1e6 - 1.96 * 1000, 5);
  EXPECT_NEAR(found.high[0], 1e6 + 1.96 * 1000, 5);
}

TEST(PoissonInterval, RefusesWhatCannotBe) {
  const std::vector<std::int64_t> bad{3, -1};
  const std::vector<std::int64_t> good{3};
  EXPECT_THROW((void)find_poisson_interval(bad), InvalidInput);
  EXPECT_THROW((void)find_poisson_interval(good, 1.0), InvalidInput);
}

}  // namespace
}  // namespace libgrid
