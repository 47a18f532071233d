#include "snap_rounding.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "cell_grid.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "ring.hpp"

namespace libgrid {
namespace {

constexpr std::int64_t kGrain = 4'096;

using Edge = std::pair<Point, Point>;

Edge edge_of(Point a, Point b) { return a < b ? Edge{a, b} : Edge{b, a}; }

template <class T>
void keep_once(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// Exact for any two int32 places, also for those outside the frame.
Int128 turn(Point a, Point b, Point c) {
  return Int128{std::int64_t{b.x_mm} - a.x_mm} * (std::int64_t{c.y_mm} - a.y_mm) -
         Int128{std::int64_t{b.y_mm} - a.y_mm} * (std::int64_t{c.x_mm} - a.x_mm);
}

std::int32_t rounded(std::int64_t from, Int128 numerator, Int128 denominator) {
  const auto doubled = 2 * numerator + denominator;  // half up, as the millimetres are semi-open
  auto quotient = doubled / (2 * denominator);
  if (quotient * (2 * denominator) > doubled) --quotient;
  return static_cast<std::int32_t>(from + static_cast<std::int64_t>(quotient));
}

/// Where the insides of two segments cross. Touching needs no place: an end is there already.
std::optional<Point> crossing(const Edge& e, const Edge& f) {
  const auto [e_low, e_high] = std::minmax(e.first.y_mm, e.second.y_mm);
  const auto [f_low, f_high] = std::minmax(f.first.y_mm, f.second.y_mm);
  if (e.first.x_mm > f.second.x_mm || f.first.x_mm > e.second.x_mm || e_low > f_high ||
      f_low > e_high)
    return std::nullopt;
  const auto sign = [](Int128 v) { return (v > 0) - (v < 0); };
  auto from = turn(f.first, f.second, e.first);
  const auto to = turn(f.first, f.second, e.second);
  if (sign(from) * sign(to) >= 0 ||
      sign(turn(e.first, e.second, f.first)) * sign(turn(e.first, e.second, f.second)) >= 0)
    return std::nullopt;
  auto whole = from - to;
  if (whole < 0) {
    whole = -whole;
    from = -from;
  }
  const auto dx = std::int64_t{e.second.x_mm} - e.first.x_mm;
  const auto dy = std::int64_t{e.second.y_mm} - e.first.y_mm;
  return Point{rounded(e.first.x_mm, from * dx, whole), rounded(e.first.y_mm, from * dy, whole)};
}

/// An end of the stretch of a segment that lies in a strip, as a fraction of the segment.
struct Bound {
  Int128 numerator;
  Int128 denominator;  // above 0
  bool closed;
};

int compare(const Bound& l, const Bound& r) {
  const auto difference = l.numerator * r.denominator - r.numerator * l.denominator;
  return (difference > 0) - (difference < 0);
}

/// Narrows [low, high] to where from + t·step lies in [at − ½, at + ½); false when nothing is left.
bool narrow(std::int64_t from, std::int64_t step, std::int64_t at, Bound& low, Bound& high) {
  const auto near = 2 * (at - from) - 1;
  if (step == 0) return at == from;
  const auto enter = step > 0 ? Bound{near, 2 * step, true} : Bound{-near - 2, -2 * step, false};
  const auto leave = step > 0 ? Bound{near + 2, 2 * step, false} : Bound{-near, -2 * step, true};
  const auto later = compare(enter, low);
  if (later > 0 || (later == 0 && !enter.closed)) low = enter;
  const auto earlier = compare(leave, high);
  if (earlier < 0 || (earlier == 0 && !leave.closed)) high = leave;
  const auto left = compare(low, high);
  return left < 0 || (left == 0 && low.closed && high.closed);
}

/// The segment meets the semi-open square of 1 mm about `p`.
bool meets(const Edge& e, Point p) {
  const auto [low_y, high_y] = std::minmax(e.first.y_mm, e.second.y_mm);
  if (p.x_mm < e.first.x_mm || p.x_mm > e.second.x_mm || p.y_mm < low_y || p.y_mm > high_y)
    return false;  // ends are whole millimetres, so the box needs no margin
  Bound low{0, 1, true};
  Bound high{1, 1, true};
  return narrow(e.first.x_mm, std::int64_t{e.second.x_mm} - e.first.x_mm, p.x_mm, low, high) &&
         narrow(e.first.y_mm, std::int64_t{e.second.y_mm} - e.first.y_mm, p.y_mm, low, high);
}

/// Runs `body(cell, out)` for each cell and gathers what it adds, in the order of cells.
template <class T, class Body>
std::vector<T> gather(std::int64_t cells, const RunControl& run, const Body& body) {
  std::vector<std::vector<T>> parts(static_cast<std::size_t>(chunk_count(cells, kGrain)));
  for_each_chunk(cells, kGrain, {.stop = run.stop, .threads = run.threads}, [&](Chunk chunk) {
    for (auto c = chunk.begin; c < chunk.end; ++c)
      body(c, parts[static_cast<std::size_t>(chunk.index)]);
  });
  std::vector<T> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// Joins edges at vertices where exactly two meet. `edges` is sorted and holds each edge once.
std::vector<Line> join_edges(const std::vector<Edge>& edges) {
  struct Arm {
    Point at;
    Point to;
    std::size_t edge;
    auto operator<=>(const Arm&) const = default;
  };
  std::vector<Arm> arms;
  arms.reserve(2 * edges.size());
  for (std::size_t k = 0; k < edges.size(); ++k) {
    arms.push_back({edges[k].first, edges[k].second, k});
    arms.push_back({edges[k].second, edges[k].first, k});
  }
  std::sort(arms.begin(), arms.end());
  const auto arms_at = [&](Point p) {
    const auto first = std::lower_bound(arms.begin(), arms.end(), p,
                                        [](const Arm& arm, Point at) { return arm.at < at; });
    auto last = first;
    while (last != arms.end() && last->at == p) ++last;
    return std::span{first, last};
  };
  std::vector<std::uint8_t> walked(edges.size(), 0);
  std::vector<Line> lines;
  const auto walk = [&](Arm arm) {
    Line line{arm.at};
    for (;;) {
      walked[arm.edge] = 1;
      line.push_back(arm.to);
      const auto next = arms_at(arm.to);
      if (next.size() != 2) break;
      const auto& onward = next[0].edge == arm.edge ? next[1] : next[0];
      if (walked[onward.edge] != 0) break;
      arm = onward;
    }
    lines.push_back(std::move(line));
  };
  for (std::size_t from = 0, to = 0; from < arms.size(); from = to) {
    while (to < arms.size() && arms[to].at == arms[from].at) ++to;
    if (to - from == 2) continue;
    for (auto k = from; k < to; ++k)
      if (walked[arms[k].edge] == 0) walk(arms[k]);
  }
  for (const auto& arm : arms)  // closed lines without a junction
    if (walked[arm.edge] == 0) walk(arm);
  return lines;
}

}  // namespace

SegmentChains snap_round(std::span<const Edge> edges, const RunControl& run) {
  SegmentChains chains;
  std::vector<Point> hot;
  for (const auto& e : edges) {
    hot.push_back(e.first);
    hot.push_back(e.second);
  }
  keep_once(hot);
  if (hot.empty()) return chains;

  const CellGrid grid{hot, std::max<std::int64_t>(4 * std::ssize(edges), 64)};
  const CellLists edges_in{grid.cells(), [&](auto&& visit) {
                             for (std::uint32_t k = 0; k < edges.size(); ++k)
                               grid.for_each_cell(edges[k].first, edges[k].second,
                                                  [&](std::int64_t cell) { visit(cell, k); });
                           }};
  auto crossings =
      gather<Point>(grid.cells(), run, [&](std::int64_t cell, std::vector<Point>& out) {
        const auto here = edges_in.at(cell);
        for (std::size_t i = 0; i < here.size(); ++i)
          for (auto j = i + 1; j < here.size(); ++j)
            if (const auto p = crossing(edges[here[i]], edges[here[j]])) out.push_back(*p);
      });
  hot.insert(hot.end(), crossings.begin(), crossings.end());
  keep_once(hot);

  const CellLists hot_in{grid.cells(), [&](auto&& visit) {
                           for (std::uint32_t k = 0; k < hot.size(); ++k) {
                             // A millimetre may reach into the next cells.
                             std::array<std::int64_t, 9> cells{};
                             std::size_t n = 0;
                             for (int dy = -1; dy <= 1; ++dy)
                               for (int dx = -1; dx <= 1; ++dx) {
                                 const auto cell = grid.cell_of(std::int64_t{hot[k].x_mm} + dx,
                                                                std::int64_t{hot[k].y_mm} + dy);
                                 const auto end = cells.begin() + static_cast<std::ptrdiff_t>(n);
                                 if (cell < 0 || std::find(cells.begin(), end, cell) != end)
                                   continue;
                                 cells[n++] = cell;
                                 visit(cell, k);
                               }
                           }
                         }};
  struct Stop {
    std::uint32_t edge;
    std::uint32_t hot;
    auto operator<=>(const Stop&) const = default;
  };
  auto stops = gather<Stop>(grid.cells(), run, [&](std::int64_t cell, std::vector<Stop>& out) {
    for (const auto e : edges_in.at(cell))
      for (const auto h : hot_in.at(cell))
        if (meets(edges[e], hot[h])) out.push_back({e, h});
  });
  keep_once(stops);
  if (run.stop.stop_requested()) throw Cancelled{};

  std::vector<std::pair<Int128, Point>> along;
  for (std::size_t from = 0, to = 0; from < stops.size(); from = to) {
    const auto& e = edges[stops[from].edge];
    const auto dx = std::int64_t{e.second.x_mm} - e.first.x_mm;
    const auto dy = std::int64_t{e.second.y_mm} - e.first.y_mm;
    along.clear();
    for (; to < stops.size() && stops[to].edge == stops[from].edge; ++to) {
      const auto p = hot[stops[to].hot];
      along.emplace_back(Int128{dx} * p.x_mm + Int128{dy} * p.y_mm, p);
    }
    std::sort(along.begin(), along.end());
    for (const auto& [order, p] : along) chains.points.push_back(p);
    chains.begin.push_back(chains.points.size());
  }
  LIBGRID_ASSERT(chains.size() == edges.size());  // each meets the millimetres of its own ends
  return chains;
}

std::vector<Line> snap_round(const std::vector<Line>& lines, const RunControl& run) {
  std::vector<Edge> edges;
  for (const auto& line : lines)
    for (std::size_t k = 1; k < line.size(); ++k)
      if (line[k - 1] != line[k]) edges.push_back(edge_of(line[k - 1], line[k]));
  keep_once(edges);
  const auto chains = snap_round(edges, run);
  std::vector<Edge> pieces;
  for (std::size_t k = 0; k < chains.size(); ++k) {
    const auto chain = chains.chain(k);
    for (std::size_t p = 1; p < chain.size(); ++p)
      pieces.push_back(edge_of(chain[p - 1], chain[p]));
  }
  keep_once(pieces);
  return join_edges(pieces);
}

}  // namespace libgrid
