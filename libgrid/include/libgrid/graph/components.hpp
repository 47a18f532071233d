#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/graph/csr_graph.hpp"

namespace libgrid {

/// Which component each node is in. Components are numbered by their lowest node: node 0 is always
/// in 0.
struct Components {
  std::vector<std::int32_t> label;  ///< by node
  std::vector<std::int64_t> size;   ///< nodes, by component

  /// The component with the most nodes, the lower number on a tie; -1 when there are no nodes.
  [[nodiscard]] std::int32_t largest() const;
};

/// Parts that hang together when directions are ignored. O(arcs α(nodes)), union-find.
[[nodiscard]] Components weak_components(const CsrGraph& graph);

/// Parts in which every node reaches every other. O(nodes + arcs) without recursion.
/// Source: Tarjan (1972), Depth-first search and linear graph algorithms.
[[nodiscard]] Components strong_components(const CsrGraph& graph);

}  // namespace libgrid
