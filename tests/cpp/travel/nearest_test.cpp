#include "libgrid/travel/nearest.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "ascii_town.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/travel/travel_times.hpp"
#include "random_town.hpp"

namespace libgrid {
namespace {

using testing::AsciiTown;
using testing::RandomTown;

TEST(FindNearest, PicksTheColumnMinimaOfTheMatrix) {
  for (std::uint64_t seed = 0; seed < 80; ++seed) {
    const RandomTown town{seed, 15, 6, 20};
    const auto n = town.origins.size();
    const auto m = town.destinations.size();
    std::vector<std::uint32_t> start(n);
    Rng rng{seed};
    for (auto& s : start) s = static_cast<std::uint32_t>(rng.below(20'000));
    for (const auto direction : {Direction::from_source, Direction::to_source}) {
      const bool out = direction == Direction::from_source;
      const auto times = out ? travel_times(town.network, town.origins, town.destinations)
                             : travel_times(town.network, town.destinations, town.origins);
      for (const std::int32_t k : {1, 3, 9}) {
        const auto nearest = find_nearest(town.network, town.origins, town.destinations,
                                          {.k = k, .start_ms = start, .direction = direction});
        for (std::size_t j = 0; j < m; ++j) {
          std::vector<std::pair<std::uint32_t, std::int32_t>> all;
          for (std::size_t i = 0; i < n; ++i) {
            const auto ms = out ? times[i * m + j] : times[j * n + i];
            if (ms != kNever) all.emplace_back(ms + start[i], static_cast<std::int32_t>(i));
          }
          std::sort(all.begin(), all.end());
          all.resize(static_cast<std::size_t>(k), {kNever, -1});
          for (std::size_t r = 0; r < all.size(); ++r) {
            EXPECT_EQ(nearest.ms[j * all.size() + r], all[r].first) << seed << ' ' << k;
            EXPECT_EQ(nearest.index[j * all.size() + r], all[r].second) << seed << ' ' << k;
          }
        }
      }
    }
  }
}

TEST(FindNearest, AnswersEveryNodeWithTiesToTheLowerSource) {
  const AsciiTown town{{"a-b-c"}};
  const std::vector<Place> sources{{.node = town.node('c')}, {.node = town.node('a')}};
  const auto nearest = find_nearest(town.network(), sources, std::nullopt);
  EXPECT_EQ(nearest.index[static_cast<std::size_t>(town.node('b'))], 0);
  EXPECT_EQ(nearest.ms[static_cast<std::size_t>(town.node('b'))], 200'000U);
}

TEST(FindNearest, TheCutoffCountsTheStart) {
  const AsciiTown town{{"a-b"}};
  const std::vector<Place> sources{{.node = 0}};
  const std::vector<std::uint32_t> start{50'000};
  const auto at = [&](std::uint32_t cutoff_ms) {
    return find_nearest(town.network(), sources, std::nullopt,
                        {.cutoff_ms = cutoff_ms, .start_ms = start})
        .ms[1];
  };
  EXPECT_EQ(at(250'000), 250'000U);
  EXPECT_EQ(at(249'999), kNever);
}

TEST(FindNearest, WithoutSourcesNothingIsReached) {
  const AsciiTown town{{"a-b"}};
  const auto nearest = find_nearest(town.network(), {}, std::nullopt, {.k = 2});
  EXPECT_EQ(nearest.index, std::vector<std::int32_t>(4, -1));
}

TEST(FindNearest, RefusesBadOptions) {
  const AsciiTown town{{"a-b"}};
  const std::vector<Place> sources{{.node = 0}};
  EXPECT_THROW((void)find_nearest(town.network(), sources, std::nullopt, {.k = 0}), InvalidInput);
  const std::vector<std::uint32_t> start(2);
  EXPECT_THROW((void)find_nearest(town.network(), sources, std::nullopt, {.start_ms = start}),
               InvalidInput);
}

}  // namespace
}  // namespace libgrid
