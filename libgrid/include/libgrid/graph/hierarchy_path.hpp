#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/graph/hierarchy.hpp"
#include "libgrid/graph/shortest_paths.hpp"

namespace libgrid {

/// A way from one node to another.
struct HierarchyPath {
  std::uint32_t ms = kNever;        ///< seeds included; kNever: there is no way
  std::vector<std::int32_t> nodes;  ///< from the first to the last; empty when there is no way
  std::vector<std::int32_t> edges;  ///< one fewer; of parallel edges the lowest as short
};

/// The shortest way from any seed of `from` to any of `to`, whose times are added at both ends.
///
/// One upward search from each side, and what they meet at: O(arcs above both), with shortcuts
/// unpacked into edges of `graph`, which must be the one of the hierarchy. The edges add up to the
/// time exactly. Of ways as short as each other one is told, always the same. A sum over kMaxMs is
/// kNever. Throws InvalidInput when a node does not exist.
[[nodiscard]] HierarchyPath find_path(const Hierarchy& hierarchy, const CsrGraph& graph,
                                      std::span<const Seed> from, std::span<const Seed> to);

}  // namespace libgrid
