#include "libgrid/travel/reached_edges.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "edge_drawing.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "reach_search.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// How much of an edge of `ms` the time that is left pays for.
double share_of(std::uint64_t left_ms, std::uint32_t ms) {
  return left_ms >= ms ? 1.0 : static_cast<double>(left_ms) / ms;
}

}  // namespace

void ReachSearch::add_own_edge(const RoadNetwork& network, const Place& place, std::int32_t source,
                               std::uint32_t start_ms, std::uint32_t limit_ms, Heading heading) {
  const auto& edges = network.edges();
  const auto begin = std::uint64_t{start_ms} + place.off_ms;
  if (begin > limit_ms) return;
  const bool out = heading == Heading::forward;
  const auto left = limit_ms - begin;
  const auto add = [&](std::int32_t edge, double fraction, std::uint32_t before) {
    const auto ms = edges.ms[at(edge)];
    const auto begin_ms = static_cast<std::uint32_t>(begin);
    // As a door counts it: `before` of the edge's milliseconds lie before the place.
    if (out) {
      const auto rest = ms - before;
      const auto to = left >= rest ? 1.0 : static_cast<double>(before + left) / ms;
      const auto to_ms = static_cast<std::uint32_t>(begin + std::min<std::uint64_t>(left, rest));
      pieces_.push_back({edge, source, fraction, std::max(to, fraction), begin_ms, to_ms});
    } else {
      const auto from = left >= before ? 0.0 : static_cast<double>(before - left) / ms;
      const auto from_ms =
          static_cast<std::uint32_t>(begin + std::min<std::uint64_t>(left, before));
      pieces_.push_back({edge, source, std::min(from, fraction), fraction, from_ms, begin_ms});
    }
  };
  const auto part = [&](std::int32_t edge) {
    return static_cast<std::uint32_t>(std::floor(edges.ms[at(edge)] * place.fraction));
  };
  add(place.edge, place.fraction, part(place.edge));
  const auto opposite = edges.opposite[at(place.edge)];
  if (opposite != -1) add(opposite, 1.0 - place.fraction, edges.ms[at(opposite)] - part(opposite));
}

void ReachSearch::run(const RoadNetwork& network, std::span<const Place> sources,
                      std::span<const std::int32_t> rows, std::uint32_t limit_ms,
                      const ReachOptions& options, const RunControl& control) {
  const auto heading =
      options.direction == Direction::from_source ? Heading::forward : Heading::backward;
  const bool out = heading == Heading::forward;
  const auto& graph = out ? network.forward() : network.backward();
  const auto& edges = network.edges();
  seeds_.clear();
  starts_.clear();
  pieces_.clear();
  for (const auto row : rows) {
    const auto& place = sources[at(row)];
    const auto start = options.start_ms.empty() ? 0U : options.start_ms[at(row)];
    for (const auto& door : doors_out(network, place, heading)) {
      const auto ms = add_ms(start, door.ms, limit_ms);
      if (ms == kNever) continue;
      seeds_.push_back({door.node, ms, row});
      starts_.push_back({door.node, row, ms});
    }
    if (place.node == -1 && place.edge != -1)
      add_own_edge(network, place, row, start, limit_ms, heading);
  }
  const auto reached = search_.run(graph, seeds_, limit_ms, control);
  for (const auto place : reached.places) {
    const auto ms = reached.ms(place);
    const auto source = static_cast<std::int32_t>(reached.key[at(place)] & 0xFFFFFFFFU);
    const auto left = limit_ms - ms;
    for (const auto edge : graph.edges(place)) {
      if (edge >= network.street_count()) continue;  // a turn leads nowhere by itself
      const auto edge_ms = edges.ms[at(edge)];
      if (left == 0 && edge_ms > 0) continue;
      const auto share = share_of(left, edge_ms);
      const auto far_ms = ms + std::min(left, edge_ms);
      if (out)
        pieces_.push_back({edge, source, 0.0, share, ms, far_ms});
      else
        pieces_.push_back({edge, source, share == 1.0 ? 0.0 : 1.0 - share, 1.0, far_ms, ms});
    }
  }
}

void check_reach(const RoadNetwork& network, std::span<const Place> sources, std::uint32_t limit_ms,
                 const ReachOptions& options) {
  check_places(network, sources, "sources");
  require(limit_ms > 0 && limit_ms <= kMaxMs,
          [] { return std::string{"the time limit must be above 0 and finite"}; });
  require(options.start_ms.empty() || options.start_ms.size() == sources.size(),
          [] { return std::string{"start_s needs one value for each source"}; });
}

ReachedEdges find_reached_edges(const RoadNetwork& network, std::span<const Place> sources,
                                std::uint32_t limit_ms, ReachOptions options,
                                const RunControl& control) {
  check_reach(network, sources, limit_ms, options);
  std::vector<std::int32_t> rows(sources.size());
  std::iota(rows.begin(), rows.end(), 0);
  const auto count = options.together ? 1 : static_cast<std::int64_t>(sources.size());
  constexpr std::int64_t kGrain = 8;  // searches a chunk: a workspace each
  std::vector<std::vector<ReachedEdge>> found(static_cast<std::size_t>(count));
  control.begin(count);
  for_each_chunk(count, kGrain, control, [&](Chunk chunk) {
    ReachSearch search;
    for (auto i = chunk.begin; i < chunk.end; ++i) {
      const auto one = options.together
                           ? std::span<const std::int32_t>{rows}
                           : std::span<const std::int32_t>{&rows[static_cast<std::size_t>(i)], 1};
      search.run(network, sources, one, limit_ms, options, control);
      auto& pieces = search.pieces();
      std::sort(pieces.begin(), pieces.end(), [](const ReachedEdge& a, const ReachedEdge& b) {
        return std::tuple{a.edge, a.from, a.to, a.source} <
               std::tuple{b.edge, b.from, b.to, b.source};
      });
      found[static_cast<std::size_t>(i)] = pieces;
    }
  });
  ReachedEdges result;
  for (const auto& pieces : found) {
    result.rows.insert(result.rows.end(), pieces.begin(), pieces.end());
    result.ptr.push_back(std::ssize(result.rows));
  }
  return result;
}

RoadLines draw_pieces(const RoadNetwork& network, std::span<const ReachedEdge> pieces) {
  require(network.has_geometry(),
          [] { return std::string{"the network has no coordinates, so nothing can be drawn"}; });
  RoadLines lines;
  for (const auto& piece : pieces) {
    append_drawn(network, piece.edge, piece.from, piece.to, lines.points);
    lines.begin.push_back(std::ssize(lines.points));
  }
  return lines;
}

}  // namespace libgrid
