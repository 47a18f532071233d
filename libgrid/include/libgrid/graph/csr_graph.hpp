#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace libgrid {

/// An edge longer than this (10⁶ s) is a mistake in the data, not a street.
inline constexpr std::uint32_t kMaxEdgeMs = 1'000'000'000;

/// Directed edges as columns of one length: from `tail[e]` to `head[e]` in `ms[e]` milliseconds.
struct EdgeView {
  std::span<const std::int32_t> tail;
  std::span<const std::int32_t> head;
  std::span<const std::uint32_t> ms;
};

/// Which way a search runs. `backward` answers for ways that end where the search starts.
enum class Heading : std::uint8_t { forward, backward };

[[nodiscard]] constexpr Heading turned(Heading heading) {
  return heading == Heading::forward ? Heading::backward : Heading::forward;
}

/// One step of a search: head and length lie together because they are always read together.
struct Arc {
  std::int32_t head;  ///< a place, not a node
  std::uint32_t ms;
  bool operator==(const Arc&) const = default;
};

/// Directed graph in compressed rows. Zero lengths, self-loops and parallel edges are allowed.
///
/// Nodes are kept in an order of our own for locality: node `v` lives at `place_of(v)`, and rows
/// and heads are places. Forward and reverse graph share the order. Answers for the caller are
/// always by node.
class CsrGraph {
 public:
  CsrGraph() = default;

  /// `order[p]` is the node at place p; empty means as given. O(nodes + edges).
  /// Throws InvalidInput when columns differ in length, an end is out of range, or an edge is over
  /// kMaxEdgeMs: the message names the first five edges and the count.
  CsrGraph(std::int32_t node_count, EdgeView edges, std::vector<std::int32_t> order = {});

  [[nodiscard]] std::int32_t node_count() const { return node_count_; }
  [[nodiscard]] std::int64_t arc_count() const { return static_cast<std::int64_t>(arcs_.size()); }
  /// The longest arc, 0 when there are none.
  [[nodiscard]] std::uint32_t max_ms() const { return max_ms_; }
  /// The mean arc rounded down, 0 when there are none.
  [[nodiscard]] std::uint32_t mean_ms() const { return mean_ms_; }

  [[nodiscard]] std::int32_t place_of(std::int32_t node) const {
    return place_.empty() ? node : place_[static_cast<std::size_t>(node)];
  }
  [[nodiscard]] std::int32_t node_at(std::int32_t place) const {
    return node_.empty() ? place : node_[static_cast<std::size_t>(place)];
  }

  /// The arcs that leave a place, by ascending edge.
  [[nodiscard]] std::span<const Arc> arcs(std::int32_t place) const {
    const auto p = static_cast<std::size_t>(place);
    return {arcs_.data() + first_out_[p], first_out_[p + 1] - first_out_[p]};
  }
  /// Which edge each of `arcs(place)` is.
  [[nodiscard]] std::span<const std::int32_t> edges(std::int32_t place) const {
    const auto p = static_cast<std::size_t>(place);
    return {edge_.data() + first_out_[p], first_out_[p + 1] - first_out_[p]};
  }
  [[nodiscard]] std::span<const std::uint32_t> first_out() const { return first_out_; }
  [[nodiscard]] std::span<const Arc> all_arcs() const { return arcs_; }

  /// The same graph with other lengths, one an edge. Throws InvalidInput as the constructor does.
  [[nodiscard]] CsrGraph with_times(std::span<const std::uint32_t> ms) const;

  /// Every edge turned round; nodes, places and edge ids stay.
  [[nodiscard]] CsrGraph reverse() const;

 private:
  std::int32_t node_count_ = 0;
  std::uint32_t max_ms_ = 0;
  std::uint32_t mean_ms_ = 0;
  std::vector<std::uint32_t> first_out_{0};
  std::vector<Arc> arcs_;
  std::vector<std::int32_t> edge_;
  std::vector<std::int32_t> place_;  // by node; empty when as given
  std::vector<std::int32_t> node_;   // by place
};

/// An order for CsrGraph in which neighbours are mostly close: depth-first preorder along the
/// edges, roots by ascending node. O(nodes + edges). Same conditions on the edges as CsrGraph.
[[nodiscard]] std::vector<std::int32_t> depth_first_order(std::int32_t node_count, EdgeView edges);

}  // namespace libgrid
