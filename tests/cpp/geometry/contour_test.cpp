#include "libgrid/geometry/contour.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"
#include "libgrid/geometry/measure.hpp"
#include "libgrid/geometry/validity.hpp"
#include "polygons.hpp"

namespace libgrid {
namespace {

using testing::holds;
using testing::touches;

/// A lattice of 10 m that owns its columns; the rim is outside.
struct Field {
  std::int32_t columns;
  std::int32_t rows;
  std::vector<float> value;
  std::vector<std::int32_t> label;

  Field(std::int32_t c, std::int32_t r) : columns{c}, rows{r} {
    value.assign(static_cast<std::size_t>(c) * static_cast<std::size_t>(r), 1.0F);
  }
  /// `#` is inside; the first line is north.
  explicit Field(const std::vector<std::string_view>& map)
      : Field{static_cast<std::int32_t>(map[0].size()), static_cast<std::int32_t>(map.size())} {
    for (std::int32_t j = 0; j < rows; ++j)
      for (std::int32_t i = 0; i < columns; ++i)
        if (map[static_cast<std::size_t>(rows - 1 - j)][static_cast<std::size_t>(i)] == '#')
          at(i, j) = -1.0F;
  }
  float& at(std::int32_t i, std::int32_t j) {
    return value[static_cast<std::size_t>(j * columns + i)];
  }
  [[nodiscard]] bool rim(std::int32_t i, std::int32_t j) const {
    return i == 0 || j == 0 || i + 1 == columns || j + 1 == rows;
  }
  [[nodiscard]] Lattice lattice() const {
    return {{-5000, 3000}, 10'000, columns, rows, value, label};
  }
  [[nodiscard]] Point point(std::int32_t i, std::int32_t j) const {
    return {-5000 + i * 10'000, 3000 + j * 10'000};
  }
  [[nodiscard]] PolygonSet contour(ContourOptions options = {}) const {
    PolygonColumns out;
    append_contour(lattice(), options, out);
    return PolygonSet{out};
  }
};

/// A lattice without an inside node gives an empty row, which is no fault here.
std::vector<Fault> faults_of(const PolygonSet& set) {
  auto faults = find_polygon_faults(set);
  std::erase_if(faults, [](const Fault& f) { return f.reason == "empty"; });
  return faults;
}

Field random_field(std::uint64_t seed, double share) {
  Rng rng{seed};
  Field f{3 + static_cast<std::int32_t>(rng.below(12)),
          3 + static_cast<std::int32_t>(rng.below(12))};
  for (std::int32_t j = 0; j < f.rows; ++j)
    for (std::int32_t i = 0; i < f.columns; ++i) {
      const auto v = static_cast<float>(rng.unit() * (rng.below(4) == 0 ? 1e-9 : 10.0));
      if (!f.rim(i, j)) f.at(i, j) = rng.unit() < share ? -v : v + 1e-9F;
    }
  return f;
}

TEST(Contour, HoldsExactlyTheInsideNodesAndIsValid) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    auto f = random_field(seed, 0.2 + 0.1 * static_cast<double>(seed % 7));
    const auto set = f.contour();
    ASSERT_EQ(set.size(), 1);
    for (std::int32_t j = 0; j < f.rows; ++j)
      for (std::int32_t i = 0; i < f.columns; ++i)
        ASSERT_EQ(holds(set, 0, f.point(i, j)), f.at(i, j) <= 0) << seed;
    ASSERT_TRUE(faults_of(set).empty()) << seed;
  }
}

TEST(Contour, GrowsWhenValuesFall) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    auto f = random_field(seed, 0.4);
    PolygonColumns columns;
    const double min_hole = seed % 3 == 0 ? 150.0 : 0.0;
    Rng rng{seed + 1};
    for (int step = 0; step < 4; ++step) {
      append_contour(f.lattice(), {.min_hole_m2 = min_hole}, columns);
      for (std::int32_t j = 0; j < f.rows; ++j)
        for (std::int32_t i = 0; i < f.columns; ++i)
          if (!f.rim(i, j) && rng.below(3) == 0) f.at(i, j) -= static_cast<float>(rng.unit() * 5.0);
    }
    const PolygonSet set{columns};
    for (std::int64_t k = 1; k < set.size(); ++k) {
      for (const auto p : points_of(set, k - 1))
        ASSERT_TRUE(holds(set, k, p) || touches(set, k, p)) << seed << ' ' << k;
      PolygonColumns between;
      append_ring_between(set, k, k - 1, between);
      const PolygonSet band{between};
      // Every vertex of the larger inside the smaller would pass the first test; areas would not.
      ASSERT_NEAR(area_m2(band, 0), area_m2(set, k) - area_m2(set, k - 1), 1e-6) << seed;
      ASSERT_TRUE(faults_of(band).empty()) << seed;
    }
  }
}

TEST(Contour, FillsSmallHolesWithTheIslandsInThem) {
  const Field f{{".............",  //
                 ".###########.",  //
                 ".#.........#.",  //
                 ".#.###.###.#.",  //
                 ".#.#.#.###.#.",  //
                 ".#.###.###.#.",  //
                 ".#.........#.",  //
                 ".###########.",  //
                 "............."}};
  const auto all = f.contour();
  EXPECT_EQ(all.parts_of(0).end, 3);
  EXPECT_EQ(all.rings_of(0).end, 5);
  const auto without_dot = f.contour({.min_hole_m2 = 300});
  EXPECT_EQ(without_dot.parts_of(0).end, 3);
  EXPECT_EQ(without_dot.rings_of(0).end, 4);
  const auto full = f.contour({.min_hole_m2 = 1e5});
  EXPECT_EQ(full.parts_of(0).end, 1);
  EXPECT_EQ(full.rings_of(0).end, 1);
  EXPECT_TRUE(faults_of(full).empty());
}

TEST(Contour, NodesThatMeetOnlyAcrossACellStayApart) {
  const Field f{{"....", ".#..", "..#.", "...."}};
  EXPECT_EQ(f.contour().parts_of(0).end, 2);
}

TEST(Contour, InterpolatesADiscToATenthOfACell) {
  Field f{41, 41};
  for (std::int32_t j = 0; j < 41; ++j)
    for (std::int32_t i = 0; i < 41; ++i)
      f.at(i, j) = static_cast<float>(std::hypot(i - 20.3, j - 19.8) * 10 - 153);
  EXPECT_NEAR(std::sqrt(area_m2(f.contour(), 0) / std::numbers::pi), 153, 1);
}

TEST(Contour, LabelsShareTheirBordersAndDoNotOverlap) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    auto f = random_field(seed, 0.7);
    Rng rng{seed + 7};
    f.label.resize(f.value.size());
    for (auto& label : f.label) label = static_cast<std::int32_t>(rng.below(3));
    PolygonColumns columns;
    for (const std::int32_t only : {0, 1, 2}) append_contour(f.lattice(), {.only = only}, columns);
    const PolygonSet set{columns};
    ASSERT_TRUE(faults_of(set).empty()) << seed;
    double sum = 0;
    for (std::int64_t k = 0; k < 3; ++k) sum += area_m2(set, k);
    ASSERT_LE(sum, area_m2(f.contour({.min_hole_m2 = 1e9}), 0) + 1e-6);
    for (int n = 0; n < 300; ++n) {
      const Point p{
          static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(f.columns) * 10'000)),
          static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(f.rows) * 10'000))};
      int held = 0;
      for (std::int64_t k = 0; k < 3; ++k) held += holds(set, k, p) ? 1 : 0;
      ASSERT_LE(held, 1) << seed;
    }
    for (std::int32_t j = 0; j < f.rows; ++j)
      for (std::int32_t i = 0; i < f.columns; ++i)
        for (std::int32_t k = 0; k < 3; ++k)
          ASSERT_EQ(holds(set, k, f.point(i, j)),
                    f.at(i, j) <= 0 && f.label[static_cast<std::size_t>(j * f.columns + i)] == k);
  }
}

TEST(Contour, AHoleThatHoldsAnotherLabelIsNeverFilled) {
  Field f{{".......", ".#####.", ".#####.", ".#####.", ".#####.", "......."}};
  f.label.assign(f.value.size(), 0);
  f.label[2 * 7 + 3] = 1;
  EXPECT_EQ(f.contour({.min_hole_m2 = 1e6, .only = 0}).rings_of(0).end, 2);
}

TEST(Contour, RefusesALatticeThatIsInsideOnItsRim) {
  Field f{{"###", "#.#", "###"}};
  EXPECT_THROW(f.contour(), InvalidInput);
  f.value.pop_back();
  EXPECT_THROW(f.contour(), InvalidInput);
}

}  // namespace
}  // namespace libgrid
