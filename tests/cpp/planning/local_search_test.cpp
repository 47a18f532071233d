#include "libgrid/planning/local_search.hpp"

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/planning/verify_plan.hpp"
#include "random_plans.hpp"

namespace libgrid {
namespace {

SearchResult search(const PlanProblem& p, const std::vector<std::int32_t>& start,
                    const SearchOptions& options, const RunControl& run = {}) {
  return search_plan(std::make_shared<const PlanProblem>(p), start, options, run);
}

PlanProblem cut_problem(const testing::AsciiPlan& map, std::int64_t lowest, std::int64_t highest) {
  PlanProblem p{.graph = map.graph(), .grid_count = map.grid_count()};
  const auto k = static_cast<std::size_t>(map.grid_count());
  p.limits.push_back({"blocks", std::vector<std::int64_t>(map.grid_of.size(), 1),
                      std::vector<std::int64_t>(k, lowest), std::vector<std::int64_t>(k, highest)});
  PlanTerm cut{.name = "cut", .kind = TermKind::cut};
  cut.length.assign(static_cast<std::size_t>(p.graph.edge_count()), 1);
  p.terms = {cut};
  return p;
}

TEST(LocalSearch, StraightensABorder) {
  const testing::AsciiPlan map{{"aaaabb", "aabbbb", "aaaabb", "aabbbb"}};
  const auto p = cut_problem(map, 12, 12);
  const auto found = search(p, map.grid_of, {.effort = 50'000, .seed = 1});
  EXPECT_EQ(found.terms, (std::vector<std::int64_t>{4}));
  EXPECT_EQ(found.violation, 0);
  EXPECT_TRUE(verify_plan(p, found.grid_of).empty());
  EXPECT_EQ(measure_terms(p, found.grid_of), found.terms);
}

TEST(LocalSearch, MendsLimitsBeforeItLooksAtTerms) {
  const testing::AsciiPlan map{{"aaaaab", "aaaaab"}};
  const auto p = cut_problem(map, 6, 6);
  const auto found = search(p, map.grid_of, {.effort = 20'000});
  EXPECT_TRUE(verify_plan(p, found.grid_of).empty());
  EXPECT_EQ(found.terms[0], 2);
}

TEST(LocalSearch, NeverReturnsAPlanWorseThanItsStart) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Rng rng{seed};
    auto p = testing::random_problem(rng, testing::lattice(4, 6), 3);
    p.limits[1].highest.assign(3, 1'000);
    p.weighted = seed % 2 == 0;
    std::vector<std::int32_t> start(24);
    for (std::size_t b = 0; b < 24; ++b) start[b] = static_cast<std::int32_t>(b % 6 / 2);
    ASSERT_TRUE(verify_plan(p, start).empty());
    const auto found = search(p, start, {.effort = 3'000, .seed = seed});
    EXPECT_TRUE(verify_plan(p, found.grid_of).empty());
    EXPECT_EQ(measure_terms(p, found.grid_of), found.terms);
    if (!p.weighted) {
      EXPECT_LE(found.terms, measure_terms(p, start));
    }
    EXPECT_EQ(found.milestones.size(), kMilestones);
  }
}

TEST(LocalSearch, SpendsItsEffortAndGivesTheSameBitsAgain) {
  const testing::AsciiPlan map{{"aaabbb", "aaabbb", "cccddd", "cccddd"}};
  const auto p = cut_problem(map, 4, 8);
  const auto one = search(p, map.grid_of, {.effort = 10'000, .seed = 3, .stream = 1});
  const auto two = search(p, map.grid_of, {.effort = 10'000, .seed = 3, .stream = 1});
  EXPECT_EQ(one.grid_of, two.grid_of);
  EXPECT_EQ(one.effort_done, 10'000);
  EXPECT_FALSE(one.stopped);
}

TEST(LocalSearch, ReturnsTheBestSoFarWhenItIsStopped) {
  const testing::AsciiPlan map{{"aaaabb", "aabbbb", "aaaabb", "aabbbb"}};
  const auto p = cut_problem(map, 10, 14);
  std::stop_source source;
  source.request_stop();
  const auto found =
      search(p, map.grid_of, {.effort = 1'000'000'000'000}, {.stop = source.get_token()});
  EXPECT_TRUE(found.stopped);
  EXPECT_TRUE(verify_plan(p, found.grid_of).empty());
}

TEST(LocalSearch, LeavesASingleGridAlone) {
  const testing::AsciiPlan map{{"aaa"}};
  const auto found = search(cut_problem(map, 0, 9), map.grid_of, {.effort = 1'000'000});
  EXPECT_EQ(found.grid_of, map.grid_of);
}

}  // namespace
}  // namespace libgrid
