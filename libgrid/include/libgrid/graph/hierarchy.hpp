#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/graph/csr_graph.hpp"

namespace libgrid {

/// One sense of a hierarchy: for each position its arcs to or from positions above, ascending.
struct HierarchyArcs {
  std::vector<std::uint32_t> first{0};  ///< position p has arcs `first[p]` … `first[p + 1] - 1`
  std::vector<Arc> arcs;                ///< `head` is the position above
  std::vector<std::int32_t> middle;     ///< a position below, -1: an edge of the graph

  [[nodiscard]] std::span<const Arc> of(std::int32_t position) const {
    const auto p = static_cast<std::size_t>(position);
    return {arcs.data() + first[p], first[p + 1] - first[p]};
  }
  bool operator==(const HierarchyArcs&) const = default;
};

/// What a hierarchy is made of, as it is kept in a file.
struct HierarchyColumns {
  std::vector<std::int32_t> node;  ///< by position
  HierarchyArcs out;               ///< to positions above
  HierarchyArcs in;                ///< from positions above; empty when the same as `out`
  bool symmetric = false;          ///< every way takes as long back, and `in` is not kept
  std::uint64_t longest_ms = 0;    ///< no shortest time is longer
  std::uint64_t graph_hash = 0;    ///< of the graph that it was built from

  bool operator==(const HierarchyColumns&) const = default;
};

/// Contraction hierarchy: every shortest way goes up, then down, over few arcs.
///
/// Nodes have positions: 0 is at the top, and arcs lead from a position to smaller ones. The order
/// of positions goes down depth first, so that what a sweep reads next was mostly written just
/// before. Zero lengths, self-loops and parallel edges are allowed; times are exact. Immutable.
///
/// Build: rounds of nodes that are less important than all their neighbours, contracted at the same
/// time; the same bits on any number of threads. About 10 µs and 90 bytes a node of a street graph;
/// memory 40 bytes a node and 12 an arc when it is done. Throws Cancelled.
/// Source: Geisberger et al. (2012), Exact routing in large road networks using contraction
/// hierarchies; independent rounds after Vetter (2009), Parallel time-dependent contraction
/// hierarchies.
class Hierarchy {
 public:
  explicit Hierarchy(const CsrGraph& graph, const RunControl& control = {});

  /// From a file. Throws InvalidInput when the columns are not a hierarchy.
  explicit Hierarchy(HierarchyColumns columns);

  [[nodiscard]] std::int32_t node_count() const {
    return static_cast<std::int32_t>(columns_.node.size());
  }
  [[nodiscard]] std::int32_t position_of(std::int32_t node) const {
    return position_[static_cast<std::size_t>(node)];
  }
  [[nodiscard]] std::int32_t node_at(std::int32_t position) const {
    return columns_.node[static_cast<std::size_t>(position)];
  }
  /// Arcs up along the edges, and against them: `up(Heading::backward)` leads up from where a
  /// search against the edges starts.
  [[nodiscard]] const HierarchyArcs& up(Heading heading) const {
    return heading == Heading::forward || columns_.symmetric ? columns_.out : columns_.in;
  }
  [[nodiscard]] std::int64_t arc_count() const {
    return static_cast<std::int64_t>(columns_.out.arcs.size() + columns_.in.arcs.size());
  }
  /// An upper bound of all shortest times. Below kMaxMs no sum can run over.
  [[nodiscard]] std::uint64_t longest_ms() const { return columns_.longest_ms; }
  /// Throws InvalidInput unless this was built from a graph with the same edges and times.
  void check_belongs_to(const CsrGraph& graph) const;
  [[nodiscard]] const HierarchyColumns& columns() const { return columns_; }
  [[nodiscard]] std::int64_t byte_count() const;

 private:
  HierarchyColumns columns_;
  std::vector<std::int32_t> position_;  // by node
};

/// A hash of nodes, edges and times: equal for equal graphs, whatever their order of places.
[[nodiscard]] std::uint64_t hash_of(const CsrGraph& graph);

}  // namespace libgrid
