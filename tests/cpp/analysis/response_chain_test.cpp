#include "libgrid/analysis/response_chain.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr std::int64_t kMinute = 60'000;
using Moments = std::vector<std::int64_t>;
using Rows = std::vector<std::int32_t>;

/// Two teams, one or two hospitals, all calls at one place: minutes on the ways.
struct Street {
  Moments call;
  Rows own;
  Moments care;
  std::vector<std::uint8_t> needs;
  Moments team_to_call;
  Moments call_to_hospital;
  Moments hospital_to_team;
  Moments turnout{1 * kMinute, 1 * kMinute};
  Rows designated{0, 0};
  std::int64_t hospitals = 1;

  void add(std::int64_t minute, std::int64_t care_min, bool to_hospital, Moments team_ways,
           Moments hospital_ways) {
    call.push_back(minute * kMinute);
    own.push_back(0);
    care.push_back(care_min * kMinute);
    needs.push_back(to_hospital);
    for (const auto w : team_ways) team_to_call.push_back(w == kNoMoment ? w : w * kMinute);
    for (const auto w : hospital_ways) call_to_hospital.push_back(w * kMinute);
  }
  [[nodiscard]] ResponseChain run(ChainOptions options = {}) const {
    return run_response_chain({call, own, care, needs},
                              {team_to_call, call_to_hospital, hospital_to_team, team_to_call},
                              {turnout, designated}, hospitals, options);
  }
};

Street green_channel() {
  Street s;  // turnout 1, way 9, care 5, transfer 12
  s.add(0, 5, true, {9, 30}, {12});
  s.hospital_to_team = {10 * kMinute, 10 * kMinute};
  return s;
}

TEST(ResponseChain, TreatsAtMinute27WhenTheHospitalPreparesInParallel) {
  const auto chain = green_channel().run();
  EXPECT_EQ(chain.departure_ms[0], 1 * kMinute);
  EXPECT_EQ(chain.arrival_ms[0], 10 * kMinute);
  EXPECT_EQ(chain.at_hospital_ms[0], 27 * kMinute);
  EXPECT_EQ(chain.hospital_ready_ms[0], 21 * kMinute);
  EXPECT_EQ(chain.treated_ms[0], 27 * kMinute);
  EXPECT_EQ(chain.treated_serial_ms[0], 35 * kMinute);  // eight minutes later
}

TEST(ResponseChain, TreatsAtMinute35WhenThePreparationWaitsForThePatient) {
  const auto chain = green_channel().run({.prepare_in_parallel = false});
  EXPECT_EQ(chain.hospital_ready_ms[0], 35 * kMinute);
  EXPECT_EQ(chain.treated_ms[0], 35 * kMinute);
}

TEST(ResponseChain, KeepsTheTeamAwayWhileItEscorts) {
  auto s = green_channel();
  s.add(20, 5, false, {9, 30}, {12});
  const auto chain = s.run();
  EXPECT_EQ(chain.team_back_ms[0], 37 * kMinute);
  EXPECT_EQ(chain.team[1], 0);  // back at 37, there at 47: before the other team's 51
  EXPECT_EQ(chain.arrival_ms[1], 47 * kMinute);
  EXPECT_EQ(chain.waited_ms[1], 17 * kMinute);
  const auto alone = s.run({.escort = false});
  EXPECT_EQ(alone.team_back_ms[0], 24 * kMinute);
  EXPECT_EQ(alone.arrival_ms[1], 34 * kMinute);
}

TEST(ResponseChain, SendsTheTeamThatIsThereFirstWhileTheOwnOneIsAway) {
  auto s = green_channel();
  s.add(5, 5, false, {9, 12}, {12});
  const auto chain = s.run();
  EXPECT_EQ(chain.team[1], 1);
  EXPECT_EQ(chain.arrival_ms[1], 18 * kMinute);
  const auto own = s.run({.rule = DispatchRule::own_team});
  EXPECT_EQ(own.team[1], 0);
  EXPECT_EQ(own.waited_ms[1], 32 * kMinute);
}

TEST(ResponseChain, GoesToTheDesignatedHospitalAndNamesTheNearestFitOneBesideIt) {
  Street s;
  s.hospitals = 3;
  s.designated = {2, 2};
  s.add(0, 5, true, {9, 30}, {4, 8, 12});
  s.hospital_to_team = Moments(6, 0);
  const std::vector<std::uint8_t> fit{0, 1, 1};
  const auto chain = s.run({.fit = fit});
  EXPECT_EQ(chain.hospital[0], 2);
  EXPECT_EQ(chain.nearest_hospital[0], 1);
  EXPECT_EQ(chain.nearest_at_hospital_ms[0], 23 * kMinute);
  const std::vector<std::uint8_t> closed{1, 0, 0};
  EXPECT_EQ(s.run({.fit = closed}).hospital[0], 0);  // the designated one cannot treat
}

TEST(ResponseChain, LeavesWhatCannotBeWithoutAMoment) {
  Street s;
  s.add(0, 5, true, {kNoMoment, kNoMoment}, {12});
  s.add(0, 5, true, {3, kNoMoment}, {12});
  s.hospital_to_team = {0, 0};
  const std::vector<std::uint8_t> none_fit{0};
  const auto chain = s.run({.fit = none_fit});
  EXPECT_EQ(chain.team[0], -1);
  EXPECT_EQ(chain.arrival_ms[0], kNoMoment);
  EXPECT_EQ(chain.hospital[1], -1);
  EXPECT_EQ(chain.treated_ms[1], kNoMoment);
  EXPECT_NE(chain.arrival_ms[1], kNoMoment);
}

TEST(ResponseChain, AnswersInOrderOfTimeWhateverTheOrderOfRows) {
  auto s = green_channel();
  s.add(-30, 5, false, {9, 12}, {12});  // an hour's clock may start anywhere
  const auto chain = s.run();
  EXPECT_EQ(chain.arrival_ms[1], -20 * kMinute);
  EXPECT_EQ(chain.arrival_ms[0], 10 * kMinute);
}

TEST(ResponseChain, RefusesColumnsThatDoNotFit) {
  auto s = green_channel();
  s.own = {2};
  EXPECT_THROW((void)s.run(), InvalidInput);
  s.own = {0};
  s.care = {-1};
  EXPECT_THROW((void)s.run(), InvalidInput);
  s.care = {1, 2};
  EXPECT_THROW((void)s.run(), InvalidInput);
}

}  // namespace
}  // namespace libgrid
