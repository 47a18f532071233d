#include "libgrid/model/teams.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

TeamColumns twenty_teams() {
  const std::size_t n = 20;
  return {.base_site = std::vector<std::int32_t>(n, -1),
          .n_doctor_teams = std::vector<std::int32_t>(n, 1),
          .n_party_members = std::vector<std::int32_t>(n, 1),
          .n_grid_workers = std::vector<std::int32_t>(n, 3),
          .n_doctors = std::vector<double>(n, 1.0),
          .offered_min = std::vector<double>(n, 176'640.0),
          .turnout_s = std::vector<double>(n, 180.0)};
}

TEST(Teams, OnePlusOnePlusN) {
  auto columns = twenty_teams();
  EXPECT_TRUE(Teams{columns}.find_rule_breaks().empty());
  columns.n_grid_workers[4] = 0;  // the last grid worker leaves
  columns.n_doctor_teams[9] = 2;
  columns.n_party_members[11] = 0;
  EXPECT_EQ(Teams{columns}.find_rule_breaks(), (std::vector<std::int32_t>{4, 9, 11}));
}

TEST(Teams, RefusesMinutesThatAreNoNumber) {
  auto columns = twenty_teams();
  columns.offered_min[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(Teams{columns}, InvalidInput);
}

}  // namespace
}  // namespace libgrid
