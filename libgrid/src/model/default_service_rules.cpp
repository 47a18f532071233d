#include <array>
#include <string>
#include <vector>

#include "libgrid/model/service_rules.hpp"

namespace libgrid {
namespace {

constexpr auto kNone = ServiceRule::kNone;

// Prevalences. Registered shares where a source gives them, else the panel of 2,000 that the worked
// example uses.
constexpr double kHypertension = 0.051;  // Shantou: 220,000 registered of 4.342 million
constexpr double kDiabetes = 0.021;      // Shantou: 90,000 of 4.342 million
constexpr double kAge65 = 0.1362;        // Chengdu, census 2020
constexpr double kMental = 10.0 / 2000;
constexpr double kTuberculosis = 1.0 / 2000;
constexpr double kNewborn = 14.0 / 2000;
constexpr double kHomebound = 8.0 / 2000;
constexpr double kChild = 0.1328 * 7 / 15;  // 0–14 in the census, seven of its fifteen years of age
// Eight checks in the first three years, then one each at 4, 5 and 6: eleven over seven years of
// age.
constexpr double kChildChecks = 11.0 / 7;

/// How many times as common a chronic disease is from 65 on as between 7 and 64. An assumption:
/// surveys find that it rises steeply with age, and say nothing of who is registered.
constexpr double kOldToAdult = 3.0;

/// A share by age that gives `overall` in the census' ages, is nothing among children, and rises
/// `times` over from 65 on.
std::array<double, 3> adults_only(double overall, double times) {
  const auto adult = overall / (1 - kChild - kAge65 + times * kAge65);
  return {0, adult, times * adult};
}

/// Shares of the stated number, or a range of its own.
void set_range(double stated, double& low, double& high, double down, double up) {
  low = stated * down;
  high = stated * up;
}

/// Ranges are assumptions, but for the minutes whose ends are measured elsewhere: 9.2 min a contact
/// at the surgery and 5.3 by telephone (England), 28 min a home visit (Saxony), 48–55 min a
/// nurse's (USA). Of the contacts that the standard asks for, a fifth of rural practices miss some
/// (BMC Primary Care 2021, s12875-021-01564-z), hence 0.8.
void add_ranges(ServiceRule& rule) {
  constexpr double kAttained = 0.8;
  set_range(rule.per_year, rule.per_year_low, rule.per_year_high, kAttained, 1);
  switch (rule.mode) {
    case ContactMode::home:
      set_range(rule.minutes, rule.minutes_low, rule.minutes_high, 0.8, 1.5);
      break;
    case ContactMode::station:
    case ContactMode::centre:
      set_range(rule.minutes, rule.minutes_low, rule.minutes_high, 9.2 / 15, 4.0 / 3);
      break;
    case ContactMode::phone:
      set_range(rule.minutes, rule.minutes_low, rule.minutes_high, 5.3 / 10, 1.5);
      break;
  }
  if (rule.prevalence > 0)
    set_range(rule.prevalence, rule.prevalence_low, rule.prevalence_high, 0.5, 1.5);
  if (rule.group == "hypertension") {
    rule.prevalence_by_age = adults_only(rule.prevalence, kOldToAdult);
    set_range(rule.prevalence, rule.prevalence_low, rule.prevalence_high, 0.8, 1);
    rule.prevalence_high = 200.0 / 2000;  // the worked example's panel
  } else if (rule.group == "diabetes") {
    rule.prevalence_by_age = adults_only(rule.prevalence, kOldToAdult);
    set_range(rule.prevalence, rule.prevalence_low, rule.prevalence_high, 0.8, 1);
    rule.prevalence_high = 70.0 / 2000;  // the worked example's panel
  } else if (rule.group == "mental") {
    rule.prevalence_by_age = adults_only(rule.prevalence, 1);
  } else if (rule.group == "homebound") {
    rule.per_year_low = 6;  // the frequency itself is an assumption
    rule.per_year_high = 24;
    rule.minutes_high = 50;
  } else if (rule.group == "next_key") {
    rule.per_year_low = 2;
    rule.per_year_high = 6;
  }
}

}  // namespace

std::vector<ServiceRule> default_service_rules() {
  using enum ContactMode;
  const std::string norm = "National basic public health service specification, 3rd ed.";
  const std::string panel = "prevalence: sample panel of 2,000";
  std::vector<ServiceRule> rules{
      {"hypertension", station, 4, 15, "doctor + nurse", 14, kNone, kHypertension,
       norm +
           ": 4 face-to-face a year, 2 weeks after an emergency referral (yishibang.cn/doc/15090); "
           "prevalence: registered in Shantou (m.163.com/news/article/JGPMFDJE04179HUT.html)",
       "frequency medium, minutes assumption, prevalence medium"},
      {"diabetes", station, 4, 15, "doctor + nurse", 14, kNone, kDiabetes,
       norm + ": 4 face-to-face a year (bbs.yizheng.cn/archiver/tid-2120235); prevalence: "
              "registered in "
              "Shantou (m.163.com/news/article/JGPMFDJE04179HUT.html)",
       "frequency high, minutes assumption, prevalence medium"},
      {"age65", centre, 1, 30, "doctor + nurse", kNone, kNone, kAge65,
       norm + ": 1 assessment and examination a year (m.qiqiwenku.com/ppt/290214); prevalence: "
              "Chengdu, "
              "census 2020 (dinovaliano.com/news/data/hongguan/20210603/1003451469827_2.shtml)",
       "frequency high, minutes assumption, prevalence high"},
      {"mental", home, 4, 30, "doctor + public health physician", 14, kNone, kMental,
       norm + ": severe mental disorder, at least 4 a year (m.qiqiwenku.com/ppt/342679); " + panel,
       "frequency high, minutes assumption, prevalence assumption"},
      {"tuberculosis", home, 1, 40, "doctor + public health physician", 3, kNone, kTuberculosis,
       norm + ": first home visit within 72 hours of notice (m.wenke99.com/p-4892913); " + panel,
       "frequency medium, minutes assumption, prevalence assumption"},
      {"tuberculosis", station, 6, 20, "doctor", kNone, 10, kTuberculosis,
       "2 months of intensive phase (jiankanghao.haodf.com/176466), every 10 days: unverified; " +
           panel,
       "frequency low, minutes assumption, prevalence assumption"},
      {"tuberculosis", station, 4, 20, "doctor", kNone, 30, kTuberculosis,
       "4 months of continuation (jiankanghao.haodf.com/176466), monthly: unverified; " + panel,
       "frequency low, minutes assumption, prevalence assumption"},
      {"newborn", home, 1, 40, "doctor + nurse", 7, kNone, kNewborn,
       norm +
           ": one home visit to mother and child within a week of discharge "
           "(yanliang.gov.cn/xwzx/mszx/1967519154686730242.html); " +
           panel,
       "frequency high, minutes assumption, prevalence assumption"},
      {"child0_6", centre, kChildChecks, 15, "doctor + nurse", kNone, kNone, kChild,
       norm + ": 8 checks to 36 months and 1 at 4, 5 and 6 years = 11 over 7 years of age "
              "(m.wenke99.com/p-14859417); prevalence: Chengdu, census 2020, 0-14 13.28 % x 7/15",
       "frequency high, minutes assumption, prevalence assumption"},
      {"pregnant", centre, 5, 15, "doctor + nurse", kNone, kNone, kNewborn,
       norm + ": 5 checks before birth (jkxxw.com.cn/nvxing/ycbj/65124); prevalence: as newborn",
       "frequency high, minutes assumption, prevalence assumption"},
      {"pregnant", home, 0, 40, "doctor + nurse", 7, kNone, kNewborn,
       norm + ": 1 home visit after discharge, made together with the newborn's and counted there, "
              "hence 0 "
              "here; set 1 where newborns are not counted (henanlong.com/c/062XU4352022)",
       "frequency high, minutes assumption, prevalence assumption"},
      {"pregnant", centre, 1, 15, "doctor + nurse", 42, kNone, kNewborn,
       norm +
           ": 1 check 42 days after birth (jkxxw.com.cn/nvxing/ycbj/65124); prevalence: as newborn",
       "frequency high, minutes assumption, prevalence assumption"},
      {"key", phone, 12, 10, "nurse", kNone, 30, 0,
       "Monthly watch over key people, as family doctor teams in Chengdu practise it; prevalence "
       "0: the "
       "office's own list",
       "frequency medium, minutes assumption, prevalence assumption"},
      {"next_key", phone, 4, 10, "nurse", kNone, 90, 0,
       "Quarterly follow-up of next-key people: assumption; prevalence 0: the office's own list",
       "frequency assumption, minutes assumption, prevalence assumption"},
      {"homebound", home, 12, 24, "doctor + nurse", kNone, 30, kHomebound,
       "Monthly: assumption; 23.9 minutes a home consultation (Swiss Medical Weekly 2023, 3295); " +
           panel,
       "frequency assumption, minutes high, prevalence assumption"},
  };
  for (auto& rule : rules) {
    add_ranges(rule);
    // Who has several of these is one patient at one place. Examinations, checks and calls are
    // made by themselves: the people differ, or the purpose does.
    const auto chronic = rule.mode == station;
    const auto ill_at_home =
        rule.mode == home && rule.group != "newborn" && rule.group != "pregnant";
    if (chronic) rule.merge_set = "station";
    if (ill_at_home) rule.merge_set = "home";
  }
  return rules;
}

}  // namespace libgrid
