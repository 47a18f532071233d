#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "libgrid/base/random.hpp"
#include "libgrid/graph/shortest_paths.hpp"

namespace libgrid::testing {

struct EdgeList {
  std::int32_t nodes = 0;
  std::vector<std::int32_t> tail;
  std::vector<std::int32_t> head;
  std::vector<std::uint32_t> ms;
  [[nodiscard]] EdgeView view() const { return {tail, head, ms}; }
};

/// Small, nasty: zeros, parallel edges, self-loops, one-ways, lengths from a millisecond to far
/// beyond a bucket.
inline EdgeList random_edges(Rng& rng, std::int32_t max_nodes) {
  EdgeList list;
  list.nodes = 1 + static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(max_nodes)));
  const auto nodes = static_cast<std::uint64_t>(list.nodes);
  const auto count = rng.below(4 * nodes + 1);
  const std::uint64_t longest[] = {1, 3, 900, 5'000, 300'000};
  const auto range = longest[rng.below(5)];
  for (std::uint64_t e = 0; e < count; ++e) {
    list.tail.push_back(static_cast<std::int32_t>(rng.below(nodes)));
    list.head.push_back(static_cast<std::int32_t>(rng.below(nodes)));
    list.ms.push_back(static_cast<std::uint32_t>(rng.below(range)));
  }
  return list;
}

/// Bellman and Ford, straight from the definition: smallest (time, label) by node, all ones where
/// none.
inline std::vector<std::uint64_t> bellman_ford(const EdgeList& list,
                                               const std::vector<Seed>& seeds) {
  std::vector<std::uint64_t> best(static_cast<std::size_t>(list.nodes), ~std::uint64_t{0});
  for (const auto& s : seeds) {
    auto& b = best[static_cast<std::size_t>(s.node)];
    b = std::min(b, (std::uint64_t{s.ms} << 32) | static_cast<std::uint32_t>(s.label));
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t e = 0; e < list.tail.size(); ++e) {
      const auto from = best[static_cast<std::size_t>(list.tail[e])];
      if (from == ~std::uint64_t{0}) continue;
      auto& to = best[static_cast<std::size_t>(list.head[e])];
      const auto through = from + (std::uint64_t{list.ms[e]} << 32);
      if (through < to) {
        to = through;
        changed = true;
      }
    }
  }
  return best;
}

/// Dijkstra with a binary heap on the graph itself, for graphs too large for the definition.
inline std::vector<std::uint32_t> heap_dijkstra(const CsrGraph& graph, std::int32_t source) {
  std::vector<std::uint32_t> best(static_cast<std::size_t>(graph.node_count()), kNever);
  using Item = std::pair<std::uint64_t, std::int32_t>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
  queue.emplace(0, graph.place_of(source));
  best[static_cast<std::size_t>(source)] = 0;
  while (!queue.empty()) {
    const auto [ms, place] = queue.top();
    queue.pop();
    if (ms != best[static_cast<std::size_t>(graph.node_at(place))]) continue;
    for (const auto& arc : graph.arcs(place)) {
      auto& to = best[static_cast<std::size_t>(graph.node_at(arc.head))];
      if (ms + arc.ms >= to) continue;
      to = static_cast<std::uint32_t>(ms + arc.ms);
      queue.emplace(ms + arc.ms, arc.head);
    }
  }
  return best;
}

}  // namespace libgrid::testing
