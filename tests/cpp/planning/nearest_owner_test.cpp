#include "libgrid/planning/nearest_owner.hpp"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// A row of blocks among owners, each a grid of its own: costs by block and owner.
PlanProblem row_of(std::int32_t blocks, std::int32_t owners, std::vector<std::int64_t> cost) {
  std::vector<std::int32_t> a, b;
  for (std::int32_t i = 0; i + 1 < blocks; ++i) a.push_back(i), b.push_back(i + 1);
  const std::vector<std::int64_t> border(a.size(), 1);
  PlanProblem p{.graph = {blocks, {.a = a, .b = b, .border_mm = border}}, .grid_count = owners};
  PlanTerm term{.name = "response", .kind = TermKind::assignment, .owners = owners};
  for (std::int32_t g = 0; g < owners; ++g) term.owner_of_grid.push_back(g);
  term.cost = std::move(cost);
  p.terms.push_back(std::move(term));
  return p;
}

void limit_to(PlanProblem& p, std::vector<std::int64_t> weight, std::int64_t highest) {
  const auto grids = at(p.grid_count);
  p.limits.push_back({"minutes", std::move(weight), std::vector<std::int64_t>(grids, 0),
                      std::vector<std::int64_t>(grids, highest)});
}

TEST(NearestOwner, TakesTheCheapestWhereThereIsRoom) {
  const auto p = row_of(4, 2, {1, 9, 2, 9, 9, 3, 9, 4});
  EXPECT_EQ(assign_to_nearest(p), (std::vector<std::int32_t>{0, 0, 1, 1}));
}

TEST(NearestOwner, SendsOnWhomItCostsLeastWhereTheNearestIsFull) {
  auto p = row_of(4, 2, {1, 90, 1, 5, 1, 80, 1, 70});
  limit_to(p, {1, 1, 1, 1}, 3);
  EXPECT_EQ(assign_to_nearest(p), (std::vector<std::int32_t>{0, 1, 0, 0}));
}

TEST(NearestOwner, IsTheCheapestOfAllAssignmentsOfEqualBlocks) {
  Rng rng{11, 3};
  for (int round = 0; round < 60; ++round) {
    std::vector<std::int64_t> cost;
    for (int i = 0; i < 7 * 3; ++i) cost.push_back(static_cast<std::int64_t>(rng.below(50)));
    auto p = row_of(7, 3, cost);
    limit_to(p, std::vector<std::int64_t>(7, 4), 12);
    const auto found = assign_to_nearest(p);
    const auto price = [&](const std::vector<std::int32_t>& label) {
      std::int64_t sum = 0;
      std::vector<int> held(3, 0);
      for (std::int32_t b = 0; b < 7; ++b) {
        sum += cost[at(3 * b + label[at(b)])];
        if (++held[at(label[at(b)])] > 3) return std::numeric_limits<std::int64_t>::max();
      }
      return sum;
    };
    auto least = std::numeric_limits<std::int64_t>::max();
    std::vector<std::int32_t> label(7, 0);
    for (;;) {
      least = std::min(least, price(label));
      std::size_t i = 0;
      while (i < 7 && ++label[i] == 3) label[i++] = 0;
      if (i == 7) break;
    }
    EXPECT_EQ(price(found), least) << "round " << round;
  }
}

TEST(NearestOwner, KeepsLocksParentsAndForbiddenOwners) {
  auto p = row_of(4, 2, {1, 9, 1, 9, kForbidden, 9, 1, 9});
  p.reference = {1, -1, -1, -1};
  p.locked = {1, 0, 0, 0};
  EXPECT_EQ(assign_to_nearest(p), (std::vector<std::int32_t>{1, 0, 1, 0}));
  auto nested = row_of(4, 2, {1, 9, 1, 9, 1, 9, 1, 9});
  nested.parent_of_block = {0, 0, 1, 1};
  nested.parent_of_grid = {0, 1};
  EXPECT_EQ(assign_to_nearest(nested), (std::vector<std::int32_t>{0, 0, 1, 1}));
}

TEST(NearestOwner, PutsWhatWeighsNothingAtItsCheapestAndLeavesOutWhoHasNoRoom) {
  auto p = row_of(3, 2, {9, 1, 1, 9, 1, 9});
  limit_to(p, {0, 5, 5}, 5);
  const auto label = assign_to_nearest(p);
  EXPECT_EQ(label[0], 1);
  EXPECT_NE(label[1], label[2]);
  p.limits[0].highest = {5, 0};
  const auto tight = assign_to_nearest(p);
  EXPECT_EQ(std::ranges::count(tight, -1), 1);
}

TEST(NearestOwner, IsEmptyWhereNoTermTellsOwnersApart) {
  auto p = row_of(4, 2, {1, 9, 1, 9, 1, 9, 1, 9});
  p.terms[0].owner_of_grid = {0, 0};
  EXPECT_TRUE(assign_to_nearest(p).empty());
  p.terms.clear();
  EXPECT_TRUE(assign_to_nearest(p).empty());
}

}  // namespace
}  // namespace libgrid
