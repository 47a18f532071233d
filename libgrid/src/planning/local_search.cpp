#include "libgrid/planning/local_search.hpp"

#include <algorithm>
#include <cmath>

#include "search_moves.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// How a search spends its effort. Temperatures are in units of a typical flip.
struct Schedule {
  double hot;
  double cold;
  std::int64_t rounds;  ///< the first round gets one part of so many
};

/// One slow cooling finds the best shapes where there are many grids; many short ones find the rare
/// plans that tight limits allow. Searches of odd streams take the short ones.
constexpr Schedule kSlow{.hot = 0.6, .cold = 0.12, .rounds = 1};
constexpr Schedule kShort{.hot = 1.2, .cold = 0.06, .rounds = 64};

class Annealing {
 public:
  Annealing(std::shared_ptr<const PlanProblem> problem, std::span<const std::int32_t> start,
            const SearchOptions& options, const RunControl& run)
      : problem_{std::move(problem)},
        options_{options},
        run_{run},
        moves_{problem_, start, Rng{options.seed, options.stream}},
        best_labels_{start.begin(), start.end()} {
    moves_.score(best_);
    now_ = best_;
  }

  SearchResult run() {
    const auto blocks = static_cast<std::int64_t>(problem_->graph.block_count());
    if (best_.violation > 0) repair();
    const auto terms = problem_->terms.size();
    const std::size_t phases = problem_->weighted || terms == 0 ? 1 : terms;
    for (std::size_t phase = 0; phase < phases && !stopped_; ++phase) {
      // The first term gets half, each later one half of what is left.
      const auto left = options_.effort - done_;
      const auto share = phase + 1 == phases ? left : left / 2;
      const auto end = done_ + share;
      auto length = std::max<std::int64_t>(20 * blocks + 2'000, share / plan_.rounds);
      for (int round = 0; done_ < end && !stopped_; ++round) {
        const auto until = std::min(end, done_ + length);
        set_goal(phase);
        anneal(until, round % 3 == 2 ? 0.35 * plan_.hot : plan_.hot);
        back_to_best();
        spend(moves_.polish(std::max<std::int64_t>(0, end - done_)));
        note();
        length += length / 2;
      }
    }
    back_to_best();
    while (milestones_.size() < kMilestones) milestones_.push_back(known());
    return {.grid_of = {moves_.state().grid_of().begin(), moves_.state().grid_of().end()},
            .terms = best_.terms,
            .violation = best_.violation,
            .effort_done = done_,
            .stopped = stopped_,
            .milestones = std::move(milestones_)};
  }

 private:
  void repair() {
    spend(moves_.rebalance(options_.effort / 8));
    note();
  }

  /// The goal of a phase: its own term, a little of the later ones, the earlier ones held.
  void set_goal(std::size_t phase) {
    const auto typical = moves_.typical_changes();
    auto& goal = moves_.goal;
    if (problem_->weighted) {
      double unit = 0;
      for (std::size_t i = 0; i < typical.size(); ++i)
        unit += problem_->terms[i].factor * typical_value(i, typical);
      for (std::size_t i = 0; i < typical.size(); ++i) {
        // Balance is estimated as a sum of squares: it counts as much as its own value would.
        const auto factor = problem_->terms[i].factor * typical_value(i, typical) / typical[i];
        goal.factor[i] = unit > 0 ? factor / unit : 0;
      }
      return;
    }
    for (std::size_t i = 0; i < typical.size(); ++i) {
      goal.factor[i] = i == phase ? 1 / typical[i] : i > phase ? 0.01 / typical[i] : 0;
      goal.cap[i] = i < phase ? best_.terms[i] : kNoCap;
      goal.cap_factor[i] = i < phase ? 2 / std::max(1.0, typical_value(i, typical)) : 0;
    }
  }

  /// What a typical flip changes in the term's own unit.
  double typical_value(std::size_t i, const std::vector<double>& typical) const {
    if (problem_->terms[i].kind != TermKind::balance) return typical[i];
    return 1e6 * std::sqrt(typical[i]);
  }

  void anneal(std::int64_t until, double hot) {
    const auto begin = done_;
    moves_.strictness = 1;
    const auto length = static_cast<double>(until - begin);
    double temperature = hot;
    std::int64_t kept = 0;
    int proposals = 0;
    while (done_ < until) {
      const auto log = moves_.state().log_size();
      const auto effort = moves_.propose(temperature);
      spend(std::min(effort, until - done_));
      if (moves_.state().log_size() != log) note();
      kept += static_cast<int>(now_.violation == 0);
      if (++proposals % 256 != 0) continue;
      temperature = hot * std::pow(plan_.cold / hot, static_cast<double>(done_ - begin) / length);
      // While it is hot limits may be missed most of the time; in the end they must hold half of
      // it.
      auto& strictness = moves_.strictness;
      const auto progress = static_cast<double>(done_ - begin) / length;
      const auto wanted = 128 * progress * progress;
      if (static_cast<double>(kept) < wanted) strictness = std::min(strictness * 1.03, 1e4);
      if (static_cast<double>(kept) > wanted) strictness = std::max(strictness / 1.03, 0.5);
      kept = 0;
      if (run_.stop.stop_requested() || std::chrono::steady_clock::now() > options_.deadline) {
        stopped_ = true;
        return;
      }
    }
  }

  void spend(std::int64_t effort) {
    const auto before = done_;
    done_ += effort;
    while (milestones_.size() < kMilestones &&
           done_ * static_cast<std::int64_t>(kMilestones) >=
               options_.effort * static_cast<std::int64_t>(milestones_.size() + 1)) {
      milestones_.push_back(known());
      if (options_.on_milestone) options_.on_milestone(milestones_.back());
    }
    // The meter is told now and then: two searches that write one counter slow each other down.
    if (run_.meter != nullptr && (done_ >> 14) != (before >> 14))
      run_.meter->done.fetch_add(done_ - told_, std::memory_order_relaxed), told_ = done_;
  }

  [[nodiscard]] std::vector<std::int64_t> known() const {
    return best_.violation == 0 ? best_.terms : std::vector<std::int64_t>{};
  }

  /// Looks at the plan as it is now. The best one is the start of the log, or, when the log grew
  /// too long, a copy of the labels.
  void note() {
    moves_.score(now_);
    if (moves_.better(now_, best_) || (options_.drift && !moves_.better(best_, now_))) {
      best_ = now_;
      moves_.state().clear_log();
      best_in_log_ = true;
      return;
    }
    auto& state = moves_.state();
    if (state.log_size() < 4 * at(problem_->graph.block_count()) + 1'000) return;
    if (best_in_log_) {
      back_to_best_labels();
      best_in_log_ = false;
    }
    state.clear_log();
  }

  void back_to_best_labels() { best_labels_ = moves_.state().labels_before(0); }

  void back_to_best() {
    auto& state = moves_.state();
    if (best_in_log_) {
      state.undo(0);
    } else {
      for (std::int32_t b = 0; b < problem_->graph.block_count(); ++b)
        state.move(b, best_labels_[at(b)]);
      state.clear_log();
      best_in_log_ = true;
    }
    moves_.score(now_);
  }

  std::shared_ptr<const PlanProblem> problem_;
  SearchOptions options_;
  Schedule plan_ = options_.stream % 2 == 0 ? kSlow : kShort;
  RunControl run_;
  SearchMoves moves_;
  PlanScore best_;
  PlanScore now_;
  std::vector<std::int32_t> best_labels_;
  bool best_in_log_ = true;
  std::int64_t done_ = 0;
  std::int64_t told_ = 0;
  bool stopped_ = false;
  std::vector<std::vector<std::int64_t>> milestones_;
};

}  // namespace

bool is_better(const PlanProblem& problem, const SearchResult& a, const SearchResult& b) {
  if (a.violation != b.violation) return a.violation < b.violation;
  if (!problem.weighted) return a.terms < b.terms;
  long double difference = 0;
  for (std::size_t i = 0; i < a.terms.size(); ++i)
    difference += static_cast<long double>(problem.terms[i].factor) *
                  static_cast<long double>(a.terms[i] - b.terms[i]);
  return difference < 0;
}

SearchResult search_plan(std::shared_ptr<const PlanProblem> problem,
                         std::span<const std::int32_t> start, const SearchOptions& options,
                         const RunControl& run) {
  return Annealing{std::move(problem), start, options, run}.run();
}

}  // namespace libgrid
