#include "libgrid/base/random.hpp"

#include <array>

#include <gtest/gtest.h>

namespace libgrid {
namespace {

TEST(Rng, SameSeedAndStreamGiveTheSameNumbers) {
  Rng a{42, 3};
  Rng b{42, 3};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a(), b());
}

TEST(Rng, StreamsDiffer) {
  Rng a{42, 0};
  Rng b{42, 1};
  int same = 0;
  for (int i = 0; i < 100; ++i) same += a() == b() ? 1 : 0;
  EXPECT_EQ(same, 0);
}

TEST(Rng, UnitStaysInItsRangeWithTheRightMean) {
  Rng rng{7};
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double u = rng.unit();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.005);
}

TEST(Rng, BelowIsUniform) {
  Rng rng{1};
  std::array<int, 7> seen{};
  for (int i = 0; i < 70'000; ++i) ++seen[rng.below(7)];
  for (const int count : seen) EXPECT_NEAR(count, 10'000, 500);
}

}  // namespace
}  // namespace libgrid
