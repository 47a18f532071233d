#include "libgrid/planning/recombine.hpp"

#include <map>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/planning/verify_plan.hpp"

namespace libgrid {
namespace {

using Labels = std::vector<std::int32_t>;

struct Town {
  explicit Town(const std::vector<std::string_view>& map) : plan{map}, graph{plan.graph()} {
    blocks.resize(plan.grid_of.size());
    std::iota(blocks.begin(), blocks.end(), 0);
    grids.resize(static_cast<std::size_t>(plan.grid_count()));
    std::iota(grids.begin(), grids.end(), 0);
  }
  [[nodiscard]] WeightLimit limit(std::int64_t lowest, std::int64_t highest) const {
    return {"blocks", std::vector<std::int64_t>(blocks.size(), 1),
            std::vector<std::int64_t>(grids.size(), lowest),
            std::vector<std::int64_t>(grids.size(), highest)};
  }
  testing::AsciiPlan plan;
  BlockGraph graph;
  Labels blocks;
  Labels grids;
};

Labels labels_of(const Recombiner& recombiner) {
  Labels labels(recombiner.blocks().size());
  for (std::size_t v = 0; v < labels.size(); ++v)
    labels[static_cast<std::size_t>(recombiner.blocks()[v])] = recombiner.part()[v];
  return labels;
}

/// All labelled plans that cuts of drawn trees lead to.
std::set<Labels> reached(const Town& town, const std::vector<WeightLimit>& limits, int draws) {
  Recombiner recombiner{town.graph.block_count()};
  Rng rng{5};
  std::set<Labels> found;
  for (int i = 0; i < draws; ++i) {
    EXPECT_TRUE(recombiner.merge(town.graph, limits, town.grids, town.blocks));
    recombiner.draw(rng);
    const auto count = recombiner.find_cuts();
    for (std::uint32_t cut = 0; cut < count; ++cut) {
      recombiner.split(cut);
      found.insert(labels_of(recombiner));
    }
  }
  return found;
}

/// All labelled plans that hold the rules, by trying every labelling.
std::set<Labels> allowed(const Town& town, const std::vector<WeightLimit>& limits) {
  const PlanProblem problem{
      .graph = town.graph, .grid_count = town.plan.grid_count(), .limits = limits};
  std::set<Labels> found;
  Labels labels(town.blocks.size(), 0);
  for (;;) {
    if (verify_plan(problem, labels).empty()) found.insert(labels);
    std::size_t i = 0;
    while (i < labels.size() && ++labels[i] == problem.grid_count) labels[i++] = 0;
    if (i == labels.size()) return found;
  }
}

TEST(Recombine, ReachesEveryPlanOfTwoGridsAndNoOther) {
  const Town town{{"aabb", "aabb", "aabb"}};
  const std::vector<WeightLimit> limits{town.limit(5, 7)};
  EXPECT_EQ(reached(town, limits, 3000), allowed(town, limits));
}

TEST(Recombine, ReachesEveryPlanOfThreeGridsAndNoOther) {
  const Town town{{"abc", "abc", "abc"}};
  const std::vector<WeightLimit> limits{town.limit(2, 4)};
  EXPECT_EQ(reached(town, limits, 3000), allowed(town, limits));
}

TEST(Recombine, HoldsSeveralLimitsWithARangeForEachGrid) {
  const Town town{{"aab", "abb", "abb"}};
  auto shops = town.limit(0, 9);
  shops.weight = {5, 1, 0, 2, 7, 1, 0, 3, 4};
  shops.lowest = {4, 12};
  shops.highest = {9, 19};
  auto blocks = town.limit(2, 9);
  blocks.highest = {4, 9};
  const std::vector<WeightLimit> limits{blocks, shops};
  const auto plans = allowed(town, limits);
  EXPECT_GT(plans.size(), 3U);
  EXPECT_EQ(reached(town, limits, 3000), plans);
}

TEST(Recombine, KnowsTheEdgesInsideAndNoOthers) {
  const Town town{{"aabbc", "aabbc"}};
  Recombiner recombiner{town.graph.block_count()};
  const std::vector<WeightLimit> limits{town.limit(1, 9)};
  const Labels outer{3, 4, 8, 9};
  const Labels grids{1, 2};
  ASSERT_TRUE(recombiner.merge(town.graph, limits, town.grids, town.blocks));
  ASSERT_TRUE(recombiner.merge(town.graph, limits, grids, outer));  // after a larger one
  EXPECT_EQ(recombiner.edges().size(), 4U);
  for (const auto& edge : recombiner.edges()) {
    const auto a = recombiner.blocks()[edge.a];
    const auto b = recombiner.blocks()[edge.b];
    EXPECT_EQ(town.graph.find_edge(a, b), edge.edge);
  }
  EXPECT_EQ(recombiner.total()[0], 4);
}

TEST(Recombine, SaysWhenThePartsDoNotHangTogether) {
  const Town town{{"a b", "a b"}};
  Recombiner recombiner{town.graph.block_count()};
  const std::vector<WeightLimit> limits{town.limit(1, 3)};
  EXPECT_FALSE(recombiner.merge(town.graph, limits, town.grids, town.blocks));
  EXPECT_FALSE(recombiner.merge(town.graph, limits, town.grids, {}));
}

TEST(Recombine, FindsNoCutWhereABlockIsTooHeavy) {
  const Town town{{"aab"}};
  Recombiner recombiner{town.graph.block_count()};
  std::vector<WeightLimit> limits{town.limit(4, 6)};
  limits[0].weight = {1, 8, 1};
  Rng rng{1};
  ASSERT_TRUE(recombiner.merge(town.graph, limits, town.grids, town.blocks));
  recombiner.draw(rng);
  EXPECT_EQ(recombiner.find_cuts(), 0U);
}

TEST(Recombine, EachSplitComesAsOftenAsItHasTreesAndSeams) {
  // 2 × 3 into equal halves: a cut with t1, t2 trees in its parts and s edges between them comes
  // from t1·t2·s trees of the whole. Columns cannot be halved; three plans, by hand:
  // rows (1·1·3) and two bent ones (1·1·3 each, "aab/abb" and its mirror).
  const Town town{{"aaa", "bbb"}};
  const std::vector<WeightLimit> limits{town.limit(3, 3)};
  Recombiner recombiner{town.graph.block_count()};
  Rng rng{11};
  std::map<Labels, int> seen;
  int trees = 0;
  for (int i = 0; i < 60'000; ++i) {
    ASSERT_TRUE(recombiner.merge(town.graph, limits, town.grids, town.blocks));
    recombiner.draw(rng);
    const auto count = recombiner.find_cuts();
    ASSERT_TRUE(count == 0 || count == 2);
    if (count == 0) continue;
    recombiner.split(rng.below(count));
    auto labels = labels_of(recombiner);
    if (labels[0] == 1)
      for (auto& label : labels) label = 1 - label;
    ++seen[labels];
    ++trees;
  }
  // 15 spanning trees in all, of which 9 have a balanced edge, 3 for each plan.
  EXPECT_EQ(seen.size(), 3U);
  EXPECT_NEAR(trees / 60'000.0, 9.0 / 15.0, 0.01);
  for (const auto& [labels, times] : seen) EXPECT_NEAR(times, trees / 3.0, 4 * 110.0);
}

}  // namespace
}  // namespace libgrid
