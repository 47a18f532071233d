#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/geometry/point.hpp"

namespace libgrid {

/// Polygons as ragged columns, in the layout of GeoArrow's multipolygon: polygon i has parts
/// `part_begin[i] … part_begin[i+1]-1`, part p has rings `ring_begin[p] …`, ring r has points
/// `point_begin[r] …`. The first ring of a part is its shell, the others are holes; rings are
/// closed (first point = last point). A polygon without parts is an empty place that keeps its row.
struct PolygonColumns {
  std::vector<Point> points;
  std::vector<std::int64_t> point_begin{0};  ///< rings + 1 entries
  std::vector<std::int64_t> ring_begin{0};   ///< parts + 1 entries
  std::vector<std::int64_t> part_begin{0};   ///< polygons + 1 entries
};

/// PolygonColumns checked once: offsets ascend and end at their column's length, rings are closed
/// and have at least four points. Validity (crossings, overlaps) is another question: see
/// find_polygon_faults.
class PolygonSet {
 public:
  PolygonSet() = default;
  /// Throws InvalidInput naming the first polygon whose offsets or rings are broken.
  explicit PolygonSet(PolygonColumns columns);

  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(columns_.part_begin.size()) - 1;
  }
  [[nodiscard]] const PolygonColumns& columns() const { return columns_; }
  [[nodiscard]] std::span<const Point> points() const { return columns_.points; }

  /// The polygons of the given rows, in that order. Throws InvalidInput for a row outside the set.
  [[nodiscard]] PolygonSet take(std::span<const std::int32_t> rows) const;

  /// Half-open ranges, so that loops read `for (r = begin; r < end; ++r)`.
  struct Range {
    std::int64_t begin;
    std::int64_t end;
  };
  [[nodiscard]] Range parts_of(std::int64_t polygon) const {
    return at(columns_.part_begin, polygon);
  }
  [[nodiscard]] Range rings_of_part(std::int64_t part) const {
    return at(columns_.ring_begin, part);
  }
  [[nodiscard]] Range rings_of(std::int64_t polygon) const {
    const auto parts = parts_of(polygon);
    return {columns_.ring_begin[static_cast<std::size_t>(parts.begin)],
            columns_.ring_begin[static_cast<std::size_t>(parts.end)]};
  }
  /// The closed ring: its last point repeats its first.
  [[nodiscard]] std::span<const Point> ring(std::int64_t ring) const {
    const auto range = at(columns_.point_begin, ring);
    return points().subspan(static_cast<std::size_t>(range.begin),
                            static_cast<std::size_t>(range.end - range.begin));
  }
  /// The box of a polygon; an inverted box (low > high) when it has no points.
  [[nodiscard]] Box box_of(std::int64_t polygon) const;

 private:
  static Range at(const std::vector<std::int64_t>& offsets, std::int64_t i) {
    return {offsets[static_cast<std::size_t>(i)], offsets[static_cast<std::size_t>(i) + 1]};
  }
  PolygonColumns columns_;
};

}  // namespace libgrid
