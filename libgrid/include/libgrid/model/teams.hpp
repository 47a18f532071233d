#pragma once

#include <cstdint>
#include <vector>

namespace libgrid {

/// One entry a team in every column.
struct TeamColumns {
  std::vector<std::int32_t> base_site;  ///< where the team starts from: row of sites, -1 for none
  std::vector<std::int32_t> n_doctor_teams;
  std::vector<std::int32_t> n_party_members;
  std::vector<std::int32_t> n_grid_workers;
  std::vector<double> n_doctors;    ///< full-time equivalents
  std::vector<double> offered_min;  ///< minutes a year
  std::vector<double> turnout_s;
};

/// Work teams "1+1+N". A team that breaks the rule is kept and found by `find_rule_breaks`.
class Teams {
 public:
  Teams() = default;
  /// Throws InvalidInput when columns differ in length or a number is negative or not finite.
  explicit Teams(TeamColumns columns);

  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(columns_.base_site.size());
  }
  [[nodiscard]] const TeamColumns& columns() const { return columns_; }

  /// Rows that are not exactly one doctor team, exactly one Party member and one or more grid
  /// workers.
  [[nodiscard]] std::vector<std::int32_t> find_rule_breaks() const;

 private:
  TeamColumns columns_;
};

}  // namespace libgrid
