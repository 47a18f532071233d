#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "libgrid/base/random.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// How large clusters of neighbouring grids may become.
struct ClusterSize {
  std::int32_t grids = 8;       ///< at least two, and one more where a grid would be left alone
  std::int64_t blocks = 4'000;  ///< no grid is added beyond, but to the first
};

/// A plan's grids shared out among clusters of neighbours, and what is asked of each cluster while
/// all others stand still.
///
/// The problem must have no parents, and outlive this. What a cluster's own terms gain the whole
/// gains too: sums add up, borders between clusters are cut whatever happens. Only a balance, the
/// largest over grids, has to be looked at over the whole.
class GridClusters {
 public:
  /// O(blocks + edges log grids). Clusters grow as balls from grids in random order.
  GridClusters(const PlanProblem& problem, std::span<const std::int32_t> grid_of,
               const ClusterSize& size, Rng& rng);

  [[nodiscard]] std::size_t count() const { return grids_.size(); }
  [[nodiscard]] std::span<const std::int32_t> grids(std::size_t cluster) const {
    return grids_[cluster];
  }
  /// Ascending; what the cluster's problem calls 0, 1, …
  [[nodiscard]] std::span<const std::int32_t> blocks(std::size_t cluster) const {
    return blocks_[cluster];
  }
  /// The labels of the cluster's blocks, its grids counted from 0 as in `grids`.
  [[nodiscard]] std::vector<std::int32_t> labels(std::size_t cluster) const;
  /// The budget of moves is shared out by the weight that could move, beside what has moved.
  [[nodiscard]] std::shared_ptr<const PlanProblem> cut_out(std::size_t cluster) const;

 private:
  void grow(const ClusterSize& size, Rng& rng);
  [[nodiscard]] PlanTerm term_of(const PlanTerm& term, std::size_t cluster,
                                 std::span<const std::int32_t> edges) const;
  void copy_today(std::size_t cluster, PlanProblem& local) const;
  [[nodiscard]] std::int32_t cluster_of_block(std::int32_t block) const {
    return cluster_of_[static_cast<std::size_t>(grid_of_[static_cast<std::size_t>(block)])];
  }

  const PlanProblem& problem_;
  std::span<const std::int32_t> grid_of_;
  std::vector<std::vector<std::int32_t>> grids_;
  std::vector<std::vector<std::int32_t>> blocks_;
  std::vector<std::int32_t> cluster_of_;     ///< by grid
  std::vector<std::int32_t> place_of_grid_;  ///< by grid: in its cluster
  std::vector<std::int32_t> place_;          ///< by block: in its cluster
  std::int64_t slack_ = 0;                   ///< what the budget of moves still allows; may be < 0
  long double movable_ = 0;
};

}  // namespace libgrid
