#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/random.hpp"
#include "libgrid/graph/spanning_tree.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// One way to cut a tree so that every part holds the limits of the grid that it would become.
struct TreeCut {
  std::uint32_t low;    ///< the part below this node …
  std::uint32_t lower;  ///< … and below this one, itself below `low` or beside it; kNoNode for two
  std::uint8_t part[3];  ///< which grid (0, 1, 2) the part of `low`, of the rest, of `lower` is
};
inline constexpr std::uint32_t kNoNode = ~std::uint32_t{0};

/// An edge inside the merged part, between nodes a < b.
struct MergedEdge {
  std::uint32_t a;
  std::uint32_t b;
  std::int32_t edge;  ///< of the block graph
};

/// Merges two or three grids and splits them anew along a uniform spanning tree: the move of ReCom
/// (DeFord, Duchin & Solomon 2021). It knows blocks and weights, no labels, so that any state of a
/// plan can use it. Keeps its memory; one each thread.
///
///     if (recombiner.merge(problem.graph, problem.limits, {{i, j}}, blocks_of_both))
///       if (recombiner.draw(rng); const auto count = recombiner.find_cuts())
///         recombiner.split(rng.below(count));   // then blocks()[v] goes to grid part()[v]
///
/// Cost of a move: O(merged blocks and edges) beside the tree; three grids O(merged blocks²).
class Recombiner {
 public:
  explicit Recombiner(std::int32_t block_count) : node_of_(static_cast<std::size_t>(block_count)) {}

  /// Takes the blocks of the two or three `grids` in any order; they become nodes 0 … n-1 in it.
  /// False when they do not hang together: there is no tree then, and nothing below may be called.
  [[nodiscard]] bool merge(const BlockGraph& graph, std::span<const WeightLimit> limits,
                           std::span<const std::int32_t> grids,
                           std::span<const std::int32_t> blocks);

  /// Draws a uniform spanning tree of the merged part.
  void draw(Rng& rng) { take(drawer_.draw(graph_, rng)); }
  /// Uses this tree instead: for tests, and for trees that were drawn by another law.
  void take(const SpanningTree& tree);

  /// How many cuts of the tree hold all limits. With equal limits each edge counts twice, once for
  /// each way to name the parts (six times for three grids). In the order of the tree.
  [[nodiscard]] std::uint32_t find_cuts();
  [[nodiscard]] std::span<const TreeCut> cuts() const { return cuts_; }

  /// Carries out cut `which`: fills part().
  void split(std::uint64_t which);

  [[nodiscard]] std::span<const std::int32_t> blocks() const { return block_; }
  /// The node of a block, kNoNode when it is not merged.
  [[nodiscard]] std::uint32_t find_node(std::int32_t block) const {
    const auto v = static_cast<std::uint32_t>(node_of_[static_cast<std::size_t>(block)]);
    return v < block_.size() && block_[v] == block ? v : kNoNode;
  }
  /// By node: 0, 1 (or 2), the position in `grids` of the grid that it goes to.
  [[nodiscard]] std::span<const std::uint8_t> part() const { return part_; }
  [[nodiscard]] std::span<const MergedEdge> edges() const { return edges_; }
  [[nodiscard]] const SmallGraph& graph() const { return graph_; }
  /// The merged weight of each limit.
  [[nodiscard]] std::span<const std::int64_t> total() const { return total_; }

 private:
  struct Range {
    std::int64_t lowest;
    std::int64_t highest;
  };
  void find_pairs();
  void find_triples();
  [[nodiscard]] bool fits(std::size_t grid, std::span<const std::int64_t> weight) const;
  void number_subtrees();

  SmallGraph graph_;
  TreeDrawer drawer_;
  const SpanningTree* tree_ = nullptr;
  std::vector<std::int32_t> node_of_;  // by block of the whole graph; checked against block_
  std::vector<std::int32_t> block_;    // by node
  std::vector<MergedEdge> edges_;
  std::vector<std::int64_t> weight_;  // nodes × limits
  std::vector<std::int64_t> below_;   // nodes × limits: weight of the subtree
  std::vector<std::int64_t> total_;
  std::vector<Range> range_;  // grids × limits
  std::vector<TreeCut> cuts_;
  std::vector<std::uint8_t> part_;
  std::vector<std::uint32_t> enter_;  // three grids only: the subtree of v is enter_ … leave_-1
  std::vector<std::uint32_t> leave_;
  std::vector<std::uint32_t> light_;  // three grids only: nodes whose edge may be cut
  std::vector<std::uint32_t> stack_;
  std::vector<std::uint8_t> seen_;
  std::size_t grids_ = 0;
  std::size_t limits_ = 0;
};

}  // namespace libgrid
