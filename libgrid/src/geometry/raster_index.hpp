#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "cell_grid.hpp"
#include "libgrid/base/run_control.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// Which polygons can hold a place: a raster whose cells list the polygons that meet them, and for
/// each (row of cells, polygon) the polygon's edges there. Flat arrays; a test reads one short run
/// of edges.
class RasterIndex {
 public:
  static constexpr std::int32_t kNobody = -1;
  static constexpr std::int32_t kMixed = -2;

  /// A polygon in a cell and its run of edges in the cell's row; no edges when none touches the
  /// cell and the polygon covers it.
  struct Entry {
    std::int32_t polygon;
    std::uint32_t edge_begin;
    std::uint32_t edge_end;
    [[nodiscard]] bool covers() const { return edge_begin == edge_end; }
  };

  RasterIndex() = default;
  explicit RasterIndex(const PolygonSet& polygons, const RunControl& run = {});

  [[nodiscard]] std::int64_t cell_of(Point p) const { return grid_.cell_of(p.x_mm, p.y_mm); }
  [[nodiscard]] std::int64_t cells() const { return grid_.cells(); }
  /// Ascending by polygon.
  [[nodiscard]] std::span<const Entry> entries(std::int64_t cell) const {
    const auto slot = slots_[static_cast<std::size_t>(cell)];
    if (slot == kNobody) return {};
    if (slot >= 0) return std::span{whole_}.subspan(static_cast<std::size_t>(slot), 1);
    const auto run = static_cast<std::size_t>(kMixed - slot);
    return std::span{entries_}.subspan(run_begin_[run], run_begin_[run + 1] - run_begin_[run]);
  }
  /// The only polygon that meets the cell and covers it, kNobody, or kMixed.
  [[nodiscard]] std::int32_t owner(std::int64_t cell) const {
    return std::max(slots_[static_cast<std::size_t>(cell)], kMixed);
  }

  /// The semi-open rule: an odd number of edges cross the ray from `p` to the east. An edge owns
  /// its lower end only and a place on an edge lies east of it, so the polygons of a tessellation
  /// share no place.
  [[nodiscard]] bool holds(Entry entry, Point p) const {
    if (entry.covers()) return true;
    bool inside = false;
    for (const auto& e : edges_of(entry)) {
      if (e.low.x_mm <= p.x_mm && e.high.x_mm <= p.x_mm) break;  // sorted by their east end
      inside ^= e.low.y_mm <= p.y_mm && p.y_mm < e.high.y_mm && orientation(e.low, e.high, p) > 0;
    }
    return inside;
  }
  /// The same for the place (x2/2, y2/2): midpoints of edges have half millimetres.
  [[nodiscard]] bool holds_half(Entry entry, std::int64_t x2, std::int64_t y2) const;
  /// `p` lies exactly on an edge.
  [[nodiscard]] bool touches(Entry entry, Point p) const;

  /// Calls `visit(polygon)` for every polygon that holds `p`, ascending.
  template <class Visit>
  void for_each_holding(Point p, Visit&& visit) const {
    const auto cell = cell_of(p);
    if (cell < 0) return;
    for (const auto entry : entries(cell))
      if (holds(entry, p)) visit(entry.polygon);
  }

 private:
  struct Edge {
    Point low;  ///< low.y ≤ high.y
    Point high;
  };
  struct Part;

  [[nodiscard]] std::span<const Edge> edges_of(Entry entry) const {
    return std::span{edges_}.subspan(entry.edge_begin, entry.edge_end - entry.edge_begin);
  }
  void add_polygon(const PolygonSet& polygons, std::int64_t polygon, Part& part) const;
  void join(std::vector<Part>&& parts, std::int64_t polygons);

  CellGrid grid_;
  /// A cell's only polygon, which covers it; kNobody; or kMixed - r for the r-th run of entries:
  /// one number answers half of all questions.
  std::vector<std::int32_t> slots_;
  std::vector<std::uint32_t> run_begin_{0};
  std::vector<Entry> entries_;
  std::vector<Entry> whole_;  ///< polygon i covering a cell, for entries()
  std::vector<Edge> edges_;
};

}  // namespace libgrid
