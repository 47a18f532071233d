#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "graph_oracles.hpp"
#include "libgrid/travel/places.hpp"

namespace libgrid::testing {

/// Random streets with random places at nodes, inside edges and nowhere, and the slow truth about
/// them.
struct RandomTown {
  RoadNetwork network;
  std::vector<Place> origins;
  std::vector<Place> destinations;

  RandomTown(std::uint64_t seed, std::int32_t nodes, std::size_t origin_count,
             std::size_t destination_count)
      : RandomTown{Rng{seed}, nodes, origin_count, destination_count} {}

  /// Every edge cut at every place on it, all places being nodes: then Bellman and Ford.
  [[nodiscard]] std::vector<std::uint32_t> expected() const {
    const auto node_count = static_cast<std::size_t>(network.node_count());
    auto all = origins;
    all.insert(all.end(), destinations.begin(), destinations.end());
    EdgeList list;
    // Two extra nodes a place: on the network, and off it.
    list.nodes = static_cast<std::int32_t>(node_count + 2 * all.size());
    const auto add = [&](std::size_t from, std::size_t to, std::uint32_t ms) {
      list.tail.push_back(static_cast<std::int32_t>(from));
      list.head.push_back(static_cast<std::int32_t>(to));
      list.ms.push_back(ms);
    };
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto on = node_count + 2 * i;
      add(on, on + 1, all[i].off_ms);
      add(on + 1, on, all[i].off_ms);
      if (all[i].node == -1) continue;
      add(on, static_cast<std::size_t>(all[i].node), 0);
      add(static_cast<std::size_t>(all[i].node), on, 0);
    }
    const auto& edges = network.edges();
    for (std::size_t e = 0; e < edges.tail.size(); ++e) {
      const bool back = edges.opposite[e] != -1 && edges.opposite[e] < static_cast<std::int32_t>(e);
      const auto line_edge = back ? edges.opposite[e] : static_cast<std::int32_t>(e);
      std::vector<std::pair<double, std::size_t>> stops;
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].node == -1 && all[i].edge == line_edge)
          stops.emplace_back(all[i].fraction, node_count + 2 * i);
      }
      std::sort(stops.begin(), stops.end());
      stops.insert(stops.begin(),
                   {0.0, static_cast<std::size_t>(back ? edges.head[e] : edges.tail[e])});
      stops.emplace_back(1.0, static_cast<std::size_t>(back ? edges.tail[e] : edges.head[e]));
      const auto along = [&](double f) {
        return static_cast<std::uint32_t>(std::floor(edges.ms[e] * f));
      };
      for (std::size_t s = 0; s + 1 < stops.size(); ++s) {
        const auto ms = along(stops[s + 1].first) - along(stops[s].first);
        if (!back) add(stops[s].second, stops[s + 1].second, ms);
        if (back) add(stops[s + 1].second, stops[s].second, ms);
        // Places at one point of an edge meet whatever its direction.
        if (s > 0 && s + 2 < stops.size() && stops[s].first == stops[s + 1].first)
          add(stops[s + 1].second, stops[s].second, 0),
              add(stops[s].second, stops[s + 1].second, 0);
      }
    }
    std::vector<std::uint32_t> times;
    for (std::size_t i = 0; i < origins.size(); ++i) {
      const auto best =
          bellman_ford(list, {{.node = static_cast<std::int32_t>(node_count + 2 * i + 1)}});
      for (std::size_t j = 0; j < destinations.size(); ++j)
        times.push_back(
            static_cast<std::uint32_t>(best[node_count + 2 * (origins.size() + j) + 1] >> 32));
    }
    return times;
  }

 private:
  RandomTown(Rng rng, std::int32_t nodes, std::size_t origin_count, std::size_t destination_count)
      : network{make(rng, nodes)} {
    for (std::size_t i = 0; i < origin_count; ++i) origins.push_back(place(rng));
    for (std::size_t i = 0; i < destination_count; ++i) destinations.push_back(place(rng));
  }

  static RoadNetwork make(Rng& rng, std::int32_t nodes) {
    auto list = random_edges(rng, nodes);
    list.tail.push_back(0);
    list.head.push_back(0);
    list.ms.push_back(1234);  // never without edges, and always with a loop
    std::vector<Point> points;
    for (std::int32_t v = 0; v < list.nodes; ++v)
      points.push_back({static_cast<std::int32_t>(rng.below(1'000'000)), v});
    return RoadNetwork::from_edges(list.nodes, points, list.view(), rng.below(2) == 0);
  }

  Place place(Rng& rng) const {
    const auto kind = rng.below(10);
    if (kind == 0) return {};
    const auto off = static_cast<std::uint32_t>(rng.below(3) == 0 ? 0 : rng.below(5000));
    if (kind < 4) {
      const auto node =
          static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(network.node_count())));
      return {.node = node, .off_ms = off};
    }
    auto edge =
        static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(network.edge_count())));
    const auto opposite = network.edges().opposite[static_cast<std::size_t>(edge)];
    if (opposite != -1) edge = std::min(edge, opposite);
    return {.edge = edge, .fraction = static_cast<double>(1 + rng.below(7)) / 8.5, .off_ms = off};
  }
};

}  // namespace libgrid::testing
