#include "libgrid/geometry/coverage.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/geometry/measure.hpp"
#include "libgrid/geometry/validity.hpp"
#include "polygons.hpp"
#include "unit_squares.hpp"

namespace libgrid {
namespace {

using testing::PolygonBuilder;
using testing::shaken_lattice;
using testing::UnitSquares;

TEST(CheckCoverage, AcceptsALatticeAndCountsItByEuler) {
  const auto faults = check_coverage(shaken_lattice(6, 10'000, 3));
  EXPECT_TRUE(faults.clean());
  EXPECT_TRUE(faults.t_junctions.empty());
  EXPECT_TRUE(faults.unmatched.empty());
  EXPECT_EQ(faults.euler.vertices, 49);
  EXPECT_EQ(faults.euler.edges, 84);
  EXPECT_EQ(faults.euler.faces, 37);
  EXPECT_EQ(faults.euler.components, 1);
  EXPECT_TRUE(faults.euler.holds());
}

TEST(CheckCoverage, NamesAGapWithItsNeighboursAreaAndWidth) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {10'000, 10'000})
                       .add_box({10'020, 0}, {20'000, 10'000})
                       .add_box({0, 10'000}, {20'000, 12'000})
                       .add_box({0, -2'000}, {20'000, 0})
                       .build();
  const auto faults = check_coverage(set, Metres{0.01});
  ASSERT_EQ(faults.gaps.size(), 1U);
  EXPECT_DOUBLE_EQ(faults.gaps[0].area_m2, 0.2);
  EXPECT_NEAR(faults.gaps[0].width_m, 0.02, 1e-3);
  EXPECT_EQ(faults.gaps[0].neighbours, (std::vector<std::int32_t>{0, 1, 2, 3}));
  EXPECT_DOUBLE_EQ(area_m2(faults.gap_shapes, 0), 0.2);
  EXPECT_EQ(faults.unmatched.size(), 4U);
  EXPECT_TRUE(faults.euler.holds());
}

TEST(CheckCoverage, NamesAnOverlapWithItsShape) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {10'000, 10'000})
                       .add_box({9'000, 0}, {20'000, 10'000})
                       .build();
  const auto faults = check_coverage(set);
  ASSERT_EQ(faults.overlaps.size(), 1U);
  EXPECT_DOUBLE_EQ(faults.overlaps[0].area_m2, 10.0);
  EXPECT_DOUBLE_EQ(area_m2(faults.overlap_shapes, 0), 10.0);
  EXPECT_NEAR(faults.overlap_width_m[0], 20.0 / 22.0, 1e-12);
}

TEST(CheckCoverage, SeesAVertexOnANeighboursBorder) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {10'000, 10'000})
                       .add_box({10'000, 0}, {20'000, 4'000})
                       .add_box({10'000, 4'000}, {20'000, 10'000})
                       .build();
  const auto faults = check_coverage(set);
  EXPECT_TRUE(faults.clean());
  ASSERT_EQ(faults.t_junctions.size(), 1U);
  EXPECT_EQ(faults.t_junctions[0], (TJunction{0, 1, {10'000, 4'000}}));
}

TEST(CheckCoverage, SeesASlitThatOpensToTheOutside) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {10'000, 10'000})
                       .add({{{10'030, 0}, {20'000, 0}, {20'000, 10'000}, {10'030, 10'000}}})
                       .build();
  const auto faults = check_coverage(set);
  EXPECT_TRUE(faults.gaps.empty());
  ASSERT_EQ(faults.near_misses.size(), 4U);  // each end of either border
  EXPECT_DOUBLE_EQ(faults.near_misses[0].distance_m, 0.03);
  EXPECT_TRUE(check_coverage(set, Metres{0.02}).clean());
}

TEST(CheckCoverage, TakesACourtyardAndWhatStandsInItForWhatTheyAre) {
  // A ring-shaped block with a house in its yard that touches nothing: one gap with an island in
  // it.
  const auto set = PolygonBuilder{}
                       .add({{{0, 0}, {9'000, 0}, {9'000, 9'000}, {0, 9'000}},
                             {{2'000, 2'000}, {2'000, 7'000}, {7'000, 7'000}, {7'000, 2'000}}})
                       .add_box({4'000, 4'000}, {5'000, 5'000})
                       .build();
  const auto faults = check_coverage(set);
  ASSERT_EQ(faults.gaps.size(), 1U);
  EXPECT_DOUBLE_EQ(faults.gaps[0].area_m2, 24.0);
  EXPECT_EQ(faults.gaps[0].neighbours, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(faults.euler.components, 3);
  EXPECT_TRUE(faults.euler.holds());
}

TEST(CheckCoverage, EqualsCountingUnitSquaresOnRandomBoxes) {
  Rng rng{17};
  for (int round = 0; round < 300; ++round) {
    const auto squares = UnitSquares::random_boxes(rng, 2 + static_cast<int>(rng.below(6)), 9);
    const auto faults = check_coverage(squares.polygons(), Metres{0.0});
    double gaps = 0.0;
    for (const auto& gap : faults.gaps) gaps += gap.area_m2;
    EXPECT_DOUBLE_EQ(gaps, squares.enclosed_gap_m2()) << round;
    EXPECT_EQ(std::ssize(faults.gaps), squares.enclosed_gaps()) << round;
    std::set<std::pair<std::int32_t, std::int32_t>> expected;
    for (std::int32_t a = 0; a < squares.size(); ++a)
      for (auto b = a + 1; b < squares.size(); ++b)
        if (squares.overlap_m2(a, b) > 0.0) expected.emplace(a, b);
    std::set<std::pair<std::int32_t, std::int32_t>> found;
    for (const auto& o : faults.overlaps) {
      found.emplace(o.a, o.b);
      EXPECT_DOUBLE_EQ(o.area_m2, squares.overlap_m2(o.a, o.b));
    }
    EXPECT_EQ(found, expected) << round;
    EXPECT_TRUE(!faults.overlaps.empty() || faults.euler.holds()) << round;
  }
}

/// Moves one corner of one polygon of a lattice of n × n blocks; corner k of a block,
/// counterclockwise.
PolygonSet with_corner_moved(const PolygonSet& lattice, std::int64_t polygon, std::size_t corner,
                             Point by) {
  auto columns = lattice.columns();
  const auto ring = static_cast<std::size_t>(
      columns.point_begin[static_cast<std::size_t>(lattice.rings_of(polygon).begin)]);
  for (std::size_t k = 0; k < 5; ++k)
    if (k % 4 == corner) {
      columns.points[ring + k].x_mm += by.x_mm;
      columns.points[ring + k].y_mm += by.y_mm;
    }
  return PolygonSet{std::move(columns)};
}

TEST(CheckCoverage, SeesAnySingleCornerThatMovedAndNamesItsPolygonAndANeighbour) {
  constexpr int kSide = 5;
  Rng rng{29};
  for (int round = 0; round < 3'000; ++round) {
    const auto lattice = shaken_lattice(kSide, 10'000, rng());
    const auto row = static_cast<int>(rng.below(kSide));
    const auto column = static_cast<int>(rng.below(kSide));
    const auto polygon = row * kSide + column;
    const auto corner = rng.below(4);
    const int corner_row = row + (corner >= 2 ? 1 : 0);
    const int corner_column = column + (corner == 1 || corner == 2 ? 1 : 0);
    const bool on_rim = corner_row % kSide == 0 || corner_column % kSide == 0;
    if (corner_row % kSide == 0 && corner_column % kSide == 0) continue;  // nobody else's corner
    // On the rim a far move makes an open bay, which is no fault in itself.
    const auto furthest = on_rim ? 30 : 1 + static_cast<std::int32_t>(rng.below(1'000));
    const auto step = [&] {
      return static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(2 * furthest) + 1)) -
             furthest;
    };
    const Point by{step(), step()};
    if (by == Point{}) continue;
    const auto moved = with_corner_moved(lattice, polygon, corner, by);
    if (!find_polygon_faults(moved).empty()) continue;
    std::set<std::int32_t> around;
    for (const int r : {corner_row - 1, corner_row})
      for (const int c : {corner_column - 1, corner_column})
        if (r >= 0 && r < kSide && c >= 0 && c < kSide) around.insert(r * kSide + c);
    around.erase(polygon);
    const auto faults = check_coverage(moved);
    std::set<std::int32_t> named;
    const auto name = [&](std::int32_t a, std::int32_t b) {
      if (a == polygon) named.insert(b);
      if (b == polygon) named.insert(a);
    };
    for (const auto& o : faults.overlaps) name(o.a, o.b);
    for (const auto& t : faults.t_junctions) name(t.polygon, t.other);
    for (const auto& n : faults.near_misses) name(n.a, n.b);
    for (const auto& g : faults.gaps)
      if (std::ranges::count(g.neighbours, polygon) > 0)
        for (const auto b : g.neighbours) name(polygon, b);
    EXPECT_TRUE(std::ranges::any_of(named, [&](auto b) { return around.contains(b); }))
        << "round " << round << ", corner " << corner << " of " << polygon << " by " << by.x_mm
        << ", " << by.y_mm;
  }
}

TEST(CheckCoverage, GivesTheSameAnswerForAnyNumberOfThreads) {
  Rng rng{5};
  const auto set = UnitSquares::random_boxes(rng, 40, 30).polygons();
  const auto one = check_coverage(set, kNearBorder, {.threads = 1});
  const auto four = check_coverage(set, kNearBorder, {.threads = 4});
  EXPECT_EQ(one.gap_shapes.columns().points, four.gap_shapes.columns().points);
  EXPECT_EQ(one.overlap_shapes.columns().points, four.overlap_shapes.columns().points);
  EXPECT_EQ(one.near_misses.size(), four.near_misses.size());
}

TEST(CheckCoverage, AnswersNothingAndRefusesASillyDistance) {
  EXPECT_TRUE(check_coverage(PolygonSet{}).clean());
  EXPECT_THROW((void)check_coverage(PolygonSet{}, Metres{-1}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
