#include "grid_shares.hpp"

#include <algorithm>
#include <numeric>

#include "grid_kinds.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

}  // namespace

GridShares::GridShares(const PlanProblem& problem, std::span<const std::int64_t> weight) {
  const auto parts = find_parts(problem.graph);
  piece_weight_.assign(parts.grid_of.size(), 0);
  piece_size_.assign(parts.grid_of.size(), 0);
  const auto root = find_together(problem);
  std::vector<std::int64_t> together(weight.size(), 0);
  for (std::size_t b = 0; b < weight.size(); ++b) {
    divisor_ = std::gcd(divisor_, weight[b]);
    piece_weight_[at(parts.part[b])] += weight[b];
    ++piece_size_[at(parts.part[b])];
    together[at(root[b])] += weight[b];
  }
  heaviest_ = std::ranges::max(together);
}

bool GridShares::fit(std::span<const std::int64_t> lowest,
                     std::span<const std::int64_t> highest) const {
  // Grids hold whole multiples of the divisor only.
  std::vector<std::int64_t> low(lowest.begin(), lowest.end());
  std::vector<std::int64_t> high(highest.begin(), highest.end());
  for (std::size_t g = 0; g < low.size(); ++g) {
    low[g] = std::max<std::int64_t>(low[g], 0);
    if (divisor_ > 0) {
      low[g] = (low[g] + divisor_ - 1) / divisor_ * divisor_;
      if (high[g] >= 0) high[g] = high[g] / divisor_ * divisor_;
    } else {
      high[g] = std::min<std::int64_t>(high[g], 0);
    }
    if (low[g] > high[g]) return false;
  }
  std::ranges::sort(low);
  std::ranges::sort(high, std::greater<>{});
  if (heaviest_ > high.front()) return false;
  // The fewest and most grids that a piece can have: the largest shares, the smallest shares.
  std::int64_t fewest = 0;
  std::int64_t most = 0;
  for (std::size_t p = 0; p < piece_weight_.size(); ++p) {
    std::int64_t few = 0;
    for (std::int64_t held = 0; (few == 0 || held < piece_weight_[p]) && at(few) < high.size();
         ++few)
      held += high[at(few)];
    if (std::accumulate(high.begin(), high.begin() + few, std::int64_t{0}) < piece_weight_[p])
      return false;
    std::int64_t many = 0;
    for (std::int64_t held = 0; many < piece_size_[p] && at(many) < low.size(); ++many) {
      held += low[at(many)];
      if (held > piece_weight_[p]) break;
    }
    if (few > many) return false;
    fewest += few;
    most += many;
  }
  return fewest <= static_cast<std::int64_t>(low.size()) &&
         static_cast<std::int64_t>(low.size()) <= most;
}

}  // namespace libgrid
