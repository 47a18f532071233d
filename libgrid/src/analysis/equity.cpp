#include "libgrid/analysis/equity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

void check_entries(std::span<const double> values, const char* name) {
  for (std::size_t i = 0; i < values.size(); ++i)
    require(std::isfinite(values[i]) && values[i] >= 0, [&] {
      return std::string{name} + "[" + std::to_string(i) + "] is " + std::to_string(values[i]) +
             ": must be a finite number, 0 or more";
    });
}

}  // namespace

Balance measure_balance(std::span<const double> loads, std::span<const double> weights) {
  require(weights.empty() || weights.size() == loads.size(), [&] {
    return "loads and weights differ in length: " + std::to_string(loads.size()) + " and " +
           std::to_string(weights.size());
  });
  check_entries(loads, "loads");
  check_entries(weights, "weights");

  std::vector<std::pair<double, double>> entries;  // load, weight
  entries.reserve(loads.size());
  for (std::size_t i = 0; i < loads.size(); ++i) {
    const auto weight = weights.empty() ? 1.0 : weights[i];
    if (weight > 0) entries.emplace_back(loads[i], weight);
  }
  constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();
  if (entries.empty())
    return {.mean = kNan,
            .gini = kNan,
            .cv = kNan,
            .theil = kNan,
            .range_over_mean = kNan,
            .max_over_mean = kNan,
            .jain = kNan};
  std::ranges::sort(entries);

  const auto n = static_cast<std::int64_t>(entries.size());
  const auto low = entries.front().first;
  const auto high = entries.back().first;
  double total_weight = 0.0;
  double total = 0.0;
  for (const auto& [x, w] : entries) {
    total_weight += w;
    total += w * x;
  }
  const auto mean = total / total_weight;
  if (low == high || total == 0) return {.n = n, .mean = mean, .max_over_mean = 1.0, .jain = 1.0};

  double doubled_area = 0.0;  // twice the area under the Lorenz curve, before scaling
  double below = 0.0;
  double deviation = 0.0;
  double entropy = 0.0;
  double square = 0.0;
  for (const auto& [x, w] : entries) {
    doubled_area += w * (2 * below + w * x);
    below += w * x;
    deviation += w * (x - mean) * (x - mean);
    const auto share = x / mean;
    if (share > 0) entropy += w * share * std::log(share);
    square += w * share * share;
  }
  return {.n = n,
          .mean = mean,
          .gini = std::max(0.0, 1.0 - doubled_area / (total_weight * total)),
          .cv = std::sqrt(deviation / total_weight) / mean,
          .theil = std::max(0.0, entropy / total_weight),
          .range_over_mean = (high - low) / mean,
          .max_over_mean = high / mean,
          .jain = total_weight / square};
}

}  // namespace libgrid
