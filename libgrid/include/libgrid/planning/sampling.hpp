#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// Which chain walks over the plans.
enum class SamplingMethod : std::uint8_t {
  recom,             ///< mixes fast; its law is not known
  reversible_recom,  ///< law: the product of the grids' numbers of spanning trees
  flip,              ///< one block at a time; law: every plan the same
};

/// How reversible ReCom chooses the two grids that it merges. The law is the same.
enum class PairBy : std::uint8_t {
  pair,  ///< uniformly of all pairs, as published: most are no neighbours, and a seam of s edges is
         ///< accepted once in s times
  cut_edge,  ///< by a uniform cut edge; the ratio of cut edges takes the place of the seam
};

/// Limits by grid, both ends inclusive.
struct LimitRange {
  std::vector<std::int64_t> lowest;
  std::vector<std::int64_t> highest;
};

struct SamplingOptions {
  SamplingMethod method = SamplingMethod::recom;
  PairBy pair_by = PairBy::pair;
  std::int64_t thin = 1;     ///< attempts from one kept plan to the next, self-loops included
  std::int64_t warm_up = 0;  ///< attempts before the first; 0, so that a start is never hidden
  std::uint64_t seed = 1;
  /// Share of attempts that merge three grids; for tiny grids, where pairs do not connect the
  /// plans.
  double three_grid_share = 0.0;
  /// Reversible ReCom: no tree has more balanced edges than this; 0: a proven bound by region.
  std::int64_t most_balanced_edges = 0;
  /// Tempering, where moves within narrow limits do not connect the plans: rungs[r][limit], the
  /// tightest first, all within the problem's own limits. The chain walks under the problem's, a
  /// plan weighs `cooling` for each grid and each rung that it does not hold, and only plans that
  /// hold the first are kept and count for `thin`: their law is the chain's law on them, exactly.
  std::vector<std::vector<LimitRange>> rungs{};
  double cooling = 0.3;
  std::int64_t most_attempts = 100'000'000;  ///< tempering: for one kept plan
};

/// What became of the attempts of a chain; all but `accepted` leave it where it is.
struct SamplingCounts {
  std::int64_t attempts = 0;
  std::int64_t accepted = 0;        ///< the plan changed
  std::int64_t unchanged = 0;       ///< the split gave the same two grids again
  std::int64_t not_neighbours = 0;  ///< the grids drawn are no neighbours
  std::int64_t no_cut = 0;          ///< no balanced cut; flip: a limit or a rule
  std::int64_t few_cuts = 0;        ///< reversible: balanced cuts ÷ their bound
  std::int64_t refused = 0;         ///< by seam or ratio, which the law asks for
  std::int64_t broke_rules = 0;
  std::int64_t cut_apart = 0;  ///< flip: the grid would fall apart
  std::int64_t trees = 0;      ///< spanning trees drawn
  std::int64_t outside = 0;    ///< tempering: attempts that ended outside the tightest limits
};

/// Plans along chains, one a row: the rows of chain 0 first.
struct SampleBatch {
  std::vector<std::int32_t> plans;  ///< rows × blocks; empty unless asked for
  std::vector<std::int64_t> cut_edges;
  std::vector<std::int64_t> scores;  ///< rows × terms, as measure_terms has them
  std::vector<std::uint64_t> keys;   ///< equal for plans that differ in grid numbers only
  std::vector<std::int32_t> chain;   ///< by row
};

/// A plan to start from, made from nothing: each parent's blocks are split in two along uniform
/// spanning trees until each part is a grid. It holds limits and nesting; locks, pairs and owners
/// are not sought.
///
/// Splits that fail are drawn anew, and after a while the split above them, within `trees` trees in
/// all. Throws InvalidInput when a parent's blocks fall into pieces, Infeasible when no plan is
/// found: it names the parent, the heaviest block, and how near the best split came.
[[nodiscard]] std::vector<std::int32_t> draw_start(const PlanProblem& problem, std::int64_t trees,
                                                   std::uint64_t seed, const RunControl& control);

/// Walks over the plans that hold the rules of a problem, in chains side by side.
///
/// Chain c has the random stream c of the seed, so that the same bits come with any number of
/// threads, and a chain does not depend on how many others there are or how a run is cut into
/// batches. Cost of an attempt: O(merged blocks) beside the tree, O(degree) for a flip; a kept plan
/// costs O(blocks). Sources: DeFord, Duchin & Solomon 2021 (recom); Cannon, Duchin, Randall & Rule
/// 2022 (reversible_recom); Metropolis et al. 1953 (flip).
class PlanSampler {
 public:
  /// `starts`: a plan for each chain, one after another. Throws InvalidInput when a start breaks a
  /// rule of the problem (naming grids and blocks), or when no grid has a neighbour to exchange
  /// blocks with; the terms of the problem are measured, never sought.
  PlanSampler(PlanProblem problem, std::span<const std::int32_t> starts, std::int32_t chains,
              const SamplingOptions& options);
  ~PlanSampler();
  PlanSampler(PlanSampler&&) noexcept;
  PlanSampler& operator=(PlanSampler&&) noexcept;

  [[nodiscard]] std::int32_t chain_count() const;
  [[nodiscard]] const PlanProblem& problem() const;

  /// The next rows[c] plans of each chain c. Progress counts attempts. Throws Cancelled; the
  /// sampler then stands where it was stopped.
  [[nodiscard]] SampleBatch run(std::span<const std::int64_t> rows, bool keep_plans,
                                const RunControl& control);

  /// Since the start, warm-up left out.
  [[nodiscard]] SamplingCounts counts(std::int32_t chain) const;
  /// Where a chain stands.
  [[nodiscard]] std::span<const std::int32_t> plan(std::int32_t chain) const;

 private:
  struct Chains;
  std::unique_ptr<Chains> chains_;
};

}  // namespace libgrid
