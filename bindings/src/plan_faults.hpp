#pragma once

#include <vector>

#include <pybind11/pybind11.h>

#include "libgrid/planning/verify_plan.hpp"

namespace libgrid::python {

/// Broken rules as a list of dicts: rule, grid, block, other, value.
pybind11::list faults_of(const std::vector<PlanFault>& faults);

}  // namespace libgrid::python
