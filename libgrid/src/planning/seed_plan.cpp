#include "libgrid/planning/seed_plan.hpp"

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "seed_parent.hpp"
#include "subproblem.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

}  // namespace

PlanSeed seed_plan(const PlanProblem& problem, std::span<const std::int32_t> start,
                   const SeedOptions& options, const RunControl& run) {
  const auto blocks = at(problem.graph.block_count());
  require(start.empty() || start.size() == blocks, [&] {
    return "start: " + std::to_string(start.size()) + " labels for " + std::to_string(blocks) +
           " blocks";
  });
  PlanSeed seed;
  seed.grid_of.assign(blocks, -1);
  std::vector<SeedReason> reason(blocks, SeedReason::placed);
  const auto subs = split_into_parents(problem);
  run.begin(static_cast<std::int64_t>(subs.size()));
  // One parent uses all threads inside, many parents one each.
  const RunControl inside{.stop = run.stop, .threads = subs.size() > 1 ? 1U : run.threads};
  for_each_chunk(static_cast<std::int64_t>(subs.size()), 1, run, [&](Chunk chunk) {
    const auto& sub = subs[static_cast<std::size_t>(chunk.begin)];
    const auto units = at(sub.problem->graph.block_count());
    auto labels =
        start.empty() ? std::vector<std::int32_t>(units, -1) : labels_of(sub, problem, start);
    std::vector<SeedReason> why(units, SeedReason::placed);
    const auto made = seed_parent(sub.problem, std::move(labels), options, inside, why);
    for (std::size_t i = 0; i < sub.blocks.size(); ++i) {
      const auto label = made[at(sub.unit[i])];
      seed.grid_of[at(sub.blocks[i])] = label < 0 ? -1 : sub.grid[at(label)];
      reason[at(sub.blocks[i])] = why[at(sub.unit[i])];
    }
  });
  if (!start.empty())
    for (std::size_t b = 0; b < blocks; ++b)
      if (seed.grid_of[b] != start[b]) {
        const bool there = start[b] >= 0 && start[b] < problem.grid_count;
        // A change without a reason of its own was told by its parent or its pair.
        const auto why =
            there && reason[b] == SeedReason::placed ? SeedReason::misplaced : reason[b];
        seed.changes.push_back(
            {static_cast<std::int32_t>(b), there ? start[b] : -1, seed.grid_of[b], why});
      }
  seed.faults = verify_plan(problem, seed.grid_of);
  return seed;
}

}  // namespace libgrid
