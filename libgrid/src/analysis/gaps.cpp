#include "libgrid/analysis/gaps.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <numeric>

#include "check_columns.hpp"
#include "union_find.hpp"

namespace libgrid {
namespace {

Gaps gaps_of(UnionFind& sets, std::span<const std::uint8_t> covered,
             std::span<const double> people) {
  const auto n = covered.size();
  std::vector<std::int32_t> gap_of_root(n, -1);
  std::vector<std::int64_t> households;
  std::vector<double> weight;
  Gaps gaps;
  gaps.gap_of.assign(n, -1);
  for (std::size_t i = 0; i < n; ++i) {  // ascending: a gap's first number follows its lowest row
    if (covered[i] != 0) continue;
    auto& gap = gap_of_root[sets.find(i)];
    if (gap < 0) {
      gap = static_cast<std::int32_t>(weight.size());
      weight.push_back(0.0);
      households.push_back(0);
    }
    gaps.gap_of[i] = gap;
    weight[static_cast<std::size_t>(gap)] += people[i];
    ++households[static_cast<std::size_t>(gap)];
  }
  std::vector<std::size_t> order(weight.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](auto a, auto b) { return weight[a] > weight[b]; });
  std::vector<std::int32_t> rank(order.size());
  for (std::size_t r = 0; r < order.size(); ++r) {
    rank[order[r]] = static_cast<std::int32_t>(r);
    gaps.people.push_back(weight[order[r]]);
    gaps.households.push_back(households[order[r]]);
  }
  for (auto& gap : gaps.gap_of)
    if (gap >= 0) gap = rank[static_cast<std::size_t>(gap)];
  return gaps;
}

/// A distinct point of uncovered households, in a cell so small that all its points are within the
/// join.
struct Place {
  std::int64_t cell_y;
  std::int64_t cell_x;
  Point point;
  std::size_t household;
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct Cell {
  std::int64_t y;
  std::int64_t x;
  std::size_t begin;
  std::size_t end;
};

bool any_within(std::span<const Place> a, std::span<const Place> b, std::int64_t join_mm) {
  for (const auto& p : a)
    for (const auto& q : b) {
      const auto dx = std::int64_t{p.point.x_mm} - q.point.x_mm;
      const auto dy = std::int64_t{p.point.y_mm} - q.point.y_mm;
      if (dx * dx + dy * dy <= join_mm * join_mm) return true;
    }
  return false;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

Gaps find_gaps(std::span<const Point> points, std::span<const std::uint8_t> covered,
               std::span<const double> people, Metres join) {
  check_length(covered.size(), "covered", points.size(), "points");
  check_length(people.size(), "people", points.size(), "points");
  check_amounts(people, "people");
  require(join.count() >= 0 && join.count() <= 1e5, [&] {
    return "join must be between 0 and 100,000 m, it is " + std::to_string(join.count());
  });
  const auto join_mm = static_cast<std::int64_t>(std::llround(join.count() * 1000));
  // The diagonal of a cell is at most the join, so a cell's points are one gap without looking.
  const auto side = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(static_cast<double>(join_mm) / std::sqrt(2.0)));

  std::vector<Place> places;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (covered[i] == 0)
      places.push_back(
          {floor_div(points[i].y_mm, side), floor_div(points[i].x_mm, side), points[i], i});
  std::ranges::sort(places);

  UnionFind sets{points.size()};
  std::vector<Cell> cells;
  std::vector<Place> distinct;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& place = places[i];
    const bool same_cell =
        !cells.empty() && cells.back().y == place.cell_y && cells.back().x == place.cell_x;
    if (!same_cell) cells.push_back({place.cell_y, place.cell_x, distinct.size(), distinct.size()});
    if (same_cell) sets.join(places[i - 1].household, place.household);
    if (!same_cell || places[i - 1].point != place.point) distinct.push_back(place);
    cells.back().end = distinct.size();
  }

  // Cells are sorted by row, then column: for each of the three rows from the cell's own upwards, a
  // cursor that only moves forward finds the neighbours, at most two cells away. Every pair of
  // cells is looked at once.
  const auto members = [&](const Cell& c) {
    return std::span{distinct}.subspan(c.begin, c.end - c.begin);
  };
  std::array<std::size_t, 3> cursor{};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto& cell = cells[i];
    for (std::size_t up = 0; up < cursor.size(); ++up) {
      const auto row = cell.y + static_cast<std::int64_t>(up);
      auto& c = cursor[up];
      while (c < cells.size() &&
             (cells[c].y < row || (cells[c].y == row && cells[c].x < cell.x - 2)))
        ++c;
      for (auto j = std::max(c, i + 1);
           j < cells.size() && cells[j].y == row && cells[j].x <= cell.x + 2; ++j) {
        const auto a = distinct[cell.begin].household;
        const auto b = distinct[cells[j].begin].household;
        if (sets.find(a) != sets.find(b) && any_within(members(cell), members(cells[j]), join_mm))
          sets.join(a, b);
      }
    }
  }
  return gaps_of(sets, covered, people);
}

Gaps find_gaps_along(std::span<const std::uint8_t> covered, std::span<const double> people,
                     std::span<const std::pair<std::int32_t, std::int32_t>> neighbours) {
  check_length(people.size(), "people", covered.size(), "covered");
  check_amounts(people, "people");
  const auto n = static_cast<std::int64_t>(covered.size());
  check_values(neighbours, "pairs", 1, "rows must be households", [n](const auto& p) {
    return p.first >= 0 && p.second >= 0 && p.first < n && p.second < n;
  });
  UnionFind sets{covered.size()};
  for (const auto& [a, b] : neighbours) {
    const auto i = static_cast<std::size_t>(a);
    const auto j = static_cast<std::size_t>(b);
    if (covered[i] == 0 && covered[j] == 0) sets.join(i, j);
  }
  return gaps_of(sets, covered, people);
}

}  // namespace libgrid
