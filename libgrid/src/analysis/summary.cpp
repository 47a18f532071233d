#include "libgrid/analysis/summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "check_columns.hpp"
#include "libgrid/model/plan.hpp"

namespace libgrid {
namespace {

constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();

/// Adds in blocks: the rounding error of fractional weights stays that of a block, not of the whole
/// column.
class ChunkedSum {
 public:
  void add(double x) {
    part_ += x;
    if (++count_ % 4096 == 0) flush();
  }
  double total() {
    flush();
    return sum_;
  }

 private:
  void flush() {
    sum_ += part_;
    part_ = 0.0;
  }
  double sum_ = 0.0;
  double part_ = 0.0;
  std::int64_t count_ = 0;
};

}  // namespace

std::vector<std::int32_t> rows_by_value(std::span<const double> values_s) {
  std::vector<std::pair<double, std::int32_t>> keyed(values_s.size());
  for (std::size_t i = 0; i < keyed.size(); ++i)
    keyed[i] = {values_s[i], static_cast<std::int32_t>(i)};
  std::ranges::sort(keyed);
  std::vector<std::int32_t> rows(keyed.size());
  std::ranges::transform(keyed, rows.begin(), [](const auto& entry) { return entry.second; });
  return rows;
}

TimeSummary summarise_sorted(std::span<const double> sorted_values_s,
                             std::span<const double> weights, Seconds threshold) {
  const auto reached_rows = static_cast<std::size_t>(
      std::ranges::lower_bound(sorted_values_s, std::numeric_limits<double>::infinity()) -
      sorted_values_s.begin());
  ChunkedSum reached;
  ChunkedSum seconds;
  ChunkedSum covered;
  ChunkedSum unreachable;
  TimeSummary summary{.households = static_cast<std::int64_t>(sorted_values_s.size()),
                      .max_s = kNan};
  for (std::size_t i = 0; i < reached_rows; ++i) {
    reached.add(weights[i]);
    seconds.add(weights[i] * sorted_values_s[i]);
    if (sorted_values_s[i] <= threshold.count()) covered.add(weights[i]);
    if (weights[i] > 0) summary.max_s = sorted_values_s[i];
  }
  for (std::size_t i = reached_rows; i < weights.size(); ++i) unreachable.add(weights[i]);
  const auto total = reached.total();
  summary.unreachable = unreachable.total();
  summary.people = total + summary.unreachable;
  summary.covered = covered.total();
  summary.covered_share = summary.covered / summary.people;  // 0/0 = NaN: as documented
  summary.mean_s = seconds.total() / total;
  // Fractional weights only: rounding may leave the running sum a hair below what is asked for.
  summary.median_s = summary.max_s;
  summary.p90_s = summary.max_s;
  bool past_median = false;
  double below = 0.0;
  for (std::size_t i = 0; i < reached_rows && total > 0; ++i) {
    if (weights[i] == 0) continue;
    below += weights[i];
    if (!past_median && 2 * below >= total) {
      summary.median_s = sorted_values_s[i];
      past_median = true;
    }
    if (10 * below >= 9 * total) {
      summary.p90_s = sorted_values_s[i];
      break;
    }
  }
  return summary;
}

std::vector<TimeSummary> summarise(std::span<const double> values_s,
                                   std::span<const double> weights,
                                   std::span<const std::int32_t> labels, std::int32_t label_count,
                                   Seconds threshold) {
  check_length(weights.size(), "weights", values_s.size(), "values_s");
  check_length(labels.size(), "labels", values_s.size(), "values_s");
  check_labels(labels, label_count, "labels", "households");
  check_values(values_s, "values_s", 1, "values must be 0 or more, inf where there is no way",
               [](double x) { return x >= 0; });
  check_amounts(weights, "weights");
  require(threshold.count() > 0, [] { return "threshold_s must be above 0"; });

  const auto row_of = [&](std::int32_t label) {
    return static_cast<std::size_t>(label < 0 ? label_count : label);
  };
  std::vector<std::size_t> begin(static_cast<std::size_t>(label_count) + 2, 0);
  for (const auto label : labels) ++begin[row_of(label) + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  auto next = begin;
  std::vector<double> sorted_values_s(values_s.size());
  std::vector<double> sorted_weights(values_s.size());
  for (const auto r : rows_by_value(values_s)) {  // a stable deal keeps each label's values sorted
    const auto row = static_cast<std::size_t>(r);
    const auto slot = next[row_of(labels[row])]++;
    sorted_values_s[slot] = values_s[row];
    sorted_weights[slot] = weights[row];
  }

  std::vector<TimeSummary> summaries;
  summaries.reserve(begin.size() - 1);
  for (std::size_t i = 0; i + 1 < begin.size(); ++i) {
    const auto count = begin[i + 1] - begin[i];
    summaries.push_back(summarise_sorted(std::span{sorted_values_s}.subspan(begin[i], count),
                                         std::span{sorted_weights}.subspan(begin[i], count),
                                         threshold));
  }
  return summaries;
}

}  // namespace libgrid
