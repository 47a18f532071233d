#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/geometry/point.hpp"
#include "libgrid/graph/components.hpp"
#include "libgrid/graph/csr_graph.hpp"

namespace libgrid {

/// Seconds to whole milliseconds, halves to even. This is the one place where a time is rounded.
/// Throws InvalidInput naming the first five rows that are negative, not finite or over 10⁶ s.
[[nodiscard]] std::vector<std::uint32_t> round_to_ms(std::span<const double> seconds,
                                                     const char* column);

/// Polylines one after the other: line `i` is `points[begin[i]] … points[begin[i + 1] - 1]`, two
/// points or more.
struct RoadLines {
  std::vector<Point> points;
  std::vector<std::int64_t> begin{0};

  [[nodiscard]] std::size_t size() const { return begin.size() - 1; }
  [[nodiscard]] std::span<const Point> operator[](std::size_t i) const {
    return {points.data() + begin[i], static_cast<std::size_t>(begin[i + 1] - begin[i])};
  }
};

/// Directed edges as columns.
struct RoadEdges {
  std::vector<std::int32_t> tail;
  std::vector<std::int32_t> head;
  std::vector<std::uint32_t> ms;
  std::vector<std::int32_t> opposite;  ///< the edge that runs back along the same line, -1 if none
  std::vector<std::int32_t> line;      ///< the line it lies on; empty without geometry
  std::vector<std::uint8_t> against;   ///< 1: it runs against the line's drawing
};

/// Where a line may be travelled.
enum class Passage : std::int8_t { against = -1, both = 0, along = 1 };

/// A turn that is forbidden (`ms` = kNever) or costs time: from the head of one edge into another.
struct TurnRule {
  std::int32_t from_edge;
  std::int32_t to_edge;
  std::uint32_t ms;
};

/// What turn rules add to a network; empty without any. A junction with rules becomes several nodes
/// joined by edges of no length, the turns; every street stays one edge, so all else (drawing,
/// snapping, searches) works on a plain graph.
struct TurnColumns {
  std::int32_t junctions = 0;         ///< nodes from here on are copies of junctions
  std::int32_t streets = 0;           ///< edges from here on are turns
  std::vector<std::int32_t> copy_of;  ///< the junction, by node - junctions
  std::vector<std::int32_t> arrival;  ///< where ways to a junction end, by junction

  [[nodiscard]] bool empty() const { return arrival.empty(); }
};

/// Streets as a directed graph: nodes, edges, their drawing, both search graphs and components.
/// Immutable.
///
/// Node and edge ids are 0 … n-1 in the order of the input. Two one-way edges whose drawings are
/// each other's reverse are one street (`opposite`), so that a place on it can leave both ways.
/// Each line's lowest edge runs along its drawing.
class RoadNetwork {
 public:
  /// From columns of directed edges, edge `i` being row `i`; with `undirected`, edge `m + i` is row
  /// i reversed. `nodes` may be empty: then there is no geometry, and nothing can be snapped. Edges
  /// are straight.
  [[nodiscard]] static RoadNetwork from_edges(std::int32_t node_count, std::vector<Point> nodes,
                                              EdgeView edges, bool undirected = false);

  /// From centre lines joined where end points coincide to the millimetre; nodes are numbered by
  /// first appearance. A line's edge along comes first, then the one against. `ms` and `passage`:
  /// one a line.
  [[nodiscard]] static RoadNetwork from_lines(const RoadLines& lines,
                                              std::span<const std::uint32_t> ms,
                                              std::span<const Passage> passage);

  /// From centre lines whose end nodes are known: a line's edge along its travel direction runs
  /// from `tail` to `head`, so with Passage::against the line is turned round first.
  [[nodiscard]] static RoadNetwork from_joined_lines(std::vector<Point> nodes,
                                                     const RoadLines& lines,
                                                     std::span<const std::int32_t> start,
                                                     std::span<const std::int32_t> end,
                                                     std::span<const std::uint32_t> ms,
                                                     std::span<const Passage> passage);

  /// Takes columns as they are: how a changed network is made from an old one. Throws InvalidInput.
  RoadNetwork(std::int32_t node_count, std::vector<Point> nodes, RoadEdges edges, RoadLines lines,
              TurnColumns turns = {});

  /// Nodes of the graph: junctions, then their copies.
  [[nodiscard]] std::int32_t node_count() const { return forward_.node_count(); }
  /// Edges of the graph: streets, then turns.
  [[nodiscard]] std::int32_t edge_count() const {
    return static_cast<std::int32_t>(edges_.tail.size());
  }
  [[nodiscard]] std::int32_t junction_count() const {
    return turns_.empty() ? node_count() : turns_.junctions;
  }
  [[nodiscard]] std::int32_t street_count() const {
    return turns_.empty() ? edge_count() : turns_.streets;
  }
  /// The junction that a node is, or is a copy of.
  [[nodiscard]] std::int32_t junction_of(std::int32_t node) const {
    return node < junction_count()
               ? node
               : turns_.copy_of[static_cast<std::size_t>(node - turns_.junctions)];
  }
  /// Ways that start at a junction start at its own node; those that end there end here.
  [[nodiscard]] std::int32_t arrival_of(std::int32_t junction) const {
    return turns_.empty() ? junction : turns_.arrival[static_cast<std::size_t>(junction)];
  }
  [[nodiscard]] const TurnColumns& turns() const { return turns_; }
  [[nodiscard]] bool has_geometry() const { return !nodes_.empty(); }
  [[nodiscard]] const std::vector<Point>& nodes() const { return nodes_; }
  [[nodiscard]] const RoadEdges& edges() const { return edges_; }
  [[nodiscard]] const RoadLines& lines() const { return lines_; }
  [[nodiscard]] const CsrGraph& forward() const { return forward_; }
  [[nodiscard]] const CsrGraph& backward() const { return backward_; }
  /// By junction and, after them, by copy; sizes count junctions. Turn rules aside.
  [[nodiscard]] const Components& weak() const { return weak_; }
  [[nodiscard]] const Components& strong() const { return strong_; }

  /// With turn rules. Several rules for one pair of edges add up; kNever wins. Pairs without a rule
  /// stay free of charge. Components are those without the rules. Throws InvalidInput naming rules
  /// whose edges do not meet, or when the network has rules already.
  [[nodiscard]] RoadNetwork with_turns(std::span<const TurnRule> rules) const;

  /// The same streets with other times: shares order and components, so it costs a copy of columns.
  [[nodiscard]] RoadNetwork with_times(std::span<const std::uint32_t> ms) const;

  /// Without the edges marked closed and with these times: nodes stay, edges are renumbered in
  /// order.
  [[nodiscard]] RoadNetwork with_edges(std::span<const std::uint8_t> closed,
                                       std::span<const std::uint32_t> ms) const;

 private:
  void pair_opposites();
  void find_components();

  std::vector<Point> nodes_;
  RoadEdges edges_;
  RoadLines lines_;
  TurnColumns turns_;
  CsrGraph forward_;
  CsrGraph backward_;
  Components weak_;
  Components strong_;
};

}  // namespace libgrid
