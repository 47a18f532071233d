#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

namespace libgrid {

/// The queue of the shortest-path searches: entries in circular buckets of 2¹⁰ ms or more, unsorted
/// inside a bucket.
///
/// A bucket is worked off again and again until nothing in it improves, so times stay exact to the
/// millisecond. push is O(1); buckets keep their memory, so a warm ring does not allocate.
/// Source: Cherkassky, Goldberg & Radzik (1996), Shortest paths algorithms (approximate buckets).
template <class Entry>
class BucketRing {
 public:
  static constexpr unsigned kMinShift = 10;
  static constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();

  /// The bucket of a time, counted from time 0.
  [[nodiscard]] std::uint64_t bucket_of(std::uint32_t ms) const { return ms >> shift_; }

  /// Empties the ring and makes it wide enough for arcs of at most `max_ms`. Buckets are about the
  /// mean arc wide, at least 2¹⁰ ms: wider ones are worked off more often, narrower ones are mostly
  /// empty.
  void prepare(std::uint32_t max_ms, std::uint32_t mean_ms) {
    // Left over from a search that was stopped: gone before the ring grows, which forgets the bits.
    for (std::size_t w = 0; w < occupied_.size(); ++w) {
      for (; occupied_[w] != 0; occupied_[w] &= occupied_[w] - 1)
        buckets_[w * 64 + static_cast<std::size_t>(std::countr_zero(occupied_[w]))].clear();
    }
    shift_ = std::max(kMinShift, static_cast<unsigned>(std::bit_width(mean_ms | 1U)) - 1);
    const auto wanted = std::bit_ceil(std::max<std::size_t>((max_ms >> shift_) + 2, 64));
    if (wanted > buckets_.size()) {
      buckets_.resize(wanted);
      occupied_.assign(wanted / 64, 0);
      mask_ = wanted - 1;
    }
  }

  void push(std::uint32_t ms, Entry entry) {
    const auto i = bucket_of(ms) & mask_;
    buckets_[i].push_back(entry);
    occupied_[i >> 6] |= std::uint64_t{1} << (i & 63);
  }

  /// The first bucket at or after `from` that holds entries, kNone when the ring is empty. All
  /// entries must lie at or after `from`, none further than the longest arc after another.
  [[nodiscard]] std::uint64_t next(std::uint64_t from) const {
    const auto start = from & mask_;
    const auto words = occupied_.size();
    auto word = start >> 6;
    auto bits = occupied_[word] & (~std::uint64_t{0} << (start & 63));
    for (std::size_t step = 0; step <= words; ++step) {
      if (bits != 0) {
        const auto found = (word << 6) + static_cast<std::uint64_t>(std::countr_zero(bits));
        return from + ((found - start) & mask_);
      }
      word = word + 1 == words ? 0 : word + 1;
      bits = occupied_[word];
    }
    return kNone;
  }

  /// Grows while it is read: entries may be pushed into the bucket that is worked off.
  [[nodiscard]] const std::vector<Entry>& bucket(std::uint64_t index) const {
    return buckets_[index & mask_];
  }

  void clear(std::uint64_t index) {
    const auto i = index & mask_;
    buckets_[i].clear();
    occupied_[i >> 6] &= ~(std::uint64_t{1} << (i & 63));
  }

 private:
  std::vector<std::vector<Entry>> buckets_;
  std::vector<std::uint64_t> occupied_;
  std::uint64_t mask_ = 0;
  unsigned shift_ = kMinShift;
};

}  // namespace libgrid
