#include "libgrid/travel/snapping.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"

namespace libgrid {
namespace {

constexpr std::int64_t kGrain = 2048;
constexpr double kMmPerM = 1000.0;
// How much farther than an island's edge an edge of the largest component may be and still be
// taken.
constexpr double kIslandFactor = 2.0;
constexpr double kIslandMarginM = 50.0;

double length_m(Point a, Point b) {
  const double dx = static_cast<double>(a.x_mm) - b.x_mm;
  const double dy = static_cast<double>(a.y_mm) - b.y_mm;
  return std::sqrt(dx * dx + dy * dy) / kMmPerM;
}

// What an edge is good for.
enum Good : std::uint8_t { kMain = 1, kLeaves = 2, kReached = 4 };

std::uint8_t wanted(SnapDirection direction) {
  switch (direction) {
    case SnapDirection::from:
      return kMain | kLeaves;
    case SnapDirection::to:
      return kMain | kReached;
    case SnapDirection::both:
      return kMain | kLeaves | kReached;
    case SnapDirection::any:
      break;
  }
  return kMain;
}

/// The junctions that `graph` leads to from those of one component, themselves included, by node.
std::vector<std::uint8_t> led_to(const CsrGraph& graph, const std::vector<std::int32_t>& label,
                                 std::int32_t component) {
  std::vector<std::uint8_t> is_led(static_cast<std::size_t>(graph.node_count()), 0);
  std::vector<std::int32_t> open;
  const auto visit = [&](std::int32_t node) {
    auto& led = is_led[static_cast<std::size_t>(node)];
    if (led != 0) return;
    led = 1;
    open.push_back(graph.place_of(node));
  };
  for (std::int32_t v = 0; v < graph.node_count(); ++v)
    if (label[static_cast<std::size_t>(v)] == component) visit(v);
  while (!open.empty()) {
    const auto place = open.back();
    open.pop_back();
    for (const auto& arc : graph.arcs(place)) visit(graph.node_at(arc.head));
  }
  return is_led;
}

std::vector<std::uint8_t> goodness(const RoadNetwork& network) {
  const auto& edges = network.edges();
  const auto streets = static_cast<std::size_t>(network.street_count());
  std::vector<std::uint8_t> good(streets, kLeaves | kReached);
  std::vector<std::int32_t> tail(streets);
  std::vector<std::int32_t> head(streets);
  const auto& weak = network.weak();
  const auto largest = weak.largest();
  for (std::size_t e = 0; e < streets; ++e) {
    tail[e] = network.junction_of(edges.tail[e]);
    head[e] = network.junction_of(edges.head[e]);
    if (weak.label[static_cast<std::size_t>(tail[e])] == largest) good[e] |= kMain;
  }
  const auto& strong = network.strong();
  const auto main = strong.largest();
  if (streets == 0 || 2 * strong.size[static_cast<std::size_t>(main)] <
                          weak.size[static_cast<std::size_t>(largest)])
    return good;
  const CsrGraph graph{network.junction_count(), {tail, head, {edges.ms.data(), streets}}};
  const auto is_reached = led_to(graph, strong.label, main);
  const auto is_leaving = led_to(graph.reverse(), strong.label, main);
  for (std::size_t e = 0; e < streets; ++e) {
    good[e] = good[e] & kMain;
    if (is_leaving[static_cast<std::size_t>(head[e])] != 0) good[e] |= kLeaves;
    if (is_reached[static_cast<std::size_t>(tail[e])] != 0) good[e] |= kReached;
  }
  for (std::size_t e = 0; e < streets; ++e) {  // a street can be used either way
    const auto back = edges.opposite[e];
    if (back > static_cast<std::int32_t>(e)) good[e] |= good[static_cast<std::size_t>(back)];
  }
  return good;
}

// One segment a piece of every street, in the order of edges, so that ties go to the lower edge.
std::vector<Segment> segments_of(const RoadNetwork& network) {
  require(network.has_geometry(), [] {
    return std::string{
        "the network has no coordinates, so points cannot be snapped: give node indices"};
  });
  const auto& edges = network.edges();
  std::vector<Segment> segments;
  for (std::int32_t e = 0; e < network.street_count(); ++e) {
    const auto row = static_cast<std::size_t>(e);
    if (edges.opposite[row] != -1 && edges.opposite[row] < e)
      continue;  // stands with the lower one
    const auto line = network.lines()[static_cast<std::size_t>(edges.line[row])];
    for (std::size_t i = 0; i + 1 < line.size(); ++i) segments.push_back({line[i], line[i + 1], e});
  }
  return segments;
}

}  // namespace

SnapIndex::SnapIndex(const RoadNetwork& network)
    : index_{segments_of(network)}, good_{goodness(network)} {
  const auto& edges = network.edges();
  const auto segments = index_.segments();
  homes_.reserve(segments.size());
  for (std::size_t first = 0; first < segments.size();) {
    const auto edge = static_cast<std::size_t>(segments[first].id);
    auto end = first;
    double line_m = 0;
    for (; end < segments.size() && segments[end].id == segments[first].id; ++end)
      line_m += length_m(segments[end].a, segments[end].b);
    double start_m = 0;
    for (; first < end; ++first) {
      const double own_m = length_m(segments[first].a, segments[first].b);
      homes_.push_back({start_m, own_m, line_m, network.junction_of(edges.tail[edge]),
                        network.junction_of(edges.head[edge])});
      start_m += own_m;
    }
  }
}

Snapped SnapIndex::snap(Point point, SnapOptions options) const {
  std::int32_t hint = -1;
  return snap(point, options, hint);
}

Snapped SnapIndex::snap(Point point, SnapOptions options, std::int32_t& hint) const {
  auto hit = index_.nearest(point, Metres{std::numeric_limits<double>::infinity()}, {}, hint);
  if (!hit) return {.reason = SnapReason::no_edges};
  hint = hit->segment;
  Snapped result;
  const auto want = wanted(options.direction);
  const auto have = good_[static_cast<std::size_t>(hit->id)];
  if ((have & want) != want) {
    const double island_m = std::sqrt(hit->squared_mm2) / kMmPerM;
    const double reach_m = std::min(options.max_off_network.count(),
                                    std::max(kIslandFactor * island_m, island_m + kIslandMarginM));
    const auto better = index_.nearest(point, Metres{reach_m}, [&](std::int32_t edge) {
      return (good_[static_cast<std::size_t>(edge)] & want) == want;
    });
    if (better) {
      hit = better;
      result.reason = (have & kMain) == 0             ? SnapReason::off_island
                      : (want & ~have & kLeaves) != 0 ? SnapReason::cannot_leave
                                                      : SnapReason::cannot_reach;
    }
  }
  result.distance_m = std::sqrt(hit->squared_mm2) / kMmPerM;
  if (result.distance_m > options.max_off_network.count()) {
    result.reason = SnapReason::too_far;
    return result;
  }
  const auto& home = homes_[static_cast<std::size_t>(hit->segment)];
  result.edge = hit->id;
  result.fraction =
      home.line_m > 0
          ? std::clamp((home.start_m + hit->fraction * home.length_m) / home.line_m, 0.0, 1.0)
          : 0.0;
  // An end counts as the node only if the point really met it: there every street of the crossing
  // is open.
  if (result.fraction <= 0) result.node = home.tail;
  if (result.fraction >= 1) result.node = home.head;
  return result;
}

std::vector<Snapped> SnapIndex::snap(std::span<const Point> points, SnapOptions options,
                                     const RunControl& control) const {
  std::vector<Snapped> snapped(points.size());
  // Along a curve, so that what one point read from the index is at hand for the next.
  const auto order = hilbert_order(points);
  control.begin(static_cast<std::int64_t>(points.size()));
  for_each_chunk(static_cast<std::int64_t>(points.size()), kGrain, control, [&](Chunk chunk) {
    std::int32_t hint = -1;
    for (auto i = chunk.begin; i < chunk.end; ++i) {
      const auto row = static_cast<std::size_t>(order[static_cast<std::size_t>(i)]);
      snapped[row] = snap(points[row], options, hint);
    }
  });
  return snapped;
}

}  // namespace libgrid
