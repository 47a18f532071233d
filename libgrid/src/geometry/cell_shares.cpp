#include "libgrid/geometry/cell_shares.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"

namespace libgrid {
namespace {

constexpr std::int64_t kGrain = 256;
constexpr double kNothing = 1e-9;  // shares below are rounding, not land

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// The part of the raster that one polygon can touch, and the area gathered in it so far.
class Window {
 public:
  void begin(double low_x, double high_x, double low_y, double high_y, std::int64_t rows,
             std::int64_t columns) {
    const auto clamp = [](double v, std::int64_t most) {
      return static_cast<std::int64_t>(std::clamp(v, 0.0, static_cast<double>(most)));
    };
    column0_ = clamp(std::floor(low_x), columns);
    row0_ = clamp(std::floor(low_y), rows);
    width_ = std::max<std::int64_t>(clamp(std::ceil(high_x), columns) - column0_, 0);
    height_ = std::max<std::int64_t>(clamp(std::ceil(high_y), rows) - row0_, 0);
    sums_.assign(at(height_ * (width_ + 1)), 0.0);
  }

  [[nodiscard]] bool empty() const { return width_ == 0 || height_ == 0; }

  /// Adds an edge: what lies on its right counts `sign` × its height.
  void add(double x0, double y0, double x1, double y1, double sign) {
    if (y0 == y1) return;
    if (y0 > y1) {
      std::swap(x0, x1);
      std::swap(y0, y1);
      sign = -sign;
    }
    x0 -= static_cast<double>(column0_);
    x1 -= static_cast<double>(column0_);
    y0 -= static_cast<double>(row0_);
    y1 -= static_cast<double>(row0_);
    const auto slope = (x1 - x0) / (y1 - y0);
    const auto first = std::max(0.0, y0);
    const auto last = std::min(static_cast<double>(height_), y1);
    for (auto row = static_cast<std::int64_t>(first);
         row < height_ && static_cast<double>(row) < last; ++row) {
      const auto top = std::max(first, static_cast<double>(row));
      const auto bottom = std::min(last, static_cast<double>(row + 1));
      if (top >= bottom) continue;
      add_in_row(row, x0 + (top - y0) * slope, x0 + (bottom - y0) * slope, bottom - top, sign);
    }
  }

  template <class Visit>
  void for_each_share(std::int64_t columns, const Visit& visit) const {
    for (std::int64_t row = 0; row < height_; ++row) {
      const auto* sums = sums_.data() + row * (width_ + 1);
      double share = 0.0;
      for (std::int64_t i = 0; i < width_; ++i) {
        share += sums[i];
        if (share > kNothing) visit((row0_ + row) * columns + column0_ + i, std::min(share, 1.0));
      }
    }
  }

 private:
  /// A piece inside one row, from xa to xb, `height` high: cut at the columns that it crosses.
  void add_in_row(std::int64_t row, double xa, double xb, double height, double sign) {
    auto* sums = sums_.data() + row * (width_ + 1);
    if (xa > xb) std::swap(xa, xb);
    const auto most = static_cast<double>(width_);
    const auto run = xb - xa;
    const auto each = run > 0 ? height / run : 0.0;
    // Left of the window everything on the right is inside it; right of the window nothing is.
    if (xa < 0) {
      const auto part = xb <= 0 ? height : -xa * each;
      sums[0] += sign * part;
      if (xb <= 0) return;
      xa = 0;
      height -= part;
    }
    if (xa >= most) return;
    if (xb > most) {
      height -= (xb - most) * each;
      xb = most;
    }
    const auto first = static_cast<std::int64_t>(xa);
    const auto last = std::min(static_cast<std::int64_t>(xb), width_ - 1);
    if (first >= last) {
      put(sums, first, height, (xa + xb) / 2 - static_cast<double>(first), sign);
      return;
    }
    for (auto column = first; column <= last; ++column) {
      const auto from = std::max(xa, static_cast<double>(column));
      const auto to = std::min(xb, static_cast<double>(column + 1));
      if (to > from)
        put(sums, column, (to - from) * each, (from + to) / 2 - static_cast<double>(column), sign);
    }
  }

  static void put(double* sums, std::int64_t column, double height, double middle, double sign) {
    sums[column] += sign * height * (1.0 - middle);
    sums[column + 1] += sign * height * middle;
  }

  std::int64_t column0_ = 0;
  std::int64_t row0_ = 0;
  std::int64_t width_ = 0;
  std::int64_t height_ = 0;
  std::vector<double> sums_;
};

void check(const CellPolygons& p, std::int64_t rows, std::int64_t columns) {
  const auto ascends_to = [](std::span<const std::int64_t> begin, std::size_t size) {
    return !begin.empty() && begin.front() == 0 && std::ranges::is_sorted(begin) &&
           at(begin.back()) == size;
  };
  require(rows >= 0 && columns >= 0 && p.x.size() == p.y.size() &&
              ascends_to(p.point_begin, p.x.size()) &&
              ascends_to(p.ring_begin, p.point_begin.size() - 1) &&
              ascends_to(p.part_begin, p.ring_begin.size() - 1),
          [] { return std::string{"polygons: the ragged columns do not fit each other"}; });
  for (std::size_t i = 0; i < p.x.size(); ++i)
    require(std::isfinite(p.x[i]) && std::isfinite(p.y[i]),
            [] { return std::string{"polygons: a coordinate is not finite"}; });
}

double doubled_area(const CellPolygons& p, std::int64_t begin, std::int64_t end) {
  double area = 0.0;
  for (auto i = begin; i + 1 < end; ++i)
    area += (p.x[at(i)] - p.x[at(begin)]) * (p.y[at(i + 1)] - p.y[at(begin)]) -
            (p.x[at(i + 1)] - p.x[at(begin)]) * (p.y[at(i)] - p.y[at(begin)]);
  return area;
}

void add_ring(const CellPolygons& p, std::int64_t ring, bool hole, Window& window) {
  const auto begin = p.point_begin[at(ring)];
  const auto end = p.point_begin[at(ring + 1)];
  // An edge that runs down (y grows) has the inside on its right when the ring turns one way, on
  // its left when it turns the other: the ring's own area says which.
  const auto sign = (doubled_area(p, begin, end) > 0) == hole ? 1.0 : -1.0;
  for (auto i = begin; i + 1 < end; ++i)
    window.add(p.x[at(i)], p.y[at(i)], p.x[at(i + 1)], p.y[at(i + 1)], sign);
}

void add_polygon(const CellPolygons& p, std::int64_t polygon, std::int64_t rows,
                 std::int64_t columns, Window& window) {
  const auto first_ring = p.ring_begin[at(p.part_begin[at(polygon)])];
  const auto last_ring = p.ring_begin[at(p.part_begin[at(polygon + 1)])];
  const auto from = p.point_begin[at(first_ring)];
  const auto to = p.point_begin[at(last_ring)];
  if (from == to) {
    window.begin(0, 0, 0, 0, rows, columns);
    return;
  }
  const auto x = p.x.subspan(at(from), at(to - from));
  const auto y = p.y.subspan(at(from), at(to - from));
  const auto [low_x, high_x] = std::ranges::minmax(x);
  const auto [low_y, high_y] = std::ranges::minmax(y);
  window.begin(low_x, high_x, low_y, high_y, rows, columns);
  if (window.empty()) return;
  for (auto part = p.part_begin[at(polygon)]; part < p.part_begin[at(polygon + 1)]; ++part)
    for (auto ring = p.ring_begin[at(part)]; ring < p.ring_begin[at(part + 1)]; ++ring)
      add_ring(p, ring, ring != p.ring_begin[at(part)], window);
}

}  // namespace

CellShares measure_cell_shares(const CellPolygons& polygons, std::int64_t rows,
                               std::int64_t columns, const RunControl& run) {
  check(polygons, rows, columns);
  const auto n = static_cast<std::int64_t>(polygons.part_begin.size()) - 1;
  std::vector<CellShares> parts(at(chunk_count(n, kGrain)));
  run.begin(n);
  for_each_chunk(n, kGrain, run, [&](Chunk chunk) {
    auto& found = parts[at(chunk.index)];
    Window window;
    for (auto i = chunk.begin; i < chunk.end; ++i) {
      add_polygon(polygons, i, rows, columns, window);
      window.for_each_share(columns, [&](std::int64_t cell, double share) {
        found.cell.push_back(cell);
        found.share.push_back(share);
      });
      found.ptr.push_back(static_cast<std::int64_t>(found.cell.size()));
    }
    run.advance(chunk.end - chunk.begin);
  });
  CellShares all;
  for (const auto& part : parts) {
    const auto base = static_cast<std::int64_t>(all.cell.size());
    for (std::size_t i = 1; i < part.ptr.size(); ++i) all.ptr.push_back(base + part.ptr[i]);
    all.cell.insert(all.cell.end(), part.cell.begin(), part.cell.end());
    all.share.insert(all.share.end(), part.share.begin(), part.share.end());
  }
  return all;
}

}  // namespace libgrid
