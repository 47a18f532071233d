#include "libgrid/geometry/lon_lat.hpp"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::string complaint_about(const std::vector<LonLat>& places) {
  try {
    require_on_earth(places);
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "";
}

TEST(LonLat, KnowsPlacesOnEarth) {
  constexpr auto kNaN = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(is_on_earth({104.0, 30.6}));
  EXPECT_TRUE(is_on_earth({-180.0, 90.0}));
  EXPECT_FALSE(is_on_earth({30.6, 104.0}));
  EXPECT_FALSE(is_on_earth({kNaN, 30.0}));
  EXPECT_FALSE(is_on_earth({104.0, std::numeric_limits<double>::infinity()}));
}

TEST(LonLat, NamesTheFirstFiveRowsAndCountsTheRest) {
  std::vector<LonLat> places(9, LonLat{410'000.0, 3'390'000.0});
  places[1] = {104.0, 30.0};
  EXPECT_NE(complaint_about(places).find("8 rows (0, 2, 3, 4, 5, …)"), std::string::npos);
  EXPECT_EQ(complaint_about({{104.0, 30.0}}), "");
}

TEST(LonLat, SaysWhenTheColumnsLookSwapped) {
  EXPECT_NE(complaint_about({{30.6, 104.0}, {30.7, 104.1}}).find("longitude first"),
            std::string::npos);
  EXPECT_EQ(complaint_about({{30.6, 104.0}, {500.0, 104.1}}).find("longitude first"),
            std::string::npos);
}

}  // namespace
}  // namespace libgrid
