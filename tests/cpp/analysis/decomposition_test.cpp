#include "libgrid/analysis/decomposition.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/analysis/equity.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

using Values = std::vector<double>;
using Labels = std::vector<std::int32_t>;

TEST(TheilParts, AddUpToTheWholeOnRandomPlaces) {
  Rng rng{5};
  for (int round = 0; round < 200; ++round) {
    const auto n = 1 + rng.below(30);
    Values x(n);
    Values w(n);
    Labels g(n);
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = static_cast<double>(rng.below(6));
      w[i] = static_cast<double>(rng.below(3));
      g[i] = static_cast<std::int32_t>(rng.below(4));
    }
    const auto parts = decompose_theil(x, w, g, 4);
    const auto whole = measure_balance(x, w).theil;
    if (std::isnan(whole)) {
      EXPECT_TRUE(std::isnan(parts.total));
      continue;
    }
    EXPECT_NEAR(parts.total, whole, 1e-12);
    EXPECT_NEAR(parts.within + parts.between, whole, 1e-12);
  }
}

TEST(TheilParts, OfOneGroupAreAllWithinAndOfEqualGroupsAllBetween) {
  const Values x{1, 2, 3};
  const auto one = decompose_theil(x, {}, Labels{0, 0, 0}, 1);
  EXPECT_EQ(one.between, 0.0);
  EXPECT_DOUBLE_EQ(one.within, one.total);
  const auto apart = decompose_theil(Values{1, 1, 3, 3}, {}, Labels{0, 0, 1, 1}, 2);
  EXPECT_EQ(apart.within, 0.0);
  EXPECT_NEAR(apart.between, 0.5 * (0.5 * std::log(0.5) + 1.5 * std::log(1.5)), 1e-15);
}

TEST(TheilParts, SayNothingOfAGroupWithoutPeople) {
  const auto parts = decompose_theil(Values{1, 5}, Values{1, 0}, Labels{0, 1}, 3);
  EXPECT_EQ(parts.groups[1].n, 0);
  EXPECT_TRUE(std::isnan(parts.groups[1].mean) && std::isnan(parts.groups[2].theil));
  EXPECT_EQ(parts.total, 0.0);
}

TEST(TheilParts, AreZeroWhenThereIsNothingToShare) {
  const auto parts = decompose_theil(Values{0, 0}, {}, Labels{0, 1}, 2);
  EXPECT_EQ(parts.total, 0.0);
  EXPECT_EQ(parts.within + parts.between, 0.0);
}

TEST(TheilParts, RefuseLabelsOutOfRange) {
  EXPECT_THROW((void)decompose_theil(Values{1}, {}, Labels{1}, 1), InvalidInput);
  EXPECT_THROW((void)decompose_theil(Values{1}, {}, Labels{-1}, 1), InvalidInput);
  EXPECT_THROW((void)decompose_theil(Values{-1}, {}, Labels{0}, 1), InvalidInput);
}

}  // namespace
}  // namespace libgrid
