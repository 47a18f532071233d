#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// Linear rows over columns, compressed by row: lowest ≤ Σ value · column ≤ highest.
struct LinearRows {
  std::vector<std::int64_t> ptr{0};
  std::vector<std::int32_t> column;
  std::vector<double> value;
  std::vector<double> lowest;   ///< −infinity: none
  std::vector<double> highest;  ///< +infinity: none
};

/// A plan problem as an integer program: one 0/1 column for every grid that a block may be in, then
/// one column for each balance term. Contiguity is missing; see find_separators.
struct AssignmentModel {
  std::vector<std::int32_t> block;  ///< by 0/1 column, ascending by block, then grid
  std::vector<std::int32_t> grid;
  std::vector<std::int32_t> first;  ///< where the columns of a block begin, blocks + 1
  LinearRows rows;
  std::int64_t terms = 0;
  std::int64_t columns = 0;
  std::vector<double> cost;  ///< terms × columns, all columns; rows of cut and inertia are 0
};

/// Rows: each block once, each grid not empty, limits, pairs, the budget of moves, balances.
/// A block that may be in no grid has no columns, so that the program is infeasible.
/// Source: Hess et al. (1965), Nonpartisan political redistricting by computer.
/// Throws InvalidInput on a wrong problem. O(blocks · grids · (limits + terms)).
[[nodiscard]] AssignmentModel build_assignment_model(const PlanProblem& problem);

/// Rows that a connected plan keeps and `share` (by 0/1 column) does not: for two blocks a and b of
/// a grid and blocks S that lie between them, x_a + x_b − Σ x_S ≤ 1.
///
/// Whole grids in parts are always cut off; fractional ones where a least separator is violated by
/// more than 0.01. S is minimal. Empty: nothing was found.
/// Source: Oehrlein & Haunert (2017), A cutting-plane method for contiguity-constrained spatial
/// aggregation; Validi, Buchanan & Lykhovyd (2022), Imposing contiguity constraints in political
/// districting models.
[[nodiscard]] LinearRows find_separators(const PlanProblem& problem, const AssignmentModel& model,
                                         std::span<const double> share);

}  // namespace libgrid
