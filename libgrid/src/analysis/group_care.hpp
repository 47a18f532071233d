#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libgrid/model/service_rules.hpp"

namespace libgrid {

/// What one person of a group asks for in a year, and how many there are where nobody counted.
struct GroupCare {
  std::int64_t column = -1;  ///< in the counts; -1: the input has none, so everyone's is unknown
  double minutes = 0.0;
  double home_visits = 0.0;
  double prevalence = 0.0;
  std::array<double, 3> prevalence_by_age{};
  bool by_age = false;
};

struct Care {
  std::vector<std::string> names;
  std::vector<GroupCare> groups;
};

/// The groups of the columns that have a rule, then the rules' other groups.
Care care_by_group(std::span<const std::string> columns, std::span<const ServiceRule> rules);

}  // namespace libgrid
