#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/base/random.hpp"

namespace libgrid {

/// A small undirected graph in compressed rows: the part of a larger one that is worked on, with
/// nodes numbered 0 … n-1. Each edge stands in both rows; parallel edges count as many times.
struct SmallGraph {
  struct Row {
    std::uint32_t first;
    std::uint32_t degree;
  };
  std::vector<Row> row;             ///< by node
  std::vector<std::uint32_t> head;  ///< row[v].first … + row[v].degree - 1: neighbours of v

  [[nodiscard]] std::uint32_t node_count() const { return static_cast<std::uint32_t>(row.size()); }
};

/// A tree over all nodes with every parent before its children.
struct SpanningTree {
  std::vector<std::uint32_t> order;   ///< the root first
  std::vector<std::uint32_t> parent;  ///< by node; the root is its own
};

/// Draws spanning trees uniformly from all that a graph has, by loop-erased random walks: every
/// tree has exactly the same chance, whatever the root. Keeps its memory between draws.
///
/// Expected cost: the mean time of a walk to the root, about n log n steps on planar graphs.
/// Source: D. B. Wilson 1996, Generating random spanning trees more quickly than the cover time.
class TreeDrawer {
 public:
  /// The graph must be connected and have a node: a walk would never end otherwise, so callers
  /// check. The tree stands until the next draw.
  const SpanningTree& draw(const SmallGraph& graph, Rng& rng);

 private:
  SpanningTree tree_;
  std::vector<std::uint8_t> in_tree_;
};

/// Whether every node is reached from the first; a graph without nodes is not connected. `stack`
/// and `seen` are memory to reuse.
[[nodiscard]] bool is_connected(const SmallGraph& graph, std::vector<std::uint32_t>& stack,
                                std::vector<std::uint8_t>& seen);

}  // namespace libgrid
