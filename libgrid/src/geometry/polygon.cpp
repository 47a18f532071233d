#include "libgrid/geometry/polygon.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

void require_offsets(const std::vector<std::int64_t>& offsets, std::size_t count,
                     const char* name) {
  const bool good = !offsets.empty() && offsets.front() == 0 &&
                    offsets.back() == static_cast<std::int64_t>(count) &&
                    std::is_sorted(offsets.begin(), offsets.end());
  require(good, [&] {
    return std::string{"polygons: "} + name + " must start at 0, never descend, and end at " +
           std::to_string(count);
  });
}

}  // namespace

PolygonSet::PolygonSet(PolygonColumns columns) : columns_{std::move(columns)} {
  require_offsets(columns_.point_begin, columns_.points.size(), "point_begin");
  require_offsets(columns_.ring_begin, columns_.point_begin.size() - 1, "ring_begin");
  require_offsets(columns_.part_begin, columns_.ring_begin.size() - 1, "part_begin");
  for (std::int64_t i = 0; i < size(); ++i) {
    const auto parts = parts_of(i);
    for (auto part = parts.begin; part < parts.end; ++part)
      require(rings_of_part(part).begin < rings_of_part(part).end,
              [&] { return "polygon " + std::to_string(i) + ": a part has no shell"; });
    const auto rings = rings_of(i);
    for (auto r = rings.begin; r < rings.end; ++r) {
      const auto points = ring(r);
      require(points.size() >= 4 && points.front() == points.back(), [&] {
        return "polygon " + std::to_string(i) +
               ": a ring is not closed or has fewer than four points after rounding to 1 mm";
      });
    }
  }
}

PolygonSet PolygonSet::take(std::span<const std::int32_t> rows) const {
  PolygonColumns taken;
  for (const auto row : rows) {
    require(row >= 0 && row < size(), [&] {
      return "polygons: row " + std::to_string(row) + " is not among the " + std::to_string(size());
    });
    const auto parts = parts_of(row);
    for (auto part = parts.begin; part < parts.end; ++part) {
      const auto rings = rings_of_part(part);
      for (auto r = rings.begin; r < rings.end; ++r) {
        const auto points = ring(r);
        taken.points.insert(taken.points.end(), points.begin(), points.end());
        taken.point_begin.push_back(static_cast<std::int64_t>(taken.points.size()));
      }
      taken.ring_begin.push_back(static_cast<std::int64_t>(taken.point_begin.size()) - 1);
    }
    taken.part_begin.push_back(static_cast<std::int64_t>(taken.ring_begin.size()) - 1);
  }
  PolygonSet set;
  set.columns_ = std::move(taken);
  return set;
}

Box PolygonSet::box_of(std::int64_t polygon) const {
  constexpr auto kMin = std::numeric_limits<std::int32_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int32_t>::max();
  Box box{{kMax, kMax}, {kMin, kMin}};
  const auto rings = rings_of(polygon);
  for (auto r = rings.begin; r < rings.end; ++r)
    for (const auto p : ring(r)) {
      box.low = {std::min(box.low.x_mm, p.x_mm), std::min(box.low.y_mm, p.y_mm)};
      box.high = {std::max(box.high.x_mm, p.x_mm), std::max(box.high.y_mm, p.y_mm)};
    }
  return box;
}

}  // namespace libgrid
