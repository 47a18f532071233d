#include "libgrid/travel/travel_mode.hpp"

#include <algorithm>
#include <cmath>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr double kKmhPerMs = 3.6;
constexpr double kWalkKmh = 1.2 * kKmhPerMs;
constexpr double kWalkElderlyKmh = 0.76 * kKmhPerMs;
constexpr double kEbikeKmh = 17.1;
constexpr double kEbikeCapKmh = 25.0;
constexpr double kCarKmh = 25.0;
constexpr double kFerryKmh = 10.0;  // where a ferry's duration is not given

// Where no-one may go: under construction, planned, gone, or not for traffic.
std::vector<ClassRule> closed_to_all() {
  return {{"construction", 0}, {"proposed", 0}, {"abandoned", 0},    {"razed", 0},
          {"raceway", 0},      {"platform", 0}, {"ferry", kFerryKmh}};
}

std::vector<ClassRule> with(std::vector<ClassRule> more) {
  auto rules = closed_to_all();
  rules.insert(rules.end(), more.begin(), more.end());
  return rules;
}

std::vector<TravelMode> build_modes() {
  const auto walker = [](const char* name, double kmh, const char* source) {
    return TravelMode{
        .name = name,
        .speed_kmh = kmh,
        .off_network_kmh = kmh,
        .obeys_oneway = false,
        .rules =
            with({{"motorway", 0}, {"motorway_link", 0}, {"trunk_link", 0}, {"steps", kmh / 2}}),
        .source = source,
        .access = {"access", "foot"},
        .opens = {},
        .gate_s = 5};
  };
  return {
      walker("walk", kWalkKmh, "1.2 m/s, design walking speed at crossings"),
      walker("walk_elderly", kWalkElderlyKmh, "0.76 m/s, older walkers"),
      {.name = "ebike",
       .speed_kmh = kEbikeKmh,
       .off_network_kmh = kWalkKmh,
       .obeys_oneway = true,
       .rules = with({{"motorway", 0},
                      {"motorway_link", 0},
                      {"trunk_link", 0},
                      {"steps", 0},
                      {"corridor", 0},
                      {"footway", kWalkKmh},
                      {"pedestrian", kWalkKmh},
                      {"path", 10},
                      {"cycleway", std::min(20.0, kEbikeCapKmh)}}),
       .source = "17.1 km/h mean riding speed in town; legal cap 25 km/h",
       .access = {"access", "vehicle", "bicycle"},
       .opens = {},
       .gate_s = 10},
      {.name = "car",
       .speed_kmh = kCarKmh,
       .off_network_kmh = kWalkKmh,
       .obeys_oneway = true,
       .rules = with({{"motorway", 80},
                      {"motorway_link", 50},
                      {"trunk", 50},
                      {"trunk_link", 40},
                      {"living_street", 10},
                      {"service", 15},
                      {"track", 15},
                      {"footway", 0},
                      {"pedestrian", 0},
                      {"path", 0},
                      {"steps", 0},
                      {"corridor", 0},
                      {"cycleway", 0},
                      {"bridleway", 0}}),
       .source = "25 km/h mean driving speed in town; class speeds are assumptions",
       .access = {"access", "vehicle", "motor_vehicle", "motorcar"},
       .opens = {},
       .gate_s = 20},
  };
}

}  // namespace

std::optional<double> TravelMode::speed_on(std::string_view word,
                                           std::optional<double> limit_kmh) const {
  const auto rule =
      std::find_if(rules.begin(), rules.end(), [&](const ClassRule& r) { return r.word == word; });
  const double speed = rule == rules.end() ? speed_kmh : rule->speed_kmh;
  if (speed <= 0) return std::nullopt;
  return limit_kmh ? std::min(speed, *limit_kmh) : speed;
}

bool TravelMode::is_vehicle() const {
  return std::find(access.begin(), access.end(), "vehicle") != access.end();
}

std::span<const TravelMode> travel_modes() {
  static const std::vector<TravelMode> kModes = build_modes();
  return kModes;
}

const TravelMode& travel_mode(std::string_view name) {
  const auto modes = travel_modes();
  const auto found =
      std::find_if(modes.begin(), modes.end(), [&](const TravelMode& m) { return m.name == name; });
  require(found != modes.end(), [&] {
    std::string names;
    for (const auto& m : modes) names += (names.empty() ? "" : ", ") + m.name;
    return "travel mode '" + std::string{name} + "' is not known: use one of " + names;
  });
  return *found;
}

void check(const TravelMode& mode) {
  const auto good = [](double kmh) { return std::isfinite(kmh) && kmh > 0 && kmh <= 500; };
  require(good(mode.speed_kmh) && good(mode.off_network_kmh), [&] {
    return "travel mode '" + mode.name +
           "': speed_kmh and off_network_kmh must be above 0 and at most 500";
  });
  const auto few_minutes = [](double s) { return std::isfinite(s) && s >= 0 && s <= 3600; };
  require(few_minutes(mode.gate_s) && few_minutes(mode.turn_s), [&] {
    return "travel mode '" + mode.name + "': gate_s and turn_s must be 0 to 3,600 seconds";
  });
  for (const auto& rule : mode.rules) {
    require(rule.speed_kmh == 0 || good(rule.speed_kmh), [&] {
      return "travel mode '" + mode.name + "', class '" + rule.word +
             "': the speed must be between 0 (may not use it) and 500 km/h";
    });
  }
}

}  // namespace libgrid
