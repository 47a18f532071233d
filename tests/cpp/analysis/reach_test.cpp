#include "libgrid/analysis/reach.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

constexpr auto kInf = std::numeric_limits<double>::infinity();

/// The same random times in all three shapes; k = columns, so that nearest rows are complete.
struct Shapes {
  std::int64_t rows;
  std::int64_t columns;
  std::vector<double> matrix;
  std::vector<std::int64_t> ptr{0};
  std::vector<std::int32_t> index;
  std::vector<std::uint32_t> ms;
  std::vector<std::int32_t> nearest_index;
  std::vector<double> nearest_s;

  Shapes(Rng& rng, std::int64_t row_count, std::int64_t column_count)
      : rows{row_count}, columns{column_count} {
    for (std::int64_t r = 0; r < rows; ++r) {
      std::vector<std::pair<double, std::int32_t>> reached;
      for (std::int32_t c = 0; c < columns; ++c) {
        const auto ms_now = static_cast<std::uint32_t>(rng.below(5) * 250);
        const bool way = rng.below(3) != 0;
        matrix.push_back(way ? ms_now / 1000.0 : kInf);
        if (!way) continue;
        index.push_back(c);
        ms.push_back(ms_now);
        reached.emplace_back(ms_now / 1000.0, c);
      }
      ptr.push_back(static_cast<std::int64_t>(index.size()));
      std::ranges::sort(reached);
      reached.resize(static_cast<std::size_t>(columns), {kInf, -1});
      for (const auto& [time_s, c] : reached) {
        nearest_index.push_back(c);
        nearest_s.push_back(time_s);
      }
    }
  }
  [[nodiscard]] std::vector<Times> all() const {
    return {TimeMatrix{matrix, rows, columns}, TimePairs{ptr, index, ms, columns},
            TimeNearest{nearest_index, nearest_s, rows, columns, columns}};
  }
};

TEST(Reach, IsTheSlowMinimumOverOpenColumnsInEveryShape) {
  Rng rng{11};
  for (int round = 0; round < 200; ++round) {
    const Shapes shapes{rng, static_cast<std::int64_t>(rng.below(8)),
                        static_cast<std::int64_t>(1 + rng.below(5))};
    std::vector<std::uint8_t> open;
    std::vector<std::int32_t> own;
    for (std::int64_t c = 0; c < shapes.columns; ++c) open.push_back(rng.below(2) == 0 ? 1 : 0);
    for (std::int64_t r = 0; r < shapes.rows; ++r)
      own.push_back(
          static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(shapes.columns) + 1)) - 1);
    std::vector<double> best(static_cast<std::size_t>(shapes.rows), kInf);
    std::vector<double> mine = best;
    std::vector<std::int32_t> nearest(best.size(), -1);
    for (std::size_t r = 0; r < best.size(); ++r)
      for (std::size_t c = 0; c < open.size(); ++c) {
        const auto time_s = shapes.matrix[r * open.size() + c];
        if (open[c] == 0) continue;
        if (static_cast<std::size_t>(own[r]) == c) mine[r] = time_s;
        if (time_s >= best[r]) continue;
        best[r] = time_s;
        nearest[r] = static_cast<std::int32_t>(c);
      }
    for (const auto& times : shapes.all()) {
      const auto reach = find_reach(times, open);
      EXPECT_EQ(reach.time_s, best);
      EXPECT_EQ(reach.nearest, nearest);
      EXPECT_EQ(find_own_times(times, own, open), mine);
    }
  }
}

TEST(Reach, IsTheSameForAnyNumberOfThreads) {
  Rng rng{2};
  const Shapes shapes{rng, 20'000, 3};
  for (const auto& times : shapes.all()) {
    const auto one = find_reach(times, {}, {.threads = 1});
    const auto eight = find_reach(times, {}, {.threads = 8});
    EXPECT_EQ(one.time_s, eight.time_s);
    EXPECT_EQ(one.nearest, eight.nearest);
  }
}

TEST(Reach, SaysSoWhenTheNearestAreTooFew) {
  const std::vector<std::int32_t> index{0, 1, 2, -1};
  const std::vector<double> time_s{1, 2, 3, kInf};
  const TimeNearest times{index, time_s, 2, 2};
  const std::vector<std::uint8_t> only_last{0, 0, 0, 1};
  EXPECT_THROW((void)find_reach(times, only_last), InvalidInput);
  EXPECT_THROW((void)find_own_times(times, std::vector<std::int32_t>{3, 2}), InvalidInput);
  const std::vector<std::uint8_t> first{1, 0, 0,
                                        0};  // row 1 has no more than column 2: really none
  EXPECT_EQ(find_reach(times, first).nearest, (std::vector<std::int32_t>{0, -1}));
  EXPECT_EQ(find_own_times(times, std::vector<std::int32_t>{1, 3}), (std::vector<double>{2, kInf}));
}

TEST(Reach, NamesTheRowOfATimeThatCannotBe) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), -1.0}) {
    const std::vector<double> time_s{1, 2, 3, bad};
    try {
      (void)find_reach(TimeMatrix{time_s, 2, 2});
      FAIL();
    } catch (const InvalidInput& error) {
      EXPECT_NE(std::string{error.what()}.find("row 1: column 1"), std::string::npos)
          << error.what();
    }
  }
}

TEST(Reach, RefusesShapesThatDoNotFit) {
  const std::vector<double> three(3);
  EXPECT_THROW((void)find_reach(TimeMatrix{three, 2, 2}), InvalidInput);
  EXPECT_THROW((void)find_reach(TimeMatrix{three, 1, 3}, std::vector<std::uint8_t>(2)),
               InvalidInput);
  const std::vector<std::int64_t> descending{0, 2, 1};
  const std::vector<std::int32_t> index{0};
  const std::vector<std::uint32_t> ms{0};
  EXPECT_THROW((void)find_reach(TimePairs{descending, index, ms}), InvalidInput);
  const std::vector<std::int64_t> ptr{0, 1};
  const std::vector<std::int32_t> beyond{4};
  EXPECT_THROW((void)find_reach(TimePairs{ptr, beyond, ms, 4}), InvalidInput);
  EXPECT_THROW((void)find_own_times(TimeMatrix{three, 3, 1}, std::vector<std::int32_t>{0, 1, 0}),
               InvalidInput);
}

}  // namespace
}  // namespace libgrid
