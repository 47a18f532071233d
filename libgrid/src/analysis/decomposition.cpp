#include "libgrid/analysis/decomposition.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "check_columns.hpp"

namespace libgrid {
namespace {

constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();

struct Entry {
  std::int32_t label;
  double value;
  double weight;
  auto operator<=>(const Entry&) const = default;
};

double x_log_x(double x) { return x > 0 ? x * std::log(x) : 0.0; }

}  // namespace

TheilParts decompose_theil(std::span<const double> values, std::span<const double> weights,
                           std::span<const std::int32_t> labels, std::int32_t group_count) {
  check_amounts(values, "values");
  check_length(labels.size(), "groups", values.size(), "values");
  check_values(labels, "groups", 1, "labels must be a group's number",
               [group_count](std::int32_t g) { return g >= 0 && g < group_count; });
  if (!weights.empty()) {
    check_length(weights.size(), "weights", values.size(), "values");
    check_amounts(weights, "weights");
  }
  std::vector<Entry> entries;
  entries.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto weight = weights.empty() ? 1.0 : weights[i];
    if (weight > 0) entries.push_back({labels[i], values[i], weight});
  }
  std::ranges::sort(entries);

  TheilParts parts;
  parts.groups.assign(static_cast<std::size_t>(group_count), {});
  double weight = 0.0;
  double total = 0.0;
  std::vector<double> sum(parts.groups.size(), 0.0);
  for (const auto& e : entries) {
    auto& group = parts.groups[static_cast<std::size_t>(e.label)];
    ++group.n;
    group.weight += e.weight;
    sum[static_cast<std::size_t>(e.label)] += e.weight * e.value;
  }
  for (std::size_t g = 0; g < sum.size(); ++g) {
    weight += parts.groups[g].weight;
    total += sum[g];
    parts.groups[g].mean = parts.groups[g].weight > 0 ? sum[g] / parts.groups[g].weight : kNan;
    parts.groups[g].theil = parts.groups[g].weight > 0 ? 0.0 : kNan;
  }
  if (weight == 0) return {.total = kNan, .within = kNan, .between = kNan, .groups = parts.groups};
  if (total == 0) return parts;

  const auto mean = total / weight;
  for (const auto& e : entries) {
    auto& group = parts.groups[static_cast<std::size_t>(e.label)];
    if (group.mean > 0) group.theil += e.weight * x_log_x(e.value / group.mean);
    parts.total += e.weight * x_log_x(e.value / mean);
  }
  parts.total /= weight;
  for (std::size_t g = 0; g < sum.size(); ++g) {
    auto& group = parts.groups[g];
    if (group.weight == 0) continue;
    group.theil = std::max(0.0, group.theil / group.weight);
    group.within_part = sum[g] / total * group.theil;
    parts.within += group.within_part;
    parts.between += group.weight / weight * x_log_x(group.mean / mean);
  }
  parts.total = std::max(0.0, parts.total);
  parts.between = std::max(0.0, parts.between);
  return parts;
}

}  // namespace libgrid
