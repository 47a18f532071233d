#include "libgrid/travel/street_noding.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

RoadLines lines_of(const std::vector<std::vector<Point>>& drawn) {
  RoadLines lines;
  for (const auto& line : drawn) {
    lines.points.insert(lines.points.end(), line.begin(), line.end());
    lines.begin.push_back(static_cast<std::int64_t>(lines.points.size()));
  }
  return lines;
}

const RoadLines kCross = lines_of({{{0, 0}, {1000, 0}}, {{501, -500}, {501, 500}}});

TEST(StreetNoding, NeverCutsCrossingsUnasked) {
  const auto noded = node_lines(kCross, {}, {}, {});
  EXPECT_EQ(noded.row, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(noded.lines.points, kCross.points);
}

TEST(StreetNoding, CutsBothLinesAtOnePoint) {
  const auto noded = node_lines(kCross, {}, {}, {.at_crossings = true});
  EXPECT_EQ(noded.row, (std::vector<std::int32_t>{0, 0, 1, 1}));
  for (const std::size_t piece : {0U, 2U}) EXPECT_EQ(noded.lines[piece].back(), (Point{501, 0}));
}

TEST(StreetNoding, LeavesBridgesAlone) {
  const std::vector<std::int32_t> level{0, 1};
  EXPECT_EQ(node_lines(kCross, level, {}, {.at_crossings = true}).row.size(), 2U);
  const std::vector<std::int32_t> one{1, 1};
  EXPECT_EQ(node_lines(kCross, one, {}, {.at_crossings = true}).row.size(), 4U);
}

TEST(StreetNoding, CutsWhereAnEndOrACornerTouches) {
  const auto tee = lines_of({{{0, 0}, {1000, 0}}, {{400, 0}, {400, 500}}});
  EXPECT_EQ(node_lines(tee, {}, {}, {.at_crossings = true}).row,
            (std::vector<std::int32_t>{0, 0, 1}));
  const auto corner = lines_of({{{0, 0}, {1000, 0}}, {{100, 500}, {400, 0}, {700, 500}}});
  EXPECT_EQ(node_lines(corner, {}, {}, {.at_crossings = true}).row,
            (std::vector<std::int32_t>{0, 0, 1, 1}));
  const auto bent = lines_of({{{0, 0}, {1000, 0}, {1000, 900}}});
  EXPECT_EQ(node_lines(bent, {}, {}, {.at_crossings = true}).row.size(), 1U);
  const auto itself = lines_of({{{0, 0}, {1000, 0}, {1000, 500}, {500, 500}, {500, -500}}});
  EXPECT_EQ(node_lines(itself, {}, {}, {.at_crossings = true}).row.size(), 3U);
}

TEST(StreetNoding, LeadsLooseEndsToTheirNeighbourAndTells) {
  const auto gap = lines_of(
      {{{0, 0}, {100'000, 0}}, {{40'000, 300}, {40'000, 90'000}}, {{100'200, 0}, {200'000, 0}}});
  EXPECT_EQ(node_lines(gap, {}, {}, {}).joined.size(), 0U);
  const auto noded = node_lines(gap, {}, {}, {.join_within = Metres{0.5}});
  ASSERT_EQ(noded.joined.size(), 2U);  // the gap is closed from one side
  EXPECT_EQ(noded.joined[0].line, 0);
  EXPECT_EQ(noded.joined[0].other, 2);
  EXPECT_DOUBLE_EQ(noded.joined[0].distance_m, 0.2);
  EXPECT_EQ(noded.joined[1].other, 0);
  EXPECT_EQ(noded.joined[1].end, (Point{40'000, 300}));
  EXPECT_EQ(noded.row[0], 0);
  EXPECT_EQ(noded.lines[0].back(), (Point{40'000, 0}));
  const auto net =
      RoadNetwork::from_lines(noded.lines, std::vector<std::uint32_t>(noded.row.size(), 1),
                              std::vector<Passage>(noded.row.size(), Passage::both));
  EXPECT_EQ(net.weak().size.size(), 1U);
  EXPECT_EQ(node_lines(gap, {}, {}, {.join_within = Metres{0.1}}).joined.size(), 0U);
}

TEST(StreetNoding, CutsAtGivenPlaces) {
  const std::vector<Point> gates{{300, 4000}, {0, 90'000}};
  const auto noded = node_lines(kCross, {}, gates, {});
  EXPECT_EQ(noded.cut_line, (std::vector<std::int32_t>{1, -1}));
  EXPECT_EQ(noded.cut[0], (Point{501, 500}));  // the end, which needs no cut
  const std::vector<Point> inside{{300, 20}};
  const auto cut = node_lines(kCross, {}, inside, {});
  EXPECT_EQ(cut.cut[0], (Point{300, 0}));
  EXPECT_EQ(cut.row, (std::vector<std::int32_t>{0, 0, 1}));
}

// Every pair of pieces meets at ends only: the property that noding is for.
TEST(StreetNoding, NoPiecesCrossInsideOnARandomGrid) {
  Rng rng{3, 0};
  for (int round = 0; round < 200; ++round) {
    std::vector<std::vector<Point>> drawn;
    for (int i = 0; i < 6; ++i) {
      // On a coarse lattice of lines along the axes, so that crossings lie on whole millimetres.
      const auto value = [&] { return static_cast<std::int32_t>(rng.below(7)) * 100; };
      const auto x = value();
      const auto y = value();
      drawn.push_back(rng.below(2) == 0 ? std::vector<Point>{{x, y}, {x + 100 + value(), y}}
                                        : std::vector<Point>{{x, y}, {x, y + 100 + value()}});
    }
    const auto noded = node_lines(lines_of(drawn), {}, {}, {.at_crossings = true});
    std::set<Point> ends;
    double whole = 0;
    double parts = 0;
    const auto length = [](std::span<const Point> line) {
      double sum = 0;
      for (std::size_t k = 0; k + 1 < line.size(); ++k)
        sum +=
            std::abs(line[k + 1].x_mm - line[k].x_mm) + std::abs(line[k + 1].y_mm - line[k].y_mm);
      return sum;
    };
    for (const auto& line : drawn) whole += length(line);
    for (std::size_t i = 0; i < noded.row.size(); ++i) {
      parts += length(noded.lines[i]);
      ends.insert(noded.lines[i].front());
      ends.insert(noded.lines[i].back());
    }
    EXPECT_DOUBLE_EQ(whole, parts);
    for (std::size_t i = 0; i < noded.row.size(); ++i) {
      const auto a = noded.lines[i].front();
      const auto b = noded.lines[i].back();
      for (const auto& p : ends) {
        const bool on = orientation(a, b, p) == 0 && p != a && p != b &&
                        std::min(a.x_mm, b.x_mm) <= p.x_mm && p.x_mm <= std::max(a.x_mm, b.x_mm) &&
                        std::min(a.y_mm, b.y_mm) <= p.y_mm && p.y_mm <= std::max(a.y_mm, b.y_mm);
        ASSERT_FALSE(on) << "round " << round;
      }
    }
  }
}

}  // namespace
}  // namespace libgrid
