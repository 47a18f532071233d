#include "libgrid/geometry/frame.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr double kOriginStepM = 1'000.0;
constexpr double kMmPerM = 1'000.0;

}  // namespace

Frame::Frame(Position origin)
    : origin_{std::round(origin.x_m / kOriginStepM) * kOriginStepM,
              std::round(origin.y_m / kOriginStepM) * kOriginStepM} {
  require(std::isfinite(origin.x_m) && std::isfinite(origin.y_m),
          [] { return std::string{"frame: the origin must be finite"}; });
}

Frame Frame::around(std::span<const Position> positions) {
  double low_x = std::numeric_limits<double>::infinity();
  double low_y = low_x;
  double high_x = -low_x;
  double high_y = -low_x;
  for (const auto& p : positions) {
    if (!std::isfinite(p.x_m) || !std::isfinite(p.y_m)) continue;
    low_x = std::min(low_x, p.x_m);
    high_x = std::max(high_x, p.x_m);
    low_y = std::min(low_y, p.y_m);
    high_y = std::max(high_y, p.y_m);
  }
  if (low_x > high_x) return Frame{};
  return Frame{{(low_x + high_x) / 2, (low_y + high_y) / 2}};
}

Point Frame::to_point(Position p) const {
  require(fits(p), [] {
    return std::string{
        "a coordinate is not finite or lies over 500 km from the study area: check the CRS"};
  });
  return {static_cast<std::int32_t>(std::llround((p.x_m - origin_.x_m) * kMmPerM)),
          static_cast<std::int32_t>(std::llround((p.y_m - origin_.y_m) * kMmPerM))};
}

Position Frame::to_position(Point p) const {
  return {origin_.x_m + p.x_mm / kMmPerM, origin_.y_m + p.y_mm / kMmPerM};
}

std::vector<Point> to_points(const Frame& frame, std::span<const Position> positions) {
  std::vector<Point> points(positions.size());
  std::string rows;
  std::size_t bad = 0;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (frame.fits(positions[i])) {
      points[i] = frame.to_point(positions[i]);
    } else if (++bad <= 5) {
      rows += (rows.empty() ? "" : ", ") + std::to_string(i);
    }
  }
  require(bad == 0, [&] {
    return std::to_string(bad) +
           " coordinates are not finite or lie over 500 km from the frame's origin (rows " + rows +
           (bad > 5 ? ", …" : "") + "): check the CRS";
  });
  return points;
}

}  // namespace libgrid
