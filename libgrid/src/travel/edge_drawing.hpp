#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/travel/road_network.hpp"

namespace libgrid {

/// A straight piece of an edge in travel direction, in metres from the frame's origin, and the
/// fractions of the edge at its ends.
struct DrawnPiece {
  double ax = 0;
  double ay = 0;
  double bx = 0;
  double by = 0;
  double from = 0;
  double to = 0;
};

inline double drawn_length_m(std::span<const Point> line) {
  double sum = 0;
  for (std::size_t i = 1; i < line.size(); ++i)
    sum += std::hypot(static_cast<double>(line[i].x_mm) - line[i - 1].x_mm,
                      static_cast<double>(line[i].y_mm) - line[i - 1].y_mm);
  return sum / 1000.0;
}

/// Calls `visit(DrawnPiece)` for each straight piece of an edge between two fractions of its drawn
/// length, in travel direction. A line without length is one piece.
template <class Visit>
void for_each_drawn(const RoadNetwork& network, std::int32_t edge, double from, double to,
                    Visit visit) {
  const auto e = static_cast<std::size_t>(edge);
  const auto line = network.lines()[static_cast<std::size_t>(network.edges().line[e])];
  const bool against = network.edges().against[e] != 0;
  const auto n = line.size();
  const auto length = drawn_length_m(line);
  const auto point = [&](std::size_t i) { return line[against ? n - 1 - i : i]; };
  if (length == 0) {
    const auto p = point(0);
    visit(DrawnPiece{p.x_mm / 1000.0, p.y_mm / 1000.0, p.x_mm / 1000.0, p.y_mm / 1000.0, from, to});
    return;
  }
  double gone = 0;
  for (std::size_t i = 1; i < n; ++i) {
    const auto a = point(i - 1);
    const auto b = point(i);
    const double dx = (static_cast<double>(b.x_mm) - a.x_mm) / 1000.0;
    const double dy = (static_cast<double>(b.y_mm) - a.y_mm) / 1000.0;
    const double step = std::hypot(dx, dy);
    const double low = gone / length;
    gone += step;
    const double high = i + 1 == n ? 1.0 : gone / length;
    if (high < from || step == 0) continue;
    if (low > to) break;
    const double f = std::max(low, from);
    const double g = std::min(high, to);
    if (g < f) continue;
    const auto share = [&](double fraction) {
      return std::clamp((fraction - low) * length / step, 0.0, 1.0);
    };
    const double s = f == low ? 0.0 : share(f);
    const double t = g == high ? 1.0 : share(g);
    const double x = a.x_mm / 1000.0;
    const double y = a.y_mm / 1000.0;
    visit(DrawnPiece{x + s * dx, y + s * dy, x + t * dx, y + t * dy, f, g});
  }
}

/// The same as points in whole millimetres, appended; at least two, and no two alike in a row
/// unless the piece has no length.
inline void append_drawn(const RoadNetwork& network, std::int32_t edge, double from, double to,
                         std::vector<Point>& points) {
  const auto round = [](double x, double y) {
    return Point{static_cast<std::int32_t>(std::lround(x * 1000.0)),
                 static_cast<std::int32_t>(std::lround(y * 1000.0))};
  };
  const auto first = points.size();
  for_each_drawn(network, edge, from, to, [&](const DrawnPiece& p) {
    if (points.size() == first) points.push_back(round(p.ax, p.ay));
    const auto b = round(p.bx, p.by);
    if (points.back() != b) points.push_back(b);
  });
  if (points.size() == first + 1) {
    const auto only = points.back();
    points.push_back(only);
  }
}

}  // namespace libgrid
