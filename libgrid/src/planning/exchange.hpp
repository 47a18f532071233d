#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// Blocks that go together from one grid each to another, with their number.
struct ExchangeItem {
  std::vector<std::int32_t> blocks;
};

/// Grids that exchange blocks among themselves, with every block that they hold: whether a plan in
/// between keeps the rules is seen without looking at anything else.
class Exchange {
 public:
  /// `blocks` are all blocks of `grids`, under `from` and under `to`.
  Exchange(const PlanProblem& problem, std::span<const std::int32_t> from,
           std::span<const std::int32_t> to, std::vector<std::int32_t> grids,
           std::vector<std::int32_t> blocks);

  [[nodiscard]] const std::vector<ExchangeItem>& items() const { return items_; }
  /// The grids that an item leaves and enters, by their place among this exchange's grids.
  [[nodiscard]] std::vector<std::int32_t> grids_of(std::size_t item) const;
  /// Whether the plan in which just these items have moved keeps the rules, or is no worse than
  /// the start where that broke them.
  [[nodiscard]] bool keeps_rules(const std::vector<std::uint8_t>& moved);

 private:
  [[nodiscard]] bool connected();
  [[nodiscard]] bool within_limits() const;
  [[nodiscard]] bool apart() const;
  [[nodiscard]] std::vector<std::int32_t> count_parts(std::span<const std::int32_t> label);

  struct Limit {
    std::vector<std::int64_t> weight;  ///< by block of the exchange
    std::vector<std::int64_t> lowest;  ///< by grid of the exchange
    std::vector<std::int64_t> highest;
  };
  std::vector<std::int32_t> from_;  ///< by block of the exchange, its grids counted from 0
  std::vector<std::int32_t> to_;
  std::vector<std::int32_t> label_;
  std::int32_t grids_;
  std::vector<std::vector<std::int32_t>> neighbours_;
  std::vector<Limit> limits_;
  std::vector<std::pair<std::int32_t, std::int32_t>> apart_;
  std::vector<std::int32_t> most_parts_;  ///< by grid
  std::vector<std::uint8_t> may_be_empty_;
  std::vector<ExchangeItem> items_;
  std::vector<std::vector<std::int32_t>> item_rows_;  ///< by item, rows of the exchange
  std::vector<std::int32_t> queue_;
  std::vector<std::uint8_t> seen_;
};

/// All exchanges of a migration, by their lowest grid.
[[nodiscard]] std::vector<Exchange> find_exchanges(const PlanProblem& problem,
                                                   std::span<const std::int32_t> from,
                                                   std::span<const std::int32_t> to);

}  // namespace libgrid
