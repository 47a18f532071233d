#include "group_care.hpp"

#include <algorithm>
#include <cmath>

#include "libgrid/base/error.hpp"

namespace libgrid {

Care care_by_group(std::span<const std::string> columns, std::span<const ServiceRule> rules) {
  check_service_rules(rules);
  Care care;
  const auto has_rule = [&](const std::string& name) {
    return std::ranges::any_of(rules, [&](const auto& rule) { return rule.group == name; });
  };
  for (std::size_t c = 0; c < columns.size(); ++c) {
    require(std::ranges::count(columns, columns[c]) == 1,
            [&] { return "groups: '" + columns[c] + "' is given twice"; });
    if (!has_rule(columns[c])) continue;
    care.names.push_back(columns[c]);
    care.groups.push_back({.column = static_cast<std::int64_t>(c)});
  }
  for (const auto& rule : rules) {
    auto at =
        static_cast<std::size_t>(std::ranges::find(care.names, rule.group) - care.names.begin());
    if (at == care.names.size()) {
      care.names.push_back(rule.group);
      care.groups.emplace_back();
    }
    auto& group = care.groups[at];
    group.minutes += rule.per_year * rule.minutes;
    if (rule.mode == ContactMode::home) group.home_visits += rule.per_year;
    group.prevalence = rule.prevalence;
    for (std::size_t age = 0; age < group.prevalence_by_age.size(); ++age) {
      const auto share = rule.prevalence_by_age[age];
      group.by_age = group.by_age || !std::isnan(share);
      group.prevalence_by_age[age] = std::isnan(share) ? rule.prevalence : share;
    }
  }
  return care;
}

}  // namespace libgrid
