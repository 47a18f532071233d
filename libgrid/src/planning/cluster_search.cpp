#include "libgrid/planning/cluster_search.hpp"

#include <algorithm>
#include <limits>

#include "grid_clusters.hpp"
#include "libgrid/base/parallel.hpp"
#include "search_moves.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

constexpr std::int32_t kLargestWhole = 20'000;  // blocks; beyond, only clusters are searched
constexpr std::size_t kChains = 4;              // searches of the whole, side by side
constexpr std::int64_t kRounds = 24;
// Effort a block. A round with less melts and cannot freeze; with more, another round brings more.
// In a large parent much stands still in a round, at the rims of clusters: more, shorter rounds.
constexpr std::int64_t kLeast = 400;
constexpr std::int64_t kLeastLarge = 60;
constexpr std::int64_t kMost = 4'000;
constexpr int kPatience = 3;  // rounds without a gain before another plan is tried

class ClusterSearch {
 public:
  ClusterSearch(std::shared_ptr<const PlanProblem> problem, std::span<const std::int32_t> start,
                const SearchOptions& options, const RunControl& run)
      : problem_{std::move(problem)},
        blocks_{problem_->graph.block_count()},
        options_{options},
        run_{run},
        rng_{options.seed, ~options.stream},
        whole_{problem_, start, rng_},
        best_labels_{start.begin(), start.end()} {
    whole_.score(now_);
    best_ = now_;
  }

  SearchResult run() {
    if (blocks_ <= kLargestWhole) {
      // Each of the plans in turn, the best first: one that is worse by its local flaws alone may
      // end as the better one.
      const auto plans = search_whole();
      for (std::size_t i = 0; i < plans.size() && !stopped_; ++i) {
        stand_at(plans[i].grid_of);
        better_by_rounds(kPatience);
      }
      stand_at(std::vector{best_labels_});
    } else if (best_.violation > 0) {
      done_ += whole_.rebalance(options_.effort / 8);
      whole_.score(now_);
      note();
    }
    better_by_rounds(std::numeric_limits<int>::max());
    SearchResult result{.grid_of = std::move(best_labels_),
                        .terms = best_.terms,
                        .violation = best_.violation,
                        .effort_done = stopped_ ? done_ : options_.effort,
                        .stopped = stopped_,
                        .milestones = {}};
    for (std::size_t m = 0; m < kMilestones; ++m) result.milestones.push_back(known_at(m));
    return result;
  }

 private:
  [[nodiscard]] std::int64_t left() const { return options_.effort - done_; }

  void stand_at(const std::vector<std::int32_t>& labels) {
    for (std::int32_t b = 0; b < blocks_; ++b) whole_.state().move(b, labels[at(b)]);
    whole_.state().clear_log();
    whole_.score(now_);
  }

  /// Four searches side by side, the best first; with all of the effort where rounds are not worth
  /// it.
  std::vector<SearchResult> search_whole() {
    const auto most = options_.effort / 3 * 2;
    const auto effort = options_.effort - most >= least_ ? most : options_.effort;
    std::vector<SearchResult> results(kChains);
    for_each_chunk(kChains, 1, {.threads = run_.threads}, [&](Chunk chunk) {
      auto search = options_;
      search.effort = std::max<std::int64_t>(1, effort / std::int64_t{kChains});
      search.stream = (options_.stream << 8) + static_cast<std::uint64_t>(chunk.begin);
      results[static_cast<std::size_t>(chunk.begin)] =
          search_plan(problem_, best_labels_, search, run_);
    });
    std::int64_t spent = 0;
    for (const auto& result : results) {
      spent += result.effort_done;
      stopped_ = stopped_ || result.stopped;
    }
    std::ranges::stable_sort(results, [&](const SearchResult& a, const SearchResult& b) {
      return is_better(*problem_, a, b);
    });
    for (std::size_t m = 0; m < kMilestones; ++m)
      known_.push_back({effort * static_cast<std::int64_t>(m + 1) / 16, results[0].milestones[m]});
    done_ = stopped_ ? spent : effort;
    stand_at(results[0].grid_of);
    note();
    return results;
  }

  /// Rounds until the effort is spent, or so many have gained nothing.
  void better_by_rounds(int patience) {
    for (int idle = 0; idle < patience && left() >= least_ && !stopped_;) {
      const auto usual = std::clamp(options_.effort / kRounds, least_, kMost * blocks_);
      // What would be left for half a round goes to this one.
      idle = search_round(left() < usual + least_ ? left() : usual) ? 0 : idle + 1;
    }
  }

  /// Clusters anew, each searched by itself; what is no worse for the whole is kept, in order.
  /// Whether that was a gain.
  bool search_round(std::int64_t effort) {
    const auto grids = problem_->grid_count;
    // Large parents in large clusters, as many blocks as a cache holds: less stands still.
    const bool large = blocks_ > kLargestWhole;
    const auto least = large ? 16 : std::clamp(grids / 12, 2, 8);
    const auto most = large ? 64 : std::clamp(2 * grids / 3, least + 1, 16);
    const auto size =
        least + static_cast<std::int32_t>(rng_.below(static_cast<std::uint64_t>(most - least + 1)));
    const std::vector<std::int32_t> labels{whole_.state().grid_of().begin(),
                                           whole_.state().grid_of().end()};
    const GridClusters clusters{*problem_, labels, {.grids = size, .blocks = 8'000}, rng_};
    const auto count = static_cast<std::int64_t>(clusters.count());
    // Where there are few clusters each is searched more than once, so that no thread waits.
    const auto twins = (std::int64_t{kChains} + count - 1) / count;
    const auto stream = rng_();
    std::vector<std::shared_ptr<const PlanProblem>> local(clusters.count());
    for_each_chunk(count, 1, {.threads = run_.threads}, [&](Chunk chunk) {
      const auto c = static_cast<std::size_t>(chunk.begin);
      if (clusters.grids(c).size() > 1) local[c] = clusters.cut_out(c);
    });
    std::vector<SearchResult> results(static_cast<std::size_t>(count * twins));
    for_each_chunk(count * twins, 1, {.threads = run_.threads}, [&](Chunk chunk) {
      const auto c = static_cast<std::size_t>(chunk.begin / twins);
      if (local[c] == nullptr) return;
      const auto share = static_cast<long double>(local[c]->graph.block_count()) /
                         static_cast<long double>(blocks_ * twins);
      auto search = options_;
      search.effort = static_cast<std::int64_t>(share * static_cast<long double>(effort));
      // Even streams cool once and slowly: a cluster is too small a thing for many beginnings.
      search.stream = 2 * (stream + static_cast<std::uint64_t>(chunk.begin));
      search.drift = true;
      search.on_milestone = {};
      results[static_cast<std::size_t>(chunk.begin)] =
          search_plan(local[c], clusters.labels(c), search, run_);
    });
    const auto before = now_;
    std::int64_t spent = 0;
    for (std::size_t c = 0; c < local.size(); ++c) {
      if (local[c] == nullptr) continue;
      const std::span twin{results.data() + c * static_cast<std::size_t>(twins),
                           static_cast<std::size_t>(twins)};
      const auto* best = &twin[0];
      for (const auto& result : twin) {
        spent += result.effort_done;
        stopped_ = stopped_ || result.stopped;
        if (is_better(*local[c], result, *best)) best = &result;
      }
      take(clusters, c, *best);
    }
    // What shares lose to rounding counts as spent: rounds must come to an end.
    done_ += stopped_ ? spent : effort;
    note();
    return whole_.better(now_, before);
  }

  /// The best plan of all is kept.
  void note() {
    if (whole_.better(now_, best_)) {
      best_ = now_;
      best_labels_.assign(whole_.state().grid_of().begin(), whole_.state().grid_of().end());
    }
    known_.push_back({done_, best_.violation == 0 ? best_.terms : std::vector<std::int64_t>{}});
    if (options_.on_milestone) options_.on_milestone(known_.back().terms);
  }

  void take(const GridClusters& clusters, std::size_t c, const SearchResult& found) {
    auto& state = whole_.state();
    const auto blocks = clusters.blocks(c);
    for (std::size_t i = 0; i < blocks.size(); ++i)
      state.move(blocks[i], clusters.grids(c)[at(found.grid_of[i])]);
    whole_.score(after_);
    if (whole_.better(now_, after_))
      state.undo(0);
    else
      now_ = after_;
    state.clear_log();
  }

  /// The best terms after so many sixteenths of the effort.
  [[nodiscard]] std::vector<std::int64_t> known_at(std::size_t milestone) const {
    std::vector<std::int64_t> terms;
    const auto until = Wide{options_.effort} * static_cast<std::int64_t>(milestone + 1);
    for (const auto& row : known_)
      if (Wide{row.effort} * static_cast<std::int64_t>(kMilestones) <= until || stopped_)
        terms = row.terms;
    return terms;
  }

  struct Known {
    std::int64_t effort;
    std::vector<std::int64_t> terms;  ///< empty: no plan that keeps the limits
  };

  std::shared_ptr<const PlanProblem> problem_;
  std::int32_t blocks_;
  SearchOptions options_;
  RunControl run_;
  Rng rng_;
  SearchMoves whole_;
  std::vector<std::int32_t> best_labels_;
  PlanScore best_;
  PlanScore now_;
  PlanScore after_;
  std::int64_t least_ = (blocks_ > kLargestWhole ? kLeastLarge : kLeast) * blocks_;
  std::int64_t done_ = 0;
  bool stopped_ = false;
  std::vector<Known> known_;
};

}  // namespace

SearchResult search_clusters(std::shared_ptr<const PlanProblem> problem,
                             std::span<const std::int32_t> start, const SearchOptions& options,
                             const RunControl& run) {
  if (problem->grid_count < 2) return search_plan(std::move(problem), start, options, run);
  return ClusterSearch{std::move(problem), start, options, run}.run();
}

}  // namespace libgrid
