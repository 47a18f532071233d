#include "libgrid/travel/reduce_times.hpp"

#include <gtest/gtest.h>

#include "ascii_town.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/travel/travel_times.hpp"
#include "random_town.hpp"

namespace libgrid {
namespace {

using testing::AsciiTown;
using testing::RandomTown;

/// Straight from the matrix.
std::vector<std::int64_t> from_matrix(const std::vector<std::uint32_t>& times, std::size_t origins,
                                      const ReduceOptions& options) {
  const auto destinations = times.size() / std::max<std::size_t>(origins, 1);
  const auto ends = options.until_ms.size();
  std::vector<std::int64_t> sums(origins * ends, 0);
  for (std::size_t i = 0; i < origins; ++i) {
    for (std::size_t j = 0; j < destinations; ++j) {
      const auto ms = times[i * destinations + j];
      if (ms == kNever) continue;
      for (std::size_t b = 0; b < ends; ++b) {
        if (ms > options.until_ms[b]) continue;
        sums[i * ends + b] += options.weights.empty() ? 1 : options.weights[j];
        break;
      }
    }
  }
  return sums;
}

TEST(ReduceTimes, EqualTheMatrixWithEveryEngineDirectionSideAndThreads) {
  Rng rng{81};
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const RandomTown town{seed, seed % 4 == 0 ? 150 : 20, seed % 2 == 0 ? 50U : 18U,
                          seed % 3 == 0 ? 40U : 7U};
    const auto n = town.origins.size();
    const auto m = town.destinations.size();
    std::vector<std::int64_t> weights(m);
    for (auto& w : weights) w = static_cast<std::int64_t>(rng.below(2'000'000'000'000)) - 1000;
    for (const auto& until :
         {std::vector<std::uint32_t>{60'000}, std::vector<std::uint32_t>{kNever},
          std::vector<std::uint32_t>{20'000, 60'000, 200'000}}) {
      for (const bool weighted : {false, true}) {
        for (const auto direction : {Direction::from_source, Direction::to_source}) {
          ReduceOptions options{.until_ms = until, .direction = direction};
          if (weighted) options.weights = weights;
          auto times = travel_times(town.network, town.origins, town.destinations);
          if (direction == Direction::to_source) {
            const auto back = travel_times(town.network, town.destinations, town.origins);
            for (std::size_t i = 0; i < n; ++i) {
              for (std::size_t j = 0; j < m; ++j) times[i * m + j] = back[j * n + i];
            }
          }
          const auto expected = from_matrix(times, n, options);
          for (const auto engine : {Engine::buckets, Engine::hierarchy}) {
            options.engine.engine = engine;
            for (const unsigned threads : {1U, 2U, 8U})
              ASSERT_EQ(reduce_times(town.network, town.origins, town.destinations, options,
                                     {.threads = threads}),
                        expected)
                  << seed;
          }
        }
      }
    }
  }
}

TEST(ReduceTimes, WithoutDestinationsEveryNodeCounts) {
  const AsciiTown town{{"a-b-c"}};  // 200 s a street
  const std::vector<Place> origins{{.node = town.node('a')}, {.node = town.node('b')}, {}};
  const std::vector<std::uint32_t> until{200'000, kNever};
  const std::vector<std::int64_t> expected{2, 1, 3, 0, 0, 0};
  for (const auto engine : {Engine::automatic, Engine::buckets, Engine::hierarchy}) {
    EXPECT_EQ(reduce_times(town.network(), origins, std::nullopt,
                           {.until_ms = until, .engine = {.engine = engine}}),
              expected);
  }
}

TEST(ReduceTimes, RefuseBadOptions) {
  const AsciiTown town{{"a-b"}};
  const std::vector<Place> places{{.node = 0}};
  const auto refused = [&](const ReduceOptions& options) {
    EXPECT_THROW((void)reduce_times(town.network(), places, places, options), InvalidInput);
  };
  const std::vector<std::uint32_t> good{5};
  refused({});
  const std::vector<std::uint32_t> zero{0};
  refused({.until_ms = zero});
  const std::vector<std::uint32_t> falling{5, 5};
  refused({.until_ms = falling});
  const std::vector<std::int64_t> two{1, 2};
  refused({.until_ms = good, .weights = two});
  const std::vector<std::int64_t> huge{std::int64_t{1} << 62};
  refused({.until_ms = good, .weights = huge});
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW((void)reduce_times(town.network(), places, places, {.until_ms = good},
                                  {.stop = source.get_token()}),
               Cancelled);
}

}  // namespace
}  // namespace libgrid
