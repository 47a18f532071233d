#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "arrangement.hpp"

namespace libgrid {

/// A straight piece of border between two owners; -1: nobody.
struct OwnedBorder {
  Point a;  ///< a < b
  Point b;
  std::int32_t left;
  std::int32_t right;
};

/// The borders between faces of different owners, sorted. Vertices where only two pieces of one
/// line meet, and which neither owner had before (`had`: vertex and polygon, sorted), are gone:
/// they are traces of borders that no longer are.
[[nodiscard]] std::vector<OwnedBorder> find_owned_borders(
    const Arrangement& plane, std::span<const std::int32_t> owner,
    std::span<const std::pair<Point, std::int32_t>> had);

}  // namespace libgrid
