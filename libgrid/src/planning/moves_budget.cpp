#include "moves_budget.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "libgrid/base/parallel.hpp"
#include "libgrid/planning/local_search.hpp"
#include "libgrid/planning/share_moves.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// Beyond so many blocks times grids a parent is not asked for its fewest moves.
constexpr std::int64_t kMostCells = 50'000'000;
/// Of the way from the fewest moves to as many as it likes, in thirty-seconds.
constexpr std::array<std::int64_t, 4> kBetween{1, 4, 8, 16};
/// Streams of random numbers beyond those of the main searches of a parent.
constexpr std::uint64_t kStream = 128;

std::int64_t moved_in(const PlanProblem& p, std::span<const std::int32_t> plan) {
  std::int64_t moved = 0;
  for (std::size_t b = 0; b < plan.size(); ++b)
    if (p.reference[b] >= 0 && plan[b] != p.reference[b]) moved += p.moved_weight[b];
  return moved;
}

/// The sub-problem without its budget and with the moved weight as its first term.
std::shared_ptr<const PlanProblem> with_moves_first(const PlanProblem& sub) {
  auto p = sub;
  PlanTerm moved{.name = "moved", .kind = TermKind::assignment, .owners = p.grid_count};
  moved.owner_of_grid.resize(at(p.grid_count));
  std::iota(moved.owner_of_grid.begin(), moved.owner_of_grid.end(), 0);
  moved.cost.assign(p.reference.size() * at(p.grid_count), 0);
  for (std::size_t b = 0; b < p.reference.size(); ++b)
    if (p.reference[b] >= 0)
      for (std::int32_t g = 0; g < p.grid_count; ++g)
        if (g != p.reference[b]) moved.cost[b * at(p.grid_count) + at(g)] = p.moved_weight[b];
  p.terms.insert(p.terms.begin(), std::move(moved));
  p.max_moved = -1;
  p.weighted = false;
  return std::make_shared<const PlanProblem>(std::move(p));
}

/// One search of one parent.
struct Probe {
  std::size_t parent;
  std::uint64_t kind;
  std::int64_t budget;  // -1: as few moves as can be
  std::vector<std::int32_t> start;
};

class Curves {
 public:
  Curves(const PlanProblem& whole, const std::vector<SubProblem>& subs,
         const std::vector<std::vector<std::int32_t>>& begin, const MovesBudgetOptions& options,
         const RunControl& run)
      : whole_{whole}, subs_{subs}, begin_{begin}, options_{options}, run_{run} {
    offers_.resize(subs.size());
    plans_.resize(subs.size());
    for (std::size_t s = 0; s < subs.size(); ++s) {
      forced_ += subs[s].forced_moved;
      blocks_ += begin[s].size();
      if (std::ranges::any_of(begin[s], [](auto label) { return label < 0; })) {
        lost_.push_back(s);
        continue;
      }
      const auto free = with_budget(subs[s], -1);
      if (verify_plan(*free, begin[s]).empty()) add(s, begin[s]);
      // Today itself, where it keeps the rules: a search may have begun elsewhere.
      if (const auto& today = free->reference;
          today != begin[s] && verify_plan(*free, today).empty())
        add(s, today);
    }
  }

  MovesBudget run() {
    MovesBudget answer;
    const auto budget = std::max<std::int64_t>(0, whole_.max_moved - forced_);
    std::vector<Probe> probes;
    for (std::size_t s = 0; s < subs_.size(); ++s) {
      if (!open(s)) continue;
      const auto cells = static_cast<std::int64_t>(begin_[s].size()) * subs_[s].problem->grid_count;
      if (cells <= kMostCells) probes.push_back({s, 0, -1, begin_[s]});
      probes.push_back({s, 1, budget, begin_[s]});
    }
    search(probes, 8);
    std::int64_t most = 0;
    for (const auto& offers : offers_)
      most += std::ranges::max(offers.empty() ? std::vector<std::int64_t>{0} : moves_of(offers));
    if (most > budget) {
      probes.clear();
      for (std::size_t s = 0; s < subs_.size(); ++s) {
        if (!open(s) || offers_[s].empty()) continue;
        const auto moves = moves_of(offers_[s]);
        const auto [low, high] = std::ranges::minmax_element(moves);
        const auto& cheapest = plans_[s][at(low - moves.begin())];
        for (std::uint64_t i = 0; i < kBetween.size(); ++i)
          if (const auto part = (*high - *low) * kBetween.at(i) / 32; part > 0)
            probes.push_back({s, 2 + i, *low + part, cheapest});
      }
      search(probes, 16);
    }
    share(budget, answer);
    answer.effort_done = effort_done_;
    answer.stopped = stopped_;
    return answer;
  }

 private:
  [[nodiscard]] bool open(std::size_t s) const {
    return subs_[s].grid.size() > 1 && !std::ranges::binary_search(lost_, s);
  }

  static std::vector<std::int64_t> moves_of(const std::vector<MovesOffer>& offers) {
    std::vector<std::int64_t> moves;
    for (const auto& offer : offers) moves.push_back(offer.moved);
    return moves;
  }

  void add(std::size_t s, std::vector<std::int32_t> plan) {
    offers_[s].push_back(
        {moved_in(*subs_[s].problem, plan), measure_terms(*subs_[s].problem, plan)});
    plans_[s].push_back(std::move(plan));
  }

  /// Runs the probes, each with one part in `parts` of its parent's share of the effort.
  void search(const std::vector<Probe>& probes, std::int64_t parts) {
    std::vector<SearchResult> results(probes.size());
    for_each_chunk(
        static_cast<std::int64_t>(probes.size()), 1, {.threads = run_.threads}, [&](Chunk chunk) {
          const auto& probe = probes[at(chunk.begin)];
          const auto& sub = subs_[probe.parent];
          const auto share = static_cast<long double>(options_.effort) *
                             static_cast<long double>(probe.start.size()) /
                             static_cast<long double>(blocks_);
          const SearchOptions how{
              .effort = std::max<std::int64_t>(
                  1, static_cast<std::int64_t>(share / static_cast<long double>(parts))),
              .seed = options_.seed,
              .stream = (probe.parent << 8) + kStream + probe.kind,
              .deadline = options_.deadline};
          const auto problem =
              probe.budget < 0 ? with_moves_first(*sub.problem) : with_budget(sub, probe.budget);
          results[at(chunk.begin)] = search_plan(problem, probe.start, how, run_);
        });
    for (std::size_t i = 0; i < probes.size(); ++i) {
      effort_done_ += results[i].effort_done;
      stopped_ = stopped_ || results[i].stopped;
      if (results[i].violation == 0) add(probes[i].parent, std::move(results[i].grid_of));
    }
  }

  /// Parents without a plan that keeps the rules get what they are given by weight: they are what
  /// stands in the way, not the budget.
  void share(std::int64_t budget, MovesBudget& answer) {
    std::vector<std::vector<MovesOffer>> offers;
    std::vector<std::size_t> who;
    for (std::size_t s = 0; s < subs_.size(); ++s) {
      answer.start.push_back(begin_[s]);
      answer.parents.push_back({subs_[s].grid.front(), -1, subs_[s].problem->max_moved, -1});
      if (offers_[s].empty()) continue;
      who.push_back(s);
      offers.push_back(offers_[s]);
    }
    const auto shared = share_moves(whole_, budget, offers);
    for (std::size_t i = 0; i < who.size(); ++i) {
      const auto s = who[i];
      const auto moves = moves_of(offers[i]);
      const auto low = std::ranges::min_element(moves);
      auto& parent = answer.parents[s];
      parent.least = *low;
      const bool enough = !shared.offer.empty();
      parent.allowed = enough ? shared.allowed[i] : *low;
      answer.start[s] = plans_[s][enough ? at(shared.offer[i]) : at(low - moves.begin())];
    }
  }

  const PlanProblem& whole_;
  const std::vector<SubProblem>& subs_;
  const std::vector<std::vector<std::int32_t>>& begin_;
  const MovesBudgetOptions& options_;
  const RunControl& run_;
  std::vector<std::size_t> lost_;
  std::vector<std::vector<MovesOffer>> offers_;
  std::vector<std::vector<std::vector<std::int32_t>>> plans_;
  std::size_t blocks_ = 0;
  std::int64_t forced_ = 0;
  std::int64_t effort_done_ = 0;
  bool stopped_ = false;
};

}  // namespace

std::shared_ptr<const PlanProblem> with_budget(const SubProblem& sub, std::int64_t max_moved) {
  auto p = *sub.problem;
  p.max_moved = max_moved;
  return std::make_shared<const PlanProblem>(std::move(p));
}

MovesBudget share_budget(const PlanProblem& whole, const std::vector<SubProblem>& subs,
                         const std::vector<std::vector<std::int32_t>>& begin,
                         const MovesBudgetOptions& options, const RunControl& run) {
  return Curves{whole, subs, begin, options, run}.run();
}

}  // namespace libgrid
