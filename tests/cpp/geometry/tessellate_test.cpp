#include "libgrid/geometry/tessellate.hpp"

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/geometry/borders.hpp"
#include "libgrid/geometry/locate.hpp"
#include "libgrid/geometry/measure.hpp"
#include "libgrid/geometry/overlaps.hpp"
#include "libgrid/geometry/validity.hpp"
#include "polygons.hpp"

namespace libgrid {
namespace {

using testing::PolygonBuilder;

TEST(BuildBlocks, MeetsInTheMiddleBetweenTwoHouses) {
  const auto houses = PolygonBuilder{}
                          .add_box({0, 0}, {10'000, 10'000})
                          .add_box({30'000, 0}, {40'000, 10'000})
                          .build();
  const auto blocks = build_blocks(houses);
  ASSERT_EQ(blocks.size(), 2);
  EXPECT_TRUE(find_polygon_faults(blocks).empty());
  EXPECT_TRUE(find_overlaps(blocks, 0.0).empty());
  const PointLocator locator{blocks};
  EXPECT_EQ(locator.locate({19'800, 5'000}), 0);
  EXPECT_EQ(locator.locate({20'200, 5'000}), 1);
  const auto borders = find_borders(blocks);
  ASSERT_EQ(borders.a.size(), 1U);
  EXPECT_GT(borders.length_m[0], 100.0);
}

TEST(BuildBlocks, ReachesNoFurtherThanAsked) {
  const auto houses = PolygonBuilder{}.add_box({0, 0}, {10'000, 10'000}).build();
  const auto blocks = build_blocks(houses, {}, {.reach = Metres{5}});
  EXPECT_NEAR(area_m2(blocks, 0), 100 + 4 * 50 + 3.14159 * 25, 3.0);
  EXPECT_EQ(PointLocator{blocks}.locate({5'000, 14'900}), 0);
  EXPECT_EQ(PointLocator{blocks}.locate({5'000, 15'100}), -1);
}

TEST(BuildBlocks, GivesLandBeyondAStreetToTheNeighbourOnItsSide) {
  // Three houses; the street runs nearer to house 0 than the bisector, so it cuts off a strip of
  // house 0's land.
  const auto houses = PolygonBuilder{}
                          .add_box({0, 0}, {10'000, 10'000})
                          .add_box({40'000, 0}, {50'000, 10'000})
                          .build();
  const LineSet street{.points = {{15'000, -200'000}, {15'000, 200'000}}, .begin = {0, 2}};
  const auto blocks = build_blocks(houses, street);
  const PointLocator locator{blocks};
  EXPECT_EQ(locator.locate({14'000, 5'000}), 0);
  EXPECT_EQ(locator.locate({16'000, 5'000}), 1);  // nearer to house 0, but across the street
  EXPECT_TRUE(find_overlaps(blocks, 0.0).empty());
}

TEST(BuildBlocks, KeepsLandBeyondAStreetWhereNobodyElseIs) {
  const auto houses = PolygonBuilder{}.add_box({0, 0}, {10'000, 10'000}).build();
  const LineSet street{.points = {{15'000, -200'000}, {15'000, 200'000}}, .begin = {0, 2}};
  EXPECT_EQ(PointLocator{build_blocks(houses, street)}.locate({30'000, 5'000}), 0);
}

TEST(BuildBlocks, NeverCrossesABarrier) {
  const auto house = PolygonBuilder{}.add_box({0, 0}, {10'000, 10'000}).build();
  const BlockOptions options{
      .barriers = {.points = {{15'000, -200'000}, {15'000, 200'000}}, .begin = {0, 2}}};
  const PointLocator locator{build_blocks(house, {}, options)};
  EXPECT_EQ(locator.locate({14'000, 5'000}), 0);
  EXPECT_EQ(locator.locate({16'000, 5'000}), -1);
}

TEST(BuildBlocks, HangsTogetherAcrossALineButDropsWhatOnlyABarrierJoins) {
  // A street at 15 m and a river at 25 m: the strip between hangs together with the house across
  // the street, what lies beyond the river does not.
  const auto house = PolygonBuilder{}.add_box({0, 0}, {10'000, 10'000}).build();
  const LineSet street{.points = {{15'000, -200'000}, {15'000, 200'000}}, .begin = {0, 2}};
  const BlockOptions options{
      .barriers = {.points = {{25'000, -200'000}, {25'000, 200'000}}, .begin = {0, 2}}};
  const auto blocks = build_blocks(house, street, options);
  const PointLocator locator{blocks};
  EXPECT_EQ(locator.locate({20'000, 5'000}), 0);
  EXPECT_EQ(locator.locate({30'000, 5'000}), -1);
  EXPECT_EQ(blocks.parts_of(0).end - blocks.parts_of(0).begin, 1);
}

TEST(BuildBlocks, NeverLosesOverlappingDuplicateOrEmptyBuildings) {
  const auto houses = PolygonBuilder{}
                          .add_box({0, 0}, {10'000, 10'000})
                          .add_box({0, 0}, {10'000, 10'000})        // again
                          .add_box({4'000, 4'000}, {6'000, 6'000})  // inside
                          .add_box({8'000, 0}, {30'000, 10'000})    // over the first one's east
                          .add_parts({})
                          .build();
  const auto blocks = build_blocks(houses);
  ASSERT_EQ(blocks.size(), 5);
  EXPECT_EQ(find_footprints(blocks)[1], 0);
  EXPECT_EQ(area_m2(blocks, 2), 4.0);
  EXPECT_EQ(area_m2(blocks, 4), 0.0);
  for (std::int64_t i = 0; i < 4; ++i) EXPECT_GT(area_m2(blocks, i), 0.0);
  // Only the stack overlaps.
  const auto overlaps = find_overlaps(blocks, 0.0);
  ASSERT_EQ(overlaps.size(), 1U);
  EXPECT_EQ(overlaps[0].b, 1);
}

TEST(BuildBlocks, TilesARandomTown) {
  Rng rng{23};
  PolygonBuilder builder;
  for (std::int32_t y = 0; y < 8; ++y)
    for (std::int32_t x = 0; x < 8; ++x) {
      const auto dx = static_cast<std::int32_t>(rng.below(8000));
      const auto dy = static_cast<std::int32_t>(rng.below(8000));
      const Point low{x * 25'000 + dx, y * 25'000 + dy};
      builder.add({{{low.x_mm, low.y_mm + 1000},
                    {low.x_mm + 9'000, low.y_mm},
                    {low.x_mm + 11'000, low.y_mm + 8'000},
                    {low.x_mm + 3'000, low.y_mm + 12'000}}});
    }
  const auto houses = builder.build();
  const auto blocks = build_blocks(houses);
  EXPECT_TRUE(find_polygon_faults(blocks).empty());
  EXPECT_TRUE(find_overlaps(blocks, 0.0).empty());
  const auto located = PointLocator{blocks}.locate(houses.points());
  const PointLocator locator{blocks};
  for (std::int32_t i = 0; i < houses.size(); ++i) {
    const auto centre = centroid(houses, i);
    EXPECT_EQ(locator.locate({static_cast<std::int32_t>(centre.x_m * 1e3),
                              static_cast<std::int32_t>(centre.y_m * 1e3)}),
              i);
  }
  // No gap: every place near a house is in a block, and nearly always in that of the nearest house.
  for (int k = 0; k < 5'000; ++k) {
    const Point p{static_cast<std::int32_t>(rng.below(200'000)),
                  static_cast<std::int32_t>(rng.below(200'000))};
    EXPECT_GE(locator.locate(p), 0);
  }
}

TEST(BuildBlocks, GivesTheSameBitsForAnyNumberOfThreads) {
  const auto houses = PolygonBuilder{}
                          .add_box({0, 0}, {10'000, 10'000})
                          .add_box({30'000, 5'000}, {40'000, 12'000})
                          .build();
  const auto one = build_blocks(houses, {}, {}, {.threads = 1});
  const auto four = build_blocks(houses, {}, {}, {.threads = 4});
  EXPECT_EQ(one.columns().points, four.columns().points);
}

TEST(BuildBlocks, AnswersNoBuildingsAndRefusesASillyReach) {
  EXPECT_EQ(build_blocks(PolygonSet{}).size(), 0);
  EXPECT_THROW((void)build_blocks(PolygonSet{}, {}, {.reach = Metres{-1}}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
