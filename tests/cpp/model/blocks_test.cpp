#include "libgrid/model/blocks.hpp"

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "study_area_example.hpp"

namespace libgrid {
namespace {

TEST(Blocks, OneRowAFootprint) {
  const Blocks blocks{{.footprint = testing::square_row(2), .grid = {0, -1}, .n_shops = {0, 3}}};
  EXPECT_EQ(blocks.size(), 2);
}

TEST(Blocks, RefusesNegativeShopsAndShortColumns) {
  EXPECT_THROW(Blocks({.footprint = testing::square_row(1), .grid = {0}, .n_shops = {-1}}),
               InvalidInput);
  EXPECT_THROW(Blocks({.footprint = testing::square_row(2), .grid = {0}, .n_shops = {0, 0}}),
               InvalidInput);
}

}  // namespace
}  // namespace libgrid
