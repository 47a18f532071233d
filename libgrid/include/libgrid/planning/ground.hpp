#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/planning/block_graph.hpp"

namespace libgrid {

/// Whole numbers wide enough for Σ weight·mm², exactly.
__extension__ typedef __int128 Wide;

/// Area and border of some ground.
struct Extent {
  std::int64_t area2_mm2 = 0;     ///< twice the area: whole, for corners are
  std::int64_t perimeter_um = 0;  ///< micrometres, so that slanted borders lose nothing that counts
  bool operator==(const Extent&) const = default;
};

/// 1 − 4π·area ÷ perimeter² in millionths, to the nearest: how far ground is from a circle. 0 for
/// ground without a perimeter, and never below 0. Exact in whole numbers, so the same everywhere;
/// holds for up to 1,000 km × 1,000 km. Source: Polsby & Popper (1991), The third criterion.
[[nodiscard]] std::int64_t lack_of_roundness(const Extent& extent);

/// Ground and blocks as columns.
struct GroundColumns {
  std::vector<std::int64_t> area2_mm2;     ///< by piece
  std::vector<std::int64_t> perimeter_um;  ///< by piece: all of it, whoever is on the other side
  std::vector<std::int32_t> a;             ///< pieces that share a border, each pair once
  std::vector<std::int32_t> b;
  std::vector<std::int64_t> border_um;
  std::vector<std::int32_t> block;  ///< block[i] stands on piece[i]; any order, repeats count once
  std::vector<std::int32_t> piece;
};

/// The ground under blocks, in pieces that no grid has twice: the floors of one tower stand on the
/// same piece, a group of blocks on several. Immutable.
///
/// Which blocks are neighbours is the graph's affair: behind a railway two blocks may be none and
/// still share a border.
class Ground {
 public:
  Ground() = default;
  /// O(n log n). Throws InvalidInput where columns differ in length, point nowhere or are below 0,
  /// a pair repeats, a piece has borders longer than its perimeter, or a block stands nowhere.
  Ground(std::int32_t block_count, const GroundColumns& columns);

  [[nodiscard]] std::int32_t block_count() const {
    return static_cast<std::int32_t>(first_piece_.size()) - 1;
  }
  [[nodiscard]] std::int32_t piece_count() const {
    return static_cast<std::int32_t>(extent_.size());
  }
  [[nodiscard]] const Extent& extent(std::int32_t piece) const {
    return extent_[static_cast<std::size_t>(piece)];
  }
  /// Which pieces share a border, and how long it is: its `border_mm` are micrometres here.
  [[nodiscard]] const BlockGraph& borders() const { return borders_; }
  [[nodiscard]] std::span<const std::int32_t> pieces_of(std::int32_t block) const {
    return part(first_piece_, piece_, block);
  }
  [[nodiscard]] std::span<const std::int32_t> blocks_on(std::int32_t piece) const {
    return part(first_block_, block_, piece);
  }

  /// What the block adds to ground that already holds other blocks: area once, and what it shares
  /// with them is a border no more. `is_in(other)` says who holds; it is never asked of the block.
  /// O(degree).
  template <class IsIn>
  [[nodiscard]] Extent added_by(std::int32_t block, IsIn is_in) const {
    const auto held = [&](std::int32_t piece) {
      for (const auto other : blocks_on(piece))
        if (other != block && is_in(other)) return true;
      return false;
    };
    Extent added;
    const auto mine = pieces_of(block);
    for (std::size_t i = 0; i < mine.size(); ++i) {
      if (held(mine[i])) continue;
      const auto& own = extent(mine[i]);
      added.area2_mm2 += own.area2_mm2;
      added.perimeter_um += own.perimeter_um;
      for (const auto& side : borders_.neighbours(mine[i])) {
        bool shared = held(side.block);
        for (std::size_t j = 0; j < i && !shared; ++j) shared = mine[j] == side.block;
        if (shared)
          added.perimeter_um -= 2 * borders_.border_mm()[static_cast<std::size_t>(side.edge)];
      }
    }
    return added;
  }

 private:
  [[nodiscard]] static std::span<const std::int32_t> part(const std::vector<std::uint32_t>& first,
                                                          const std::vector<std::int32_t>& all,
                                                          std::int32_t row) {
    const auto r = static_cast<std::size_t>(row);
    return {all.data() + first[r], all.data() + first[r + 1]};
  }

  std::vector<Extent> extent_;
  BlockGraph borders_;
  std::vector<std::uint32_t> first_piece_{0};
  std::vector<std::int32_t> piece_;
  std::vector<std::uint32_t> first_block_{0};
  std::vector<std::int32_t> block_;
};

/// The ground under groups of blocks: `group_of` by block, -1 for blocks that are left out. What
/// stands under the same groups becomes one piece, so a group that shares with no other has one.
/// O(n log n). Throws InvalidInput for a group without a block.
[[nodiscard]] Ground group_ground(const Ground& ground, std::span<const std::int32_t> group_of,
                                  std::int32_t groups);

}  // namespace libgrid
