#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "libgrid/base/random.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid::testing {

using Ring = std::vector<Point>;

/// Builds polygon rows from rings drawn in the test; rings are closed here.
class PolygonBuilder {
 public:
  /// A polygon of one part: shell first, then holes.
  PolygonBuilder& add(const std::vector<Ring>& rings) { return add_parts({rings}); }
  PolygonBuilder& add_parts(const std::vector<std::vector<Ring>>& parts) {
    for (const auto& rings : parts) {
      for (auto ring : rings) {
        if (ring.front() != ring.back()) ring.push_back(ring.front());
        columns_.points.insert(columns_.points.end(), ring.begin(), ring.end());
        columns_.point_begin.push_back(std::ssize(columns_.points));
      }
      columns_.ring_begin.push_back(std::ssize(columns_.point_begin) - 1);
    }
    columns_.part_begin.push_back(std::ssize(columns_.ring_begin) - 1);
    return *this;
  }
  PolygonBuilder& add_box(Point low, Point high) {
    return add({{low, {high.x_mm, low.y_mm}, high, {low.x_mm, high.y_mm}}});
  }
  [[nodiscard]] PolygonSet build() const { return PolygonSet{columns_}; }

 private:
  PolygonColumns columns_;
};

/// A lattice of n × n four-sided blocks of about `side` mm whose corners are shaken, so that
/// borders run in all directions.
inline PolygonSet shaken_lattice(int n, std::int32_t side, std::uint64_t seed) {
  Rng rng{seed};
  std::vector<Point> corner;
  const auto shake = static_cast<std::uint64_t>(side / 3);
  for (int r = 0; r <= n; ++r)
    for (int c = 0; c <= n; ++c) {
      const auto dx =
          static_cast<std::int32_t>(rng.below(2 * shake + 1)) - static_cast<std::int32_t>(shake);
      const auto dy =
          static_cast<std::int32_t>(rng.below(2 * shake + 1)) - static_cast<std::int32_t>(shake);
      corner.push_back({c * side + dx, r * side + dy});
    }
  const auto at = [&](int r, int c) { return corner[static_cast<std::size_t>(r * (n + 1) + c)]; };
  PolygonBuilder builder;
  for (int r = 0; r < n; ++r)
    for (int c = 0; c < n; ++c)
      builder.add({{at(r, c), at(r, c + 1), at(r + 1, c + 1), at(r + 1, c)}});
  return builder.build();
}

/// The obvious semi-open test over all edges of a polygon.
inline bool holds(const PolygonSet& set, std::int64_t polygon, Point p) {
  bool inside = false;
  const auto rings = set.rings_of(polygon);
  for (auto r = rings.begin; r < rings.end; ++r) {
    const auto ring = set.ring(r);
    for (std::size_t k = 1; k < ring.size(); ++k) {
      auto a = ring[k - 1];
      auto b = ring[k];
      if (b.y_mm < a.y_mm) std::swap(a, b);
      if ((a.y_mm > p.y_mm) != (b.y_mm > p.y_mm) && orientation(a, b, p) > 0) inside = !inside;
    }
  }
  return inside;
}

inline bool touches(const PolygonSet& set, std::int64_t polygon, Point p) {
  const auto rings = set.rings_of(polygon);
  for (auto r = rings.begin; r < rings.end; ++r) {
    const auto ring = set.ring(r);
    for (std::size_t k = 1; k < ring.size(); ++k) {
      const auto a = ring[k - 1];
      const auto b = ring[k];
      const Box box{{std::min(a.x_mm, b.x_mm), std::min(a.y_mm, b.y_mm)},
                    {std::max(a.x_mm, b.x_mm), std::max(a.y_mm, b.y_mm)}};
      if (box.holds(p) && orientation(a, b, p) == 0) return true;
    }
  }
  return false;
}

}  // namespace libgrid::testing
