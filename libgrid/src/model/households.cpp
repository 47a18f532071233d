#include "libgrid/model/households.hpp"

#include <string>
#include <utility>

#include "libgrid/model/columns.hpp"

namespace libgrid {
namespace {

HouseholdFault fault_of(const HouseholdColumns& c, std::size_t i) {
  const auto negative = [&](const std::vector<std::int32_t>& column) { return column[i] < 0; };
  if (negative(c.n_usual) || negative(c.n_migrant) || negative(c.n_short) || negative(c.n_key) ||
      negative(c.n_next_key) || negative(c.n_homebound) || negative(c.n_signed))
    return HouseholdFault::negative;
  if (c.n_migrant[i] > c.n_usual[i]) return HouseholdFault::more_migrants_than_usual;
  const auto all = std::int64_t{c.n_usual[i]} + c.n_short[i];
  if (c.n_key[i] > all || c.n_next_key[i] > all || c.n_homebound[i] > all || c.n_signed[i] > all)
    return HouseholdFault::more_than_residents;
  for (const auto& condition : c.conditions) {
    if (condition[i] < kUnknownCount) return HouseholdFault::negative;
    if (condition[i] > all) return HouseholdFault::more_than_residents;
  }
  return HouseholdFault::none;
}

void require_lengths(const HouseholdColumns& c) {
  const auto n = c.place.size();
  require_length("households", "block", c.block.size(), n);
  require_length("households", "grid", c.grid.size(), n);
  require_length("households", "signed_team", c.signed_team.size(), n);
  for (const auto& [name, column] : {std::pair{"n_usual", &c.n_usual},
                                     {"n_migrant", &c.n_migrant},
                                     {"n_short", &c.n_short},
                                     {"n_key", &c.n_key},
                                     {"n_next_key", &c.n_next_key},
                                     {"n_homebound", &c.n_homebound},
                                     {"n_signed", &c.n_signed}})
    require_length("households", name, column->size(), n);
  for (const auto& condition : c.conditions)
    require_length("households", "condition", condition.size(), n);
  require_length("households", "inside", c.inside.size(), n);
}

}  // namespace

std::vector<HouseholdFault> find_household_faults(const HouseholdColumns& columns) {
  require_lengths(columns);
  std::vector<HouseholdFault> faults(columns.place.size());
  for (std::size_t i = 0; i < faults.size(); ++i) faults[i] = fault_of(columns, i);
  return faults;
}

Households::Households(HouseholdColumns columns) : columns_{std::move(columns)} {
  const auto faults = find_household_faults(columns_);
  require_rows("households", "a count is negative, or more than the people who live there",
               faults.size(), [&](std::size_t i) { return faults[i] == HouseholdFault::none; });
}

}  // namespace libgrid
