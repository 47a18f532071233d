#define BOOST_ALLOW_DEPRECATED_HEADERS
#include "libgrid/geometry/spatial_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <boost/geometry.hpp>
#include <boost/geometry/geometries/box.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <boost/iterator/function_output_iterator.hpp>
#pragma GCC diagnostic pop

namespace libgrid {
namespace {

namespace bg = boost::geometry;
using TreePoint = bg::model::d2::point_xy<double>;
using TreeBox = bg::model::box<TreePoint>;
using TreeItem = std::pair<TreeBox, std::int32_t>;

TreePoint tree_point(Point p) { return {static_cast<double>(p.x_mm), static_cast<double>(p.y_mm)}; }

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

}  // namespace

struct SegmentIndex::Tree {
  boost::geometry::index::rtree<TreeItem, boost::geometry::index::quadratic<16>> items;
};

SegmentIndex::SegmentIndex(std::vector<Segment> segments) : segments_{std::move(segments)} {
  std::vector<TreeItem> items;
  items.reserve(segments_.size());
  for (std::size_t k = 0; k < segments_.size(); ++k) {
    const auto& [a, b, id] = segments_[k];
    const Point low{std::min(a.x_mm, b.x_mm), std::min(a.y_mm, b.y_mm)};
    const Point high{std::max(a.x_mm, b.x_mm), std::max(a.y_mm, b.y_mm)};
    items.emplace_back(TreeBox{tree_point(low), tree_point(high)}, static_cast<std::int32_t>(k));
  }
  tree_ = std::make_unique<Tree>(Tree{decltype(Tree::items){items.begin(), items.end()}});
}

SegmentIndex::~SegmentIndex() = default;
SegmentIndex::SegmentIndex(SegmentIndex&&) noexcept = default;
SegmentIndex& SegmentIndex::operator=(SegmentIndex&&) noexcept = default;

std::optional<NearestSegment> SegmentIndex::nearest(Point place, Metres limit,
                                                    const IdFilter& allowed) const {
  // Growing boxes: the tree's own nearest-first iterator sorts its queue at every leaf, which took
  // ten times as long.
  constexpr double kFirstMm = 4'000.0;
  constexpr double kGrow = 3.0;
  constexpr double kWholeFrameMm = 4e9;
  const double limit_mm = std::min(limit.count() * 1e3, kWholeFrameMm);
  std::optional<NearestSegment> best;
  for (double reach = std::min(kFirstMm, limit_mm);; reach = std::min(reach * kGrow, limit_mm)) {
    const double x = place.x_mm;
    const double y = place.y_mm;
    double best2 = best ? best->squared_mm2 : reach * reach;
    const TreeBox box{{x - reach, y - reach}, {x + reach, y + reach}};
    const auto consider = [&](const TreeItem& item) {
      const auto& segment = segments_[static_cast<std::size_t>(item.second)];
      const auto foot = foot_on(segment, item.second, place);
      if (foot.squared_mm2 > best2 || (allowed && !allowed(segment.id))) return;
      if (best && foot.squared_mm2 == best->squared_mm2 &&
          std::pair{foot.id, foot.segment} >= std::pair{best->id, best->segment})
        return;
      best = foot;
      best2 = foot.squared_mm2;
    };
    tree_->items.query(boost::geometry::index::intersects(box),
                       boost::make_function_output_iterator(consider));
    if (best || reach >= limit_mm) return best;  // nothing outside the box is nearer than `reach`
  }
}

std::vector<std::int32_t> SegmentIndex::within(const Box& box) const {
  std::vector<std::int32_t> rows;
  const TreeBox query{tree_point(box.low), tree_point(box.high)};
  for (auto it = tree_->items.qbegin(boost::geometry::index::intersects(query));
       it != tree_->items.qend(); ++it)
    rows.push_back(it->second);
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
