#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libgrid/geometry/contour.hpp"
#include "libgrid/travel/isochrone.hpp"

namespace libgrid {

/// Barriers made ready for questions: who stands in one, and whose straight walk crosses one.
class Walls {
 public:
  explicit Walls(const Barriers& barriers);

  /// The segments whose boxes meet `box`.
  [[nodiscard]] std::vector<std::int32_t> near(const Box& box) const { return index_->within(box); }
  /// Does the way from p to q cross one of these segments? Touching is not crossing.
  [[nodiscard]] bool cross(std::span<const std::int32_t> segments, Point p, Point q) const;
  /// Lattice nodes that stand inside a polygon, 1 by node.
  [[nodiscard]] std::vector<std::uint8_t> nodes_inside(const Lattice& lattice) const;

 private:
  const PolygonSet& polygons_;
  std::optional<SegmentIndex> index_;
};

}  // namespace libgrid
