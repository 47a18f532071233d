#pragma once

#include <utility>
#include <vector>

#include "libgrid/base/random.hpp"
#include "libgrid/planning/ground.hpp"

namespace libgrid::testing {

/// Ground of as many pieces as blocks, each block on its own; some also, or only, on another's.
inline Ground random_ground(Rng& rng, std::int32_t blocks) {
  GroundColumns columns;
  const auto n = static_cast<std::size_t>(blocks);
  std::vector<std::int64_t> shared(n, 0);
  for (std::size_t i = 1; i < n; ++i)
    for (std::size_t j = i > 4 ? i - 4 : 0; j < i; ++j) {
      if (rng.below(2) == 0) continue;
      const auto length = static_cast<std::int64_t>(rng.below(60'000'000));
      columns.a.push_back(static_cast<std::int32_t>(rng.below(2) == 0 ? i : j));
      columns.b.push_back(static_cast<std::int32_t>(i + j) - columns.a.back());
      columns.border_um.push_back(length);
      shared[i] += length;
      shared[j] += length;
    }
  for (std::size_t i = 0; i < n; ++i) {
    const auto perimeter = shared[i] + static_cast<std::int64_t>(rng.below(80'000'000));
    const auto metre = static_cast<double>(perimeter) / 1e6;
    columns.perimeter_um.push_back(perimeter);
    // Up to a circle's: perimeter² ÷ 4π, doubled, in mm².
    columns.area2_mm2.push_back(static_cast<std::int64_t>(metre * metre / 12.57 * 2e6) *
                                static_cast<std::int64_t>(rng.below(100)) / 100);
    const auto own = rng.below(6) != 0 || i == 0;
    if (own) {
      columns.block.push_back(static_cast<std::int32_t>(i));
      columns.piece.push_back(static_cast<std::int32_t>(i));
    }
    if (!own || rng.below(6) == 0) {
      columns.block.push_back(static_cast<std::int32_t>(i));
      columns.piece.push_back(static_cast<std::int32_t>(rng.below(n)));
    }
  }
  return {blocks, columns};
}

}  // namespace libgrid::testing
