#include "libgrid/geometry/contour.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "contour_regions.hpp"
#include "libgrid/base/error.hpp"
#include "ring.hpp"
#include "ring_tracing.hpp"

namespace libgrid {
namespace {

constexpr std::int32_t kNone = -1;

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Where the border crosses a lattice edge, and the nodes on both sides.
struct Crossing {
  Point point;
  std::int32_t inside;
  std::int32_t outside;
  std::int32_t next = kNone;  // along the border, the inside on the left
};

class Tracer {
 public:
  Tracer(const Lattice& lattice, std::int32_t only) : l_{lattice}, inside_(lattice.value.size()) {
    for (std::size_t v = 0; v < inside_.size(); ++v)
      inside_[v] = l_.value[v] <= 0 && (only == kNone || l_.label[v] == only) ? 1 : 0;
  }

  [[nodiscard]] std::span<const std::uint8_t> inside() const { return inside_; }

  /// All crossings, linked to rings.
  std::vector<Crossing> link() {
    const auto columns = l_.columns;
    std::vector<std::int32_t> south(at(columns), kNone);  // crossings of the cells' southern edges
    std::vector<std::int32_t> north(at(columns), kNone);
    std::vector<std::int32_t> west(at(columns), kNone);  // of the edges up from this row
    for (std::int32_t j = 0; j + 1 < l_.rows; ++j) {
      const auto row = j * columns;
      for (std::int32_t i = 0; i < columns; ++i) west[at(i)] = cross(row + i, columns);
      for (std::int32_t i = 0; i + 1 < columns; ++i) north[at(i)] = cross(row + columns + i, 1);
      for (std::int32_t i = 0; i + 1 < columns; ++i) {
        // Counterclockwise from the south-west corner: the edge after each corner.
        const std::array<std::int32_t, 4> edge{south[at(i)], west[at(i + 1)], north[at(i)],
                                               west[at(i)]};
        if (edge[0] == kNone && edge[1] == kNone && edge[2] == kNone && edge[3] == kNone) continue;
        const std::array<std::int32_t, 4> corner{row + i, row + i + 1, row + columns + i + 1,
                                                 row + columns + i};
        for (std::size_t k = 0; k < 4; ++k) {
          if (inside_[at(corner[k])] == 0 || edge[k] == kNone) continue;
          // The border leaves here and comes back where this run of inside corners began.
          auto back = (k + 3) % 4;
          while (edge[back] == kNone) back = (back + 3) % 4;
          found_[at(edge[k])].next = edge[back];
        }
      }
      std::swap(south, north);
    }
    return std::move(found_);
  }

 private:
  /// The crossing between a node and the next one to the east (step 1) or north, if there is one.
  std::int32_t cross(std::int32_t node, std::int32_t step) {
    const auto far = node + step;
    const bool low_inside = inside_[at(node)] != 0;
    if (low_inside == (inside_[at(far)] != 0)) return kNone;
    const auto in = low_inside ? node : far;
    const auto out = low_inside ? far : node;
    auto from_low = l_.cell_mm / 2;
    if (l_.value[at(out)] > 0) {
      // Written so that rounding cannot break the order: deeper inside and nearer outside never
      // give a shorter way.
      const auto depth = -static_cast<double>(l_.value[at(in)]);
      const auto share = 1.0 / (1.0 + static_cast<double>(l_.value[at(out)]) / depth);
      const auto way =
          std::clamp(static_cast<std::int32_t>(std::lround(share * l_.cell_mm)), 1, l_.cell_mm - 1);
      from_low = low_inside ? way : l_.cell_mm - way;
    }
    Point p{l_.low.x_mm + (node % l_.columns) * l_.cell_mm,
            l_.low.y_mm + (node / l_.columns) * l_.cell_mm};
    (step == 1 ? p.x_mm : p.y_mm) += from_low;
    found_.push_back({p, in, out});
    return static_cast<std::int32_t>(found_.size()) - 1;
  }

  const Lattice& l_;
  std::vector<std::uint8_t> inside_;
  std::vector<Crossing> found_;
};

struct TracedRing {
  std::vector<Point> points;  // closed
  std::int32_t first;         // crossing
  Int128 area;
};

std::vector<TracedRing> trace(std::vector<Crossing>& crossings) {
  std::vector<TracedRing> rings;
  for (std::size_t start = 0; start < crossings.size(); ++start) {
    if (crossings[start].next == kNone) continue;
    TracedRing ring{.points = {}, .first = static_cast<std::int32_t>(start), .area = 0};
    for (auto c = ring.first; crossings[at(c)].next != kNone;) {
      ring.points.push_back(crossings[at(c)].point);
      c = std::exchange(crossings[at(c)].next, kNone);
    }
    ring.points.push_back(ring.points.front());
    ring.area = twice_signed_area(ring.points);
    rings.push_back(std::move(ring));
  }
  return rings;
}

void check_size(const Lattice& l, std::int32_t only) {
  const auto nodes = static_cast<std::int64_t>(l.columns) * l.rows;
  require(l.cell_mm >= 2 && l.columns >= 2 && l.rows >= 2 && nodes < INT32_MAX &&
              l.value.size() == static_cast<std::size_t>(nodes) &&
              (only == kNone || l.label.size() == l.value.size()),
          [] { return std::string{"contour: the lattice's columns do not fit its size"}; });
}

void check_rim(const Lattice& l, std::span<const std::uint8_t> inside) {
  bool rim = true;
  for (std::int32_t i = 0; i < l.columns; ++i)
    rim = rim && inside[at(i)] == 0 && inside[at((l.rows - 1) * l.columns + i)] == 0;
  for (std::int32_t j = 0; j < l.rows; ++j)
    rim = rim && inside[at(j * l.columns)] == 0 && inside[at((j + 1) * l.columns - 1)] == 0;
  require(rim, [] { return std::string{"contour: the lattice's rim must be outside"}; });
}

}  // namespace

void append_contour(const Lattice& lattice, ContourOptions options, PolygonColumns& columns) {
  check_size(lattice, options.only);
  Tracer tracer{lattice, options.only};
  check_rim(lattice, tracer.inside());
  auto crossings = tracer.link();
  const auto rings = trace(crossings);
  const auto is_shell = [&](std::size_t r) { return rings[r].area > 0; };
  const auto smallest = static_cast<Int128>(options.min_hole_m2 * 2e6);  // twice the area in mm²
  std::vector<std::int32_t> shell(rings.size(), kNone);
  std::size_t shells = 0;
  for (std::size_t r = 0; r < rings.size(); ++r) shells += is_shell(r) ? 1 : 0;
  if (shells == 1 && options.only == kNone) {
    const auto only = static_cast<std::int32_t>(
        std::find_if(rings.begin(), rings.end(), [](const auto& r) { return r.area > 0; }) -
        rings.begin());
    for (std::size_t r = 0; r < rings.size(); ++r)
      if (is_shell(r) || -rings[r].area >= smallest) shell[r] = only;
  } else if (shells == rings.size()) {
    for (std::size_t r = 0; r < rings.size(); ++r) shell[r] = static_cast<std::int32_t>(r);
  } else {
    const auto region = number_regions(tracer.inside(), lattice.columns, lattice.rows);
    const auto count = at(*std::max_element(region.begin(), region.end()) + 1);
    std::vector<std::uint8_t> taken(count, 0);  // somebody else's land lies there
    for (std::size_t v = 0; v < region.size(); ++v)
      if (lattice.value[v] <= 0 && tracer.inside()[v] == 0) taken[at(region[v])] = 1;
    std::vector<RingSides> sides;
    for (std::size_t r = 0; r < rings.size(); ++r) {
      const auto& c = crossings[at(rings[r].first)];
      sides.push_back(
          {region[at(c.inside)], region[at(c.outside)], is_shell(r),
           !is_shell(r) && -rings[r].area < smallest && taken[at(region[at(c.outside)])] == 0});
    }
    shell = shells_of(sides, count);
  }
  const auto add = [&](std::size_t r) {
    columns.points.insert(columns.points.end(), rings[r].points.begin(), rings[r].points.end());
    columns.point_begin.push_back(std::ssize(columns.points));
  };
  std::vector<std::vector<std::size_t>> holes(rings.size());
  for (std::size_t r = 0; r < rings.size(); ++r)
    if (!is_shell(r) && shell[r] != kNone) holes[at(shell[r])].push_back(r);
  for (std::size_t r = 0; r < rings.size(); ++r) {
    if (!is_shell(r) || shell[r] == kNone) continue;
    add(r);
    for (const auto h : holes[r]) add(h);
    columns.ring_begin.push_back(std::ssize(columns.point_begin) - 1);
  }
  columns.part_begin.push_back(std::ssize(columns.ring_begin) - 1);
}

void append_ring_between(const PolygonSet& set, std::int64_t outer, std::int64_t inner,
                         PolygonColumns& columns) {
  std::vector<Arc> arcs;
  const auto collect = [&](std::int64_t polygon, bool turned) {
    const auto rings = set.rings_of(polygon);
    for (auto r = rings.begin; r < rings.end; ++r) {
      const auto ring = set.ring(r);
      for (std::size_t k = 1; k < ring.size(); ++k)
        arcs.push_back(turned ? Arc{ring[k], ring[k - 1]} : Arc{ring[k - 1], ring[k]});
    }
  };
  collect(inner, true);
  std::sort(arcs.begin(), arcs.end());
  auto turned = std::move(arcs);
  arcs = {};
  collect(outer, false);
  std::sort(arcs.begin(), arcs.end());
  // An arc of the outer border that the inner border runs along as well bounds nothing.
  std::vector<Arc> left;
  const auto in = [](const std::vector<Arc>& sorted, const Arc& a) {
    return std::binary_search(sorted.begin(), sorted.end(), a);
  };
  for (const auto& a : arcs)
    if (!in(turned, {a.to, a.from})) left.push_back(a);
  for (const auto& a : turned)
    if (!in(arcs, {a.to, a.from})) left.push_back(a);
  std::sort(left.begin(), left.end());
  const bool whole = append_traced(left, columns);
  LIBGRID_ASSERT(whole);
}

}  // namespace libgrid
