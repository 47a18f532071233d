#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/model/study_area.hpp"

namespace libgrid::testing {

/// `n` households of two usual residents on a line, 10 m apart, with nothing else known.
inline HouseholdColumns household_columns(std::size_t n) {
  HouseholdColumns c;
  for (std::size_t i = 0; i < n; ++i) c.place.push_back({static_cast<std::int32_t>(i) * 10'000, 0});
  c.block.assign(n, -1);
  c.grid.assign(n, -1);
  c.signed_team.assign(n, -1);
  c.n_usual.assign(n, 2);
  for (auto* column :
       {&c.n_migrant, &c.n_short, &c.n_key, &c.n_next_key, &c.n_homebound, &c.n_signed})
    column->assign(n, 0);
  for (auto& condition : c.conditions) condition.assign(n, kUnknownCount);
  c.inside.assign(n, 1);
  return c;
}

/// `n` squares of 10 m in a row, each one block.
inline PolygonSet square_row(std::int32_t n) {
  PolygonColumns c;
  for (std::int32_t i = 0; i < n; ++i) {
    const auto x = i * 10'000;
    for (const Point p : {Point{x, 0}, {x + 10'000, 0}, {x + 10'000, 10'000}, {x, 10'000}, {x, 0}})
      c.points.push_back(p);
    c.point_begin.push_back(static_cast<std::int64_t>(c.points.size()));
    c.ring_begin.push_back(i + 1);
    c.part_begin.push_back(i + 1);
  }
  return PolygonSet{c};
}

}  // namespace libgrid::testing
