#include "libgrid/analysis/visit_merge.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace libgrid {
namespace {

struct Contact {
  double per_year;
  double minutes;
};

/// A group's contacts of one set, the longest first.
struct Profile {
  std::int32_t group;
  std::vector<Contact> contacts;

  /// Minutes of the contact that is due at `t`; 0 after the last.
  [[nodiscard]] double minutes_at(double t) const {
    double end = 0.0;
    for (const auto& contact : contacts) {
      end += contact.per_year;
      if (t < end) return contact.minutes;
    }
    return 0.0;
  }
  [[nodiscard]] double per_year() const {
    double sum = 0.0;
    for (const auto& contact : contacts) sum += contact.per_year;
    return sum;
  }
};

std::vector<Profile> profiles_of(const std::string& set, std::span<const ServiceRule> rules,
                                 std::span<const std::string> groups) {
  std::vector<Profile> profiles;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    Profile profile{static_cast<std::int32_t>(g), {}};
    for (const auto& rule : rules)
      if (rule.merge_set == set && rule.group == groups[g] && rule.per_year > 0)
        profile.contacts.push_back({rule.per_year, rule.minutes});
    std::ranges::stable_sort(profile.contacts, std::ranges::greater{}, &Contact::minutes);
    if (!profile.contacts.empty()) profiles.push_back(std::move(profile));
  }
  return profiles;
}

/// Where some group's contacts change or end.
std::vector<double> breaks_of(const std::vector<Profile>& profiles) {
  std::set<double> breaks{0.0};
  for (const auto& profile : profiles) {
    double end = 0.0;
    for (const auto& contact : profile.contacts) breaks.insert(end += contact.per_year);
  }
  return {breaks.begin(), breaks.end()};
}

}  // namespace

VisitMerge::VisitMerge(std::span<const ServiceRule> rules, std::span<const std::string> groups) {
  std::vector<std::string> names;
  for (const auto& rule : rules)
    if (!rule.merge_set.empty() && std::ranges::find(names, rule.merge_set) == names.end())
      names.push_back(rule.merge_set);

  for (const auto& name : names) {
    const auto at = std::ranges::find(rules, name, &ServiceRule::merge_set);
    const auto at_home = at->mode == ContactMode::home;
    const auto profiles = profiles_of(name, rules, groups);
    std::map<std::vector<std::int32_t>, MergeSaving> found;
    const auto breaks = breaks_of(profiles);
    for (std::size_t i = 0; i + 1 < breaks.size(); ++i) {
      const auto width = breaks[i + 1] - breaks[i];
      const auto middle = breaks[i] + width / 2;
      std::set<double> heights;
      std::vector<std::int32_t> seen;
      for (const auto& profile : profiles) {
        if (middle >= profile.per_year()) continue;
        seen.push_back(profile.group);
        heights.insert(profile.minutes_at(middle));
      }
      if (at_home && seen.size() > 1) found[seen].home_visits += width;
      double below = 0.0;
      for (const auto height : heights) {
        std::vector<std::int32_t> filling;
        for (const auto& profile : profiles)
          if (middle < profile.per_year() && profile.minutes_at(middle) >= height)
            filling.push_back(profile.group);
        if (filling.size() > 1) found[filling].minutes += width * (height - below);
        below = height;
      }
    }
    if (found.empty()) continue;
    Set set;
    for (const auto& profile : profiles) set.groups.push_back(profile.group);
    for (const auto& [together, saving] : found)
      set.slices.push_back({together, saving.minutes, saving.home_visits});
    sets_.push_back(std::move(set));
  }
}

MergeSaving VisitMerge::save(std::span<const double> counts, double persons,
                             ConditionOverlap overlap) const {
  MergeSaving saving;
  if (overlap == ConditionOverlap::none) return saving;
  for (const auto& set : sets_) {
    int present = 0;
    for (const auto g : set.groups) present += counts[static_cast<std::size_t>(g)] > 0 ? 1 : 0;
    if (present < 2) continue;  // most households
    for (const auto& slice : set.slices) {
      double sum = 0.0;
      double most = 0.0;
      for (const auto g : slice.groups) {
        sum += counts[static_cast<std::size_t>(g)];
        most = std::max(most, counts[static_cast<std::size_t>(g)]);
      }
      auto people = most;
      if (overlap == ConditionOverlap::independent) {
        // Counts may exceed the usual residents: short-term people have conditions too.
        const auto room = std::max(persons, most);
        double without = 1.0;
        for (const auto g : slice.groups)
          without *= room > 0 ? 1.0 - counts[static_cast<std::size_t>(g)] / room : 1.0;
        people = room * (1.0 - without);
      }
      saving.minutes += slice.minutes * (sum - people);
      saving.home_visits += slice.home_visits * (sum - people);
    }
  }
  return saving;
}

}  // namespace libgrid
