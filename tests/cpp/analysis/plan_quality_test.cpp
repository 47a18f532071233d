#include "libgrid/analysis/plan_quality.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

/// A town of unit squares (10 m) drawn as a map of grid letters; '.' is a block without a grid.
struct Town {
  std::vector<std::string> rows;
  std::vector<std::int32_t> plan;
  std::vector<double> area;
  std::vector<double> perimeter;
  std::vector<double> households;
  std::vector<std::int32_t> a;
  std::vector<std::int32_t> b;
  std::vector<double> length;

  explicit Town(std::vector<std::string> map) : rows{std::move(map)} {
    const auto width = rows[0].size();
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::size_t c = 0; c < width; ++c) {
        const auto here = static_cast<std::int32_t>(plan.size());
        plan.push_back(rows[r][c] == '.' ? -1 : rows[r][c] - 'A');
        area.push_back(100);
        perimeter.push_back(40);
        households.push_back(20);
        if (c > 0) add_border(here - 1, here);
        if (r > 0) add_border(here - static_cast<std::int32_t>(width), here);
      }
  }
  void add_border(std::int32_t x, std::int32_t y) {
    a.push_back(x);
    b.push_back(y);
    length.push_back(10);
  }
  [[nodiscard]] PlanBlocks blocks() const { return {{}, area, perimeter, households, {}, {}}; }
  [[nodiscard]] PlanBorders borders() const { return {a, b, length}; }
  [[nodiscard]] PlanQuality measure(std::int32_t grids,
                                    const PlanQualityOptions& options = {}) const {
    return measure_plan({plan, grids}, blocks(), borders(), options);
  }
};

TEST(PlanQuality, KnowsSquaresAndRectangles) {
  const auto q = Town{{"AAB", "AAB", "..."}}.measure(2);
  EXPECT_DOUBLE_EQ(q.polsby_popper[0], std::numbers::pi / 4);
  EXPECT_DOUBLE_EQ(q.polsby_popper[1], 2 * std::numbers::pi / 9);
  EXPECT_EQ(q.area_m2, (std::vector<double>{400, 200}));
  EXPECT_EQ(q.perimeter_m, (std::vector<double>{80, 60}));
  EXPECT_EQ(q.size, (std::vector<double>{80, 40}));
  EXPECT_EQ(q.within_norm, (std::vector<std::uint8_t>{1, 1}));
  EXPECT_EQ(q.cut_edges, 2);
  EXPECT_EQ(q.cut_border_m, 20);
  EXPECT_EQ(q.blocks_without_grid, 3);
}

TEST(PlanQuality, TakesCirclesAndHullsFromTheCaller) {
  const std::vector<double> hull{800};
  const std::vector<double> radius{std::sqrt(200.0)};
  const auto q = Town{{"AA", "AA"}}.measure(1, {.hull_area_m2 = hull, .circle_radius_m = radius});
  EXPECT_DOUBLE_EQ(q.convex_hull[0], 0.5);
  EXPECT_NEAR(q.reock[0], 2 / std::numbers::pi, 1e-12);
}

TEST(PlanQuality, CountsThePartsOfAGrid) {
  const auto q = Town{{"ABA", "BBA", "ABC"}}.measure(4);
  EXPECT_EQ(q.parts, (std::vector<std::int32_t>{3, 1, 1, 0}));
  EXPECT_EQ(q.contiguous, (std::vector<std::uint8_t>{0, 1, 1, 0}));
  EXPECT_EQ(q.within_norm[3], 0);
  EXPECT_TRUE(std::isnan(q.polsby_popper[3]));
}

TEST(PlanQuality, BordersBelowTheMinimumDoNotConnect) {
  const Town town{{"AA"}};
  EXPECT_EQ(town.measure(1, {.min_border = Metres{10}}).parts[0], 1);
  EXPECT_EQ(town.measure(1, {.min_border = Metres{10.1}}).parts[0], 2);
  Town touching{{"AA"}};
  touching.length[0] = 0;
  EXPECT_EQ(touching.measure(1).parts[0], 2);
}

TEST(PlanQuality, StackedBlocksShareOneFootprint) {
  // Footprint 0 carries three blocks (two in grid 0, one in grid 1), footprint 1 one block of
  // grid 1.
  const std::vector<std::int32_t> plan{0, 1, 0, 1};
  const std::vector<std::int32_t> footprint{0, 0, 0, 1};
  const std::vector<double> area{100, 100};
  const std::vector<double> perimeter{40, 40};
  const std::vector<double> households{1, 2, 3, 4};
  const std::vector<double> shops{0, 1, 0, 0};
  const std::vector<std::int32_t> a{0};
  const std::vector<std::int32_t> b{1};
  const std::vector<double> length{10};
  const auto q =
      measure_plan({plan, 2}, {footprint, area, perimeter, households, shops, {}}, {a, b, length});
  EXPECT_EQ(q.area_m2, (std::vector<double>{100, 200}));
  EXPECT_EQ(q.perimeter_m, (std::vector<double>{40, 60}));
  EXPECT_EQ(q.parts, (std::vector<std::int32_t>{1, 1}));
  EXPECT_EQ(q.size, (std::vector<double>{4, 7}));
  EXPECT_EQ(q.cut_edges, 2);  // within the tower, and from its grid 0 to the neighbour
  EXPECT_EQ(q.cut_border_m, 10);
}

TEST(PlanQuality, EqualsAFloodFillOnRandomMaps) {
  Rng rng{8};
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> map(1 + rng.below(6), std::string(1 + rng.below(6), '.'));
    for (auto& row : map)
      for (auto& cell : row) cell = ".ABC"[rng.below(4)];
    const Town town{map};
    const auto q = town.measure(3);
    std::vector<std::int32_t> parts(3);
    std::set<std::size_t> seen;
    for (std::size_t start = 0; start < town.plan.size(); ++start) {
      if (town.plan[start] < 0 || !seen.insert(start).second) continue;
      ++parts[static_cast<std::size_t>(town.plan[start])];
      std::vector<std::size_t> stack{start};
      while (!stack.empty()) {
        const auto block = stack.back();
        stack.pop_back();
        for (std::size_t e = 0; e < town.a.size(); ++e) {
          const auto x = static_cast<std::size_t>(town.a[e]);
          const auto y = static_cast<std::size_t>(town.b[e]);
          if (x != block && y != block) continue;
          const auto other = x == block ? y : x;
          if (town.plan[other] == town.plan[start] && seen.insert(other).second)
            stack.push_back(other);
        }
      }
    }
    EXPECT_EQ(q.parts, parts);
    std::int64_t cut = 0;
    for (std::size_t e = 0; e < town.a.size(); ++e) {
      const auto x = town.plan[static_cast<std::size_t>(town.a[e])];
      const auto y = town.plan[static_cast<std::size_t>(town.b[e])];
      cut += x >= 0 && y >= 0 && x != y ? 1 : 0;
    }
    EXPECT_EQ(q.cut_edges, cut);
    EXPECT_EQ(q.cut_border_m, 10.0 * static_cast<double>(cut));
  }
}

TEST(PlanQuality, RefusesWrongInput) {
  const auto refuses = [](auto change) {
    Town town{{"AB"}};
    change(town);
    EXPECT_THROW((void)town.measure(2), InvalidInput);
  };
  refuses([](Town& t) { t.plan[0] = 2; });
  refuses([](Town& t) { t.area.pop_back(); });
  refuses([](Town& t) { t.households[1] = -1; });
  refuses([](Town& t) { t.b[0] = 2; });
  refuses([](Town& t) { t.b[0] = t.a[0]; });
  refuses([](Town& t) { t.length[0] = std::nan(""); });
  EXPECT_THROW((void)Town({"A"}).measure(1, {.hull_area_m2 = std::vector<double>(2)}),
               InvalidInput);
}

}  // namespace
}  // namespace libgrid
