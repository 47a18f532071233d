#include "libgrid/model/teams.hpp"

#include <cmath>
#include <utility>

#include "libgrid/model/columns.hpp"

namespace libgrid {

Teams::Teams(TeamColumns columns) : columns_{std::move(columns)} {
  const auto& c = columns_;
  const auto n = c.base_site.size();
  require_length("teams", "n_doctor_teams", c.n_doctor_teams.size(), n);
  require_length("teams", "n_party_members", c.n_party_members.size(), n);
  require_length("teams", "n_grid_workers", c.n_grid_workers.size(), n);
  require_length("teams", "n_doctors", c.n_doctors.size(), n);
  require_length("teams", "offered_min", c.offered_min.size(), n);
  require_length("teams", "turnout_s", c.turnout_s.size(), n);
  const auto good = [](double value) { return std::isfinite(value) && value >= 0; };
  require_rows("teams", "n_doctors, offered_min or turnout_s is negative or not finite", n,
               [&](std::size_t i) {
                 return good(c.n_doctors[i]) && good(c.offered_min[i]) && good(c.turnout_s[i]);
               });
}

std::vector<std::int32_t> Teams::find_rule_breaks() const {
  std::vector<std::int32_t> rows;
  for (std::size_t i = 0; i < columns_.base_site.size(); ++i)
    if (columns_.n_doctor_teams[i] != 1 || columns_.n_party_members[i] != 1 ||
        columns_.n_grid_workers[i] < 1)
      rows.push_back(static_cast<std::int32_t>(i));
  return rows;
}

}  // namespace libgrid
