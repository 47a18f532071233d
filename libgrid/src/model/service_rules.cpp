#include "libgrid/model/service_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr std::array<std::string_view, 4> kModes{"home", "station", "phone", "centre"};

}  // namespace

std::string_view to_text(ContactMode mode) { return kModes[static_cast<std::size_t>(mode)]; }

ContactMode contact_mode_of(std::string_view text) {
  for (std::size_t i = 0; i < kModes.size(); ++i)
    if (kModes[i] == text) return static_cast<ContactMode>(i);
  throw InvalidInput{"service rules, column mode: '" + std::string{text} +
                     "' is not one of home, station, phone, centre"};
}

namespace {

bool is_amount(double x) { return std::isfinite(x) && x >= 0; }
bool is_amount_or_none(double x) { return std::isnan(x) || is_amount(x); }
bool is_share(double x) { return is_amount(x) && x <= 1; }
bool is_share_or_none(double x) { return std::isnan(x) || is_share(x); }

/// Equal, where none is equal to none.
bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

bool same_prevalence(const ServiceRule& a, const ServiceRule& b) {
  return a.prevalence == b.prevalence && same(a.prevalence_low, b.prevalence_low) &&
         same(a.prevalence_high, b.prevalence_high) &&
         std::ranges::equal(a.prevalence_by_age, b.prevalence_by_age, same);
}

[[noreturn]] void refuse(std::size_t row, const ServiceRule& rule, const std::string& column,
                         const char* why) {
  throw InvalidInput{"service rules, row " + std::to_string(row) + " (" + rule.group +
                     "), column " + column + ": " + why};
}

}  // namespace

void check_service_rules(std::span<const ServiceRule> rules) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& rule = rules[i];
    const auto fail = [&](const char* column, const char* why) { refuse(i, rule, column, why); };
    if (rule.group.empty()) fail("group", "must not be empty");
    if (!is_amount(rule.per_year)) fail("per_year", "must be a finite number, 0 or more");
    if (!is_amount(rule.minutes)) fail("minutes", "must be a finite number, 0 or more");
    if (!is_amount_or_none(rule.first_within_days))
      fail("first_within_days", "must be 0 or more, or empty");
    if (!is_amount_or_none(rule.min_interval_days))
      fail("min_interval_days", "must be 0 or more, or empty");
    if (!is_share(rule.prevalence)) fail("prevalence", "must be a share between 0 and 1");
    if (!std::ranges::all_of(rule.prevalence_by_age, is_share_or_none))
      fail("prevalence_0_6, prevalence_7_64 or prevalence_65",
           "must be a share between 0 and 1, or empty");
    for (std::size_t j = 0; j < i; ++j) {
      if (rules[j].group == rule.group && !same_prevalence(rules[j], rule))
        fail("prevalence", "differs from an earlier rule of the same group: give the same share");
      if (!rule.merge_set.empty() && rules[j].merge_set == rule.merge_set &&
          rules[j].mode != rule.mode)
        fail("merge_set",
             "an earlier rule of the same set has another mode: contacts merge only where they are "
             "made in the same way");
    }
  }
}

void check_rule_ranges(std::span<const ServiceRule> rules) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& rule = rules[i];
    const auto check = [&](const std::string& column, double low, double stated, double high) {
      if (!is_amount_or_none(low) || low > stated)
        refuse(i, rule, column + "_low",
               "must be 0 or more and no more than the number itself, or empty");
      if (!is_amount_or_none(high) || high < stated)
        refuse(i, rule, column + "_high",
               "must be finite and no less than the number itself, or empty");
    };
    check("per_year", rule.per_year_low, rule.per_year, rule.per_year_high);
    check("minutes", rule.minutes_low, rule.minutes, rule.minutes_high);
    check("prevalence", rule.prevalence_low, rule.prevalence, rule.prevalence_high);
    if (!is_share_or_none(rule.prevalence_high))
      refuse(i, rule, "prevalence_high", "must be a share between 0 and 1, or empty");
  }
}

}  // namespace libgrid
