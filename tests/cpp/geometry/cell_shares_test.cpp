#include "libgrid/geometry/cell_shares.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

using Ring = std::vector<std::pair<double, double>>;

/// One polygon of one part: a shell and its holes.
struct Drawn {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<std::int64_t> points{0};
  std::vector<std::int64_t> rings{0};
  std::vector<std::int64_t> parts{0};

  Drawn& polygon(const std::vector<Ring>& drawn) {
    for (const auto& ring : drawn) {
      for (const auto& [px, py] : ring) {
        x.push_back(px);
        y.push_back(py);
      }
      x.push_back(ring.front().first);
      y.push_back(ring.front().second);
      points.push_back(static_cast<std::int64_t>(x.size()));
    }
    rings.push_back(static_cast<std::int64_t>(points.size()) - 1);
    parts.push_back(static_cast<std::int64_t>(rings.size()) - 1);
    return *this;
  }
  [[nodiscard]] CellPolygons view() const { return {x, y, points, rings, parts}; }
};

std::map<std::int64_t, double> shares_of(const Drawn& drawn, std::int64_t rows,
                                         std::int64_t columns, std::int64_t polygon = 0) {
  const auto found = measure_cell_shares(drawn.view(), rows, columns);
  std::map<std::int64_t, double> shares;
  for (auto i = found.ptr[static_cast<std::size_t>(polygon)];
       i < found.ptr[static_cast<std::size_t>(polygon) + 1]; ++i)
    shares[found.cell[static_cast<std::size_t>(i)]] = found.share[static_cast<std::size_t>(i)];
  return shares;
}

TEST(CellShares, OfABoxAreItsOverlaps) {
  const auto shares =
      shares_of(Drawn{}.polygon({{{0.5, 0.25}, {2.5, 0.25}, {2.5, 1}, {0.5, 1}}}), 2, 4);
  EXPECT_EQ(shares.size(), 3U);
  EXPECT_DOUBLE_EQ(shares.at(0), 0.375);
  EXPECT_DOUBLE_EQ(shares.at(1), 0.75);
  EXPECT_DOUBLE_EQ(shares.at(2), 0.375);
}

TEST(CellShares, LeaveHolesOutWhicheverWayTheRingsTurn) {
  const Ring shell{{0, 0}, {3, 0}, {3, 3}, {0, 3}};
  const Ring hole{{1, 1}, {2, 1}, {2, 2}, {1, 2}};
  for (const auto turn_shell : {false, true})
    for (const auto turn_hole : {false, true}) {
      auto s = shell;
      auto h = hole;
      if (turn_shell) std::ranges::reverse(s);
      if (turn_hole) std::ranges::reverse(h);
      const auto shares = shares_of(Drawn{}.polygon({s, h}), 3, 3);
      EXPECT_EQ(shares.size(), 8U);
      EXPECT_EQ(shares.count(4), 0U);
    }
}

TEST(CellShares, EndAtTheRastersBorder) {
  const auto shares = shares_of(Drawn{}.polygon({{{-5, -5}, {9, -5}, {9, 9}, {-5, 9}}}), 2, 2);
  EXPECT_EQ(shares.size(), 4U);
  for (const auto& [cell, share] : shares) EXPECT_DOUBLE_EQ(share, 1.0);
  EXPECT_TRUE(shares_of(Drawn{}.polygon({{{5, 5}, {6, 5}, {6, 6}}}), 2, 2).empty());
}

/// The area of a convex polygon cut down to one cell, by cutting at each side in turn.
double clipped_area(Ring ring, double x, double y) {
  const auto cut = [&](auto inside, auto meet) {
    Ring out;
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const auto a = ring[i];
      const auto b = ring[(i + 1) % ring.size()];
      if (inside(a)) out.push_back(a);
      if (inside(a) != inside(b)) out.push_back(meet(a, b));
    }
    ring = out;
  };
  const auto at_x = [](double v) {
    return [v](auto a, auto b) {
      return std::pair{v, a.second + (v - a.first) / (b.first - a.first) * (b.second - a.second)};
    };
  };
  const auto at_y = [](double v) {
    return [v](auto a, auto b) {
      return std::pair{a.first + (v - a.second) / (b.second - a.second) * (b.first - a.first), v};
    };
  };
  cut([&](auto p) { return p.first >= x; }, at_x(x));
  cut([&](auto p) { return p.first <= x + 1; }, at_x(x + 1));
  cut([&](auto p) { return p.second >= y; }, at_y(y));
  cut([&](auto p) { return p.second <= y + 1; }, at_y(y + 1));
  double area = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto& a = ring[i];
    const auto& b = ring[(i + 1) % ring.size()];
    area += a.first * b.second - b.first * a.second;
  }
  return std::abs(area) / 2;
}

TEST(CellShares, AreTheClippedAreasOfRandomTriangles) {
  Rng rng{41};
  for (int round = 0; round < 300; ++round) {
    Ring ring;
    for (int i = 0; i < 3; ++i)
      ring.emplace_back(static_cast<double>(rng.below(9'000)) / 1000 - 1,
                        static_cast<double>(rng.below(9'000)) / 1000 - 1);
    const auto shares = shares_of(Drawn{}.polygon({ring}), 6, 7);
    for (std::int64_t row = 0; row < 6; ++row)
      for (std::int64_t column = 0; column < 7; ++column) {
        const auto wanted =
            clipped_area(ring, static_cast<double>(column), static_cast<double>(row));
        const auto found = shares.find(row * 7 + column);
        EXPECT_NEAR(found == shares.end() ? 0.0 : found->second, wanted, 2e-9);
      }
  }
}

TEST(CellShares, KeepARowForEachPolygonOnAnyNumberOfThreads) {
  Rng rng{42};
  Drawn many;
  for (int i = 0; i < 2000; ++i) {
    const auto x = static_cast<double>(rng.below(900)) / 10;
    const auto y = static_cast<double>(rng.below(900)) / 10;
    if (i % 97 == 0) {
      many.rings.push_back(many.rings.back());  // an empty part
      many.parts.push_back(static_cast<std::int64_t>(many.rings.size()) - 1);
    } else {
      many.polygon({{{x, y}, {x + 3.3, y + 0.4}, {x + 1.1, y + 2.9}}});
    }
  }
  const auto one = measure_cell_shares(many.view(), 100, 100, {.threads = 1});
  const auto eight = measure_cell_shares(many.view(), 100, 100, {.threads = 8});
  EXPECT_EQ(one.ptr, eight.ptr);
  EXPECT_EQ(one.cell, eight.cell);
  EXPECT_EQ(one.share, eight.share);
  EXPECT_EQ(one.ptr.size(), 2001U);
}

TEST(CellShares, RefuseColumnsThatDoNotFit) {
  auto drawn = Drawn{}.polygon({{{0, 0}, {1, 0}, {1, 1}}});
  drawn.points.back() = 9;
  EXPECT_THROW((void)measure_cell_shares(drawn.view(), 1, 1), InvalidInput);
  auto wild = Drawn{}.polygon({{{0, 0}, {std::nan(""), 0}, {1, 1}}});
  EXPECT_THROW((void)measure_cell_shares(wild.view(), 1, 1), InvalidInput);
}

}  // namespace
}  // namespace libgrid
