#include "libgrid/geometry/overlaps.hpp"

#include <gtest/gtest.h>

#include "polygons.hpp"

namespace libgrid {
namespace {

using testing::PolygonBuilder;

TEST(FindOverlaps, FindsNothingInATessellation) {
  EXPECT_TRUE(find_overlaps(testing::shaken_lattice(30, 7000, 1), 0.0).empty());
}

TEST(FindOverlaps, MeasuresACrossing) {
  const auto set =
      PolygonBuilder{}.add_box({0, 0}, {4000, 4000}).add_box({3000, 3000}, {6000, 6000}).build();
  const auto overlaps = find_overlaps(set);
  ASSERT_EQ(overlaps.size(), 1U);
  EXPECT_EQ(overlaps[0].a, 0);
  EXPECT_EQ(overlaps[0].b, 1);
  EXPECT_DOUBLE_EQ(overlaps[0].area_m2, 1.0);
  EXPECT_TRUE(find_overlaps(set, 1.0).empty());
}

TEST(FindOverlaps, FindsDuplicatesAndContainment) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {9000, 9000})
                       .add_box({3000, 3000}, {4000, 4000})
                       .add_box({0, 0}, {9000, 9000})
                       .build();
  const auto overlaps = find_overlaps(set);
  ASSERT_EQ(overlaps.size(), 3U);
  EXPECT_DOUBLE_EQ(overlaps[0].area_m2, 1.0);   // 0, 1
  EXPECT_DOUBLE_EQ(overlaps[1].area_m2, 81.0);  // 0, 2
  EXPECT_DOUBLE_EQ(overlaps[2].area_m2, 1.0);   // 1, 2
}

TEST(FindOverlaps, FindsABlockHiddenUnderATessellationOfItself) {
  // The cover has the union's borders, so only the pieces' inner borders betray the overlap.
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {1000, 2000})
                       .add_box({1000, 0}, {2000, 2000})
                       .add_box({0, 0}, {2000, 2000})
                       .build();
  const auto overlaps = find_overlaps(set);
  ASSERT_EQ(overlaps.size(), 2U);
  EXPECT_DOUBLE_EQ(overlaps[0].area_m2, 2.0);
  EXPECT_DOUBLE_EQ(overlaps[1].area_m2, 2.0);
}

TEST(FindOverlaps, FindsBordersThatCrossOnlyInVertices) {
  // A diamond on a square: the diamond's corners lie on the square's sides.
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {2000, 2000})
                       .add({{{1000, 0}, {2000, 1000}, {1000, 2000}, {0, 1000}}})
                       .build();
  const auto overlaps = find_overlaps(set);
  ASSERT_EQ(overlaps.size(), 1U);
  EXPECT_DOUBLE_EQ(overlaps[0].area_m2, 2.0);
}

TEST(FindOverlaps, LeavesHolesAndTouchingAlone) {
  const auto set = PolygonBuilder{}
                       .add({{{0, 0}, {9000, 0}, {9000, 9000}, {0, 9000}},
                             {{3000, 3000}, {6000, 3000}, {6000, 6000}, {3000, 6000}}})
                       .add_box({3000, 3000}, {6000, 6000})
                       .add_box({9000, 2000}, {12000, 5000})
                       .build();
  EXPECT_TRUE(find_overlaps(set, 0.0).empty());
}

TEST(FindOverlaps, EqualsTheLatticeCountOfRandomBoxes) {
  Rng rng{13};
  for (int round = 0; round < 50; ++round) {
    PolygonBuilder builder;
    struct B {
      std::int32_t x, y, w, h;
    };
    std::vector<B> boxes;
    for (int k = 0; k < 12; ++k) {
      const auto pick = [&] { return static_cast<std::int32_t>(rng.below(8)) * 1000; };
      boxes.push_back({pick(), pick(), 1000 + pick(), 1000 + pick()});
      const auto& b = boxes.back();
      builder.add_box({b.x, b.y}, {b.x + b.w, b.y + b.h});
    }
    std::vector<Overlap> expected;
    for (std::int32_t i = 0; i < 12; ++i)
      for (std::int32_t j = i + 1; j < 12; ++j) {
        const auto& a = boxes[static_cast<std::size_t>(i)];
        const auto& b = boxes[static_cast<std::size_t>(j)];
        const auto w = std::min(a.x + a.w, b.x + b.w) - std::max(a.x, b.x);
        const auto h = std::min(a.y + a.h, b.y + b.h) - std::max(a.y, b.y);
        if (w > 0 && h > 0) expected.push_back({i, j, w / 1e3 * h / 1e3});
      }
    const auto found = find_overlaps(builder.build(), 0.0);
    ASSERT_EQ(found.size(), expected.size()) << round;
    for (std::size_t k = 0; k < found.size(); ++k) {
      EXPECT_EQ(found[k].a, expected[k].a);
      EXPECT_EQ(found[k].b, expected[k].b);
      EXPECT_NEAR(found[k].area_m2, expected[k].area_m2, 1e-9);
    }
  }
}

}  // namespace
}  // namespace libgrid
