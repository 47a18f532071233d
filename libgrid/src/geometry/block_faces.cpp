#include "block_faces.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <vector>

#include "geos.hpp"
#include "libgrid/geometry/spatial_index.hpp"
#include "noding.hpp"
#include "ring.hpp"

namespace libgrid {
namespace {

constexpr Metres kOnLine{0.003};  // noding at 1 mm bends a line by that much at each of its ends

class UnionFind {
 public:
  explicit UnionFind(std::size_t n) : parent_(n) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t i, std::size_t j) {
    i = find(i);
    j = find(j);
    parent_[std::max(i, j)] = std::min(i, j);  // the lowest face stands for all
  }

 private:
  std::vector<std::size_t> parent_;
};

struct Contact {
  std::size_t f;
  std::size_t g;
  double length_mm;
};

/// Pairs of faces that touch along a border that no line runs on.
std::vector<Contact> open_contacts(const PolygonSet& faces, const LineSet& lines) {
  std::vector<Segment> cuts;
  for (std::int64_t k = 0; k < lines.size(); ++k) {
    const auto line = lines.line(k);
    for (std::size_t p = 1; p < line.size(); ++p) cuts.push_back({line[p - 1], line[p], 0});
  }
  const SegmentIndex cut_index{std::move(cuts)};
  const auto on_line = [&](Point a, Point b) {
    if (cut_index.segments().empty()) return false;
    const Point middle{static_cast<std::int32_t>((std::int64_t{a.x_mm} + b.x_mm) / 2),
                       static_cast<std::int32_t>((std::int64_t{a.y_mm} + b.y_mm) / 2)};
    return cut_index.nearest(middle, kOnLine) && cut_index.nearest(a, kOnLine) &&
           cut_index.nearest(b, kOnLine);
  };
  std::vector<NodedEdge> edges;
  for (std::int64_t f = 0; f < faces.size(); ++f) add_edges(faces, f, edges);
  std::sort(edges.begin(), edges.end());
  std::vector<Contact> contacts;
  for_each_run(edges, [&](std::span<const NodedEdge> run) {
    if (run.size() != 2 || on_line(run[0].a, run[0].b)) return;
    contacts.push_back({static_cast<std::size_t>(run[0].polygon),
                        static_cast<std::size_t>(run[1].polygon), length_mm(run[0].a, run[0].b)});
  });
  return contacts;
}

}  // namespace

void move_cut_off_faces(const PolygonSet& faces, const LineSet& lines, std::span<Face> labelled) {
  const auto contacts = open_contacts(faces, lines);
  UnionFind pieces{labelled.size()};
  for (const auto& c : contacts)
    if (labelled[c.f].building >= 0 && labelled[c.f].building == labelled[c.g].building)
      pieces.join(c.f, c.g);

  std::vector<std::uint8_t> home(labelled.size(), 0);  // by piece
  for (std::size_t f = 0; f < labelled.size(); ++f)
    if (labelled[f].footprint) home[pieces.find(f)] = 1;
  std::vector<std::int32_t> owner(labelled.size());  // by piece
  for (std::size_t f = 0; f < labelled.size(); ++f) owner[f] = labelled[pieces.find(f)].building;

  struct Offer {
    std::size_t piece;
    std::int32_t building;
    double length_mm;
  };
  std::vector<Offer> offers;
  do {  // each round gives away at least one piece, and pieces next to it may follow
    offers.clear();
    for (const auto& c : contacts) {
      const auto p = pieces.find(c.f);
      const auto q = pieces.find(c.g);
      if (owner[p] < 0 || owner[q] < 0 || home[p] == home[q]) continue;
      offers.push_back(home[p] != 0 ? Offer{q, owner[p], c.length_mm}
                                    : Offer{p, owner[q], c.length_mm});
    }
    std::stable_sort(offers.begin(), offers.end(), [](const Offer& l, const Offer& r) {
      return std::tie(l.piece, l.building) < std::tie(r.piece, r.building);
    });
    for (std::size_t k = 0; k < offers.size();) {
      const auto piece = offers[k].piece;
      double longest = -1.0;
      while (k < offers.size() && offers[k].piece == piece) {
        const auto building = offers[k].building;
        double length = 0.0;
        for (; k < offers.size() && offers[k].piece == piece && offers[k].building == building; ++k)
          length += offers[k].length_mm;
        if (length <= longest) continue;
        longest = length;
        owner[piece] = building;
      }
      home[piece] = 1;
    }
  } while (!offers.empty());
  for (std::size_t f = 0; f < labelled.size(); ++f) labelled[f].building = owner[pieces.find(f)];
}

Point middle_of(const PolygonSet& polygons, std::int64_t polygon) {
  const GeosContext geos;
  const auto g = geos.multi_polygon(polygons, polygon);
  const auto place = geos.own(GEOSPointOnSurface_r(geos.handle(), g.get()));
  double x = 0.0;
  double y = 0.0;
  if (!place || GEOSGeomGetX_r(geos.handle(), place.get(), &x) != 1 ||
      GEOSGeomGetY_r(geos.handle(), place.get(), &y) != 1)
    return polygons.ring(polygons.rings_of(polygon).begin).front();
  return {static_cast<std::int32_t>(std::lround(x)), static_cast<std::int32_t>(std::lround(y))};
}

void append_row(const PolygonSet& polygons, std::int64_t polygon, PolygonColumns& columns) {
  const auto parts = polygons.parts_of(polygon);
  for (auto part = parts.begin; part < parts.end; ++part) {
    const auto rings = polygons.rings_of_part(part);
    for (auto r = rings.begin; r < rings.end; ++r) {
      const auto ring = polygons.ring(r);
      columns.points.insert(columns.points.end(), ring.begin(), ring.end());
      columns.point_begin.push_back(std::ssize(columns.points));
    }
    columns.ring_begin.push_back(std::ssize(columns.point_begin) - 1);
  }
  columns.part_begin.push_back(std::ssize(columns.ring_begin) - 1);
}

}  // namespace libgrid
