#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/geometry/frame.hpp"
#include "libgrid/model/blocks.hpp"
#include "libgrid/model/grids.hpp"
#include "libgrid/model/households.hpp"
#include "libgrid/model/sessions.hpp"
#include "libgrid/model/sites.hpp"
#include "libgrid/model/teams.hpp"

namespace libgrid {

/// The tables of a study area, on dense rows 0 … n-1. Outside ids live in Python.
struct StudyAreaTables {
  Frame frame;
  Blocks blocks;
  Households households;
  Grids grids;
  Sites sites;
  Teams teams;
  Sessions sessions;
};

/// A study area whose references have been checked once; after that, code trusts them. Immutable.
class StudyArea {
 public:
  /// Throws InvalidInput when a reference points outside its table.
  explicit StudyArea(StudyAreaTables tables);

  [[nodiscard]] const Frame& frame() const { return tables_.frame; }
  [[nodiscard]] const Blocks& blocks() const { return tables_.blocks; }
  [[nodiscard]] const Households& households() const { return tables_.households; }
  [[nodiscard]] const Grids& grids() const { return tables_.grids; }
  [[nodiscard]] const Sites& sites() const { return tables_.sites; }
  [[nodiscard]] const Teams& teams() const { return tables_.teams; }
  [[nodiscard]] const Sessions& sessions() const { return tables_.sessions; }

  /// Each household's grid under a plan (one grid a block, -1 for none): its block decides; without
  /// a block, the household's own `grid` column. Throws InvalidInput when the plan has another
  /// length or points outside grids.
  [[nodiscard]] std::vector<std::int32_t> household_grid(std::span<const std::int32_t> plan) const;
  /// Each household's own team under a plan: the team of its grid, -1 for none.
  [[nodiscard]] std::vector<std::int32_t> household_team(std::span<const std::int32_t> plan) const;

 private:
  StudyAreaTables tables_;
};

}  // namespace libgrid
