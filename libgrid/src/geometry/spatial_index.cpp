#include "libgrid/geometry/spatial_index.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace libgrid {
namespace {

constexpr std::size_t kFan = 16;  // entries a node; 8 and 32 were slower
constexpr double kSlack = 1e-9;   // of squared distances in double, for pruning alone

std::int64_t squared(Point a, Point b) {
  const auto dx = std::int64_t{a.x_mm} - b.x_mm;
  const auto dy = std::int64_t{a.y_mm} - b.y_mm;
  return dx * dx + dy * dy;
}

NearestSegment foot_on(const Segment& s, std::int32_t row, Point p) {
  const auto length2 = squared(s.a, s.b);
  const auto along = (std::int64_t{p.x_mm} - s.a.x_mm) * (std::int64_t{s.b.x_mm} - s.a.x_mm) +
                     (std::int64_t{p.y_mm} - s.a.y_mm) * (std::int64_t{s.b.y_mm} - s.a.y_mm);
  if (along <= 0) return {row, s.id, static_cast<double>(squared(s.a, p)), 0.0};
  if (along >= length2) return {row, s.id, static_cast<double>(squared(s.b, p)), 1.0};
  const auto cross = static_cast<long double>(orientation(s.a, s.b, p));
  return {row, s.id, static_cast<double>(cross * cross / static_cast<long double>(length2)),
          static_cast<double>(along) / static_cast<double>(length2)};
}

Box box_of(const Segment& s) {
  return {{std::min(s.a.x_mm, s.b.x_mm), std::min(s.a.y_mm, s.b.y_mm)},
          {std::max(s.a.x_mm, s.b.x_mm), std::max(s.a.y_mm, s.b.y_mm)}};
}

Box joined(const Box& a, const Box& b) {
  return {{std::min(a.low.x_mm, b.low.x_mm), std::min(a.low.y_mm, b.low.y_mm)},
          {std::max(a.high.x_mm, b.high.x_mm), std::max(a.high.y_mm, b.high.y_mm)}};
}

double squared_to(const Box& box, Point p) {
  const double x = p.x_mm;
  const double y = p.y_mm;
  const double dx = std::max({0.0, box.low.x_mm - x, x - box.high.x_mm});
  const double dy = std::max({0.0, box.low.y_mm - y, y - box.high.y_mm});
  return dx * dx + dy * dy;
}

/// Place along a Hilbert curve of order 16.
std::uint32_t hilbert(std::uint32_t x, std::uint32_t y) {
  std::uint32_t d = 0;
  for (std::uint32_t s = 1U << 15; s > 0; s /= 2) {
    const std::uint32_t rx = (x & s) != 0 ? 1 : 0;
    const std::uint32_t ry = (y & s) != 0 ? 1 : 0;
    d += s * s * ((3 * rx) ^ ry);
    if (ry != 0) continue;
    if (rx == 1) {
      x = ~x & 0xFFFF;
      y = ~y & 0xFFFF;
    }
    std::swap(x, y);
  }
  return d;
}

}  // namespace

std::vector<std::int32_t> hilbert_order(std::span<const Point> places) {
  Box all{{std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int32_t>::max()},
          {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::min()}};
  for (const auto& p : places) all = joined(all, {p, p});
  const auto side = [](std::int32_t low, std::int32_t high) {
    return std::max(1.0, static_cast<double>(high) - low);
  };
  const double scale = places.empty() ? 0.0
                                      : 65535.0 / std::max(side(all.low.x_mm, all.high.x_mm),
                                                           side(all.low.y_mm, all.high.y_mm));
  // Key and row in one number: sorts faster than pairs, and ties go by row.
  std::vector<std::uint64_t> keys(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto at = [&](std::int32_t value, std::int32_t low) {
      return static_cast<std::uint32_t>((static_cast<double>(value) - low) * scale);
    };
    keys[i] =
        std::uint64_t{hilbert(at(places[i].x_mm, all.low.x_mm), at(places[i].y_mm, all.low.y_mm))}
            << 32 |
        i;
  }
  std::sort(keys.begin(), keys.end());
  std::vector<std::int32_t> order(places.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    order[i] = static_cast<std::int32_t>(keys[i] & 0xFFFFFFFF);
  return order;
}

struct SegmentIndex::Tree {
  std::vector<std::int32_t> row;      // of the segment, in curve order
  std::vector<Segment> segment;       // the same, side by side in memory
  std::vector<std::vector<Box>> box;  // by level: 0 the segments, the last one box of all
};

SegmentIndex::SegmentIndex(std::vector<Segment> segments) : segments_{std::move(segments)} {
  Tree tree;
  std::vector<Point> middle;
  middle.reserve(segments_.size());
  for (const auto& s : segments_)
    middle.push_back({std::midpoint(s.a.x_mm, s.b.x_mm), std::midpoint(s.a.y_mm, s.b.y_mm)});
  tree.row = hilbert_order(middle);
  std::vector<Box> boxes;
  for (const auto row : tree.row) {
    tree.segment.push_back(segments_[static_cast<std::size_t>(row)]);
    boxes.push_back(box_of(tree.segment.back()));
  }
  tree.box.push_back(std::move(boxes));
  while (tree.box.back().size() > 1) {
    const auto& below = tree.box.back();
    std::vector<Box> level;
    for (std::size_t i = 0; i < below.size(); i += kFan) {
      auto box = below[i];
      for (auto k = i + 1; k < std::min(i + kFan, below.size()); ++k) box = joined(box, below[k]);
      level.push_back(box);
    }
    tree.box.push_back(std::move(level));
  }
  tree_ = std::make_unique<Tree>(std::move(tree));
}

SegmentIndex::~SegmentIndex() = default;
SegmentIndex::SegmentIndex(SegmentIndex&&) noexcept = default;
SegmentIndex& SegmentIndex::operator=(SegmentIndex&&) noexcept = default;

std::optional<NearestSegment> SegmentIndex::nearest(Point place, Metres limit,
                                                    const IdFilter& allowed,
                                                    std::int32_t hint) const {
  constexpr double kWholeFrameMm = 4e9;
  const double limit_mm = std::min(limit.count() * 1e3, kWholeFrameMm);
  std::optional<NearestSegment> best;
  double best2 = limit_mm * limit_mm;
  double prune2 = best2 * (1 + kSlack) + 1;
  const auto consider = [&](const Segment& segment, std::int32_t row) {
    const auto foot = foot_on(segment, row, place);
    if (foot.squared_mm2 > best2 || (allowed && !allowed(foot.id))) return;
    if (best && foot.squared_mm2 == best->squared_mm2 &&
        std::pair{foot.id, foot.segment} >= std::pair{best->id, best->segment})
      return;
    best = foot;
    best2 = foot.squared_mm2;
    prune2 = best2 * (1 + kSlack) + 1;
  };
  if (hint >= 0) consider(segments_[static_cast<std::size_t>(hint)], hint);

  struct Entry {
    double squared;
    std::uint32_t node;
    std::uint32_t level;
  };
  // Depth first, nearer boxes first: at most kFan - 1 siblings wait on each level.
  std::array<Entry, kFan * 9> open;
  std::size_t count = 0;
  const auto& levels = tree_->box;
  if (levels[0].empty()) return best;
  open[count++] = {0.0, 0, static_cast<std::uint32_t>(levels.size() - 1)};
  while (count > 0) {
    const auto entry = open[--count];
    if (entry.squared > prune2) continue;
    if (entry.level == 0) {  // a tree of one segment
      consider(tree_->segment[entry.node], tree_->row[entry.node]);
      continue;
    }
    const auto& below = levels[entry.level - 1];
    const auto begin = entry.node * kFan;
    const auto end = std::min(begin + kFan, below.size());
    if (entry.level == 1) {
      for (auto i = begin; i < end; ++i)
        if (squared_to(below[i], place) <= prune2) consider(tree_->segment[i], tree_->row[i]);
      continue;
    }
    const auto first = count;
    for (auto i = begin; i < end; ++i) {
      const Entry child{squared_to(below[i], place), static_cast<std::uint32_t>(i),
                        entry.level - 1};
      if (child.squared > prune2) continue;
      auto at = count++;
      for (; at > first && open[at - 1].squared < child.squared; --at) open[at] = open[at - 1];
      open[at] = child;
    }
  }
  return best;
}

std::vector<std::int32_t> SegmentIndex::within(const Box& box) const {
  std::vector<std::int32_t> rows;
  const auto& levels = tree_->box;
  if (levels[0].empty()) return rows;
  std::vector<std::pair<std::size_t, std::size_t>> open{{levels.size() - 1, 0}};
  while (!open.empty()) {
    const auto [level, node] = open.back();
    open.pop_back();
    if (!levels[level][node].meets(box)) continue;
    if (level == 0) {
      rows.push_back(tree_->row[node]);
      continue;
    }
    const auto end = std::min((node + 1) * kFan, levels[level - 1].size());
    for (auto i = node * kFan; i < end; ++i) open.emplace_back(level - 1, i);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<std::pair<std::int32_t, std::int32_t>> pairs_within(std::span<const Point> points,
                                                                Metres radius) {
  const auto side =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(radius.count() * 1e3)));
  const double radius_mm =
      radius.count() * 1e3;  // rounded once, so that the square of a whole one is exact
  const double radius2 = radius_mm * radius_mm;
  struct Item {
    std::int64_t row;
    std::int64_t column;
    std::int32_t point;
    auto operator<=>(const Item&) const = default;
  };
  constexpr std::int64_t kShift = std::int64_t{1}
                                  << 31;  // to non-negative, where division rounds down
  std::vector<Item> items;
  items.reserve(points.size());
  for (std::size_t i = 0; i < points.size(); ++i)
    items.push_back({(points[i].y_mm + kShift) / side, (points[i].x_mm + kShift) / side,
                     static_cast<std::int32_t>(i)});
  std::sort(items.begin(), items.end());

  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
  const auto check = [&](const Item& a, const Item& b) {
    const auto p = points[static_cast<std::size_t>(a.point)];
    const auto q = points[static_cast<std::size_t>(b.point)];
    if (static_cast<double>(squared(p, q)) <= radius2)
      pairs.push_back(std::minmax(a.point, b.point));
  };
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& item = items[i];
    for (auto j = i + 1;
         j < items.size() && items[j].row == item.row && items[j].column <= item.column + 1; ++j)
      check(item, items[j]);
    auto above =
        std::lower_bound(items.begin(), items.end(), Item{item.row + 1, item.column - 1, -1});
    for (; above != items.end() && above->row == item.row + 1 && above->column <= item.column + 1;
         ++above)
      check(item, *above);
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace libgrid
