#include "libgrid/travel/travel_times.hpp"

#include <gtest/gtest.h>

#include "ascii_town.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/travel/reduce_times.hpp"
#include "random_town.hpp"

namespace libgrid {
namespace {

using testing::AsciiTown;
using testing::RandomTown;

std::uint32_t time(const RoadNetwork& net, Place from, Place to) {
  return travel_times(net, std::span{&from, 1}, std::span{&to, 1})[0];
}

TEST(TravelTimes, FollowDirections) {
  const AsciiTown town{{"a>b-c", "^    ", "d    "}};
  const auto& net = town.network();
  const auto at = [&](char letter) { return Place{.node = town.node(letter)}; };
  EXPECT_EQ(time(net, at('d'), at('c')), 600'000U);
  EXPECT_EQ(time(net, at('c'), at('d')), kNever);
  EXPECT_EQ(time(net, at('c'), at('b')), 200'000U);
  EXPECT_EQ(time(net, at('c'), at('c')), 0U);
}

TEST(TravelTimes, AnEdgeIsLeftThroughTheEndsThatItsDirectionAllows) {
  const AsciiTown town{{"a>b"}};
  const auto& net = town.network();
  const Place inside{.edge = 0, .fraction = 0.25};
  EXPECT_EQ(time(net, inside, {.node = town.node('b')}), 150'000U);
  EXPECT_EQ(time(net, inside, {.node = town.node('a')}), kNever);
  EXPECT_EQ(time(net, {.node = town.node('a')}, inside), 50'000U);
  EXPECT_EQ(time(net, {.node = town.node('b')}, inside), kNever);
}

TEST(TravelTimes, TheTwoPartsOfASplitEdgeAddUp) {
  const AsciiTown town{{"a-b"}};
  const auto& net = town.network();
  for (const double fraction : {0.1, 1.0 / 3, 0.5, 0.777777}) {
    const Place inside{.edge = 0, .fraction = fraction};
    EXPECT_EQ(time(net, {.node = 0}, inside) + time(net, inside, {.node = 1}), 200'000U);
    EXPECT_EQ(time(net, {.node = 1}, inside) + time(net, inside, {.node = 0}), 200'000U);
  }
}

TEST(TravelTimes, TwoPlacesOnOneEdgeMeetDirectly) {
  const AsciiTown town{{"a-b"}};
  const Place west{.edge = 0, .fraction = 0.25, .off_ms = 3};
  const Place east{.edge = 0, .fraction = 0.75, .off_ms = 4};
  EXPECT_EQ(time(town.network(), west, east), 100'007U);
  EXPECT_EQ(time(town.network(), east, west), 100'007U);
}

TEST(TravelTimes, BehindOnAOneWayMeansAllTheWayRound) {
  const AsciiTown town{{"a>b", "^ v", "d<c"}};
  const Place behind{.edge = 0, .fraction = 0.25};
  const Place ahead{.edge = 0, .fraction = 0.75};
  EXPECT_EQ(time(town.network(), behind, ahead), 100'000U);
  EXPECT_EQ(time(town.network(), ahead, behind), 700'000U);
}

TEST(TravelTimes, NowhereIsNeverReached) {
  const AsciiTown town{{"a-b"}};
  EXPECT_EQ(time(town.network(), {}, {.node = 0}), kNever);
  EXPECT_EQ(time(town.network(), {.node = 0}, {}), kNever);
}

TEST(TravelTimes, EqualAGraphWithPlacesBuiltInAsNodes) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const RandomTown town{seed, 12, 15, 9};
    for (const auto engine : {Engine::automatic, Engine::buckets, Engine::hierarchy}) {
      const TravelOptions options{.engine = {.engine = engine}};
      EXPECT_EQ(travel_times(town.network, town.origins, town.destinations, options),
                town.expected())
          << seed;
    }
  }
}

TEST(TravelTimes, BothSidesAndAnyThreadsGiveTheSameBits) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const RandomTown town{seed, 20, 40, 60};
    const auto few = std::span{town.destinations}.first(10);
    const auto whole =
        travel_times(town.network, town.origins, town.destinations, {}, {.threads = 1});
    const auto part = travel_times(town.network, town.origins, few, {}, {.threads = 1});
    for (std::size_t i = 0; i < town.origins.size(); ++i) {
      for (std::size_t j = 0; j < few.size(); ++j)
        EXPECT_EQ(part[i * few.size() + j], whole[i * town.destinations.size() + j]);
    }
    for (const unsigned threads : {2U, 8U})
      EXPECT_EQ(
          travel_times(town.network, town.origins, town.destinations, {}, {.threads = threads}),
          whole);
  }
}

TEST(FindPairs, AreTheFiniteEntriesWithinTheCutoff) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const RandomTown town{seed, 15, seed % 2 == 0 ? 30U : 10U, 20};
    const TravelOptions options{.cutoff_ms = 60'000};
    const auto dense = travel_times(town.network, town.origins, town.destinations, options);
    TravelPairs expected;
    for (std::size_t i = 0; i < town.origins.size(); ++i) {
      for (std::size_t j = 0; j < town.destinations.size(); ++j) {
        const auto ms = dense[i * town.destinations.size() + j];
        if (ms == kNever) continue;
        EXPECT_LE(ms, options.cutoff_ms);
        expected.index.push_back(static_cast<std::int32_t>(j));
        expected.ms.push_back(ms);
      }
      expected.ptr.push_back(static_cast<std::int64_t>(expected.index.size()));
    }
    for (const unsigned threads : {1U, 2U, 8U}) {
      const auto pairs =
          find_pairs(town.network, town.origins, town.destinations, options, {.threads = threads});
      EXPECT_EQ(pairs.ptr, expected.ptr);
      EXPECT_EQ(pairs.index, expected.index);
      EXPECT_EQ(pairs.ms, expected.ms);
    }
  }
}

TEST(TravelTimes, EveryEngineOnAnyThreadsGivesTheSameBits) {
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    // Many destinations to few, few to many, and few enough that a sweep is restricted.
    const RandomTown town{seed, seed % 3 == 2 ? 200 : 20, seed % 2 == 0 ? 40U : 17U,
                          seed % 3 == 0 ? 60U : 5U};
    const Hierarchy hierarchy{town.network.forward()};
    for (const auto cutoff_ms : {kNever, 90'000U}) {
      TravelOptions options{.cutoff_ms = cutoff_ms, .engine = {.engine = Engine::buckets}};
      const auto times = travel_times(town.network, town.origins, town.destinations, options);
      const auto pairs = find_pairs(town.network, town.origins, town.destinations, options);
      options.engine = {.engine = Engine::hierarchy, .hierarchy = &hierarchy};
      for (const unsigned threads : {1U, 2U, 8U}) {
        const RunControl control{.threads = threads};
        EXPECT_EQ(travel_times(town.network, town.origins, town.destinations, options, control),
                  times);
        const auto swept =
            find_pairs(town.network, town.origins, town.destinations, options, control);
        EXPECT_EQ(swept.ptr, pairs.ptr);
        EXPECT_EQ(swept.index, pairs.index);
        EXPECT_EQ(swept.ms, pairs.ms);
      }
    }
  }
}

TEST(TravelTimes, EveryEngineObeysTurnRules) {
  Rng rng{7};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const RandomTown town{seed, 15, 12, 20};
    const auto& edges = town.network.edges();
    std::vector<TurnRule> rules;
    for (std::size_t a = 0; a < edges.tail.size(); ++a) {
      for (std::size_t b = 0; b < edges.tail.size(); ++b) {
        if (edges.head[a] != edges.tail[b] || rng.below(4) != 0) continue;
        rules.push_back({static_cast<std::int32_t>(a), static_cast<std::int32_t>(b),
                         rng.below(2) == 0 ? kNever : 5000U});
      }
    }
    const auto network = town.network.with_turns(rules);
    const TravelOptions search{.engine = {.engine = Engine::buckets}};
    const TravelOptions sweep{.engine = {.engine = Engine::hierarchy}};
    EXPECT_EQ(travel_times(network, town.origins, town.destinations, sweep),
              travel_times(network, town.origins, town.destinations, search));
    const std::vector<std::uint32_t> until{60'000, kNever};
    EXPECT_EQ(reduce_times(network, town.origins, std::nullopt,
                           {.until_ms = until, .engine = sweep.engine}),
              reduce_times(network, town.origins, every_junction(network),
                           {.until_ms = until, .engine = search.engine}));
  }
}

TEST(TravelTimes, ATimeTooLongToTellIsRefusedByEveryEngine) {
  const std::vector<std::int32_t> tail{0, 1, 2, 3, 4};
  const std::vector<std::int32_t> head{1, 2, 3, 4, 5};
  const std::vector<std::uint32_t> ms(5, kMaxEdgeMs);
  const auto net = RoadNetwork::from_edges(6, {}, {tail, head, ms});
  const std::vector<Place> from{{.node = 0}};
  const std::vector<Place> to{{.node = 4}, {.node = 5}};
  for (const auto engine : {Engine::buckets, Engine::hierarchy}) {
    TravelOptions options{.engine = {.engine = engine}};
    EXPECT_THROW((void)travel_times(net, from, to, options), InvalidInput);
    options.cutoff_ms = kMaxMs;
    EXPECT_EQ(travel_times(net, from, to, options),
              (std::vector<std::uint32_t>{4 * kMaxEdgeMs, kNever}));
  }
}

TEST(TravelTimes, RefuseAHierarchyOfAnotherSize) {
  const AsciiTown town{{"a-b"}};
  const AsciiTown other{{"a-b-c"}};
  const Hierarchy hierarchy{other.network().forward()};
  const std::vector<Place> places{{.node = 0}};
  const TravelOptions options{.engine = {.engine = Engine::hierarchy, .hierarchy = &hierarchy}};
  EXPECT_THROW((void)travel_times(town.network(), places, places, options), InvalidInput);
}

TEST(TravelTimes, NameBadPlaces) {
  const AsciiTown town{{"a-b"}};
  const std::vector<Place> good{{.node = 0}};
  const std::vector<Place> bad{{.node = 0}, {.node = 2}};
  EXPECT_THROW((void)travel_times(town.network(), good, bad), InvalidInput);
  EXPECT_THROW((void)travel_times(town.network(), good, good, {.cutoff_ms = 0}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
