#include "libgrid/model/study_area.hpp"

#include <utility>

#include "libgrid/model/columns.hpp"

namespace libgrid {

StudyArea::StudyArea(StudyAreaTables tables) : tables_{std::move(tables)} {
  const auto& t = tables_;
  require_references("blocks", "grid", t.blocks.columns().grid, t.grids.size());
  const auto& h = t.households.columns();
  require_references("households", "block", h.block, t.blocks.size());
  require_references("households", "grid", h.grid, t.grids.size());
  require_references("households", "signed_team", h.signed_team, t.teams.size());
  require_references("grids", "team", t.grids.columns().team, t.teams.size());
  require_references("teams", "base_site", t.teams.columns().base_site, t.sites.size());
  const auto& s = t.sessions.columns();
  require_references("sessions", "site", s.site, t.sites.size());
  require_references("sessions", "team", s.team, t.teams.size());
  require_rows("sessions", "a session needs a site and a team", s.site.size(),
               [&](std::size_t i) { return s.site[i] >= 0 && s.team[i] >= 0; });
}

std::vector<std::int32_t> StudyArea::household_grid(std::span<const std::int32_t> plan) const {
  require_length("plan", "grid", plan.size(), static_cast<std::size_t>(blocks().size()));
  require_references("plan", "grid", plan, grids().size());
  const auto& h = households().columns();
  std::vector<std::int32_t> grid(h.place.size());
  for (std::size_t i = 0; i < grid.size(); ++i)
    grid[i] = h.block[i] >= 0 ? plan[static_cast<std::size_t>(h.block[i])] : h.grid[i];
  return grid;
}

std::vector<std::int32_t> StudyArea::household_team(std::span<const std::int32_t> plan) const {
  auto team = household_grid(plan);
  for (auto& t : team) t = t >= 0 ? grids().team()[static_cast<std::size_t>(t)] : -1;
  return team;
}

}  // namespace libgrid
