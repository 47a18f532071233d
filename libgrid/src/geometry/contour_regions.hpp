#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace libgrid {

/// Numbers the regions of a lattice: inside nodes hang together along lattice edges, outside nodes
/// also across cells, so that every node has one region and no two regions cross.
[[nodiscard]] std::vector<std::int32_t> number_regions(std::span<const std::uint8_t> inside,
                                                       std::int32_t columns, std::int32_t rows);

/// What a ring separates: a shell its own region from the one around it, a hole the region in it
/// from its own.
struct RingSides {
  std::int32_t inside;   ///< region
  std::int32_t outside;  ///< region
  bool is_shell;
  bool is_small;  ///< a hole to be filled
};

/// By ring: the shell that it belongs to (a shell: itself), -1 when it vanishes with a filled hole.
[[nodiscard]] std::vector<std::int32_t> shells_of(std::span<const RingSides> rings,
                                                  std::size_t region_count);

}  // namespace libgrid
