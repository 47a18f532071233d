#include "libgrid/analysis/workload_interval.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "group_care.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

/// FNV-1a: a stream of random numbers for each name, on every platform the same.
std::uint64_t stream_of(const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const auto c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

double triangular(double u, double low, double peak, double high) {
  if (!(high > low)) return peak;
  const auto below = (peak - low) / (high - low);
  return u < below ? low + std::sqrt(u * (high - low) * (peak - low))
                   : high - std::sqrt((1 - u) * (high - low) * (high - peak));
}

/// One value a draw: one from each of as many equal slices of probability, in a random order.
std::vector<double> draw(const std::string& name, double low, double peak, double high,
                         const IntervalOptions& options) {
  const auto n = static_cast<std::size_t>(options.draws);
  const auto from = std::isnan(low) ? peak : low;
  const auto to = std::isnan(high) ? peak : high;
  Rng rng{options.seed, stream_of(name)};
  std::vector<std::size_t> slice(n);
  std::iota(slice.begin(), slice.end(), std::size_t{0});
  for (std::size_t i = n; i > 1; --i) std::swap(slice[i - 1], slice[rng.below(i)]);
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i)
    values[i] = triangular((static_cast<double>(slice[i]) + rng.unit()) / static_cast<double>(n),
                           from, peak, to);
  return values;
}

/// What each unit of an exposure asks for, in each draw.
struct GroupDraws {
  std::vector<double> minutes;
  std::vector<double> home_visits;
  std::vector<double> prevalence;
  std::array<std::vector<double>, 3> prevalence_by_age;
};

std::vector<GroupDraws> draw_groups(std::span<const std::string> groups,
                                    std::span<const ServiceRule> rules, const Care& care,
                                    const IntervalOptions& options) {
  const auto n = static_cast<std::size_t>(options.draws);
  std::vector<GroupDraws> drawn(groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    auto& group = drawn[g];
    group.minutes.assign(n, 0.0);
    group.home_visits.assign(n, 0.0);
    std::array<int, 4> seen{};  // the how manieth rule of this group and mode
    for (const auto& rule : rules) {
      if (rule.group != groups[g]) continue;
      const auto name = rule.group + '/' + std::string{to_text(rule.mode)} + '/' +
                        std::to_string(seen[static_cast<std::size_t>(rule.mode)]++);
      const auto per_year =
          draw(name + "/per_year", rule.per_year_low, rule.per_year, rule.per_year_high, options);
      const auto minutes =
          draw(name + "/minutes", rule.minutes_low, rule.minutes, rule.minutes_high, options);
      for (std::size_t k = 0; k < n; ++k) {
        group.minutes[k] += per_year[k] * minutes[k];
        if (rule.mode == ContactMode::home) group.home_visits[k] += per_year[k];
      }
      if (group.prevalence.empty())
        group.prevalence = draw(rule.group + "/prevalence", rule.prevalence_low, rule.prevalence,
                                rule.prevalence_high, options);
    }
    // Prevalences by age move with the overall one.
    const auto& stated = care.groups[g];
    for (std::size_t age = 0; age < 3; ++age) {
      auto& shares = group.prevalence_by_age[age];
      shares.resize(n);
      for (std::size_t k = 0; k < n; ++k)
        shares[k] = stated.prevalence > 0
                        ? std::min(1.0, stated.prevalence_by_age[age] *
                                            (group.prevalence[k] / stated.prevalence))
                        : stated.prevalence_by_age[age];
    }
  }
  return drawn;
}

/// Adds what one group asks of the people of `care` with their journeys of `way`, in each draw.
void add_asked(std::vector<double>& asked, const GroupDraws& group, const Exposure& care,
               const Exposure& way) {
  const auto add = [&](double people, double journeys, const std::vector<double>* share) {
    if (people == 0) return;
    for (std::size_t k = 0; k < asked.size(); ++k)
      asked[k] += (people * group.minutes[k] + journeys * group.home_visits[k]) *
                  (share == nullptr ? 1.0 : (*share)[k]);
  };
  add(care.known, way.known, nullptr);
  add(care.unknown, way.unknown, &group.prevalence);
  for (std::size_t age = 0; age < 3; ++age)
    add(care.unknown_by_age[age], way.unknown_by_age[age], &group.prevalence_by_age[age]);
}

/// The quantile between the two draws beside it. Reorders the values.
double quantile(std::vector<double>& values, double share) {
  const auto at = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(std::floor(at));
  std::nth_element(values.begin(), values.begin() + below, values.end());
  const auto low = values[static_cast<std::size_t>(below)];
  if (below + 1 >= static_cast<std::ptrdiff_t>(values.size())) return low;
  const auto high = *std::min_element(values.begin() + below + 1, values.end());
  return low + (at - std::floor(at)) * (high - low);
}

}  // namespace

WorkloadRange measure_workload_interval(const WorkloadTable& table,
                                        std::span<const std::string> groups,
                                        std::span<const ServiceRule> rules,
                                        const IntervalOptions& options, const RunControl& run) {
  require(options.confidence > 0 && options.confidence < 1,
          [] { return std::string{"interval must be a share between 0 and 1, such as 0.9"}; });
  require(options.draws >= 2 && options.draws <= 1'000'000,
          [] { return std::string{"draws must be between 2 and 1,000,000"}; });
  check_rule_ranges(rules);
  const auto care = care_by_group(groups, rules);
  const auto drawn = draw_groups(care.names, rules, care, options);
  const auto width = care.names.size();
  const auto rows = table.asked_min.size();
  const auto tail = (1 - options.confidence) / 2;
  WorkloadRange range{std::vector<double>(rows, 0.0), std::vector<double>(rows, 0.0)};
  run.begin(static_cast<std::int64_t>(rows));
  for_each_chunk(static_cast<std::int64_t>(rows), 64, run, [&](Chunk chunk) {
    std::vector<double> asked(static_cast<std::size_t>(options.draws));
    for (auto r = chunk.begin; r < chunk.end; ++r) {
      const auto row = static_cast<std::size_t>(r);
      if (table.disjoint_min[row] == 0 && table.households[row] == 0) continue;
      std::ranges::fill(asked, 0.0);
      for (std::size_t g = 0; g < width; ++g)
        add_asked(asked, drawn[g], table.exposure[row * width + g],
                  table.journeys[row * width + g]);
      const auto merged =
          table.disjoint_min[row] > 0 ? table.asked_min[row] / table.disjoint_min[row] : 1.0;
      range.low[row] = merged * quantile(asked, tail);
      range.high[row] = merged * quantile(asked, 1 - tail);
    }
    run.advance(chunk.end - chunk.begin);
  });
  return range;
}

}  // namespace libgrid
