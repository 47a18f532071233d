#include "libgrid/geometry/borders.hpp"

#include <gtest/gtest.h>

#include "polygons.hpp"

namespace libgrid {
namespace {

using testing::PolygonBuilder;

TEST(FindBorders, MeasuresASharedSideAndIgnoresCorners) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {1000, 1000})
                       .add_box({1000, 0}, {2000, 1000})
                       .add_box({1000, 1000}, {2000, 2000})
                       .build();
  const auto borders = find_borders(set);
  EXPECT_EQ(borders.a, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(borders.b, (std::vector<std::int32_t>{1, 2}));
  EXPECT_EQ(borders.length_m, (std::vector<double>{1.0, 1.0}));
}

TEST(FindBorders, MatchesCollinearSidesThatOverlapInPart) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {1000, 3000})
                       .add_box({1000, -500}, {2000, 1000})
                       .add_box({1000, 1000}, {2000, 3500})
                       .build();
  const auto borders = find_borders(set);
  EXPECT_EQ(borders.a, (std::vector<std::int32_t>{0, 0, 1}));
  EXPECT_EQ(borders.b, (std::vector<std::int32_t>{1, 2, 2}));
  EXPECT_EQ(borders.length_m, (std::vector<double>{1.0, 2.0, 1.0}));
}

TEST(FindBorders, CallsAGapOfOneMillimetreAGap) {
  const auto set =
      PolygonBuilder{}.add_box({0, 0}, {1000, 1000}).add_box({1001, 0}, {2000, 1000}).build();
  EXPECT_TRUE(find_borders(set).a.empty());
}

TEST(FindBorders, ReportsStacksByTheirFirstMember) {
  const auto set =
      PolygonBuilder{}
          .add_box({0, 0}, {1000, 1000})
          .add_box({1000, 0}, {2000, 1000})
          .add({{{1000, 1000},
                 {0, 1000},
                 {0, 0},
                 {1000, 0}}})  // the first again, from another corner
          .add({{{1000, 0}, {1000, 1000}, {2000, 1000}, {2000, 0}}})  // and the second, clockwise
          .add_parts({})
          .add_parts({})
          .build();
  const auto borders = find_borders(set);
  EXPECT_EQ(borders.footprint, (std::vector<std::int32_t>{0, 1, 0, 1, 4, 5}));
  EXPECT_EQ(borders.a, (std::vector<std::int32_t>{0}));
  EXPECT_EQ(borders.b, (std::vector<std::int32_t>{1}));
}

TEST(FindBorders, FindsCornersOnlyWhereTheyAreAskedFor) {
  // 0 1
  // 2 3, and 4 whose corner lies on a side of 1.
  const auto set = PolygonBuilder{}
                       .add_box({0, 1000}, {1000, 2000})
                       .add_box({1000, 1000}, {2000, 2000})
                       .add_box({0, 0}, {1000, 1000})
                       .add_box({1000, 0}, {2000, 1000})
                       .add({{{2000, 1500}, {2500, 1400}, {2500, 1600}}})
                       .build();
  EXPECT_EQ(find_borders(set).a.size(), 4U);
  const auto queen = find_borders(set, {.corners = true});
  EXPECT_EQ(queen.a, (std::vector<std::int32_t>{0, 0, 0, 1, 1, 1, 2}));
  EXPECT_EQ(queen.b, (std::vector<std::int32_t>{1, 2, 3, 2, 3, 4, 3}));
  EXPECT_EQ(queen.length_m, (std::vector<double>{1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0}));
}

TEST(FindBorders, TellsWhereEachBorderRuns) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {1000, 3000})
                       .add_box({1000, -500}, {2000, 1000})
                       .add_box({1000, 1000}, {2000, 3500})
                       .build();
  const auto borders = find_borders(set, {.corners = true, .pieces = true});
  ASSERT_EQ(borders.pieces.size(), borders.a.size());
  for (std::size_t k = 0; k < borders.pieces.size(); ++k) {
    const auto& piece = borders.pieces[k];
    EXPECT_EQ(piece.border, static_cast<std::int32_t>(k));
    EXPECT_EQ((piece.b.x_mm - piece.a.x_mm) + (piece.b.y_mm - piece.a.y_mm),
              borders.length_m[k] * 1e3);
  }
}

TEST(FindBorders, FindsTheLatticesNeighbours) {
  const int n = 12;
  const auto set = testing::shaken_lattice(n, 1000, 9);
  const auto borders = find_borders(set);
  ASSERT_EQ(borders.a.size(), static_cast<std::size_t>(2 * n * (n - 1)));
  for (std::size_t k = 0; k < borders.a.size(); ++k) {
    const auto step = borders.b[k] - borders.a[k];
    EXPECT_TRUE(step == n || (step == 1 && borders.b[k] % n != 0));
  }
}

TEST(FindBorders, SumsOfACoverageAreThePerimetersLessTheHull) {
  // Thin strips cut at different heights: every vertex is a T-junction.
  Rng rng{3};
  PolygonBuilder builder;
  double perimeters = 0.0;
  for (std::int32_t strip = 0; strip < 10; ++strip) {
    std::int32_t y = 0;
    while (y < 10'000) {
      const auto top =
          std::min<std::int32_t>(10'000, y + 1 + static_cast<std::int32_t>(rng.below(3000)));
      builder.add_box({strip * 500, y}, {strip * 500 + 500, top});
      perimeters += 2 * (500 + top - y) / 1e3;
      y = top;
    }
  }
  const auto borders = find_borders(builder.build());
  double sum = 0.0;
  for (const auto length : borders.length_m) sum += length;
  EXPECT_NEAR(2 * sum, perimeters - 2 * (5.0 + 10.0), 1e-9);
}

}  // namespace
}  // namespace libgrid
