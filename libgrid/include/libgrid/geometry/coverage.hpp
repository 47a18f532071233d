#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/base/units.hpp"
#include "libgrid/geometry/overlaps.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// What a survey's noise is: borders closer than this were meant to be one.
inline constexpr Metres kNearBorder{0.05};

/// A place between polygons that belongs to none of them; its shape is a row of `gap_shapes`.
struct Gap {
  double area_m2;
  double width_m;  ///< twice its area over its border's length: the width of a strip
  std::vector<std::int32_t> neighbours;  ///< ascending
};

/// A vertex that lies exactly on another polygon's border, which has no vertex there.
struct TJunction {
  std::int32_t polygon;  ///< whose border lacks the vertex
  std::int32_t other;    ///< whose vertex it is; the lowest
  Point where;
  friend constexpr auto operator<=>(const TJunction&, const TJunction&) = default;
};

/// A vertex on an open border that nearly meets another polygon's open border.
struct NearMiss {
  std::int32_t a;  ///< whose vertex it is; the lowest
  std::int32_t b;  ///< whose border it misses
  Point where;
  double distance_m;
};

/// Borders that face neither a neighbour nor the outside: the edges of gaps and overlaps.
struct UnmatchedEdge {
  std::int32_t polygon;
  Point a;
  Point b;
};

/// Vertices, edges, faces (the outside too) and components of the drawing.
struct EulerCount {
  std::int64_t vertices = 0;
  std::int64_t edges = 0;
  std::int64_t faces = 0;  ///< parts of polygons, gaps, and the outside
  std::int64_t components = 0;
  [[nodiscard]] bool holds() const { return vertices - edges + faces == 1 + components; }
};

/// How far a layer is from a tessellation.
struct CoverageFaults {
  std::vector<Gap> gaps;  ///< ascending by first vertex
  PolygonSet gap_shapes;
  std::vector<Overlap> overlaps;  ///< of any area, ascending by (a, b)
  PolygonSet overlap_shapes;      ///< rounded to whole millimetres
  std::vector<double> overlap_width_m;
  std::vector<TJunction> t_junctions;  ///< ascending
  std::vector<NearMiss> near_misses;   ///< ascending by (a, b, where)
  std::vector<UnmatchedEdge> unmatched;
  EulerCount euler;  ///< of a layer without overlaps; nought otherwise
  /// No gap, overlap or near miss; vertices on a neighbour's border do no harm here.
  [[nodiscard]] bool clean() const {
    return gaps.empty() && overlaps.empty() && near_misses.empty();
  }
};

/// Checks whether polygons are a tessellation: neighbours share identical borders, nothing between
/// them is anybody's twice or nobody's.
///
/// Without overlaps every answer is exact on whole millimetres: a vertex that was moved by 1 mm is
/// a gap, an overlap, a T-junction or a near miss that names the polygon. With overlaps, gaps are
/// those of the layer after snap rounding (0.71 mm), so that one under a millimetre wide may be
/// missed; which pairs overlap stays exact. An open bay of the outer border is no gap, however it
/// came about; its mouth is a near miss when it is narrower than `near`. Polygons are valid
/// (find_polygon_faults); same footprints overlap. O(n log n): 100,000 polygons in seconds. Throws
/// GeometryError when an overlay fails.
[[nodiscard]] CoverageFaults check_coverage(const PolygonSet& polygons, Metres near = kNearBorder,
                                            const RunControl& run = {});

}  // namespace libgrid
