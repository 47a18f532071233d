#include "libgrid/geometry/overlaps.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "geos.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "libgrid/geometry/borders.hpp"
#include "libgrid/geometry/measure.hpp"
#include "noding.hpp"
#include "raster_index.hpp"

namespace libgrid {
namespace {

using Pair = std::pair<std::int32_t, std::int32_t>;

/// Two interiors meet exactly when, with borders split at all vertices, (1) two borders cross, (2)
/// both polygons lie on the same side of a common border, or (3) a border of one runs inside the
/// other.
class CandidateFinder {
 public:
  CandidateFinder(const PolygonSet& polygons, std::span<const std::int32_t> footprint,
                  const RasterIndex& index)
      : footprint_{footprint}, index_{index} {
    std::vector<std::int32_t> firsts;
    for (std::int32_t i = 0; i < std::ssize(footprint); ++i)
      if (is_first(i)) firsts.push_back(i);
    edges_ = node_edges(polygons, firsts);
  }

  std::vector<Pair> find(const RunControl& run) {
    for (std::size_t k = 0; k < edges_.size(); ++k)
      if (k == 0 || edges_[k].a != edges_[k - 1].a || edges_[k].b != edges_[k - 1].b)
        runs_.push_back(k);
    runs_.push_back(edges_.size());
    gather(std::ssize(runs_) - 1, run, [&](std::size_t r, Pairs& out) {
      check_run(std::span{edges_}.subspan(runs_[r], runs_[r + 1] - runs_[r]), out);
    });
    check_crossings(run);
    std::sort(pairs_.begin(), pairs_.end());
    pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
    return std::move(pairs_);
  }

 private:
  [[nodiscard]] bool is_first(std::int32_t i) const {
    return footprint_[static_cast<std::size_t>(i)] == i;
  }

  using Pairs = std::vector<Pair>;

  /// Adds what `body(item, out)` finds, in the order of items.
  template <class Body>
  void gather(std::int64_t count, const RunControl& run, const Body& body) {
    constexpr std::int64_t kGrain = 4'096;
    std::vector<Pairs> parts(static_cast<std::size_t>(chunk_count(count, kGrain)));
    for_each_chunk(count, kGrain, {.stop = run.stop, .threads = run.threads}, [&](Chunk chunk) {
      for (auto k = chunk.begin; k < chunk.end; ++k)
        body(static_cast<std::size_t>(k), parts[static_cast<std::size_t>(chunk.index)]);
    });
    for (const auto& part : parts) pairs_.insert(pairs_.end(), part.begin(), part.end());
  }

  static void add(std::int32_t i, std::int32_t j, Pairs& out) {
    if (i != j) out.emplace_back(std::min(i, j), std::max(i, j));
  }

  void check_run(std::span<const NodedEdge> run, Pairs& out) const {
    for (std::size_t i = 0; i < run.size(); ++i)
      for (std::size_t j = i + 1; j < run.size(); ++j)
        if (run[i].left == run[j].left) add(run[i].polygon, run[j].polygon, out);
    // The middle stands for the whole edge: no vertex lies on it, and crossings are looked for
    // elsewhere.
    const auto x2 = std::int64_t{run.front().a.x_mm} + run.front().b.x_mm;
    const auto y2 = std::int64_t{run.front().a.y_mm} + run.front().b.y_mm;
    const auto cell =
        index_.cell_of({static_cast<std::int32_t>(x2 >> 1), static_cast<std::int32_t>(y2 >> 1)});
    for (const auto entry : index_.entries(cell)) {
      if (!is_first(entry.polygon)) continue;
      const bool owns = std::any_of(run.begin(), run.end(),
                                    [&](const NodedEdge& e) { return e.polygon == entry.polygon; });
      if (!owns && index_.holds_half(entry, x2, y2))
        for (const auto& e : run) add(e.polygon, entry.polygon, out);
    }
  }

  void check_crossings(const RunControl& run) {
    std::vector<Point> ends;
    std::vector<Border> borders;
    ends.reserve(2 * runs_.size());
    borders.reserve(runs_.size());
    for (std::size_t r = 0; r + 1 < runs_.size(); ++r) {
      const auto& edge = edges_[runs_[r]];
      borders.push_back({edge.a, edge.b, static_cast<std::uint32_t>(r)});
      ends.push_back(edge.a);
      ends.push_back(edge.b);
    }
    const CellGrid grid{ends, std::max<std::int64_t>(2 * std::ssize(runs_), 64)};
    std::vector<std::uint32_t> begin(static_cast<std::size_t>(grid.cells()) + 1, 0);
    const auto for_each_visit = [&](auto&& visit) {
      for (const auto& border : borders)
        grid.for_each_cell(border.a, border.b, [&](std::int64_t cell) {
          visit(static_cast<std::size_t>(cell), border);
        });
    };
    for_each_visit([&](std::size_t cell, const Border&) { ++begin[cell + 1]; });
    std::uint64_t visits = 0;
    for (std::size_t c = 1; c < begin.size(); ++c) {
      visits += begin[c];
      begin[c] += begin[c - 1];
    }
    LIBGRID_ASSERT(visits < std::uint64_t{UINT32_MAX});
    std::vector<Border> items(begin.back());
    auto fill = begin;
    for_each_visit([&](std::size_t cell, const Border& border) { items[fill[cell]++] = border; });
    gather(grid.cells(), run, [&](std::size_t c, Pairs& out) {
      for (auto i = begin[c]; i < begin[c + 1]; ++i)
        for (auto j = i + 1; j < begin[c + 1]; ++j)
          if (cross(items[i], items[j])) add_owners(items[i].run, items[j].run, out);
    });
  }

  /// A noded edge, whoever has it: near in memory for the pairs of a cell.
  struct Border {
    Point a;
    Point b;
    std::uint32_t run;
  };

  /// Proper crossings only: touching at an end was noded away.
  static bool cross(const Border& e, const Border& f) {
    if (e.a == f.a || e.b == f.b || e.b == f.a || e.a == f.b) return false;  // most pairs of a cell
    if (f.a > e.b || e.a > f.b) return false;                                // a < b by x first
    const auto [e_low, e_high] = std::minmax(e.a.y_mm, e.b.y_mm);
    const auto [f_low, f_high] = std::minmax(f.a.y_mm, f.b.y_mm);
    if (e_high < f_low || f_high < e_low) return false;
    const auto sign = [](std::int64_t v) { return (v > 0) - (v < 0); };
    return sign(orientation(e.a, e.b, f.a)) * sign(orientation(e.a, e.b, f.b)) < 0 &&
           sign(orientation(f.a, f.b, e.a)) * sign(orientation(f.a, f.b, e.b)) < 0;
  }

  void add_owners(std::size_t r, std::size_t s, Pairs& out) const {
    for (auto i = runs_[r]; i < runs_[r + 1]; ++i)
      for (auto j = runs_[s]; j < runs_[s + 1]; ++j) add(edges_[i].polygon, edges_[j].polygon, out);
  }

  std::span<const std::int32_t> footprint_;
  const RasterIndex& index_;
  std::vector<NodedEdge> edges_;
  std::vector<std::size_t> runs_;  ///< where the edges between two vertices begin
  std::vector<Pair> pairs_;
};

double overlap_area_m2(const GeosContext& geos, const PolygonSet& polygons, Pair pair) {
  auto a = geos.multi_polygon(polygons, pair.first);
  auto b = geos.multi_polygon(polygons, pair.second);
  auto both = geos.own(GEOSIntersection_r(geos.handle(), a.get(), b.get()));
  if (!both) {
    a = geos.own(GEOSMakeValid_r(geos.handle(), a.get()));
    b = geos.own(GEOSMakeValid_r(geos.handle(), b.get()));
    if (a && b) both = geos.own(GEOSIntersection_r(geos.handle(), a.get(), b.get()));
  }
  double area = 0.0;
  if (!both || GEOSArea_r(geos.handle(), both.get(), &area) != 1)
    throw GeometryError{"the overlap of polygons " + std::to_string(pair.first) + " and " +
                        std::to_string(pair.second) + " cannot be computed (" + geos.error() +
                        "): repair them first"};
  return area / 1e6;
}

}  // namespace

std::vector<Overlap> find_overlaps(const PolygonSet& polygons, double tolerance_m2,
                                   const RunControl& run) {
  return find_overlaps(polygons, PointLocator{polygons, run}, tolerance_m2, run);
}

std::vector<Overlap> find_overlaps(const PolygonSet& polygons, const PointLocator& locator,
                                   double tolerance_m2, const RunControl& run) {
  const auto footprint = find_footprints(polygons);
  std::vector<std::vector<std::int32_t>> members(footprint.size());
  for (std::size_t i = 0; i < footprint.size(); ++i)
    members[static_cast<std::size_t>(footprint[i])].push_back(static_cast<std::int32_t>(i));

  const auto pairs = CandidateFinder{polygons, footprint, locator.index()}.find(run);
  std::vector<double> areas(pairs.size());
  run.begin(std::ssize(pairs));
  for_each_chunk(std::ssize(pairs), 64, run, [&](Chunk chunk) {
    const GeosContext geos;
    for (auto k = static_cast<std::size_t>(chunk.begin); k < static_cast<std::size_t>(chunk.end);
         ++k)
      areas[k] = overlap_area_m2(geos, polygons, pairs[k]);
  });

  std::vector<Overlap> overlaps;
  const auto add = [&](std::int32_t i, std::int32_t j, double area) {
    overlaps.push_back({std::min(i, j), std::max(i, j), area});
  };
  for (std::size_t k = 0; k < pairs.size(); ++k)
    if (areas[k] > tolerance_m2)
      for (const auto i : members[static_cast<std::size_t>(pairs[k].first)])
        for (const auto j : members[static_cast<std::size_t>(pairs[k].second)]) add(i, j, areas[k]);
  for (const auto& stack : members) {
    if (stack.size() < 2) continue;
    const auto area = area_m2(polygons, stack.front());
    for (std::size_t i = 0; area > tolerance_m2 && i < stack.size(); ++i)
      for (std::size_t j = i + 1; j < stack.size(); ++j) add(stack[i], stack[j], area);
  }
  std::sort(overlaps.begin(), overlaps.end(), [](const Overlap& l, const Overlap& r) {
    return std::pair{l.a, l.b} < std::pair{r.a, r.b};
  });
  return overlaps;
}

}  // namespace libgrid
