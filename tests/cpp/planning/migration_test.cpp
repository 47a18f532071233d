#include "libgrid/planning/migration.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"
#include "libgrid/planning/verify_plan.hpp"

namespace libgrid {
namespace {

using Labels = std::vector<std::int32_t>;

PlanProblem problem_of(const testing::AsciiPlan& plan, std::int64_t lowest, std::int64_t highest) {
  const auto grids = static_cast<std::size_t>(plan.grid_count());
  PlanProblem problem{.graph = plan.graph(), .grid_count = plan.grid_count()};
  problem.limits.push_back({"blocks", std::vector<std::int64_t>(plan.grid_of.size(), 1),
                            std::vector<std::int64_t>(grids, lowest),
                            std::vector<std::int64_t>(grids, highest)});
  return problem;
}

/// Every plan on the way, after each batch, keeps all rules; the last is `to`.
void expect_legal(const PlanProblem& problem, const Labels& from, const Labels& to,
                  const Migration& order) {
  auto plan = from;
  for (std::size_t k = 0; k < order.block.size(); ++k) {
    const auto b = static_cast<std::size_t>(order.block[k]);
    EXPECT_NE(plan[b], to[b]);
    plan[b] = to[b];
    if (k + 1 == order.block.size() || order.batch[k + 1] != order.batch[k]) {
      EXPECT_TRUE(verify_plan(problem, plan).empty()) << "after batch " << order.batch[k];
    }
  }
  EXPECT_EQ(plan, to);
}

TEST(PlanMigration, MovesTheNearBlockBeforeTheFarOne) {
  const testing::AsciiPlan before{{"aaaab"}};
  const testing::AsciiPlan after{{"aabbb"}};
  const auto problem = problem_of(before, 1, 5);
  const auto order = plan_migration(problem, before.grid_of, after.grid_of, {.moves_per_step = 1});
  EXPECT_EQ(order.block, (Labels{3, 2}));
  EXPECT_EQ(order.step, (Labels{0, 1}));
  EXPECT_EQ(order.largest_batch, 1);
}

TEST(PlanMigration, MovesTogetherWhatLimitsLetGoOnlyTogether) {
  const testing::AsciiPlan before{{"aab", "abb"}};
  const testing::AsciiPlan after{{"aaa", "bbb"}};
  const auto problem = problem_of(before, 3, 3);
  const auto order = plan_migration(problem, before.grid_of, after.grid_of, {.moves_per_step = 1});
  EXPECT_EQ(order.block, (Labels{2, 3}));
  EXPECT_EQ(order.batch, (Labels{0, 0}));
  EXPECT_EQ(order.step, (Labels{0, 0}));  // over the limit of one, because it must
  EXPECT_EQ(order.largest_batch, 2);
}

TEST(PlanMigration, PacksBatchesIntoStepsWithoutSplittingThem) {
  const testing::AsciiPlan before{{"aaaaaab"}};
  const testing::AsciiPlan after{{"abbbbbb"}};
  const auto order = plan_migration(problem_of(before, 1, 7), before.grid_of, after.grid_of,
                                    {.moves_per_step = 2});
  EXPECT_EQ(order.block, (Labels{5, 4, 3, 2, 1}));
  EXPECT_EQ(order.step, (Labels{0, 0, 1, 1, 2}));
}

TEST(PlanMigration, LetsABrokenStartGetNoWorse) {
  const testing::AsciiPlan before{{"aaaaab"}};  // five blocks where three are allowed
  const testing::AsciiPlan after{{"aaabbb"}};
  const auto order = plan_migration(problem_of(before, 1, 3), before.grid_of, after.grid_of,
                                    {.moves_per_step = 9});
  EXPECT_EQ(order.block, (Labels{4, 3}));
}

TEST(PlanMigration, KeepsBlocksTogetherAndApartOnTheWay) {
  const testing::AsciiPlan before{{"abbc", "abbc"}};
  auto problem = problem_of(before, 1, 8);
  const Labels after{0, 0, 1, 2, 0, 0, 1, 2};
  problem.keep_together = {{1, 5}};
  const auto order = plan_migration(problem, before.grid_of, after);
  EXPECT_EQ(order.batch, (Labels{0, 0}));
  problem.keep_together.clear();
  EXPECT_EQ(plan_migration(problem, before.grid_of, after).batch, (Labels{0, 1}));
}

TEST(PlanMigration, ChangesNothingWhereNothingChanges) {
  const testing::AsciiPlan plan{{"ab"}};
  EXPECT_TRUE(plan_migration(problem_of(plan, 1, 1), plan.grid_of, plan.grid_of).block.empty());
}

TEST(PlanMigration, RefusesPlansWithoutLabels) {
  const testing::AsciiPlan plan{{"ab"}};
  const auto problem = problem_of(plan, 1, 1);
  EXPECT_THROW((void)plan_migration(problem, Labels{0}, plan.grid_of), InvalidInput);
  EXPECT_THROW((void)plan_migration(problem, Labels{0, -1}, plan.grid_of), InvalidInput);
  EXPECT_THROW((void)plan_migration(problem, plan.grid_of, plan.grid_of, {.moves_per_step = 0}),
               InvalidInput);
}

/// A connected plan of a lattice: grids grow from random blocks.
Labels grow(const BlockGraph& graph, std::int32_t grids, Rng& rng) {
  Labels plan(static_cast<std::size_t>(graph.block_count()), -1);
  for (std::int32_t g = 0; g < grids;) {
    auto& label = plan[rng.below(plan.size())];
    if (label < 0) label = g++;
  }
  while (std::count(plan.begin(), plan.end(), -1) > 0) {
    const auto edge = rng.below(static_cast<std::uint64_t>(graph.edge_count()));
    auto& a = plan[static_cast<std::size_t>(graph.a()[edge])];
    auto& b = plan[static_cast<std::size_t>(graph.b()[edge])];
    if (a < 0 && b >= 0) a = b;
    if (b < 0 && a >= 0) b = a;
  }
  return plan;
}

/// The smallest largest batch over all ways of moving sets of blocks, by depth-first search.
std::size_t smallest_batch(const PlanProblem& problem, const Labels& from, const Labels& to) {
  std::vector<std::size_t> moves;
  for (std::size_t b = 0; b < from.size(); ++b)
    if (from[b] != to[b]) moves.push_back(b);
  const auto plan_of = [&](std::uint32_t set) {
    auto plan = from;
    for (std::size_t i = 0; i < moves.size(); ++i)
      if (set >> i & 1U) plan[moves[i]] = to[moves[i]];
    return plan;
  };
  const auto whole = (std::uint32_t{1} << moves.size()) - 1;
  for (std::size_t most = 1;; ++most) {
    std::vector<bool> seen(whole + 1, false);
    std::vector<std::uint32_t> stack{0};
    while (!stack.empty()) {
      const auto set = stack.back();
      stack.pop_back();
      if (seen[set]) continue;
      seen[set] = true;
      for (std::uint32_t next = 0; next <= whole; ++next)
        if ((next & set) == set && next != set && !seen[next] &&
            static_cast<std::size_t>(__builtin_popcount(next ^ set)) <= most &&
            verify_plan(problem, plan_of(next)).empty())
          stack.push_back(next);
    }
    if (seen[whole]) return most;
  }
}

TEST(PlanMigration, FindsTheSmallestBatchesOfRandomChanges) {
  Rng rng{11};
  const testing::AsciiPlan lattice{{"aaaa", "bbbb", "cccc"}};
  int grouped = 0;
  for (int round = 0; round < 60; ++round) {
    auto problem = problem_of(lattice, 2, 6);
    const auto from = grow(problem.graph, 3, rng);
    const auto to = grow(problem.graph, 3, rng);
    if (!verify_plan(problem, from).empty() || !verify_plan(problem, to).empty()) continue;
    const auto order = plan_migration(problem, from, to);
    expect_legal(problem, from, to, order);
    if (order.block.size() > 7) continue;
    EXPECT_EQ(static_cast<std::size_t>(order.largest_batch),
              order.block.empty() ? 0 : smallest_batch(problem, from, to));
    grouped += order.largest_batch > 1 ? 1 : 0;
  }
  EXPECT_GT(grouped, 0);
}

TEST(PlanMigration, OrdersManyMovesOfALargeChange) {
  Rng rng{5};
  const testing::AsciiPlan lattice{{"aaaaaaaaaa", "aaaaaaaaaa", "bbbbbbbbbb", "bbbbbbbbbb",
                                    "cccccccccc", "cccccccccc", "dddddddddd", "dddddddddd"}};
  for (int round = 0; round < 5; ++round) {
    const auto problem = problem_of(lattice, 1, 70);
    const auto from = grow(problem.graph, 4, rng);
    const auto to = grow(problem.graph, 4, rng);
    const auto order = plan_migration(problem, from, to, {.moves_per_step = 10});
    expect_legal(problem, from, to, order);
    EXPECT_GT(order.block.size(), 20U);
    const auto again = plan_migration(problem, from, to, {.moves_per_step = 10});
    EXPECT_EQ(again.block, order.block);
  }
}

}  // namespace
}  // namespace libgrid
