#include "libgrid/analysis/floating_catchment.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

#include "catchment_rows.hpp"
#include "check_columns.hpp"
#include "libgrid/base/parallel.hpp"
#include "plain_catchment.hpp"
#include "time_rows.hpp"

namespace libgrid {
namespace {

constexpr std::int64_t kGrain = 4096;
constexpr std::int64_t kPlainGrain = 16384;  // 2SFCA takes some 0.2 ms for so many rows
constexpr std::int64_t kMostChunks = 64;     // each holds a sum a site
constexpr auto kInf = std::numeric_limits<double>::infinity();

/// What of the row's demand falls on each of its sites (first step), times `weight` given back.
void add_demand(const Row& row, double people, const FloatingCatchmentOptions& options,
                double* demand, double* column_weight) {
  const auto n = row.n;
  switch (options.method) {
    case CatchmentMethod::two_step:
    case CatchmentMethod::enhanced:
    case CatchmentMethod::modified:
      for (std::size_t i = 0; i < n; ++i) demand[row.site[i]] += row.weight[i] * people;
      return;
    case CatchmentMethod::three_step: {
      const auto sum = options.select_among_all ? row.weight_of_all : row.sum();
      for (std::size_t i = 0; i < n; ++i)
        demand[row.site[i]] += row.weight[i] * row.weight[i] / sum * people;
      return;
    }
    case CatchmentMethod::balanced: {
      const auto sum = row.sum();
      for (std::size_t i = 0; i < n; ++i) {
        demand[row.site[i]] += row.weight[i] / sum * people;
        column_weight[row.site[i]] += row.weight[i];
      }
      return;
    }
  }
}

double score_of(const Row& row, const FloatingCatchmentOptions& options,
                std::span<const double> ratio, std::span<const double> column_weight) {
  double score = 0.0;
  const auto n = row.n;
  const auto each = [&](auto factor) {
    for (std::size_t i = 0; i < n; ++i) {
      const auto site = static_cast<std::size_t>(row.site[i]);
      score += factor(row.weight[i], site) * ratio[site];
    }
  };
  switch (options.method) {
    case CatchmentMethod::two_step:
    case CatchmentMethod::enhanced:
      each([](double w, std::size_t) { return w; });
      break;
    case CatchmentMethod::modified:
      each([](double w, std::size_t) { return w * w; });
      break;
    case CatchmentMethod::three_step: {
      const auto sum = options.select_among_all ? row.weight_of_all : row.sum();
      each([sum](double w, std::size_t) { return w * w / sum; });
      break;
    }
    case CatchmentMethod::balanced:
      each([&](double w, std::size_t site) { return w / column_weight[site]; });
      break;
  }
  return score;
}

/// Between the steps: each site's demand, added in chunk order, and what it has for each of them.
Accessibility share_supply(const std::vector<std::vector<double>>& demand_of,
                           std::span<const double> supply) {
  const auto sites = supply.size();
  Accessibility found;
  found.demand.assign(sites, 0.0);
  for (const auto& sums : demand_of)
    for (std::size_t j = 0; j < sites; ++j) found.demand[j] += sums[j];
  found.ratio.resize(sites);
  found.no_demand.resize(sites);
  for (std::size_t j = 0; j < sites; ++j) {
    found.no_demand[j] = found.demand[j] == 0;
    found.ratio[j] = found.no_demand[j] ? 0.0 : supply[j] / found.demand[j];
  }
  return found;
}

Accessibility measure_plainly(const TimePairs& times, std::span<const double> demand,
                              std::span<const double> supply, double threshold_s,
                              const RunControl& run) {
  const auto rows = static_cast<std::int64_t>(demand.size());
  PlainCatchment plain{times, whole_ms_within(threshold_s),
                       static_cast<std::int64_t>(supply.size())};
  const auto grain = std::max(kPlainGrain, (rows / kMostChunks / kPlainGrain + 1) * kPlainGrain);

  run.begin(2 * rows);
  std::vector<std::vector<double>> demand_of(at(chunk_count(rows, grain)));
  for_each_chunk(rows, grain, run, [&](Chunk chunk) {
    auto& sums = demand_of[at(chunk.index)];
    sums.assign(supply.size(), 0.0);
    plain.add_demand(chunk.begin, chunk.end, demand.data(), sums.data());
  });
  auto found = share_supply(demand_of, supply);
  found.score.resize(at(rows));
  for_each_chunk(rows, kPlainGrain, run, [&](Chunk chunk) {
    plain.add_scores(chunk.begin, chunk.end, found.ratio.data(), found.score.data());
  });
  return found;
}

template <class Rows, class DecayKind>
Accessibility measure(const Rows& times, const DecayKind& decay, std::span<const double> demand,
                      std::span<const double> supply, const FloatingCatchmentOptions& options,
                      const RunControl& run) {
  const auto rows = static_cast<std::int64_t>(demand.size());
  const auto sites = supply.size();
  if constexpr (std::is_same_v<Rows, TimePairs> && std::is_same_v<DecayKind, NoDecay>)
    if (options.threshold_s.size() == 1 && options.site_threshold_s.empty())
      return measure_plainly(times, demand, supply, options.threshold_s[0], run);
  const Reader reader{times, decay, options, static_cast<std::int64_t>(sites)};
  const auto grain = std::max(kGrain, (rows + kMostChunks - 1) / kMostChunks);
  const auto chunks = static_cast<std::size_t>(chunk_count(rows, grain));
  const auto balanced = options.method == CatchmentMethod::balanced;

  run.begin(2 * rows);
  std::vector<std::vector<double>> demand_of(chunks);
  std::vector<std::vector<double>> weight_of(balanced ? chunks : 0);
  for_each_chunk(rows, grain, run, [&](Chunk chunk) {
    auto& sums = demand_of[at(chunk.index)];
    sums.assign(sites, 0.0);
    double* weights = nullptr;
    if (balanced) {
      weight_of[at(chunk.index)].assign(sites, 0.0);
      weights = weight_of[at(chunk.index)].data();
    }
    Row row;
    for (auto r = chunk.begin; r < chunk.end; ++r) {
      reader.read(r, row);
      add_demand(row, demand[at(r)], options, sums.data(), weights);
      if ((r + 1 - chunk.begin) % kGrain == 0) run.advance(kGrain);
    }
  });

  auto found = share_supply(demand_of, supply);
  std::vector<double> column_weight(balanced ? sites : 0, 0.0);
  for (const auto& weights : weight_of)
    for (std::size_t j = 0; j < sites; ++j) column_weight[j] += weights[j];

  found.score.resize(at(rows));
  for_each_chunk(rows, kGrain, run, [&](Chunk chunk) {
    Row row;
    for (auto r = chunk.begin; r < chunk.end; ++r) {
      reader.read(r, row);
      found.score[at(r)] = score_of(row, options, found.ratio, column_weight);
    }
    run.advance(chunk.end - chunk.begin);
  });
  return found;
}

void check_thresholds(std::span<const double> thresholds, const char* name) {
  check_values(thresholds, name, 1, "thresholds must be above 0", [](double x) { return x > 0; });
}

void check_method(const FloatingCatchmentOptions& options) {
  const auto none = std::holds_alternative<NoDecay>(options.decay);
  require(none == (options.method == CatchmentMethod::two_step), [&] {
    return none ? std::string{"this method weighs pairs: give a decay"}
                : std::string{"2sfca has no decay: leave it out, or use e2sfca"};
  });
  require(!options.select_among_all || options.method == CatchmentMethod::three_step,
          [] { return std::string{"only 3sfca selects among sites"}; });
}

void check_decay(const Times& times, const FloatingCatchmentOptions& options) {
  if (const auto* steps = std::get_if<StepDecay>(&options.decay)) {
    require(!steps->steps.empty(), [] { return std::string{"decay: there are no steps"}; });
    double before = 0.0;
    for (const auto& step : steps->steps) {
      require(step.until_s > before && step.weight >= 0 && step.weight <= 1, [] {
        return std::string{"decay: steps need ascending seconds above 0 and weights in 0 … 1"};
      });
      before = step.until_s;
    }
  }
  if (std::holds_alternative<GaussianDecay>(options.decay))
    check_values(options.threshold_s, "threshold_s", 1, "a gaussian decay needs a finite threshold",
                 [](double x) { return x < kInf; });
  if (const auto* given = std::get_if<GivenDecay>(&options.decay)) {
    const auto entries = std::visit([](const auto& t) { return entry_count(t); }, times);
    check_length(given->weights.size(), "decay's weights", entries, "the entries of times_s");
    check_values(given->weights, "decay's weights", 1, "weights must be in 0 … 1",
                 [](double w) { return w >= 0 && w <= 1; });
  }
}

void check_inputs(const Times& times, std::span<const double> supply,
                  const FloatingCatchmentOptions& options) {
  std::visit([](const auto& t) { check_shape(t); }, times);
  require(!supply.empty(), [] { return std::string{"supply is empty: there is no site"}; });
  if (column_count(times) >= 0)
    check_length(supply.size(), "supply", at(column_count(times)), "times_s (its columns)");
  check_amounts(supply, "supply");
  if (options.threshold_s.size() != 1)
    check_length(options.threshold_s.size(), "threshold_s", at(row_count(times)), "times_s");
  if (!options.site_threshold_s.empty())
    check_length(options.site_threshold_s.size(), "site_threshold_s", supply.size(), "supply");
  check_thresholds(options.threshold_s, "threshold_s");
  check_thresholds(options.site_threshold_s, "site_threshold_s");
  check_decay(times, options);
}

}  // namespace

Accessibility measure_floating_catchment(const Times& times, std::span<const double> demand,
                                         std::span<const double> supply,
                                         const FloatingCatchmentOptions& options,
                                         const RunControl& run) {
  check_method(options);
  check_inputs(times, supply, options);
  check_length(demand.size(), "demand", at(row_count(times)), "times_s");
  check_amounts(demand, "demand");
  return std::visit(
      [&](const auto& t, const auto& decay) {
        return measure(t, decay, demand, supply, options, run);
      },
      times, options.decay);
}

std::vector<double> sum_supply(const Times& times, std::span<const double> supply,
                               const FloatingCatchmentOptions& options, const RunControl& run) {
  check_inputs(times, supply, options);
  const auto rows = row_count(times);
  std::vector<double> sums(at(rows));
  run.begin(rows);
  std::visit(
      [&](const auto& t, const auto& decay) {
        const Reader reader{t, decay, options, static_cast<std::int64_t>(supply.size())};
        for_each_chunk(rows, kGrain, run, [&](Chunk chunk) {
          Row row;
          for (auto r = chunk.begin; r < chunk.end; ++r) {
            reader.read(r, row);
            for (std::size_t i = 0; i < row.n; ++i)
              sums[at(r)] += row.weight[i] * supply[static_cast<std::size_t>(row.site[i])];
          }
          run.advance(chunk.end - chunk.begin);
        });
      },
      times, options.decay);
  return sums;
}

}  // namespace libgrid
