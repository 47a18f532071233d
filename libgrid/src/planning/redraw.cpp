#include "libgrid/planning/redraw.hpp"

#include <algorithm>
#include <chrono>

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "libgrid/planning/cluster_search.hpp"
#include "moves_budget.hpp"
#include "subproblem.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

using Terms = std::vector<std::int64_t>;

/// Terms of the whole from those of its parents: sums add up, a maximum is the largest.
class TermSum {
 public:
  TermSum(const PlanProblem& problem, std::size_t parents)
      : problem_{problem}, between_(problem.terms.size(), 0), of_(parents) {
    if (problem.parent_of_block.empty()) return;
    // Borders between parents are cut whatever happens.
    const auto& graph = problem.graph;
    for (std::size_t e = 0; e < graph.a().size(); ++e)
      if (problem.parent_of_block[at(graph.a()[e])] != problem.parent_of_block[at(graph.b()[e])])
        for (std::size_t i = 0; i < between_.size(); ++i)
          if (problem.terms[i].kind == TermKind::cut) between_[i] += problem.terms[i].length[e];
  }

  void set(std::size_t parent, const Terms& terms) { of_[parent] = terms; }

  /// Empty when a parent has none yet.
  [[nodiscard]] Terms whole() const {
    auto sum = between_;
    for (const auto& terms : of_) {
      if (terms.size() != sum.size()) return {};
      for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] = problem_.terms[i].kind == TermKind::balance ? std::max(sum[i], terms[i])
                                                             : sum[i] + terms[i];
    }
    return sum;
  }

 private:
  const PlanProblem& problem_;
  Terms between_;
  std::vector<Terms> of_;
};

/// A parent with more blocks than this is searched by all threads together, after the others.
constexpr std::int32_t kLargestAlone = 20'000;

}  // namespace

std::int64_t usual_redraw_effort(std::int64_t blocks, bool single) {
  // A single problem of some hundred blocks gets more: with all threads it takes seconds still.
  return std::max(2'000 * blocks,
                  std::clamp<std::int64_t>((single ? 200'000 : 100'000) * blocks, 16'000'000,
                                           single ? 96'000'000 : 64'000'000));
}

Redraw redraw(const PlanProblem& problem, std::span<const std::int32_t> start,
              const RedrawOptions& options, const RunControl& run) {
  check_problem(problem);
  const auto began = std::chrono::steady_clock::now();
  auto deadline = std::chrono::steady_clock::time_point::max();
  if (options.time_limit_s > 0)
    deadline = began + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                           std::chrono::duration<double>(std::min(options.time_limit_s, 1e7)));
  const auto effort = options.effort > 0 ? options.effort
                                         : usual_redraw_effort(problem.graph.block_count(),
                                                               problem.parent_of_block.empty());
  run.begin(effort);

  auto seed = seed_plan(problem, start, {.seed = options.seed}, {.threads = run.threads});
  Redraw answer;
  answer.grid_of = std::move(seed.grid_of);
  answer.changes = std::move(seed.changes);
  answer.seed = options.seed;
  const auto subs = split_into_parents(problem);
  std::vector<std::vector<std::int32_t>> begin(subs.size());
  TermSum best_terms{problem, subs.size()};
  std::int64_t searched = 0;  // blocks of parents that leave a choice
  std::vector<bool> open(subs.size(), false);
  for (std::size_t s = 0; s < subs.size(); ++s) {
    begin[s] = labels_of(subs[s], problem, answer.grid_of);
    const bool whole = std::ranges::none_of(begin[s], [](auto label) { return label < 0; });
    open[s] = whole && subs[s].grid.size() > 1;
    if (open[s]) searched += subs[s].problem->graph.block_count();
  }
  std::vector<std::shared_ptr<const PlanProblem>> own(subs.size());
  for (std::size_t s = 0; s < subs.size(); ++s) own[s] = subs[s].problem;
  std::int64_t left = effort;
  bool cut_short = false;
  if (problem.max_moved >= 0 && subs.size() > 1) {
    auto budget = share_budget(problem, subs, begin,
                               {.effort = effort, .seed = options.seed, .deadline = deadline}, run);
    for (std::size_t s = 0; s < subs.size(); ++s)
      own[s] = with_budget(subs[s], budget.parents[s].allowed);
    begin = std::move(budget.start);
    left = std::max<std::int64_t>(1, effort - budget.effort_done);
    answer.effort_done = budget.effort_done;
    answer.moves = std::move(budget.parents);
    cut_short = budget.stopped;
  }
  for (std::size_t s = 0; s < subs.size(); ++s)
    if (std::ranges::none_of(begin[s], [](auto label) { return label < 0; }))
      best_terms.set(s, measure_terms(*subs[s].problem, begin[s]));
  std::vector<SearchResult> results(subs.size());
  std::mutex mutex;
  const auto search_parent = [&](std::size_t s, auto search_with) {
    const auto size = subs[s].problem->graph.block_count();
    const auto share = static_cast<std::int64_t>(static_cast<long double>(left) * size /
                                                 static_cast<long double>(searched));
    SearchOptions search{.effort = std::max<std::int64_t>(1, share),
                         .seed = options.seed,
                         .stream = s << 8,
                         .deadline = deadline};
    if (options.watch != nullptr)
      search.on_milestone = [&, s](const Terms& terms) {
        const std::lock_guard lock{mutex};
        best_terms.set(s, terms);
        options.watch->set(best_terms.whole());
      };
    results[s] = search_with(own[s], begin[s], search, run);
  };
  // Parents side by side; a single one, and each large one, with all threads.
  const auto shared = [&](std::size_t s) {
    return subs.size() == 1 || subs[s].problem->graph.block_count() > kLargestAlone;
  };
  for_each_chunk(static_cast<std::int64_t>(subs.size()), 1, {.threads = run.threads},
                 [&](Chunk chunk) {
                   const auto s = static_cast<std::size_t>(chunk.begin);
                   if (open[s] && !shared(s)) search_parent(s, search_plan);
                 });
  for (std::size_t s = 0; s < subs.size(); ++s)
    if (open[s] && shared(s)) search_parent(s, search_clusters);
  for (const auto& result : results) {
    answer.effort_done += result.effort_done;
    cut_short = cut_short || result.stopped;
  }
  auto sum = best_terms;
  for (std::size_t m = 0; m < kMilestones; ++m) {
    for (std::size_t s = 0; s < subs.size(); ++s)
      sum.set(s, open[s] ? results[s].milestones[m] : measure_terms(*subs[s].problem, begin[s]));
    if (auto terms = sum.whole(); !terms.empty() || problem.terms.empty())
      answer.trace.push_back(
          {effort * static_cast<std::int64_t>(m + 1) / static_cast<std::int64_t>(kMilestones),
           std::move(terms)});
  }
  for (std::size_t s = 0; s < subs.size(); ++s) {
    if (!open[s]) continue;
    const auto& labels = results[s].grid_of;
    for (std::size_t i = 0; i < subs[s].blocks.size(); ++i)
      answer.grid_of[at(subs[s].blocks[i])] = subs[s].grid[at(labels[at(subs[s].unit[i])])];
  }
  for (std::size_t s = 0; s < answer.moves.size(); ++s) {
    auto& moves = answer.moves[s];
    if (moves.least >= 0) moves.least += subs[s].forced_moved;
    moves.allowed += subs[s].forced_moved;
    moves.moved = 0;
    for (const auto b : subs[s].blocks)
      if (problem.reference[at(b)] >= 0 && answer.grid_of[at(b)] != problem.reference[at(b)])
        moves.moved += problem.moved_weight[at(b)];
  }
  answer.faults = verify_plan(problem, answer.grid_of);
  const bool labelled = std::ranges::none_of(answer.grid_of, [](auto g) { return g < 0; });
  if (labelled) answer.terms = measure_terms(problem, answer.grid_of);
  if (!answer.faults.empty()) {
    answer.status = RedrawStatus::not_found;
  } else if (cut_short) {
    answer.status = run.stop.stop_requested() ? RedrawStatus::stopped : RedrawStatus::time_limit;
  }
  // What the searches counted step by step is what counting from nothing gives.
  if (labelled) {
    for (std::size_t s = 0; s < subs.size(); ++s)
      sum.set(s, open[s] ? results[s].terms : measure_terms(*subs[s].problem, begin[s]));
    LIBGRID_ASSERT(sum.whole() == answer.terms);
  }
  return answer;
}

}  // namespace libgrid
