#pragma once

#include <cstdint>
#include <string>

#include "arrays.hpp"
#include "libgrid/analysis/coverage.hpp"
#include "libgrid/analysis/reach.hpp"

namespace libgrid::python {

/// Times as Python holds them: the arrays are kept alive here, the view looks into them.
struct HeldTimes {
  py::object owner;
  Times view;
};

inline std::int64_t rows_of(const py::array& array, const char* name) {
  require(array.ndim() == 2, [&] { return std::string{name} + " must have two dimensions"; });
  return array.shape(0);
}

inline ResidentGroups residents_of(const Column<double>& people) {
  rows_of(people, "residents");
  return {as_span(people), people.shape(1)};
}

}  // namespace libgrid::python
