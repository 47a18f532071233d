#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/geometry/point.hpp"

namespace libgrid {

/// The conditions that a household's people are counted by, in the order of
/// `HouseholdColumns::conditions`.
enum class Condition : std::uint8_t {
  hypertension,
  diabetes,
  mental,
  tuberculosis,
  age65,
  newborn,
  child0_6,
  pregnant
};
inline constexpr std::size_t kConditionCount = 8;
inline constexpr std::int32_t kUnknownCount = -1;  ///< not asked, which is not the same as nobody

/// One entry a household in every column.
struct HouseholdColumns {
  std::vector<Point> place;
  std::vector<std::int32_t> block;        ///< row of blocks, -1 for none
  std::vector<std::int32_t> grid;         ///< row of grids where there are no blocks, else -1
  std::vector<std::int32_t> signed_team;  ///< row of teams, -1 for none
  std::vector<std::int32_t> n_usual;
  std::vector<std::int32_t> n_migrant;  ///< of the usual residents
  std::vector<std::int32_t> n_short;    ///< not among the usual residents
  std::vector<std::int32_t> n_key;
  std::vector<std::int32_t> n_next_key;
  std::vector<std::int32_t> n_homebound;
  std::vector<std::int32_t> n_signed;
  std::array<std::vector<std::int32_t>, kConditionCount>
      conditions;                    ///< kUnknownCount where unknown
  std::vector<std::uint8_t> inside;  ///< 0: a neighbour beyond the border, never counted
};

/// Why a household's figures contradict each other; `none` when they do not.
enum class HouseholdFault : std::uint8_t {
  none,
  negative,
  more_migrants_than_usual,
  more_than_residents
};

/// The fault of each row: what `Households` would refuse, found without throwing, so that a reader
/// can set rows aside.
[[nodiscard]] std::vector<HouseholdFault> find_household_faults(const HouseholdColumns& columns);

/// Located points with their people. All residents = usual + short-term; migrants are part of the
/// usual ones.
class Households {
 public:
  Households() = default;
  /// Throws InvalidInput when columns differ in length or a row has a fault, naming the first rows.
  explicit Households(HouseholdColumns columns);

  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(columns_.place.size());
  }
  [[nodiscard]] const HouseholdColumns& columns() const { return columns_; }

 private:
  HouseholdColumns columns_;
};

}  // namespace libgrid
