#include "voronoi_arcs.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <boost/polygon/voronoi.hpp>
#pragma GCC diagnostic pop

#include "ring.hpp"

namespace libgrid {
namespace {

using Diagram = boost::polygon::voronoi_diagram<double>;

/// A diagram that leaves its builder when a stop is asked for: the builder adds every edge here.
class StoppableDiagram : public Diagram {
 public:
  explicit StoppableDiagram(const RunControl& run) : run_{run} {}
  template <class... Given>
  std::pair<void*, void*> _insert_new_edge(const Given&... given) {
    if (run_.stop.stop_requested()) throw Cancelled{};
    return Diagram::_insert_new_edge(given...);
  }

 private:
  const RunControl& run_;
};

double distance_to(Point a, Point b, Point p) {
  const auto length = length_mm(a, b);
  if (length == 0) return length_mm(a, p);
  return std::abs(static_cast<double>(orientation(a, b, p))) / length;
}

/// Douglas & Peucker 1973, with a stack.
std::vector<Point> straighten(const std::vector<Point>& line, double tolerance) {
  std::vector<std::uint8_t> keep(line.size(), 0);
  keep.front() = keep.back() = 1;
  std::vector<std::pair<std::size_t, std::size_t>> open{{0, line.size() - 1}};
  while (!open.empty()) {
    const auto [from, to] = open.back();
    open.pop_back();
    double furthest = tolerance;
    std::size_t at = 0;
    for (auto k = from + 1; k < to; ++k)
      if (const auto d = distance_to(line[from], line[to], line[k]); d > furthest) {
        furthest = d;
        at = k;
      }
    if (at == 0) continue;
    keep[at] = 1;
    open.emplace_back(from, at);
    open.emplace_back(at, to);
  }
  std::vector<Point> out;
  for (std::size_t k = 0; k < line.size(); ++k)
    if (keep[k] != 0) out.push_back(line[k]);
  return out;
}

}  // namespace

std::vector<std::vector<Point>> voronoi_arcs(std::vector<WallPoint> points, double tolerance_mm,
                                             const RunControl& run) {
  std::sort(points.begin(), points.end(), [](const WallPoint& l, const WallPoint& r) {
    return std::tie(l.at, l.owner) < std::tie(r.at, r.owner);
  });
  points.erase(std::unique(points.begin(), points.end(),
                           [](const WallPoint& l, const WallPoint& r) { return l.at == r.at; }),
               points.end());
  boost::polygon::default_voronoi_builder builder;
  for (const auto& p : points) builder.insert_point(p.at.x_mm, p.at.y_mm);
  StoppableDiagram diagram{run};
  builder.construct(&diagram);

  // Border edges as links between junctions; colour marks an edge as walked.
  const auto owner = [&](const Diagram::edge_type& e) {
    return points[e.cell()->source_index()].owner;
  };
  const auto is_border = [&](const Diagram::edge_type& e) {
    return e.is_finite() && owner(e) != owner(*e.twin()) && owner(e) >= 0 && owner(*e.twin()) >= 0;
  };
  const auto degree = [&](const Diagram::vertex_type& v) {
    int count = 0;
    const auto* e = v.incident_edge();
    do {
      if (is_border(*e)) ++count;
      e = e->rot_next();
    } while (e != v.incident_edge());
    return count;
  };
  // Bisectors of far points may leave the frame; they are cut off later anyway. A square of twice
  // this still counts its millimetres in int64.
  constexpr double kFar = 1.5e9;
  const auto at = [&](const Diagram::vertex_type& v) {
    return Point{static_cast<std::int32_t>(std::llround(std::clamp(v.x(), -kFar, kFar))),
                 static_cast<std::int32_t>(std::llround(std::clamp(v.y(), -kFar, kFar)))};
  };
  std::vector<std::vector<Point>> arcs;
  const auto walk = [&](const Diagram::edge_type* e) {
    if (run.stop.stop_requested()) throw Cancelled{};
    std::vector<Point> line{at(*e->vertex0())};
    for (;;) {
      e->color(1);
      e->twin()->color(1);
      line.push_back(at(*e->vertex1()));
      if (degree(*e->vertex1()) != 2) break;
      const auto* next = e->twin()->rot_next();
      while (!is_border(*next)) next = next->rot_next();
      if (next->color() != 0) break;
      e = next;
    }
    arcs.push_back(straighten(line, tolerance_mm));
  };
  for (const auto& e : diagram.edges())
    if (e.color() == 0 && is_border(e) && degree(*e.vertex0()) != 2) walk(&e);
  for (const auto& e : diagram.edges())
    if (e.color() == 0 && is_border(e)) walk(&e);  // closed lines without a junction
  return arcs;
}

}  // namespace libgrid
