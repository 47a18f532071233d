#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// Why no plan can keep the hard rules.
enum class ObstacleKind : std::uint8_t {
  homeless,        ///< a block may be in no grid: owners, locks and parents keep it out of all
  heavy,           ///< a block, with all that must stay with it, is heavier than any grid may be
  locked_heavy,    ///< what is locked to a grid is heavier than the grid may be
  locked_apart,    ///< blocks locked to one grid lie on pieces of the map that do not meet
  together_apart,  ///< blocks that must stay together lie on pieces that do not meet
  few_blocks,      ///< a parent has fewer blocks than grids, or grids and no blocks, or none
  piece_total,     ///< no number of grids fits the total of a piece of the map
  grid_count,      ///< the totals of a parent fit, but with another number of grids
  moved,           ///< moves that every plan must make use more than the budget
};

/// One of them with its facts and the nearest cure; fields that do not apply are -1.
struct Obstacle {
  ObstacleKind kind;
  std::int32_t parent = -1;
  std::int32_t block = -1;  ///< the block, or the lowest of the piece
  std::int32_t other = -1;  ///< a second block
  std::int32_t grid = -1;
  std::int32_t limit = -1;    ///< position of the limit
  std::int64_t value = -1;    ///< what there is: weight, blocks, moved weight, grids
  std::int64_t allowed = -1;  ///< what may be
  std::int64_t lowest = -1;   ///< cure: a lowest value no higher than this would do …
  std::int64_t highest = -1;  ///< … or a highest value no lower than this
  std::int64_t fewest = -1;   ///< cure: so many grids at least …
  std::int64_t most = -1;     ///< … and at most
  bool operator==(const Obstacle&) const = default;
};

/// Everything of this kind that stands in the way, cheapest checks first, by parent. Empty: nothing
/// was found, which does not prove that there is a plan. O(blocks · (grid kinds + limits) + edges).
/// Throws InvalidInput on a wrong problem.
[[nodiscard]] std::vector<Obstacle> find_obstacles(const PlanProblem& problem);

}  // namespace libgrid
