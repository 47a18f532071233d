#include "libgrid/travel/reached_edges.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "ascii_town.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/travel/travel_times.hpp"
#include "random_town.hpp"

namespace libgrid {
namespace {

using testing::AsciiTown;
using testing::RandomTown;

bool operator==(const ReachedEdge& a, const ReachedEdge& b) {
  return std::tuple{a.edge, a.source, a.from, a.to, a.from_ms, a.to_ms} ==
         std::tuple{b.edge, b.source, b.from, b.to, b.from_ms, b.to_ms};
}

std::vector<ReachedEdge> reach(const RoadNetwork& network, std::vector<Place> sources,
                               std::uint32_t limit_ms, ReachOptions options = {}) {
  return find_reached_edges(network, sources, limit_ms, options).rows;
}

/// The time at a place on a street, by the pieces that hold it; infinite when none does.
double time_at(const RoadNetwork& network, std::span<const ReachedEdge> pieces, std::int32_t edge,
               double fraction) {
  auto best = std::numeric_limits<double>::infinity();
  const auto opposite = network.edges().opposite[static_cast<std::size_t>(edge)];
  for (const auto& p : pieces) {
    if (p.edge != edge && p.edge != opposite) continue;
    const double f = p.edge == edge ? fraction : 1.0 - fraction;
    if (f < p.from - 1e-12 || f > p.to + 1e-12) continue;
    const double share = p.to > p.from ? (f - p.from) / (p.to - p.from) : 0.0;
    best = std::min(best, p.from_ms + share * (static_cast<double>(p.to_ms) - p.from_ms));
  }
  return best;
}

TEST(ReachedEdges, AgreeWithTravelTimesAtPlacesAllAlongEveryStreet) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const RandomTown town{seed, 12, 4, 0};
    const auto& network = town.network;
    std::vector<Place> samples;
    for (std::int32_t e = 0; e < network.edge_count(); ++e) {
      const auto opposite = network.edges().opposite[static_cast<std::size_t>(e)];
      if (opposite != -1 && opposite < e) continue;  // places stand on the lowest edge of a line
      for (int k = 1; k < 12; ++k) samples.push_back({.edge = e, .fraction = k / 12.0});
    }
    for (const auto direction : {Direction::from_source, Direction::to_source}) {
      const bool out = direction == Direction::from_source;
      const auto times = out ? travel_times(network, town.origins, samples)
                             : travel_times(network, samples, town.origins);
      for (const std::uint32_t limit : {40U, 3'000U, 60'000U, 900'000U}) {
        const auto found =
            find_reached_edges(network, town.origins, limit, {.direction = direction});
        for (std::size_t i = 0; i < town.origins.size(); ++i) {
          const std::span pieces{found.rows.data() + found.ptr[i],
                                 static_cast<std::size_t>(found.ptr[i + 1] - found.ptr[i])};
          for (std::size_t j = 0; j < samples.size(); ++j) {
            const auto ms = times[out ? i * samples.size() + j : j * town.origins.size() + i];
            const auto got = time_at(network, pieces, samples[j].edge, samples[j].fraction);
            // A place's time is rounded once, down by less than a millisecond on either side.
            if (ms != kNever && ms + 1U <= limit) {
              ASSERT_NEAR(got, ms, 1.0) << seed << ' ' << limit;
            } else if (std::isfinite(got)) {
              ASSERT_LE(got, limit + 1e-6);
              ASSERT_NEAR(got, ms, 1.0) << seed << ' ' << limit;
            }
          }
        }
      }
    }
  }
}

TEST(ReachedEdges, TogetherTakesTheFirstOfAllSources) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const RandomTown town{seed, 12, 4, 0};
    const std::vector<std::uint32_t> start{500, 0, 2'000, 7};
    const auto apart =
        find_reached_edges(town.network, town.origins, 9'000, {.start_ms = start}).rows;
    const auto together = find_reached_edges(town.network, town.origins, 9'000,
                                             {.start_ms = start, .together = true});
    ASSERT_EQ(together.ptr.size(), 2U);
    for (std::int32_t e = 0; e < town.network.edge_count(); ++e)
      for (int k = 0; k <= 8; ++k) {
        const auto a = time_at(town.network, apart, e, k / 8.0);
        const auto b = time_at(town.network, together.rows, e, k / 8.0);
        if (std::isfinite(a) || std::isfinite(b)) {
          ASSERT_NEAR(a, b, 1e-6) << seed;
        }
      }
  }
}

TEST(ReachedEdges, AOneWayStreetIsReachedOnlyTheWayItRuns) {
  const AsciiTown town{{"a>b"}};
  const auto from_a = reach(town.network(), {{.node = town.node('a')}}, 50'000);
  ASSERT_EQ(from_a.size(), 1U);
  EXPECT_TRUE((from_a[0] == ReachedEdge{0, 0, 0.0, 0.25, 0, 50'000}));
  EXPECT_TRUE(reach(town.network(), {{.node = town.node('b')}}, 50'000).empty());
  const auto to_b = reach(town.network(), {{.node = town.node('b')}}, 50'000,
                          {.direction = Direction::to_source});
  ASSERT_EQ(to_b.size(), 1U);
  EXPECT_TRUE((to_b[0] == ReachedEdge{0, 0, 0.75, 1.0, 50'000, 0}));
}

TEST(ReachedEdges, ASourceInsideAStreetReachesBothWays) {
  const AsciiTown town{{"a-b"}};
  const auto pieces =
      reach(town.network(), {{.edge = 0, .fraction = 0.5, .off_ms = 10'000}}, 40'000);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_TRUE((pieces[0] == ReachedEdge{0, 0, 0.5, 0.65, 10'000, 40'000}));
  EXPECT_TRUE((pieces[1] == ReachedEdge{1, 0, 0.5, 0.65, 10'000, 40'000}));
}

TEST(ReachedEdges, ALimitExactlyAtANodeReachesItAndNoFarther) {
  const AsciiTown town{{"a-b-c"}};
  const auto pieces = reach(town.network(), {{.node = town.node('a')}}, 200'000);
  // a→b whole; b→a back, of no length, is left out; b→c likewise.
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_EQ(pieces[0].to, 1.0);
  EXPECT_EQ(pieces[0].to_ms, 200'000U);
}

TEST(ReachedEdges, AnEdgeWithoutTimeIsReachedWholeEvenAtTheLimit) {
  const std::vector<std::int32_t> tail{0, 1};
  const std::vector<std::int32_t> head{1, 2};
  const std::vector<std::uint32_t> ms{100, 0};
  const auto network = RoadNetwork::from_edges(3, {}, {tail, head, ms});
  const auto pieces = reach(network, {{.node = 0}}, 100);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_TRUE((pieces[1] == ReachedEdge{1, 0, 0.0, 1.0, 100, 100}));
}

TEST(ReachedEdges, ASourceNowhereOrTooFarOffReachesNothing) {
  const AsciiTown town{{"a-b"}};
  EXPECT_TRUE(reach(town.network(), {{}}, 1'000'000).empty());
  EXPECT_TRUE(reach(town.network(), {{.node = 0, .off_ms = 5'001}}, 5'000).empty());
}

TEST(ReachedEdges, ATurnThatIsForbiddenKeepsAStreetOutOfReach) {
  const AsciiTown town{{"a>b>c", "  v  ", "  d  "}};
  const auto& edges = town.network().edges();
  const auto into = [&](char letter) {
    const auto it = std::ranges::find(edges.head, town.node(letter));
    return static_cast<std::int32_t>(it - edges.head.begin());
  };
  const std::vector<TurnRule> rules{{into('b'), into('c'), kNever}, {into('b'), into('d'), 50'000}};
  const auto network = town.network().with_turns(rules);
  const auto pieces = reach(network, {{.node = town.node('a')}}, 300'000);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_TRUE((pieces[0] == ReachedEdge{into('b'), 0, 0.0, 1.0, 0, 200'000}));
  EXPECT_TRUE((pieces[1] == ReachedEdge{into('d'), 0, 0.0, 0.25, 250'000, 300'000}));
}

TEST(ReachedEdges, AreTheSameOnAnyNumberOfThreads) {
  const RandomTown town{3, 200, 40, 0};
  const auto one = find_reached_edges(town.network, town.origins, 50'000, {}, {.threads = 1});
  for (const unsigned threads : {2U, 8U}) {
    const auto many =
        find_reached_edges(town.network, town.origins, 50'000, {}, {.threads = threads});
    EXPECT_EQ(one.ptr, many.ptr);
    EXPECT_TRUE(std::ranges::equal(one.rows, many.rows,
                                   [](const auto& a, const auto& b) { return a == b; }));
  }
}

TEST(ReachedEdges, DrawsPiecesInTravelDirection) {
  const AsciiTown town{{"a-b"}};
  const std::vector<ReachedEdge> pieces{{.edge = 1, .from = 0.25, .to = 0.5}};
  const auto lines = draw_pieces(town.network(), pieces);
  EXPECT_EQ(lines.points, (std::vector<Point>{{150'000, 0}, {100'000, 0}}));
}

TEST(ReachedEdges, RefusesBadQuestions) {
  const AsciiTown town{{"a-b"}};
  EXPECT_THROW(reach(town.network(), {{.node = 9}}, 10), InvalidInput);
  EXPECT_THROW(reach(town.network(), {{.node = 0}}, 0), InvalidInput);
  EXPECT_THROW(reach(town.network(), {{.node = 0}}, kNever), InvalidInput);
  const std::vector<std::uint32_t> starts{1, 2};
  EXPECT_THROW(reach(town.network(), {{.node = 0}}, 10, {.start_ms = starts}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
