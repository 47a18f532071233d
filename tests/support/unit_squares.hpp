#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/base/random.hpp"
#include "polygons.hpp"

namespace libgrid::testing {

/// A layer of boxes on whole metres, and the slow, obvious answers about it: each square metre is
/// looked at by itself.
class UnitSquares {
 public:
  struct Rectangle {
    int west, south, east, north;
  };

  static UnitSquares random_boxes(Rng& rng, int count, int side) {
    UnitSquares town{side};
    const auto below = [&](int n) {
      return static_cast<int>(rng.below(static_cast<std::uint64_t>(n)));
    };
    for (int k = 0; k < count; ++k) {
      const int west = below(side - 1);
      const int south = below(side - 1);
      town.boxes_.push_back({west, south, west + 1 + below(side - 1 - west) / 2,
                             south + 1 + below(side - 1 - south) / 2});
    }
    return town;
  }

  [[nodiscard]] std::int32_t size() const { return static_cast<std::int32_t>(boxes_.size()); }
  [[nodiscard]] PolygonSet polygons() const {
    PolygonBuilder builder;
    for (const auto& b : boxes_)
      builder.add_box({1'000 * b.west, 1'000 * b.south}, {1'000 * b.east, 1'000 * b.north});
    return builder.build();
  }
  [[nodiscard]] bool covers(std::int32_t box, int x, int y) const {
    const auto& b = boxes_[static_cast<std::size_t>(box)];
    return b.west <= x && x < b.east && b.south <= y && y < b.north;
  }
  [[nodiscard]] int depth(int x, int y) const {
    int depth = 0;
    for (std::int32_t k = 0; k < size(); ++k) depth += covers(k, x, y) ? 1 : 0;
    return depth;
  }
  [[nodiscard]] double overlap_m2(std::int32_t a, std::int32_t b) const {
    double area = 0.0;
    for (int y = 0; y < side_; ++y)
      for (int x = 0; x < side_; ++x) area += covers(a, x, y) && covers(b, x, y) ? 1.0 : 0.0;
    return area;
  }
  [[nodiscard]] double union_m2() const {
    double area = 0.0;
    for (int y = 0; y < side_; ++y)
      for (int x = 0; x < side_; ++x) area += depth(x, y) > 0 ? 1.0 : 0.0;
    return area;
  }
  /// Empty squares that cannot reach the outside from side to side.
  [[nodiscard]] double enclosed_gap_m2() const { return flood().area; }
  [[nodiscard]] std::int64_t enclosed_gaps() const { return flood().count; }

 private:
  struct Enclosed {
    double area = 0.0;
    std::int64_t count = 0;
  };
  explicit UnitSquares(int side) : side_{side} {}
  [[nodiscard]] Enclosed flood() const {
    const int n = side_ + 2;
    std::vector<int> seen(static_cast<std::size_t>(n * n), 0);
    Enclosed found;
    const auto fill = [&](int x0, int y0) {
      double area = 0.0;
      std::vector<std::pair<int, int>> open{{x0, y0}};
      seen[static_cast<std::size_t>(y0 * n + x0)] = 1;
      while (!open.empty()) {
        const auto [x, y] = open.back();
        open.pop_back();
        area += 1.0;
        for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
          const int u = x + dx;
          const int v = y + dy;
          if (u < 0 || v < 0 || u >= n || v >= n) continue;
          if (seen[static_cast<std::size_t>(v * n + u)] != 0 || depth(u - 1, v - 1) > 0) continue;
          seen[static_cast<std::size_t>(v * n + u)] = 1;
          open.emplace_back(u, v);
        }
      }
      return area;
    };
    (void)fill(0, 0);
    for (int y = 1; y < n; ++y)
      for (int x = 1; x < n; ++x)
        if (seen[static_cast<std::size_t>(y * n + x)] == 0 && depth(x - 1, y - 1) == 0) {
          found.area += fill(x, y);
          ++found.count;
        }
    return found;
  }
  int side_;
  std::vector<Rectangle> boxes_;
};

}  // namespace libgrid::testing
