#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace libgrid {

/// What a mode does on one road class.
struct ClassRule {
  std::string word;        ///< OpenStreetMap's `highway` word
  double speed_kmh = 0.0;  ///< 0: the mode may not use this class
};

/// How someone travels: one row of the profile table. All speeds are assumptions for planning, not
/// measurements; `source` says where the figure comes from.
struct TravelMode {
  std::string name;
  double speed_kmh = 0.0;        ///< on every class without a rule of its own
  double off_network_kmh = 0.0;  ///< between a place and its road: on foot
  bool obeys_oneway = false;
  std::vector<ClassRule> rules;  ///< exceptions, at most one a word
  std::string source;
  /// OpenStreetMap's access tags that speak of this mode, the most special one last.
  std::vector<std::string> access{"access", "foot"};
  std::vector<std::string> opens;  ///< access values that are open to it though closed to most
  double gate_s = 0.0;             ///< to pass a gate that may be passed
  double turn_s = 0.0;  ///< for a turn of over 45 degrees at a crossing of three streets or more

  /// Whether it is a vehicle, which turn restrictions are made for.
  [[nodiscard]] bool is_vehicle() const;

  /// The speed on a road, at most `limit_kmh` where there is a limit; nothing where the mode may
  /// not go. An unknown word is an ordinary road.
  [[nodiscard]] std::optional<double> speed_on(std::string_view word,
                                               std::optional<double> limit_kmh = {}) const;
};

/// The built-in profiles: walk, walk_elderly, ebike, car.
[[nodiscard]] std::span<const TravelMode> travel_modes();

/// The profile of that name. Throws InvalidInput listing the names.
[[nodiscard]] const TravelMode& travel_mode(std::string_view name);

/// Throws InvalidInput unless every speed is finite, speeds are above 0 and rule speeds at least 0.
void check(const TravelMode& mode);

}  // namespace libgrid
