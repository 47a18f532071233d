#include "libgrid/model/grids.hpp"

#include <string>
#include <utility>

#include "libgrid/model/columns.hpp"

namespace libgrid {

std::vector<std::int32_t> find_parent_rings(const std::vector<std::int32_t>& parent) {
  const auto n = parent.size();
  // 0 not seen, 1 on the walk under way, 2 ends well, 3 leads into a ring
  std::vector<std::uint8_t> state(n, 0);
  std::vector<std::size_t> walk;
  for (std::size_t start = 0; start < n; ++start) {
    walk.clear();
    auto at = static_cast<std::int64_t>(start);
    while (at >= 0 && state[static_cast<std::size_t>(at)] == 0) {
      state[static_cast<std::size_t>(at)] = 1;
      walk.push_back(static_cast<std::size_t>(at));
      at = parent[static_cast<std::size_t>(at)];
    }
    const auto end_state = at < 0 ? std::uint8_t{2} : state[static_cast<std::size_t>(at)];
    for (const auto i : walk) state[i] = end_state == 2 ? std::uint8_t{2} : std::uint8_t{3};
  }
  std::vector<std::int32_t> rings;
  for (std::size_t i = 0; i < n; ++i)
    if (state[i] == 3) rings.push_back(static_cast<std::int32_t>(i));
  return rings;
}

Grids::Grids(GridColumns columns) : columns_{std::move(columns)} {
  const auto n = columns_.level.size();
  require_length("grids", "parent", columns_.parent.size(), n);
  require_length("grids", "team", columns_.team.size(), n);
  require_references("grids", "parent", columns_.parent, size());
  const auto rings = find_parent_rings(columns_.parent);
  require(rings.empty(), [&] {
    return "grids: parents form a ring (row " + std::to_string(rings.front()) + " and " +
           std::to_string(rings.size() - 1) + " more): every chain of parents must end";
  });

  leaf_.assign(n, 1);
  for (std::size_t i = 0; i < n; ++i)
    if (columns_.parent[i] >= 0) leaf_[static_cast<std::size_t>(columns_.parent[i])] = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (columns_.level[i] == GridLevel::micro || columns_.level[i] == GridLevel::dedicated)
      leaf_[i] = 1;

  team_.assign(n, -1);
  for (std::size_t i = 0; i < n; ++i)
    for (auto at = static_cast<std::int64_t>(i); at >= 0 && team_[i] < 0;
         at = columns_.parent[static_cast<std::size_t>(at)])
      team_[i] = columns_.team[static_cast<std::size_t>(at)];
}

}  // namespace libgrid
