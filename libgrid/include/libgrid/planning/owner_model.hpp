#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/planning/assignment_model.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// A plan problem in which only the owner of a block counts, not its grid: an integer program that
/// every plan keeps, with one 0/1 column for each owner that a block may have.
///
/// Grids are one owner's when the term costs every block the same with them: teams of one base, or
/// all grids of one team. So they do not stand in each other's way as equal columns of
/// AssignmentModel do, and what is left is small and tight. Where a budget of moves tells all grids
/// apart each is an owner of its own.
struct OwnerModel {
  std::vector<std::int32_t> owner_of_grid;  ///< 0 … owners-1, by lowest grid
  std::int32_t owners = 0;
  std::vector<std::int32_t> block;  ///< by column, ascending by block, then owner
  std::vector<std::int32_t> owner;
  std::vector<std::int32_t> first;  ///< where the columns of a block begin, blocks + 1
  LinearRows rows;
  std::vector<double> cost;   ///< by column, above `cheapest`
  std::int64_t cheapest = 0;  ///< every block with its cheapest owner
};

/// Rows: each block once; an owner's blocks as many as its grids or more, and within what its grids
/// may weigh together; blocks that stay together; blocks apart where the owner has one grid; the
/// budget of moves, counting what leaves its owner.
/// Throws InvalidInput when `term` is no assignment; Infeasible when a block may have no owner.
/// O(blocks · owners · (grids + limits)).
[[nodiscard]] OwnerModel build_owner_model(const PlanProblem& problem, std::int32_t term);

/// Rows that every plan keeps and `share` (by column) does not.
///
/// Blocks around a block that together are lighter than any grid of the owner may be do not make a
/// grid: one of the blocks around *them* must be the owner's as well, x_a ≤ Σ x_S. Least such S are
/// found among the blocks near a, for every column above 0.02; a row is kept when it is broken by
/// more than 0.01. And an owner's blocks lie in at most as many parts as it has grids, each with a
/// weight that some of these grids may have together.
/// Source: contiguity as in Oehrlein & Haunert (2017); the weight in it is ours.
[[nodiscard]] LinearRows find_reach_rows(const PlanProblem& problem, const OwnerModel& model,
                                         std::span<const double> share);

/// Grids for a plan of owners: each part of an owner's blocks gets those of its grids that fit its
/// weight best, and is cut among them as by `seed_plan`, from today's plan where there is one. A
/// start, not a plan: limits may be missed and grids may be empty. `owner_of` by block. Same bits
/// on any number of threads.
[[nodiscard]] std::vector<std::int32_t> divide_among_grids(const PlanProblem& problem,
                                                           const OwnerModel& model,
                                                           std::span<const std::int32_t> owner_of);

}  // namespace libgrid
