#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "libgrid/graph/phast.hpp"

namespace libgrid {

/// Where a place hangs on the rows of a sweep: at most two rows and the step to each. Row -1: none.
struct LaneDoors {
  std::array<std::int32_t, 2> row{-1, -1};
  std::array<std::uint32_t, 2> ms{0, 0};
  bool operator==(const LaneDoors&) const = default;
};

/// Lines of kLanes times, 64 bytes aligned, one after the other.
///
/// These loops follow each sweep and would otherwise cost as much as it: they use the same
/// instructions, and all give the same bits.
struct LaneLines {
  const std::uint32_t* ms = nullptr;
  std::size_t count = 0;
};

/// Line `i` of `lines` becomes the shortest times of `doors[i]`: over either door, a sum over
/// `cutoff_ms` or over kMaxMs being kNever.
void gather_lanes(const TreeSweep& trees, std::span<const LaneDoors> doors, std::uint32_t cutoff_ms,
                  std::uint32_t* lines);

/// Adds to `sums[lane]` the weight of each line whose time there is at most `until_ms`; without
/// weights, one each. `until_ms` is below kNever.
void sum_by_lane(Simd simd, LaneLines lines, std::uint32_t until_ms,
                 std::span<const std::int64_t> weights, std::int64_t* sums);

/// Adds to `sums[i]` the weights of the lanes whose time in line `i` is at most `until_ms`; without
/// weights, one each.
void sum_by_line(Simd simd, LaneLines lines, std::uint32_t until_ms,
                 std::span<const std::int64_t> lane_weights, std::int64_t* sums);

}  // namespace libgrid
