#include "libgrid/planning/ground.hpp"

#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "random_ground.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Counted from nothing: the pieces of the blocks that are in, and the borders between them.
Extent count_ground(const Ground& ground, const std::vector<bool>& in) {
  std::set<std::int32_t> pieces;
  for (std::int32_t b = 0; b < ground.block_count(); ++b)
    if (in[at(b)]) pieces.insert(ground.pieces_of(b).begin(), ground.pieces_of(b).end());
  Extent sum;
  for (const auto p : pieces) {
    sum.area2_mm2 += ground.extent(p).area2_mm2;
    sum.perimeter_um += ground.extent(p).perimeter_um;
  }
  const auto& borders = ground.borders();
  for (std::int32_t e = 0; e < borders.edge_count(); ++e)
    if (pieces.contains(borders.a()[at(e)]) && pieces.contains(borders.b()[at(e)]))
      sum.perimeter_um -= 2 * borders.border_mm()[at(e)];
  return sum;
}

/// Two squares of 10 m side by side, two floors on the left one.
GroundColumns tower_beside_yard() {
  return {.area2_mm2 = {200'000'000, 200'000'000},
          .perimeter_um = {40'000'000, 40'000'000},
          .a = {0},
          .b = {1},
          .border_um = {10'000'000},
          .block = {0, 1, 2},
          .piece = {0, 0, 1}};
}

TEST(Ground, ASquareIsAQuarterPiOfACircleAndNothingIsRounderThanOne) {
  EXPECT_EQ(lack_of_roundness({200'000'000, 40'000'000}), 1'000'000 - 785'398);  // 1 − π/4
  EXPECT_EQ(lack_of_roundness({400'000'000, 60'000'000}), 1'000'000 - 698'132);  // 1 − 2π/9
  EXPECT_EQ(lack_of_roundness({0, 40'000'000}), 1'000'000);
  EXPECT_EQ(lack_of_roundness({}), 0);
  EXPECT_EQ(lack_of_roundness({200'000'000'000, 1}), 0);
  // A square of 1,000 km, and one of 10 km: the same, without overflow.
  EXPECT_EQ(lack_of_roundness({2'000'000'000'000'000'000, 4'000'000'000'000}), 214'602);
  EXPECT_EQ(lack_of_roundness({200'000'000'000'000, 40'000'000'000}), 214'602);
}

TEST(Ground, FloorsOfOneTowerCountTheirFootprintOnce) {
  const Ground ground{3, tower_beside_yard()};
  const auto alone = [](std::int32_t) { return false; };
  const auto all = [](std::int32_t) { return true; };
  EXPECT_EQ(ground.added_by(0, alone), (Extent{200'000'000, 40'000'000}));
  EXPECT_EQ(ground.added_by(0, all), Extent{});
  // The yard shares its border with the tower once, though two floors stand there.
  EXPECT_EQ(ground.added_by(2, all), (Extent{200'000'000, 20'000'000}));
}

TEST(Ground, WhatABlockAddsIsTheDifferenceOfWhatIsThereWithItAndWithout) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Rng rng{seed};
    const auto n = static_cast<std::int32_t>(2 + rng.below(12));
    const auto ground = testing::random_ground(rng, n);
    std::vector<bool> in(at(n));
    for (std::size_t b = 0; b < in.size(); ++b) in[b] = rng.below(2) == 0;
    for (std::int32_t b = 0; b < n; ++b) {
      const auto added = ground.added_by(b, [&](std::int32_t other) { return in[at(other)]; });
      auto with = in;
      auto without = in;
      with[at(b)] = true;
      without[at(b)] = false;
      const auto more = count_ground(ground, with);
      const auto less = count_ground(ground, without);
      ASSERT_EQ(added,
                (Extent{more.area2_mm2 - less.area2_mm2, more.perimeter_um - less.perimeter_um}))
          << "seed " << seed << ", block " << b;
    }
  }
}

TEST(Ground, GroupsOfBlocksStandOnWhatTheirBlocksStandOn) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Rng rng{seed, 1};
    const auto n = static_cast<std::int32_t>(4 + rng.below(12));
    const auto ground = testing::random_ground(rng, n);
    const std::int32_t groups = 3;
    std::vector<std::int32_t> group_of(at(n));
    for (std::int32_t b = 0; b < n; ++b)
      group_of[at(b)] = b < groups ? b : static_cast<std::int32_t>(rng.below(4)) - 1;
    const auto grouped = group_ground(ground, group_of, groups);
    ASSERT_EQ(grouped.block_count(), groups);
    EXPECT_LE(grouped.piece_count(), 7);  // one for each set of groups
    for (unsigned mask = 0; mask < 8; ++mask) {
      std::vector<bool> in(at(n));
      std::vector<bool> group_in(at(groups));
      for (std::size_t g = 0; g < group_in.size(); ++g) group_in[g] = (mask >> g & 1U) != 0;
      for (std::int32_t b = 0; b < n; ++b)
        in[at(b)] = group_of[at(b)] >= 0 && group_in[at(group_of[at(b)])];
      ASSERT_EQ(count_ground(grouped, group_in), count_ground(ground, in));
    }
  }
}

TEST(Ground, RefusesColumnsThatCannotBe) {
  const auto refused = [](auto change, const char* why) {
    auto columns = tower_beside_yard();
    change(columns);
    try {
      const Ground ground(3, columns);
      FAIL() << why;
    } catch (const InvalidInput& error) {
      EXPECT_NE(std::string{error.what()}.find(why), std::string::npos) << error.what();
    }
  };
  refused([](auto& c) { c.piece[2] = 0, c.block[2] = 1; }, "block 2 stands on none");
  refused([](auto& c) { c.piece[2] = 2; }, "does not exist");
  refused([](auto& c) { c.area2_mm2[0] = -1; }, "below 0");
  refused([](auto& c) { c.border_um[0] = 41'000'000; }, "piece 0 has borders of 41000000 µm");
  refused([](auto& c) { c.b.clear(); }, "differ in length");
  refused([](auto& c) { c.b[0] = 0; }, "join a block to itself");
  const std::vector<std::int32_t> group_of{0, 0, 0};
  EXPECT_THROW((void)group_ground(Ground{3, tower_beside_yard()}, group_of, 2), InvalidInput);
}

}  // namespace
}  // namespace libgrid
