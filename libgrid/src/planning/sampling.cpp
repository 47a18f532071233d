#include "libgrid/planning/sampling.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "libgrid/planning/verify_plan.hpp"
#include "plan_chain.hpp"

namespace libgrid {
namespace {

constexpr std::int64_t kBreath = 512;  // attempts between two looks at the stop token

const char* describe(PlanRule rule) {
  switch (rule) {
    case PlanRule::label:
      return "blocks without a grid";
    case PlanRule::empty:
      return "grids without a block";
    case PlanRule::connected:
      return "grids that fall into parts";
    case PlanRule::limit:
      return "grids outside their limits";
    case PlanRule::nested:
      return "blocks in a grid of another parent";
    case PlanRule::forbidden:
      return "blocks whose grid's owner cannot serve them";
    case PlanRule::locked:
      return "locked blocks outside their grid";
    case PlanRule::together:
      return "blocks apart that belong together";
    case PlanRule::apart:
      return "blocks together that must stay apart";
    case PlanRule::moved:
      return "too much moved from the reference";
  }
  return "faults";
}

/// The first kind of fault, its first five grids or blocks, and how many there are.
std::string describe(const std::vector<PlanFault>& faults, const PlanProblem& problem) {
  const auto rule = faults.front().rule;
  const bool of_grids =
      rule == PlanRule::empty || rule == PlanRule::connected || rule == PlanRule::limit;
  std::string named;
  int count = 0;
  for (const auto& fault : faults) {
    if (fault.rule != rule || ++count > 5) continue;
    named += (count > 1 ? ", " : "") + std::to_string(of_grids ? fault.grid : fault.block);
    if (rule != PlanRule::limit) continue;
    const auto& limit = problem.limits[static_cast<std::size_t>(fault.other)];
    const auto grid = static_cast<std::size_t>(fault.grid);
    named += " (" + limit.name + " " + std::to_string(fault.value) + ", allowed " +
             std::to_string(limit.lowest[grid]) + " to " + std::to_string(limit.highest[grid]) +
             ")";
  }
  if (rule == PlanRule::moved) named = std::to_string(faults.front().value);
  return std::string{describe(rule)} + ": " + named + "; " + std::to_string(count) + " in all";
}

void check_rungs(const PlanProblem& problem, const SamplingOptions& options) {
  const auto grids = static_cast<std::size_t>(problem.grid_count);
  for (std::size_t r = 0; r < options.rungs.size(); ++r) {
    require(options.rungs[r].size() == problem.limits.size(),
            [] { return "sampling: each rung must have a range for each limit"; });
    for (std::size_t i = 0; i < problem.limits.size(); ++i) {
      const auto& range = options.rungs[r][i];
      const bool last = r + 1 == options.rungs.size();
      require(range.lowest.size() == grids && range.highest.size() == grids,
              [] { return "sampling: the ranges of a rung must have an entry for each grid"; });
      const auto& low = last ? problem.limits[i].lowest : options.rungs[r + 1][i].lowest;
      const auto& high = last ? problem.limits[i].highest : options.rungs[r + 1][i].highest;
      for (std::size_t g = 0; g < std::min({grids, low.size(), high.size()}); ++g)
        require(range.lowest[g] >= low[g] && range.highest[g] <= high[g],
                [] { return "sampling: each rung must lie within the next wider one"; });
    }
  }
  require(options.cooling > 0 && options.cooling <= 1,
          [] { return "sampling: cooling must be above 0 and at most 1"; });
  require(options.most_attempts >= 1, [] { return "sampling: most_attempts must be 1 or more"; });
}

}  // namespace

struct PlanSampler::Chains {
  PlanProblem problem;
  PlanProblem kept;  // with the tightest limits, where there are several
  SamplingOptions options;
  std::vector<std::unique_ptr<PlanChain<>>> chain;
  std::vector<SamplingCounts> before;  // what the warm-up took
  std::vector<std::uint8_t> warm;
};

PlanSampler::PlanSampler(PlanProblem problem, std::span<const std::int32_t> starts,
                         std::int32_t chains, const SamplingOptions& options) {
  check_problem(problem);
  const auto blocks = static_cast<std::size_t>(problem.graph.block_count());
  require(chains >= 1, [] { return "sampling: there must be one chain or more"; });
  require(options.thin >= 1, [] { return "sampling: thin must be one attempt or more"; });
  require(options.warm_up >= 0, [] { return "sampling: warm_up must not be below 0"; });
  require(options.most_balanced_edges >= 0,
          [] { return "sampling: most_balanced_edges must not be below 0"; });
  require(options.three_grid_share >= 0 && options.three_grid_share <= 1,
          [] { return "sampling: three_grid_share must be in 0 … 1"; });
  require(starts.size() == blocks * static_cast<std::size_t>(chains), [&] {
    return "sampling: " + std::to_string(starts.size()) + " labels of starts for " +
           std::to_string(chains) + " chains of " + std::to_string(blocks) + " blocks";
  });
  chains_ = std::make_unique<Chains>();
  chains_->problem = std::move(problem);
  chains_->options = options;
  check_rungs(chains_->problem, options);
  if (!options.rungs.empty()) chains_->kept = chains_->problem;
  for (std::size_t i = 0; i < chains_->kept.limits.size(); ++i) {
    chains_->kept.limits[i].lowest = options.rungs[0][i].lowest;
    chains_->kept.limits[i].highest = options.rungs[0][i].highest;
  }
  for (std::int32_t c = 0; c < chains; ++c) {
    const auto start = starts.subspan(static_cast<std::size_t>(c) * blocks, blocks);
    const bool seen = c > 0 && std::ranges::equal(start, starts.first(blocks));
    if (!seen) {
      const auto faults = verify_plan(chains_->problem, start);
      require(faults.empty(), [&] {
        return "start plan" + (chains > 1 ? " of chain " + std::to_string(c) : std::string{}) +
               " breaks a rule: " + describe(faults, chains_->problem) +
               ". Mend it (redraw), widen the limits, or leave the start out";
      });
    }
    chains_->chain.push_back(std::make_unique<PlanChain<>>(chains_->problem, start, options,
                                                           static_cast<std::uint64_t>(c)));
    require(!chains_->chain.back()->state().open_edges().empty(), [] {
      return std::string{
          "sampling: no grid has a neighbour under its parent to exchange blocks with, so there "
          "is one plan only"};
    });
  }
  chains_->before.resize(static_cast<std::size_t>(chains));
  chains_->warm.assign(static_cast<std::size_t>(chains), options.warm_up == 0 ? 1 : 0);
}

PlanSampler::~PlanSampler() = default;
PlanSampler::PlanSampler(PlanSampler&&) noexcept = default;
PlanSampler& PlanSampler::operator=(PlanSampler&&) noexcept = default;

std::int32_t PlanSampler::chain_count() const {
  return static_cast<std::int32_t>(chains_->chain.size());
}
const PlanProblem& PlanSampler::problem() const { return chains_->problem; }

SampleBatch PlanSampler::run(std::span<const std::int64_t> rows, bool keep_plans,
                             const RunControl& control) {
  auto& all = *chains_;
  const auto chains = all.chain.size();
  require(rows.size() == chains, [] { return "sampling: rows must have an entry for each chain"; });
  std::vector<std::size_t> first(chains + 1, 0);
  for (std::size_t c = 0; c < chains; ++c) {
    require(rows[c] >= 0, [] { return "sampling: rows must not be below 0"; });
    first[c + 1] = first[c] + static_cast<std::size_t>(rows[c]);
  }
  const auto blocks = static_cast<std::size_t>(all.problem.graph.block_count());
  const auto terms = all.problem.terms.size();
  SampleBatch batch;
  if (keep_plans) batch.plans.resize(first[chains] * blocks);
  batch.cut_edges.resize(first[chains]);
  batch.scores.resize(first[chains] * terms);
  batch.keys.resize(first[chains]);
  batch.chain.resize(first[chains]);

  const auto& kept = all.options.rungs.empty() ? all.problem : all.kept;
  const auto walk = [&](PlanChain<>& chain, std::int64_t attempts) {
    while (attempts > 0) {
      const auto some = std::min(attempts, kBreath);
      for (std::int64_t i = 0; i < some; ++i) chain.attempt();
      attempts -= some;
      control.advance(some);
    }
  };
  // Under tempering the clock counts only plans that hold the tightest limits.
  const auto walk_to_tight = [&](PlanChain<>& chain) {
    std::int64_t missing = all.options.thin;
    for (std::int64_t used = 0; missing > 0; ++used) {
      if (used >= all.options.most_attempts)
        throw Infeasible{"sampling: no plan within the tightest limits in " + std::to_string(used) +
                         " attempts: let the rungs be closer together, or cooling smaller"};
      if (used % kBreath == 0) control.advance(0);
      chain.attempt();
      if (!chain.tight()) continue;
      --missing;
      if (control.meter != nullptr) control.advance();
    }
  };
  std::int64_t to_warm = 0;
  for (const auto warm : all.warm) to_warm += warm != 0 ? 0 : all.options.warm_up;
  control.begin(static_cast<std::int64_t>(first[chains]) * all.options.thin + to_warm);
  auto side_by_side = control;
  side_by_side.meter = nullptr;  // attempts are counted, not chains
  for_each_chunk(static_cast<std::int64_t>(chains), 1, side_by_side, [&](Chunk chunk) {
    const auto c = static_cast<std::size_t>(chunk.begin);
    auto& chain = *all.chain[c];
    auto& state = chain.state();
    if (all.warm[c] == 0) {
      walk(chain, all.options.warm_up - chain.counts().attempts);
      all.before[c] = chain.counts();
      all.warm[c] = 1;
    }
    for (auto row = first[c]; row < first[c + 1]; ++row) {
      if (all.options.rungs.empty())
        walk(chain, all.options.thin);
      else
        walk_to_tight(chain);
      if (keep_plans)
        std::ranges::copy(state.grid_of(),
                          batch.plans.begin() + static_cast<std::ptrdiff_t>(row * blocks));
      batch.cut_edges[row] = state.cut_count();
      if (terms > 0) state.scores().write({batch.scores.data() + row * terms, terms});
      batch.keys[row] = state.key();
      batch.chain[row] = static_cast<std::int32_t>(c);
    }
    // What planning returns is verified by code that shares nothing with the search.
    LIBGRID_ASSERT(rows[c] == 0 || verify_plan(kept, state.grid_of()).empty());
  });
  return batch;
}

SamplingCounts PlanSampler::counts(std::int32_t chain) const {
  auto now = chains_->chain[static_cast<std::size_t>(chain)]->counts();
  const auto& before = chains_->before[static_cast<std::size_t>(chain)];
  for (const auto field :
       {&SamplingCounts::attempts, &SamplingCounts::accepted, &SamplingCounts::unchanged,
        &SamplingCounts::not_neighbours, &SamplingCounts::no_cut, &SamplingCounts::few_cuts,
        &SamplingCounts::refused, &SamplingCounts::broke_rules, &SamplingCounts::cut_apart,
        &SamplingCounts::trees, &SamplingCounts::outside})
    now.*field -= before.*field;
  return now;
}

std::span<const std::int32_t> PlanSampler::plan(std::int32_t chain) const {
  return chains_->chain[static_cast<std::size_t>(chain)]->state().grid_of();
}

}  // namespace libgrid
