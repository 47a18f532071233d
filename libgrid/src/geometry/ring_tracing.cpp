#include "ring_tracing.hpp"

#include <algorithm>
#include <unordered_map>

#include "ring.hpp"

namespace libgrid {
namespace {

using Ring = std::vector<Point>;  // closed

/// Is direction o→q met before o→r when turning clockwise from o→back? q, r differ from each other.
bool first_clockwise(Point o, Point back, Point q, Point r) {
  // Half 0: strictly clockwise of `back` up to the opposite direction; half 1: the rest of the
  // turn.
  const auto half = [&](Point p) { return orientation(o, back, p) < 0 ? 0 : 1; };
  const auto hq = half(q);
  const auto hr = half(r);
  if (hq != hr) return hq < hr;
  return orientation(o, q, r) < 0;
}

std::vector<Ring> trace(std::span<const Arc> arcs) {
  std::vector<std::uint8_t> used(arcs.size(), 0);
  std::vector<Ring> rings;
  for (std::size_t start = 0; start < arcs.size(); ++start) {
    if (used[start] != 0) continue;
    Ring walk{arcs[start].from};
    auto at = start;
    while (used[at] == 0) {
      used[at] = 1;
      const auto here = arcs[at].to;
      walk.push_back(here);
      auto it = std::lower_bound(arcs.begin(), arcs.end(), Arc{here, {INT32_MIN, INT32_MIN}});
      std::size_t best = arcs.size();
      for (; it != arcs.end() && it->from == here; ++it) {
        const auto k = static_cast<std::size_t>(it - arcs.begin());
        if (used[k] != 0 && k != start) continue;
        if (best == arcs.size() || first_clockwise(here, arcs[at].from, it->to, arcs[best].to))
          best = k;
      }
      if (best == arcs.size()) break;
      at = best;
    }
    // A hole that touches its shell in a vertex was walked in one go: cut the walk where it meets
    // itself.
    std::vector<Point> path;
    std::unordered_map<std::uint64_t, std::size_t> place;
    const auto key = [](Point p) {
      return (std::uint64_t{static_cast<std::uint32_t>(p.x_mm)} << 32) |
             static_cast<std::uint32_t>(p.y_mm);
    };
    for (const auto p : walk) {
      const auto found = place.find(key(p));
      if (found == place.end()) {
        place.emplace(key(p), path.size());
        path.push_back(p);
        continue;
      }
      const auto from = found->second;
      Ring ring(path.begin() + static_cast<std::ptrdiff_t>(from), path.end());
      ring.push_back(p);
      for (std::size_t k = from + 1; k < path.size(); ++k) place.erase(key(path[k]));
      path.resize(from + 1);
      if (ring.size() >= 4) rings.push_back(std::move(ring));
    }
  }
  return rings;
}

/// Semi-open, in doubled coordinates: a middle of one ring's edge never lies on another ring.
bool holds_middle(const Ring& ring, const Ring& other) {
  const auto x2 = std::int64_t{other[0].x_mm} + other[1].x_mm;
  const auto y2 = std::int64_t{other[0].y_mm} + other[1].y_mm;
  bool inside = false;
  for (std::size_t k = 1; k < ring.size(); ++k) {
    auto low = ring[k - 1];
    auto high = ring[k];
    if (high.y_mm < low.y_mm) std::swap(low, high);
    if (2 * std::int64_t{low.y_mm} > y2 || y2 >= 2 * std::int64_t{high.y_mm}) continue;
    const auto side = (2 * std::int64_t{high.x_mm} - 2 * std::int64_t{low.x_mm}) *
                          (y2 - 2 * std::int64_t{low.y_mm}) -
                      (2 * std::int64_t{high.y_mm} - 2 * std::int64_t{low.y_mm}) *
                          (x2 - 2 * std::int64_t{low.x_mm});
    if (side > 0) inside = !inside;
  }
  return inside;
}

Box box_of(const Ring& ring) {
  Box box{ring.front(), ring.front()};
  for (const auto p : ring) {
    box.low = {std::min(box.low.x_mm, p.x_mm), std::min(box.low.y_mm, p.y_mm)};
    box.high = {std::max(box.high.x_mm, p.x_mm), std::max(box.high.y_mm, p.y_mm)};
  }
  return box;
}

}  // namespace

bool append_traced(std::span<const Arc> arcs, PolygonColumns& columns) {
  struct Shell {
    Ring ring;
    Int128 area;
    Box box;
    std::vector<std::size_t> holes;
  };
  std::vector<Shell> shells;
  std::vector<Ring> holes;
  bool whole = true;
  for (auto& ring : trace(arcs)) {
    const auto area = twice_signed_area(ring);
    const auto box = box_of(ring);
    if (area > 0)
      shells.push_back({std::move(ring), area, box, {}});
    else if (area < 0)
      holes.push_back(std::move(ring));
    else
      whole = false;
  }
  std::stable_sort(shells.begin(), shells.end(),
                   [](const Shell& l, const Shell& r) { return l.area < r.area; });
  for (std::size_t h = 0; h < holes.size(); ++h) {
    const auto box = box_of(holes[h]);
    bool placed = false;
    for (auto& shell : shells) {  // the smallest around it is its own
      if (!shell.box.holds(box.low) || !shell.box.holds(box.high) ||
          !holds_middle(shell.ring, holes[h]))
        continue;
      shell.holes.push_back(h);
      placed = true;
      break;
    }
    whole = whole && placed;
  }
  std::stable_sort(shells.begin(), shells.end(),
                   [](const Shell& l, const Shell& r) { return l.ring.front() < r.ring.front(); });
  const auto add = [&](const Ring& ring) {
    columns.points.insert(columns.points.end(), ring.begin(), ring.end());
    columns.point_begin.push_back(std::ssize(columns.points));
  };
  for (const auto& shell : shells) {
    add(shell.ring);
    for (const auto h : shell.holes) add(holes[h]);
    columns.ring_begin.push_back(std::ssize(columns.point_begin) - 1);
  }
  columns.part_begin.push_back(std::ssize(columns.ring_begin) - 1);
  return whole;
}

void append_rows(const PolygonColumns& from, PolygonColumns& to) {
  const auto extend = [](const auto& offsets, auto& into) {
    const auto base = into.back();
    for (std::size_t k = 1; k < offsets.size(); ++k) into.push_back(base + offsets[k]);
  };
  to.points.insert(to.points.end(), from.points.begin(), from.points.end());
  extend(from.point_begin, to.point_begin);
  extend(from.ring_begin, to.ring_begin);
  extend(from.part_begin, to.part_begin);
}

}  // namespace libgrid
