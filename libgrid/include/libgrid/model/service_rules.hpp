#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace libgrid {

/// How a contact is made. Only `home` costs travel.
enum class ContactMode : std::uint8_t { home, station, phone, centre };

[[nodiscard]] std::string_view to_text(ContactMode mode);
/// Throws InvalidInput naming the four modes.
[[nodiscard]] ContactMode contact_mode_of(std::string_view text);

/// One kind of contact that a group of people gets every year. A group may have several.
struct ServiceRule {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  std::string group;  ///< households' column `n_<group>`
  ContactMode mode = ContactMode::station;
  double per_year = 0.0;             ///< contacts a person (or case) and year
  double minutes = 0.0;              ///< a contact, without travel
  std::string staff;                 ///< roles, joined by " + "
  double first_within_days = kNone;  ///< kNone: no such rule
  double min_interval_days = kNone;  ///< kNone: no such rule
  double prevalence = 0.0;           ///< share of usual residents, used where a count is unknown
  std::string source;                ///< where frequency, minutes and prevalence come from
  std::string confidence;            ///< of each of the three: high, medium, low or assumption

  /// Rules of one set merge: who is in several of its groups gets their contacts in one visit. All
  /// of a set have one mode. Empty: the contact is made by itself.
  std::string merge_set{};
  /// Prevalence in the ages 0–6, 7–64 and 65 and over, used where a household's ages are known.
  /// kNone: the overall prevalence.
  std::array<double, 3> prevalence_by_age{kNone, kNone, kNone};
  /// What each number may be, about the one that is stated. kNone: it is as stated.
  double per_year_low = kNone;
  double per_year_high = kNone;
  double minutes_low = kNone;
  double minutes_high = kNone;
  double prevalence_low = kNone;
  double prevalence_high = kNone;
};

/// The groups whose counts say how old the people of a household are.
inline constexpr std::string_view kChildGroup = "child0_6";
inline constexpr std::string_view kOldGroup = "age65";

/// The rules that ship with the library: the national basic public health services (3rd edition)
/// and the family doctor's monthly watch over key people. Minutes are assumptions, to be edited by
/// the user.
[[nodiscard]] std::vector<ServiceRule> default_service_rules();

/// Throws InvalidInput naming the first rule with an empty group, numbers that are negative or not
/// finite, a share over 1, another prevalence than an earlier rule of its group, or another mode
/// than an earlier rule of its merge set. Ranges are looked at only where they are used.
void check_service_rules(std::span<const ServiceRule> rules);

/// Throws InvalidInput naming the first rule whose range leaves its number out, or is none.
void check_rule_ranges(std::span<const ServiceRule> rules);

}  // namespace libgrid
