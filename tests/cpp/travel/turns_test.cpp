#include <algorithm>

#include <gtest/gtest.h>

#include "ascii_town.hpp"
#include "graph_oracles.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/travel/nearest.hpp"
#include "libgrid/travel/travel_times.hpp"

namespace libgrid {
namespace {

using testing::AsciiTown;

std::vector<Place> at_nodes(std::int32_t count) {
  std::vector<Place> places(static_cast<std::size_t>(count));
  for (std::int32_t v = 0; v < count; ++v) places[static_cast<std::size_t>(v)].node = v;
  return places;
}

/// Times between junctions over edges in place of nodes: slow, and straight from the definition.
std::vector<std::uint64_t> edge_based(const testing::EdgeList& list,
                                      const std::vector<TurnRule>& rules, std::int32_t origin) {
  constexpr auto kFar = ~std::uint64_t{0} / 2;
  const auto turn = [&](std::size_t a, std::size_t b) {
    std::uint64_t ms = 0;
    for (const auto& r : rules) {
      if (r.from_edge != static_cast<std::int32_t>(a) || r.to_edge != static_cast<std::int32_t>(b))
        continue;
      if (r.ms == kNever) return kFar;
      ms += r.ms;
    }
    return ms;
  };
  const auto count = list.tail.size();
  std::vector<std::uint64_t> at_end(count, kFar);
  for (std::size_t e = 0; e < count; ++e)
    if (list.tail[e] == origin) at_end[e] = list.ms[e];
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t a = 0; a < count; ++a) {
      if (at_end[a] >= kFar) continue;
      for (std::size_t b = 0; b < count; ++b) {
        if (list.head[a] != list.tail[b]) continue;
        const auto ms = at_end[a] + turn(a, b) + list.ms[b];
        if (ms >= at_end[b]) continue;
        at_end[b] = ms;
        changed = true;
      }
    }
  }
  std::vector<std::uint64_t> best(static_cast<std::size_t>(list.nodes), kFar);
  best[static_cast<std::size_t>(origin)] = 0;
  for (std::size_t e = 0; e < count; ++e) {
    auto& b = best[static_cast<std::size_t>(list.head[e])];
    b = std::min(b, at_end[e]);
  }
  for (auto& b : best)
    if (b >= kFar) b = kNever;
  return best;
}

std::vector<TurnRule> random_rules(Rng& rng, const testing::EdgeList& list) {
  std::vector<TurnRule> rules;
  for (std::size_t a = 0; a < list.tail.size(); ++a) {
    for (std::size_t b = 0; b < list.tail.size(); ++b) {
      if (list.head[a] != list.tail[b] || rng.below(3) != 0) continue;
      rules.push_back({static_cast<std::int32_t>(a), static_cast<std::int32_t>(b),
                       rng.below(2) == 0 ? kNever : static_cast<std::uint32_t>(rng.below(5000))});
      if (rng.below(4) == 0) rules.push_back({rules.back().from_edge, rules.back().to_edge, 7});
    }
  }
  return rules;
}

TEST(Turns, EqualAnEdgeBasedSearchOnRandomNetworks) {
  Rng rng{2024, 0};
  for (int round = 0; round < 300; ++round) {
    const auto list = testing::random_edges(rng, 9);
    const auto rules = random_rules(rng, list);
    const auto net = RoadNetwork::from_edges(list.nodes, {}, list.view()).with_turns(rules);
    const auto places = at_nodes(list.nodes);
    const auto times = travel_times(net, places, places, {}, {.threads = 1});
    for (std::int32_t origin = 0; origin < list.nodes; ++origin) {
      const auto expected = edge_based(list, rules, origin);
      for (std::int32_t v = 0; v < list.nodes; ++v) {
        const auto got = times[static_cast<std::size_t>(origin * list.nodes + v)];
        ASSERT_EQ(std::uint64_t{got}, expected[static_cast<std::size_t>(v)])
            << "round " << round << ", from " << origin << " to " << v;
      }
    }
  }
}

TEST(Turns, BothDirectionsAndNearestAgreeWithTheMatrix) {
  Rng rng{7, 0};
  for (int round = 0; round < 100; ++round) {
    const auto list = testing::random_edges(rng, 9);
    const auto net =
        RoadNetwork::from_edges(list.nodes, {}, list.view()).with_turns(random_rules(rng, list));
    const auto places = at_nodes(list.nodes);
    const auto times = travel_times(net, places, places, {}, {.threads = 1});
    const auto n = static_cast<std::size_t>(list.nodes);
    const std::vector<Place> source{places[0]};
    const auto from = find_nearest(net, source, std::nullopt, {});
    const auto to = find_nearest(net, source, std::nullopt, {.direction = Direction::to_source});
    ASSERT_EQ(from.ms.size(), n);  // junctions, no copies
    for (std::size_t v = 0; v < n; ++v) {
      ASSERT_EQ(from.ms[v], times[v]) << round;
      ASSERT_EQ(to.ms[v], times[v * n]) << round;
    }
  }
}

// The street a-b may not turn into b-d; who lives on the corner itself may.
TEST(Turns, AForbiddenTurnIsDrivenAround) {
  const AsciiTown town{{"a-b-c", "  | |", "  d-e"}};
  const auto& plain = town.network();
  const auto edge = [&](char from, char to) {
    for (std::int32_t e = 0; e < plain.edge_count(); ++e) {
      if (plain.edges().tail[static_cast<std::size_t>(e)] == town.node(from) &&
          plain.edges().head[static_cast<std::size_t>(e)] == town.node(to))
        return e;
    }
    return -1;
  };
  const std::vector<TurnRule> rules{{edge('a', 'b'), edge('b', 'd'), kNever},
                                    {edge('a', 'b'), edge('b', 'a'), kNever}};
  const auto net = plain.with_turns(rules);
  EXPECT_EQ(net.junction_count(), plain.node_count());
  EXPECT_EQ(net.street_count(), plain.edge_count());
  EXPECT_EQ(net.weak().size, plain.weak().size);
  EXPECT_EQ(net.strong().size, plain.strong().size);
  const auto time = [&](const RoadNetwork& network, const Place& from, const Place& to) {
    return travel_times(network, std::vector{from}, std::vector{to}, {}, {})[0];
  };
  const Place a{.node = town.node('a')};
  const Place b{.node = town.node('b')};
  const Place d{.node = town.node('d')};
  EXPECT_EQ(time(plain, a, d), 400'000U);
  EXPECT_EQ(time(net, a, d), 800'000U);
  EXPECT_EQ(time(net, b, d), 200'000U);
  EXPECT_EQ(time(net, d, a), 400'000U);
  // Places inside streets keep their geometry: from the middle of a-b to the middle of b-d.
  const Place middle{.edge = std::min(edge('a', 'b'), edge('b', 'a')), .fraction = 0.5};
  const Place below{.edge = std::min(edge('b', 'd'), edge('d', 'b')), .fraction = 0.5};
  EXPECT_EQ(time(plain, middle, below), 200'000U);
  EXPECT_EQ(time(net, middle, below), 600'000U);  // on to c, back, and then it is another turn
  EXPECT_EQ(time(net, below, middle), 200'000U);
}

TEST(Turns, StayWhenStreetsAreClosedOrRetimed) {
  Rng rng{11, 0};
  for (int round = 0; round < 100; ++round) {
    auto list = testing::random_edges(rng, 8);
    const auto rules = random_rules(rng, list);
    const auto net = RoadNetwork::from_edges(list.nodes, {}, list.view()).with_turns(rules);
    const auto edges = static_cast<std::size_t>(net.edge_count());
    std::vector<std::uint8_t> closed(edges, 0);
    std::vector<std::uint32_t> ms = net.edges().ms;
    for (std::size_t e = 0; e < list.tail.size(); ++e)
      ms[e] = list.ms[e] = static_cast<std::uint32_t>(rng.below(9999));
    const auto retimed = net.with_times(ms);
    const auto rebuilt = net.with_edges(closed, ms);
    const auto places = at_nodes(list.nodes);
    const auto times = travel_times(retimed, places, places, {}, {.threads = 1});
    EXPECT_EQ(times, travel_times(rebuilt, places, places, {}, {.threads = 1}));
    const auto expected = edge_based(list, rules, 0);
    for (std::size_t v = 0; v < places.size(); ++v) ASSERT_EQ(std::uint64_t{times[v]}, expected[v]);
    if (list.tail.empty()) continue;
    closed[0] = 1;
    EXPECT_EQ(net.with_edges(closed, ms).street_count(), net.street_count() - 1);
  }
}

TEST(Turns, RulesWhoseEdgesDoNotMeetAreNamed) {
  const AsciiTown town{{"a-b-c"}};
  const std::vector<TurnRule> bad{{0, 0, kNever}, {0, 99, 1}, {-1, 0, 1}};
  try {
    (void)town.network().with_turns(bad);
    FAIL();
  } catch (const InvalidInput& error) {
    EXPECT_NE(std::string{error.what()}.find("3 rules"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace libgrid
