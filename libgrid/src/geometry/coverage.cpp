#include "libgrid/geometry/coverage.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include "arrangement.hpp"
#include "geos.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "open_borders.hpp"

namespace libgrid {
namespace {

std::vector<std::int32_t> all_rows(const PolygonSet& polygons) {
  std::vector<std::int32_t> rows(static_cast<std::size_t>(polygons.size()));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

/// Vertices that noding put into a polygon's border. Who else has them is in `noded`.
std::vector<TJunction> find_t_junctions(const PolygonSet& polygons,
                                        std::span<const NodedEdge> noded) {
  using User = std::pair<Point, std::int32_t>;
  const auto keep_once = [](std::vector<User>& users) {
    std::sort(users.begin(), users.end());
    users.erase(std::unique(users.begin(), users.end()), users.end());
  };
  std::vector<User> drawn;
  std::vector<NodedEdge> edges;
  for (std::int64_t i = 0; i < polygons.size(); ++i) {
    edges.clear();
    add_edges(polygons, i, edges);
    for (const auto& e : edges) drawn.emplace_back(e.a, e.polygon);
    for (const auto& e : edges) drawn.emplace_back(e.b, e.polygon);
  }
  keep_once(drawn);
  std::vector<User> all;
  for (const auto& e : noded) {
    all.emplace_back(e.a, e.polygon);
    all.emplace_back(e.b, e.polygon);
  }
  keep_once(all);
  std::vector<User> added;
  std::set_difference(all.begin(), all.end(), drawn.begin(), drawn.end(),
                      std::back_inserter(added));
  std::vector<TJunction> found;
  for (const auto& [p, polygon] : added) {
    const auto it = std::lower_bound(drawn.begin(), drawn.end(), User{p, INT32_MIN});
    found.push_back({polygon, it->second, p});
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// The shapes of the overlaps, and how wide they are.
void draw_overlaps(const PolygonSet& polygons, CoverageFaults& faults, const RunControl& run) {
  const auto count = std::ssize(faults.overlaps);
  std::vector<PolygonColumns> shapes(static_cast<std::size_t>(count));
  faults.overlap_width_m.resize(static_cast<std::size_t>(count));
  for_each_chunk(count, 64, {.stop = run.stop, .threads = run.threads}, [&](Chunk chunk) {
    const GeosContext geos;
    for (auto k = chunk.begin; k < chunk.end; ++k) {
      const auto& pair = faults.overlaps[static_cast<std::size_t>(k)];
      const auto a = geos.multi_polygon(polygons, pair.a);
      const auto b = geos.multi_polygon(polygons, pair.b);
      const auto both = geos.checked(GEOSIntersection_r(geos.handle(), a.get(), b.get()),
                                     "the shape of an overlap");
      append_polygon(geos, both.get(), shapes[static_cast<std::size_t>(k)]);
      double length = 0.0;
      if (GEOSLength_r(geos.handle(), both.get(), &length) == 1 && length > 0.0)
        faults.overlap_width_m[static_cast<std::size_t>(k)] = 2e3 * pair.area_m2 / length;
    }
  });
  PolygonColumns columns;
  for (const auto& shape : shapes) append_rows(shape, columns);
  faults.overlap_shapes = PolygonSet{std::move(columns)};
}

/// Bounded faces that nobody covers, and who lies round them.
void draw_gaps(std::span<const NodedEdge> noded, const Arrangement& plane, CoverageFaults& faults) {
  PolygonColumns columns;
  for (std::int32_t f = 1; f < plane.faces(); ++f) {
    if (!plane.cover_of(f).empty()) continue;
    const auto arcs = plane.arcs_of(f);
    const bool whole = append_traced(arcs, columns);
    LIBGRID_ASSERT(whole);
    Gap gap{static_cast<double>(plane.twice_area[static_cast<std::size_t>(f)]) / 2e6,
            plane.mean_width_mm(f) / 1e3,
            {}};
    for (const auto k : plane.sides_of(f)) {
      const auto& piece = plane.pieces[k];
      auto it = std::lower_bound(noded.begin(), noded.end(),
                                 NodedEdge{piece.a, piece.b, INT32_MIN, false});
      for (; it != noded.end() && it->a == piece.a && it->b == piece.b; ++it)
        gap.neighbours.push_back(it->polygon);
    }
    std::sort(gap.neighbours.begin(), gap.neighbours.end());
    gap.neighbours.erase(std::unique(gap.neighbours.begin(), gap.neighbours.end()),
                         gap.neighbours.end());
    faults.gaps.push_back(std::move(gap));
  }
  faults.gap_shapes = PolygonSet{std::move(columns)};
}

void list_unmatched(std::span<const NodedEdge> noded, const Arrangement& plane,
                    CoverageFaults& faults) {
  const auto covers = [&](std::int32_t face) {
    const auto cover = plane.cover_of(face);
    return cover.empty() ? 0 : cover.front().count;
  };
  for (const auto& piece : plane.pieces) {
    const auto on_rim = [&](std::int32_t one, std::int32_t other) {
      return one == 0 && covers(other) == 1;
    };
    if (on_rim(piece.left, piece.right) || on_rim(piece.right, piece.left)) continue;
    auto it =
        std::lower_bound(noded.begin(), noded.end(), NodedEdge{piece.a, piece.b, INT32_MIN, false});
    for (; it != noded.end() && it->a == piece.a && it->b == piece.b; ++it)
      faults.unmatched.push_back({it->polygon, piece.a, piece.b});
  }
}

EulerCount count_euler(const PolygonSet& polygons, std::span<const NodedEdge> noded,
                       std::size_t gaps) {
  EulerCount count{.faces = std::ssize(polygons.columns().ring_begin)};
  count.faces += static_cast<std::int64_t>(gaps);  // ring_begin has one entry more: the outside
  std::vector<Point> ends;
  for_each_run(noded, [&](std::span<const NodedEdge> run) {
    ++count.edges;
    ends.push_back(run.front().a);
    ends.push_back(run.front().b);
  });
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  count.vertices = count.components = std::ssize(ends);
  std::vector<std::size_t> parent(ends.size());
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const auto find = [&](Point p) {
    auto v = static_cast<std::size_t>(std::lower_bound(ends.begin(), ends.end(), p) - ends.begin());
    while (parent[v] != v) v = parent[v] = parent[parent[v]];
    return v;
  };
  for_each_run(noded, [&](std::span<const NodedEdge> run) {
    const auto u = find(run.front().a);
    const auto v = find(run.front().b);
    if (u == v) return;
    parent[std::max(u, v)] = std::min(u, v);
    --count.components;
  });
  return count;
}

}  // namespace

CoverageFaults check_coverage(const PolygonSet& polygons, Metres near, const RunControl& run) {
  require(near.count() >= 0 && near.count() <= 100,
          [] { return std::string{"coverage: near must lie between 0 and 100 m"}; });
  run.begin(4);
  CoverageFaults faults;
  faults.overlaps = find_overlaps(polygons, 0.0, {.stop = run.stop, .threads = run.threads});
  draw_overlaps(polygons, faults, run);
  run.advance();

  auto noded = node_edges(polygons, all_rows(polygons));
  faults.t_junctions = find_t_junctions(polygons, noded);
  run.advance();

  for (const auto& n : find_near_vertices(noded, near, run))
    faults.near_misses.push_back({n.owner, n.other, n.vertex, n.distance_mm / 1e3});
  std::sort(faults.near_misses.begin(), faults.near_misses.end(),
            [](const NearMiss& l, const NearMiss& r) {
              return std::tie(l.a, l.b, l.where) < std::tie(r.a, r.b, r.where);
            });
  run.advance();

  const bool apart = faults.overlaps.empty();
  if (!apart) noded = snap_round_edges(std::move(noded), run);
  const auto plane = arrange(noded, Crossings::none, CoverBy::depth, run);
  draw_gaps(noded, plane, faults);
  list_unmatched(noded, plane, faults);
  if (apart) faults.euler = count_euler(polygons, noded, faults.gaps.size());
  run.advance();
  return faults;
}

}  // namespace libgrid
