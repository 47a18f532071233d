#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/units.hpp"
#include "libgrid/model/plan.hpp"

namespace libgrid {

/// Blocks stand on footprints: stacked blocks (stairwells, floors) share one.
struct PlanBlocks {
  std::span<const std::int32_t> footprint_of;  ///< by block; empty: every block has its own
  std::span<const double> area_m2;             ///< by footprint
  std::span<const double> perimeter_m;         ///< by footprint
  std::span<const double> households;          ///< by block
  std::span<const double> shops;               ///< by block; empty: none
  std::span<const double> residents;           ///< by block; empty: none
};

/// Shared borders, each pair of footprints once.
struct PlanBorders {
  std::span<const std::int32_t> a;
  std::span<const std::int32_t> b;
  std::span<const double> length_m;
};

struct PlanQualityOptions {
  Metres min_border{
      0.0};  ///< borders must be longer than 0 and at least this long to connect two footprints
  double min_size = 30;  ///< households + shops; Chengdu's norm for a micro-grid
  double max_size = 100;
  std::span<const double> hull_area_m2{};  ///< by grid; empty: no convex_hull
  std::span<const double>
      circle_radius_m{};  ///< by grid, smallest enclosing circle; empty: no reock
};

/// One row a grid. A grid without blocks has zeros, NaN shapes, no parts, and is not within the
/// norm.
struct PlanQuality {
  std::vector<std::int64_t> blocks;
  std::vector<double> households;
  std::vector<double> shops;
  std::vector<double> size;  ///< households + shops
  std::vector<double> residents;
  std::vector<double> area_m2;  ///< each footprint once
  std::vector<double>
      perimeter_m;  ///< footprints' perimeters less twice the borders inside the grid
  std::vector<double> polsby_popper;      ///< 4π·area ÷ perimeter² (Polsby & Popper 1991)
  std::vector<double> reock;              ///< area ÷ area of the enclosing circle (Reock 1961)
  std::vector<double> convex_hull;        ///< area ÷ area of the hull
  std::vector<std::int32_t> parts;        ///< connected groups of blocks
  std::vector<std::uint8_t> contiguous;   ///< one part
  std::vector<std::uint8_t> within_norm;  ///< min_size ≤ size ≤ max_size
  std::int64_t cut_edges = 0;             ///< neighbours in different grids
  double cut_border_m = 0.0;  ///< length of the borders whose two sides are not all in one grid
  std::int64_t blocks_without_grid = 0;
};

/// Measures size and shape of every grid of a plan.
///
/// Neighbours are footprints that share a border, and blocks of one footprint. Where a footprint's
/// blocks are in several grids, it is a neighbour of itself and stands with each of its grids, so a
/// cut edge is a pair of (footprint, grid) places; with unstacked blocks that is the usual count.
/// Blocks without a grid cut nothing. O(blocks + borders) but for a sort. Throws InvalidInput on
/// lengths that differ, labels and footprints out of range, amounts that are negative or not
/// finite.
[[nodiscard]] PlanQuality measure_plan(PlanView plan, const PlanBlocks& blocks,
                                       const PlanBorders& borders,
                                       const PlanQualityOptions& options = {});

}  // namespace libgrid
