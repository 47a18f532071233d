#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace libgrid {

/// Between what the expected number lies where a number of events was seen.
struct PoissonInterval {
  std::vector<double> low;
  std::vector<double> high;
};

/// P(no more than `count` events) where `mean` are expected; exact to about 1e-13.
[[nodiscard]] double poisson_cdf(std::int64_t count, double mean);

/// The exact central interval of each count (Garwood 1936): the lowest mean at which so many or
/// more have a chance of (1 − confidence)/2, and the highest at which so few or fewer have. 0
/// events: from 0. Throws InvalidInput on negative counts, a confidence outside 0 … 1.
[[nodiscard]] PoissonInterval find_poisson_interval(std::span<const std::int64_t> counts,
                                                    double confidence = 0.95);

}  // namespace libgrid
