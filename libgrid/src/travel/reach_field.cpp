#include "reach_field.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "edge_drawing.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr std::size_t kPollEvery = 256;  // pieces: well under a millisecond of work
constexpr std::int64_t kMostNodes = 200'000'000;

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// Multiples of the cell at or below a place.
std::int64_t floor_to(std::int64_t value, std::int64_t cell) {
  return (value >= 0 ? value / cell : -((-value + cell - 1) / cell)) * cell;
}

double early_ms(const ReachedEdge& p) { return std::min(p.from_ms, p.to_ms); }
double late_ms(const ReachedEdge& p) { return std::max(p.from_ms, p.to_ms); }

}  // namespace

/// Walks that start on a straight piece of street: `reach_m` at its beginning, less `slope` for
/// each metre along it.
struct ReachField::Cone {
  double ax, ay;  // metres in the frame
  double ux, uy;  // direction
  double length_m;
  double reach_m;
  double slope;
};

struct ReachField::Window {
  std::int32_t column_begin, column_end, row_begin, row_end;
};

void ReachField::prepare(const RoadNetwork& network, std::span<const ReachedEdge> pieces,
                         std::span<const ReachSearch::Start> starts, std::int32_t cell_mm,
                         Walk walk, const Walls* walls) {
  Box box{{INT32_MAX, INT32_MAX}, {INT32_MIN, INT32_MIN}};
  const auto cover = [&](Point p) {
    box.low = {std::min(box.low.x_mm, p.x_mm), std::min(box.low.y_mm, p.y_mm)};
    box.high = {std::max(box.high.x_mm, p.x_mm), std::max(box.high.y_mm, p.y_mm)};
  };
  for (const auto& piece : pieces) {
    if (piece.from == 0.0 && piece.to == 1.0)
      for (const auto p : network.lines()[at(network.edges().line[at(piece.edge)])]) cover(p);
    else
      for_each_drawn(network, piece.edge, piece.from, piece.to, [&](const DrawnPiece& d) {
        for (const auto& [x, y] : {std::pair{d.ax, d.ay}, std::pair{d.bx, d.by}})
          cover({static_cast<std::int32_t>(std::lround(x * 1000)),
                 static_cast<std::int32_t>(std::lround(y * 1000))});
      });
  }
  for (const auto& start : starts) cover(network.nodes()[at(start.node)]);
  const auto margin = static_cast<std::int64_t>(std::ceil(walk.most_m * 1000)) + 3 * cell_mm;
  const auto low_x = floor_to(box.low.x_mm - margin, cell_mm);
  const auto low_y = floor_to(box.low.y_mm - margin, cell_mm);
  const auto columns = (box.high.x_mm + margin - low_x) / cell_mm + 2;
  const auto rows = (box.high.y_mm + margin - low_y) / cell_mm + 2;
  require(columns * rows <= kMostNodes, [&] {
    return "an isochrone of " + std::to_string(columns) + " × " + std::to_string(rows) +
           " cells is too large: give a larger cell_m or a shorter threshold";
  });
  shape_ = {.low = {static_cast<std::int32_t>(low_x), static_cast<std::int32_t>(low_y)},
            .cell_mm = cell_mm,
            .columns = static_cast<std::int32_t>(columns),
            .rows = static_cast<std::int32_t>(rows),
            .value = {},
            .label = {}};
  walk_ = walk;
  walls_ = walls;
  value_.assign(at(columns * rows), static_cast<float>(cell_mm) / 1000.0F);
  label_.clear();
  in_wall_.clear();
  if (walls_ != nullptr) in_wall_ = walls_->nodes_inside(shape_);
}

Lattice ReachField::lattice() const {
  auto lattice = shape_;
  lattice.value = value_;
  lattice.label = label_;
  return lattice;
}

void ReachField::add(const RoadNetwork& network, std::span<const ReachedEdge> pieces,
                     std::span<const ReachSearch::Start> starts, std::uint32_t limit_ms,
                     const RunControl& control) {
  const auto& edges = network.edges();
  seen_whole_.resize(edges.tail.size(), 0);
  ++round_;
  const auto walk_at = [&](double ms) { return (limit_ms - ms) / 1000.0 * walk_.mps; };
  const auto visit = [&](const Cone& cone) {
    if (walls_ != nullptr) {
      const double r = cone.reach_m + walk_.least_m;
      const auto mm = [](double m) { return static_cast<std::int32_t>(std::lround(m * 1000)); };
      const double bx = cone.ax + cone.ux * cone.length_m;
      const double by = cone.ay + cone.uy * cone.length_m;
      const auto near =
          walls_->near({{mm(std::min(cone.ax, bx) - r), mm(std::min(cone.ay, by) - r)},
                        {mm(std::max(cone.ax, bx) + r), mm(std::max(cone.ay, by) + r)}});
      if (!near.empty() || !in_wall_.empty()) return lower_behind_walls(cone, near);
    }
    lower(cone);
  };
  // Along a straight piece walks are full, then fall with the time left, then are the least.
  const auto split = [&](Cone cone, double first, double slope) {
    const double length = cone.length_m;
    const auto sub = [&](double begin, double end, double reach, double fall) {
      visit({cone.ax + cone.ux * begin, cone.ay + cone.uy * begin, cone.ux, cone.uy, end - begin,
             reach, fall});
    };
    double begin = 0;
    if (first >= walk_.most_m) {
      const double end = slope > 0 ? std::min(length, (first - walk_.most_m) / slope) : length;
      sub(0, end, walk_.most_m, 0);
      if (end >= length) return;
      begin = end;
    }
    if (first - slope * length < walk_.least_m) sub(0, length, walk_.least_m, 0);
    const double here = std::min(first - slope * begin, walk_.most_m);
    if (here > walk_.least_m) {
      const double end =
          slope > 0 ? std::min(length, begin + (here - walk_.least_m) / slope) : length;
      sub(begin, end, here, slope);
    }
  };
  std::size_t until_poll = kPollEvery;
  for (const auto& piece : pieces) {
    if (--until_poll == 0) {
      until_poll = kPollEvery;
      control.advance(0);
    }
    const double early = early_ms(piece);
    const double late = late_ms(piece);
    if (early > limit_ms) continue;
    const bool up = piece.from_ms <= piece.to_ms;
    double from = piece.from;
    double to = piece.to;
    if (late > limit_ms) {  // a shorter limit than that of the search
      const double share = (limit_ms - early) / (late - early) * (to - from);
      if (up) to = from + share;
      if (!up) from = to - share;
    }
    const bool full = late <= limit_ms && walk_at(late) >= walk_.most_m;
    if (full && from == 0.0 && to == 1.0) {
      // The other direction of a street that stands at full walk adds nothing.
      const auto opposite = edges.opposite[at(piece.edge)];
      if (opposite != -1 && seen_whole_[at(opposite)] == round_) continue;
      seen_whole_[at(piece.edge)] = round_;
      const auto line = network.lines()[at(edges.line[at(piece.edge)])];
      for (std::size_t i = 1; i < line.size(); ++i) {
        const double dx = (static_cast<double>(line[i].x_mm) - line[i - 1].x_mm) / 1000.0;
        const double dy = (static_cast<double>(line[i].y_mm) - line[i - 1].y_mm) / 1000.0;
        const double length = std::hypot(dx, dy);
        if (length == 0 && line.size() > 2) continue;
        visit({line[i - 1].x_mm / 1000.0, line[i - 1].y_mm / 1000.0, length > 0 ? dx / length : 1.0,
               length > 0 ? dy / length : 0.0, length, walk_.most_m, 0.0});
      }
      continue;
    }
    const double ms_a_share = piece.to > piece.from ? (late - early) / (piece.to - piece.from) : 0;
    for_each_drawn(network, piece.edge, from, to, [&](const DrawnPiece& d) {
      const double dx = up ? d.bx - d.ax : d.ax - d.bx;
      const double dy = up ? d.by - d.ay : d.ay - d.by;
      const double length = std::hypot(dx, dy);
      const double gone = up ? d.from - piece.from : piece.to - d.to;
      const double first = walk_at(early + gone * ms_a_share);
      const double fall = (d.to - d.from) * ms_a_share / 1000.0 * walk_.mps;  // along the piece
      const Cone cone{.ax = up ? d.ax : d.bx,
                      .ay = up ? d.ay : d.by,
                      .ux = length > 0 ? dx / length : 1.0,
                      .uy = length > 0 ? dy / length : 0.0,
                      .length_m = length,
                      .reach_m = 0,
                      .slope = 0};
      split(cone, full ? walk_.most_m : first, full || length == 0 ? 0.0 : fall / length);
    });
  }
  for (const auto& start : starts) {
    if (start.ms > limit_ms) continue;
    const auto p = network.nodes()[at(start.node)];
    const double reach = std::clamp(walk_at(start.ms), walk_.least_m, walk_.most_m);
    visit({p.x_mm / 1000.0, p.y_mm / 1000.0, 1.0, 0.0, 0.0, reach, 0.0});
  }
}

ReachField::Window ReachField::window_of(const Cone& cone, double radius_m) const {
  const double cell = shape_.cell_mm / 1000.0;
  const double bx = cone.ax + cone.ux * cone.length_m;
  const double by = cone.ay + cone.uy * cone.length_m;
  const auto index = [&](double m, std::int32_t low_mm, std::int32_t most) {
    return static_cast<std::int32_t>(
        std::clamp(std::ceil((m - low_mm / 1000.0) / cell), 0.0, static_cast<double>(most)));
  };
  const auto [low, columns, rows] = std::tuple{shape_.low, shape_.columns, shape_.rows};
  return {index(std::min(cone.ax, bx) - radius_m, low.x_mm, columns),
          index(std::max(cone.ax, bx) + radius_m, low.x_mm, columns),
          index(std::min(cone.ay, by) - radius_m, low.y_mm, rows),
          index(std::max(cone.ay, by) + radius_m, low.y_mm, rows)};
}

/// Without walls. Distance falls along the piece slower than the walk does only up to a point:
/// from a place `along`, `across` it the best start is at along − across · slope / √(1 − slope²).
void ReachField::lower(const Cone& cone) {
  const double cell = shape_.cell_mm / 1000.0;
  const double radius = cone.reach_m + cell;
  const auto window = window_of(cone, radius);
  const bool steep = cone.slope >= 1.0;  // then nothing is gained by going on along the street
  const auto back =
      static_cast<float>(steep ? 0.0 : cone.slope / std::sqrt(1.0 - cone.slope * cone.slope));
  const auto length = static_cast<float>(steep ? 0.0 : cone.length_m);
  const auto slope = static_cast<float>(cone.slope);
  const auto reach = static_cast<float>(cone.reach_m);
  const auto step_along = static_cast<float>(cell * cone.ux);
  const auto step_across = static_cast<float>(-cell * cone.uy);
  for (auto j = window.row_begin; j < window.row_end; ++j) {
    const double py = shape_.low.y_mm / 1000.0 + j * cell - cone.ay;
    auto begin = window.column_begin;
    auto end = window.column_end;
    const double px = shape_.low.x_mm / 1000.0 + begin * cell - cone.ax;
    double across = py * cone.ux - px * cone.uy;
    double along = px * cone.ux + py * cone.uy;
    if (std::abs(cone.uy) > 0.05) {  // only columns within `radius` of the street's line
      const double middle = across / (cell * cone.uy);
      const double half = radius / (cell * std::abs(cone.uy));
      const auto skip = static_cast<std::int32_t>(
          std::clamp(std::floor(middle - half), 0.0, static_cast<double>(end - begin)));
      const auto last = static_cast<std::int32_t>(
          std::clamp(std::ceil(middle + half) + 1, 0.0, static_cast<double>(end - begin)));
      end = begin + last;
      begin += skip;
      across -= skip * cell * cone.uy;
      along += skip * cell * cone.ux;
    }
    auto* const row = value_.data() + at(std::int64_t{j} * shape_.columns + begin);
    const auto count = end - begin;
    const auto along0 = static_cast<float>(along);
    const auto across0 = static_cast<float>(across);
    for (std::int32_t i = 0; i < count; ++i) {
      const auto x = along0 + static_cast<float>(i) * step_along;
      const auto y = across0 + static_cast<float>(i) * step_across;
      auto s = x - back * std::fabs(y);
      s = s > 0.0F ? s : 0.0F;
      s = s < length ? s : length;
      const auto value = std::sqrt((x - s) * (x - s) + y * y) + (slope * s - reach);
      row[i] = value < row[i] ? value : row[i];
    }
  }
}

/// Calls visit(node, along, across, position of the node in mm) for the nodes within a radius.
template <class Visit>
void ReachField::for_each_node(const Cone& cone, double radius_m, Visit visit) const {
  const double cell = shape_.cell_mm / 1000.0;
  const auto window = window_of(cone, radius_m);
  for (auto j = window.row_begin; j < window.row_end; ++j) {
    for (auto i = window.column_begin; i < window.column_end; ++i) {
      const double px = shape_.low.x_mm / 1000.0 + i * cell - cone.ax;
      const double py = shape_.low.y_mm / 1000.0 + j * cell - cone.ay;
      visit(at(std::int64_t{j} * shape_.columns + i), px * cone.ux + py * cone.uy,
            std::abs(py * cone.ux - px * cone.uy),
            Point{shape_.low.x_mm + i * shape_.cell_mm, shape_.low.y_mm + j * shape_.cell_mm});
    }
  }
}

void ReachField::lower_behind_walls(const Cone& cone, std::span<const std::int32_t> near) {
  const double radius = std::max(cone.reach_m, walk_.least_m) + shape_.cell_mm / 1000.0;
  const bool steep = cone.slope >= 1.0;
  const double back = steep ? 0.0 : cone.slope / std::sqrt(1.0 - cone.slope * cone.slope);
  for_each_node(cone, radius, [&](std::size_t node, double along, double across, Point p) {
    const double s = steep ? 0.0 : std::clamp(along - back * across, 0.0, cone.length_m);
    double value = std::hypot(along - s, across) + cone.slope * s - cone.reach_m;
    if (value >= value_[node]) return;
    const Point q{static_cast<std::int32_t>(std::lround((cone.ax + cone.ux * s) * 1000)),
                  static_cast<std::int32_t>(std::lround((cone.ay + cone.uy * s) * 1000))};
    if ((!in_wall_.empty() && in_wall_[node] != 0) || walls_->cross(near, q, p)) {
      const double nearest = std::clamp(along, 0.0, cone.length_m);
      value = std::hypot(along - nearest, across) - walk_.least_m;
    }
    value_[node] = std::min(value_[node], static_cast<float>(value));
  });
}

void ReachField::label(const RoadNetwork& network, std::span<const ReachedEdge> pieces,
                       std::span<const ReachSearch::Start> starts, const RunControl& control) {
  label_.assign(value_.size(), -1);
  claim_.assign(value_.size(), std::numeric_limits<double>::infinity());
  std::size_t until_poll = kPollEvery;
  for (const auto& piece : pieces) {
    if (--until_poll == 0) {
      until_poll = kPollEvery;
      control.advance(0);
    }
    const double early = early_ms(piece);
    const bool up = piece.from_ms <= piece.to_ms;
    const double whole = piece.to - piece.from;
    const double ms_a_share = whole > 0 ? (late_ms(piece) - early) / whole : 0;
    for_each_drawn(network, piece.edge, piece.from, piece.to, [&](const DrawnPiece& d) {
      const double dx = up ? d.bx - d.ax : d.ax - d.bx;
      const double dy = up ? d.by - d.ay : d.ay - d.by;
      const double length = std::hypot(dx, dy);
      const double gone = up ? d.from - piece.from : piece.to - d.to;
      const double fall = (d.to - d.from) * ms_a_share / 1000.0 * walk_.mps;
      claim({up ? d.ax : d.bx, up ? d.ay : d.by, length > 0 ? dx / length : 1.0,
             length > 0 ? dy / length : 0.0, length,
             -(early + gone * ms_a_share) / 1000.0 * walk_.mps, length > 0 ? fall / length : 0.0},
            piece.source);
    });
  }
  for (const auto& start : starts) {
    const auto p = network.nodes()[at(start.node)];
    claim({p.x_mm / 1000.0, p.y_mm / 1000.0, 1.0, 0.0, 0.0, -(start.ms / 1000.0) * walk_.mps, 0.0},
          start.source);
  }
}

/// `reach_m` is minus the arrival here, told in metres of walking.
void ReachField::claim(const Cone& cone, std::int32_t source) {
  const bool steep = cone.slope >= 1.0;
  const double back = steep ? 0.0 : cone.slope / std::sqrt(1.0 - cone.slope * cone.slope);
  const double radius = walk_.most_m + shape_.cell_mm / 1000.0;
  std::vector<std::int32_t> near;
  if (walls_ != nullptr) {
    const auto mm = [](double m) { return static_cast<std::int32_t>(std::lround(m * 1000)); };
    const double bx = cone.ax + cone.ux * cone.length_m;
    const double by = cone.ay + cone.uy * cone.length_m;
    near = walls_->near({{mm(std::min(cone.ax, bx) - radius), mm(std::min(cone.ay, by) - radius)},
                         {mm(std::max(cone.ax, bx) + radius), mm(std::max(cone.ay, by) + radius)}});
  }
  const auto offer = [&](std::size_t node, double along, double across, double s) {
    const double arrival = std::hypot(along - s, across) + cone.slope * s - cone.reach_m;
    if (arrival > claim_[node] || (arrival == claim_[node] && source >= label_[node])) return;
    claim_[node] = arrival;
    label_[node] = source;
  };
  for_each_node(cone, radius, [&](std::size_t node, double along, double across, Point p) {
    const double nearest = std::clamp(along, 0.0, cone.length_m);
    const double gap = std::hypot(along - nearest, across);
    if (gap > radius) return;
    const double s = steep ? 0.0 : std::clamp(along - back * across, 0.0, cone.length_m);
    if (walls_ != nullptr && gap > walk_.least_m) {
      const Point q{static_cast<std::int32_t>(std::lround((cone.ax + cone.ux * s) * 1000)),
                    static_cast<std::int32_t>(std::lround((cone.ay + cone.uy * s) * 1000))};
      if ((!in_wall_.empty() && in_wall_[node] != 0) || walls_->cross(near, q, p)) return;
    }
    // On the street itself (the least walk) time passes along it; with a steep fall too.
    offer(node, along, across, gap <= walk_.least_m ? nearest : s);
    if (gap <= walk_.least_m) offer(node, along, across, s);
  });
}

}  // namespace libgrid
