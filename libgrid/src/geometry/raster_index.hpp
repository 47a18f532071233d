#pragma once

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

  /// A polygon in a cell: `strip` is its run of edges in the cell's row, or -1 when no edge touches
  /// the cell and the polygon covers it.
  struct Entry {
    std::int32_t polygon;
    std::int32_t strip;
  };

  RasterIndex() = default;
  explicit RasterIndex(const PolygonSet& polygons, const RunControl& run = {});

  [[nodiscard]] std::int64_t cell_of(Point p) const { return grid_.cell_of(p.x_mm, p.y_mm); }
  [[nodiscard]] std::int64_t cells() const { return grid_.cells(); }
  /// Ascending by polygon.
  [[nodiscard]] std::span<const Entry> entries(std::int64_t cell) const {
    const auto begin = cell_begin_[static_cast<std::size_t>(cell)];
    return std::span{entries_}.subspan(begin,
                                       cell_begin_[static_cast<std::size_t>(cell) + 1] - begin);
  }
  /// The polygon that holds every place of the cell (the lowest such), kNobody, or kMixed.
  [[nodiscard]] std::int32_t owner(std::int64_t cell) const {
    return owner_[static_cast<std::size_t>(cell)];
  }

  /// The semi-open rule: an odd number of edges cross the ray from `p` to the east. An edge owns
  /// its lower end only and a place on an edge lies east of it, so the polygons of a tessellation
  /// share no place.
  [[nodiscard]] bool holds(Entry entry, Point p) const {
    if (entry.strip < 0) return true;
    bool inside = false;
    for (const auto& e : strip(entry.strip)) {
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

  [[nodiscard]] std::span<const Edge> strip(std::int32_t i) const {
    const auto begin = strip_begin_[static_cast<std::size_t>(i)];
    return std::span{edges_}.subspan(begin, strip_begin_[static_cast<std::size_t>(i) + 1] - begin);
  }
  void add_polygon(const PolygonSet& polygons, std::int64_t polygon, Part& part) const;
  void join(std::vector<Part>&& parts);

  CellGrid grid_;
  std::vector<std::size_t> cell_begin_;
  std::vector<Entry> entries_;
  std::vector<std::int32_t> owner_;
  std::vector<std::size_t> strip_begin_{0};
  std::vector<Edge> edges_;
};

}  // namespace libgrid
