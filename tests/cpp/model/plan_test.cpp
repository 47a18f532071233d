#include "libgrid/model/plan.hpp"

#include <string>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

TEST(Plan, ListsTheBlocksOfEachGridInOrder) {
  const std::vector<std::int32_t> plan{1, 0, -1, 1, 2};
  const auto members = members_by_grid({plan, 4});
  EXPECT_EQ(members.begin, (std::vector<std::int64_t>{0, 1, 3, 4, 4}));
  EXPECT_EQ(members.block, (std::vector<std::int32_t>{1, 0, 3, 4}));
}

TEST(Plan, NamesTheBlocksWhoseLabelIsOutOfRange) {
  const std::vector<std::int32_t> plan{0, 3, -2, 1};
  try {
    check_plan({plan, 3}, "new plan");
    FAIL();
  } catch (const InvalidInput& error) {
    EXPECT_EQ(std::string{error.what()},
              "new plan: labels must be -1 (none) or 0 … 2; 2 of 4 blocks are not: rows (labels) 1 "
              "(3), 2 (-2)");
  }
}

TEST(Plan, OfNoBlocksIsFine) { EXPECT_EQ(members_by_grid({{}, 0}).begin.size(), 1U); }

}  // namespace
}  // namespace libgrid
