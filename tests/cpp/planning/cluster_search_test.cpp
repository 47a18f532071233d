#include "libgrid/planning/cluster_search.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "grid_clusters.hpp"
#include "libgrid/planning/plan_state.hpp"
#include "libgrid/planning/verify_plan.hpp"
#include "random_plans.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Boxes of `rows` × `columns` blocks on a lattice of `side` boxes each way.
std::vector<std::int32_t> boxes(std::int32_t side, std::int32_t rows, std::int32_t columns) {
  std::vector<std::int32_t> labels;
  for (std::int32_t r = 0; r < side * rows; ++r)
    for (std::int32_t c = 0; c < side * columns; ++c)
      labels.push_back(r / rows * side + c / columns);
  return labels;
}

PlanProblem squares(std::int32_t side, std::int32_t box) {
  PlanProblem p{.graph = testing::lattice(side * box, side * box), .grid_count = side * side};
  const auto n = at(p.graph.block_count());
  const auto k = at(p.grid_count);
  p.limits.push_back({"blocks", std::vector<std::int64_t>(n, 1),
                      std::vector<std::int64_t>(k, box * box - 1),
                      std::vector<std::int64_t>(k, box * box + 1)});
  PlanTerm cut{.name = "cut_edges", .kind = TermKind::cut};
  cut.length.assign(at(p.graph.edge_count()), 1);
  p.terms = {cut};
  return p;
}

/// A problem with every kind of term, a budget of moves, locks and pairs, and a plan of boxes that
/// has already moved some blocks.
PlanProblem full_problem(std::uint64_t seed) {
  Rng rng{seed};
  auto p = testing::random_problem(rng, testing::lattice(12, 12), 16);
  for (auto& limit : p.limits) {
    limit.lowest.assign(16, 0);
    limit.highest.assign(16, 10'000);
  }
  p.reference = boxes(4, 3, 3);
  for (int i = 0; i < 10; ++i)
    p.reference[rng.below(144)] = static_cast<std::int32_t>(rng.below(16));
  p.moved_weight.resize(144);
  for (auto& w : p.moved_weight) w = static_cast<std::int64_t>(rng.below(5));
  p.max_moved = 60;
  p.locked.assign(144, 0);
  const auto now = boxes(4, 3, 3);
  for (std::size_t b = 0; b < 144; b += 9) p.locked[b] = p.reference[b] == now[b];
  p.keep_apart = {{0, 143}, {1, 12}, {30, 40}};
  std::erase_if(p.keep_apart,
                [&](auto pair) { return now[at(pair.first)] == now[at(pair.second)]; });
  return p;
}

TEST(GridClusters, ShareOutEveryGridAndBlockOnce) {
  const auto p = full_problem(1);
  const auto labels = boxes(4, 3, 3);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Rng rng{seed};
    const auto most = static_cast<std::int32_t>(2 + seed % 7);
    const GridClusters clusters{p, labels, {.grids = most}, rng};
    std::vector<int> grids(16, 0), blocks(144, 0);
    for (std::size_t c = 0; c < clusters.count(); ++c) {
      EXPECT_GE(clusters.grids(c).size(), 2U);
      for (const auto g : clusters.grids(c)) ++grids[at(g)];
      for (const auto b : clusters.blocks(c)) ++blocks[at(b)];
      const auto local = clusters.labels(c);
      for (std::size_t i = 0; i < local.size(); ++i)
        EXPECT_EQ(clusters.grids(c)[at(local[i])], labels[at(clusters.blocks(c)[i])]);
      // A cluster hangs together: one grid of it more than its ties would be too few.
      EXPECT_EQ(find_parts(clusters.cut_out(c)->graph).grid_of.size(), 1U);
    }
    EXPECT_EQ(grids, std::vector<int>(16, 1));
    EXPECT_EQ(blocks, std::vector<int>(144, 1));
  }
}

TEST(GridClusters, AddNoGridBeyondTheirBlocks) {
  const auto p = full_problem(2);
  const auto labels = boxes(4, 3, 3);
  Rng rng{3};
  const GridClusters clusters{p, labels, {.grids = 16, .blocks = 27}, rng};
  EXPECT_GE(clusters.count(), 4U);
}

TEST(GridClusters, ChangeTheWholeByWhatTheyChangeThemselves) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto p = full_problem(seed);
    const auto labels = boxes(4, 3, 3);
    Rng rng{seed};
    const GridClusters clusters{p, labels, {.grids = 5}, rng};
    const auto shared = std::make_shared<const PlanProblem>(p);
    for (std::size_t c = 0; c < clusters.count(); ++c) {
      const auto local = clusters.cut_out(c);
      ASSERT_NO_THROW(check_problem(*local));
      PlanState part{local, clusters.labels(c)};
      PlanState whole{shared, labels};
      const auto part_before = part.terms();
      const auto whole_before = whole.terms();
      const auto part_moved = part.moved();
      const auto whole_moved = whole.moved();
      for (int i = 0; i < 12; ++i) {
        const auto b = static_cast<std::int32_t>(rng.below(clusters.blocks(c).size()));
        const auto g = static_cast<std::int32_t>(rng.below(clusters.grids(c).size()));
        EXPECT_EQ(part.faults_at(b, g),
                  whole.faults_at(clusters.blocks(c)[at(b)], clusters.grids(c)[at(g)]));
        part.move(b, g);
        whole.move(clusters.blocks(c)[at(b)], clusters.grids(c)[at(g)]);
      }
      for (std::size_t t = 0; t < p.terms.size(); ++t) {
        if (p.terms[t].kind == TermKind::balance) continue;  // a largest value does not add up
        EXPECT_EQ(part.term(t) - part_before[t], whole.term(t) - whole_before[t])
            << p.terms[t].name;
      }
      EXPECT_EQ(part.moved() - part_moved, whole.moved() - whole_moved);
      for (std::size_t l = 0; l < p.limits.size(); ++l)
        for (std::size_t g = 0; g < clusters.grids(c).size(); ++g)
          EXPECT_EQ(part.sum(l, static_cast<std::int32_t>(g)), whole.sum(l, clusters.grids(c)[g]));
    }
  }
}

TEST(GridClusters, ShareOutNoMoreMovesThanThereAre) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto p = full_problem(seed);
    const auto labels = boxes(4, 3, 3);
    Rng rng{seed};
    const GridClusters clusters{p, labels, {.grids = 4}, rng};
    const auto moved = PlanState{std::make_shared<const PlanProblem>(p), labels}.moved();
    ASSERT_LE(moved, p.max_moved);
    std::int64_t could = moved;
    for (std::size_t c = 0; c < clusters.count(); ++c) {
      const auto local = clusters.cut_out(c);
      could += local->max_moved - PlanState{local, clusters.labels(c)}.moved();
    }
    EXPECT_LE(could, p.max_moved);
    EXPECT_GT(could, p.max_moved - 16);
  }
}

TEST(ClusterSearch, KeepsTheRulesAndNeverLosesAgainstItsStart) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    auto p = full_problem(seed);
    p.weighted = seed % 2 == 0;
    if (seed % 4 > 1) std::ranges::reverse(p.terms);  // a balance in front
    const auto start = boxes(4, 3, 3);
    ASSERT_TRUE(verify_plan(p, start).empty());
    const auto shared = std::make_shared<const PlanProblem>(p);
    const SearchOptions options{.effort = 144 * 2'000, .seed = seed};
    const auto found = search_clusters(shared, start, options);
    EXPECT_TRUE(verify_plan(p, found.grid_of).empty());
    EXPECT_EQ(found.terms, measure_terms(p, found.grid_of));
    EXPECT_EQ(found.effort_done, options.effort);
    ASSERT_EQ(found.milestones.size(), kMilestones);
    EXPECT_EQ(found.milestones.back(), found.terms);
    SearchResult before{.grid_of = start, .terms = measure_terms(p, start), .milestones = {}};
    EXPECT_TRUE(is_better(p, found, before));
    EXPECT_FALSE(is_better(p, before, found));
  }
}

TEST(ClusterSearch, GivesTheSameBitsOnAnyNumberOfThreads) {
  const auto small = std::make_shared<const PlanProblem>(full_problem(4));
  const auto large = std::make_shared<const PlanProblem>(squares(36, 4));
  const auto large_start = boxes(36, 4, 4);
  for (const auto& [problem, start] :
       {std::pair{small, boxes(4, 3, 3)}, std::pair{large, large_start}}) {
    const SearchOptions options{
        .effort = 500 * std::int64_t{problem->graph.block_count()}, .seed = 7, .stream = 256};
    const auto one = search_clusters(problem, start, options, {.threads = 1});
    for (const unsigned threads : {2U, 5U}) {
      const auto more = search_clusters(problem, start, options, {.threads = threads});
      EXPECT_EQ(one.grid_of, more.grid_of);
      EXPECT_EQ(one.terms, more.terms);
      EXPECT_EQ(one.milestones, more.milestones);
    }
  }
}

TEST(ClusterSearch, ReturnsTheBestSoFarWhenItIsStopped) {
  std::stop_source source;
  source.request_stop();
  const auto p = squares(4, 4);
  const auto found = search_clusters(std::make_shared<const PlanProblem>(p), boxes(4, 4, 4),
                                     {.effort = 1'000'000'000'000}, {.stop = source.get_token()});
  EXPECT_TRUE(found.stopped);
  EXPECT_TRUE(verify_plan(p, found.grid_of).empty());
}

TEST(ClusterSearch, LeavesASingleGridAlone) {
  const PlanProblem p{.graph = testing::lattice(2, 2), .grid_count = 1};
  const std::vector<std::int32_t> start(4, 0);
  const auto found = search_clusters(std::make_shared<const PlanProblem>(p), start, {.effort = 10});
  EXPECT_EQ(found.grid_of, start);
}

TEST(ClusterSearch, EndsWhereGridsHaveNoNeighbours) {
  // Two islands with a grid each: there is nothing to exchange.
  const PlanProblem p{.graph = BlockGraph{2, {}}, .grid_count = 2};
  const std::vector<std::int32_t> start{0, 1};
  const auto found =
      search_clusters(std::make_shared<const PlanProblem>(p), start, {.effort = 100'000});
  EXPECT_EQ(found.grid_of, start);
}

}  // namespace
}  // namespace libgrid
