#include "libgrid/analysis/poisson_interval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

/// The regularised upper incomplete gamma function Q(a, x): by its series left of a + 1, else by
/// Lentz's continued fraction, the two forms that converge fast there.
double upper_gamma(double a, double x) {
  if (x <= 0) return 1.0;
  const auto scale = std::exp(a * std::log(x) - x - std::lgamma(a));
  constexpr auto kClose = std::numeric_limits<double>::epsilon();
  if (x < a + 1) {
    auto term = 1.0 / a;
    auto sum = term;
    for (auto n = a + 1; term > sum * kClose; ++n) sum += term *= x / n;
    return 1.0 - sum * scale;
  }
  constexpr auto kTiny = 1e-300;
  auto b = x + 1 - a;
  auto c = 1 / kTiny;
  auto d = 1 / b;
  auto fraction = d;
  for (int n = 1; n < 100'000; ++n) {
    const auto numerator = -n * (n - a);
    b += 2;
    d = numerator * d + b;
    if (std::abs(d) < kTiny) d = kTiny;
    c = b + numerator / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    const auto step = d * c;
    fraction *= step;
    if (std::abs(step - 1) <= kClose) break;
  }
  return fraction * scale;
}

/// The mean at which P(no more than `count`) falls to `share`, by halving.
double mean_where(std::int64_t count, double share) {
  const auto n = static_cast<double>(count);
  double low = 0.0;
  double high = n + 40 * std::sqrt(n + 1) + 800;  // P is below any share that a double can ask for
  for (int i = 0; i < 200 && low < high; ++i) {
    const auto middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;
    (poisson_cdf(count, middle) > share ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace

double poisson_cdf(std::int64_t count, double mean) {
  return count < 0 ? 0.0 : upper_gamma(static_cast<double>(count) + 1, mean);
}

PoissonInterval find_poisson_interval(std::span<const std::int64_t> counts, double confidence) {
  require(confidence > 0 && confidence < 1,
          [] { return std::string{"confidence must be a share between 0 and 1, such as 0.95"}; });
  const auto tail = (1 - confidence) / 2;
  PoissonInterval interval;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto count = counts[i];
    require(count >= 0, [&] {
      return "counts: entry " + std::to_string(i) + " is negative; give numbers of events";
    });
    interval.low.push_back(count == 0 ? 0.0 : mean_where(count - 1, 1 - tail));
    interval.high.push_back(mean_where(count, tail));
  }
  return interval;
}

}  // namespace libgrid
