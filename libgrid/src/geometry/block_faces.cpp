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

enum class Across : std::uint8_t { nothing, line, barrier };

struct Contact {
  std::size_t f;
  std::size_t g;
  double length_mm;
  Across across;
};

/// Says whether a border runs on one of some lines.
class OnLines {
 public:
  explicit OnLines(const LineSet& lines) : index_{segments_of(lines)} {}
  [[nodiscard]] bool holds(Point a, Point b) const {
    if (index_.segments().empty()) return false;
    const Point middle{static_cast<std::int32_t>((std::int64_t{a.x_mm} + b.x_mm) / 2),
                       static_cast<std::int32_t>((std::int64_t{a.y_mm} + b.y_mm) / 2)};
    return index_.nearest(middle, kOnLine) && index_.nearest(a, kOnLine) &&
           index_.nearest(b, kOnLine);
  }

 private:
  static std::vector<Segment> segments_of(const LineSet& lines) {
    std::vector<Segment> segments;
    for (std::int64_t k = 0; k < lines.size(); ++k) {
      const auto line = lines.line(k);
      for (std::size_t p = 1; p < line.size(); ++p) segments.push_back({line[p - 1], line[p], 0});
    }
    return segments;
  }
  SegmentIndex index_;
};

/// Pairs of faces that touch along a border, and what runs on it.
std::vector<Contact> contacts_of(const PolygonSet& faces, const LineSet& lines,
                                 const LineSet& barriers) {
  const OnLines on_line{lines};
  const OnLines on_barrier{barriers};
  std::vector<NodedEdge> edges;
  for (std::int64_t f = 0; f < faces.size(); ++f) add_edges(faces, f, edges);
  std::sort(edges.begin(), edges.end());
  std::vector<Contact> contacts;
  for_each_run(edges, [&](std::span<const NodedEdge> run) {
    if (run.size() != 2) return;
    const auto a = run[0].a;
    const auto b = run[0].b;
    contacts.push_back({static_cast<std::size_t>(run[0].polygon),
                        static_cast<std::size_t>(run[1].polygon), length_mm(a, b),
                        on_barrier.holds(a, b) ? Across::barrier
                        : on_line.holds(a, b)  ? Across::line
                                               : Across::nothing});
  });
  return contacts;
}

/// Moves what does not hang together with its building across contacts up to `most`.
class Mover {
 public:
  Mover(std::span<const Contact> contacts, Across most, std::span<Face> labelled)
      : labelled_{labelled}, pieces_{labelled.size()}, home_(labelled.size(), 0) {
    for (const auto& c : contacts)
      if (c.across <= most) contacts_.push_back(c);
    for (const auto& c : contacts_)
      if (labelled[c.f].building >= 0 && labelled[c.f].building == labelled[c.g].building)
        pieces_.join(c.f, c.g);
    for (std::size_t f = 0; f < labelled.size(); ++f)
      if (labelled[f].footprint) home_[pieces_.find(f)] = 1;
    owner_.resize(labelled.size());
    for (std::size_t f = 0; f < labelled.size(); ++f)
      owner_[f] = labelled[pieces_.find(f)].building;
  }

  void move() {
    while (give_away()) {
    }
    for (std::size_t f = 0; f < labelled_.size(); ++f)
      labelled_[f].building = owner_[pieces_.find(f)];
  }
  /// To nobody, what is still away from home.
  void drop_the_rest() {
    for (std::size_t f = 0; f < labelled_.size(); ++f)
      if (home_[pieces_.find(f)] == 0) labelled_[f].building = -1;
  }

 private:
  struct Offer {
    std::size_t piece;
    std::int32_t building;
    double length_mm;
  };

  /// One round, each from the state at its beginning; pieces next to what was given may follow.
  bool give_away() {
    std::vector<Offer> offers;
    for (const auto& c : contacts_) {
      const auto p = pieces_.find(c.f);
      const auto q = pieces_.find(c.g);
      if (owner_[p] < 0 || owner_[q] < 0 || home_[p] == home_[q]) continue;
      offers.push_back(home_[p] != 0 ? Offer{q, owner_[p], c.length_mm}
                                     : Offer{p, owner_[q], c.length_mm});
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
        owner_[piece] = building;
      }
      home_[piece] = 1;
    }
    return !offers.empty();
  }

  std::span<Face> labelled_;
  std::vector<Contact> contacts_;
  UnionFind pieces_;
  std::vector<std::uint8_t> home_;   // by piece
  std::vector<std::int32_t> owner_;  // by piece
};

}  // namespace

void move_cut_off_faces(const PolygonSet& faces, const LineSet& lines, const LineSet& barriers,
                        std::span<Face> labelled) {
  const auto contacts = contacts_of(faces, lines, barriers);
  Mover{contacts, Across::nothing, labelled}.move();
  Mover rest{contacts, Across::line, labelled};
  rest.move();
  rest.drop_the_rest();
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
