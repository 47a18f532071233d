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

// One segment a piece of every street, in the order of edges, so that ties go to the lower edge.
std::vector<Segment> segments_of(const RoadNetwork& network) {
  require(network.has_geometry(), [] {
    return std::string{
        "the network has no coordinates, so points cannot be snapped: give node indices"};
  });
  const auto& edges = network.edges();
  std::vector<Segment> segments;
  for (std::int32_t e = 0; e < network.edge_count(); ++e) {
    const auto row = static_cast<std::size_t>(e);
    if (edges.opposite[row] != -1 && edges.opposite[row] < e)
      continue;  // stands with the lower one
    const auto line = network.lines()[static_cast<std::size_t>(edges.line[row])];
    for (std::size_t i = 0; i + 1 < line.size(); ++i) segments.push_back({line[i], line[i + 1], e});
  }
  return segments;
}

}  // namespace

SnapIndex::SnapIndex(const RoadNetwork& network) : index_{segments_of(network)} {
  const auto& edges = network.edges();
  const auto largest = network.weak().largest();
  const auto segments = index_.segments();
  homes_.reserve(segments.size());
  main_.assign(static_cast<std::size_t>(network.edge_count()), 0);
  for (std::size_t first = 0; first < segments.size();) {
    const auto edge = static_cast<std::size_t>(segments[first].id);
    auto end = first;
    double line_m = 0;
    for (; end < segments.size() && segments[end].id == segments[first].id; ++end)
      line_m += length_m(segments[end].a, segments[end].b);
    double start_m = 0;
    for (; first < end; ++first) {
      const double own_m = length_m(segments[first].a, segments[first].b);
      homes_.push_back({start_m, own_m, line_m, edges.tail[edge], edges.head[edge]});
      start_m += own_m;
    }
    main_[edge] =
        network.weak().label[static_cast<std::size_t>(edges.tail[edge])] == largest ? 1 : 0;
  }
}

Snapped SnapIndex::snap(Point point, SnapOptions options) const {
  auto hit = index_.nearest(point, Metres{std::numeric_limits<double>::infinity()});
  if (!hit) return {.reason = SnapReason::no_edges};
  Snapped result;
  if (main_[static_cast<std::size_t>(hit->id)] == 0) {
    const double island_m = std::sqrt(hit->squared_mm2) / kMmPerM;
    const double reach_m = std::min(options.max_off_network.count(),
                                    std::max(kIslandFactor * island_m, island_m + kIslandMarginM));
    const auto main = index_.nearest(point, Metres{reach_m}, [this](std::int32_t edge) {
      return main_[static_cast<std::size_t>(edge)] != 0;
    });
    if (main) {
      hit = main;
      result.reason = SnapReason::off_island;
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
  control.begin(static_cast<std::int64_t>(points.size()));
  for_each_chunk(static_cast<std::int64_t>(points.size()), kGrain, control, [&](Chunk chunk) {
    for (auto i = chunk.begin; i < chunk.end; ++i) {
      const auto row = static_cast<std::size_t>(i);
      snapped[row] = snap(points[row], options);
    }
  });
  return snapped;
}

}  // namespace libgrid
