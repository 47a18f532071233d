#include "libgrid/base/parallel.hpp"

#include <atomic>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

TEST(ForEachChunk, VisitsEveryItemOnce) {
  std::vector<std::atomic<int>> seen(1001);
  for_each_chunk(1001, 10, {.threads = 4}, [&](Chunk c) {
    for (auto i = c.begin; i < c.end; ++i) ++seen[static_cast<std::size_t>(i)];
  });
  for (const auto& s : seen) EXPECT_EQ(s, 1);
}

TEST(ForEachChunk, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW(for_each_chunk(100, 1, {.stop = source.get_token(), .threads = 4}, [](Chunk) {}),
               Cancelled);
}

TEST(ForEachChunk, RethrowsFromTheCallingThread) {
  EXPECT_THROW(for_each_chunk(100, 1, {.threads = 4},
                              [](Chunk c) { require(c.index != 50, [] { return "no"; }); }),
               InvalidInput);
}

TEST(ForEachChunk, EmptyRangeIsFine) {
  for_each_chunk(0, 8, {}, [](Chunk) { FAIL(); });
}

TEST(ForEachChunk, ReportsProgressUpToTheTotal) {
  ProgressMeter meter;
  const RunControl run{.meter = &meter, .threads = 2};
  run.begin(100);
  for_each_chunk(100, 7, run, [](Chunk) {});
  EXPECT_EQ(meter.done, 100);
  EXPECT_EQ(meter.total, 100);
}

}  // namespace
}  // namespace libgrid
