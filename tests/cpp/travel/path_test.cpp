#include "libgrid/travel/path.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "ascii_town.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/travel/travel_times.hpp"
#include "random_town.hpp"

namespace libgrid {
namespace {

using testing::AsciiTown;
using testing::RandomTown;

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

std::span<const PathPiece> pieces_of(const Paths& paths, std::size_t i) {
  return {paths.pieces.data() + paths.ptr[i], at(paths.ptr[i + 1] - paths.ptr[i])};
}

/// Time, number of pieces, and the edges in order: smaller is better.
using Rank = std::tuple<std::uint64_t, std::size_t, std::vector<std::int32_t>>;

Rank longer(Rank rank, std::int32_t edge, std::uint64_t ms) {
  std::get<0>(rank) += ms;
  std::get<1>(rank) += 1;
  std::get<2>(rank).push_back(edge);
  return rank;
}

/// The rule as it is written down, by improving until nothing improves.
Rank best_way(const RoadNetwork& network, const Place& from, const Place& to) {
  const auto& edges = network.edges();
  std::map<std::int32_t, Rank> best;
  const auto offer = [](std::map<std::int32_t, Rank>& ranks, std::int32_t node, const Rank& rank) {
    const auto [it, added] = ranks.emplace(node, rank);
    if (!added && rank < it->second) it->second = rank;
    return added || it->second == rank;
  };
  const auto door_edge = [&](const Place& p, std::size_t door) {
    return door == 0 ? p.edge : edges.opposite[at(p.edge)];
  };
  std::size_t index = 0;
  for (const auto& door : doors_out(network, from, Heading::forward)) {
    const Rank none{0, 0, {}};
    offer(best, door.node,
          from.node != -1 ? Rank{door.ms, 0, {}} : longer(none, door_edge(from, index), door.ms));
    ++index;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::int32_t e = 0; e < network.edge_count(); ++e) {
      const auto it = best.find(edges.tail[at(e)]);
      if (it == best.end()) continue;
      const auto rank = longer(it->second, e, edges.ms[at(e)]);
      const auto old = best.find(edges.head[at(e)]);
      if (old != best.end() && old->second <= rank) continue;
      best[edges.head[at(e)]] = rank;
      changed = true;
    }
  }
  Rank result{kNever, 0, {}};
  index = 0;
  for (const auto& door : doors_in(network, to, Heading::forward)) {
    if (const auto it = best.find(door.node); it != best.end()) {
      auto rank = it->second;
      if (to.node != -1)
        std::get<0>(rank) += door.ms;
      else
        rank = longer(rank, door_edge(to, index), door.ms);
      result = std::min(result, rank);
    }
    ++index;
  }
  const auto direct = direct_ms(network, from, to, Heading::forward);
  if (direct != kNever && direct <= std::get<0>(result)) {
    const bool along = from.fraction <= to.fraction &&
                       direct_ms(network, {.edge = from.edge, .fraction = from.fraction},
                                 {.edge = to.edge, .fraction = to.fraction}, Heading::forward) ==
                           static_cast<std::uint32_t>(edges.ms[at(from.edge)] * to.fraction) -
                               static_cast<std::uint32_t>(edges.ms[at(from.edge)] * from.fraction);
    result = {direct, 1, {along ? from.edge : edges.opposite[at(from.edge)]}};
  }
  return result;
}

TEST(Path, IsTheOneOfTheRuleAndTakesTheTravelTime) {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    const RandomTown town{seed, 9, 5, 5};
    const auto& network = town.network;
    const auto times = travel_times(network, town.origins, town.destinations);
    std::vector<Place> from;
    std::vector<Place> to;
    for (const auto& o : town.origins)
      for (const auto& d : town.destinations) {
        from.push_back(o);
        to.push_back(d);
      }
    const auto paths = find_paths(network, from, to);
    ASSERT_EQ(paths.ms, times) << seed;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto pieces = pieces_of(paths, i);
      // Alone a pair is searched from its origin, in a list perhaps from its destination.
      const auto alone = find_paths(network, {&from[i], 1}, {&to[i], 1});
      ASSERT_TRUE(
          std::ranges::equal(pieces, pieces_of(alone, 0), {}, &PathPiece::edge, &PathPiece::edge))
          << seed;
      if (paths.ms[i] == kNever) {
        ASSERT_TRUE(pieces.empty());
        continue;
      }
      const auto expected = best_way(network, from[i], to[i]);
      ASSERT_EQ(std::get<0>(expected), paths.ms[i]);
      std::vector<std::int32_t> edges;
      auto sum = std::uint64_t{from[i].off_ms} + to[i].off_ms;
      for (const auto& p : pieces) {
        edges.push_back(p.edge);
        sum += p.ms;
      }
      ASSERT_EQ(edges, std::get<2>(expected)) << seed << ' ' << i;
      ASSERT_EQ(sum, paths.ms[i]);
      for (std::size_t k = 1; k < pieces.size(); ++k) {
        ASSERT_EQ(network.edges().head[at(pieces[k - 1].edge)],
                  network.edges().tail[at(pieces[k].edge)]);
        ASSERT_TRUE(pieces[k - 1].to == 1.0 && pieces[k].from == 0.0);
      }
    }
  }
}

TEST(Path, FromManyOriginsToOneIsReadFromTheOtherEnd) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const RandomTown town{seed, 9, 8, 1};
    const std::vector<Place> to(8, town.destinations[0]);
    const auto together = find_paths(town.network, town.origins, to);
    for (std::size_t i = 0; i < 8; ++i) {
      const auto alone = find_paths(town.network, {&town.origins[i], 1}, {&to[i], 1});
      ASSERT_EQ(together.ms[i], alone.ms[0]);
      ASSERT_TRUE(std::ranges::equal(
          pieces_of(together, i), pieces_of(alone, 0),
          [](const PathPiece& a, const PathPiece& b) {
            return std::tuple{a.edge, a.from, a.to, a.ms} == std::tuple{b.edge, b.from, b.to, b.ms};
          }))
          << seed;
    }
  }
}

TEST(Path, TurnsRoundNoZerosAndTakesTheFewestEdges) {
  // 0→1→0 in no time, and to 2 directly or through 1 at one price.
  const std::vector<std::int32_t> tail{0, 1, 1, 0};
  const std::vector<std::int32_t> head{1, 0, 2, 2};
  const std::vector<std::uint32_t> ms{0, 0, 7, 7};
  const auto network = RoadNetwork::from_edges(3, {}, {tail, head, ms});
  const std::vector<Place> from{{.node = 0}, {.node = 1}, {.node = 2}, {.node = 2}};
  const std::vector<Place> to{{.node = 2}, {.node = 2}, {.node = 2}, {.node = 0}};
  const auto paths = find_paths(network, from, to);
  EXPECT_EQ(paths.ms, (std::vector<std::uint32_t>{7, 7, 0, kNever}));
  EXPECT_EQ(paths.ptr, (std::vector<std::int64_t>{0, 1, 2, 2, 2}));
  EXPECT_EQ(paths.pieces[0].edge, 3);
  EXPECT_EQ(paths.pieces[1].edge, 2);
}

TEST(Path, CountsTurnsAndTellsOnlyStreets) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const RandomTown town{seed, 8, 6, 6};
    const auto& plain = town.network.edges();
    Rng rng{seed};
    std::vector<TurnRule> rules;
    for (std::int32_t a = 0; a < town.network.edge_count(); ++a)
      for (std::int32_t b = 0; b < town.network.edge_count(); ++b)
        if (plain.head[at(a)] == plain.tail[at(b)] && rng.below(3) == 0)
          rules.push_back({a, b, rng.below(2) == 0 ? kNever : 500U});
    const auto network = town.network.with_turns(rules);
    const auto times = travel_times(network, town.origins, town.destinations);
    for (std::size_t i = 0; i < town.origins.size(); ++i) {
      const std::vector<Place> from(town.destinations.size(), town.origins[i]);
      const auto paths = find_paths(network, from, town.destinations);
      for (std::size_t j = 0; j < from.size(); ++j) {
        ASSERT_EQ(paths.ms[j], times[i * from.size() + j]) << seed;
        const auto alone = find_paths(network, {&from[j], 1}, {&town.destinations[j], 1});
        const auto pieces = pieces_of(paths, j);
        ASSERT_TRUE(std::ranges::equal(pieces, pieces_of(alone, 0), {}, &PathPiece::edge,
                                       &PathPiece::edge));
        if (paths.ms[j] == kNever) continue;
        auto sum = std::uint64_t{from[j].off_ms} + town.destinations[j].off_ms;
        for (std::size_t k = 0; k < pieces.size(); ++k) {
          sum += pieces[k].ms;
          ASSERT_LT(pieces[k].edge, network.street_count());
          if (k == 0) continue;
          ASSERT_EQ(plain.head[at(pieces[k - 1].edge)], plain.tail[at(pieces[k].edge)]);
          for (const auto& r : rules)
            ASSERT_FALSE(r.ms == kNever && r.from_edge == pieces[k - 1].edge &&
                         r.to_edge == pieces[k].edge);
        }
        ASSERT_EQ(sum, paths.ms[j]) << seed;
      }
    }
  }
}

TEST(Path, StaysOnOneStreetWhenThatIsShortest) {
  const AsciiTown town{{"a-b"}};
  const std::vector<Place> from{{.edge = 0, .fraction = 0.75, .off_ms = 5}};
  const std::vector<Place> to{{.edge = 0, .fraction = 0.25, .off_ms = 6}};
  const auto paths = find_paths(town.network(), from, to);
  ASSERT_EQ(paths.pieces.size(), 1U);
  EXPECT_EQ(paths.pieces[0].edge, 1);
  EXPECT_EQ(paths.pieces[0].from, 0.25);
  EXPECT_EQ(paths.pieces[0].to, 0.75);
  EXPECT_EQ(paths.ms[0], 100'011U);
  const auto lines = draw_pieces(town.network(), paths.pieces);
  EXPECT_EQ(lines.points, (std::vector<Point>{{150'000, 0}, {50'000, 0}}));
}

TEST(Path, OfALongWayIsFoundThoughTheSearchBeginsSmall) {
  const AsciiTown town{{"a-b-c-d-e-f-g-h-i-j-k-l"}};
  const std::vector<Place> from{{.node = town.node('a')}, {.node = town.node('a')}};
  const std::vector<Place> to{{.node = town.node('l')}, {.node = town.node('b')}};
  const auto paths = find_paths(town.network(), from, to);
  EXPECT_EQ(paths.ms, (std::vector<std::uint32_t>{2'200'000, 200'000}));
  EXPECT_EQ(paths.ptr, (std::vector<std::int64_t>{0, 11, 12}));
  const auto cut = find_paths(town.network(), from, to, {.cutoff_ms = 2'199'999});
  EXPECT_EQ(cut.ms, (std::vector<std::uint32_t>{kNever, 200'000}));
}

TEST(Path, IsTheSameOnAnyNumberOfThreads) {
  const RandomTown town{9, 300, 200, 200};
  const auto one = find_paths(town.network, town.origins, town.destinations, {}, {.threads = 1});
  const auto many = find_paths(town.network, town.origins, town.destinations, {}, {.threads = 5});
  EXPECT_EQ(one.ms, many.ms);
  EXPECT_EQ(one.ptr, many.ptr);
  EXPECT_TRUE(std::ranges::equal(one.pieces, many.pieces, {}, &PathPiece::edge, &PathPiece::edge));
}

TEST(Path, RefusesListsThatAreNoPairs) {
  const AsciiTown town{{"a-b"}};
  const std::vector<Place> one{{.node = 0}};
  const std::vector<Place> bad{{.node = 7}};
  EXPECT_THROW((void)find_paths(town.network(), one, {}), InvalidInput);
  EXPECT_THROW((void)find_paths(town.network(), one, bad), InvalidInput);
  EXPECT_THROW((void)find_paths(town.network(), one, one, {.cutoff_ms = 0}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
