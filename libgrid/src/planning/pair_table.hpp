#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace libgrid {

/// How many cut edges lie between each two grids that have any: a hash of pairs by open addressing,
/// and a dense list of the pairs, so that one can be drawn uniformly. All steps are O(1).
class PairTable {
 public:
  struct Pair {
    std::int32_t a;  ///< below b
    std::int32_t b;
    std::int64_t edges;
  };

  PairTable() : slot_(kLeast, kFree) {}

  [[nodiscard]] std::span<const Pair> pairs() const { return pairs_; }

  void add(std::int32_t a, std::int32_t b) {
    if (a > b) std::swap(a, b);
    auto s = find(a, b);
    if (slot_[s] == kFree) {
      if (2 * (pairs_.size() + 1) > slot_.size()) {
        grow();
        s = find(a, b);
      }
      slot_[s] = static_cast<std::uint32_t>(pairs_.size());
      pairs_.push_back({a, b, 0});
    }
    ++pairs_[slot_[s]].edges;
  }

  /// The pair must have an edge.
  void remove(std::int32_t a, std::int32_t b) {
    if (a > b) std::swap(a, b);
    const auto s = find(a, b);
    const auto p = slot_[s];
    if (--pairs_[p].edges > 0) return;
    free(s);
    if (p + 1 < pairs_.size()) {
      const auto& last = pairs_.back();
      slot_[find(last.a, last.b)] = p;
      pairs_[p] = last;
    }
    pairs_.pop_back();
  }

 private:
  static constexpr std::uint32_t kFree = ~std::uint32_t{0};
  static constexpr std::size_t kLeast = 64;

  [[nodiscard]] std::size_t home(std::int32_t a, std::int32_t b) const {
    auto x = (static_cast<std::uint64_t>(static_cast<std::uint32_t>(a)) << 32) |
             static_cast<std::uint32_t>(b);
    x *= 0x9E3779B97F4A7C15ULL;
    return static_cast<std::size_t>(x >> 32) & (slot_.size() - 1);
  }
  [[nodiscard]] std::size_t find(std::int32_t a, std::int32_t b) const {
    auto s = home(a, b);
    while (slot_[s] != kFree && (pairs_[slot_[s]].a != a || pairs_[slot_[s]].b != b))
      s = (s + 1) & (slot_.size() - 1);
    return s;
  }
  /// Frees slot s and closes the gap, so that no search ends too early.
  void free(std::size_t s) {
    const auto mask = slot_.size() - 1;
    for (auto next = (s + 1) & mask; slot_[next] != kFree; next = (next + 1) & mask) {
      const auto& pair = pairs_[slot_[next]];
      const auto from = home(pair.a, pair.b);
      if (((next - from) & mask) < ((next - s) & mask)) continue;  // it may not go before its home
      slot_[s] = slot_[next];
      s = next;
    }
    slot_[s] = kFree;
  }
  void grow() {
    slot_.assign(2 * slot_.size(), kFree);
    for (std::size_t p = 0; p < pairs_.size(); ++p)
      slot_[find(pairs_[p].a, pairs_[p].b)] = static_cast<std::uint32_t>(p);
  }

  std::vector<std::uint32_t> slot_;  // position in pairs_
  std::vector<Pair> pairs_;
};

}  // namespace libgrid
