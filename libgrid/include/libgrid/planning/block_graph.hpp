#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace libgrid {

/// Why two blocks are neighbours.
enum class BlockTie : std::uint8_t {
  border,   ///< they share a border of positive length (rook)
  corner,   ///< they touch in a point (queen); only where the caller asked for it
  stacked,  ///< they stand on one footprint: stairwells and floors of a tower
  link,     ///< a bridge, crossing or ferry that the caller named
};

/// Neighbouring blocks as columns of one length, each pair once.
struct BlockEdges {
  std::span<const std::int32_t> a;
  std::span<const std::int32_t> b;
  std::span<const std::int64_t> border_mm{};  ///< shared border; empty: 0 everywhere
  std::span<const BlockTie> tie{};            ///< empty: border everywhere
};

/// A neighbour and the edge that leads to it; the edge is the same from both sides.
struct BlockSide {
  std::int32_t block;
  std::int32_t edge;
  bool operator==(const BlockSide&) const = default;
};

/// Which blocks are neighbours: an undirected graph without loops and parallel edges, immutable.
///
/// Edges keep the order in which they were given; the neighbours of a block ascend by block.
/// 8 bytes a side, 17 an edge.
class BlockGraph {
 public:
  BlockGraph() = default;

  /// O(blocks + edges log degree). Throws InvalidInput on lengths that differ, an end out of range,
  /// a block that is its own neighbour, a pair given twice, a border below 0: the message names the
  /// first five edges and the count.
  BlockGraph(std::int32_t block_count, const BlockEdges& edges);

  [[nodiscard]] std::int32_t block_count() const { return block_count_; }
  [[nodiscard]] std::int32_t edge_count() const { return static_cast<std::int32_t>(a_.size()); }

  [[nodiscard]] std::span<const BlockSide> neighbours(std::int32_t block) const {
    const auto b = static_cast<std::size_t>(block);
    return {side_.data() + first_[b], side_.data() + first_[b + 1]};
  }
  /// The edge between two blocks, -1 when they are no neighbours. O(log degree).
  [[nodiscard]] std::int32_t find_edge(std::int32_t a, std::int32_t b) const;

  /// The ends of edge e; a[e] < b[e].
  [[nodiscard]] std::span<const std::int32_t> a() const { return a_; }
  [[nodiscard]] std::span<const std::int32_t> b() const { return b_; }
  [[nodiscard]] std::span<const std::int64_t> border_mm() const { return border_mm_; }
  [[nodiscard]] std::span<const BlockTie> tie() const { return tie_; }
  /// Where the sides of block b begin: sides()[first()[b]] … sides()[first()[b + 1] - 1].
  [[nodiscard]] std::span<const std::uint32_t> first() const { return first_; }
  [[nodiscard]] std::span<const BlockSide> sides() const { return side_; }

 private:
  std::int32_t block_count_ = 0;
  std::vector<std::uint32_t> first_{0};
  std::vector<BlockSide> side_;
  std::vector<std::int32_t> a_;
  std::vector<std::int32_t> b_;
  std::vector<std::int64_t> border_mm_;
  std::vector<BlockTie> tie_;
};

/// The part of each block when neighbours hang together only within one grid: parts are numbered by
/// their lowest block. With an empty `grid_of` all blocks are in one grid, so parts are islands; a
/// block without a grid (-1) is in no part (-1). O(blocks + edges).
struct BlockParts {
  std::vector<std::int32_t> part;     ///< by block
  std::vector<std::int32_t> grid_of;  ///< by part
};
[[nodiscard]] BlockParts find_parts(const BlockGraph& graph,
                                    std::span<const std::int32_t> grid_of = {});

}  // namespace libgrid
