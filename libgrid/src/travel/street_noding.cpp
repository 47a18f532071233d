#include "libgrid/travel/street_noding.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "libgrid/base/error.hpp"
#include "libgrid/geometry/spatial_index.hpp"

namespace libgrid {
namespace {

/// A cut in a line: at `point`, on segment `segment`, so far along it.
struct Cut {
  std::int32_t line;
  std::int64_t segment;  // of the line
  std::int64_t along;    // squared millimetres from the segment's start
  Point point;
  auto operator<=>(const Cut& other) const {
    return std::tie(line, segment, along, point) <=>
           std::tie(other.line, other.segment, other.along, other.point);
  }
  bool operator==(const Cut& other) const = default;
};

std::int64_t squared(Point a, Point b) {
  const auto dx = std::int64_t{a.x_mm} - b.x_mm;
  const auto dy = std::int64_t{a.y_mm} - b.y_mm;
  return dx * dx + dy * dy;
}

int side(Point a, Point b, Point p) {
  const auto turn = orientation(a, b, p);
  return turn > 0 ? 1 : turn < 0 ? -1 : 0;
}

/// Whether p, on the straight line through a and b, lies between them.
bool is_between(Point a, Point b, Point p) {
  return std::min(a.x_mm, b.x_mm) <= p.x_mm && p.x_mm <= std::max(a.x_mm, b.x_mm) &&
         std::min(a.y_mm, b.y_mm) <= p.y_mm && p.y_mm <= std::max(a.y_mm, b.y_mm);
}

class Noder {
 public:
  Noder(const RoadLines& lines, std::span<const std::int32_t> level)
      : lines_{lines}, level_{level}, index_{segments_of(lines)} {
    for (std::size_t i = 0; i < lines.size(); ++i)
      for (std::size_t k = 0; k + 1 < lines[i].size(); ++k)
        place_.push_back({static_cast<std::int32_t>(i), static_cast<std::int64_t>(k)});
  }

  void cut_crossings() {
    const auto segments = index_.segments();
    for (std::size_t s = 0; s < segments.size(); ++s) {
      const auto& a = segments[s];
      const Box box{{std::min(a.a.x_mm, a.b.x_mm), std::min(a.a.y_mm, a.b.y_mm)},
                    {std::max(a.a.x_mm, a.b.x_mm), std::max(a.a.y_mm, a.b.y_mm)}};
      for (const auto t : index_.within(box)) {
        if (static_cast<std::size_t>(t) <= s || !is_one_level(a.id, segments[at(t)].id)) continue;
        meet(s, at(t));
      }
    }
  }

  std::vector<JoinedEnd> join_loose_ends(Metres reach) {
    std::map<Point, int> ends;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      ++ends[lines_[i].front()];
      ++ends[lines_[i].back()];
    }
    std::vector<JoinedEnd> joined;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto own = static_cast<std::int32_t>(i);
      for (const bool is_start : {true, false}) {
        const auto end = is_start ? lines_[i].front() : lines_[i].back();
        if (ends.at(end) > 1) continue;
        const auto found = index_.nearest(
            end, reach, [&](std::int32_t line) { return line != own && is_one_level(line, own); });
        if (!found) continue;
        const double distance_m = std::sqrt(found->squared_mm2) / 1000.0;
        if (is_led_to(found->id, end)) continue;  // the other loose end was led here already
        const auto foot = cut_at(found->segment, found->fraction, reach);
        if (foot != end) (is_start ? before_ : after_)[own] = foot;
        if (foot != end) joined.push_back({own, found->id, end, distance_m});
      }
    }
    return joined;
  }

  void cut_at_places(std::span<const Point> places, NodedLines& out) {
    for (const auto place : places) {
      const auto found = index_.nearest(place, kCutReach);
      out.cut.push_back(found ? cut_at(found->segment, found->fraction, Metres{0.0}) : place);
      out.cut_line.push_back(found ? found->id : -1);
    }
  }

  void write(NodedLines& out) {
    std::sort(cuts_.begin(), cuts_.end());
    auto cut = cuts_.begin();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto own = static_cast<std::int32_t>(i);
      const auto line = lines_[i];
      std::vector<std::pair<Point, bool>> points;  // and whether the line is cut there
      const auto add = [&](Point p, bool is_cut) {
        if (!points.empty() && points.back().first == p)
          points.back().second = points.back().second || is_cut;
        else
          points.emplace_back(p, is_cut);
      };
      if (const auto more = before_.find(own); more != before_.end()) add(more->second, true);
      for (std::size_t k = 0; k < line.size(); ++k) {
        add(line[k], false);
        for (;
             cut != cuts_.end() && cut->line == own && cut->segment == static_cast<std::int64_t>(k);
             ++cut)
          add(cut->point, true);
      }
      if (const auto more = after_.find(own); more != after_.end()) add(more->second, true);
      if (points.size() == 1) points.push_back(points[0]);  // a line of no length stays one
      for (std::size_t k = 0; k < points.size(); ++k) {
        out.lines.points.push_back(points[k].first);
        const bool is_last = k + 1 == points.size();
        if (k == 0 || !(points[k].second || is_last)) continue;
        out.lines.begin.push_back(static_cast<std::int64_t>(out.lines.points.size()));
        out.row.push_back(own);
        if (!is_last) out.lines.points.push_back(points[k].first);
      }
    }
  }

 private:
  static std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

  static std::vector<Segment> segments_of(const RoadLines& lines) {
    std::vector<Segment> segments;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto line = lines[i];
      require(line.size() >= 2,
              [&] { return "roads: line " + std::to_string(i) + " has fewer than two points"; });
      for (std::size_t k = 0; k + 1 < line.size(); ++k)
        segments.push_back({line[k], line[k + 1], static_cast<std::int32_t>(i)});
    }
    return segments;
  }

  [[nodiscard]] bool is_led_to(std::int32_t line, Point end) const {
    const auto leads = [&](const std::map<std::int32_t, Point>& ends) {
      const auto found = ends.find(line);
      return found != ends.end() && found->second == end;
    };
    return leads(before_) || leads(after_);
  }

  [[nodiscard]] bool is_one_level(std::int32_t a, std::int32_t b) const {
    return level_.empty() || level_[at(a)] == level_[at(b)];
  }

  void add_cut(std::size_t segment, Point point) {
    const auto& [line, k] = place_[segment];
    cuts_.push_back({line, k, squared(index_.segments()[segment].a, point), point});
  }

  /// Cuts two segments where they cross or touch.
  void meet(std::size_t s, std::size_t t) {
    const auto& a = index_.segments()[s];
    const auto& b = index_.segments()[t];
    const bool are_neighbours =
        place_[s].line == place_[t].line && place_[t].segment == place_[s].segment + 1;
    const int a1 = side(b.a, b.b, a.a);
    const int a2 = side(b.a, b.b, a.b);
    const int b1 = side(a.a, a.b, b.a);
    const int b2 = side(a.a, a.b, b.b);
    if (a1 * a2 < 0 && b1 * b2 < 0) {
      // On the segment at the share that areas give; long double, rounded once.
      const auto area1 = static_cast<long double>(orientation(b.a, b.b, a.a));
      const auto area2 = static_cast<long double>(orientation(b.a, b.b, a.b));
      const auto share = area1 / (area1 - area2);
      const auto between = [&](std::int32_t from, std::int32_t to) {
        return static_cast<std::int32_t>(
            std::nearbyintl(from + share * (static_cast<long double>(to) - from)));
      };
      const Point point{between(a.a.x_mm, a.b.x_mm), between(a.a.y_mm, a.b.y_mm)};
      add_cut(s, point);
      add_cut(t, point);
      return;
    }
    // Touching: an end of one lies on the other, or is an end of it.
    for (const auto p : {a.a, a.b}) {
      if (side(b.a, b.b, p) != 0 || !is_between(b.a, b.b, p)) continue;
      if (are_neighbours && p == b.a) continue;
      add_cut(s, p);
      add_cut(t, p);
    }
    for (const auto p : {b.a, b.b}) {
      if (side(a.a, a.b, p) != 0 || !is_between(a.a, a.b, p)) continue;
      if (are_neighbours && p == a.b) continue;
      add_cut(s, p);
      add_cut(t, p);
    }
  }

  /// Cuts a segment at a share of its length, or at the line's end if that is within reach.
  Point cut_at(std::int32_t segment, double fraction, Metres reach) {
    const auto& s = index_.segments()[at(segment)];
    const auto between = [&](std::int32_t from, std::int32_t to) {
      return static_cast<std::int32_t>(
          std::nearbyint(from + fraction * (static_cast<double>(to) - from)));
    };
    Point point{between(s.a.x_mm, s.b.x_mm), between(s.a.y_mm, s.b.y_mm)};
    const auto line = lines_[at(s.id)];
    const double reach_mm = reach.count() * 1000.0;
    for (const auto end : {line.front(), line.back()}) {
      if (static_cast<double>(squared(end, point)) > reach_mm * reach_mm) continue;
      return end;
    }
    add_cut(at(segment), point);
    return point;
  }

  struct Home {
    std::int32_t line;
    std::int64_t segment;
  };

  const RoadLines& lines_;
  std::span<const std::int32_t> level_;
  SegmentIndex index_;
  std::vector<Home> place_;  // by segment
  std::vector<Cut> cuts_;
  std::map<std::int32_t, Point> before_;  // a line's new first point
  std::map<std::int32_t, Point> after_;
};

}  // namespace

NodedLines node_lines(const RoadLines& lines, std::span<const std::int32_t> level,
                      std::span<const Point> places, NodingOptions options) {
  require(level.empty() || level.size() == lines.size(),
          [] { return std::string{"roads: one level is needed for each line"}; });
  NodedLines out;
  Noder noder{lines, level};
  if (options.at_crossings) noder.cut_crossings();
  if (options.join_within.count() > 0) out.joined = noder.join_loose_ends(options.join_within);
  noder.cut_at_places(places, out);
  noder.write(out);
  return out;
}

}  // namespace libgrid
