#include "libgrid/analysis/floating_catchment.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

constexpr auto kInf = std::numeric_limits<double>::infinity();
const std::vector<double> kOne{1800.0};

void expect_near(const std::vector<double>& actual, const std::vector<double>& wanted,
                 double tolerance = 1e-8) {
  ASSERT_EQ(actual.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(actual[i], wanted[i], tolerance) << i;
}

/// Three places, two sites; minutes as in the published tiny case.
struct TinyCase {
  std::vector<double> time_s{300, 3300, 2100, 900, 2400, 1500};
  std::vector<double> demand{5, 10, 50};
  std::vector<double> supply{5, 10};
  std::vector<double> hour{3600.0};
  std::vector<DecayStep> steps{{1200, 1.0}, {2400, 0.68}, {3600, 0.22}};

  [[nodiscard]] Accessibility measure(CatchmentMethod method) const {
    return measure_floating_catchment(
        TimeMatrix{time_s, 3, 2}, demand, supply,
        {.method = method, .decay = StepDecay{steps}, .threshold_s = hour});
  }
  [[nodiscard]] double total(const Accessibility& a) const {
    return 5 * a.score[0] + 10 * a.score[1] + 50 * a.score[2];
  }
};

TEST(FloatingCatchment, HasThePublishedTwoStepScores) {
  const TinyCase c;
  const std::vector<double> half_hour{1799.999};
  const auto found = measure_floating_catchment(TimeMatrix{c.time_s, 3, 2}, c.demand, c.supply,
                                                {.threshold_s = half_hour});
  expect_near(found.ratio, {1, 1.0 / 6});
  expect_near(found.score, {1, 1.0 / 6, 1.0 / 6});
}

TEST(FloatingCatchment, HasThePublishedEnhancedScoresAndConservesSupply) {
  const TinyCase c;
  const auto found = c.measure(CatchmentMethod::enhanced);
  expect_near(found.ratio, {0.10917031, 0.22172949});
  expect_near(found.score, {0.15795079, 0.29596530, 0.22501186});
  EXPECT_NEAR(c.total(found), 15, 1e-12);
}

TEST(FloatingCatchment, HasThePublishedModifiedScores) {
  const TinyCase c;
  const auto found = c.measure(CatchmentMethod::modified);
  expect_near(found.score, {0.11990201, 0.27220984, 0.15300807});
  EXPECT_NEAR(c.total(found), 10.97201174, 1e-8);
}

TEST(FloatingCatchment, HasThePublishedThreeStepScores) {
  const TinyCase c;
  const auto found = c.measure(CatchmentMethod::three_step);
  expect_near(found.ratio, {0.20963709, 0.43195161});
  expect_near(found.score, {0.18897012, 0.31481416, 0.21814016});
  EXPECT_NEAR(c.total(found), 15, 1e-12);
}

TEST(FloatingCatchment, HasThePublishedBalancedScores) {
  const TinyCase c;
  const auto found = c.measure(CatchmentMethod::balanced);
  expect_near(found.ratio, {0.15084786, 0.31393212});
  expect_near(found.score, {0.10026862, 0.20869207, 0.15581929});
  EXPECT_NEAR(found.score[0] + found.score[1] + found.score[2], found.ratio[0] + found.ratio[1],
              1e-12);
}

TEST(FloatingCatchment, WeighsByDaisGaussian) {
  // One person at 0, a quarter, half, three quarters and the whole of the threshold.
  const std::vector<double> time_s{0, 225, 450, 675, 900};
  const std::vector<double> demand(5, 1.0);
  const std::vector<double> supply{1.0};
  const std::vector<double> threshold{900.0};
  const auto found = measure_floating_catchment(
      TimeMatrix{time_s, 5, 1}, demand, supply,
      {.method = CatchmentMethod::enhanced, .decay = GaussianDecay{}, .threshold_s = threshold});
  const auto at_once = found.score[0];
  std::vector<double> weights;
  for (const auto score : found.score) weights.push_back(score / at_once);
  expect_near(weights, {1, 0.92180645, 0.70136657, 0.37692630, 0});
}

// The hospital example of a published test: weight 1 / cost, everything within 61.
TEST(FloatingCatchment, SelectsWithinTheCatchmentOrAmongAllSites) {
  const std::vector<double> pop{100, 50, 10};
  const std::vector<double> doctors{15, 20, 100};
  const auto scores = [&](double inbound, double outbound, double cross, bool all) {
    const std::vector<double> cost{1, cross, inbound, cross, 1, inbound, outbound, outbound, 1};
    std::vector<double> weights;
    for (const auto c : cost) weights.push_back(1 / c);
    const std::vector<double> limit{61.0};
    return measure_floating_catchment(TimeMatrix{cost, 3, 3}, pop, doctors,
                                      {.method = CatchmentMethod::three_step,
                                       .decay = GivenDecay{weights},
                                       .threshold_s = limit,
                                       .select_among_all = all})
        .score;
  };
  expect_near(scores(40, 40, 80, true), {0.15625659, 0.40621645, 9.90635185});
  expect_near(scores(40, 40, 80, false), {0.15633239, 0.40629273, 9.90521247});
  expect_near(scores(20, 40, 80, true), {0.17381354, 0.42377244, 9.64300237});
  expect_near(scores(20, 40, 80, false), {0.17408701, 0.42404639, 9.63889793});
  expect_near(scores(40, 20, 80, true), {0.15652593, 0.40637274, 9.90287702});
  expect_near(scores(40, 20, 80, false), {0.15660557, 0.40645423, 9.90167313});
  expect_near(scores(20, 20, 40, true), {0.17480215, 0.42403551, 9.63180098});
  expect_near(scores(20, 20, 40, false), {0.17480215, 0.42403551, 9.63180098});
}

/// A random place as a matrix and as pairs (ms), with the dense textbook formula beside it.
struct RandomPlace {
  std::int64_t rows;
  std::int64_t sites;
  std::vector<double> time_s;
  std::vector<std::int64_t> ptr{0};
  std::vector<std::int32_t> index;
  std::vector<std::uint32_t> ms;
  std::vector<double> demand;
  std::vector<double> supply;

  RandomPlace(Rng& rng, std::uint64_t most_rows, std::uint64_t most_sites)
      : rows{static_cast<std::int64_t>(1 + rng.below(most_rows))},
        sites{static_cast<std::int64_t>(1 + rng.below(most_sites))} {
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t s = 0; s < sites; ++s) {
        const auto reached = rng.below(3) != 0;
        const auto millis = static_cast<std::uint32_t>(rng.below(1'500'000));
        time_s.push_back(reached ? millis / 1000.0 : kInf);
        if (!reached) continue;
        index.push_back(static_cast<std::int32_t>(s));
        ms.push_back(millis);
      }
      ptr.push_back(static_cast<std::int64_t>(index.size()));
      demand.push_back(static_cast<double>(rng.below(5)));
    }
    for (std::int64_t s = 0; s < sites; ++s) supply.push_back(static_cast<double>(rng.below(4)));
  }
  [[nodiscard]] TimeMatrix matrix() const { return {time_s, rows, sites}; }
  [[nodiscard]] TimePairs pairs() const { return {ptr, index, ms, sites}; }
};

double step_weight(double time_s, double threshold_s) {
  if (!(time_s <= threshold_s)) return 0;
  return time_s <= 300 ? 1.0 : time_s <= 600 ? 0.68 : time_s <= 900 ? 0.22 : 0.0;
}

std::vector<double> slow_scores(const RandomPlace& p, CatchmentMethod method, double threshold_s) {
  const auto w = [&](std::int64_t r, std::int64_t s) {
    return step_weight(p.time_s[static_cast<std::size_t>(r * p.sites + s)], threshold_s);
  };
  const auto row_sum = [&](std::int64_t r) {
    double sum = 0;
    for (std::int64_t s = 0; s < p.sites; ++s) sum += w(r, s);
    return sum;
  };
  const auto first = [&](std::int64_t r, std::int64_t s) {
    if (w(r, s) == 0) return 0.0;
    if (method == CatchmentMethod::three_step) return w(r, s) * w(r, s) / row_sum(r);
    if (method == CatchmentMethod::balanced) return w(r, s) / row_sum(r);
    return w(r, s);
  };
  const auto second = [&](std::int64_t r, std::int64_t s) {
    if (w(r, s) == 0) return 0.0;
    if (method == CatchmentMethod::modified) return w(r, s) * w(r, s);
    if (method == CatchmentMethod::balanced) {
      double sum = 0;
      for (std::int64_t i = 0; i < p.rows; ++i) sum += w(i, s);
      return w(r, s) / sum;
    }
    return first(r, s);
  };
  std::vector<double> scores(static_cast<std::size_t>(p.rows), 0.0);
  for (std::int64_t s = 0; s < p.sites; ++s) {
    double demand = 0;
    for (std::int64_t r = 0; r < p.rows; ++r)
      demand += first(r, s) * p.demand[static_cast<std::size_t>(r)];
    if (demand == 0) continue;
    for (std::int64_t r = 0; r < p.rows; ++r)
      scores[static_cast<std::size_t>(r)] +=
          second(r, s) * p.supply[static_cast<std::size_t>(s)] / demand;
  }
  return scores;
}

constexpr CatchmentMethod kWeighted[] = {CatchmentMethod::enhanced, CatchmentMethod::modified,
                                         CatchmentMethod::three_step, CatchmentMethod::balanced};

TEST(FloatingCatchment, EqualsTheDenseFormulaFromAMatrixAndFromPairs) {
  Rng rng{11};
  const std::vector<DecayStep> steps{{300, 1.0}, {600, 0.68}, {900, 0.22}};
  for (int round = 0; round < 200; ++round) {
    const RandomPlace p{rng, 12, 6};
    const std::vector<double> threshold{200.0 + static_cast<double>(rng.below(900))};
    for (const auto method : kWeighted) {
      const FloatingCatchmentOptions options{
          .method = method, .decay = StepDecay{steps}, .threshold_s = threshold};
      const auto dense = measure_floating_catchment(p.matrix(), p.demand, p.supply, options);
      const auto sparse = measure_floating_catchment(p.pairs(), p.demand, p.supply, options);
      expect_near(dense.score, slow_scores(p, method, threshold[0]), 1e-12);
      EXPECT_EQ(dense.score, sparse.score);
      EXPECT_EQ(dense.ratio, sparse.ratio);
    }
  }
}

TEST(FloatingCatchment, TakesAnyNumberOfStepsFromPairsAsFromAMatrix) {
  Rng rng{14};
  std::vector<DecayStep> steps;
  for (int count = 1; count <= 7; ++count) {
    steps.push_back({150.0 * count + 0.0005, 1.0 / count});
    for (int round = 0; round < 20; ++round) {
      const RandomPlace p{rng, 12, 6};
      const std::vector<double> threshold{1000.0};
      const FloatingCatchmentOptions options{
          .method = CatchmentMethod::enhanced, .decay = StepDecay{steps}, .threshold_s = threshold};
      EXPECT_EQ(measure_floating_catchment(p.matrix(), p.demand, p.supply, options).score,
                measure_floating_catchment(p.pairs(), p.demand, p.supply, options).score);
    }
  }
}

TEST(FloatingCatchment, GivesOutExactlyTheSupplyThatSomebodyReaches) {
  Rng rng{12};
  for (int round = 0; round < 100; ++round) {
    const RandomPlace p{rng, 40, 8};
    for (const auto method : {CatchmentMethod::enhanced, CatchmentMethod::three_step}) {
      const std::vector<double> threshold{900.0};
      const auto found = measure_floating_catchment(
          p.pairs(), p.demand, p.supply,
          {.method = method, .decay = GaussianDecay{}, .threshold_s = threshold});
      double given = 0;
      double there = 0;
      for (std::size_t r = 0; r < p.demand.size(); ++r) given += found.score[r] * p.demand[r];
      for (std::size_t s = 0; s < p.supply.size(); ++s)
        there += found.no_demand[s] ? 0 : p.supply[s];
      EXPECT_NEAR(given, there, 1e-10 * std::max(1.0, there));
    }
  }
}

/// Rows from none to more than forty pairs, enough of them for many blocks and chunks.
RandomPlace uneven_place(Rng& rng, int rows) {
  RandomPlace p{rng, 1, 60};
  while (p.supply.size() < 60) p.supply.push_back(static_cast<double>(rng.below(4)));
  p.sites = 60;
  for (int row = 0; row < rows; ++row) {
    const auto usual = rng.below(20) != 0;
    const auto step = usual ? 4 + rng.below(20) : 1 + rng.below(3);
    if (rng.below(12) != 0)
      for (auto s = rng.below(step); s < 60; s += step) {
        p.index.push_back(static_cast<std::int32_t>(s));
        p.ms.push_back(static_cast<std::uint32_t>(rng.below(1'200'000)));
      }
    p.ptr.push_back(static_cast<std::int64_t>(p.index.size()));
    p.demand.push_back(static_cast<double>(rng.below(7)) / 3);
    ++p.rows;
  }
  return p;
}

TEST(FloatingCatchment, OfPlainPairsIsTheSumOverTheRowsAtAnyThreshold) {
  Rng rng{17};
  for (const auto rows : {1, 31, 32, 33, 700, 40'000}) {
    const auto p = uneven_place(rng, rows);
    for (const auto threshold_s : {0.001, 400.0, 899.999, 1200.0}) {
      std::vector<double> demand(60);
      for (std::int32_t r = 0; r < p.rows; ++r)
        for (auto i = p.ptr[r]; i < p.ptr[r + 1]; ++i)
          if (p.ms[i] <= threshold_s * 1000) demand[p.index[i]] += p.demand[r];
      std::vector<double> score(p.rows);
      for (std::int32_t r = 0; r < p.rows; ++r)
        for (auto i = p.ptr[r]; i < p.ptr[r + 1]; ++i)
          if (p.ms[i] <= threshold_s * 1000 && demand[p.index[i]] > 0)
            score[r] += p.supply[p.index[i]] / demand[p.index[i]];
      const std::vector<double> threshold{threshold_s};
      const auto found =
          measure_floating_catchment(p.pairs(), p.demand, p.supply, {.threshold_s = threshold});
      for (std::size_t j = 0; j < 60; ++j)
        ASSERT_NEAR(found.demand[j], demand[j], 1e-12 * (1 + demand[j]));
      for (std::size_t r = 0; r < score.size(); ++r)
        ASSERT_NEAR(found.score[r], score[r], 1e-12 * (1 + score[r]));
      EXPECT_EQ(found.score, measure_floating_catchment(p.pairs(), p.demand, p.supply,
                                                        {.threshold_s = threshold}, {.threads = 7})
                                 .score);
    }
  }
}

TEST(FloatingCatchment, NamesTheRowWhosePairLeadsToNoSite) {
  Rng rng{19};
  for (const auto wrong : {-1, 60}) {
    auto p = uneven_place(rng, 200);
    const auto row = std::int64_t{150};
    ASSERT_LT(p.ptr[row], p.ptr[row + 1]);
    p.index[p.ptr[row + 1] - 1] = wrong;
    try {
      (void)measure_floating_catchment(p.pairs(), p.demand, p.supply, {.threshold_s = kOne});
      FAIL() << "a site that is not there";
    } catch (const InvalidInput& error) {
      EXPECT_NE(std::string{error.what()}.find("row 150: index " + std::to_string(wrong)),
                std::string::npos)
          << error.what();
    }
  }
}

TEST(FloatingCatchment, HasTheSameBitsOnAnyNumberOfThreads) {
  Rng rng{13};
  RandomPlace p{rng, 1, 30};
  for (int copies = 0; copies < 30'000; ++copies) {  // one long place of many chunks
    for (std::int32_t s = 0; s < p.sites; s += 1 + static_cast<std::int32_t>(rng.below(9))) {
      p.index.push_back(s);
      p.ms.push_back(static_cast<std::uint32_t>(rng.below(1'200'000)));
    }
    p.ptr.push_back(static_cast<std::int64_t>(p.index.size()));
    p.demand.push_back(static_cast<double>(rng.below(7)) / 3);
    ++p.rows;
  }
  const std::vector<double> threshold{900.0};
  const auto scores = [&](unsigned threads) {
    return measure_floating_catchment(p.pairs(), p.demand, p.supply,
                                      {.method = CatchmentMethod::balanced,
                                       .decay = GaussianDecay{},
                                       .threshold_s = threshold},
                                      {.threads = threads})
        .score;
  };
  EXPECT_EQ(scores(1), scores(8));
}

TEST(FloatingCatchment, HonoursAThresholdForEachRowAndForEachSite) {
  const std::vector<double> time_s{500, 800, 500, 800};
  const std::vector<double> demand{1, 1};
  const std::vector<double> supply{1, 1};
  const std::vector<double> by_row{900, 600};
  const std::vector<double> by_site{500, 700};
  const auto rows =
      measure_floating_catchment(TimeMatrix{time_s, 2, 2}, demand, supply, {.threshold_s = by_row});
  expect_near(rows.demand, {2, 1});
  const auto sites =
      measure_floating_catchment(TimeMatrix{time_s, 2, 2}, demand, supply,
                                 {.threshold_s = by_row, .site_threshold_s = by_site});
  expect_near(sites.demand, {2, 0});
  EXPECT_EQ(sites.no_demand, (std::vector<std::uint8_t>{0, 1}));
  expect_near(sites.score, {0.5, 0.5});
}

TEST(SumSupply, CountsWhatIsWithinTheThresholdAndWeighsIt) {
  const TinyCase c;
  const TimeMatrix times{c.time_s, 3, 2};
  expect_near(sum_supply(times, c.supply, {.threshold_s = kOne}), {5, 10, 10});
  expect_near(sum_supply(times, c.supply, {.decay = StepDecay{c.steps}, .threshold_s = c.hour}),
              {5 + 2.2, 3.4 + 10, 3.4 + 6.8});
}

TEST(FloatingCatchment, RefusesWhatHasNoAnswer) {
  const TinyCase c;
  const TimeMatrix times{c.time_s, 3, 2};
  const std::vector<double> nothing;
  const std::vector<double> zero{0.0};
  const std::vector<double> minus{5, -1, 2};
  EXPECT_THROW((void)measure_floating_catchment(times, c.demand, c.supply, {.threshold_s = zero}),
               InvalidInput);
  EXPECT_THROW((void)measure_floating_catchment(times, minus, c.supply, {.threshold_s = kOne}),
               InvalidInput);
  EXPECT_THROW((void)measure_floating_catchment(times, c.demand, nothing, {.threshold_s = kOne}),
               InvalidInput);
  EXPECT_THROW(
      (void)measure_floating_catchment(times, c.demand, c.supply,
                                       {.method = CatchmentMethod::enhanced, .threshold_s = kOne}),
      InvalidInput);
  EXPECT_THROW((void)measure_floating_catchment(times, c.demand, c.supply,
                                                {.decay = GaussianDecay{}, .threshold_s = kOne}),
               InvalidInput);
  auto holes = c.time_s;
  holes[3] = std::nan("");
  EXPECT_THROW((void)measure_floating_catchment(TimeMatrix{holes, 3, 2}, c.demand, c.supply,
                                                {.threshold_s = kOne}),
               InvalidInput);
  // The one nearest site of each row says nothing of a second one within reach.
  const std::vector<std::int32_t> index{0, 1, 1};
  const std::vector<double> time_s{300, 900, 1500};
  EXPECT_THROW((void)measure_floating_catchment(TimeNearest{index, time_s, 3, 1, 2}, c.demand,
                                                c.supply, {.threshold_s = kOne}),
               InvalidInput);
}

}  // namespace
}  // namespace libgrid
