#include "libgrid/travel/isochrone.hpp"

#include <algorithm>
#include <cmath>
#include <stop_token>

#include <gtest/gtest.h>

#include "ascii_town.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"
#include "libgrid/geometry/measure.hpp"
#include "libgrid/geometry/validity.hpp"
#include "libgrid/travel/reached_edges.hpp"
#include "polygons.hpp"

namespace libgrid {
namespace {

using testing::AsciiTown;
using testing::holds;
using testing::touches;

bool covers(const PolygonSet& set, std::int64_t row, Point p) {
  return holds(set, row, p) || touches(set, row, p);
}

std::vector<Fault> faults_of(const PolygonSet& set) {
  auto faults = find_polygon_faults(set);
  std::erase_if(faults, [](const Fault& f) { return f.reason == "empty"; });
  return faults;
}

/// Crooked streets within half a kilometre, some one-way, some islands, of very different speeds.
RoadNetwork random_streets(Rng& rng) {
  RoadLines lines;
  std::vector<std::uint32_t> ms;
  std::vector<Passage> passage;
  const auto count = 2 + rng.below(5);
  std::vector<Point> nodes;
  for (std::uint64_t v = 0; v < count; ++v)
    nodes.push_back({static_cast<std::int32_t>(rng.below(500'000)),
                     static_cast<std::int32_t>(rng.below(500'000))});
  for (std::uint64_t e = 0; e < count + 2; ++e) {
    auto a = nodes[rng.below(count)];
    const auto b = nodes[rng.below(count)];
    const Point middle{static_cast<std::int32_t>(rng.below(500'000)),
                       static_cast<std::int32_t>(rng.below(500'000))};
    lines.points.insert(lines.points.end(), {a, middle, b});
    lines.begin.push_back(std::ssize(lines.points));
    ms.push_back(static_cast<std::uint32_t>(rng.below(5) == 0 ? 0 : rng.below(900'000)));
    passage.push_back(static_cast<Passage>(static_cast<int>(rng.below(3)) - 1));
  }
  return RoadNetwork::from_lines(lines, ms, passage);
}

Place random_place(Rng& rng, const RoadNetwork& network) {
  if (rng.below(2) == 0)
    return {.node = static_cast<std::int32_t>(
                rng.below(static_cast<std::uint64_t>(network.node_count())))};
  auto edge =
      static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(network.edge_count())));
  const auto opposite = network.edges().opposite[static_cast<std::size_t>(edge)];
  if (opposite != -1) edge = std::min(edge, opposite);
  return {
      .edge = edge, .fraction = rng.unit(), .off_ms = static_cast<std::uint32_t>(rng.below(9'000))};
}

/// A point of a reached street and how far people walk on from it.
struct Start {
  Point at;
  double walk_m;
};

/// The field's definition, by many points along every reached piece.
std::vector<Start> starts_of(const RoadNetwork& network, std::span<const ReachedEdge> pieces,
                             std::uint32_t limit_ms, double mps, double least_m, double most_m) {
  std::vector<Start> starts;
  for (const auto& p : pieces) {
    constexpr int kSteps = 200;
    for (int k = 0; k <= kSteps; ++k) {
      const double share = static_cast<double>(k) / kSteps;
      const double f = p.from + share * (p.to - p.from);
      const double ms = p.from_ms + share * (static_cast<double>(p.to_ms) - p.from_ms);
      const std::vector<ReachedEdge> here{{.edge = p.edge, .from = f, .to = f}};
      starts.push_back({draw_pieces(network, here).points.front(),
                        std::clamp((limit_ms - ms) / 1000 * mps, least_m, most_m)});
    }
  }
  return starts;
}

double distance_m(Point a, Point b) {
  return std::hypot(static_cast<double>(a.x_mm) - b.x_mm, static_cast<double>(a.y_mm) - b.y_mm) /
         1000;
}

TEST(Isochrone, IsTheFieldOfItsDefinitionOnRandomStreets) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Rng rng{seed};
    const auto network = random_streets(rng);
    const std::vector<Place> sources{random_place(rng, network)};
    const double cell = 4 + static_cast<double>(rng.below(8));
    const double cap = 30 + static_cast<double>(rng.below(40));
    const double mps = 0.5 + rng.unit() * 2;
    const std::vector<std::uint32_t> thresholds{60'000, 300'000, 301'000};
    for (const auto direction : {Direction::from_source, Direction::to_source}) {
      const auto set = build_isochrones(network, sources, thresholds,
                                        {.direction = direction,
                                         .cell = Metres{cell},
                                         .cap = Metres{cap},
                                         .min_hole_m2 = 0,
                                         .off_network_mps = mps});
      ASSERT_EQ(set.size(), 3);
      ASSERT_TRUE(faults_of(set).empty()) << seed;
      for (std::size_t k = 0; k < 3; ++k) {
        const auto row = static_cast<std::int64_t>(k);
        const auto found =
            find_reached_edges(network, sources, thresholds[k], {.direction = direction});
        const auto starts = starts_of(network, found.rows, thresholds[k], mps,
                                      std::sqrt(2.0) * cell, cap - cell / std::sqrt(2.0));
        for (const auto& s : starts) ASSERT_TRUE(covers(set, row, s.at)) << seed;
        if (k > 0) {
          for (const auto p : points_of(set, row - 1)) ASSERT_TRUE(covers(set, row, p)) << seed;
        }
        if (starts.empty()) continue;
        for (const auto p : points_of(set, row)) {
          double nearest = 1e9;
          for (const auto& s : starts) nearest = std::min(nearest, distance_m(p, s.at));
          ASSERT_LE(nearest, cap + 3) << seed;  // starts are up to 6 m apart
        }
        const auto box = set.box_of(row);
        for (int n = 0; n < 400; ++n) {
          const Point p{
              box.low.x_mm + static_cast<std::int32_t>(rng.below(
                                 static_cast<std::uint64_t>(box.high.x_mm - box.low.x_mm))),
              box.low.y_mm + static_cast<std::int32_t>(rng.below(
                                 static_cast<std::uint64_t>(box.high.y_mm - box.low.y_mm)))};
          double slack = -1e9;
          for (const auto& s : starts) slack = std::max(slack, s.walk_m - distance_m(p, s.at));
          if (slack >= std::sqrt(2.0) * cell) {
            ASSERT_TRUE(covers(set, row, p)) << seed;
          } else if (slack < -cell / std::sqrt(2.0) - 4) {
            ASSERT_FALSE(covers(set, row, p)) << seed;
          }
        }
      }
    }
  }
}

/// The same town at any cell: a street of 400 m with a side street.
PolygonSet side_street(double cell, IsochroneOptions options = {}) {
  const AsciiTown town{{"a-b-c", "  |  ", "  d  "}};
  const std::vector<Place> sources{{.node = town.node('a')}};
  const std::vector<std::uint32_t> thresholds{330'000};
  options.cell = Metres{cell};
  options.min_hole_m2 = 0;
  return build_isochrones(town.network(), sources, thresholds, options);
}

TEST(Isochrone, TheAreaConvergesWithTheCell) {
  // Walks end where time does: around the two ends, 130 m beyond b, they shrink from 50 m to 0
  // over 50/1.2 s of a street walked at 1 m/s.
  const auto fine = area_m2(side_street(1.0), 0);
  double last = 1e9;
  for (const double cell : {16.0, 8.0, 4.0, 2.0}) {
    const auto error = std::abs(area_m2(side_street(cell), 0) - fine);
    EXPECT_LT(error, last) << cell;
    EXPECT_LT(error, 700 * cell) << cell;  // about the outline's length times the cell
    last = error;
  }
}

TEST(Isochrone, BandsAreTheDifferencesOfNestedPolygons) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Rng rng{seed};
    const auto network = random_streets(rng);
    const std::vector<Place> sources{random_place(rng, network), random_place(rng, network)};
    const std::vector<std::uint32_t> thresholds{50'000, 100'000, 400'000};
    for (const auto share : {Share::each, Share::together}) {
      const IsochroneOptions options{.share = share, .min_hole_m2 = 500};
      auto banded = options;
      banded.bands = true;
      const auto nested = build_isochrones(network, sources, thresholds, options);
      const auto bands = build_isochrones(network, sources, thresholds, banded);
      ASSERT_TRUE(faults_of(bands).empty()) << seed;
      for (std::int64_t row = 0; row < nested.size(); ++row) {
        const auto below = row % 3 == 0 ? 0.0 : area_m2(nested, row - 1);
        ASSERT_NEAR(area_m2(bands, row), area_m2(nested, row) - below, 1e-6) << seed;
      }
    }
  }
}

TEST(Isochrone, WhatIsReachedFirstDoesNotOverlapAndIsAllOfIt) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Rng rng{seed};
    const auto network = random_streets(rng);
    std::vector<Place> sources;
    for (int i = 0; i < 4; ++i) sources.push_back(random_place(rng, network));
    const std::vector<std::uint32_t> thresholds{100'000, 300'000};
    const auto first =
        build_isochrones(network, sources, thresholds, {.share = Share::nearest, .min_hole_m2 = 0});
    const auto all = build_isochrones(network, sources, thresholds,
                                      {.share = Share::together, .min_hole_m2 = 0});
    ASSERT_EQ(first.size(), 8);
    ASSERT_TRUE(faults_of(first).empty()) << seed;
    for (std::int64_t k = 0; k < 2; ++k) {
      double sum = 0;
      for (std::int64_t i = 0; i < 4; ++i) sum += area_m2(first, 2 * i + k);
      // Where three regions meet in one cell a corner stays open.
      ASSERT_LE(sum, area_m2(all, k) + 1e-6) << seed;
      ASSERT_GE(sum, area_m2(all, k) * 0.97 - 200) << seed;
      const auto box = all.box_of(k);
      for (int n = 0; n < 200; ++n) {
        const Point p{box.low.x_mm + static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(
                                         box.high.x_mm - box.low.x_mm + 1))),
                      box.low.y_mm + static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(
                                         box.high.y_mm - box.low.y_mm + 1)))};
        int held = 0;
        for (std::int64_t i = 0; i < 4; ++i) held += holds(first, 2 * i + k, p) ? 1 : 0;
        ASSERT_LE(held, 1) << seed;
        if (held == 1) {
          ASSERT_TRUE(covers(all, k, p)) << seed;
        }
      }
    }
  }
}

TEST(Isochrone, TheNearerSourceHasTheGround) {
  const AsciiTown town{{"a-b-c-d-e"}};
  const std::vector<Place> sources{{.node = town.node('a')}, {.node = town.node('e')}};
  const std::vector<std::uint32_t> thresholds{1'000'000};
  const auto set = build_isochrones(town.network(), sources, thresholds, {.share = Share::nearest});
  EXPECT_TRUE(holds(set, 0, {390'000, 20'000}) && holds(set, 1, {410'000, 20'000}));
  const std::vector<std::uint32_t> starts{0, 200'000};  // e starts late: the border moves by 100 m
  const auto late = build_isochrones(town.network(), sources, thresholds,
                                     {.start_ms = starts, .share = Share::nearest});
  EXPECT_TRUE(holds(late, 0, {490'000, 20'000}) && holds(late, 1, {510'000, 20'000}));
}

TEST(Isochrone, NobodyWalksAcrossARiver) {
  const AsciiTown town{{"a-b-c"}};
  const std::vector<Place> sources{{.node = town.node('a')}};
  const std::vector<std::uint32_t> thresholds{1'000'000};
  const auto build = [&](const Barriers* barriers) {
    return build_isochrones(town.network(), sources, thresholds,
                            {.cell = Metres{4}, .barriers = barriers});
  };
  const auto open = build(nullptr);
  Barriers line;
  line.lines.push_back({{-200'000, 20'000}, {600'000, 20'000}, 0});
  Barriers river;
  river.polygons = testing::PolygonBuilder{}.add_box({-200'000, 20'000}, {600'000, 90'000}).build();
  EXPECT_TRUE(holds(open, 0, {200'000, 45'000}));
  for (const auto& barriers : {line, river}) {
    const auto set = build(&barriers);
    EXPECT_FALSE(holds(set, 0, {200'000, 28'000}));
    EXPECT_TRUE(holds(set, 0, {200'000, 12'000}));
    EXPECT_TRUE(holds(set, 0, {200'000, -45'000}));
    EXPECT_TRUE(faults_of(set).empty());
  }
  // A bridge carries its own strip through the water and nothing beside it.
  Barriers water;
  water.polygons =
      testing::PolygonBuilder{}.add_box({100'000, -300'000}, {300'000, 300'000}).build();
  const auto bridge = build(&water);
  EXPECT_TRUE(holds(bridge, 0, {200'000, 0}));
  EXPECT_FALSE(holds(bridge, 0, {200'000, 15'000}));
  EXPECT_TRUE(holds(bridge, 0, {50'000, 40'000}));
}

TEST(Isochrone, NothingReachedIsAnEmptyRow) {
  const AsciiTown town{{"a-b"}};
  const std::vector<Place> sources{{}, {.node = 0, .off_ms = 90'000}, {.node = 0}};
  const std::vector<std::uint32_t> thresholds{60'000, 80'000};
  for (const auto share : {Share::each, Share::nearest}) {
    const auto set = build_isochrones(town.network(), sources, thresholds, {.share = share});
    ASSERT_EQ(set.size(), 6);
    for (std::int64_t row = 0; row < 6; ++row) {
      const auto parts = set.parts_of(row);
      EXPECT_EQ(parts.end - parts.begin, row < 4 ? 0 : 1) << row;
    }
  }
  const auto none =
      build_isochrones(town.network(), {}, thresholds, {.share = Share::together, .bands = true});
  EXPECT_EQ(none.size(), 2);
}

TEST(Isochrone, ASourceInAOneWayTrapHasItsOwnSurroundings) {
  const AsciiTown town{{"a>b"}};
  const std::vector<Place> sources{{.node = town.node('b')}};
  const std::vector<std::uint32_t> thresholds{60'000};
  const auto set = build_isochrones(town.network(), sources, thresholds);
  EXPECT_TRUE(holds(set, 0, {200'000, 0}) && !holds(set, 0, {100'000, 0}));
}

TEST(Isochrone, IsTheSameOnAnyNumberOfThreads) {
  Rng rng{5};
  const auto network = random_streets(rng);
  std::vector<Place> sources;
  for (int i = 0; i < 30; ++i) sources.push_back(random_place(rng, network));
  const std::vector<std::uint32_t> thresholds{100'000, 500'000};
  const auto one = build_isochrones(network, sources, thresholds, {}, {.threads = 1});
  for (const unsigned threads : {2U, 7U}) {
    const auto many = build_isochrones(network, sources, thresholds, {}, {.threads = threads});
    EXPECT_EQ(one.columns().points, many.columns().points);
    EXPECT_EQ(one.columns().part_begin, many.columns().part_begin);
  }
}

TEST(Isochrone, StopsWhenAsked) {
  const AsciiTown town{{"a-b"}};
  const std::vector<Place> sources{{.node = 0}};
  const std::vector<std::uint32_t> thresholds{100'000};
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(
      (void)build_isochrones(town.network(), sources, thresholds, {}, {.stop = stop.get_token()}),
      Cancelled);
}

TEST(Isochrone, RefusesBadQuestions) {
  const AsciiTown town{{"a-b"}};
  const std::vector<Place> sources{{.node = 0}};
  const std::vector<std::uint32_t> good{100'000};
  const auto ask = [&](std::vector<std::uint32_t> thresholds, IsochroneOptions options) {
    return build_isochrones(town.network(), sources, thresholds, options);
  };
  EXPECT_THROW(ask({}, {}), InvalidInput);
  EXPECT_THROW(ask({5, 5}, {}), InvalidInput);
  EXPECT_THROW(ask({0}, {}), InvalidInput);
  EXPECT_THROW(ask(good, {.cap = Metres{21}}), InvalidInput);
  EXPECT_THROW(ask(good, {.cell = Metres{0.5}}), InvalidInput);
  EXPECT_THROW(ask(good, {.off_network_mps = 0}), InvalidInput);
  EXPECT_THROW(ask(good, {.share = Share::nearest, .bands = true}), InvalidInput);
  const std::vector<std::int32_t> ends{0};
  const std::vector<std::uint32_t> ms{1};
  EXPECT_THROW(
      (void)build_isochrones(RoadNetwork::from_edges(1, {}, {ends, ends, ms}), sources, good),
      InvalidInput);
}

}  // namespace
}  // namespace libgrid
