#include "libgrid/analysis/lorenz.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "check_columns.hpp"

namespace libgrid {
namespace {

struct Entry {
  double rank;
  double value;
  double weight;
  auto operator<=>(const Entry&) const = default;
};

/// Cumulated shares of entries in order of rank; equal ranks are one step.
ShareCurve cumulate(std::vector<Entry> entries) {
  std::erase_if(entries, [](const Entry& e) { return e.weight == 0; });
  if (entries.empty()) return {};
  std::ranges::sort(entries);  // by everything, so that the order of the rows changes no bit
  double people = 0.0;
  double total = 0.0;
  ShareCurve curve{.people = {0.0}, .value = {0.0}};
  for (std::size_t i = 0; i < entries.size(); ++i) {
    people += entries[i].weight;
    total += entries[i].weight * entries[i].value;
    if (i + 1 < entries.size() && entries[i + 1].rank == entries[i].rank) continue;
    curve.people.push_back(people);
    curve.value.push_back(total);
  }
  for (std::size_t i = 0; i < curve.people.size(); ++i) {
    curve.people[i] /= people;
    curve.value[i] = total > 0 ? curve.value[i] / total : curve.people[i];
  }
  return curve;
}

ShareCurve curve_of(std::span<const double> values, std::span<const double> ranks,
                    std::span<const double> weights) {
  check_amounts(values, "values");
  if (!weights.empty()) {
    check_length(weights.size(), "weights", values.size(), "values");
    check_amounts(weights, "weights");
  }
  std::vector<Entry> entries;
  entries.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    entries.push_back({ranks[i], values[i], weights.empty() ? 1.0 : weights[i]});
  return cumulate(std::move(entries));
}

/// The curve's value at a share of people, along straight steps.
double value_at(const ShareCurve& curve, double people) {
  const auto after = std::ranges::lower_bound(curve.people, people);
  const auto i = static_cast<std::size_t>(after - curve.people.begin());
  if (i == 0) return curve.value.front();
  if (i == curve.people.size()) return curve.value.back();
  const auto along = (people - curve.people[i - 1]) / (curve.people[i] - curve.people[i - 1]);
  return curve.value[i - 1] + along * (curve.value[i] - curve.value[i - 1]);
}

}  // namespace

ShareCurve lorenz_curve(std::span<const double> values, std::span<const double> weights) {
  return curve_of(values, values, weights);
}

ShareCurve concentration_curve(std::span<const double> values, std::span<const double> rank_by,
                               std::span<const double> weights) {
  check_length(rank_by.size(), "rank_by", values.size(), "values");
  check_values(rank_by, "rank_by", 1, "ranks must be finite numbers",
               [](double x) { return std::isfinite(x); });
  return curve_of(values, rank_by, weights);
}

double index_of(const ShareCurve& curve) {
  if (curve.people.empty()) return std::numeric_limits<double>::quiet_NaN();
  double doubled_area = 0.0;
  for (std::size_t i = 1; i < curve.people.size(); ++i)
    doubled_area += (curve.people[i] - curve.people[i - 1]) * (curve.value[i] + curve.value[i - 1]);
  return 1.0 - doubled_area;
}

double erreygers_index(double concentration_index, double mean, double low, double high) {
  require(std::isfinite(low) && std::isfinite(high) && low < high, [&] {
    return "the bounds must be finite and low below high, not " + std::to_string(low) + " and " +
           std::to_string(high);
  });
  return 4.0 * mean / (high - low) * concentration_index;
}

double palma_ratio(const ShareCurve& lorenz) {
  if (lorenz.people.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto bottom = value_at(lorenz, 0.4);
  const auto top = 1.0 - value_at(lorenz, 0.9);
  return bottom > 0 ? top / bottom : std::numeric_limits<double>::infinity();
}

}  // namespace libgrid
