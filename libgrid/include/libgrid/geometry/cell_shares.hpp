#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"

namespace libgrid {

/// Polygons in the unit of a raster's cells: x counts columns, y counts rows, from the corner of
/// cell (0, 0). Ragged as PolygonColumns are; the first ring of a part is its shell.
struct CellPolygons {
  std::span<const double> x;
  std::span<const double> y;
  std::span<const std::int64_t> point_begin;
  std::span<const std::int64_t> ring_begin;
  std::span<const std::int64_t> part_begin;
};

/// The cells that each polygon touches, in compressed rows, ascending.
struct CellShares {
  std::vector<std::int64_t> ptr{0};
  std::vector<std::int64_t> cell;  ///< row × columns + column
  std::vector<double> share;       ///< of the cell that lies in the polygon, above 0, at most 1
};

/// Which share of each cell lies in each polygon, exactly (to rounding) and not by cell centres.
///
/// What lies outside the raster is left out. One pass over the edges adds the signed area on the
/// right of each piece of an edge, a running sum gives the shares: O(edge lengths in cells + boxes
/// in cells). Source: the signed-area accumulation of font rasterisers (Levien 2016).
/// Throws InvalidInput on ragged columns that do not fit and coordinates that are not finite.
[[nodiscard]] CellShares measure_cell_shares(const CellPolygons& polygons, std::int64_t rows,
                                             std::int64_t columns, const RunControl& run = {});

}  // namespace libgrid
