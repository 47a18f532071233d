#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/geometry/point.hpp"

namespace libgrid {

/// A uniform raster over a box. Cell sizes are powers of two, so a place's cell costs two shifts.
class CellGrid {
 public:
  CellGrid() = default;

  /// The finest raster over the points with at most `most_cells` cells (at least one).
  CellGrid(std::span<const Point> points, std::int64_t most_cells) {
    if (points.empty()) return;
    Box box{points.front(), points.front()};
    for (const auto p : points) {
      box.low = {std::min(box.low.x_mm, p.x_mm), std::min(box.low.y_mm, p.y_mm)};
      box.high = {std::max(box.high.x_mm, p.x_mm), std::max(box.high.y_mm, p.y_mm)};
    }
    low_ = box.low;
    width_ = std::int64_t{box.high.x_mm} - low_.x_mm + 1;
    height_ = std::int64_t{box.high.y_mm} - low_.y_mm + 1;
    while (cells_for(shift_x_, shift_y_) > most_cells) shift_y_ = ++shift_x_;
    if (shift_y_ > 0 && cells_for(shift_x_, shift_y_ - 1) <= most_cells) --shift_y_;
    columns_ = ((width_ - 1) >> shift_x_) + 1;
    rows_ = ((height_ - 1) >> shift_y_) + 1;
  }

  [[nodiscard]] std::int64_t columns() const { return columns_; }
  [[nodiscard]] std::int64_t cells() const { return columns_ * rows_; }
  [[nodiscard]] std::int64_t column_of(std::int64_t x_mm) const {
    return (x_mm - low_.x_mm) >> shift_x_;
  }
  [[nodiscard]] std::int64_t row_of(std::int64_t y_mm) const {
    return (y_mm - low_.y_mm) >> shift_y_;
  }
  [[nodiscard]] std::int64_t left_of(std::int64_t column) const {
    return low_.x_mm + (column << shift_x_);
  }
  [[nodiscard]] std::int64_t bottom_of(std::int64_t row) const {
    return low_.y_mm + (row << shift_y_);
  }

  /// -1 when the place lies outside the points' box.
  [[nodiscard]] std::int64_t cell_of(std::int64_t x_mm, std::int64_t y_mm) const {
    const auto x = static_cast<std::uint64_t>(x_mm - low_.x_mm);
    const auto y = static_cast<std::uint64_t>(y_mm - low_.y_mm);
    if (x >= static_cast<std::uint64_t>(width_) || y >= static_cast<std::uint64_t>(height_))
      return -1;
    return static_cast<std::int64_t>((y >> shift_y_)) * columns_ +
           static_cast<std::int64_t>(x >> shift_x_);
  }

  struct Columns {
    std::int64_t first;
    std::int64_t last;
  };
  /// The columns of `row` that the edge low→high (low.y ≤ high.y) touches: never too few, at times
  /// one too many, because the clipped ordinates are doubles widened by 1 mm.
  [[nodiscard]] Columns columns_in_row(Point low, Point high, std::int64_t row) const {
    std::int64_t left = std::min(low.x_mm, high.x_mm);
    std::int64_t right = std::max(low.x_mm, high.x_mm);
    if (low.y_mm != high.y_mm && left != right) {
      const double slope =
          (static_cast<double>(high.x_mm) - low.x_mm) / (static_cast<double>(high.y_mm) - low.y_mm);
      const auto at = [&](std::int64_t y) {
        return static_cast<std::int64_t>(low.x_mm + slope * static_cast<double>(y - low.y_mm));
      };
      const auto from = at(std::max<std::int64_t>(bottom_of(row), low.y_mm));
      const auto to = at(std::min<std::int64_t>(bottom_of(row + 1), high.y_mm));
      left = std::max(left, std::min(from, to) - 1);
      right = std::min(right, std::max(from, to) + 1);
    }
    return {column_of(left), column_of(right)};
  }

  /// Calls `visit(cell)` for every cell that the segment touches (by the rule of columns_in_row).
  template <class Visit>
  void for_each_cell(Point a, Point b, Visit&& visit) const {
    if (b.y_mm < a.y_mm) std::swap(a, b);
    const auto last_row = row_of(b.y_mm);
    for (auto row = row_of(a.y_mm); row <= last_row; ++row) {
      const auto columns = columns_in_row(a, b, row);
      for (auto c = columns.first; c <= columns.last; ++c) visit(row * columns_ + c);
    }
  }

 private:
  [[nodiscard]] std::int64_t cells_for(int shift_x, int shift_y) const {
    return (((width_ - 1) >> shift_x) + 1) * (((height_ - 1) >> shift_y) + 1);
  }
  Point low_{};
  std::int64_t width_ = 0;
  std::int64_t height_ = 0;
  std::int64_t columns_ = 0;
  std::int64_t rows_ = 0;
  int shift_x_ = 0;
  int shift_y_ = 0;
};

/// Lists by cell, filled in two passes over the same visits.
class CellLists {
 public:
  template <class ForEachVisit>
  CellLists(std::int64_t cells, ForEachVisit&& for_each_visit)
      : begin_(static_cast<std::size_t>(cells) + 1, 0) {
    for_each_visit(
        [&](std::int64_t cell, std::uint32_t) { ++begin_[static_cast<std::size_t>(cell) + 1]; });
    for (std::size_t c = 1; c < begin_.size(); ++c) begin_[c] += begin_[c - 1];
    items_.resize(begin_.back());
    auto fill = begin_;
    for_each_visit([&](std::int64_t cell, std::uint32_t item) {
      items_[fill[static_cast<std::size_t>(cell)]++] = item;
    });
  }
  [[nodiscard]] std::span<const std::uint32_t> at(std::int64_t cell) const {
    const auto c = static_cast<std::size_t>(cell);
    return std::span{items_}.subspan(begin_[c], begin_[c + 1] - begin_[c]);
  }

 private:
  std::vector<std::size_t> begin_;
  std::vector<std::uint32_t> items_;
};

}  // namespace libgrid
