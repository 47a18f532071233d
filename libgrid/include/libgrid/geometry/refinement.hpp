#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// The pieces into which polygons that lie over each other cut the ground, and who covers each.
struct Refinement {
  PolygonSet pieces;  ///< one connected face a row; nobody's ground is left out
  std::vector<double> area_m2;
  std::vector<std::int64_t> cover_begin{0};  ///< pieces + 1 entries
  std::vector<std::int32_t> cover;           ///< rows that cover a piece, ascending
  [[nodiscard]] std::span<const std::int32_t> cover_of(std::int64_t piece) const {
    const auto from = static_cast<std::size_t>(cover_begin[static_cast<std::size_t>(piece)]);
    const auto to = static_cast<std::size_t>(cover_begin[static_cast<std::size_t>(piece) + 1]);
    return std::span{cover}.subspan(from, to - from);
  }
};

/// Builds the common refinement of all polygons, whatever layers they come from.
///
/// Where borders cross, the crossing is rounded to whole millimetres (snap rounding: 0.71 mm at
/// most); the pieces never overlap. Same ground, same pieces, in any order of the rows but for
/// their numbers. O(n log n) for borders that meet in few places each.
[[nodiscard]] Refinement build_refinement(const PolygonSet& polygons, const RunControl& run = {});

}  // namespace libgrid
