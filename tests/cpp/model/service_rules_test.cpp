#include "libgrid/model/service_rules.hpp"

#include <array>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

TEST(ServiceRules, TheDefaultsAreValid) {
  EXPECT_NO_THROW(check_service_rules(default_service_rules()));
}

TEST(ServiceRules, TheDefaultsAskTheMinutesOfTheStandard) {
  std::map<std::string, double> minutes;
  for (const auto& rule : default_service_rules())
    minutes[rule.group] += rule.per_year * rule.minutes;
  EXPECT_EQ(minutes.size(), 11U);
  EXPECT_DOUBLE_EQ(minutes.at("hypertension"), 60);
  EXPECT_DOUBLE_EQ(minutes.at("diabetes"), 60);
  EXPECT_DOUBLE_EQ(minutes.at("age65"), 30);
  EXPECT_DOUBLE_EQ(minutes.at("mental"), 120);
  EXPECT_DOUBLE_EQ(minutes.at("tuberculosis"), 240);
  EXPECT_DOUBLE_EQ(minutes.at("newborn"), 40);
  EXPECT_DOUBLE_EQ(minutes.at("child0_6"), 11.0 / 7 * 15);
  EXPECT_DOUBLE_EQ(minutes.at("pregnant"), 90);
  EXPECT_DOUBLE_EQ(minutes.at("key"), 120);
  EXPECT_DOUBLE_EQ(minutes.at("next_key"), 40);
  EXPECT_DOUBLE_EQ(minutes.at("homebound"), 288);
}

TEST(ServiceRules, EveryDefaultSaysWhereItComesFrom) {
  for (const auto& rule : default_service_rules()) {
    EXPECT_FALSE(rule.source.empty()) << rule.group;
    EXPECT_FALSE(rule.confidence.empty()) << rule.group;
    EXPECT_FALSE(rule.staff.empty()) << rule.group;
  }
}

TEST(ServiceRules, ModesGoToTextAndBack) {
  for (const auto* text : {"home", "station", "phone", "centre"})
    EXPECT_EQ(to_text(contact_mode_of(text)), text);
  EXPECT_THROW((void)contact_mode_of("hospital"), InvalidInput);
}

TEST(ServiceRules, RefusesWhatCannotBe) {
  const auto with = [](auto change) {
    auto rules = default_service_rules();
    change(rules.at(1));
    return rules;
  };
  EXPECT_THROW(check_service_rules(with([](auto& r) { r.group = ""; })), InvalidInput);
  EXPECT_THROW(check_service_rules(with([](auto& r) { r.per_year = -1; })), InvalidInput);
  EXPECT_THROW(check_service_rules(with([](auto& r) { r.minutes = ServiceRule::kNone; })),
               InvalidInput);
  EXPECT_THROW(check_service_rules(with([](auto& r) { r.prevalence = 1.5; })), InvalidInput);
  EXPECT_THROW(check_service_rules(with([](auto& r) { r.first_within_days = -1; })), InvalidInput);
  EXPECT_THROW(check_service_rules(with([](auto& r) { r.group = "hypertension"; })), InvalidInput);
}

TEST(ServiceRules, DefaultPrevalencesByAgeGiveTheOverallOneInTheCensusAges) {
  const std::array<double, 3> ages{0.1328 * 7 / 15, 1 - 0.1328 * 7 / 15 - 0.1362, 0.1362};
  int split = 0;
  for (const auto& rule : default_service_rules()) {
    if (std::isnan(rule.prevalence_by_age[0])) continue;
    double overall = 0;
    for (std::size_t a = 0; a < 3; ++a) overall += ages[a] * rule.prevalence_by_age[a];
    EXPECT_NEAR(overall, rule.prevalence, 1e-12) << rule.group;
    ++split;
  }
  EXPECT_EQ(split, 3);  // hypertension, diabetes, mental disorder
}

TEST(ServiceRules, DefaultRangesHoldTheirNumbers) {
  EXPECT_NO_THROW(check_rule_ranges(default_service_rules()));
}

TEST(ServiceRules, RefusesRangesThatLeaveTheirNumberOut) {
  const auto refuses = [](auto change) {
    auto rules = default_service_rules();
    change(rules.at(1));
    EXPECT_THROW(check_rule_ranges(rules), InvalidInput);
  };
  refuses([](auto& r) { r.minutes = 60; });
  refuses([](auto& r) { r.per_year_low = 5; });
  refuses([](auto& r) { r.per_year_low = -1; });
  refuses([](auto& r) { r.prevalence_high = 0.001; });
  refuses([](auto& r) { r.prevalence_high = 1.5; });
}

TEST(ServiceRules, RefusesAMergeSetOfTwoModes) {
  auto rules = default_service_rules();
  rules.at(2).merge_set = "station";  // an examination at the centre
  EXPECT_THROW(check_service_rules(rules), InvalidInput);
}

}  // namespace
}  // namespace libgrid
