#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "libgrid/geometry/point.hpp"
#include "libgrid/planning/block_graph.hpp"
#include "libgrid/planning/ground.hpp"

namespace libgrid {

/// What a block that stands for several places adds to the inertia of its grid.
struct PlaceMoments {
  Wide x = 0;       ///< Σ weight·x_mm
  Wide y = 0;       ///< Σ weight·y_mm
  Wide square = 0;  ///< Σ weight·(x_mm² + y_mm²)
  bool operator==(const PlaceMoments&) const = default;
};

/// A weight that every grid must keep within limits: households and shops, minutes asked, leaders.
struct WeightLimit {
  std::string name;                   ///< how messages call it
  std::vector<std::int64_t> weight;   ///< by block, 0 or more
  std::vector<std::int64_t> lowest;   ///< by grid, inclusive
  std::vector<std::int64_t> highest;  ///< by grid, inclusive
};

/// What a term adds up. Values are whole numbers in the term's own unit, so that they compare
/// exactly; smaller is better.
enum class TermKind : std::uint8_t {
  assignment,  ///< Σ over blocks of cost[block][owner of its grid]
  cut,         ///< Σ of length[edge] over edges whose ends are in different grids
  inertia,  ///< Σ over grids of ⌊Σ weight·|place − centre|²⌋ in weight·m², centre of gravity
  balance,  ///< the largest |weight − target| ÷ target of a grid, in millionths, rounded down
  polsby_popper,  ///< Σ over grids of 1 − 4π·area ÷ perimeter², each in millionths, to the nearest
};

/// A cost that no plan may take: the block cannot be in a grid of that owner.
inline constexpr std::int64_t kForbidden = -1;

/// One thing that a plan should have little of. Only the columns of its kind are used.
struct PlanTerm {
  std::string name;  ///< "response", "cut_border" …
  TermKind kind = TermKind::assignment;
  double factor = 1.0;  ///< how much a unit counts when terms are weighted

  std::vector<std::int32_t> owner_of_grid{};  ///< assignment: by grid, 0 … owners-1
  std::int32_t owners = 0;
  std::vector<std::int64_t> cost{};     ///< assignment: blocks × owners, 0 or more, or kForbidden
  std::vector<std::int64_t> length{};   ///< cut: by edge, 0 or more
  std::vector<std::int64_t> weight{};   ///< inertia, balance: by block, 0 or more
  std::vector<Point> place{};           ///< inertia: by block
  std::vector<PlaceMoments> moments{};  ///< inertia: by block, instead of place
  std::vector<std::int64_t> target{};   ///< balance: by grid, above 0
  Ground ground{};                      ///< polsby_popper: what blocks stand on
};

/// What is asked of a plan: hard rules first, then terms in order.
///
/// Every grid must be connected and hold at least one block. Blocks that must stay together are
/// found in one grid, blocks that must stay apart never are; where parents are given, a block's
/// grid has the block's parent.
struct PlanProblem {
  BlockGraph graph;
  std::int32_t grid_count = 0;
  std::vector<WeightLimit> limits{};
  std::vector<std::int32_t> parent_of_block{};  ///< empty: no nesting; then both are
  std::vector<std::int32_t> parent_of_grid{};
  std::vector<std::int32_t> reference{};     ///< today's plan, -1 for none; empty: there is none
  std::vector<std::uint8_t> locked{};        ///< by block: keeps its grid of `reference`
  std::vector<std::int64_t> moved_weight{};  ///< by block: what a move out of `reference` counts
  std::int64_t max_moved = -1;               ///< most moved weight allowed; -1: any
  std::vector<std::pair<std::int32_t, std::int32_t>> keep_together{};
  std::vector<std::pair<std::int32_t, std::int32_t>> keep_apart{};
  std::vector<PlanTerm> terms{};
  bool weighted = false;  ///< false: an earlier term outweighs all later ones
};

/// Throws InvalidInput when columns have the wrong length, point nowhere or hold values below 0,
/// when limits contradict each other, when there are no grids or more grids than blocks, when a
/// block is locked without a grid to keep, or when two blocks must stay together and apart. The
/// message names the limit or term, and the first five blocks or grids with the count.
void check_problem(const PlanProblem& problem);

}  // namespace libgrid
