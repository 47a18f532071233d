#include "libgrid/planning/block_graph.hpp"

#include <string>

#include <gtest/gtest.h>

#include "ascii_plan.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

std::string message_of(std::int32_t blocks, const BlockEdges& edges) {
  try {
    const BlockGraph graph{blocks, edges};
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "accepted";
}

TEST(BlockGraph, NeighboursAscendAndShareTheirEdge) {
  const auto graph = testing::AsciiPlan{{"ab", "cd"}}.graph();
  ASSERT_EQ(graph.edge_count(), 4);
  const auto sides = graph.neighbours(3);
  ASSERT_EQ(sides.size(), 2U);
  EXPECT_EQ(sides[0].block, 1);
  EXPECT_EQ(sides[1].block, 2);
  EXPECT_EQ(graph.find_edge(1, 3), sides[0].edge);
  EXPECT_EQ(graph.find_edge(3, 1), sides[0].edge);
  EXPECT_EQ(graph.find_edge(0, 3), -1);
  EXPECT_EQ(graph.border_mm()[static_cast<std::size_t>(sides[0].edge)], 100'000);
}

TEST(BlockGraph, KeepsEveryPairOfRandomGraphsFromBothSides) {
  Rng rng{7};
  for (int round = 0; round < 100; ++round) {
    const auto n = static_cast<std::int32_t>(1 + rng.below(20));
    std::vector<std::vector<bool>> joined(static_cast<std::size_t>(n),
                                          std::vector<bool>(static_cast<std::size_t>(n), false));
    std::vector<std::int32_t> a;
    std::vector<std::int32_t> b;
    for (std::int32_t i = 0; i < n; ++i)
      for (std::int32_t j = 0; j < i; ++j)
        if (rng.below(3) == 0) {
          a.push_back(i);
          b.push_back(j);
          joined[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = true;
          joined[static_cast<std::size_t>(j)][static_cast<std::size_t>(i)] = true;
        }
    const BlockGraph graph{n, {.a = a, .b = b}};
    for (std::int32_t i = 0; i < n; ++i)
      for (std::int32_t j = 0; j < n; ++j) {
        const auto edge = graph.find_edge(i, j);
        EXPECT_EQ(edge >= 0, joined[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)]);
        if (edge < 0) continue;
        EXPECT_EQ(graph.a()[static_cast<std::size_t>(edge)], std::min(i, j));
        EXPECT_EQ(graph.b()[static_cast<std::size_t>(edge)], std::max(i, j));
      }
  }
}

TEST(BlockGraph, RefusesEdgesThatCannotBe) {
  const std::vector<std::int32_t> a{0, 1, 2};
  const std::vector<std::int32_t> again{1, 0, 0};
  const std::vector<std::int32_t> self{1, 1, 0};
  const std::vector<std::int32_t> outside{1, 3, 0};
  const std::vector<std::int64_t> below{1, -1, 1};
  EXPECT_NE(message_of(3, {.a = a, .b = again}).find("edges 1 (1 in all) repeat a pair"),
            std::string::npos);
  EXPECT_NE(message_of(3, {.a = a, .b = self}).find("edges 1 (1 in all) join a block to itself"),
            std::string::npos);
  EXPECT_NE(message_of(3, {.a = a, .b = outside}).find("does not exist"), std::string::npos);
  EXPECT_NE(message_of(3, {.a = a, .b = std::vector<std::int32_t>{1, 2, 0}, .border_mm = below})
                .find("border below 0"),
            std::string::npos);
  EXPECT_NE(message_of(3, {.a = a, .b = std::vector<std::int32_t>{1}}).find("differ in length"),
            std::string::npos);
  EXPECT_NE(message_of(-1, {}).find("below 0"), std::string::npos);
}

TEST(BlockGraph, FindsTheIslandsAndThePartsOfGrids) {
  const testing::AsciiPlan plan{{"aba c", "aab c"}};
  const auto graph = plan.graph();
  const auto islands = find_parts(graph);
  EXPECT_EQ(islands.grid_of.size(), 2U);
  EXPECT_EQ(islands.part[0], 0);
  EXPECT_EQ(islands.part[3], 1);
  const auto parts = find_parts(graph, plan.grid_of);
  EXPECT_EQ(parts.grid_of, (std::vector<std::int32_t>{0, 1, 0, 2, 1}));  // a, b, lone a, c, lone b
}

TEST(BlockGraph, LeavesBlocksWithoutAGridInNoPart) {
  const auto graph = testing::AsciiPlan{{"abc"}}.graph();
  const auto parts = find_parts(graph, std::vector<std::int32_t>{0, -1, 0});
  EXPECT_EQ(parts.part, (std::vector<std::int32_t>{0, -1, 1}));
}

}  // namespace
}  // namespace libgrid
