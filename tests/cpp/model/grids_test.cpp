#include "libgrid/model/grids.hpp"

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

using enum GridLevel;

TEST(Grids, AGridWithoutATeamTakesItsParents) {
  const Grids grids{{.level = {community, general, micro, micro},
                     .parent = {-1, 0, 1, 1},
                     .team = {-1, 7, -1, 3}}};
  EXPECT_EQ(grids.team(), (std::vector<std::int32_t>{-1, 7, 7, 3}));
}

TEST(Grids, LeavesAreWhatBlocksCanBelongTo) {
  const Grids grids{{.level = {community, general, micro, general},
                     .parent = {-1, 0, 1, 0},
                     .team = {-1, -1, -1, -1}}};
  EXPECT_FALSE(grids.is_leaf(0));
  EXPECT_FALSE(grids.is_leaf(1));
  EXPECT_TRUE(grids.is_leaf(2));
  EXPECT_TRUE(grids.is_leaf(3));
}

TEST(Grids, ParentsThatFormARingAreFoundAndRefused) {
  EXPECT_EQ(find_parent_rings({1, 2, 0, -1, 0}), (std::vector<std::int32_t>{0, 1, 2, 4}));
  EXPECT_TRUE(find_parent_rings({-1, 0, 1}).empty());
  EXPECT_THROW(Grids({.level = {micro, micro}, .parent = {1, 0}, .team = {-1, -1}}), InvalidInput);
}

TEST(Grids, RefusesAParentOutsideTheTable) {
  EXPECT_THROW(Grids({.level = {micro}, .parent = {1}, .team = {-1}}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
