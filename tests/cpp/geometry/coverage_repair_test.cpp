#include "libgrid/geometry/coverage_repair.hpp"

#include <algorithm>

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

/// What every repair promises, whatever the layer.
void expect_sound(const PolygonSet& before, const CoverageRepair& fixed,
                  const CoverageRepairOptions& options) {
  ASSERT_EQ(fixed.polygons.size(), before.size());
  EXPECT_TRUE(find_polygon_faults(fixed.polygons).empty());
  std::vector<double> sum = fixed.area_before_m2;
  for (const auto& c : fixed.changes) sum[static_cast<std::size_t>(c.polygon)] += c.area_m2;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    EXPECT_NEAR(sum[i], fixed.area_after_m2[i], 1e-6);
    EXPECT_GT(fixed.area_after_m2[i], 0.0);
    EXPECT_DOUBLE_EQ(fixed.area_after_m2[i], area_m2(fixed.polygons, static_cast<std::int64_t>(i)));
  }
  const auto again = repair_coverage(fixed.polygons, options);
  EXPECT_TRUE(again.changes.empty());
  EXPECT_EQ(again.polygons.columns().points, fixed.polygons.columns().points);
}

TEST(RepairCoverage, LeavesATessellationAloneToTheBit) {
  const auto lattice = shaken_lattice(6, 10'000, 3);
  const auto fixed = repair_coverage(lattice);
  EXPECT_TRUE(fixed.changes.empty());
  EXPECT_EQ(fixed.polygons.columns().points, lattice.columns().points);
}

TEST(RepairCoverage, GivesAGapToTheNeighbourWithTheLongestBorder) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {10'000, 10'000})
                       .add_box({10'200, 0}, {20'000, 10'000})
                       .add_box({0, 10'000}, {20'000, 12'000})
                       .add_box({0, -2'000}, {20'000, 0})
                       .build();
  const CoverageRepairOptions options{};
  const auto fixed = repair_coverage(set, options);
  expect_sound(set, fixed, options);
  EXPECT_TRUE(check_coverage(fixed.polygons).clean());
  EXPECT_DOUBLE_EQ(fixed.area_after_m2[0], 102.0);  // 0 and 1 share 10 m of it each: the lower row
  ASSERT_GE(fixed.changes.size(), 1U);
  EXPECT_EQ(fixed.changes[0].kind, ChangeKind::gap_closed);
  EXPECT_EQ(fixed.changes[0].polygon, 0);
  EXPECT_DOUBLE_EQ(fixed.changes[0].area_m2, 2.0);
  EXPECT_DOUBLE_EQ(area_m2(fixed.change_shapes, 0), 2.0);
  EXPECT_NEAR(fixed.max_move_m[0], 0.2, 1e-9);
}

TEST(RepairCoverage, KeepsAGapThatIsWiderThanAsked) {
  const auto ring = PolygonBuilder{}
                        .add({{{0, 0}, {9'000, 0}, {9'000, 9'000}, {0, 9'000}},
                              {{2'000, 2'000}, {2'000, 7'000}, {7'000, 7'000}, {7'000, 2'000}}})
                        .build();
  EXPECT_TRUE(repair_coverage(ring).changes.empty());
  const auto filled = repair_coverage(ring, {.max_gap_width = Metres{3}});
  EXPECT_DOUBLE_EQ(filled.area_after_m2[0], 81.0);
}

TEST(RepairCoverage, SettlesAnOverlapByTheRuleThatWasAskedFor) {
  // 0 is large, 1 small; they overlap by 1 m × 10 m; 2 touches both and claims nothing.
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {40'000, 10'000})
                       .add_box({39'000, 0}, {50'000, 10'000})
                       .add_box({0, 10'000}, {50'000, 20'000})
                       .build();
  const auto area = [&](GiveTo rule) {
    const CoverageRepairOptions options{.give_to = rule};
    const auto fixed = repair_coverage(set, options);
    expect_sound(set, fixed, options);
    EXPECT_TRUE(check_coverage(fixed.polygons).clean());
    return fixed.area_after_m2;
  };
  EXPECT_EQ(area(GiveTo::longest_border), (std::vector<double>{400, 100, 500}));  // a tie
  EXPECT_EQ(area(GiveTo::smallest), (std::vector<double>{390, 110, 500}));
  EXPECT_EQ(area(GiveTo::first), (std::vector<double>{400, 100, 500}));
}

TEST(RepairCoverage, LetsNoPolygonVanishUnderAnother) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {10'000, 10'000})
                       .add_box({4'000, 4'000}, {6'000, 6'000})
                       .build();
  const auto fixed = repair_coverage(set);
  expect_sound(set, fixed, {});
  EXPECT_EQ(fixed.area_after_m2, (std::vector<double>{96, 4}));
  ASSERT_EQ(fixed.changes.size(), 1U);
  EXPECT_EQ(fixed.changes[0].polygon, 0);
  EXPECT_EQ(fixed.changes[0].other, 1);
  EXPECT_DOUBLE_EQ(fixed.changes[0].area_m2, -4.0);
}

TEST(RepairCoverage, LeavesTwoWithOneFootprintAndSaysSo) {
  const auto set =
      PolygonBuilder{}.add_box({0, 0}, {10'000, 10'000}).add_box({0, 0}, {10'000, 10'000}).build();
  const auto fixed = repair_coverage(set);
  EXPECT_EQ(fixed.unsettled, (std::vector<std::int32_t>{1}));
  EXPECT_TRUE(fixed.changes.empty());
  EXPECT_EQ(fixed.polygons.columns().points, set.columns().points);
}

TEST(RepairCoverage, DrawsASlitThatOpensToTheOutsideTogether) {
  const auto set =
      PolygonBuilder{}
          .add_box({0, 0}, {10'000, 10'000})
          .add({{{10'030, 0}, {20'000, 0}, {20'000, 10'000}, {10'040, 10'000}, {10'020, 5'000}}})
          .build();
  const auto fixed = repair_coverage(set);
  expect_sound(set, fixed, {});
  EXPECT_TRUE(check_coverage(fixed.polygons).clean());
  EXPECT_TRUE(check_coverage(fixed.polygons).t_junctions.empty());
  EXPECT_LE(fixed.max_move_m[0], 0.05);
  EXPECT_LE(fixed.max_move_m[1], 0.05);
}

TEST(RepairCoverage, GivesBothNeighboursTheVertexOfATJunction) {
  const auto set = PolygonBuilder{}
                       .add_box({0, 0}, {10'000, 10'000})
                       .add_box({10'000, 0}, {20'000, 4'000})
                       .add_box({10'000, 4'000}, {20'000, 10'000})
                       .build();
  const auto fixed = repair_coverage(set);
  expect_sound(set, fixed, {});
  EXPECT_TRUE(check_coverage(fixed.polygons).t_junctions.empty());
  ASSERT_EQ(fixed.changes.size(), 1U);
  EXPECT_EQ(fixed.changes[0].kind, ChangeKind::snapped);
  EXPECT_EQ(fixed.changes[0].polygon, 0);
  EXPECT_DOUBLE_EQ(fixed.changes[0].area_m2, 0.0);
  EXPECT_DOUBLE_EQ(fixed.max_move_m[0], 0.0);
}

TEST(RepairCoverage, SettlesRandomBoxesSquareByUnitSquare) {
  Rng rng{41};
  int repaired = 0;
  for (int round = 0; round < 400; ++round) {
    const auto squares = UnitSquares::random_boxes(rng, 2 + static_cast<int>(rng.below(9)), 9);
    const auto set = squares.polygons();
    const auto rule = static_cast<GiveTo>(rng.below(3));
    const CoverageRepairOptions options{
        .near = Metres{0.05}, .give_to = rule, .max_gap_width = Metres{100}};
    const auto fixed = repair_coverage(set, options);
    if (!fixed.unsettled.empty()) continue;
    ++repaired;
    expect_sound(set, fixed, options);
    EXPECT_TRUE(check_coverage(fixed.polygons).clean()) << round;
    EXPECT_TRUE(check_coverage(fixed.polygons).t_junctions.empty()) << round;
    double total = 0.0;
    for (const auto a : fixed.area_after_m2) total += a;
    EXPECT_DOUBLE_EQ(total, squares.union_m2() + squares.enclosed_gap_m2()) << round;
    for (int y = 0; y < 9; ++y)
      for (int x = 0; x < 9; ++x) {
        int holders = 0;
        for (std::int32_t k = 0; k < set.size(); ++k) {
          if (!testing::holds(fixed.polygons, k, {1'000 * x + 500, 1'000 * y + 500})) continue;
          ++holders;
          // Nobody gets what only others claimed.
          EXPECT_TRUE(squares.depth(x, y) == 0 || squares.covers(k, x, y)) << round;
        }
        EXPECT_TRUE(squares.depth(x, y) == 0 || holders == 1) << round << ": " << x << ", " << y;
      }
  }
  EXPECT_GT(repaired, 200);
}

/// A lattice whose every block was drawn by itself: each corner of each block is off by up to
/// `noise`.
PolygonSet drawn_apart(int n, std::int32_t noise, std::uint64_t seed) {
  auto columns = shaken_lattice(n, 10'000, seed).columns();
  Rng rng{seed + 1};
  const auto off = [&] {
    return static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(2 * noise) + 1)) - noise;
  };
  for (std::size_t k = 0; k < columns.points.size(); k += 5) {
    for (std::size_t c = 0; c < 4; ++c) {
      columns.points[k + c].x_mm += off();
      columns.points[k + c].y_mm += off();
    }
    columns.points[k + 4] = columns.points[k];
  }
  return PolygonSet{std::move(columns)};
}

TEST(RepairCoverage, JoinsBlocksThatWereDrawnOneByOne) {
  int far = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto noise = seed % 2 == 0 ? 8 : 60;  // within `near`, and beyond it
    const auto set = drawn_apart(6, noise, seed);
    const CoverageRepairOptions options{.near = Metres{0.05}, .max_gap_width = Metres{1.0}};
    const auto fixed = repair_coverage(set, options);
    expect_sound(set, fixed, options);
    const auto faults = check_coverage(fixed.polygons);
    EXPECT_TRUE(faults.clean()) << seed << ": " << faults.gaps.size() << " gaps, "
                                << faults.overlaps.size() << " overlaps, "
                                << faults.near_misses.size() << " near misses";
    EXPECT_TRUE(fixed.unsettled.empty());
    for (const auto move : fixed.max_move_m) {
      EXPECT_TRUE(noise != 8 || move <= 0.05) << seed << ": " << move;
      far += move > 0.4 ? 1 : 0;
    }
  }
  // Beyond `near` a strip may now and then go round a corner: of 1,080 blocks, these.
  EXPECT_LE(far, 5);
}

TEST(RepairCoverage, GivesTheSameBitsForAnyNumberOfThreads) {
  const auto set = drawn_apart(12, 40, 7);
  const auto one = repair_coverage(set, {}, {.threads = 1});
  const auto four = repair_coverage(set, {}, {.threads = 4});
  EXPECT_EQ(one.polygons.columns().points, four.polygons.columns().points);
  EXPECT_EQ(one.max_move_m, four.max_move_m);
}

TEST(RepairCoverage, AnswersNothingAndRefusesSillyLimits) {
  EXPECT_EQ(repair_coverage(PolygonSet{}).polygons.size(), 0);
  EXPECT_THROW((void)repair_coverage(PolygonSet{}, {.near = Metres{-1}}), InvalidInput);
  EXPECT_THROW((void)repair_coverage(PolygonSet{}, {.max_gap_width = Metres{-1}}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
