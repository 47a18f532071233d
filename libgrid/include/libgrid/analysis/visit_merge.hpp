#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libgrid/model/service_rules.hpp"

namespace libgrid {

/// How many people of a household have several conditions at once, which counts do not say.
enum class ConditionOverlap : std::uint8_t {
  none,         ///< nobody, as far as the minutes go: every contact is made by itself
  independent,  ///< each condition's people are drawn from the household by themselves
  nested        ///< as many as can be: the rarer condition is found among those with the commoner
};

/// What merging saves one household in a year.
struct MergeSaving {
  double minutes = 0.0;
  double home_visits = 0.0;
};

/// Contacts of one merge set that fall together. A person's contacts of one group follow each
/// other, the longest first; contacts of several groups are made together, first with first, second
/// with second. So a person is seen as often as the most frequent group asks for, and each visit is
/// as long as the longest contact that is due in it: never longer than all of them apart.
///
/// With counts only, the year's minutes of a household are Σ w·(people in at least one group of a
/// slice), over the slices of time and length that a set of groups fills. `nested` gives the
/// minimum over all ways in which the counts may fall on people, `none` the maximum where nobody
/// need have two conditions, `independent` the mean over all of them (Lovász 1983: for such a
/// submodular cost the nested way is the least).
class VisitMerge {
 public:
  /// `groups` are the columns of counts that `save` is handed; rules of other groups are left out.
  VisitMerge(std::span<const ServiceRule> rules, std::span<const std::string> groups);

  /// True when no two groups can merge, so that `save` is always 0.
  [[nodiscard]] bool empty() const { return sets_.empty(); }

  /// What a household of `persons` with `counts` of each group saves. No allocation.
  [[nodiscard]] MergeSaving save(std::span<const double> counts, double persons,
                                 ConditionOverlap overlap) const;

 private:
  /// Groups that are seen together, and what they have in common.
  struct Slice {
    std::vector<std::int32_t> groups;
    double minutes = 0.0;
    double home_visits = 0.0;
  };
  struct Set {
    std::vector<std::int32_t> groups;
    std::vector<Slice> slices;
  };
  std::vector<Set> sets_;
};

}  // namespace libgrid
