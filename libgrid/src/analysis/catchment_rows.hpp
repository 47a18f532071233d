#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "libgrid/analysis/floating_catchment.hpp"
#include "time_rows.hpp"

// How a floating catchment reads a row of times: which sites are within its threshold, and with
// which weight.
namespace libgrid {

inline constexpr auto kNoWay = std::numeric_limits<double>::infinity();

/// The sites of one row within its catchment, and their weights: the first `n` of each column.
struct Row {
  std::vector<std::int32_t> site;
  std::vector<double> weight;
  std::size_t n = 0;
  double weight_of_all = 0.0;  // beyond the threshold too

  void begin(std::size_t most) {
    n = 0;
    weight_of_all = 0.0;
    if (most <= site.size()) return;
    site.resize(most);
    weight.resize(most);
  }
  [[nodiscard]] double sum() const {
    double total = 0.0;
    for (std::size_t i = 0; i < n; ++i) total += weight[i];
    return total;
  }
};

inline std::int64_t first_entry(const TimeMatrix& t, std::int64_t row) { return row * t.columns; }
inline std::int64_t first_entry(const TimePairs& t, std::int64_t row) { return t.ptr[at(row)]; }
inline std::int64_t first_entry(const TimeNearest& t, std::int64_t row) { return row * t.k; }

inline std::size_t entry_count(const TimeMatrix& t) { return t.time_s.size(); }
inline std::size_t entry_count(const TimePairs& t) { return t.ms.size(); }
inline std::size_t entry_count(const TimeNearest& t) { return t.time_s.size(); }

inline double weight_of(const NoDecay&, double, double, std::int64_t) { return 1.0; }
inline double weight_of(const StepDecay& decay, double time_s, double, std::int64_t) {
  for (const auto& step : decay.steps)
    if (time_s <= step.until_s) return step.weight;
  return 0.0;
}
inline double weight_of(const GaussianDecay&, double time_s, double threshold_s, std::int64_t) {
  static const double kFloor = std::exp(-0.5);
  const auto share = time_s / threshold_s;
  return share >= 1.0 ? 0.0 : (std::exp(-0.5 * share * share) - kFloor) / (1.0 - kFloor);
}
inline double weight_of(const GivenDecay& decay, double, double, std::int64_t entry) {
  return decay.weights[at(entry)];
}

/// The most whole milliseconds that are within so many seconds: pairs compare as integers.
inline std::uint32_t whole_ms_within(double seconds) {
  constexpr auto kMost = std::numeric_limits<std::uint32_t>::max() - 1;
  if (seconds >= kMost / 1000.0) return kMost;
  auto ms = static_cast<std::uint32_t>(seconds * 1000);
  while (ms > 0 && ms / 1000.0 > seconds) --ms;
  while ((ms + 1) / 1000.0 <= seconds) ++ms;
  return ms;
}

/// The weight of a pair from its milliseconds, without a branch that depends on them.
class QuickWeight {
 public:
  explicit QuickWeight(const NoDecay&) {}
  explicit QuickWeight(const StepDecay& decay) {
    first_.fill(std::numeric_limits<std::uint32_t>::max());
    for (std::size_t i = 0; i < decay.steps.size(); ++i) {
      const auto until = whole_ms_within(decay.steps[i].until_s);
      if (i < first_.size())
        first_[i] = until;
      else
        more_.push_back(until);
      weights_.push_back(decay.steps[i].weight);
    }
    weights_.resize(std::max(weights_.size(), first_.size()) + 1, 0.0);
  }
  explicit QuickWeight(const GaussianDecay&) {}
  explicit QuickWeight(const GivenDecay&) {}

  double of(const NoDecay&, std::uint32_t, double, std::int64_t) const { return 1.0; }
  double of(const StepDecay&, std::uint32_t ms, double, std::int64_t) const {
    // Four steps are what people use: compared at once, without a loop.
    auto step = static_cast<std::size_t>(ms > first_[0]) +
                static_cast<std::size_t>(ms > first_[1]) +
                static_cast<std::size_t>(ms > first_[2]) + static_cast<std::size_t>(ms > first_[3]);
    for (const auto until : more_) step += ms > until;
    return weights_[step];
  }
  double of(const GaussianDecay& decay, std::uint32_t ms, double threshold_s,
            std::int64_t entry) const {
    return weight_of(decay, ms / 1000.0, threshold_s, entry);
  }
  double of(const GivenDecay& decay, std::uint32_t, double, std::int64_t entry) const {
    return decay.weights[at(entry)];
  }

 private:
  std::array<std::uint32_t, 4> first_{};
  std::vector<std::uint32_t> more_;
  std::vector<double> weights_;
};

template <class Rows, class DecayKind>
class Reader {
 public:
  Reader(const Rows& times, const DecayKind& decay, const FloatingCatchmentOptions& options,
         std::int64_t columns)
      : times_{times},
        decay_{decay},
        options_{options},
        columns_{columns},
        // One threshold for all pairs, and only what is within it matters.
        is_plain_{options.threshold_s.size() == 1 && options.site_threshold_s.empty() &&
                  !options.select_among_all},
        limit_ms_{is_plain_ ? whole_ms_within(options.threshold_s[0]) : 0},
        quick_{decay} {}

  void read(std::int64_t row, Row& into) const {
    if constexpr (std::is_same_v<Rows, TimePairs>) {
      if (is_plain_) {
        read_quickly(row, into);
        return;
      }
    }
    const auto& by_row = options_.threshold_s;
    const auto row_threshold = by_row.size() == 1 ? by_row[0] : by_row[at(row)];
    auto entry = first_entry(times_, row);
    into.begin(at(first_entry(times_, row + 1) - entry));
    auto farthest = 0.0;
    for_each_entry(times_, row, [&](std::int32_t site, double time_s) {
      check_index(site, columns_, row);
      auto threshold = row_threshold;
      if (!options_.site_threshold_s.empty())
        threshold = std::min(threshold, options_.site_threshold_s[static_cast<std::size_t>(site)]);
      farthest = std::max(farthest, time_s);
      const auto inside = time_s <= threshold && time_s < kNoWay;
      if (inside || (options_.select_among_all && time_s < kNoWay)) {
        const auto weight = weight_of(decay_, time_s, threshold, entry);
        into.weight_of_all += weight;
        if (inside && weight > 0) {
          into.site[into.n] = site;
          into.weight[into.n++] = weight;
        }
      }
      ++entry;
    });
    if (may_have_more(times_, row) && (farthest <= row_threshold || options_.select_among_all))
      fail_row(
          row,
          "its k-th site is still within the threshold and there may be more: ask find_nearest "
          "for a larger k, or use find_pairs");
  }

 private:
  void read_quickly(std::int64_t row, Row& into) const requires std::is_same_v<Rows, TimePairs> {
    const auto begin = times_.ptr[at(row)];
    const auto end = times_.ptr[at(row + 1)];
    into.begin(at(end - begin));
    auto* site = into.site.data();
    auto* weight = into.weight.data();
    std::size_t n = 0;
    for (auto i = begin; i < end; ++i) {
      const auto column = times_.index[at(i)];
      check_index(column, columns_, row);
      const auto ms = times_.ms[at(i)];
      const auto w = quick_.of(decay_, ms, options_.threshold_s[0], i);
      site[n] = column;
      weight[n] = w;
      n += static_cast<std::size_t>(ms <= limit_ms_) & static_cast<std::size_t>(w > 0);
    }
    into.n = n;
  }

  const Rows& times_;
  const DecayKind& decay_;
  const FloatingCatchmentOptions& options_;
  std::int64_t columns_;
  bool is_plain_;
  std::uint32_t limit_ms_;
  QuickWeight quick_;
};

}  // namespace libgrid
