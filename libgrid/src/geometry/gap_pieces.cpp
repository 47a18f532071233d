#include "gap_pieces.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "geos.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

using Owners = std::vector<std::int32_t>;

void keep_once(Owners& owners) {
  std::sort(owners.begin(), owners.end());
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
}

struct Side {
  Point a;  ///< a < b
  Point b;
  std::int32_t owner;
  auto operator<=>(const Side&) const = default;
};

/// The border of a face and whose it is.
std::vector<Side> sides_of(const Arrangement& plane, std::int32_t face) {
  std::vector<Side> sides;
  for (const auto k : plane.sides_of(face)) {
    const auto& piece = plane.pieces[k];
    for (const auto& turns : plane.cover_of(piece.left == face ? piece.right : piece.left))
      sides.push_back({piece.a, piece.b, turns.owner});
  }
  std::sort(sides.begin(), sides.end());
  return sides;
}

struct Triangle {
  std::array<Point, 3> corner;
  Owners owners;  ///< of its long sides on the gap's border: the ends of a strip do not count
  [[nodiscard]] std::int64_t twice_area() const {
    const auto area = orientation(corner[0], corner[1], corner[2]);
    return area < 0 ? -area : area;
  }
};

std::vector<Triangle> triangles_of(const GeosContext& geos, const Arrangement& plane,
                                   std::int32_t face, std::span<const Side> border) {
  PolygonColumns shape;
  const bool whole = append_traced(plane.arcs_of(face), shape);
  LIBGRID_ASSERT(whole);
  const PolygonSet gap{std::move(shape)};
  const auto area = geos.multi_polygon(gap, 0);
  const auto cut = geos.checked(GEOSConstrainedDelaunayTriangulation_r(geos.handle(), area.get()),
                                "cutting a gap");
  std::vector<Triangle> triangles;
  for (int k = 0; k < GEOSGetNumGeometries_r(geos.handle(), cut.get()); ++k) {
    const auto* triangle = GEOSGetGeometryN_r(geos.handle(), cut.get(), k);
    const auto ring = points_from(geos, GEOSGetExteriorRing_r(geos.handle(), triangle));
    if (ring.size() != 4 || orientation(ring[0], ring[1], ring[2]) == 0) continue;
    Triangle t{{ring[0], ring[1], ring[2]}, {}};
    double longest = 0.0;
    std::vector<std::pair<double, std::int32_t>> touched;
    for (std::size_t c = 0; c < 3; ++c) {
      const auto [a, b] = std::minmax(t.corner[c], t.corner[(c + 1) % 3]);
      for (auto it = std::lower_bound(border.begin(), border.end(), Side{a, b, INT32_MIN});
           it != border.end() && it->a == a && it->b == b; ++it) {
        touched.emplace_back(length_mm(a, b), it->owner);
        longest = std::max(longest, length_mm(a, b));
      }
    }
    for (const auto& [length, owner] : touched)
      if (2 * length >= longest) t.owners.push_back(owner);
    keep_once(t.owners);
    triangles.push_back(std::move(t));
  }
  std::sort(triangles.begin(), triangles.end(),
            [](const Triangle& l, const Triangle& r) { return l.corner < r.corner; });
  return triangles;
}

/// The strip of each triangle: grown from side to side as long as it lies between two polygons.
std::vector<std::int32_t> strips_of(std::span<const Triangle> triangles) {
  std::vector<Side> sides;  // whose "owner" is the triangle
  for (std::size_t k = 0; k < triangles.size(); ++k)
    for (std::size_t c = 0; c < 3; ++c) {
      const auto [a, b] = std::minmax(triangles[k].corner[c], triangles[k].corner[(c + 1) % 3]);
      sides.push_back({a, b, static_cast<std::int32_t>(k)});
    }
  std::sort(sides.begin(), sides.end());
  std::vector<std::vector<std::size_t>> beside(triangles.size());
  for (std::size_t k = 1; k < sides.size(); ++k) {
    const auto& l = sides[k - 1];
    const auto& r = sides[k];
    if (l.a != r.a || l.b != r.b) continue;
    beside[static_cast<std::size_t>(l.owner)].push_back(static_cast<std::size_t>(r.owner));
    beside[static_cast<std::size_t>(r.owner)].push_back(static_cast<std::size_t>(l.owner));
  }
  std::vector<std::size_t> order(triangles.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t l, std::size_t r) {
    return triangles[l].twice_area() > triangles[r].twice_area();  // not from a junction's corner
  });
  std::vector<std::int32_t> strip(triangles.size(), -1);
  std::int32_t next = 0;
  for (const auto seed : order) {
    if (strip[seed] >= 0) continue;
    auto owners = triangles[seed].owners;
    std::vector<std::size_t> open{seed};
    strip[seed] = next;
    while (!open.empty()) {
      const auto k = open.back();
      open.pop_back();
      for (const auto other : beside[k]) {
        if (strip[other] >= 0) continue;
        auto both = owners;
        both.insert(both.end(), triangles[other].owners.begin(), triangles[other].owners.end());
        keep_once(both);
        if (both.size() > 2) continue;
        owners = std::move(both);
        strip[other] = next;
        open.push_back(other);
      }
    }
    ++next;
  }
  return strip;
}

}  // namespace

std::vector<NodedEdge> cut_gaps(const Arrangement& plane, Metres max_width,
                                std::int32_t& first_owner, const RunControl& run) {
  std::vector<NodedEdge> edges;
  const GeosContext geos;
  for (std::int32_t f = 1; f < plane.faces(); ++f) {
    if (!plane.cover_of(f).empty() || plane.mean_width_mm(f) > max_width.count() * 1e3) continue;
    if (run.stop.stop_requested()) throw Cancelled{};
    const auto border = sides_of(plane, f);
    Owners owners;
    for (const auto& side : border) owners.push_back(side.owner);
    keep_once(owners);
    if (owners.size() < 3) continue;
    const auto triangles = triangles_of(geos, plane, f, border);
    const auto strip = strips_of(triangles);
    std::int32_t strips = 0;
    for (std::size_t k = 0; k < triangles.size(); ++k) {
      const auto& c = triangles[k].corner;
      const bool left_turn = orientation(c[0], c[1], c[2]) > 0;
      for (std::size_t s = 0; s < 3; ++s) {
        const auto from = c[s];
        const auto to = c[(s + 1) % 3];
        const bool forward = from < to;
        edges.push_back({forward ? from : to, forward ? to : from, first_owner + strip[k],
                         forward == left_turn});
      }
      strips = std::max(strips, strip[k] + 1);
    }
    first_owner += strips;
  }
  return edges;
}

}  // namespace libgrid
