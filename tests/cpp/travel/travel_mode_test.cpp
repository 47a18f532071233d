#include "libgrid/travel/travel_mode.hpp"

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

TEST(TravelMode, TellsTheSpeedOnAClass) {
  EXPECT_DOUBLE_EQ(*travel_mode("walk").speed_on("residential"), 4.32);
  EXPECT_DOUBLE_EQ(*travel_mode("walk_elderly").speed_on("footway"), 0.76 * 3.6);
  EXPECT_DOUBLE_EQ(*travel_mode("ebike").speed_on("residential"), 17.1);
  EXPECT_DOUBLE_EQ(*travel_mode("car").speed_on("a word of tomorrow"), 25.0);
}

TEST(TravelMode, KnowsWhereItMayNotGo) {
  EXPECT_FALSE(travel_mode("walk").speed_on("motorway"));
  EXPECT_FALSE(travel_mode("car").speed_on("footway"));
  EXPECT_FALSE(travel_mode("ebike").speed_on("steps"));
}

TEST(TravelMode, IsCappedByTheLimit) {
  EXPECT_DOUBLE_EQ(*travel_mode("car").speed_on("residential", 15.0), 15.0);
  EXPECT_DOUBLE_EQ(*travel_mode("walk").speed_on("residential", 15.0), 4.32);
}

TEST(TravelMode, OnlyWalkersIgnoreOneWays) {
  for (const auto& mode : travel_modes()) {
    EXPECT_EQ(mode.obeys_oneway, mode.name == "ebike" || mode.name == "car");
    EXPECT_NO_THROW(check(mode));
  }
}

TEST(TravelMode, RefusesUnknownNamesAndBadSpeeds) {
  EXPECT_THROW((void)travel_mode("rocket"), InvalidInput);
  auto mode = travel_mode("walk");
  mode.speed_kmh = 0;
  EXPECT_THROW(check(mode), InvalidInput);
}

}  // namespace
}  // namespace libgrid
