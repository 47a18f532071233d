#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chain_state.hpp"
#include "libgrid/planning/recombine.hpp"
#include "libgrid/planning/sampling.hpp"

namespace libgrid {

/// What the law of a chain hangs on: where trees come from and whether seams are counted. Tests put
/// wrong ones in its place to see that they are caught.
struct ExactLaw {
  static void draw(Recombiner& recombiner, Rng& rng) { recombiner.draw(rng); }
  static bool accept_seam(std::int64_t seam, Rng& rng) {
    return rng.below(static_cast<std::uint64_t>(seam)) == 0;
  }
};

/// Uniform in 0 … n-1 without bias and nearly without division (Lemire 2019): beside a flip the two
/// divisions of Rng::below would count.
inline std::uint64_t draw_below(Rng& rng, std::uint64_t n) {
  __extension__ typedef unsigned __int128 Product;
  auto product = Product{rng()} * n;
  if (static_cast<std::uint64_t>(product) < n) [[unlikely]] {
    const std::uint64_t reject = (0 - n) % n;
    while (static_cast<std::uint64_t>(product) < reject) product = Product{rng()} * n;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

/// How many blocks, the lightest first, fit into a weight: bounds the balanced cuts of any tree.
class CutBound {
 public:
  explicit CutBound(const PlanProblem& problem);
  /// No tree over `n` blocks of this total can have more edges with `least` on both sides.
  [[nodiscard]] std::uint64_t most_edges(std::size_t n, std::span<const std::int64_t> total,
                                         std::span<const std::int64_t> least) const;

 private:
  std::vector<std::vector<std::int64_t>> lightest_;  // by limit: prefix sums, ascending
};

/// One Markov chain over plans: the state and the kernels of the three methods.
template <class Law = ExactLaw>
class PlanChain {
 public:
  PlanChain(const PlanProblem& problem, std::span<const std::int32_t> start,
            const SamplingOptions& options, std::uint64_t stream)
      : options_{options},
        state_{
            problem, start,
            options.method == SamplingMethod::reversible_recom && options.pair_by == PairBy::pair},
        recombiner_{problem.graph.block_count()},
        bound_{problem},
        rng_{options.seed, stream} {
    if (options.method == SamplingMethod::flip) mark_.assign(start.size(), 0);
    if (!options.rungs.empty()) start_rungs();
  }

  /// One attempt: the state moves or stays.
  void attempt() {
    ++counts_.attempts;
    if (options_.method == SamplingMethod::flip)
      flip();
    else if (options_.three_grid_share > 0 && rng_.unit() < options_.three_grid_share)
      recombine_three();
    else
      recombine_two();
    if (loose_ > 0) ++counts_.outside;
  }

  /// Whether the plan holds the tightest limits: always without tempering.
  [[nodiscard]] bool tight() const { return loose_ == 0; }

  [[nodiscard]] ChainState& state() { return state_; }
  [[nodiscard]] const SamplingCounts& counts() const { return counts_; }

 private:
  /// What a split would change: cut edges between its parts before and after.
  struct Seam {
    std::int64_t before = 0;
    std::int64_t after = 0;
    bool changed = false;
  };

  [[nodiscard]] bool reversible() const {
    return options_.method == SamplingMethod::reversible_recom;
  }
  std::int32_t grid_at(std::int32_t edge, bool second) const {
    const auto& graph = state_.problem().graph;
    return state_.grid_of((second ? graph.b() : graph.a())[static_cast<std::size_t>(edge)]);
  }
  std::int32_t draw_open() {
    const auto open = state_.open_edges();
    return open[draw_below(rng_, open.size())];
  }

  void recombine_two();
  void recombine_three();
  bool propose(std::span<const std::int32_t> grids);
  [[nodiscard]] std::uint64_t most_ways(std::span<const std::int32_t> grids) const;
  [[nodiscard]] Seam measure_seam(std::span<const std::int32_t> grids) const;
  [[nodiscard]] bool keeps_rules(std::span<const std::int32_t> grids) const;
  void apply(std::span<const std::int32_t> grids);
  [[nodiscard]] bool find_third(std::int32_t& third);
  void flip();
  void start_rungs();
  [[nodiscard]] std::int64_t rung_of(std::int32_t grid, std::span<const std::int64_t> weight) const;
  [[nodiscard]] bool accept_split(std::span<const std::int32_t> grids);
  [[nodiscard]] bool accept_rungs(std::span<const std::int32_t> grids);
  [[nodiscard]] bool may_flip(std::int32_t block, std::int32_t from, std::int32_t to) const;
  [[nodiscard]] bool holds_without(std::int32_t block, std::int32_t grid);

  SamplingOptions options_;
  ChainState state_;
  Recombiner recombiner_;
  CutBound bound_;
  Rng rng_;
  SamplingCounts counts_;
  std::vector<std::int32_t> merged_;
  std::vector<std::int32_t> outer_;
  mutable std::vector<std::int64_t> least_;
  struct Search {
    std::vector<std::int32_t> queue;
    std::size_t next = 0;
    std::uint32_t joined = 0;
  };
  std::vector<std::uint32_t> mark_;  // flips: by block, which search met it
  std::vector<Search> searches_;
  std::uint32_t epoch_ = 0;
  std::vector<std::int64_t> rung_;  // tempering: by grid, how many rungs it does not hold
  std::int64_t loose_ = 0;          // their sum
  std::vector<std::int64_t> next_weight_;
  std::array<std::int64_t, 3> next_rung_{};
};

extern template class PlanChain<ExactLaw>;

}  // namespace libgrid

#include "plan_chain_flips.hpp"
#include "plan_chain_moves.hpp"
#include "plan_chain_rungs.hpp"
