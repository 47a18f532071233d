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

  /// Takes columns as they are: how a changed network is made from an old one. Throws InvalidInput.
  RoadNetwork(std::int32_t node_count, std::vector<Point> nodes, RoadEdges edges, RoadLines lines);

  [[nodiscard]] std::int32_t node_count() const { return forward_.node_count(); }
  [[nodiscard]] std::int32_t edge_count() const {
    return static_cast<std::int32_t>(edges_.tail.size());
  }
  [[nodiscard]] bool has_geometry() const { return !nodes_.empty(); }
  [[nodiscard]] const std::vector<Point>& nodes() const { return nodes_; }
  [[nodiscard]] const RoadEdges& edges() const { return edges_; }
  [[nodiscard]] const RoadLines& lines() const { return lines_; }
  [[nodiscard]] const CsrGraph& forward() const { return forward_; }
  [[nodiscard]] const CsrGraph& backward() const { return backward_; }
  [[nodiscard]] const Components& weak() const { return weak_; }
  [[nodiscard]] const Components& strong() const { return strong_; }

  /// Without the edges marked closed and with these times: nodes stay, edges are renumbered in
  /// order.
  [[nodiscard]] RoadNetwork with_edges(std::span<const std::uint8_t> closed,
                                       std::span<const std::uint32_t> ms) const;

 private:
  void pair_opposites();

  std::vector<Point> nodes_;
  RoadEdges edges_;
  RoadLines lines_;
  CsrGraph forward_;
  CsrGraph backward_;
  Components weak_;
  Components strong_;
};

}  // namespace libgrid
