#include "libgrid/planning/redraw.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"
#include "random_plans.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// The best terms of all plans, by trying every labelling.
std::optional<std::vector<std::int64_t>> best_by_trying(const PlanProblem& p) {
  std::vector<std::int32_t> plan(at(p.graph.block_count()), 0);
  std::optional<std::vector<std::int64_t>> best;
  const auto key = [&](const std::vector<std::int64_t>& terms) {
    if (!p.weighted) return std::vector<long double>(terms.begin(), terms.end());
    long double sum = 0;
    for (std::size_t i = 0; i < terms.size(); ++i)
      sum += static_cast<long double>(p.terms[i].factor) * static_cast<long double>(terms[i]);
    return std::vector<long double>{sum};
  };
  for (;;) {
    if (verify_plan(p, plan).empty()) {
      const auto terms = measure_terms(p, plan);
      if (!best || key(terms) < key(*best)) best = terms;
    }
    std::size_t i = 0;
    while (i < plan.size() && ++plan[i] == p.grid_count) plan[i++] = 0;
    if (i == plan.size()) return best;
  }
}

/// A small problem with some of every rule, by chance.
PlanProblem small_problem(std::uint64_t seed) {
  Rng rng{seed, 77};
  auto p = testing::random_problem(rng, testing::lattice(3, 3), 3);
  p.limits[0].lowest.assign(3, 2);
  p.limits[0].highest.assign(3, 4);
  p.limits[1].highest.assign(3, 60);
  p.weighted = rng.below(2) == 0;
  std::rotate(p.terms.begin(), p.terms.begin() + static_cast<long>(rng.below(4)), p.terms.end());
  if (rng.below(2) == 0) {
    p.reference = {0, 0, 0, 1, 1, 1, 2, 2, 2};
    p.moved_weight.assign(9, 1);
    p.max_moved = static_cast<std::int64_t>(1 + rng.below(5));
    p.locked.assign(9, 0);
    p.locked[rng.below(9)] = 1;
  }
  if (rng.below(2) == 0) p.keep_together = {{0, 1}};
  if (rng.below(3) == 0) p.keep_apart = {{4, 8}};
  return p;
}

TEST(Redraw, FindsTheOptimumOfSmallProblemsWithEveryRule) {
  int solved = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto p = small_problem(seed);
    const auto best = best_by_trying(p);
    const auto found = redraw(p, p.reference, {.effort = 60'000, .seed = seed});
    EXPECT_EQ(best.has_value(), found.status == RedrawStatus::done)
        << "seed " << seed << (found.faults.empty() ? "" : ", rule ")
        << (found.faults.empty() ? 0 : static_cast<int>(found.faults[0].rule));
    if (!best || found.status != RedrawStatus::done) continue;
    EXPECT_TRUE(verify_plan(p, found.grid_of).empty());
    EXPECT_EQ(found.terms, measure_terms(p, found.grid_of));
    EXPECT_EQ(found.terms, *best) << "seed " << seed;
    ++solved;
  }
  EXPECT_GE(solved, 20);
}

PlanProblem nested_problem() {
  Rng rng{9};
  auto p = testing::random_problem(rng, testing::lattice(8, 8), 8);
  p.limits[0].lowest.assign(8, 5);
  p.limits[0].highest.assign(8, 11);
  p.limits[1].highest.assign(8, 1'000);
  p.parent_of_block.resize(64);
  for (std::size_t b = 0; b < 64; ++b) p.parent_of_block[b] = b < 32 ? 3 : 5;
  p.parent_of_grid = {3, 3, 3, 3, 5, 5, 5, 5};
  return p;
}

TEST(Redraw, GivesTheSameBitsOnAnyNumberOfThreads) {
  const auto p = nested_problem();
  const auto one = redraw(p, {}, {.effort = 100'000, .seed = 4}, {.threads = 1});
  const auto four = redraw(p, {}, {.effort = 100'000, .seed = 4}, {.threads = 4});
  EXPECT_EQ(one.grid_of, four.grid_of);
  EXPECT_EQ(one.effort_done, four.effort_done);
  ASSERT_EQ(one.trace.size(), four.trace.size());
  for (std::size_t i = 0; i < one.trace.size(); ++i)
    EXPECT_EQ(one.trace[i].terms, four.trace[i].terms);
  EXPECT_EQ(one.status, RedrawStatus::done);
}

TEST(Redraw, TracesTermsThatNeverGetWorse) {
  const auto found = redraw(nested_problem(), {}, {.effort = 100'000});
  ASSERT_FALSE(found.trace.empty());
  EXPECT_EQ(found.trace.back().effort, 100'000);
  EXPECT_EQ(found.trace.back().terms[0], found.terms[0]);
  for (std::size_t i = 1; i < found.trace.size(); ++i)
    EXPECT_LE(found.trace[i].terms[0], found.trace[i - 1].terms[0]);
}

TEST(Redraw, MendsAStartThatDoesNotHangTogetherAndSaysSo) {
  const testing::AsciiPlan map{{"aaab", "aabb", "abba"}};
  PlanProblem p{.graph = map.graph(), .grid_count = 2};
  const auto found = redraw(p, map.grid_of, {.effort = 1'000});
  EXPECT_EQ(found.status, RedrawStatus::done);
  EXPECT_EQ(found.changes.size(), 1U);
}

TEST(Redraw, SaysWhatIsBrokenWhenNothingIsFound) {
  const testing::AsciiPlan map{{"abb"}};
  PlanProblem p{.graph = map.graph(), .grid_count = 2};
  p.limits.push_back({"households", {9, 1, 1}, {0, 0}, {5, 5}});  // a tower above the limit
  const auto found = redraw(p, {}, {.effort = 10'000});
  EXPECT_EQ(found.status, RedrawStatus::not_found);
  ASSERT_EQ(found.faults.size(), 1U);
  EXPECT_EQ(found.faults[0].rule, PlanRule::limit);
  EXPECT_EQ(found.faults[0].value, 9);
}

TEST(Redraw, DoesNotHangOnContradictoryLocks) {
  const testing::AsciiPlan map{{"a b", "a b"}};  // two islands
  PlanProblem p{.graph = map.graph(), .grid_count = 2};
  p.reference = {0, 0, 0, 1};
  p.locked = {1, 1, 0, 0};
  p.locked[3] = 1;
  p.reference[3] = 0;  // both islands are locked to the first grid
  const auto found = redraw(p, p.reference, {.effort = 10'000});
  EXPECT_EQ(found.status, RedrawStatus::not_found);
  EXPECT_FALSE(found.faults.empty());
}

TEST(Redraw, ReturnsTheBestSoFarWhenItIsStopped) {
  std::stop_source source;
  source.request_stop();
  const auto found =
      redraw(nested_problem(), {}, {.effort = 1'000'000'000'000}, {.stop = source.get_token()});
  EXPECT_EQ(found.status, RedrawStatus::stopped);
  EXPECT_TRUE(found.faults.empty());
}

TEST(Redraw, StopsAtItsTimeLimitAndSaysSo) {
  const auto found =
      redraw(nested_problem(), {}, {.effort = 1'000'000'000'000, .time_limit_s = 0.05});
  EXPECT_EQ(found.status, RedrawStatus::time_limit);
  EXPECT_TRUE(found.faults.empty());
}

TEST(Redraw, RefusesProblemsThatMakeNoSense) {
  EXPECT_THROW((void)redraw(PlanProblem{}), InvalidInput);
  EXPECT_THROW((void)redraw({.graph = testing::lattice(1, 2), .grid_count = 3}), InvalidInput);
}

TEST(Redraw, CarriesMoreThanOneBlockOfInertiaExactly) {
  // Kept together: the unit's inertia is that of its blocks, not of a point.
  Rng rng{11};
  auto p = testing::random_problem(rng, testing::lattice(3, 4), 2);
  p.terms = {p.terms[2]};
  p.limits.clear();
  p.keep_together = {{0, 1}, {1, 2}, {5, 9}};
  const auto found = redraw(p, {}, {.effort = 20'000});
  EXPECT_EQ(found.status, RedrawStatus::done);
  EXPECT_EQ(found.terms, measure_terms(p, found.grid_of));
}

/// So many parents, each a row of six blocks for two grids of three, all as today but the first:
/// there one grid has five.
PlanProblem rows_with_a_budget(std::int32_t parents, std::int64_t budget) {
  std::vector<std::int32_t> a, b;
  PlanProblem p{.graph = {1, {}}, .grid_count = 2 * parents};
  for (std::int32_t parent = 0; parent < parents; ++parent)
    for (std::int32_t i = 0; i < 6; ++i) {
      const auto block = 6 * parent + i;
      if (i < 5) a.push_back(block), b.push_back(block + 1);
      p.parent_of_block.push_back(parent);
      p.reference.push_back(2 * parent + (parent == 0 ? i / 5 : i / 3));
    }
  for (std::int32_t g = 0; g < p.grid_count; ++g) p.parent_of_grid.push_back(g / 2);
  const std::vector<std::int64_t> border(a.size(), 1);
  p.graph = {6 * parents, {.a = a, .b = b, .border_mm = border}};
  const auto blocks = p.reference.size();
  p.limits.push_back({"blocks", std::vector<std::int64_t>(blocks, 1),
                      std::vector<std::int64_t>(at(p.grid_count), 3),
                      std::vector<std::int64_t>(at(p.grid_count), 3)});
  p.terms.push_back({.name = "cut", .kind = TermKind::cut, .length = border});
  p.moved_weight.assign(blocks, 1);
  p.max_moved = budget;
  return p;
}

TEST(Redraw, GivesABudgetOfMovesToTheParentThatNeedsIt) {
  const auto p = rows_with_a_budget(12, 2);
  for (const unsigned threads : {1U, 2U}) {
    const auto found = redraw(p, p.reference, {.effort = 200'000, .seed = 3}, {.threads = threads});
    ASSERT_EQ(found.status, RedrawStatus::done);
    ASSERT_EQ(found.moves.size(), 12U);
    EXPECT_EQ(found.moves[0].least, 2);
    EXPECT_EQ(found.moves[0].moved, 2);
    std::int64_t allowed = 0;
    for (const auto& parent : found.moves) {
      allowed += parent.allowed;
      EXPECT_LE(parent.moved, parent.allowed);
      EXPECT_LE(parent.least, parent.moved);
    }
    EXPECT_LE(allowed, 2);
    EXPECT_LE(found.effort_done, 220'000);
  }
}

TEST(Redraw, SaysWhatTheParentsNeedWhereTheBudgetIsTooSmall) {
  const auto p = rows_with_a_budget(12, 1);
  const auto found = redraw(p, p.reference, {.effort = 200'000, .seed = 3});
  EXPECT_EQ(found.status, RedrawStatus::not_found);
  ASSERT_EQ(found.faults.size(), 1U);
  EXPECT_EQ(found.faults[0].rule, PlanRule::moved);
  EXPECT_EQ(found.faults[0].value, 2);
  EXPECT_EQ(found.moves[0].least, 2);
  EXPECT_EQ(found.moves[1].least, 0);
}

}  // namespace
}  // namespace libgrid
