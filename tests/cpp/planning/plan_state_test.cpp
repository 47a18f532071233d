#include "libgrid/planning/plan_state.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"
#include "random_plans.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

PlanState state_of(const PlanProblem& problem, std::span<const std::int32_t> grid_of) {
  return {std::make_shared<const PlanProblem>(problem), grid_of};
}

/// A random problem in which every rule can be broken.
PlanProblem strict_problem(Rng& rng, std::int32_t rows, std::int32_t columns, std::int32_t grids) {
  auto p = testing::random_problem(rng, testing::random_graph(rng, rows, columns), grids);
  const auto n = static_cast<std::uint64_t>(p.graph.block_count());
  const auto k = static_cast<std::uint64_t>(grids);
  for (std::uint64_t b = 0; b < n; ++b) {
    p.parent_of_block.push_back(static_cast<std::int32_t>(rng.below(2)));
    p.reference.push_back(static_cast<std::int32_t>(rng.below(k + 1)) - 1);
    p.locked.push_back(p.reference.back() >= 0 && rng.below(8) == 0);
    p.moved_weight.push_back(static_cast<std::int64_t>(rng.below(5)));
  }
  for (std::uint64_t g = 0; g < k; ++g)
    p.parent_of_grid.push_back(static_cast<std::int32_t>(g % 2));
  p.max_moved = static_cast<std::int64_t>(n);
  for (auto& cost : p.terms[0].cost)
    if (rng.below(10) == 0) cost = kForbidden;
  p.keep_together = {{0, 1}, {1, 5}};
  p.keep_apart = {{2, 3}, {0, 7}};
  return p;
}

TEST(PlanState, CountsWhatTheVerifierCountsAfterEveryStepOfLongWalks) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    Rng rng{seed};
    const auto k = static_cast<std::int32_t>(2 + rng.below(5));
    const auto p = strict_problem(rng, 5, 6, k);
    std::vector<std::int32_t> plan(30);
    for (auto& grid : plan) grid = static_cast<std::int32_t>(rng.below(at(k)));
    auto state = state_of(p, plan);
    for (int step = 0; step < 300; ++step) {
      const auto block = static_cast<std::int32_t>(rng.below(30));
      const auto grid = static_cast<std::int32_t>(rng.below(at(k)));
      const auto before = state.terms();
      const auto cut_before = static_cast<std::int64_t>(state.cut_edges().size());
      const auto moved_before = state.moved();
      const auto change = state.delta(block, grid);
      const auto excess = state.excess_delta(1, block, grid);
      const auto excess_before = state.excess(1);
      state.move(block, grid);
      plan[at(block)] = grid;
      ASSERT_EQ(std::vector(state.grid_of().begin(), state.grid_of().end()), plan);
      ASSERT_EQ(state.terms(), measure_terms(p, plan));
      for (std::size_t i = 0; i < before.size(); ++i)
        ASSERT_EQ(state.term(i), before[i] + change.terms[i]) << "term " << i;
      std::int64_t cut = 0;
      for (std::int32_t e = 0; e < p.graph.edge_count(); ++e)
        cut += plan[at(p.graph.a()[at(e)])] != plan[at(p.graph.b()[at(e)])];
      ASSERT_EQ(static_cast<std::int64_t>(state.cut_edges().size()), cut);
      ASSERT_EQ(cut, cut_before + change.cut_edges);
      ASSERT_EQ(state.moved(), moved_before + change.moved);
      ASSERT_EQ(state.excess(1), excess_before + excess);
      std::int64_t moved = 0;
      for (std::size_t b = 0; b < plan.size(); ++b)
        if (p.reference[b] >= 0 && p.reference[b] != plan[b]) moved += p.moved_weight[b];
      ASSERT_EQ(state.moved(), moved);
      const auto faults = verify_plan(p, plan);
      ASSERT_EQ(state.faults(), std::ranges::count_if(faults, [](const PlanFault& f) {
                  return f.rule == PlanRule::nested || f.rule == PlanRule::forbidden ||
                         f.rule == PlanRule::locked || f.rule == PlanRule::together ||
                         f.rule == PlanRule::apart;
                }));
      std::size_t members = 0;
      for (std::int32_t g = 0; g < k; ++g) {
        for (const auto b : state.blocks_of(g)) ASSERT_EQ(plan[at(b)], g);
        members += state.blocks_of(g).size();
      }
      ASSERT_EQ(members, plan.size());
    }
  }
}

TEST(PlanState, UndoTakesBackExactlyTheLaterMoves) {
  Rng rng{7};
  const auto p = strict_problem(rng, 5, 6, 4);
  std::vector<std::int32_t> plan(30, 0);
  auto state = state_of(p, plan);
  std::vector<std::vector<std::int32_t>> states;
  std::vector<std::size_t> sizes;
  for (int step = 0; step < 50; ++step) {
    states.emplace_back(state.grid_of().begin(), state.grid_of().end());
    sizes.push_back(state.log_size());
    state.move(static_cast<std::int32_t>(rng.below(30)), static_cast<std::int32_t>(rng.below(4)));
  }
  for (std::size_t i = states.size(); i-- > 0;) {
    state.undo(sizes[i]);
    ASSERT_EQ(std::vector(state.grid_of().begin(), state.grid_of().end()), states[i]);
    ASSERT_EQ(state.terms(), measure_terms(p, states[i]));
  }
}

TEST(PlanState, WhyNotNamesTheFaultsThatTheVerifierFinds) {
  // On connected plans the verifier's faults that touch the block or the two grids are the answer.
  int asked = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Rng rng{seed, 1};
    const auto p = strict_problem(rng, 4, 5, 3);
    // Stripes: connected where the random graph is.
    std::vector<std::int32_t> plan(20);
    for (std::size_t b = 0; b < 20; ++b)
      plan[b] = std::min<std::int32_t>(2, static_cast<std::int32_t>(b % 5) / 2);
    if (std::ranges::any_of(verify_plan(p, plan),
                            [](const auto& f) { return f.rule == PlanRule::connected; }))
      continue;
    auto state = state_of(p, plan);
    for (std::int32_t block = 0; block < 20; ++block)
      for (std::int32_t grid = 0; grid < 3; ++grid) {
        if (grid == plan[at(block)]) continue;
        ++asked;
        auto after = plan;
        after[at(block)] = grid;
        std::vector<PlanFault> expected;
        for (const auto& fault : verify_plan(p, after)) {
          const bool of_block =
              fault.block == block || (fault.other == block && fault.rule != PlanRule::limit);
          const bool of_grids =
              fault.block < 0 && (fault.grid == grid || fault.grid == plan[at(block)]);
          if (of_block || of_grids || fault.rule == PlanRule::moved) expected.push_back(fault);
        }
        auto found = state.why_not(block, grid);
        // A pair is named from the block that was asked about; the verifier names it as given.
        for (auto* list : {&found, &expected})
          for (auto& fault : *list) {
            if (fault.rule == PlanRule::together || fault.rule == PlanRule::apart)
              fault = {.rule = fault.rule,
                       .block = std::min(fault.block, fault.other),
                       .other = std::max(fault.block, fault.other)};
            if (fault.rule == PlanRule::connected) fault.block = -1;
          }
        const auto order = [](const PlanFault& f) {
          return std::tuple{f.rule, f.grid, f.block, f.other, f.value};
        };
        std::ranges::sort(found, {}, order);
        std::ranges::sort(expected, {}, order);
        ASSERT_EQ(found, expected) << "seed " << seed << " block " << block << " grid " << grid;
        ASSERT_EQ(std::vector(state.grid_of().begin(), state.grid_of().end()), plan);
      }
  }
  EXPECT_GT(asked, 300);
}

TEST(PlanState, NamesTheBlocksThatAMoveCutsOff) {
  const testing::AsciiPlan map{{"aaab", "a  b", "aabb"}};
  auto state = state_of({.graph = map.graph(), .grid_count = 2}, map.grid_of);
  EXPECT_TRUE(state.can_leave(0) == false);
  EXPECT_EQ(state.cut_off(4), (std::vector<std::int32_t>{6, 7}));  // the corner below is left alone
  EXPECT_TRUE(state.can_leave(2));
  EXPECT_TRUE(state.cut_off(2).empty());
  const auto faults = state.why_not(1, 1);
  ASSERT_EQ(faults.size(), 2U);  // it tears a in two and does not touch b
  EXPECT_EQ(faults[0], (PlanFault{.rule = PlanRule::connected, .grid = 0, .block = 1, .value = 2}));
  EXPECT_EQ(faults[1].grid, 1);
}

TEST(PlanState, EstimatesAgreeWithExactDeltas) {
  Rng rng{3};
  const auto p = testing::random_problem(rng, testing::lattice(6, 6), 4);
  std::vector<std::int32_t> plan(36);
  for (auto& grid : plan) grid = static_cast<std::int32_t>(rng.below(4));
  auto state = state_of(p, plan);
  std::vector<double> guess(4);
  for (std::int32_t block = 0; block < 36; ++block)
    for (std::int32_t grid = 0; grid < 4; ++grid) {
      if (grid == plan[at(block)]) continue;
      state.estimate(block, grid, guess);
      const auto exact = state.delta(block, grid);
      EXPECT_EQ(guess[0], static_cast<double>(exact.terms[0]));
      EXPECT_EQ(guess[1], static_cast<double>(exact.terms[1]));
      EXPECT_NEAR(guess[2], static_cast<double>(exact.terms[2]), 4.0);  // two grids, each rounded
    }
}

TEST(PlanState, RefusesLabelsThatDoNotExist) {
  const testing::AsciiPlan map{{"ab"}};
  const PlanProblem p{.graph = map.graph(), .grid_count = 2};
  EXPECT_THROW((void)state_of(p, std::vector<std::int32_t>{0, 2}), InvalidInput);
  EXPECT_THROW((void)state_of(p, std::vector<std::int32_t>{0}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
