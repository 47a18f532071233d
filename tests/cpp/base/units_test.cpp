#include "libgrid/base/units.hpp"

#include <type_traits>

#include <gtest/gtest.h>

namespace libgrid {
namespace {

using namespace std::chrono_literals;

static_assert(!std::is_convertible_v<double, Seconds>, "a bare number is not a time");
static_assert(!std::is_convertible_v<Metres, Seconds>, "a length is not a time");
static_assert(!std::is_convertible_v<double, Metres>, "a bare number is not a length");
static_assert(std::is_convertible_v<std::chrono::minutes, Seconds>);

TEST(Units, MinutesAreSeconds) { EXPECT_EQ(Seconds{15min}.count(), 900.0); }

TEST(Units, MetresAddAndDivide) {
  EXPECT_EQ((Metres{3} + Metres{4}).count(), 7.0);
  EXPECT_EQ(Metres{10} / Metres{4}, 2.5);
  EXPECT_LT(Metres{1}, 2.0 * Metres{1});
}

}  // namespace
}  // namespace libgrid
