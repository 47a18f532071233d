#include "libgrid/geometry/validity.hpp"

#include <gtest/gtest.h>

#include "polygons.hpp"

namespace libgrid {
namespace {

TEST(FindPolygonFaults, NamesTheReasonAndThePlace) {
  const auto set = testing::PolygonBuilder{}
                       .add_box({0, 0}, {10, 10})
                       .add_parts({})
                       .add({{{5, 5}, {9, 9}, {7, 7}}})
                       .add({{{0, 0}, {20, 20}, {20, 0}, {0, 20}}})
                       .build();
  const auto faults = find_polygon_faults(set);
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_EQ(faults[0].polygon, 1);
  EXPECT_EQ(faults[0].reason, "empty");
  EXPECT_EQ(faults[1].polygon, 2);
  EXPECT_EQ(faults[1].reason, "collapsed");
  EXPECT_EQ(faults[2].polygon, 3);
  EXPECT_EQ(faults[2].reason, "Self-intersection");
  EXPECT_EQ(faults[2].where, (Point{10, 10}));
}

TEST(GeosVersion, IsOneThatWeWereBuiltFor) { EXPECT_GE(geos_version(), "3.11"); }

}  // namespace
}  // namespace libgrid
