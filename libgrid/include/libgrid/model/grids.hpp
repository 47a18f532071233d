#pragma once

#include <cstdint>
#include <vector>

namespace libgrid {

/// 总网格, 一般网格, 微网格, 专属网格.
enum class GridLevel : std::uint8_t { community, general, micro, dedicated };

/// One entry a grid in every column. Outlines are not kept here: with blocks they follow from the
/// plan.
struct GridColumns {
  std::vector<GridLevel> level;
  std::vector<std::int32_t> parent;  ///< row of the grid of the next level up, -1 for none
  std::vector<std::int32_t> team;    ///< the grid's own team, -1 to take the parent's
};

/// Groups of blocks looked after as one, in their hierarchy.
class Grids {
 public:
  Grids() = default;
  /// Throws InvalidInput when columns differ in length, a parent points outside the table, or
  /// parents form a ring.
  explicit Grids(GridColumns columns);

  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(columns_.level.size());
  }
  [[nodiscard]] const GridColumns& columns() const { return columns_; }

  /// Each grid's team: its own, else that of the nearest ancestor that has one, else -1.
  [[nodiscard]] const std::vector<std::int32_t>& team() const { return team_; }
  /// True for micro and dedicated grids, and for grids of other levels that nothing is nested in.
  [[nodiscard]] bool is_leaf(std::int64_t grid) const {
    return leaf_[static_cast<std::size_t>(grid)] != 0;
  }

 private:
  GridColumns columns_;
  std::vector<std::int32_t> team_;
  std::vector<std::uint8_t> leaf_;
};

/// Rows whose chain of parents never ends; such grids are no hierarchy. Empty when all is well.
[[nodiscard]] std::vector<std::int32_t> find_parent_rings(const std::vector<std::int32_t>& parent);

}  // namespace libgrid
