#include "libgrid/travel/places.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "ascii_town.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

using testing::AsciiTown;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr auto kForward = Heading::forward;
constexpr auto kBackward = Heading::backward;

/// The time through the door to `node`; kNever when there is no such door.
std::uint32_t ms_to(const Doors& doors, std::int32_t node) {
  for (const auto& door : doors)
    if (door.node == node) return door.ms;
  return kNever;
}

/// One street a-b of two edges with times of their own: 0 along (`ms`), 1 back (`back_ms`).
RoadNetwork uneven_street(std::uint32_t ms, std::uint32_t back_ms) {
  const std::vector<std::int32_t> tail{0, 1};
  const std::vector<std::int32_t> head{1, 0};
  const std::vector<std::uint32_t> times{ms, back_ms};
  return RoadNetwork::from_edges(2, {{0, 0}, {100'000, 0}}, {tail, head, times});
}

std::string refusal(const RoadNetwork& network, std::span<const Place> places) {
  try {
    check_places(network, places, "origins");
  } catch (const InvalidInput& e) {
    return e.what();
  }
  return {};
}

TEST(Places, ASnappedPointKeepsItsEdgeAndFraction) {
  const std::vector<Snapped> snapped{{.edge = 4, .fraction = 0.25, .distance_m = 30}};
  const auto place = to_places(snapped, 1.0).at(0);
  EXPECT_EQ(place.edge, 4);
  EXPECT_EQ(place.node, -1);
  EXPECT_EQ(place.fraction, 0.25);
}

TEST(Places, TheWayToTheRoadTakesItsTimeInWholeMilliseconds) {
  const std::vector<Snapped> snapped{{.edge = 0, .distance_m = 1.0}, {.edge = 0, .distance_m = 50}};
  const auto places = to_places(snapped, 1.5);
  EXPECT_EQ(places[0].off_ms, 667U);
  EXPECT_EQ(places[1].off_ms, 33'333U);
}

TEST(Places, APointThatWasNotSnappedIsNowhere) {
  const std::vector<Snapped> snapped{{.distance_m = 800, .reason = SnapReason::too_far}};
  const auto place = to_places(snapped, 1.0).at(0);
  EXPECT_EQ(place.node, -1);
  EXPECT_EQ(place.edge, -1);
  EXPECT_EQ(place.off_ms, 0U);
}

TEST(Places, AnOffNetworkSpeedMustBeAboveZero) {
  for (const double speed : {0.0, -1.0, kNan})
    EXPECT_THROW(static_cast<void>(to_places({}, speed)), InvalidInput) << speed;
}

TEST(Places, AWayToTheRoadOfOverAMillionSecondsIsRefused) {
  const std::vector<Snapped> good{{.edge = 0, .distance_m = 1'000'000}};
  EXPECT_EQ(to_places(good, 1.0).at(0).off_ms, kMaxEdgeMs);
  const std::vector<Snapped> bad{{.edge = 0, .distance_m = 1'000'000.001}};
  EXPECT_THROW(static_cast<void>(to_places(bad, 1.0)), InvalidInput);
}

TEST(Places, PlacesAtNodesInsideEdgesAndNowhereAreGood) {
  const AsciiTown town{{"a-b"}};
  const std::vector<Place> places{
      {}, {.node = 1}, {.edge = 1, .fraction = 0}, {.edge = 0, .fraction = 1}};
  EXPECT_EQ(refusal(town.network(), places), "");
}

TEST(Places, EachWayToBeWrongIsRefused) {
  const AsciiTown town{{"a-b"}};  // 2 nodes, 2 edges
  for (const Place bad :
       {Place{.node = 2}, Place{.node = -2}, Place{.edge = 2}, Place{.edge = -2},
        Place{.edge = 0, .fraction = -0.001}, Place{.edge = 0, .fraction = 1.001},
        Place{.edge = 0, .fraction = kNan}, Place{.node = 0, .off_ms = kMaxEdgeMs + 1}}) {
    const auto message = refusal(town.network(), std::vector<Place>{{.node = 0}, bad});
    EXPECT_NE(message.find("origins: 1 row"), std::string::npos) << message;
    EXPECT_NE(message.find("1)"), std::string::npos) << message;
  }
}

TEST(Places, OfManyWrongPlacesTheFirstFiveAreNamedAndAllCounted) {
  const AsciiTown town{{"a-b"}};
  std::vector<Place> places(10, Place{.node = 7});
  places[0] = {};
  const auto message = refusal(town.network(), places);
  EXPECT_NE(message.find("9 rows"), std::string::npos) << message;
  EXPECT_NE(message.find("1, 2, 3, 4, 5, …"), std::string::npos) << message;
}

TEST(Places, APlaceNowhereHasNoDoors) {
  const AsciiTown town{{"a-b"}};
  EXPECT_EQ(doors_out(town.network(), {}, kForward).count, 0U);
  EXPECT_EQ(doors_in(town.network(), {}, kForward).count, 0U);
}

TEST(Places, APlaceAtANodeHasThatDoorOnlyWhateverItsEdge) {
  const AsciiTown town{{"a-b"}};
  const auto doors =
      doors_out(town.network(), {.node = 1, .edge = 0, .fraction = 1, .off_ms = 5}, kForward);
  ASSERT_EQ(doors.count, 1U);
  EXPECT_EQ(doors.door[0].node, 1);
  EXPECT_EQ(doors.door[0].ms, 5U);
}

TEST(Places, AStreetOpenBothWaysHasADoorAtEachEnd) {
  const AsciiTown town{{"a-b"}};  // 200 s long
  const Place place{.edge = 0, .fraction = 0.25, .off_ms = 7};
  for (const auto heading : {kForward, kBackward}) {
    for (const auto& doors :
         {doors_out(town.network(), place, heading), doors_in(town.network(), place, heading)}) {
      ASSERT_EQ(doors.count, 2U);
      EXPECT_EQ(ms_to(doors, town.node('a')), 50'007U);
      EXPECT_EQ(ms_to(doors, town.node('b')), 150'007U);
    }
  }
}

TEST(Places, AOneWayStreetIsLeftAtItsHeadAndEnteredAtItsTail) {
  const AsciiTown town{{"a>b"}};
  const Place place{.edge = 0, .fraction = 0.25};
  const auto out = doors_out(town.network(), place, kForward);
  ASSERT_EQ(out.count, 1U);
  EXPECT_EQ(ms_to(out, town.node('b')), 150'000U);
  const auto in = doors_in(town.network(), place, kForward);
  ASSERT_EQ(in.count, 1U);
  EXPECT_EQ(ms_to(in, town.node('a')), 50'000U);
}

TEST(Places, ABackwardSearchSwapsTheDoors) {
  const AsciiTown town{{"a>b"}};
  const Place place{.edge = 0, .fraction = 0.25};
  EXPECT_EQ(ms_to(doors_out(town.network(), place, kBackward), town.node('a')), 50'000U);
  EXPECT_EQ(ms_to(doors_in(town.network(), place, kBackward), town.node('b')), 150'000U);
}

TEST(Places, TheTwoPartsOfAnEdgeAddUpToTheWhole) {
  Rng rng{5};
  for (int round = 0; round < 1000; ++round) {
    const auto ms = static_cast<std::uint32_t>(rng.below(kMaxEdgeMs + 1ULL));
    const auto back_ms = static_cast<std::uint32_t>(rng.below(100));
    const auto network = uneven_street(ms, back_ms);
    const Place place{.edge = 0, .fraction = rng.unit()};
    const auto out = doors_out(network, place, kForward);
    const auto in = doors_in(network, place, kForward);
    EXPECT_EQ(ms_to(in, 0) + ms_to(out, 1), ms);
    EXPECT_EQ(ms_to(in, 1) + ms_to(out, 0), back_ms);
  }
}

TEST(Places, EachDirectionOfAStreetHasItsOwnTime) {
  const auto network = uneven_street(1000, 3000);
  const Place early{.edge = 0, .fraction = 0.2};
  const Place late{.edge = 0, .fraction = 0.7};
  EXPECT_EQ(direct_ms(network, early, late, kForward), 500U);
  EXPECT_EQ(direct_ms(network, late, early, kForward), 1500U);
}

TEST(Places, TheDirectWayOfABackwardSearchRunsFromItsEndToItsStart) {
  const auto network = uneven_street(1000, 3000);
  const Place early{.edge = 0, .fraction = 0.2};
  const Place late{.edge = 0, .fraction = 0.7};
  EXPECT_EQ(direct_ms(network, late, early, kBackward), 500U);
}

TEST(Places, TheDirectWayCountsTheOffNetworkTimeOfBothEnds) {
  const auto network = uneven_street(1000, 3000);
  const Place from{.edge = 0, .fraction = 0.2, .off_ms = 30};
  const Place to{.edge = 0, .fraction = 0.7, .off_ms = 4};
  EXPECT_EQ(direct_ms(network, from, to, kForward), 534U);
}

TEST(Places, ThereIsNoDirectWayAgainstAOneWayStreet) {
  const AsciiTown town{{"a>b"}};
  const Place early{.edge = 0, .fraction = 0.2};
  const Place late{.edge = 0, .fraction = 0.7};
  EXPECT_EQ(direct_ms(town.network(), late, early, kForward), kNever);
  EXPECT_EQ(direct_ms(town.network(), early, late, kForward), 100'000U);
}

TEST(Places, TwoPlacesAtOnePointMeetOnAOneWayStreet) {
  const AsciiTown town{{"a>b"}};
  const Place place{.edge = 0, .fraction = 0.2};
  EXPECT_EQ(direct_ms(town.network(), place, place, kForward), 0U);
}

TEST(Places, ThereIsNoDirectWayBetweenStreetsNorFromANode) {
  const AsciiTown town{{"a-b-c"}};
  const Place first{.edge = 0, .fraction = 0.5};
  const Place second{.edge = 2, .fraction = 0.5};
  EXPECT_EQ(direct_ms(town.network(), first, second, kForward), kNever);
  EXPECT_EQ(direct_ms(town.network(), {.node = 0, .edge = 0}, first, kForward), kNever);
  EXPECT_EQ(direct_ms(town.network(), first, {.node = 0, .edge = 0}, kForward), kNever);
  EXPECT_EQ(direct_ms(town.network(), {}, {}, kForward), kNever);
}

TEST(Places, ASumWithNeverIsNever) {
  EXPECT_EQ(add_ms(kNever, 0, kNever), kNever);
  EXPECT_EQ(add_ms(0, kNever, 10), kNever);
}

TEST(Places, ALimitIsInclusive) {
  EXPECT_EQ(add_ms(4, 6, 10), 10U);
  EXPECT_EQ(add_ms(4, 7, 10), kNever);
}

TEST(Places, ASumThatCannotBeToldIsRefusedUnlessALimitCutsItOff) {
  EXPECT_EQ(add_ms(kMaxMs - 1, 1, kNever), kMaxMs);
  EXPECT_THROW(static_cast<void>(add_ms(kMaxMs, 1, kNever)), InvalidInput);
  EXPECT_EQ(add_ms(kMaxMs, kMaxMs, kMaxMs), kNever);
}

}  // namespace
}  // namespace libgrid
