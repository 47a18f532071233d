#include "libgrid/model/study_area.hpp"

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "study_area_example.hpp"

namespace libgrid {
namespace {

using enum GridLevel;

// Three blocks in a row; grids 0 and 1 are micro-grids of general grid 2, whose team is 1; grid 0
// has team 0.
StudyAreaTables three_blocks() {
  StudyAreaTables t;
  t.blocks = Blocks{{.footprint = testing::square_row(3), .grid = {0, 0, 1}, .n_shops = {0, 0, 0}}};
  auto households = testing::household_columns(4);
  households.block = {0, 1, 2, -1};
  t.households = Households{households};
  t.grids = Grids{{.level = {micro, micro, general}, .parent = {2, 2, -1}, .team = {0, -1, 1}}};
  t.teams = Teams{{.base_site = {-1, -1},
                   .n_doctor_teams = {1, 1},
                   .n_party_members = {1, 1},
                   .n_grid_workers = {1, 1},
                   .n_doctors = {1, 1},
                   .offered_min = {1, 1},
                   .turnout_s = {0, 0}}};
  return t;
}

TEST(StudyArea, AHouseholdsBlockDecidesItsGridAndTeam) {
  const StudyArea area{three_blocks()};
  const auto& today = area.blocks().columns().grid;
  EXPECT_EQ(area.household_grid(today), (std::vector<std::int32_t>{0, 0, 1, -1}));
  EXPECT_EQ(area.household_team(today), (std::vector<std::int32_t>{0, 0, 1, -1}));
  EXPECT_EQ(area.household_team(std::vector<std::int32_t>{1, 0, -1}),
            (std::vector<std::int32_t>{1, 0, -1, -1}));
}

TEST(StudyArea, RefusesAPlanOfAnotherLengthOrWithUnknownGrids) {
  const StudyArea area{three_blocks()};
  EXPECT_THROW((void)area.household_grid(std::vector<std::int32_t>{0}), InvalidInput);
  EXPECT_THROW((void)area.household_grid(std::vector<std::int32_t>{0, 1, 3}), InvalidInput);
}

TEST(StudyArea, RefusesReferencesOutsideTheirTable) {
  auto tables = three_blocks();
  tables.blocks = Blocks{{.footprint = testing::square_row(1), .grid = {9}, .n_shops = {0}}};
  EXPECT_THROW(StudyArea{tables}, InvalidInput);
}

}  // namespace
}  // namespace libgrid
