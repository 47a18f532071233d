#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/base/units.hpp"
#include "libgrid/geometry/coverage.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// Who gets a gap or an overlap. Ties go to the lower row.
enum class GiveTo : std::uint8_t {
  longest_border,  ///< the neighbour (of an overlap: the claimant) with the longest common border
  smallest,        ///< the one with the smallest area
  first            ///< the lowest row
};

struct CoverageRepairOptions {
  /// Open borders closer than this become one. The survey's noise, as in check_coverage.
  Metres near = kNearBorder;
  GiveTo give_to = GiveTo::longest_border;
  /// Gaps of a greater mean width stay: they are lanes, lakes and courtyards, not drawing noise.
  Metres max_gap_width{1.0};
};

enum class ChangeKind : std::uint8_t {
  gap_closed,        ///< the polygon got a gap
  overlap_resolved,  ///< the polygon gave up what `other` keeps
  snapped            ///< borders moved onto each other, or vertices were added to them
};

struct CoverageChange {
  ChangeKind kind;
  std::int32_t polygon;
  std::int32_t other = -1;  ///< who keeps an overlap
  double area_m2 = 0.0;     ///< by how much the polygon grew
};

struct CoverageRepair {
  PolygonSet polygons;
  std::vector<CoverageChange> changes;  ///< ascending by polygon, kind, then place
  PolygonSet change_shapes;             ///< what was given; empty where borders were snapped
  std::vector<double> area_before_m2;   ///< by polygon
  std::vector<double> area_after_m2;    ///< area before + the areas of its changes
  std::vector<double> max_move_m;       ///< how far the border moved at most
  std::vector<std::int32_t> unsettled;  ///< polygons that overlaps cover wholly: left as they were
};

/// Makes a layer a tessellation: near borders are snapped, everything is noded at 1 mm, and every
/// gap and overlap goes to one polygon whole, so that neighbours share identical borders.
///
/// Where no fault is, no coordinate changes, but for vertices added where a neighbour has one; a
/// second repair changes nothing. No polygon vanishes: one that lies wholly under others keeps its
/// place, the smallest first, and what cannot even so be settled (two with one footprint) is left
/// as it was and listed. Polygons are valid. O(n log n) a pass, a few passes. Throws as
/// check_coverage.
[[nodiscard]] CoverageRepair repair_coverage(const PolygonSet& polygons,
                                             const CoverageRepairOptions& options = {},
                                             const RunControl& run = {});

}  // namespace libgrid
