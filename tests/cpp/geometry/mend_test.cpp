#include "libgrid/geometry/mend.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "libgrid/geometry/measure.hpp"
#include "libgrid/geometry/validity.hpp"
#include "polygons.hpp"

namespace libgrid {
namespace {

using testing::PolygonBuilder;
using testing::Ring;

MendedPolygons mended(const std::vector<Ring>& rings, MendBy by) {
  const auto drawn = PolygonBuilder{}.add(rings).build();
  EXPECT_FALSE(find_polygon_faults(drawn).empty());
  auto out = mend_polygons(drawn, by);
  EXPECT_EQ(out.mendings.size(), 1U);
  return out;
}

double area_by(const std::vector<Ring>& rings, MendBy by) {
  const auto out = mended(rings, by);
  EXPECT_TRUE(out.mendings[0].mended);
  EXPECT_TRUE(find_polygon_faults(out.polygons).empty());
  EXPECT_DOUBLE_EQ(out.mendings[0].area_after_m2, area_m2(out.polygons, 0));
  return out.mendings[0].area_after_m2;
}

const Ring kSquare{{0, 0}, {10'000, 0}, {10'000, 10'000}, {0, 10'000}};

Ring box(std::int32_t west, std::int32_t south, std::int32_t east, std::int32_t north) {
  return {{west, south}, {east, south}, {east, north}, {west, north}};
}

TEST(MendPolygons, KeepsBothHalvesOfABowTie) {
  const Ring bow_tie{{0, 0}, {2'000, 2'000}, {2'000, 0}, {0, 2'000}};
  EXPECT_DOUBLE_EQ(area_by({bow_tie}, MendBy::linework), 2.0);  // a buffer by nought keeps 1
  EXPECT_DOUBLE_EQ(area_by({bow_tie}, MendBy::structure), 2.0);
}

TEST(MendPolygons, DropsASpikeAndSaysHowLongItWas) {
  const Ring spiked{{0, 0},          {10'000, 0},      {10'000, 5'000}, {15'000, 5'000},
                    {10'000, 5'000}, {10'000, 10'000}, {0, 10'000}};
  const auto out = mended({spiked}, MendBy::linework);
  EXPECT_DOUBLE_EQ(out.mendings[0].area_after_m2, 100.0);
  EXPECT_DOUBLE_EQ(out.mendings[0].spikes_m, 5.0);
}

TEST(MendPolygons, AsksWhatAHoleThatIsItsShellMeans) {
  for (const auto by : {MendBy::linework, MendBy::structure}) {
    const auto out = mended({kSquare, kSquare}, by);
    EXPECT_FALSE(out.mendings[0].mended);
    EXPECT_TRUE(out.mendings[0].hole_is_shell);
  }
}

TEST(MendPolygons, TakesAHoleOutsideForAPartByLineworkAndForNothingByStructure) {
  const std::vector<Ring> rings{kSquare, box(20'000, 0, 21'000, 1'000)};
  EXPECT_DOUBLE_EQ(area_by(rings, MendBy::linework), 101.0);
  EXPECT_DOUBLE_EQ(area_by(rings, MendBy::structure), 100.0);
}

TEST(MendPolygons, TellsHolesThatOverlapApartByTheMethod) {
  const std::vector<Ring> rings{kSquare, box(1'000, 1'000, 5'000, 5'000),
                                box(4'000, 4'000, 8'000, 8'000)};
  EXPECT_DOUBLE_EQ(area_by(rings, MendBy::linework), 100.0 - 2 * 16.0 + 2 * 1.0);
  EXPECT_DOUBLE_EQ(area_by(rings, MendBy::structure), 100.0 - 2 * 16.0 + 1.0);
}

TEST(MendPolygons, OpensAHoleThatRunsAlongItsShell) {
  const std::vector<Ring> rings{kSquare, box(0, 2'000, 1'000, 3'000)};
  EXPECT_DOUBLE_EQ(area_by(rings, MendBy::linework), 99.0);
  EXPECT_DOUBLE_EQ(area_by(rings, MendBy::structure), 99.0);
}

TEST(MendPolygons, TellsARingThatTurnsTwiceApartByTheMethod) {
  // Round a large square, then round a small one inside it, the same way.
  const Ring twice{{0, 0},         {10'000, 0},    {10'000, 10'000}, {0, 10'000},
                   {0, 0},         {2'000, 2'000}, {6'000, 2'000},   {6'000, 6'000},
                   {2'000, 6'000}, {2'000, 2'000}};
  EXPECT_DOUBLE_EQ(area_by({twice}, MendBy::linework), 84.0);
  EXPECT_DOUBLE_EQ(area_by({twice}, MendBy::structure), 100.0);
}

TEST(MendPolygons, LeavesValidRowsAndEmptyOnesToTheBit) {
  const auto drawn = PolygonBuilder{}
                         .add({kSquare})
                         .add_parts({})
                         .add({{{0, 0}, {2'000, 2'000}, {2'000, 0}, {0, 2'000}}})
                         .build();
  const auto out = mend_polygons(drawn, MendBy::linework);
  ASSERT_EQ(out.polygons.size(), 3);
  ASSERT_EQ(out.mendings.size(), 1U);
  EXPECT_EQ(out.mendings[0].polygon, 2);
  EXPECT_TRUE(std::ranges::equal(out.polygons.ring(0), drawn.ring(0)));
}

TEST(MendPolygons, LeavesARingWithoutAreaAlone) {
  const auto out = mended({{{0, 0}, {5'000, 0}, {9'000, 0}, {3'000, 0}}}, MendBy::linework);
  EXPECT_FALSE(out.mendings[0].mended);
}

}  // namespace
}  // namespace libgrid
