#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "time_rows.hpp"

// Plain 2SFCA over pairs: every pair within one threshold counts alike. Rows are short and their
// lengths differ, so a loop a row costs more in mispredicted branches than in sums: pairs are
// walked in one go, a block of rows at a time, each pair knowing its row.
namespace libgrid {

class PlainCatchment {
 public:
  /// Rows of a block: few enough that what was checked is still near when it is summed.
  static constexpr std::int64_t kBlock = 32;

  PlainCatchment(const TimePairs& times, std::uint32_t limit_ms, std::int64_t columns)
      : times_{times},
        limit_ms_{limit_ms},
        last_column_{static_cast<std::uint32_t>(columns - 1)},
        all_within_((times.ptr.size() - 1 + at(kBlock) - 1) / at(kBlock)) {}

  /// First step: adds the people of rows begin … end-1 to their sites. `begin` is a multiple of
  /// kBlock. Throws InvalidInput on an index that is no column.
  void add_demand(std::int64_t begin, std::int64_t end, const double* people, double* demand) {
    std::vector<std::uint8_t> row_of;
    for (auto block = begin; block < end; block += kBlock) {
      const auto stop = std::min(block + kBlock, end);
      const auto first = times_.ptr[at(block)];
      const auto pairs = times_.ptr[at(stop)] - first;
      const auto within = check(first, pairs, block);
      all_within_[at(block / kBlock)] = within;
      spread_rows(block, stop, row_of);
      const auto* column = times_.index.data() + first;
      const auto* row = row_of.data();
      const auto* its_people = people + block;
      if (within)
        for (std::int64_t i = 0; i < pairs; ++i) demand[column[i]] += its_people[row[i]];
      else
        for (std::int64_t i = 0; i < pairs; ++i)
          demand[column[i]] += kept(first + i, its_people[row[i]]);
    }
  }

  /// Second step, after add_demand of all rows: the sum of its sites' ratios for each row. `begin`
  /// is a multiple of kBlock.
  void add_scores(std::int64_t begin, std::int64_t end, const double* ratio, double* score) const {
    std::vector<double> given;  // by pair of the block
    for (auto block = begin; block < end; block += kBlock) {
      const auto stop = std::min(block + kBlock, end);
      const auto first = times_.ptr[at(block)];
      const auto pairs = times_.ptr[at(stop)] - first;
      if (given.size() < at(pairs + kUsual)) given.resize(at(pairs + kUsual));
      const auto* column = times_.index.data() + first;
      if (all_within_[at(block / kBlock)] != 0)
        for (std::int64_t i = 0; i < pairs; ++i) given[at(i)] = ratio[column[i]];
      else
        for (std::int64_t i = 0; i < pairs; ++i) given[at(i)] = kept(first + i, ratio[column[i]]);
      for (auto row = block; row < stop; ++row)
        score[row] = sum_of(given.data() + (times_.ptr[at(row)] - first),
                            times_.ptr[at(row + 1)] - times_.ptr[at(row)]);
    }
  }

 private:
  static constexpr std::int64_t kUsual = 24;  // most rows have no more pairs

  /// A sum in four lanes. So many values are always read, and a mask takes those that count.
  static double sum_of(const double* value, std::int64_t count) {
    static constexpr auto kTake = [] {
      std::array<std::uint64_t, 2 * kUsual> take{};
      for (std::size_t i = 0; i < kUsual; ++i) take[i] = ~std::uint64_t{0};
      return take;
    }();
    const auto* take = kTake.data() + (kUsual - std::min(count, kUsual));
    std::array<double, 4> lane{};
    for (std::size_t i = 0; i < kUsual; i += 4)
      for (std::size_t k = 0; k < 4; ++k)
        lane[k] += std::bit_cast<double>(std::bit_cast<std::uint64_t>(value[i + k]) & take[i + k]);
    auto sum = (lane[0] + lane[1]) + (lane[2] + lane[3]);
    for (auto i = kUsual; i < count; ++i) sum += value[i];
    return sum;
  }

  /// The value, or +0 for a pair beyond the threshold: adding it changes no bit of a sum.
  [[nodiscard]] double kept(std::int64_t pair, double value) const {
    const auto mask = -static_cast<std::uint64_t>(times_.ms[at(pair)] <= limit_ms_);
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) & mask);
  }

  /// Writes which row of the block each of its pairs belongs to. A fixed number is written a row,
  /// and what is too much the next rows overwrite: no branch depends on the usual lengths.
  void spread_rows(std::int64_t begin, std::int64_t end, std::vector<std::uint8_t>& row_of) const {
    const auto first = times_.ptr[at(begin)];
    const auto needed = at(times_.ptr[at(end)] - first + kUsual);
    if (row_of.size() < needed) row_of.resize(needed);
    for (auto row = begin; row < end; ++row) {
      auto* to = row_of.data() + (times_.ptr[at(row)] - first);
      const auto length = times_.ptr[at(row + 1)] - times_.ptr[at(row)];
      std::memset(to, static_cast<int>(row - begin), at(kUsual));
      if (length > kUsual) [[unlikely]]
        std::memset(to, static_cast<int>(row - begin), at(length));
    }
  }

  /// Whether all so many pairs from the first are within the threshold.
  [[nodiscard]] bool check(std::int64_t first, std::int64_t pairs, std::int64_t row) const {
    const auto* column = times_.index.data() + first;
    const auto* ms = times_.ms.data() + first;
    std::uint32_t bad = 0;  // its sign: an index below 0 or above the last column
    std::uint32_t beyond = 0;
    const auto look = [&](std::int64_t i) {
      const auto c = static_cast<std::uint32_t>(column[i]);
      bad |= c | (last_column_ - c);
      beyond |= static_cast<std::uint32_t>(ms[i] > limit_ms_);
    };
    std::int64_t i = 0;
    for (; i + 16 <= pairs; i += 16)  // a constant count, so that the compiler takes four at once
      for (std::int64_t k = 0; k < 16; ++k) look(i + k);
    for (; i < pairs; ++i) look(i);
    if (bad >> 31 != 0) [[unlikely]]
      for (i = first; i < first + pairs; ++i) {
        while (times_.ptr[at(row + 1)] <= i) ++row;
        check_index(times_.index[at(i)], static_cast<std::int64_t>(last_column_) + 1, row);
      }
    return beyond == 0;
  }

  const TimePairs& times_;
  std::uint32_t limit_ms_;
  std::uint32_t last_column_;
  std::vector<std::uint8_t> all_within_;
};

}  // namespace libgrid
