#include "libgrid/travel/snapping.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <gtest/gtest.h>

#include "ascii_town.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

using testing::AsciiTown;

Point metres(double x, double y) {
  return {static_cast<std::int32_t>(x * 1000), static_cast<std::int32_t>(y * 1000)};
}

TEST(SnapIndex, FindsTheInsideOfAnEdge) {
  const AsciiTown town{{"a-b-c"}};
  const auto snapped = SnapIndex{town.network()}.snap(metres(250, 30));
  EXPECT_EQ(snapped.edge, 2);
  EXPECT_DOUBLE_EQ(snapped.fraction, 0.25);
  EXPECT_DOUBLE_EQ(snapped.distance_m, 30);
  EXPECT_EQ(snapped.node, -1);
}

TEST(SnapIndex, AnEndIsItsNodeOnTheLowerEdge) {
  const AsciiTown town{{"a-b-c"}};
  const auto snapped = SnapIndex{town.network()}.snap(metres(200, -40));
  EXPECT_EQ(snapped.edge, 0);
  EXPECT_EQ(snapped.node, town.node('b'));
  EXPECT_EQ(snapped.fraction, 1.0);
}

TEST(SnapIndex, TooFarIsNotSnapped) {
  const AsciiTown town{{"a-b"}};
  const SnapIndex index{town.network()};
  EXPECT_EQ(index.snap(metres(100, 500)).reason, SnapReason::nearest);
  const auto far = index.snap(metres(100, 500.001));
  EXPECT_EQ(far.edge, -1);
  EXPECT_EQ(far.reason, SnapReason::too_far);
  EXPECT_NEAR(far.distance_m, 500.001, 1e-9);
  EXPECT_EQ(index.snap(metres(100, 600), {.max_off_network = Metres{600}}).edge, 0);
}

TEST(SnapIndex, LeavesAnIslandOnlyForANearbyMainland) {
  // The island x-y lies 200 m south of the mainland a-b-c.
  const AsciiTown town{{"a-b-c", "", "x-y"}};
  const SnapIndex index{town.network()};
  const auto near_island =
      index.snap(metres(100, -180));  // 20 m from the island, 180 m from the mainland
  EXPECT_EQ(near_island.reason, SnapReason::nearest);
  EXPECT_EQ(near_island.edge, 4);
  const auto between = index.snap(metres(100, -120));  // 80 m and 120 m: within 160 m
  EXPECT_EQ(between.reason, SnapReason::off_island);
  EXPECT_EQ(between.edge, 0);
  EXPECT_DOUBLE_EQ(between.distance_m, 120);
}

TEST(SnapIndex, EqualsTryingEverySegment) {
  Rng rng{7};
  for (int round = 0; round < 30; ++round) {
    RoadLines lines;
    const auto count = 1 + rng.below(200);
    const auto coordinate = [&] { return static_cast<std::int32_t>(rng.below(40)) * 1000; };
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto points = 2 + rng.below(3);
      for (std::uint64_t j = 0; j < points; ++j)
        lines.points.push_back({coordinate(), coordinate()});
      lines.begin.push_back(static_cast<std::int64_t>(lines.points.size()));
    }
    const std::vector<std::uint32_t> ms(lines.size(), 1);
    // All one way: opposite drawings then are one street, as the index must see it, too.
    const auto net =
        RoadNetwork::from_lines(lines, ms, std::vector<Passage>(lines.size(), Passage::along));
    const SnapIndex index{net};
    const auto main = net.weak().largest();
    for (int query = 0; query < 50; ++query) {
      const Point p{static_cast<std::int32_t>(rng.below(50'000)) - 5'000,
                    static_cast<std::int32_t>(rng.below(50'000)) - 5'000};
      double best = 1e300;
      double best_main = 1e300;
      for (std::int32_t e = 0; e < net.edge_count(); ++e) {
        const auto line =
            net.lines()[static_cast<std::size_t>(net.edges().line[static_cast<std::size_t>(e)])];
        for (std::size_t s = 0; s + 1 < line.size(); ++s) {
          const double dx = line[s + 1].x_mm - line[s].x_mm;
          const double dy = line[s + 1].y_mm - line[s].y_mm;
          const double px = p.x_mm - line[s].x_mm;
          const double py = p.y_mm - line[s].y_mm;
          const double length2 = dx * dx + dy * dy;
          const double t = length2 > 0 ? std::clamp((px * dx + py * dy) / length2, 0.0, 1.0) : 0.0;
          const double d = std::hypot(px - t * dx, py - t * dy) / 1000;
          best = std::min(best, d);
          const auto tail = static_cast<std::size_t>(net.edges().tail[static_cast<std::size_t>(e)]);
          if (net.weak().label[tail] == main) best_main = std::min(best_main, d);
        }
      }
      const auto expected = best_main <= std::max(2 * best, best + 50) ? best_main : best;
      EXPECT_NEAR(index.snap(p).distance_m, expected, 1e-6);
    }
  }
}

TEST(SnapIndex, ThreadsDoNotChangeTheAnswer) {
  const AsciiTown town{{"a-b-c", "  |  ", "d-e-f"}};
  const SnapIndex index{town.network()};
  Rng rng{8};
  std::vector<Point> points;
  for (int i = 0; i < 10'000; ++i)
    points.push_back(metres(500 * rng.unit(), 100 - 400 * rng.unit()));
  const auto one = index.snap(points, {}, {.threads = 1});
  for (const unsigned threads : {2U, 8U}) {
    const auto many = index.snap(points, {}, {.threads = threads});
    for (std::size_t i = 0; i < points.size(); ++i) {
      EXPECT_EQ(one[i].edge, many[i].edge);
      EXPECT_EQ(one[i].fraction, many[i].fraction);
      EXPECT_EQ(one[i].distance_m, many[i].distance_m);
    }
  }
}

// A ring of streets, with a one-way that leads in from the left and one that leads out on the
// right.
TEST(SnapIndex, KnowsWhichEndOfAWayAPlaceIs) {
  const AsciiTown town{{"a>b-c>d", "  | |  ", "  e-f  "}};
  const SnapIndex index{town.network()};
  const auto& edges = town.network().edges();
  const auto on = [&](Point p, SnapDirection direction) {
    const auto snapped = index.snap(p, {.max_off_network = Metres{1000}, .direction = direction});
    const auto e = static_cast<std::size_t>(snapped.edge);
    return std::tuple{std::min(edges.tail[e], edges.head[e]),
                      std::max(edges.tail[e], edges.head[e]), snapped.reason};
  };
  const auto street = [&](char a, char b, SnapReason reason) {
    return std::tuple{std::min(town.node(a), town.node(b)), std::max(town.node(a), town.node(b)),
                      reason};
  };
  const Point in{190'000, 60'000};   // beside a>b, ten metres from b
  const Point out{410'000, 60'000};  // beside c>d
  EXPECT_EQ(on(in, SnapDirection::any), street('a', 'b', SnapReason::nearest));
  EXPECT_EQ(on(in, SnapDirection::from), street('a', 'b', SnapReason::nearest));
  EXPECT_EQ(on(in, SnapDirection::to), street('b', 'c', SnapReason::cannot_reach));
  EXPECT_EQ(on(out, SnapDirection::to), street('c', 'd', SnapReason::nearest));
  EXPECT_EQ(on(out, SnapDirection::from), street('b', 'c', SnapReason::cannot_leave));
  EXPECT_EQ(on(out, SnapDirection::both), street('b', 'c', SnapReason::cannot_leave));
  // Too far from anything better: better a place that is hard to leave than none.
  const Point far{590'000, 10'000};
  EXPECT_EQ(on(far, SnapDirection::from), street('c', 'd', SnapReason::nearest));
}

TEST(SnapIndex, ManyPointsAnswerAsOneByOneOnAnyThreads) {
  const AsciiTown town{{"a-b>c", "|   |", "d-e-f"}};
  const SnapIndex index{town.network()};
  Rng rng{31};
  std::vector<Point> points;
  for (int i = 0; i < 5000; ++i)
    points.push_back({static_cast<std::int32_t>(rng.below(900'000)) - 200'000,
                      static_cast<std::int32_t>(rng.below(700'000)) - 400'000});
  const SnapOptions options{.max_off_network = Metres{150}, .direction = SnapDirection::from};
  for (const unsigned threads : {1U, 2U, 8U}) {
    const auto many = index.snap(points, options, {.threads = threads});
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto one = index.snap(points[i], options);
      ASSERT_EQ(many[i].edge, one.edge);
      ASSERT_EQ(many[i].fraction, one.fraction);
      ASSERT_EQ(many[i].distance_m, one.distance_m);
      ASSERT_EQ(many[i].reason, one.reason);
    }
  }
}

TEST(SnapIndex, NeedsGeometry) {
  const std::vector<std::int32_t> end{0};
  const std::vector<std::uint32_t> ms{1};
  EXPECT_THROW(SnapIndex{RoadNetwork::from_edges(1, {}, {end, end, ms})}, InvalidInput);
}

}  // namespace
}  // namespace libgrid
