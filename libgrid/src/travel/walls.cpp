#include "walls.hpp"

#include <algorithm>
#include <cmath>

namespace libgrid {
namespace {

int sign(std::int64_t value) { return (value > 0) - (value < 0); }

}  // namespace

Walls::Walls(const Barriers& barriers) : polygons_{barriers.polygons} {
  auto segments = barriers.lines;
  const auto rings = std::ssize(polygons_.columns().point_begin) - 1;
  for (std::int64_t r = 0; r < rings; ++r) {
    const auto ring = polygons_.ring(r);
    for (std::size_t k = 1; k < ring.size(); ++k) segments.push_back({ring[k - 1], ring[k], 0});
  }
  index_.emplace(std::move(segments));
}

bool Walls::cross(std::span<const std::int32_t> segments, Point p, Point q) const {
  const auto all = index_->segments();
  return std::any_of(segments.begin(), segments.end(), [&](std::int32_t s) {
    const auto [a, b, id] = all[static_cast<std::size_t>(s)];
    const auto side_p = sign(orientation(a, b, p));
    const auto side_q = sign(orientation(a, b, q));
    if (side_p * side_q >= 0) return false;
    return sign(orientation(p, q, a)) * sign(orientation(p, q, b)) <= 0;
  });
}

std::vector<std::uint8_t> Walls::nodes_inside(const Lattice& l) const {
  std::vector<std::uint8_t> inside(static_cast<std::size_t>(l.columns) *
                                   static_cast<std::size_t>(l.rows));
  std::vector<std::vector<double>> cuts(static_cast<std::size_t>(l.rows));
  for (std::int64_t polygon = 0; polygon < polygons_.size(); ++polygon) {
    const auto rings = polygons_.rings_of(polygon);
    for (auto r = rings.begin; r < rings.end; ++r) {
      const auto ring = polygons_.ring(r);
      for (std::size_t k = 1; k < ring.size(); ++k) {
        auto low = ring[k - 1];
        auto high = ring[k];
        if (high.y_mm < low.y_mm) std::swap(low, high);
        // Semi-open upwards, so that a corner on a lattice row counts once.
        const auto row_of = [&](std::int32_t y_mm) {
          const auto gap = static_cast<double>(std::int64_t{y_mm} - l.low.y_mm);
          return static_cast<std::int64_t>(std::ceil(gap / l.cell_mm));
        };
        const auto end = std::min<std::int64_t>(row_of(high.y_mm), l.rows);
        for (auto j = std::max<std::int64_t>(row_of(low.y_mm), 0); j < end; ++j) {
          const double y = l.low.y_mm + static_cast<double>(j) * l.cell_mm;
          const double share = (y - low.y_mm) / (static_cast<double>(high.y_mm) - low.y_mm);
          cuts[static_cast<std::size_t>(j)].push_back(
              low.x_mm + share * (static_cast<double>(high.x_mm) - low.x_mm));
        }
      }
    }
    for (std::int32_t j = 0; j < l.rows; ++j) {
      auto& row = cuts[static_cast<std::size_t>(j)];
      std::sort(row.begin(), row.end());
      for (std::size_t k = 0; k + 1 < row.size(); k += 2) {
        const auto column = [&](double x) {
          return static_cast<std::int32_t>(
              std::clamp(std::ceil((x - l.low.x_mm) / l.cell_mm), 0.0, double(l.columns)));
        };
        const auto begin = inside.begin() + std::int64_t{j} * l.columns;
        std::fill(begin + column(row[k]), begin + column(row[k + 1]), std::uint8_t{1});
      }
      row.clear();
    }
  }
  return inside;
}

}  // namespace libgrid
