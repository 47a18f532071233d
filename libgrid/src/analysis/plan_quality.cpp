#include "libgrid/analysis/plan_quality.hpp"

#include <algorithm>
#include <limits>
#include <numbers>
#include <utility>

#include "check_columns.hpp"
#include "union_find.hpp"

namespace libgrid {
namespace {

constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();

/// The blocks of one footprint that are in one grid. They are connected, whatever their borders.
struct Stand {
  std::int32_t footprint;
  std::int32_t grid;
  friend auto operator<=>(const Stand&, const Stand&) = default;
};

/// Stands sorted by footprint, then grid; those of footprint f are `begin[f] … begin[f+1]-1`.
struct Stands {
  std::vector<Stand> stand;
  std::vector<std::size_t> begin;
};

std::int32_t footprint_at(const PlanBlocks& blocks, std::size_t block) {
  return blocks.footprint_of.empty() ? static_cast<std::int32_t>(block)
                                     : blocks.footprint_of[block];
}

Stands find_stands(PlanView plan, const PlanBlocks& blocks) {
  Stands stands;
  for (std::size_t block = 0; block < plan.grid_of.size(); ++block)
    if (plan.grid_of[block] >= 0)
      stands.stand.push_back({footprint_at(blocks, block), plan.grid_of[block]});
  std::ranges::sort(stands.stand);
  const auto repeated = std::ranges::unique(stands.stand);
  stands.stand.erase(repeated.begin(), repeated.end());
  stands.begin.assign(blocks.area_m2.size() + 1, 0);
  for (const auto& stand : stands.stand)
    ++stands.begin[static_cast<std::size_t>(stand.footprint) + 1];
  for (std::size_t f = 0; f + 1 < stands.begin.size(); ++f) stands.begin[f + 1] += stands.begin[f];
  return stands;
}

void check_input(PlanView plan, const PlanBlocks& blocks, const PlanBorders& borders,
                 const PlanQualityOptions& options) {
  check_plan(plan);
  const auto n = plan.grid_of.size();
  const auto footprints = static_cast<std::int32_t>(blocks.area_m2.size());
  check_length(blocks.perimeter_m.size(), "perimeter_m", blocks.area_m2.size(), "area_m2");
  if (blocks.footprint_of.empty())
    check_length(blocks.area_m2.size(), "area_m2", n, "plan");
  else
    check_length(blocks.footprint_of.size(), "footprint_of", n, "plan");
  const auto is_footprint = [footprints](std::int32_t f) { return f >= 0 && f < footprints; };
  check_values(blocks.footprint_of, "footprint_of", 1, "must be rows of area_m2", is_footprint);
  check_length(blocks.households.size(), "households", n, "plan");
  if (!blocks.shops.empty()) check_length(blocks.shops.size(), "shops", n, "plan");
  if (!blocks.residents.empty()) check_length(blocks.residents.size(), "residents", n, "plan");
  check_amounts(blocks.area_m2, "area_m2");
  check_amounts(blocks.perimeter_m, "perimeter_m");
  check_amounts(blocks.households, "households");
  check_amounts(blocks.shops, "shops");
  check_amounts(blocks.residents, "residents");
  check_length(borders.b.size(), "borders b", borders.a.size(), "borders a");
  check_length(borders.length_m.size(), "borders length_m", borders.a.size(), "borders a");
  check_values(borders.a, "borders a", 1, "must be rows of area_m2", is_footprint);
  check_values(borders.b, "borders b", 1, "must be rows of area_m2", is_footprint);
  check_amounts(borders.length_m, "borders length_m");
  for (std::size_t i = 0; i < borders.a.size(); ++i)
    require(borders.a[i] != borders.b[i], [&] {
      return "borders, row " + std::to_string(i) + ": a footprint has no border with itself";
    });
  const auto grids = static_cast<std::size_t>(plan.grid_count);
  if (!options.hull_area_m2.empty())
    check_length(options.hull_area_m2.size(), "hull_area_m2", grids, "grids");
  if (!options.circle_radius_m.empty())
    check_length(options.circle_radius_m.size(), "circle_radius_m", grids, "grids");
  require(options.min_border.count() >= 0, [] { return "min_border_m must be 0 or more"; });
}

PlanQuality sum_blocks(PlanView plan, const PlanBlocks& blocks) {
  const auto grids = static_cast<std::size_t>(plan.grid_count);
  PlanQuality quality;
  quality.blocks.assign(grids, 0);
  for (auto* column : {&quality.households, &quality.shops, &quality.size, &quality.residents,
                       &quality.area_m2, &quality.perimeter_m})
    column->assign(grids, 0.0);
  for (std::size_t block = 0; block < plan.grid_of.size(); ++block) {
    if (plan.grid_of[block] < 0) {
      ++quality.blocks_without_grid;
      continue;
    }
    const auto grid = static_cast<std::size_t>(plan.grid_of[block]);
    ++quality.blocks[grid];
    quality.households[grid] += blocks.households[block];
    if (!blocks.shops.empty()) quality.shops[grid] += blocks.shops[block];
    if (!blocks.residents.empty()) quality.residents[grid] += blocks.residents[block];
  }
  for (std::size_t grid = 0; grid < grids; ++grid)
    quality.size[grid] = quality.households[grid] + quality.shops[grid];
  return quality;
}

/// Adds footprints and borders: area, perimeter, connections (into `sets`, by stand) and cuts.
void add_stands(PlanQuality& quality, UnionFind& sets, const Stands& stands,
                const PlanBlocks& blocks, const PlanBorders& borders, Metres min_border) {
  for (const auto& stand : stands.stand) {
    const auto grid = static_cast<std::size_t>(stand.grid);
    quality.area_m2[grid] += blocks.area_m2[static_cast<std::size_t>(stand.footprint)];
    quality.perimeter_m[grid] += blocks.perimeter_m[static_cast<std::size_t>(stand.footprint)];
  }
  for (std::size_t f = 0; f + 1 < stands.begin.size(); ++f) {
    const auto k = static_cast<std::int64_t>(stands.begin[f + 1] - stands.begin[f]);
    quality.cut_edges += k * (k - 1) / 2;
  }
  for (std::size_t i = 0; i < borders.a.size(); ++i) {
    const auto length = borders.length_m[i];
    const bool connects = length > 0 && length >= min_border.count();
    const auto a = static_cast<std::size_t>(borders.a[i]);
    const auto b = static_cast<std::size_t>(borders.b[i]);
    std::int64_t common = 0;
    for (auto s = stands.begin[a], t = stands.begin[b];
         s < stands.begin[a + 1] && t < stands.begin[b + 1];) {
      const auto left = stands.stand[s].grid;
      const auto right = stands.stand[t].grid;
      if (left == right) {
        ++common;
        quality.perimeter_m[static_cast<std::size_t>(left)] -= 2 * length;
        if (connects) sets.join(s, t);
      }
      if (left <= right) ++s;
      if (right <= left) ++t;
    }
    const auto pairs = static_cast<std::int64_t>((stands.begin[a + 1] - stands.begin[a]) *
                                                 (stands.begin[b + 1] - stands.begin[b]));
    if (pairs == common) continue;
    quality.cut_border_m += length;
    if (connects) quality.cut_edges += pairs - common;
  }
}

void add_shapes(PlanQuality& quality, const PlanQualityOptions& options) {
  const auto grids = quality.size.size();
  const auto ratio = [](double part, double whole) { return whole > 0 ? part / whole : kNan; };
  quality.within_norm.resize(grids);
  for (auto* column : {&quality.polsby_popper, &quality.reock, &quality.convex_hull})
    column->assign(grids, kNan);
  for (std::size_t grid = 0; grid < grids; ++grid) {
    const auto area = quality.area_m2[grid];
    auto& perimeter = quality.perimeter_m[grid];
    perimeter = std::max(perimeter, 0.0);  // rounding of borders that were measured apart
    quality.polsby_popper[grid] = ratio(4 * std::numbers::pi * area, perimeter * perimeter);
    if (!options.hull_area_m2.empty())
      quality.convex_hull[grid] = ratio(area, options.hull_area_m2[grid]);
    if (!options.circle_radius_m.empty()) {
      const auto radius = options.circle_radius_m[grid];
      quality.reock[grid] = ratio(area, std::numbers::pi * radius * radius);
    }
    quality.within_norm[grid] = quality.blocks[grid] > 0 &&
                                        quality.size[grid] >= options.min_size &&
                                        quality.size[grid] <= options.max_size
                                    ? 1
                                    : 0;
  }
}

}  // namespace

PlanQuality measure_plan(PlanView plan, const PlanBlocks& blocks, const PlanBorders& borders,
                         const PlanQualityOptions& options) {
  check_input(plan, blocks, borders, options);
  auto quality = sum_blocks(plan, blocks);
  const auto stands = find_stands(plan, blocks);
  UnionFind sets{stands.stand.size()};
  add_stands(quality, sets, stands, blocks, borders, options.min_border);
  quality.parts.assign(quality.size.size(), 0);
  for (std::size_t s = 0; s < stands.stand.size(); ++s)
    if (sets.find(s) == s) ++quality.parts[static_cast<std::size_t>(stands.stand[s].grid)];
  for (const auto parts : quality.parts) quality.contiguous.push_back(parts == 1 ? 1 : 0);
  add_shapes(quality, options);
  return quality;
}

}  // namespace libgrid
