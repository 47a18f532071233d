#include "contour_regions.hpp"

#include <numeric>

namespace libgrid {

std::vector<std::int32_t> number_regions(std::span<const std::uint8_t> inside, std::int32_t columns,
                                         std::int32_t rows) {
  std::vector<std::int32_t> region(inside.size());
  std::iota(region.begin(), region.end(), 0);
  const auto root = [&](std::int32_t v) {
    auto& parent = region;
    while (parent[static_cast<std::size_t>(v)] != v) {
      auto& up = parent[static_cast<std::size_t>(v)];
      up = parent[static_cast<std::size_t>(up)];
      v = up;
    }
    return v;
  };
  const auto join = [&](std::int32_t a, std::int32_t b) {
    if (inside[static_cast<std::size_t>(a)] != inside[static_cast<std::size_t>(b)]) return;
    const auto ra = root(a);
    const auto rb = root(b);
    if (ra < rb) region[static_cast<std::size_t>(rb)] = ra;
    if (rb < ra) region[static_cast<std::size_t>(ra)] = rb;
  };
  for (std::int32_t j = 0; j < rows; ++j) {
    for (std::int32_t i = 0; i < columns; ++i) {
      const auto here = j * columns + i;
      if (i > 0) join(here, here - 1);
      if (j == 0) continue;
      join(here, here - columns);
      if (inside[static_cast<std::size_t>(here)] != 0) continue;
      if (i > 0) join(here, here - columns - 1);
      if (i + 1 < columns) join(here, here - columns + 1);
    }
  }
  // Parents are lower than their children, so one pass in order numbers all.
  std::int32_t next = 0;
  for (std::size_t v = 0; v < region.size(); ++v) {
    const auto parent = region[v];
    region[v] =
        parent == static_cast<std::int32_t>(v) ? next++ : region[static_cast<std::size_t>(parent)];
  }
  return region;
}

std::vector<std::int32_t> shells_of(std::span<const RingSides> rings, std::size_t region_count) {
  constexpr std::int32_t kNone = -1;
  std::vector<std::int32_t> ring_around(region_count, kNone);  // the ring that encloses a region
  std::vector<std::int32_t> around(region_count, kNone);       // the region beyond that ring
  for (std::size_t r = 0; r < rings.size(); ++r) {
    const auto own = rings[r].is_shell ? rings[r].inside : rings[r].outside;
    const auto beyond = rings[r].is_shell ? rings[r].outside : rings[r].inside;
    ring_around[static_cast<std::size_t>(own)] = static_cast<std::int32_t>(r);
    around[static_cast<std::size_t>(own)] = beyond;
  }
  // 0: not known, 1: stays, 2: lies in a filled hole.
  std::vector<std::uint8_t> fate(region_count, 0);
  std::vector<std::int32_t> chain;
  for (std::size_t start = 0; start < region_count; ++start) {
    auto region = static_cast<std::int32_t>(start);
    chain.clear();
    while (region != kNone && fate[static_cast<std::size_t>(region)] == 0) {
      chain.push_back(region);
      region = around[static_cast<std::size_t>(region)];
    }
    std::uint8_t now = region == kNone ? std::uint8_t{1} : fate[static_cast<std::size_t>(region)];
    for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
      const auto ring = ring_around[static_cast<std::size_t>(*it)];
      if (ring != kNone && rings[static_cast<std::size_t>(ring)].is_small) now = 2;
      fate[static_cast<std::size_t>(*it)] = now;
    }
  }
  std::vector<std::int32_t> shell(rings.size(), kNone);
  for (std::size_t r = 0; r < rings.size(); ++r) {
    const auto& ring = rings[r];
    if (fate[static_cast<std::size_t>(ring.is_shell ? ring.inside : ring.outside)] == 1)
      shell[r] = ring_around[static_cast<std::size_t>(ring.inside)];
  }
  return shell;
}

}  // namespace libgrid
