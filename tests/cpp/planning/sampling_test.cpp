#include "libgrid/planning/sampling.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"
#include "plan_chain.hpp"
#include "plan_oracles.hpp"
#include "random_ground.hpp"

namespace libgrid {
namespace {

using testing::Labels;

/// Blocks on a lattice with the diagonals that are named: no plain grid, and weights of 1 to 3.
PlanProblem oddly_joined() {
  const testing::AsciiPlan plan{{"abc", "abc", "abc"}};
  auto a = plan.a;
  auto b = plan.b;
  for (const auto& [u, v] : {std::pair{0, 4}, std::pair{4, 8}, std::pair{2, 4}, std::pair{5, 7}}) {
    a.push_back(u);
    b.push_back(v);
  }
  PlanProblem problem{.graph = {9, {.a = a, .b = b}}, .grid_count = 3};
  problem.limits.push_back({"households", {1, 2, 1, 2, 3, 2, 1, 1, 2}, {3, 3, 3}, {7, 7, 7}});
  return problem;
}
const Labels kColumns{0, 1, 2, 0, 1, 2, 0, 1, 2};

/// Trees by Kruskal on random weights: spanning trees, but not all with the same chance.
struct KruskalLaw : ExactLaw {
  static void draw(Recombiner& recombiner, Rng& rng) {
    const auto edges = recombiner.edges();
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    for (std::size_t e = 0; e < edges.size(); ++e) order.emplace_back(rng(), e);
    std::ranges::sort(order);
    const auto n = recombiner.blocks().size();
    std::vector<std::uint32_t> root(n);
    std::iota(root.begin(), root.end(), 0U);
    std::vector<std::vector<std::uint32_t>> joined(n);
    for (const auto& [weight, e] : order) {
      const auto [a, b, edge] = edges[e];
      if (root[a] == root[b]) continue;
      const auto gone = root[a];
      std::ranges::replace(root, gone, std::uint32_t{root[b]});
      joined[a].push_back(b);
      joined[b].push_back(a);
    }
    static thread_local SpanningTree tree;  // the recombiner keeps a view of it
    tree.order = {0};
    tree.parent.assign(n, 0);
    for (std::size_t i = 0; i < tree.order.size(); ++i)
      for (const auto v : joined[tree.order[i]])
        if (v != tree.parent[tree.order[i]] && v != 0) {
          tree.parent[v] = tree.order[i];
          tree.order.push_back(v);
        }
    recombiner.take(tree);
  }
};

struct NoSeamLaw : ExactLaw {
  static bool accept_seam(std::int64_t /*seam*/, Rng& /*rng*/) { return true; }
};

struct LawTest {
  double z;    ///< of the mean number of cut edges
  double chi;  ///< of the histogram of plans, in standard deviations above its mean
  bool seen;   ///< whether every plan came that should come 20 times or more
};

/// Runs a chain and holds it against every plan that the rules allow.
template <class Law>
LawTest hold_against_all(const PlanProblem& problem, const Labels& start, SamplingOptions options,
                         int rows, bool by_trees) {
  const auto plans = testing::all_plans(problem);
  std::map<Labels, double> share;
  double total = 0;
  for (const auto& plan : plans)
    total += share[plan] = by_trees ? testing::count_trees(problem.graph, plan) : 1.0;
  double mean = 0;
  for (const auto& [plan, weight] : share)
    mean += weight / total * testing::count_cut(problem.graph, plan);

  PlanChain<Law> chain{problem, start, options, 0};
  std::map<Labels, int> seen;
  std::vector<double> cut;
  for (int row = 0; row < rows; ++row) {
    for (std::int64_t i = 0; i < options.thin; ++i) chain.attempt();
    ++seen[testing::canonical(chain.state().grid_of())];
    cut.push_back(static_cast<double>(chain.state().cut_count()));
  }
  double chi = 0;
  double freedom = -1;
  bool all = true;
  double rare_times = 0;  // plans that come fewer than five times are one class
  double rare_expected = 0;
  const auto count = [&](double times, double expected) {
    chi += (times - expected) * (times - expected) / expected;
    freedom += 1;
  };
  for (const auto& [plan, times] : seen) EXPECT_TRUE(share.contains(plan));
  for (const auto& [plan, weight] : share) {
    const double expected = rows * weight / total;
    const double times = seen.contains(plan) ? seen[plan] : 0;
    all = all && (times > 0 || expected < 20);
    if (expected < 5) {
      rare_times += times;
      rare_expected += expected;
    } else {
      count(times, expected);
    }
  }
  if (rare_expected > 0) count(rare_times, rare_expected);
  return {testing::batch_z(cut, mean), (chi - freedom) / std::sqrt(2 * freedom), all};
}

void expect_law(const LawTest& test) {
  EXPECT_LT(std::abs(test.z), 4.0);
  EXPECT_LT(test.chi, 4.0);
  EXPECT_TRUE(test.seen);
}

SamplingOptions reversible(PairBy by, double three = 0) {
  return {.method = SamplingMethod::reversible_recom,
          .pair_by = by,
          .thin = by == PairBy::pair ? 80 : 40,
          .seed = 20270101,
          .three_grid_share = three};
}

TEST(Sampling, ReversibleReComFollowsTheProductOfTreeCounts) {
  expect_law(
      hold_against_all<ExactLaw>(oddly_joined(), kColumns, reversible(PairBy::pair), 10'000, true));
}

TEST(Sampling, ReversibleReComByCutEdgesHasTheSameLaw) {
  expect_law(hold_against_all<ExactLaw>(oddly_joined(), kColumns, reversible(PairBy::cut_edge),
                                        10'000, true));
}

TEST(Sampling, MovesOfThreeGridsKeepTheLaw) {
  auto options = reversible(PairBy::cut_edge, 1.0);
  options.thin = 200;
  expect_law(hold_against_all<ExactLaw>(oddly_joined(), kColumns, options, 5'000, true));
  expect_law(hold_against_all<ExactLaw>(oddly_joined(), kColumns, reversible(PairBy::pair, 0.3),
                                        10'000, true));
}

TEST(Sampling, FlipsMakeEveryPlanEquallyLikely) {
  expect_law(hold_against_all<ExactLaw>(oddly_joined(), kColumns,
                                        {.method = SamplingMethod::flip, .thin = 60, .seed = 4},
                                        20'000, false));
}

TEST(Sampling, TheLawHoldsUnderLocksAndPairsThatStayApart) {
  auto problem = oddly_joined();
  problem.keep_apart = {{0, 1}, {4, 8}};
  problem.keep_together = {{5, 8}};
  const Labels start{0, 1, 1, 0, 1, 2, 0, 2, 2};
  ASSERT_TRUE(verify_plan(problem, start).empty());
  expect_law(hold_against_all<ExactLaw>(problem, start, reversible(PairBy::pair), 10'000, true));
  expect_law(
      hold_against_all<ExactLaw>(problem, start, reversible(PairBy::cut_edge), 10'000, true));
}

TEST(Sampling, TemperingConnectsPlansAndKeepsTheLaw) {
  // Thirds of 3 × 3: no block can flip, and the ten plans are ten islands.
  const testing::AsciiPlan plan{{"abc", "abc", "abc"}};
  PlanProblem tight{.graph = plan.graph(), .grid_count = 3};
  tight.limits.push_back({"blocks", std::vector<std::int64_t>(9, 1), {3, 3, 3}, {3, 3, 3}});
  auto wide = tight;
  wide.limits[0].lowest = {1, 1, 1};
  wide.limits[0].highest = {6, 6, 6};
  const auto all = testing::all_plans(tight);
  ASSERT_EQ(all.size(), 10U);
  SamplingOptions options{.method = SamplingMethod::flip, .thin = 4, .seed = 3};
  options.rungs = {{{{3, 3, 3}, {3, 3, 3}}}, {{{2, 2, 2}, {4, 4, 4}}}};
  for (const auto method : {SamplingMethod::flip, SamplingMethod::reversible_recom}) {
    options.method = method;
    PlanSampler sampler{wide, plan.grid_of, 1, options};
    const auto batch = sampler.run(std::vector<std::int64_t>{20'000}, true, {.threads = 1});
    std::map<Labels, double>
        seen;  // a grid of three blocks in a lattice has one tree: both laws agree
    for (std::size_t row = 0; row < 20'000; ++row)
      seen[testing::canonical(std::span{batch.plans}.subspan(9 * row, 9))] += 1;
    ASSERT_EQ(seen.size(), 10U);
    for (const auto& one : all) EXPECT_NEAR(seen[one] / 20'000, 0.1, 0.03);
    EXPECT_GT(sampler.counts(0).outside, 0);
    EXPECT_EQ(sampler.counts(0).attempts - sampler.counts(0).outside, 80'000);
  }
  options.most_attempts = 1;
  options.thin = 3;
  PlanSampler sampler{wide, plan.grid_of, 1, options};
  EXPECT_THROW((void)sampler.run(std::vector<std::int64_t>{1}, false, {}), Infeasible);
}

TEST(Sampling, TemperingKeepsTheLawOfWeightedPlans) {
  auto wide = oddly_joined();
  const auto tight = wide;
  wide.limits[0].lowest = {1, 1, 1};
  wide.limits[0].highest = {10, 10, 10};
  SamplingOptions options = reversible(PairBy::cut_edge);
  options.rungs = {{{{3, 3, 3}, {7, 7, 7}}}, {{{2, 2, 2}, {8, 8, 8}}}};
  options.thin = 20;
  PlanSampler sampler{wide, kColumns, 1, options};
  const auto batch = sampler.run(std::vector<std::int64_t>{20'000}, false, {.threads = 1});
  double total = 0;
  double sum = 0;
  for (const auto& plan : testing::all_plans(tight)) {
    const auto weight = testing::count_trees(tight.graph, plan);
    total += weight;
    sum += weight * testing::count_cut(tight.graph, plan);
  }
  const std::vector<double> cut{batch.cut_edges.begin(), batch.cut_edges.end()};
  EXPECT_LT(std::abs(testing::batch_z(cut, sum / total)), 4.0);
}

TEST(Sampling, TheTestCatchesTreesOfTheWrongLaw) {
  // Kruskal's trees bend the law little on tiny graphs; halves of 4 × 4 are enough to see it.
  const testing::AsciiPlan plan{{"aabb", "aabb", "aabb", "aabb"}};
  PlanProblem problem{.graph = plan.graph(), .grid_count = 2};
  problem.limits.push_back({"blocks", std::vector<std::int64_t>(16, 1), {8, 8}, {8, 8}});
  auto options = reversible(PairBy::cut_edge);
  options.thin = 10;
  expect_law(hold_against_all<ExactLaw>(problem, plan.grid_of, options, 25'000, true));
  const auto test = hold_against_all<KruskalLaw>(problem, plan.grid_of, options, 25'000, true);
  EXPECT_GT(std::abs(test.z), 4.0);
  EXPECT_GT(test.chi, 4.0);
}

TEST(Sampling, TheTestCatchesAMissingSeamCorrection) {
  const auto test =
      hold_against_all<NoSeamLaw>(oddly_joined(), kColumns, reversible(PairBy::pair), 10'000, true);
  EXPECT_GT(std::abs(test.z), 4.0);
  EXPECT_GT(test.chi, 4.0);
}

TEST(Sampling, TheTestTellsTheTwoLawsApart) {
  const auto test = hold_against_all<ExactLaw>(
      oddly_joined(), kColumns, {.method = SamplingMethod::flip, .thin = 60, .seed = 4}, 20'000,
      true);
  EXPECT_GT(test.chi, 4.0);
}

/// Stripes of a lattice with every kind of rule and term.
PlanProblem town() {
  const testing::AsciiPlan plan{{"aaabbbccc", "aaabbbccc", "aaabbbccc", "dddeeefff", "dddeeefff"}};
  PlanProblem problem{.graph = plan.graph(), .grid_count = plan.grid_count()};
  const auto n = plan.grid_of.size();
  Rng rng{3};
  std::vector<std::int64_t> weight(n);
  std::vector<Point> place(n);
  for (std::size_t b = 0; b < n; ++b) {
    weight[b] = static_cast<std::int64_t>(1 + rng.below(3));
    place[b] = {static_cast<std::int32_t>(b % 9) * 100'000,
                static_cast<std::int32_t>(b / 9) * 100'000};
  }
  problem.limits.push_back(
      {"households", weight, std::vector<std::int64_t>(6, 5), std::vector<std::int64_t>(6, 26)});
  problem.limits.push_back({"blocks", std::vector<std::int64_t>(n, 1),
                            std::vector<std::int64_t>(6, 3), std::vector<std::int64_t>(6, 12)});
  problem.reference = plan.grid_of;
  problem.moved_weight.assign(n, 1);
  problem.max_moved = 30;
  problem.locked.assign(n, 0);
  problem.locked[0] = problem.locked[44] = 1;
  problem.keep_apart = {{4, 13}};
  problem.reference[4] = 0;  // a reference may break rules
  problem.terms = {{.name = "inertia", .kind = TermKind::inertia, .weight = weight, .place = place},
                   {.name = "cut",
                    .kind = TermKind::cut,
                    .length = std::vector<std::int64_t>(
                        static_cast<std::size_t>(problem.graph.edge_count()), 7)},
                   {.name = "balance",
                    .kind = TermKind::balance,
                    .weight = weight,
                    .target = std::vector<std::int64_t>(6, 15)},
                   {.name = "response",
                    .kind = TermKind::assignment,
                    .owner_of_grid = {0, 1, 0, 1, 0, 1},
                    .owners = 2,
                    .cost = std::vector<std::int64_t>(2 * n, 4)}};
  for (std::size_t i = 0; i < 2 * n; ++i)
    problem.terms[3].cost[i] = static_cast<std::int64_t>(rng.below(20));
  auto several = problem.terms[0];  // each block stands for two places
  several.place.clear();
  for (std::size_t b = 0; b < n; ++b) {
    const Wide w = weight[b];
    const Wide x = place[b].x_mm;
    const Wide y = place[b].y_mm;
    several.moments.push_back({w * x, w * y, w * (x * x + y * y) + Wide{b} * 1'000'000});
  }
  problem.terms.push_back(several);
  problem.terms.push_back({.name = "polsby_popper",
                           .kind = TermKind::polsby_popper,
                           .ground = testing::random_ground(rng, static_cast<std::int32_t>(n))});
  problem.terms[3].cost[2 * 40 + 0] = kForbidden;  // block 40 is in "e": owner 0
  problem.terms[3].owner_of_grid[4] = 1;
  return problem;
}

Labels town_start(const PlanProblem& problem) {
  auto start = problem.reference;
  start[4] = 1;
  start[13] = 0;
  start[12] = 0;
  return start;
}

void walk_and_verify(const PlanProblem& problem, const Labels& start, SamplingOptions options,
                     int attempts) {
  ASSERT_TRUE(verify_plan(problem, start).empty());
  PlanChain<> chain{problem, start, options, 1};
  auto& state = chain.state();
  std::vector<std::int64_t> scores(problem.terms.size());
  std::map<std::uint64_t, Labels> by_key;
  for (int i = 0; i < attempts; ++i) {
    chain.attempt();
    if (i % 7 != 0) continue;
    const Labels plan{state.grid_of().begin(), state.grid_of().end()};
    ASSERT_TRUE(verify_plan(problem, plan).empty());
    state.scores().write(scores);
    ASSERT_EQ(scores, measure_terms(problem, plan));
    ASSERT_EQ(state.cut_count(), testing::count_cut(problem.graph, plan));
    const auto same = by_key.try_emplace(state.key(), testing::canonical(plan)).first;
    ASSERT_EQ(same->second, testing::canonical(plan));
    std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> pairs;
    for (const auto edge : state.open_edges()) {
      const auto a =
          plan[static_cast<std::size_t>(problem.graph.a()[static_cast<std::size_t>(edge)])];
      const auto b =
          plan[static_cast<std::size_t>(problem.graph.b()[static_cast<std::size_t>(edge)])];
      ++pairs[std::minmax(a, b)];
    }
    if (options.method == SamplingMethod::reversible_recom && options.pair_by == PairBy::pair) {
      ASSERT_EQ(state.pairs().size(), pairs.size());
      for (const auto& pair : state.pairs()) ASSERT_EQ((pairs[{pair.a, pair.b}]), pair.edges);
    }
    for (std::int32_t g = 0; g < problem.grid_count; ++g)
      ASSERT_EQ(std::ranges::count(plan, g), static_cast<std::ptrdiff_t>(state.members(g).size()));
  }
  EXPECT_GT(chain.counts().accepted, attempts / 1000);
  const auto& c = chain.counts();
  EXPECT_EQ(c.attempts, attempts);
  EXPECT_EQ(c.attempts, c.accepted + c.unchanged + c.not_neighbours + c.no_cut + c.few_cuts +
                            c.refused + c.broke_rules + c.cut_apart);
}

TEST(Sampling, EveryStepKeepsEveryRuleAndEverySum) {
  const auto problem = town();
  const auto start = town_start(problem);
  walk_and_verify(problem, start, {.seed = 1}, 3'000);
  walk_and_verify(problem, start, {.seed = 2, .three_grid_share = 0.5}, 1'000);
  walk_and_verify(problem, start, {.method = SamplingMethod::flip, .seed = 3}, 20'000);
  walk_and_verify(problem, start, reversible(PairBy::pair), 10'000);
  walk_and_verify(problem, start, reversible(PairBy::cut_edge, 0.2), 10'000);
}

TEST(Sampling, BlocksStayUnderTheirParent) {
  auto problem = town();
  problem.keep_apart.clear();
  problem.parent_of_grid = {0, 0, 1, 2, 2, 1};
  for (const auto grid : problem.reference) {
    const auto g = grid;
    problem.parent_of_block.push_back(problem.parent_of_grid[static_cast<std::size_t>(g)]);
  }
  problem.reference[4] = 1;
  problem.parent_of_block[4] = 0;
  for (const auto method :
       {SamplingMethod::recom, SamplingMethod::reversible_recom, SamplingMethod::flip})
    walk_and_verify(problem, problem.reference, {.method = method, .seed = 9}, 10'000);
}

PlanProblem lattice(std::int32_t side, std::int32_t grids, std::int64_t lowest,
                    std::int64_t highest) {
  const std::vector<std::string> rows(static_cast<std::size_t>(side),
                                      std::string(static_cast<std::size_t>(side), 'a'));
  const testing::AsciiPlan plan{{rows.begin(), rows.end()}};
  PlanProblem problem{.graph = plan.graph(), .grid_count = grids};
  problem.limits.push_back({"blocks", std::vector<std::int64_t>(plan.grid_of.size(), 1),
                            std::vector<std::int64_t>(static_cast<std::size_t>(grids), lowest),
                            std::vector<std::int64_t>(static_cast<std::size_t>(grids), highest)});
  return problem;
}

TEST(Sampling, StartsAreDrawnFromNothing) {
  for (const auto& problem : {lattice(12, 9, 15, 17), lattice(5, 5, 5, 5), lattice(4, 8, 2, 2),
                              lattice(7, 1, 49, 49), lattice(30, 90, 9, 11)}) {
    const auto plan = draw_start(problem, 100'000, 7, {});
    EXPECT_TRUE(verify_plan(problem, plan).empty());
    EXPECT_EQ(plan, draw_start(problem, 100'000, 7, {}));
  }
  auto nested = town();
  nested.parent_of_grid = {0, 0, 1, 2, 2, 1};
  for (const auto grid : nested.reference)
    nested.parent_of_block.push_back(nested.parent_of_grid[static_cast<std::size_t>(grid)]);
  const auto plan = draw_start(nested, 100'000, 7, {});
  for (const auto& fault : verify_plan(nested, plan))
    EXPECT_TRUE(fault.rule != PlanRule::limit && fault.rule != PlanRule::connected &&
                fault.rule != PlanRule::nested);
}

std::string start_message(const PlanProblem& problem) {
  try {
    (void)draw_start(problem, 2'000, 1, {});
  } catch (const Error& error) {
    return error.what();
  }
  return "found";
}

TEST(Sampling, SaysWhyThereIsNoStart) {
  auto heavy = lattice(4, 4, 4, 6);
  heavy.limits[0].weight[5] = 12;
  EXPECT_NE(start_message(heavy).find("the heaviest block is 5 with 12"), std::string::npos);
  const testing::AsciiPlan islands{{"aa a", "aa a"}};
  PlanProblem apart{.graph = islands.graph(), .grid_count = 2};
  EXPECT_NE(start_message(apart).find("2 pieces"), std::string::npos);
  EXPECT_NE(start_message(apart).find("blocks 2 begin"), std::string::npos);
}

std::string message_of(const PlanProblem& problem, const Labels& starts, SamplingOptions options,
                       std::int32_t chains = 1) {
  try {
    const PlanSampler sampler{problem, starts, chains, options};
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Sampling, RefusesStartsThatBreakARuleAndNamesThem) {
  const auto problem = oddly_joined();
  EXPECT_EQ(message_of(problem, kColumns, {}), "accepted");
  const Labels light{0, 1, 1, 0, 1, 1, 1, 1, 2};
  EXPECT_NE(message_of(problem, light, {}).find("allowed 3 to 7"), std::string::npos);
  const Labels apart{0, 1, 2, 2, 1, 0, 0, 1, 2};
  EXPECT_NE(message_of(problem, apart, {}).find("fall into parts: 0, 2"), std::string::npos);
  EXPECT_NE(message_of(problem, {0, 1}, {}).find("2 labels"), std::string::npos);
  EXPECT_NE(message_of(problem, kColumns, {.thin = 0}).find("thin"), std::string::npos);
  EXPECT_NE(message_of(problem, kColumns, {}, 0).find("one chain"), std::string::npos);
  auto single = problem;
  single.grid_count = 1;
  single.limits = {{"households", problem.limits[0].weight, {0}, {99}}};
  EXPECT_NE(message_of(single, Labels(9, 0), {}).find("one plan only"), std::string::npos);
}

TEST(Sampling, TheSameSeedGivesTheSameBitsOnAnyThreadsAndInAnyBatches) {
  const auto problem = town();
  const auto start = town_start(problem);
  Labels starts;
  for (int c = 0; c < 4; ++c) starts.insert(starts.end(), start.begin(), start.end());
  std::vector<SampleBatch> batches;
  for (const unsigned threads : {1U, 2U, 8U}) {
    PlanSampler sampler{problem, starts, 4, {.thin = 5, .warm_up = 20, .seed = 6}};
    batches.push_back(sampler.run(std::vector<std::int64_t>(4, 60), true, {.threads = threads}));
    EXPECT_EQ(sampler.counts(3).attempts, 300);
  }
  EXPECT_EQ(batches[0].plans, batches[1].plans);
  EXPECT_EQ(batches[0].plans, batches[2].plans);
  EXPECT_EQ(batches[0].scores, batches[2].scores);
  PlanSampler alone{problem, start, 1, {.thin = 5, .warm_up = 20, .seed = 6}};
  const auto first = alone.run(std::vector<std::int64_t>{25}, true, {});
  const auto second = alone.run(std::vector<std::int64_t>{35}, true, {});
  auto joined = first.plans;
  joined.insert(joined.end(), second.plans.begin(), second.plans.end());
  EXPECT_TRUE(std::equal(joined.begin(), joined.end(), batches[0].plans.begin()));
  EXPECT_EQ(batches[0].scores.size(), 4U * 60U * problem.terms.size());
}

TEST(Sampling, ABoundOnBalancedEdgesThatIsTooLowIsReported) {
  auto options = reversible(PairBy::pair);
  options.most_balanced_edges = 1;
  PlanSampler sampler{oddly_joined(), kColumns, 1, options};
  EXPECT_THROW((void)sampler.run(std::vector<std::int64_t>{1000}, false, {}), InvalidInput);
  options.most_balanced_edges = 8;
  expect_law(hold_against_all<ExactLaw>(oddly_joined(), kColumns, options, 10'000, true));
}

TEST(Sampling, StopsWhenAskedAndCountsAttempts) {
  PlanSampler sampler{oddly_joined(), kColumns, 1, {.thin = 1'000'000'000}};
  ProgressMeter meter;
  std::stop_source source;
  std::jthread stopper{[&] {
    while (meter.done < 2'000) std::this_thread::yield();
    source.request_stop();
  }};
  EXPECT_THROW((void)sampler.run(std::vector<std::int64_t>{1'000}, false,
                                 {.stop = source.get_token(), .meter = &meter, .threads = 1}),
               Cancelled);
  EXPECT_EQ(meter.total, 1'000'000'000'000);
}

TEST(PairTable, CountsWhatAPlainMapCounts) {
  PairTable table;
  std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> plain;
  Rng rng{8};
  for (int step = 0; step < 50'000; ++step) {
    const auto a = static_cast<std::int32_t>(rng.below(30));
    const auto b = static_cast<std::int32_t>(30 + rng.below(30));
    const auto found = plain.find({a, b});
    if (found != plain.end() && rng.below(step % 2'000 < 1'000 ? 3 : 4) != 0) {
      table.remove(b, a);
      if (--found->second == 0) plain.erase(found);
    } else {
      table.add(a, b);
      ++plain[{a, b}];
    }
    ASSERT_EQ(table.pairs().size(), plain.size());
  }
  for (const auto& pair : table.pairs()) EXPECT_EQ((plain[{pair.a, pair.b}]), pair.edges);
}

}  // namespace
}  // namespace libgrid
