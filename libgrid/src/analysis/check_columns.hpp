#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {

/// Throws InvalidInput naming both columns unless their lengths agree.
inline void check_length(std::size_t actual, const char* name, std::size_t expected,
                         const char* expected_name) {
  require(actual == expected, [&] {
    return std::string{name} + " has " + std::to_string(actual) + " rows, " + expected_name +
           " has " + std::to_string(expected) + ": give one row each";
  });
}

/// Throws InvalidInput naming the first five rows (of `columns` values each) for which `good` is
/// false.
template <class T, class Good>
void check_values(std::span<const T> values, const char* name, std::size_t columns,
                  const char* wanted, Good good) {
  std::int64_t bad = 0;
  std::string rows;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (good(values[i])) [[likely]]
      continue;
    if (++bad > 5) continue;
    if (bad > 1) rows += ", ";
    rows += std::to_string(i / columns);
    if (columns > 1) rows += " (column " + std::to_string(i % columns) + ")";
  }
  require(bad == 0, [&] {
    return std::string{name} + ": " + wanted + "; " + std::to_string(bad) +
           " values are not, at rows " + rows;
  });
}

/// Finite and not negative.
inline void check_amounts(std::span<const double> values, const char* name,
                          std::size_t columns = 1) {
  check_values(values, name, columns, "values must be finite numbers, 0 or more",
               [](double x) { return x >= 0 && std::isfinite(x); });
}

}  // namespace libgrid
