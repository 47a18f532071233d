#include "libgrid/geometry/refinement.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/geometry/locate.hpp"
#include "libgrid/geometry/measure.hpp"
#include "libgrid/geometry/overlaps.hpp"
#include "libgrid/geometry/validity.hpp"
#include "polygons.hpp"
#include "unit_squares.hpp"

namespace libgrid {
namespace {

using testing::PolygonBuilder;
using testing::UnitSquares;

TEST(BuildRefinement, CutsTwoBoxesIntoThreePieces) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {10'000, 10'000})
                       .add_box({5'000, 0}, {20'000, 10'000})
                       .build();
  const auto refined = build_refinement(set);
  ASSERT_EQ(refined.pieces.size(), 3);
  std::vector<double> both(2, 0.0);
  for (std::int64_t k = 0; k < 3; ++k)
    for (const auto row : refined.cover_of(k))
      both[static_cast<std::size_t>(row)] += refined.area_m2[static_cast<std::size_t>(k)];
  EXPECT_EQ(both, (std::vector<double>{100, 150}));
}

TEST(BuildRefinement, EqualsCountingUnitSquares) {
  Rng rng{13};
  for (int round = 0; round < 150; ++round) {
    const auto squares = UnitSquares::random_boxes(rng, 1 + static_cast<int>(rng.below(9)), 10);
    const auto refined = build_refinement(squares.polygons());
    EXPECT_TRUE(find_polygon_faults(refined.pieces).empty());
    EXPECT_TRUE(find_overlaps(refined.pieces, 0.0).empty());
    const PointLocator locator{refined.pieces};
    double total = 0.0;
    for (std::int64_t k = 0; k < refined.pieces.size(); ++k) {
      EXPECT_DOUBLE_EQ(area_m2(refined.pieces, k), refined.area_m2[static_cast<std::size_t>(k)]);
      total += refined.area_m2[static_cast<std::size_t>(k)];
    }
    EXPECT_DOUBLE_EQ(total, squares.union_m2());
    for (int y = 0; y < 10; ++y)
      for (int x = 0; x < 10; ++x) {
        const auto piece = locator.locate({1'000 * x + 500, 1'000 * y + 500});
        std::vector<std::int32_t> expected;
        for (std::int32_t k = 0; k < squares.size(); ++k)
          if (squares.covers(k, x, y)) expected.push_back(k);
        ASSERT_EQ(piece >= 0, !expected.empty());
        if (piece < 0) continue;
        EXPECT_TRUE(std::ranges::equal(refined.cover_of(piece), expected));
      }
  }
}

TEST(BuildRefinement, KnowsWhoCoversAnIslandThatTouchesNothing) {
  const auto set = PolygonBuilder{}
                       .add({{{0, 0}, {9'000, 0}, {9'000, 9'000}, {0, 9'000}},
                             {{4'000, 4'000}, {4'000, 8'000}, {8'000, 8'000}, {8'000, 4'000}}})
                       .add_box({1'000, 1'000}, {2'000, 2'000})
                       .add_box({5'000, 5'000}, {6'000, 6'000})
                       .build();
  const auto refined = build_refinement(set);
  ASSERT_EQ(refined.pieces.size(), 3);
  std::vector<std::pair<double, std::vector<std::int32_t>>> found;
  for (std::int64_t k = 0; k < 3; ++k) {
    const auto cover = refined.cover_of(k);
    found.emplace_back(refined.area_m2[static_cast<std::size_t>(k)],
                       std::vector<std::int32_t>{cover.begin(), cover.end()});
  }
  std::ranges::sort(found);
  const decltype(found) expected{{1.0, {0, 1}}, {1.0, {2}}, {64.0, {0}}};
  EXPECT_EQ(found, expected);
}

TEST(BuildRefinement, AnswersNothing) {
  EXPECT_EQ(build_refinement(PolygonSet{}).pieces.size(), 0);
}

}  // namespace
}  // namespace libgrid
