#pragma once

#include <cstdint>
#include <optional>
#include <tuple>

#include <pybind11/stl.h>

#include "libgrid/io/read_limits.hpp"

namespace libgrid::python {

/// (max_bytes, max_rows, max_vertices, max_seconds), or the defaults.
using Limits = std::optional<std::tuple<std::int64_t, std::int64_t, std::int64_t, double>>;

inline ReadLimits limits_from(const Limits& given) {
  if (!given) return {};
  const auto& [bytes, rows, vertices, seconds] = *given;
  return {.max_bytes = bytes, .max_rows = rows, .max_vertices = vertices, .max_seconds = seconds};
}

}  // namespace libgrid::python
