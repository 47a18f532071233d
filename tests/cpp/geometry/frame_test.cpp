#include "libgrid/geometry/frame.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

TEST(Frame, RoundsToMillimetresAndBack) {
  const Frame frame{{410'464.4747, 3'393'365.8687}};
  EXPECT_EQ(frame.origin().x_m, 410'000.0);
  const auto p = frame.to_point({410'464.4747, 3'393'365.8687});
  EXPECT_EQ(p, (Point{464'475, 365'869}));
  const auto back = frame.to_position(p);
  EXPECT_LE(std::hypot(back.x_m - 410'464.4747, back.y_m - 3'393'365.8687), 0.00071);
}

TEST(Frame, NotANumberNeverFits) {
  const Frame frame;
  EXPECT_FALSE(frame.fits({std::numeric_limits<double>::quiet_NaN(), 0}));
  EXPECT_FALSE(frame.fits({0, std::numeric_limits<double>::infinity()}));
  EXPECT_THROW((void)frame.to_point({1e7, 0}), InvalidInput);
}

TEST(Frame, IsCentredOnTheFinitePositions) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Position> places{{1000, 5000}, {nan, 0}, {3000, 7000}};
  EXPECT_EQ(Frame::around(places), Frame({2000, 6000}));
  EXPECT_EQ(Frame::around({}), Frame{});
}

TEST(ToPoints, NamesTheRowsThatDoNotFit) {
  const std::vector<Position> places{{0, 0}, {1e9, 0}};
  try {
    (void)to_points(Frame{}, places);
    FAIL();
  } catch (const InvalidInput& error) {
    EXPECT_NE(std::string{error.what()}.find("rows 1"), std::string::npos);
  }
}

TEST(Orientation, IsExactAtTheFramesEnds) {
  constexpr std::int32_t kFar = 500'000'000;
  EXPECT_GT(orientation({-kFar, -kFar}, {kFar, kFar}, {kFar - 1, kFar}), 0);
  EXPECT_EQ(orientation({-kFar, -kFar}, {kFar, kFar}, {0, 0}), 0);
  EXPECT_LT(orientation({-kFar, -kFar}, {kFar, kFar}, {1, 0}), 0);
}

}  // namespace
}  // namespace libgrid
