#pragma once

#include <cstdint>

#include "libgrid/graph/phast.hpp"

namespace libgrid {

/// Rows `begin` … `end - 1` of a sweep over lines of kLanes times.
struct SweepJob {
  const std::uint32_t* first;
  const Arc* arcs;
  std::uint32_t* lines;           ///< 64-byte lines by row
  const std::int32_t* start_row;  ///< ascending rows that begin with times of their own
  const std::int32_t* start_end;
  const std::int32_t* start_slot;
  const std::uint32_t* start_lines;  ///< 64-byte lines by slot
  std::int32_t begin;
  std::int32_t end;
};

/// Each row becomes the smallest of its start and `line of the arc's head + ms`, sums over kMaxMs
/// being kNever.
void sweep(Simd simd, const SweepJob& job);

/// `line[i] = min(line[i], from[i] + ms)` in the same way.
void relax(std::uint32_t* line, const std::uint32_t* from, std::uint32_t ms);

}  // namespace libgrid
