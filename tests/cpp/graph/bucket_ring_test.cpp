#include "libgrid/graph/bucket_ring.hpp"

#include <map>

#include <gtest/gtest.h>

#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

using Ring = BucketRing<int>;

Ring ring_for(std::uint32_t max_ms, std::uint32_t mean_ms = 1) {
  Ring ring;
  ring.prepare(max_ms, mean_ms);
  return ring;
}

TEST(BucketRing, AnEmptyRingHasNoNextBucket) {
  const auto ring = ring_for(1'000'000);
  for (const std::uint64_t from : {0, 1, 63, 64, 977, 1'000'000})
    EXPECT_EQ(ring.next(from), Ring::kNone) << from;
}

TEST(BucketRing, ABucketIsAtLeast1024MsWide) {
  const auto ring = ring_for(50, 1);
  EXPECT_EQ(ring.bucket_of(1023), 0U);
  EXPECT_EQ(ring.bucket_of(1024), 1U);
}

TEST(BucketRing, ABucketIsTheMeanArcWideRoundedDownToAPowerOfTwo) {
  const auto ring = ring_for(100'000, 20'000);
  EXPECT_EQ(ring.bucket_of(16'383), 0U);
  EXPECT_EQ(ring.bucket_of(16'384), 1U);
}

TEST(BucketRing, TheLatestTimeHasABucket) {
  auto ring = ring_for(1'000'000'000);
  ring.push(0xFFFF'FFFE, 7);
  const auto bucket = ring.bucket_of(0xFFFF'FFFE);
  EXPECT_EQ(ring.next(bucket - 1), bucket);
  EXPECT_EQ(ring.bucket(bucket), (std::vector<int>{7}));
}

TEST(BucketRing, ABucketKeepsTheOrderOfPushing) {
  auto ring = ring_for(5'000);
  for (const int entry : {3, 1, 2}) ring.push(static_cast<std::uint32_t>(900 - entry), entry);
  EXPECT_EQ(ring.bucket(0), (std::vector<int>{3, 1, 2}));
}

TEST(BucketRing, GrowsWhileItIsRead) {
  auto ring = ring_for(5'000);
  ring.push(2'048, 0);
  const auto& bucket = ring.bucket(2);
  for (std::size_t i = 0; i < bucket.size() && bucket[i] < 100; ++i)
    ring.push(2'049, bucket[i] + 1);
  EXPECT_EQ(bucket.size(), 101U);
}

TEST(BucketRing, AClearedBucketIsPassedOver) {
  auto ring = ring_for(5'000);
  ring.push(1'024, 1);
  ring.push(4'096, 2);
  ring.clear(1);
  EXPECT_EQ(ring.next(0), 4U);
  EXPECT_TRUE(ring.bucket(1).empty());
}

TEST(BucketRing, TheNextBucketIsTheFirstAtOrAfterTheGivenOne) {
  auto ring = ring_for(5'000);
  ring.push(3 * 1'024, 1);
  EXPECT_EQ(ring.next(2), 3U);
  EXPECT_EQ(ring.next(3), 3U);
}

TEST(BucketRing, PrepareForgetsWhatAStoppedSearchLeft) {
  auto ring = ring_for(5'000);
  ring.push(2'048, 1);
  ring.prepare(5'000, 1);
  EXPECT_EQ(ring.next(0), Ring::kNone);
  EXPECT_TRUE(ring.bucket(2).empty());
}

TEST(BucketRing, PrepareForgetsWhatAStoppedSearchLeftAlsoWhenItGrows) {
  auto ring = ring_for(5'000);
  ring.push(2'048, 1);
  ring.prepare(1'000'000, 1);
  ring.push(2'048, 2);
  EXPECT_EQ(ring.bucket(2), (std::vector<int>{2}));
}

TEST(BucketRing, ANarrowerSearchAfterAWiderOneStillGoesRound) {
  auto ring = ring_for(1'000'000, 1);
  ring.prepare(5'000, 1);
  ring.push(3'000'000, 1);
  EXPECT_EQ(ring.next(2'900), ring.bucket_of(3'000'000));
}

TEST(BucketRing, EqualsASortedQueueOnRandomPushes) {
  Rng rng{11};
  Ring ring;  // one for all rounds: it is reused with other widths
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t max_ms = 1 + rng.below(round % 2 == 0 ? 3'000 : 400'000);
    ring.prepare(static_cast<std::uint32_t>(max_ms), static_cast<std::uint32_t>(rng.below(max_ms)));
    std::map<std::uint64_t, std::vector<int>> queue;  // by bucket; an entry is its own time
    const auto push = [&](std::uint64_t ms) {
      ring.push(static_cast<std::uint32_t>(ms), static_cast<int>(ms));
      queue[ring.bucket_of(static_cast<std::uint32_t>(ms))].push_back(static_cast<int>(ms));
    };
    const auto start_ms = static_cast<std::uint32_t>(rng.below(1'000'000));
    push(start_ms);
    int budget = 60;
    for (auto cursor = ring.bucket_of(start_ms); !queue.empty();) {
      cursor = ring.next(cursor);
      ASSERT_EQ(cursor, queue.begin()->first);
      const auto entries = ring.bucket(cursor);
      ASSERT_EQ(entries, queue.begin()->second);
      ring.clear(cursor);
      queue.erase(queue.begin());
      for (const auto ms : entries) {
        for (; budget > 0 && rng.below(5) < 3; --budget)
          push(static_cast<std::uint64_t>(ms) + rng.below(max_ms + 1));
      }
    }
    EXPECT_EQ(ring.next(0), Ring::kNone);
  }
}

}  // namespace
}  // namespace libgrid
