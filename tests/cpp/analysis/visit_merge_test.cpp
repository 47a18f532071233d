#include "libgrid/analysis/visit_merge.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <gtest/gtest.h>

#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

ServiceRule rule(std::string group, double per_year, double minutes, std::string set = "s",
                 ContactMode mode = ContactMode::home) {
  ServiceRule r;
  r.group = std::move(group);
  r.mode = mode;
  r.per_year = per_year;
  r.minutes = minutes;
  r.merge_set = std::move(set);
  return r;
}

/// One person's year, contact by contact: every group's list, longest first; the i-th visit is as
/// long as the longest i-th contact. Whole frequencies only.
MergeSaving year_of(const std::vector<ServiceRule>& rules, const std::vector<std::string>& has) {
  MergeSaving apart;
  std::vector<double> visits;
  for (const auto& group : has) {
    std::vector<double> contacts;
    for (const auto& r : rules)
      if (r.group == group)
        contacts.insert(contacts.end(), static_cast<std::size_t>(r.per_year), r.minutes);
    std::ranges::sort(contacts, std::ranges::greater{});
    visits.resize(std::max(visits.size(), contacts.size()), 0.0);
    for (std::size_t i = 0; i < contacts.size(); ++i) {
      visits[i] = std::max(visits[i], contacts[i]);
      apart.minutes += contacts[i];
      apart.home_visits += 1;
    }
  }
  for (const auto minutes : visits) apart.minutes -= minutes;
  apart.home_visits -= static_cast<double>(visits.size());
  return apart;
}

/// Every way in which the counts may fall on the people of a household: least, mean and most saved.
struct AllWays {
  double least = 1e18;
  double mean = 0.0;
  double most = 0.0;
  double mean_visits = 0.0;
};

AllWays try_all(const std::vector<ServiceRule>& rules, const std::vector<std::string>& groups,
                const std::vector<double>& counts, unsigned persons) {
  std::vector<std::vector<unsigned>> choices(groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (unsigned who = 0; who < (1U << persons); ++who)
      if (std::popcount(who) == static_cast<int>(counts[g])) choices[g].push_back(who);
  AllWays ways;
  std::size_t total = 1;
  for (const auto& c : choices) total *= c.size();
  for (std::size_t way = 0; way < total; ++way) {
    auto rest = way;
    std::vector<std::vector<std::string>> has(persons);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const auto who = choices[g][rest % choices[g].size()];
      rest /= choices[g].size();
      for (unsigned p = 0; p < persons; ++p)
        if ((who >> p & 1U) != 0) has[p].push_back(groups[g]);
    }
    MergeSaving saved;
    for (const auto& person : has) {
      const auto one = year_of(rules, person);
      saved.minutes += one.minutes;
      saved.home_visits += one.home_visits;
    }
    ways.least = std::min(ways.least, saved.minutes);
    ways.most = std::max(ways.most, saved.minutes);
    ways.mean += saved.minutes / static_cast<double>(total);
    ways.mean_visits += saved.home_visits / static_cast<double>(total);
  }
  return ways;
}

TEST(VisitMerge, OnePersonWithTwoEqualFollowUpsIsSeenOnce) {
  const std::vector<ServiceRule> rules{rule("a", 4, 15), rule("b", 4, 15)};
  const std::vector<std::string> groups{"a", "b"};
  const VisitMerge merge{rules, groups};
  const std::vector<double> both{1, 1};
  for (const auto overlap : {ConditionOverlap::nested, ConditionOverlap::independent}) {
    const auto saved = merge.save(both, 1, overlap);
    EXPECT_EQ(saved.minutes, 60);
    EXPECT_EQ(saved.home_visits, 4);
  }
  EXPECT_EQ(merge.save(both, 1, ConditionOverlap::none).minutes, 0);
}

TEST(VisitMerge, AVisitIsAsLongAsTheLongestThatIsDueAndNoLonger) {
  const std::vector<ServiceRule> rules{rule("often", 4, 15), rule("long", 1, 30)};
  const std::vector<std::string> groups{"often", "long"};
  const std::vector<double> both{1, 1};
  // 30 + 3 x 15 instead of 4 x 15 + 30
  EXPECT_EQ((VisitMerge{rules, groups}.save(both, 1, ConditionOverlap::nested).minutes), 15);
}

TEST(VisitMerge, OnlyContactsOfOneSetMerge) {
  const std::vector<std::string> groups{"a", "b"};
  const std::vector<ServiceRule> apart{rule("a", 4, 15, "x"), rule("b", 4, 15, "y")};
  const std::vector<ServiceRule> none{rule("a", 4, 15, ""), rule("b", 4, 15, "")};
  EXPECT_TRUE((VisitMerge{apart, groups}.empty()));
  EXPECT_TRUE((VisitMerge{none, groups}.empty()));
}

TEST(VisitMerge, OnlyHomeVisitsSaveJourneys) {
  const std::vector<std::string> groups{"a", "b"};
  const std::vector<ServiceRule> rules{rule("a", 4, 15, "s", ContactMode::station),
                                       rule("b", 4, 15, "s", ContactMode::station)};
  const std::vector<double> both{1, 1};
  const auto saved = VisitMerge{rules, groups}.save(both, 1, ConditionOverlap::nested);
  EXPECT_EQ(saved.minutes, 60);
  EXPECT_EQ(saved.home_visits, 0);
}

TEST(VisitMerge, EqualsEveryWayInWhichCountsMayFallOnPeople) {
  Rng rng{11};
  const std::vector<std::string> groups{"a", "b", "c"};
  for (int round = 0; round < 120; ++round) {
    std::vector<ServiceRule> rules;
    for (const auto& group : groups)
      for (std::uint64_t i = 0; i <= rng.below(2); ++i)
        rules.push_back(rule(group, static_cast<double>(rng.below(5)),
                             static_cast<double>(5 * (1 + rng.below(5)))));
    const auto persons = static_cast<unsigned>(1 + rng.below(4));
    std::vector<double> counts;
    for (std::size_t g = 0; g < groups.size(); ++g)
      counts.push_back(static_cast<double>(rng.below(persons + 1)));
    const auto ways = try_all(rules, groups, counts, persons);
    const VisitMerge merge{rules, groups};
    const auto nested = merge.save(counts, persons, ConditionOverlap::nested);
    const auto mean = merge.save(counts, persons, ConditionOverlap::independent);
    EXPECT_NEAR(nested.minutes, ways.most, 1e-9);  // the least that may be asked
    EXPECT_NEAR(mean.minutes, ways.mean, 1e-9);
    EXPECT_NEAR(mean.home_visits, ways.mean_visits, 1e-9);
    EXPECT_GE(ways.least, 0);
    if (counts[0] + counts[1] + counts[2] <= persons) {
      EXPECT_EQ(ways.least, 0);  // nobody need have two
    }
  }
}

TEST(VisitMerge, CountsAboveTheUsualResidentsAreShortTermPeople) {
  const std::vector<ServiceRule> rules{rule("a", 4, 15), rule("b", 4, 15)};
  const std::vector<std::string> groups{"a", "b"};
  const std::vector<double> two{2, 1};
  EXPECT_EQ((VisitMerge{rules, groups}.save(two, 0, ConditionOverlap::independent).minutes), 60);
}

}  // namespace
}  // namespace libgrid
