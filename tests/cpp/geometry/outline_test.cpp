#include "libgrid/geometry/outline.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/geometry/measure.hpp"
#include "libgrid/geometry/validity.hpp"
#include "polygons.hpp"

namespace libgrid {
namespace {

using testing::PolygonBuilder;

TEST(BuildOutlines, DissolvesTwoBlocksToOneRing) {
  const auto set =
      PolygonBuilder{}.add_box({0, 0}, {1000, 1000}).add_box({1000, 0}, {2000, 1000}).build();
  const auto outlines = build_outlines(set, std::vector<std::int32_t>{0, 0}, 1);
  ASSERT_EQ(outlines.size(), 1);
  EXPECT_EQ(outlines.columns().point_begin.size(), 2U);
  EXPECT_EQ(area_m2(outlines, 0), 2.0);
  EXPECT_EQ(perimeter_m(outlines, 0), 6.0);
}

TEST(BuildOutlines, CountsStackedBlocksOnceAndLeavesUnusedLabelsEmpty) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {1000, 1000})
                       .add_box({0, 0}, {1000, 1000})
                       .add_box({1000, 0}, {2000, 1000})
                       .build();
  const auto outlines = build_outlines(set, std::vector<std::int32_t>{1, 1, -1}, 3);
  EXPECT_EQ(area_m2(outlines, 0), 0.0);
  EXPECT_EQ(area_m2(outlines, 1), 1.0);
  EXPECT_EQ(outlines.parts_of(2).begin, outlines.parts_of(2).end);
}

TEST(BuildOutlines, KeepsCornersThatTouchAsPartsAndHolesAsHoles) {
  // A ring of eight around a gap, and one block that touches its corner.
  PolygonBuilder builder;
  for (std::int32_t y = 0; y < 3; ++y)
    for (std::int32_t x = 0; x < 3; ++x)
      if (x != 1 || y != 1) builder.add_box({x * 10, y * 10}, {x * 10 + 10, y * 10 + 10});
  builder.add_box({30, 30}, {40, 40});
  const auto outlines = build_outlines(builder.build(), std::vector<std::int32_t>(9, 0), 1);
  EXPECT_EQ(outlines.parts_of(0).end, 2);
  EXPECT_EQ(outlines.rings_of(0).end, 3);
  EXPECT_TRUE(find_polygon_faults(outlines).empty());
}

TEST(BuildOutlines, SplitsAHoleThatTouchesTheShellInACorner) {
  // Missing: (0,1) diagonal to the outside at a corner, in a 3 × 3 of blocks without (1,1) and
  // (0,0).
  PolygonBuilder builder;
  for (std::int32_t y = 0; y < 3; ++y)
    for (std::int32_t x = 0; x < 3; ++x)
      if (!(x == 1 && y == 1) && !(x == 0 && y == 0))
        builder.add_box({x * 10, y * 10}, {x * 10 + 10, y * 10 + 10});
  const auto outlines = build_outlines(builder.build(), std::vector<std::int32_t>(7, 0), 1);
  EXPECT_TRUE(find_polygon_faults(outlines).empty());
  EXPECT_DOUBLE_EQ(area_m2(outlines, 0), 7e-4);
}

TEST(BuildOutlines, IsValidAndKeepsTheAreaForRandomLabels) {
  const auto set = testing::shaken_lattice(25, 2000, 21);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Rng rng{seed};
    std::vector<std::int32_t> label(static_cast<std::size_t>(set.size()));
    std::vector<double> area(4, 0.0);
    for (std::size_t i = 0; i < label.size(); ++i) {
      label[i] = static_cast<std::int32_t>(rng.below(4));
      area[static_cast<std::size_t>(label[i])] += area_m2(set, static_cast<std::int64_t>(i));
    }
    const auto outlines = build_outlines(set, label, 4);
    EXPECT_TRUE(find_polygon_faults(outlines).empty()) << seed;
    for (std::int64_t l = 0; l < 4; ++l)
      EXPECT_NEAR(area_m2(outlines, l), area[static_cast<std::size_t>(l)], 1e-6) << seed;
  }
}

TEST(BuildOutlines, UnitesBlocksThatOverlap) {
  const auto set =
      PolygonBuilder{}.add_box({0, 0}, {2000, 2000}).add_box({1000, 1000}, {3000, 3000}).build();
  const auto outlines = build_outlines(set, std::vector<std::int32_t>{0, 0}, 1);
  EXPECT_EQ(area_m2(outlines, 0), 7.0);
  EXPECT_TRUE(find_polygon_faults(outlines).empty());
}

TEST(BuildOutlines, RefusesALabelOutOfRange) {
  const auto set = PolygonBuilder{}.add_box({0, 0}, {10, 10}).build();
  EXPECT_THROW((void)build_outlines(set, std::vector<std::int32_t>{2}, 2), InvalidInput);
  EXPECT_THROW((void)build_outlines(set, std::vector<std::int32_t>{0, 0}, 2), InvalidInput);
}

TEST(BuildOutlines, UnitesBlocksWhoseCrossingBordersWouldCancelToTheWrongRings) {
  constexpr std::int32_t k = 12'000;  // the unit of the drawing: 12 m
  const auto frame = [&](std::int32_t low, std::int32_t high) {
    return std::vector<testing::Ring>{{{0, 0}, {6 * k, 0}, {6 * k, 6 * k}, {0, 6 * k}},
                                      {{low, low}, {low, high}, {high, high}, {high, low}}};
  };
  const auto area_of = [](const PolygonSet& set) {
    const std::vector<std::int32_t> label(static_cast<std::size_t>(set.size()), 0);
    return area_m2(build_outlines(set, label, 1), 0);
  };
  EXPECT_EQ(
      area_of(PolygonBuilder{}.add(frame(k, 5 * k)).add_box({-k, 4 * k}, {5 * k, 5 * k}).build()),
      3600.0);
  EXPECT_EQ(
      area_of(
          PolygonBuilder{}.add(frame(2 * k, 4 * k)).add_box({k, 3 * k}, {5 * k, 4 * k}).build()),
      4896.0);
  PolygonBuilder boxes;
  for (const auto& [x0, x1, y0, y1] : std::vector<std::array<std::int32_t, 4>>{
           {3, 4, 2, 3}, {1, 3, 4, 6}, {1, 4, 3, 4}, {0, 2, 0, 4}, {2, 6, 0, 2}})
    boxes.add_box({x0 * k, y0 * k}, {x1 * k, y1 * k});
  EXPECT_EQ(area_of(boxes.build()), 3312.0);
}

}  // namespace
}  // namespace libgrid
