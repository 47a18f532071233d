#include "libgrid/model/service_rules.hpp"

#include <array>
#include <cmath>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr std::array<std::string_view, 4> kModes{"home", "station", "phone", "centre"};

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

}  // namespace

std::string_view to_text(ContactMode mode) { return kModes[static_cast<std::size_t>(mode)]; }

ContactMode contact_mode_of(std::string_view text) {
  for (std::size_t i = 0; i < kModes.size(); ++i)
    if (kModes[i] == text) return static_cast<ContactMode>(i);
  throw InvalidInput{"service rules, column mode: '" + std::string{text} +
                     "' is not one of home, station, phone, centre"};
}

std::vector<ServiceRule> default_service_rules() {
  using enum ContactMode;
  const std::string norm = "National basic public health service specification, 3rd ed.";
  const std::string panel = "prevalence: sample panel of 2,000";
  return {
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
}

void check_service_rules(std::span<const ServiceRule> rules) {
  const auto number = [](double x) { return std::isfinite(x) && x >= 0; };
  const auto days = [](double x) { return std::isnan(x) || (std::isfinite(x) && x >= 0); };
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& rule = rules[i];
    const auto fail = [&](const char* column, const char* why) {
      throw InvalidInput{"service rules, row " + std::to_string(i) + " (" + rule.group +
                         "), column " + column + ": " + why};
    };
    if (rule.group.empty()) fail("group", "must not be empty");
    if (!number(rule.per_year)) fail("per_year", "must be a finite number, 0 or more");
    if (!number(rule.minutes)) fail("minutes", "must be a finite number, 0 or more");
    if (!days(rule.first_within_days)) fail("first_within_days", "must be 0 or more, or empty");
    if (!days(rule.min_interval_days)) fail("min_interval_days", "must be 0 or more, or empty");
    if (!number(rule.prevalence) || rule.prevalence > 1)
      fail("prevalence", "must be a share between 0 and 1");
    for (std::size_t j = 0; j < i; ++j)
      if (rules[j].group == rule.group && rules[j].prevalence != rule.prevalence)
        fail("prevalence", "differs from an earlier rule of the same group: give the same share");
  }
}

}  // namespace libgrid
