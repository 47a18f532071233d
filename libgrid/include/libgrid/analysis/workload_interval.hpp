#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libgrid/analysis/workload.hpp"

namespace libgrid {

struct IntervalOptions {
  double confidence = 0.9;    ///< the share of draws between low and high
  std::int64_t draws = 1000;  ///< enough for the ends of a 90 % interval to settle within 2 %
  std::uint64_t seed = 0;
};

/// Between what the minutes lie, one entry a row of the table.
struct WorkloadRange {
  std::vector<double> low;
  std::vector<double> high;
};

/// How sure the asked minutes are, given how sure the rules' numbers are.
///
/// Each number of a rule that has a range is drawn from the triangular distribution over the range
/// with its peak at the number itself, all of them independently; a group has one prevalence.
/// The draws are a Latin hypercube (McKay, Beckman & Conover 1979). Minutes are linear in what the
/// households of a row ask of each group, so rules are drawn, not households: O(rows × groups ×
/// draws). Every row sees the same draws, and a number's draws depend on the seed, its group, mode
/// and column only, so two plans or two tables of rules differ by what differs between them. What
/// merged visits save is held at the share of the minutes that it has in the table. Throws
/// InvalidInput on ranges that cannot be, a confidence outside 0 … 1, fewer than 2 draws.
[[nodiscard]] WorkloadRange measure_workload_interval(const WorkloadTable& table,
                                                      std::span<const std::string> groups,
                                                      std::span<const ServiceRule> rules,
                                                      const IntervalOptions& options = {},
                                                      const RunControl& run = {});

}  // namespace libgrid
