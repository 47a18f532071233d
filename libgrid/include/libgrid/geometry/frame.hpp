#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "libgrid/geometry/point.hpp"

namespace libgrid {

/// Coordinates in metres in the study area's CRS. Exists only at the door; inside there are Points.
struct Position {
  double x_m = 0.0;
  double y_m = 0.0;
};

/// The one coordinate frame of a study area: an origin in its CRS, from which places are whole
/// millimetres.
///
/// Rounding moves a place by at most 0.71 mm. A place over 500 km from the origin does not fit:
/// such an extent means a wrong CRS, and the exactness of the predicates would be lost.
class Frame {
 public:
  /// The origin is rounded to whole kilometres, so that areas made from parts of one city mostly
  /// share it.
  explicit Frame(Position origin = {});

  /// A frame centred on the finite positions' extent; the CRS's own origin when there are none.
  [[nodiscard]] static Frame around(std::span<const Position> positions);

  [[nodiscard]] Position origin() const { return origin_; }
  /// True when the position is finite and within reach of the frame.
  [[nodiscard]] bool fits(Position p) const {
    return std::abs(p.x_m - origin_.x_m) <= kReachM &&  // false for NaN
           std::abs(p.y_m - origin_.y_m) <= kReachM;
  }
  /// Throws InvalidInput when `!fits(p)`.
  [[nodiscard]] Point to_point(Position p) const;
  [[nodiscard]] Position to_position(Point p) const;

  friend bool operator==(const Frame& a, const Frame& b) {
    return a.origin_.x_m == b.origin_.x_m && a.origin_.y_m == b.origin_.y_m;
  }

 private:
  static constexpr double kReachM = 500'000.0;  ///< half of the 1,000 km that Point allows
  Position origin_;
};

/// Snaps every position. Throws InvalidInput naming the first rows that are not finite or do not
/// fit.
[[nodiscard]] std::vector<Point> to_points(const Frame& frame, std::span<const Position> positions);

}  // namespace libgrid
