#include "libgrid/model/sessions.hpp"

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr std::int32_t kTuesdayTen = kMinutesADay + 10 * 60;

SessionColumns two_sessions() {
  return {.site = {0, 2},
          .team = {5, 5},
          .weekday = {2, 2},
          .start_min = {540, 600},
          .end_min = {600, 720},
          .every_n_weeks = {1, 1}};
}

TEST(Sessions, AreOpenFromTheirStartUntilBeforeTheirEnd) {
  const Sessions sessions{two_sessions()};
  EXPECT_EQ(sessions.sites_open_at(3, kTuesdayTen), (std::vector<std::uint8_t>{0, 0, 1}));
  EXPECT_EQ(sessions.sites_open_at(3, kTuesdayTen - 1), (std::vector<std::uint8_t>{1, 0, 0}));
  EXPECT_EQ(sessions.sites_with_session(3), (std::vector<std::uint8_t>{1, 0, 1}));
}

TEST(Sessions, ATeamCannotBeInTwoPlaces) {
  auto columns = two_sessions();
  EXPECT_TRUE(Sessions{columns}.find_collisions().empty());  // one ends as the other starts
  columns.end_min[0] = 601;
  EXPECT_EQ(Sessions{columns}.find_collisions().size(), 1U);
  columns.team[1] = 6;
  EXPECT_TRUE(Sessions{columns}.find_collisions().empty());
}

TEST(Sessions, RefusesTimesOverMidnightAndMomentsOutsideTheWeek) {
  auto columns = two_sessions();
  columns.end_min[0] = 500;
  EXPECT_THROW(Sessions{columns}, InvalidInput);
  EXPECT_THROW((void)Sessions{two_sessions()}.sites_open_at(3, kMinutesAWeek), InvalidInput);
}

}  // namespace
}  // namespace libgrid
