#include "libgrid/analysis/plan_change.hpp"

#include <algorithm>
#include <compare>
#include <limits>
#include <numeric>
#include <utility>

#include "check_columns.hpp"
#include "union_find.hpp"

namespace libgrid {
namespace {

/// What a matched pair keeps, compared in this order. An ordered group, which is all that the
/// assignment needs; folding the three into one integer could overflow.
struct Kept {
  std::int64_t weight = 0;
  std::int64_t blocks = 0;
  std::int64_t label = 0;
  friend auto operator<=>(const Kept&, const Kept&) = default;
  friend Kept operator+(Kept a, Kept b) {
    return {a.weight + b.weight, a.blocks + b.blocks, a.label + b.label};
  }
  friend Kept operator-(Kept a, Kept b) {
    return {a.weight - b.weight, a.blocks - b.blocks, a.label - b.label};
  }
};

struct Edge {
  std::int32_t old_grid;
  std::int32_t new_grid;
  Kept kept;
};

/// Column of each row in the assignment that keeps most; rows ≤ columns, `kept` row-major.
/// Shortest augmenting paths with potentials (Jonker & Volgenant 1987), on costs -kept.
std::vector<std::size_t> assign(const std::vector<Kept>& kept, std::size_t rows,
                                std::size_t columns) {
  constexpr auto kNobody = std::numeric_limits<std::size_t>::max();
  std::vector<Kept> row_price(rows);
  std::vector<Kept> column_price(columns + 1);
  std::vector<std::size_t> row_of(columns + 1,
                                  kNobody);  // the last column is where each search starts
  std::vector<std::size_t> previous(columns);
  std::vector<Kept> slack(columns);
  std::vector<char> has_slack(columns);
  std::vector<char> done(columns + 1);
  for (std::size_t start = 0; start < rows; ++start) {
    std::ranges::fill(has_slack, 0);
    std::ranges::fill(done, 0);
    auto column = columns;
    row_of[column] = start;
    while (row_of[column] != kNobody) {
      done[column] = 1;
      const auto row = row_of[column];
      auto best = columns;
      for (std::size_t c = 0; c < columns; ++c) {
        if (done[c] != 0) continue;
        const auto reduced = Kept{} - kept[row * columns + c] - row_price[row] - column_price[c];
        if (has_slack[c] == 0 || reduced < slack[c]) {
          slack[c] = reduced;
          previous[c] = column;
          has_slack[c] = 1;
        }
        if (best == columns || slack[c] < slack[best]) best = c;
      }
      const auto step = slack[best];
      for (std::size_t c = 0; c <= columns; ++c) {
        if (done[c] != 0) {
          row_price[row_of[c]] = row_price[row_of[c]] + step;
          column_price[c] = column_price[c] - step;
        } else if (c < columns) {
          slack[c] = slack[c] - step;
        }
      }
      column = best;
    }
    while (column != columns) {
      row_of[column] = row_of[previous[column]];
      column = previous[column];
    }
  }
  std::vector<std::size_t> column_of(rows, kNobody);
  for (std::size_t c = 0; c < columns; ++c)
    if (row_of[c] != kNobody) column_of[row_of[c]] = c;
  return column_of;
}

class Matching {
 public:
  Matching(std::int32_t old_count, std::int32_t new_count)
      : old_of_new(static_cast<std::size_t>(new_count), -1),
        new_of_old(static_cast<std::size_t>(old_count), -1) {}

  /// `edges` of one connected group, by old grid, then new grid.
  void solve(std::vector<Edge>& edges, std::int64_t max_cells) {
    std::vector<std::int32_t> olds;
    std::vector<std::int32_t> news;
    for (const auto& edge : edges) {
      if (olds.empty() || olds.back() != edge.old_grid) olds.push_back(edge.old_grid);
      news.push_back(edge.new_grid);
    }
    std::ranges::sort(news);
    const auto repeated = std::ranges::unique(news);
    news.erase(repeated.begin(), repeated.end());
    const auto cells =
        static_cast<std::int64_t>(olds.size()) * static_cast<std::int64_t>(news.size());
    if (cells > max_cells)
      solve_greedily(edges);
    else
      solve_exactly(edges, olds, news);
  }

  std::vector<std::int32_t> old_of_new;
  std::vector<std::int32_t> new_of_old;
  bool optimal = true;

 private:
  void match(std::int32_t old_grid, std::int32_t new_grid) {
    new_of_old[static_cast<std::size_t>(old_grid)] = new_grid;
    old_of_new[static_cast<std::size_t>(new_grid)] = old_grid;
  }

  void solve_greedily(std::vector<Edge>& edges) {
    optimal = false;
    std::ranges::stable_sort(edges, [](const auto& a, const auto& b) { return a.kept > b.kept; });
    for (const auto& edge : edges)
      if (new_of_old[static_cast<std::size_t>(edge.old_grid)] < 0 &&
          old_of_new[static_cast<std::size_t>(edge.new_grid)] < 0)
        match(edge.old_grid, edge.new_grid);
  }

  void solve_exactly(const std::vector<Edge>& edges, const std::vector<std::int32_t>& olds,
                     const std::vector<std::int32_t>& news) {
    const bool flip = olds.size() > news.size();
    const auto& rows = flip ? news : olds;
    const auto& columns = flip ? olds : news;
    const auto place = [](const std::vector<std::int32_t>& grids, std::int32_t grid) {
      return static_cast<std::size_t>(std::ranges::lower_bound(grids, grid) - grids.begin());
    };
    std::vector<Kept> kept(rows.size() * columns.size());
    for (const auto& edge : edges) {
      const auto row = place(rows, flip ? edge.new_grid : edge.old_grid);
      const auto column = place(columns, flip ? edge.old_grid : edge.new_grid);
      kept[row * columns.size() + column] = edge.kept;
    }
    const auto column_of = assign(kept, rows.size(), columns.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto column = column_of[row];
      if (kept[row * columns.size() + column].blocks == 0)
        continue;  // filled a place, shares nothing
      match(flip ? columns[column] : rows[row], flip ? rows[row] : columns[column]);
    }
  }
};

GridOverlap find_overlap(PlanView old_plan, PlanView new_plan, BlockWeights weights) {
  const auto columns = static_cast<std::size_t>(weights.columns);
  std::vector<std::size_t> order(old_plan.grid_of.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t b) {
    return std::pair{old_plan.grid_of[b], new_plan.grid_of[b]};
  };
  std::ranges::sort(order, [&](auto a, auto b) { return key(a) < key(b); });
  GridOverlap overlap;
  for (const auto block : order) {
    const auto [from, to] = key(block);
    if (overlap.blocks.empty() || overlap.old_grid.back() != from ||
        overlap.new_grid.back() != to) {
      overlap.old_grid.push_back(from);
      overlap.new_grid.push_back(to);
      overlap.blocks.push_back(0);
      overlap.weight.resize(overlap.weight.size() + columns, 0);
    }
    ++overlap.blocks.back();
    for (std::size_t c = 0; c < columns; ++c)
      overlap.weight[overlap.weight.size() - columns + c] +=
          weights.weight.empty() ? 1 : weights.weight[block * columns + c];
  }
  return overlap;
}

Matching match_grids(const GridOverlap& overlap, PlanView old_plan, PlanView new_plan,
                     std::size_t columns, std::int64_t max_cells) {
  const auto olds = static_cast<std::size_t>(old_plan.grid_count);
  UnionFind sets{olds + static_cast<std::size_t>(new_plan.grid_count)};
  std::vector<Edge> edges;
  for (std::size_t i = 0; i < overlap.blocks.size(); ++i) {
    const auto from = overlap.old_grid[i];
    const auto to = overlap.new_grid[i];
    if (from < 0 || to < 0) continue;
    sets.join(static_cast<std::size_t>(from), olds + static_cast<std::size_t>(to));
    edges.push_back(
        {from, to, {overlap.weight[i * columns], overlap.blocks[i], from == to ? 1 : 0}});
  }
  const auto group = [&](const Edge& edge) {
    return sets.find(static_cast<std::size_t>(edge.old_grid));
  };
  std::ranges::stable_sort(edges,
                           [&](const auto& a, const auto& b) { return group(a) < group(b); });
  Matching matching{old_plan.grid_count, new_plan.grid_count};
  for (std::size_t begin = 0; begin < edges.size();) {
    std::vector<Edge> entangled;
    const auto root = group(edges[begin]);
    for (; begin < edges.size() && group(edges[begin]) == root; ++begin)
      entangled.push_back(edges[begin]);
    matching.solve(entangled, max_cells);
  }
  return matching;
}

}  // namespace

PlanChange compare_plans(PlanView old_plan, PlanView new_plan, BlockWeights weights,
                         std::int64_t max_cells) {
  check_plan(old_plan, "old plan");
  check_plan(new_plan, "new plan");
  const auto n = old_plan.grid_of.size();
  check_length(new_plan.grid_of.size(), "new plan", n, "old plan");
  require(weights.columns > 0, [] { return "weights needs at least one column"; });
  const auto columns = static_cast<std::size_t>(weights.columns);
  if (!weights.weight.empty())
    check_length(weights.weight.size(), "weights (blocks × columns)", n * columns,
                 "old plan × columns");
  check_values(weights.weight, "weights", columns, "values must be 0 or more",
               [](std::int64_t w) { return w >= 0; });

  PlanChange change;
  change.overlap = find_overlap(old_plan, new_plan, weights);
  auto matching = match_grids(change.overlap, old_plan, new_plan, columns, max_cells);
  change.old_of_new = std::move(matching.old_of_new);
  change.new_of_old = std::move(matching.new_of_old);
  change.optimal = matching.optimal;
  change.moved_weight.assign(columns, 0);
  change.moved.resize(n);
  for (std::size_t block = 0; block < n; ++block) {
    const auto from = old_plan.grid_of[block];
    const auto to = new_plan.grid_of[block];
    const bool stays =
        to < 0 ? from < 0 : from >= 0 && change.old_of_new[static_cast<std::size_t>(to)] == from;
    if (stays) continue;
    change.moved[block] = 1;
    ++change.moved_blocks;
    for (std::size_t c = 0; c < columns; ++c)
      change.moved_weight[c] += weights.weight.empty() ? 1 : weights.weight[block * columns + c];
  }
  return change;
}

}  // namespace libgrid
