#include "libgrid/analysis/plan_change.hpp"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

using Labels = std::vector<std::int32_t>;

std::int64_t kept_weight(const Labels& old_plan, const Labels& new_plan,
                         const std::vector<std::int64_t>& weight, const Labels& old_of_new) {
  std::int64_t kept = 0;
  for (std::size_t b = 0; b < old_plan.size(); ++b)
    if (old_plan[b] >= 0 && new_plan[b] >= 0 &&
        old_of_new[static_cast<std::size_t>(new_plan[b])] == old_plan[b])
      kept += weight[b];
  return kept;
}

TEST(ComparePlans, SeesThroughRenumberedGrids) {
  const Labels before{0, 0, 1, 1, 2};
  const Labels after{2, 2, 0, 0, 1};
  const auto change = compare_plans({before, 3}, {after, 3});
  EXPECT_EQ(change.moved_blocks, 0);
  EXPECT_EQ(change.old_of_new, (Labels{1, 2, 0}));
  EXPECT_EQ(change.new_of_old, (Labels{2, 0, 1}));
}

TEST(ComparePlans, CountsWhatMovedByEachWeight) {
  const Labels before{0, 0, 0, 1, 1, -1, 1};
  const Labels after{0, 0, 1, 1, 1, 0, -1};
  const std::vector<std::int64_t> weight{5, 1, 5, 1, 2, 9, 5, 1, 5, 1, 7, 3, 1, 2};
  const auto change = compare_plans({before, 2}, {after, 2}, {weight, 2});
  EXPECT_EQ(change.moved, (std::vector<std::uint8_t>{0, 0, 1, 0, 0, 1, 1}));
  EXPECT_EQ(change.moved_blocks, 3);
  EXPECT_EQ(change.moved_weight, (std::vector<std::int64_t>{10, 14}));
}

TEST(ComparePlans, ListsTheOverlapSparsely) {
  const Labels before{0, 1, 0, -1};
  const Labels after{1, 1, 1, 0};
  const auto overlap = compare_plans({before, 2}, {after, 2}).overlap;
  EXPECT_EQ(overlap.old_grid, (Labels{-1, 0, 1}));
  EXPECT_EQ(overlap.new_grid, (Labels{0, 1, 1}));
  EXPECT_EQ(overlap.blocks, (std::vector<std::int64_t>{1, 2, 1}));
}

TEST(ComparePlans, OnATieKeepsTheLabel) {
  const Labels before{0, 0, 1, 1};
  const Labels after{0, 1, 0, 1};
  EXPECT_EQ(compare_plans({before, 2}, {after, 2}).old_of_new, (Labels{0, 1}));
}

TEST(ComparePlans, NeverMatchesGridsThatShareNothing) {
  const Labels before{0, 0, 1};
  const Labels after{0, 0, 0};
  const auto change = compare_plans({before, 3}, {after, 2});
  EXPECT_EQ(change.old_of_new, (Labels{0, -1}));
  EXPECT_EQ(change.new_of_old, (Labels{0, -1, -1}));
  EXPECT_EQ(change.moved, (std::vector<std::uint8_t>{0, 0, 1}));
}

TEST(ComparePlans, BlocksThatFirstGetAGridHaveMoved) {
  const Labels before{-1, -1};
  const Labels after{0, -1};
  const auto change = compare_plans({before, 0}, {after, 1});
  EXPECT_EQ(change.moved, (std::vector<std::uint8_t>{1, 0}));
  EXPECT_EQ(change.old_of_new, Labels{-1});
}

TEST(ComparePlans, KeepsAsMuchAsTheBestOfAllMatchings) {
  Rng rng{12};
  for (int round = 0; round < 400; ++round) {
    const auto old_count = static_cast<std::int32_t>(1 + rng.below(5));
    const auto new_count = static_cast<std::int32_t>(1 + rng.below(5));
    Labels before(rng.below(25));
    Labels after(before.size());
    std::vector<std::int64_t> weight(before.size());
    for (auto& g : before)
      g = static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(old_count) + 1)) - 1;
    for (auto& g : after)
      g = static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(new_count) + 1)) - 1;
    for (auto& w : weight) w = static_cast<std::int64_t>(rng.below(9));
    // Every injection of new grids into old ones: permutations of the old grids, padded with
    // "none".
    const auto size = static_cast<std::size_t>(std::max(old_count, new_count));
    Labels order(size);
    std::iota(order.begin(), order.end(), 0);
    std::int64_t best = 0;
    do {
      Labels matched;
      for (std::int32_t g = 0; g < new_count; ++g) {
        const auto old_grid = order[static_cast<std::size_t>(g)];
        matched.push_back(old_grid < old_count ? old_grid : -1);
      }
      best = std::max(best, kept_weight(before, after, weight, matched));
    } while (std::ranges::next_permutation(order).found);
    const auto exact = compare_plans({before, old_count}, {after, new_count}, {weight, 1});
    ASSERT_EQ(kept_weight(before, after, weight, exact.old_of_new), best) << "round " << round;
    ASSERT_TRUE(exact.optimal);
    const auto greedy = compare_plans({before, old_count}, {after, new_count}, {weight, 1}, 0);
    ASSERT_GE(2 * kept_weight(before, after, weight, greedy.old_of_new), best);
    for (std::size_t g = 0; g < exact.old_of_new.size(); ++g)
      if (exact.old_of_new[g] >= 0) {
        ASSERT_EQ(exact.new_of_old[static_cast<std::size_t>(exact.old_of_new[g])],
                  static_cast<std::int32_t>(g));
      }
  }
}

TEST(ComparePlans, SaysWhenAMatchingIsOnlyGreedy) {
  const Labels before{0, 0, 1, 1};
  const Labels after{0, 1, 0, 1};
  EXPECT_FALSE(compare_plans({before, 2}, {after, 2}, {}, 3).optimal);
}

TEST(ComparePlans, RefusesWrongInput) {
  const Labels two{0, 0};
  const Labels three{0, 0, 0};
  EXPECT_THROW((void)compare_plans({two, 1}, {three, 1}), InvalidInput);
  EXPECT_THROW((void)compare_plans({two, 0}, {two, 1}), InvalidInput);
  const std::vector<std::int64_t> negative{1, -1};
  EXPECT_THROW((void)compare_plans({two, 1}, {two, 1}, {negative, 1}), InvalidInput);
  EXPECT_THROW((void)compare_plans({two, 1}, {two, 1}, {negative, 2}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
