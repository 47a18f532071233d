#include "libgrid/analysis/summary.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

constexpr auto kInf = std::numeric_limits<double>::infinity();

/// Writes every person down, sorts, and counts to the one at `tenths` tenths.
double slow_quantile(const std::vector<double>& persons, std::size_t tenths) {
  if (persons.empty()) return std::nan("");
  return persons[(persons.size() * tenths + 9) / 10 - 1];
}

void expect_same(double actual, double expected) {
  if (std::isnan(expected))
    EXPECT_TRUE(std::isnan(actual));
  else
    EXPECT_DOUBLE_EQ(actual, expected);
}

TEST(Summary, EqualsCountingPersonByPerson) {
  Rng rng{4};
  for (int round = 0; round < 300; ++round) {
    const auto n = rng.below(30);
    std::vector<double> values;
    std::vector<double> weights;
    std::vector<std::int32_t> labels;
    for (std::uint64_t i = 0; i < n; ++i) {
      values.push_back(rng.below(6) == 0 ? kInf : static_cast<double>(rng.below(10)));
      weights.push_back(static_cast<double>(rng.below(5)));
      labels.push_back(static_cast<std::int32_t>(rng.below(4)) - 1);
    }
    const auto summaries = summarise(values, weights, labels, 3, Seconds{4});
    ASSERT_EQ(summaries.size(), 4U);
    for (std::int32_t label = -1; label < 3; ++label) {
      std::vector<double> persons;
      double covered = 0;
      double unreachable = 0;
      double sum = 0;
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (labels[i] != label) continue;
        if (values[i] == kInf) unreachable += weights[i];
        if (values[i] <= 4) covered += weights[i];
        for (int p = 0; p < weights[i] && values[i] != kInf; ++p) {
          persons.push_back(values[i]);
          sum += values[i];
        }
      }
      std::sort(persons.begin(), persons.end());
      const auto& s = summaries[static_cast<std::size_t>(label < 0 ? 3 : label)];
      EXPECT_EQ(s.people, static_cast<double>(persons.size()) + unreachable);
      EXPECT_EQ(s.unreachable, unreachable);
      EXPECT_EQ(s.covered, covered);
      expect_same(s.covered_share, covered / s.people);
      expect_same(s.mean_s, sum / static_cast<double>(persons.size()));
      expect_same(s.median_s, slow_quantile(persons, 5));
      expect_same(s.p90_s, slow_quantile(persons, 9));
      expect_same(s.max_s, persons.empty() ? std::nan("") : persons.back());
    }
  }
}

TEST(Summary, QuantilesOfTenAreTheFifthAndTheNinth) {
  std::vector<double> values;
  for (int i = 1; i <= 10; ++i) values.push_back(i);
  const auto s = summarise(values, std::vector<double>(10, 0.1), std::vector<std::int32_t>(10), 1,
                           Seconds{5})[0];
  EXPECT_EQ(s.median_s, 5);
  EXPECT_EQ(s.max_s, 10);
  EXPECT_NEAR(s.covered_share, 0.5, 1e-12);
}

TEST(Summary, RefusesWrongInput) {
  const std::vector<double> one{1};
  const std::vector<std::int32_t> label{0};
  EXPECT_THROW((void)summarise(one, {}, label, 1, Seconds{1}), InvalidInput);
  EXPECT_THROW((void)summarise(one, one, {}, 1, Seconds{1}), InvalidInput);
  EXPECT_THROW((void)summarise(one, one, std::vector<std::int32_t>{1}, 1, Seconds{1}),
               InvalidInput);
  EXPECT_THROW((void)summarise(std::vector<double>{std::nan("")}, one, label, 1, Seconds{1}),
               InvalidInput);
  EXPECT_THROW((void)summarise(one, std::vector<double>{-1}, label, 1, Seconds{1}), InvalidInput);
  EXPECT_THROW((void)summarise(one, one, label, 1, Seconds{0}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
