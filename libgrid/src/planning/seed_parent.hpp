#pragma once

#include <memory>
#include <vector>

#include "libgrid/planning/seed_plan.hpp"

namespace libgrid {

/// A start for a problem of one parent, units already made. `labels` may hold -1 and anything that
/// breaks rules; `reason` tells, by block, why a label was changed (untouched where it was not).
[[nodiscard]] std::vector<std::int32_t> seed_parent(std::shared_ptr<const PlanProblem> problem,
                                                    std::vector<std::int32_t> labels,
                                                    const SeedOptions& options,
                                                    const RunControl& run,
                                                    std::vector<SeedReason>& reason);

}  // namespace libgrid
