#include "libgrid/geometry/polygon.hpp"

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

PolygonColumns square() {
  return {.points = {{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}},
          .point_begin = {0, 5},
          .ring_begin = {0, 1},
          .part_begin = {0, 1}};
}

TEST(PolygonSet, KnowsItsRingsAndBox) {
  const PolygonSet set{square()};
  EXPECT_EQ(set.size(), 1);
  EXPECT_EQ(set.ring(0).size(), 5U);
  EXPECT_EQ(set.box_of(0).high, (Point{10, 10}));
}

TEST(PolygonSet, AnEmptyPolygonKeepsItsRow) {
  auto columns = square();
  columns.part_begin = {0, 0, 1};
  const PolygonSet set{columns};
  EXPECT_EQ(set.size(), 2);
  EXPECT_EQ(set.rings_of(0).begin, set.rings_of(0).end);
  EXPECT_GT(set.box_of(0).low.x_mm, set.box_of(0).high.x_mm);
}

TEST(PolygonSet, TakesRowsInTheOrderAsked) {
  auto columns = square();
  columns.part_begin = {0, 0, 1};  // an empty one, then the square
  const PolygonSet set{columns};
  const auto taken = set.take(std::vector<std::int32_t>{1, 0, 1});
  EXPECT_EQ(taken.size(), 3);
  EXPECT_EQ(taken.box_of(0).high, (Point{10, 10}));
  EXPECT_EQ(taken.rings_of(1).begin, taken.rings_of(1).end);
  EXPECT_EQ(taken.ring(1).size(), 5U);
  EXPECT_THROW((void)set.take(std::vector<std::int32_t>{2}), InvalidInput);
}

TEST(PolygonSet, RefusesAnOpenRing) {
  auto columns = square();
  columns.points.back() = {1, 1};
  EXPECT_THROW(PolygonSet{columns}, InvalidInput);
}

TEST(PolygonSet, RefusesBrokenOffsets) {
  auto columns = square();
  columns.ring_begin = {0, 2};
  EXPECT_THROW(PolygonSet{columns}, InvalidInput);
}

}  // namespace
}  // namespace libgrid
