#pragma once

#include <compare>
#include <cstdint>

namespace libgrid {

/// A place in a study area's frame, in whole millimetres: x east, y north. Extents stay within
/// 1,000 km, so differences fit 31 bits and cross products fit int64: predicates on Points are
/// exact.
struct Point {
  std::int32_t x_mm = 0;
  std::int32_t y_mm = 0;
  friend constexpr auto operator<=>(const Point&, const Point&) = default;
};

/// Twice the signed area of triangle a-b-c in mm²: positive when c lies left of a→b. Exact.
[[nodiscard]] constexpr std::int64_t orientation(Point a, Point b, Point c) {
  const auto abx = std::int64_t{b.x_mm} - a.x_mm;
  const auto aby = std::int64_t{b.y_mm} - a.y_mm;
  const auto acx = std::int64_t{c.x_mm} - a.x_mm;
  const auto acy = std::int64_t{c.y_mm} - a.y_mm;
  return abx * acy - aby * acx;
}

/// An axis-parallel box, edges included.
struct Box {
  Point low;
  Point high;
  [[nodiscard]] constexpr bool holds(Point p) const {
    return low.x_mm <= p.x_mm && p.x_mm <= high.x_mm && low.y_mm <= p.y_mm && p.y_mm <= high.y_mm;
  }
  [[nodiscard]] constexpr bool meets(const Box& other) const {
    return low.x_mm <= other.high.x_mm && other.low.x_mm <= high.x_mm &&
           low.y_mm <= other.high.y_mm && other.low.y_mm <= high.y_mm;
  }
};

}  // namespace libgrid
