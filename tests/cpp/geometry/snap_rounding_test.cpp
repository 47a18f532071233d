#include "snap_rounding.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

using Edge = std::pair<Point, Point>;

std::vector<Edge> edges_of(const std::vector<Line>& lines) {
  std::vector<Edge> edges;
  for (const auto& line : lines)
    for (std::size_t k = 1; k < line.size(); ++k)
      edges.emplace_back(std::min(line[k - 1], line[k]), std::max(line[k - 1], line[k]));
  return edges;
}

std::vector<Line> random_lines(Rng& rng, int count, int side) {
  std::vector<Line> lines;
  const auto place = [&] {
    return Point{static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(side))),
                 static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(side)))};
  };
  for (int k = 0; k < count; ++k) lines.push_back({place(), place(), place()});
  return lines;
}

int sign(std::int64_t v) { return (v > 0) - (v < 0); }

bool inside(const Edge& e, Point p) {
  return p != e.first && p != e.second && orientation(e.first, e.second, p) == 0 &&
         std::min(e.first, e.second) < p && p < std::max(e.first, e.second);
}

bool cross(const Edge& e, const Edge& f) {
  return sign(orientation(e.first, e.second, f.first)) *
                 sign(orientation(e.first, e.second, f.second)) <
             0 &&
         sign(orientation(f.first, f.second, e.first)) *
                 sign(orientation(f.first, f.second, e.second)) <
             0;
}

double distance(const Edge& e, Point p) {
  const double dx = e.second.x_mm - e.first.x_mm;
  const double dy = e.second.y_mm - e.first.y_mm;
  const double square = dx * dx + dy * dy;
  const double x = p.x_mm - e.first.x_mm;
  const double y = p.y_mm - e.first.y_mm;
  const double t = square == 0 ? 0 : std::clamp((x * dx + y * dy) / square, 0.0, 1.0);
  return std::hypot(x - t * dx, y - t * dy);
}

TEST(SnapRounding, TwoLinesThatCrossMeetAtTheNearestMillimetre) {
  const auto edges = edges_of(snap_round({{{0, 0}, {10, 4}}, {{0, 5}, {10, 0}}}, {}));
  // They cross at (5.56, 2.22).
  EXPECT_EQ(
      (std::set<Edge>{edges.begin(), edges.end()}),
      (std::set<Edge>{{{0, 0}, {6, 2}}, {{0, 5}, {6, 2}}, {{6, 2}, {10, 0}}, {{6, 2}, {10, 4}}}));
}

TEST(SnapRounding, ACrossingAtTheCornerOfFourMillimetresBelongsToOne) {
  const auto edges = edges_of(snap_round({{{0, 0}, {1, 1}}, {{0, 1}, {1, 0}}}, {}));
  EXPECT_EQ((std::set<Edge>{edges.begin(), edges.end()}),
            (std::set<Edge>{{{0, 0}, {1, 1}}, {{0, 1}, {1, 1}}, {{1, 0}, {1, 1}}}));
}

TEST(SnapRounding, AStretchBetweenJunctionsIsOneLine) {
  EXPECT_EQ(snap_round({{{0, 0}, {5, 0}, {5, 9}}, {{5, 9}, {5, 0}}}, {}),
            (std::vector<Line>{{{0, 0}, {5, 0}, {5, 9}}}));
  EXPECT_EQ(snap_round({{{0, 0}, {5, 0}, {5, 9}, {0, 0}}}, {}).size(), 1);
  EXPECT_TRUE(snap_round({{{3, 3}, {3, 3}}, {}}, {}).empty());
}

TEST(SnapRounding, ResultsMeetAtEndsOnlyAndStayNear) {
  Rng rng{5, 0};
  for (int round = 0; round < 200; ++round) {
    const int side = 4 + round % 60;
    const auto lines = random_lines(rng, 3 + round % 9, side);
    const auto rounded = snap_round(lines, {});
    const auto edges = edges_of(rounded);
    for (std::size_t i = 0; i < edges.size(); ++i)
      for (std::size_t j = 0; j < edges.size(); ++j) {
        if (i == j) continue;
        ASSERT_NE(edges[i], edges[j]) << "a stretch comes twice";
        ASSERT_FALSE(cross(edges[i], edges[j])) << round;
        ASSERT_FALSE(inside(edges[i], edges[j].first) || inside(edges[i], edges[j].second))
            << round;
      }
    const auto given = edges_of(lines);
    for (const auto& e : edges)
      for (const auto p : {e.first, e.second}) {
        double nearest = 1e9;
        for (const auto& g : given) nearest = std::min(nearest, distance(g, p));
        ASSERT_LE(nearest, std::sqrt(0.5) + 1e-9);
      }
    for (const auto& g : given) {  // and nothing is lost: every end is still an end
      if (g.first == g.second) continue;
      const bool kept = std::any_of(edges.begin(), edges.end(), [&](const Edge& e) {
        return e.first == g.first || e.second == g.first;
      });
      ASSERT_TRUE(kept);
    }
  }
}

TEST(SnapRounding, FarPlacesDoNotOverflow) {
  const Point low{-1'500'000'000, -1'500'000'000};
  const Point high{1'500'000'000, 1'500'000'000};
  const auto edges =
      edges_of(snap_round({{low, high}, {{low.x_mm, high.y_mm}, {high.x_mm, low.y_mm}}}, {}));
  ASSERT_EQ(edges.size(), 4);
  for (const auto& e : edges) EXPECT_TRUE((e.first == Point{0, 0}) || (e.second == Point{0, 0}));
}

TEST(SnapRounding, ThreadsChangeNothing) {
  Rng rng{6, 0};
  const auto lines = random_lines(rng, 120, 20'000);
  const auto one = snap_round(lines, {.threads = 1});
  EXPECT_EQ(snap_round(lines, {.threads = 8}), one);
  EXPECT_GT(one.size(), 5'000);
}

TEST(SnapRounding, AStopEndsIt) {
  Rng rng{7, 0};
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(snap_round(random_lines(rng, 40, 900), {.stop = stop.get_token()}), Cancelled);
}

}  // namespace
}  // namespace libgrid
