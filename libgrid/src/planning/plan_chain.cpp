#include "plan_chain.hpp"

#include <algorithm>

namespace libgrid {

CutBound::CutBound(const PlanProblem& problem) {
  for (const auto& limit : problem.limits) {
    auto sums = limit.weight;
    std::ranges::sort(sums);
    for (std::size_t i = 1; i < sums.size(); ++i) sums[i] += sums[i - 1];
    lightest_.push_back(std::move(sums));
  }
}

std::uint64_t CutBound::most_edges(std::size_t n, std::span<const std::int64_t> total,
                                   std::span<const std::int64_t> least) const {
  // Cut all balanced edges of a tree: b + 1 parts hang together as a tree whose leaves, two or
  // more, weigh `least` each; the others have a block each. So b < leaves + lightest blocks that
  // fit beside the leaves.
  auto most = static_cast<std::uint64_t>(n - 1);
  for (std::size_t i = 0; i < lightest_.size(); ++i) {
    if (least[i] <= 0) continue;
    std::uint64_t here = 1;
    const auto leaves = std::min<std::int64_t>(total[i] / least[i], static_cast<std::int64_t>(n));
    for (std::int64_t l = 2; l <= leaves; ++l) {
      const auto room = total[i] - l * least[i];
      const auto fit = std::ranges::upper_bound(lightest_[i], room) - lightest_[i].begin();
      here = std::max(here, static_cast<std::uint64_t>(l - 1 + fit));
    }
    most = std::min(most, here);
  }
  return most;
}

template class PlanChain<ExactLaw>;

}  // namespace libgrid
