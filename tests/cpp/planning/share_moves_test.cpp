#include "libgrid/planning/share_moves.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

using Offers = std::vector<std::vector<MovesOffer>>;
using Terms = std::vector<std::int64_t>;

PlanProblem with_terms(std::vector<TermKind> kinds, bool weighted = false) {
  PlanProblem p{.graph = {1, {}}, .grid_count = 1};
  for (const auto kind : kinds)
    p.terms.push_back({.name = "t", .kind = kind, .factor = weighted ? 2.0 : 1.0});
  p.weighted = weighted;
  return p;
}

std::int64_t sum(const std::vector<std::int64_t>& values) {
  std::int64_t all = 0;
  for (const auto value : values) all += value;
  return all;
}

/// The terms of the whole: sums, and the largest balance.
Terms whole_of(const PlanProblem& p, const Offers& offers, const std::vector<std::int32_t>& taken) {
  Terms whole(p.terms.size(), 0);
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const auto& terms = offers[i][static_cast<std::size_t>(taken[i])].terms;
    for (std::size_t t = 0; t < whole.size(); ++t)
      whole[t] =
          p.terms[t].kind == TermKind::balance ? std::max(whole[t], terms[t]) : whole[t] + terms[t];
  }
  return whole;
}

std::int64_t moved_of(const Offers& offers, const std::vector<std::int32_t>& taken) {
  std::int64_t moved = 0;
  for (std::size_t i = 0; i < taken.size(); ++i)
    moved += offers[i][static_cast<std::size_t>(taken[i])].moved;
  return moved;
}

/// The best choice of all, by trying every one.
Terms best_by_trying(const PlanProblem& p, const Offers& offers, std::int64_t budget) {
  std::optional<Terms> best;
  std::vector<std::int32_t> taken(offers.size(), 0);
  for (;;) {
    if (moved_of(offers, taken) <= budget) {
      auto whole = whole_of(p, offers, taken);
      if (!best || whole < *best) best = std::move(whole);
    }
    std::size_t i = 0;
    while (i < taken.size() && ++taken[i] == static_cast<std::int32_t>(offers[i].size()))
      taken[i++] = 0;
    if (i == taken.size()) return *best;
  }
}

TEST(ShareMoves, GivesTheBudgetToTheParentWhereAMovedUnitBuysMost) {
  const auto p = with_terms({TermKind::cut});
  const Offers offers{{{0, {100}}, {10, {90}}}, {{0, {100}}, {10, {40}}}};
  const auto share = share_moves(p, 10, offers);
  EXPECT_EQ(share.offer, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(share.allowed, (std::vector<std::int64_t>{0, 10}));
  EXPECT_EQ(share.least, 0);
}

TEST(ShareMoves, GivesEveryParentWhatItNeedsBeforeAnyoneGetsMore) {
  const auto p = with_terms({TermKind::cut});
  const Offers offers{{{0, {100}}, {9, {1}}}, {{8, {100}}, {12, {99}}}};
  const auto tight = share_moves(p, 9, offers);
  EXPECT_EQ(tight.offer, (std::vector<std::int32_t>{0, 0}));
  EXPECT_EQ(tight.least, 8);
  EXPECT_EQ(sum(tight.allowed), 8) << "one unit is left, and nine parts of it are wished for";
  const auto wide = share_moves(p, 17, offers);
  EXPECT_EQ(wide.offer, (std::vector<std::int32_t>{1, 0}));
}

TEST(ShareMoves, SaysTheLeastWhereTheBudgetDoesNotReach) {
  const auto p = with_terms({TermKind::cut});
  const Offers offers{{{3, {1}}}, {{5, {1}}, {4, {9}}}};
  const auto share = share_moves(p, 6, offers);
  EXPECT_TRUE(share.offer.empty());
  EXPECT_TRUE(share.allowed.empty());
  EXPECT_EQ(share.least, 7);
}

TEST(ShareMoves, SpendsOnTheWorstBalanceFirst) {
  const auto p = with_terms({TermKind::balance, TermKind::cut});
  const Offers offers{{{0, {50, 9}}, {5, {10, 9}}}, {{0, {80, 9}}, {5, {30, 9}}, {9, {29, 0}}}};
  EXPECT_EQ(share_moves(p, 5, offers).offer, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(share_moves(p, 10, offers).offer, (std::vector<std::int32_t>{1, 1}));
}

TEST(ShareMoves, WeighsTermsByTheirSumWhereTheyAreWeighted) {
  const auto p = with_terms({TermKind::cut, TermKind::inertia}, true);
  const Offers offers{{{0, {10, 10}}, {4, {10, 2}}}, {{0, {10, 10}}, {4, {9, 9}}}};
  EXPECT_EQ(share_moves(p, 4, offers).offer, (std::vector<std::int32_t>{1, 0}));
}

TEST(ShareMoves, GivesWhatIsLeftToThoseWhoHadWishedForMore) {
  const auto p = with_terms({TermKind::cut});
  const Offers offers{{{0, {9}}, {30, {8}}}, {{0, {9}}, {10, {1}}}, {{0, {9}}}};
  const auto share = share_moves(p, 25, offers);
  EXPECT_EQ(share.offer, (std::vector<std::int32_t>{0, 1, 0}));
  EXPECT_EQ(share.allowed, (std::vector<std::int64_t>{15, 10, 0}));
}

TEST(ShareMoves, KeepsTheBudgetAndMissesTheBestByLessThanOneStepWhereOffersAreConcave) {
  Rng rng{20, 7};
  int exact = 0;
  for (int round = 0; round < 300; ++round) {
    const auto p = with_terms({TermKind::cut});
    Offers offers(2 + rng.below(3));
    std::int64_t largest = 0;
    for (auto& mine : offers) {
      auto moved = static_cast<std::int64_t>(rng.below(5));
      auto value = static_cast<std::int64_t>(900 + rng.below(99));
      auto rate = static_cast<std::int64_t>(20 + rng.below(20));
      mine.push_back({moved, {value}});
      for (int i = 0; i < 3; ++i) {
        const auto step = static_cast<std::int64_t>(1 + rng.below(4));
        moved += step;
        value -= step * rate;
        largest = std::max(largest, step * rate);
        rate = rate * static_cast<std::int64_t>(3 + rng.below(6)) / 10 + 1;
        mine.push_back({moved, {value}});
      }
    }
    const auto budget = static_cast<std::int64_t>(4 * offers.size() + rng.below(20));
    const auto share = share_moves(p, budget, offers);
    ASSERT_LE(moved_of(offers, share.offer), budget);
    ASSERT_LE(sum(share.allowed), budget);
    const auto best = best_by_trying(p, offers, budget);
    const auto found = whole_of(p, offers, share.offer);
    ASSERT_GE(found, best);
    ASSERT_LT(found[0] - best[0], largest) << "round " << round;
    exact += found == best ? 1 : 0;
  }
  EXPECT_GT(exact, 200);
}

TEST(ShareMoves, RefusesAParentWithoutAnOfferAndOffersOfOtherTerms) {
  const auto p = with_terms({TermKind::cut});
  EXPECT_THROW((void)share_moves(p, 5, Offers{{}}), InvalidInput);
  EXPECT_THROW((void)share_moves(p, 5, Offers{{{0, {1, 2}}}}), InvalidInput);
  EXPECT_THROW((void)share_moves(p, 5, Offers{{{-1, {1}}}}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
