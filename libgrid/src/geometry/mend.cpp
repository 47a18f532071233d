#include "libgrid/geometry/mend.hpp"

#include <algorithm>
#include <utility>

#include "arrangement.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/geometry/measure.hpp"
#include "libgrid/geometry/validity.hpp"

namespace libgrid {
namespace {

/// The polygon's borders with the ring as the owner: rings are told apart.
std::vector<NodedEdge> edges_by_ring(const PolygonSet& polygons, std::int64_t polygon) {
  std::vector<NodedEdge> edges;
  const auto rings = polygons.rings_of(polygon);
  for (auto r = rings.begin; r < rings.end; ++r) {
    const auto ring = polygons.ring(r);
    for (std::size_t k = 1; k < ring.size(); ++k) {
      if (ring[k - 1] == ring[k]) continue;
      const bool forward = ring[k - 1] < ring[k];
      edges.push_back({forward ? ring[k - 1] : ring[k], forward ? ring[k] : ring[k - 1],
                       static_cast<std::int32_t>(r - rings.begin), forward});
    }
  }
  return edges;
}

/// A hole drawn over its very shell.
bool hole_is_shell(const PolygonSet& polygons, std::int64_t polygon) {
  const auto sides = [&](std::int64_t r) {
    std::vector<std::pair<Point, Point>> edges;
    const auto ring = polygons.ring(r);
    for (std::size_t k = 1; k < ring.size(); ++k)
      edges.push_back(std::minmax(ring[k - 1], ring[k]));
    std::sort(edges.begin(), edges.end());
    return edges;
  };
  const auto parts = polygons.parts_of(polygon);
  for (auto part = parts.begin; part < parts.end; ++part) {
    const auto rings = polygons.rings_of_part(part);
    const auto shell = sides(rings.begin);
    for (auto r = rings.begin + 1; r < rings.end; ++r)
      if (sides(r) == shell) return true;
  }
  return false;
}

/// Which rings, counted from the polygon's first, are of which part and which are shells.
struct Rings {
  std::vector<std::int32_t> part;
  std::vector<std::uint8_t> shell;
  Rings(const PolygonSet& polygons, std::int64_t polygon) {
    const auto parts = polygons.parts_of(polygon);
    for (auto p = parts.begin; p < parts.end; ++p) {
      const auto rings = polygons.rings_of_part(p);
      for (auto r = rings.begin; r < rings.end; ++r) {
        part.push_back(static_cast<std::int32_t>(p - parts.begin));
        shell.push_back(r == rings.begin ? 1 : 0);
      }
    }
  }
};

bool is_inside(std::span<const Turns> cover, const Rings& rings, MendBy by) {
  if (by == MendBy::linework) {
    std::int64_t sum = 0;
    for (const auto& turns : cover) sum += turns.count;
    return sum % 2 != 0;
  }
  for (const auto& s : cover) {  // inside some shell and none of its own holes
    const auto ring = static_cast<std::size_t>(s.owner);
    if (rings.shell[ring] == 0) continue;
    const bool in_hole = std::any_of(cover.begin(), cover.end(), [&](const Turns& h) {
      const auto other = static_cast<std::size_t>(h.owner);
      return rings.shell[other] == 0 && rings.part[other] == rings.part[ring];
    });
    if (!in_hole) return true;
  }
  return false;
}

double spikes_mm(std::span<const NodedEdge> edges) {
  double length = 0.0;
  for_each_run(edges, [&](std::span<const NodedEdge> run) {
    for (std::size_t from = 0, to = 0; from < run.size(); from = to) {
      int net = 0;
      for (; to < run.size() && run[to].polygon == run[from].polygon; ++to)
        net += run[to].left ? 1 : -1;
      if (net == 0) length += length_mm(run.front().a, run.front().b);
    }
  });
  return length;
}

}  // namespace

MendedPolygons mend_polygons(const PolygonSet& polygons, MendBy by, const RunControl& run) {
  MendedPolygons out;
  const auto faults = find_polygon_faults(polygons);
  run.begin(std::ssize(faults));
  PolygonColumns columns;
  auto fault = faults.begin();
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(polygons.size()); ++i) {
    const bool faulty = fault != faults.end() && fault->polygon == i;
    if (faulty) ++fault;
    if (!faulty || polygons.rings_of(i).begin == polygons.rings_of(i).end) {
      append_rows(polygons.take(std::span{&i, 1}).columns(), columns);
      continue;
    }
    Mending mending{.polygon = i,
                    .mended = false,
                    .hole_is_shell = hole_is_shell(polygons, i),
                    .area_before_m2 = area_m2(polygons, i),
                    .area_after_m2 = area_m2(polygons, i),
                    .spikes_m = 0.0};
    const auto edges =
        snap_round_edges(edges_by_ring(polygons, i), {.stop = run.stop, .threads = 1});
    const auto plane = arrange(edges, Crossings::none, CoverBy::owner, {.stop = run.stop});
    const Rings rings{polygons, i};
    std::vector<std::uint8_t> inside(static_cast<std::size_t>(plane.faces()), 0);
    for (std::int32_t f = 1; f < plane.faces(); ++f)
      inside[static_cast<std::size_t>(f)] = is_inside(plane.cover_of(f), rings, by) ? 1 : 0;
    std::vector<Arc> arcs;
    for (const auto& piece : plane.pieces) {
      const bool left = inside[static_cast<std::size_t>(piece.left)] != 0;
      const bool right = inside[static_cast<std::size_t>(piece.right)] != 0;
      if (left != right) arcs.push_back(left ? Arc{piece.a, piece.b} : Arc{piece.b, piece.a});
    }
    if (arcs.empty() || mending.hole_is_shell) {
      append_rows(polygons.take(std::span{&i, 1}).columns(), columns);
    } else {
      std::sort(arcs.begin(), arcs.end());
      PolygonColumns row;
      const bool whole = append_traced(arcs, row);
      LIBGRID_ASSERT(whole);
      const PolygonSet drawn{std::move(row)};
      mending.mended = true;
      mending.area_after_m2 = area_m2(drawn, 0);
      mending.spikes_m = spikes_mm(edges) / 1e3;
      append_rows(drawn.columns(), columns);
    }
    out.mendings.push_back(mending);
    run.advance();
  }
  out.polygons = PolygonSet{std::move(columns)};
  return out;
}

}  // namespace libgrid
