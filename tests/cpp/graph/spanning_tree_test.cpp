#include "libgrid/graph/spanning_tree.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace libgrid {
namespace {

using Edges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

SmallGraph graph_of(std::uint32_t nodes, const Edges& edges) {
  SmallGraph graph;
  for (std::uint32_t v = 0; v < nodes; ++v) {
    const auto first = static_cast<std::uint32_t>(graph.head.size());
    for (const auto& [a, b] : edges) {
      if (a == v) graph.head.push_back(b);
      if (b == v) graph.head.push_back(a);
    }
    graph.row.push_back({first, static_cast<std::uint32_t>(graph.head.size()) - first});
  }
  return graph;
}

/// Every spanning tree as a set of edge numbers: all subsets of n-1 edges without a cycle.
std::set<std::set<std::size_t>> all_trees(std::uint32_t nodes, const Edges& edges) {
  std::set<std::set<std::size_t>> trees;
  for (std::uint32_t chosen = 0; chosen < (1U << edges.size()); ++chosen) {
    std::vector<std::uint32_t> root(nodes);
    for (std::uint32_t v = 0; v < nodes; ++v) root[v] = v;
    std::set<std::size_t> tree;
    bool cycle = false;
    for (std::size_t e = 0; e < edges.size(); ++e) {
      if ((chosen >> e & 1U) == 0) continue;
      const auto a = root[edges[e].first];
      const auto b = root[edges[e].second];
      cycle = cycle || a == b;
      std::replace(root.begin(), root.end(), a, b);
      tree.insert(e);
    }
    if (!cycle && tree.size() + 1 == nodes) trees.insert(tree);
  }
  return trees;
}

std::set<std::size_t> edges_of(const SpanningTree& tree, const Edges& edges) {
  std::set<std::size_t> found;
  for (const auto v : tree.order) {
    const auto p = tree.parent[v];
    if (p == v) continue;
    const auto pair = std::minmax(v, p);
    found.insert(static_cast<std::size_t>(
        std::find(edges.begin(), edges.end(), std::pair{pair.first, pair.second}) - edges.begin()));
  }
  return found;
}

// A square with a diagonal, and a tail: 8 trees.
const Edges kKite{{0, 1}, {1, 2}, {2, 3}, {0, 3}, {0, 2}, {3, 4}};
// 2 × 4 lattice: 56 trees.
const Edges kLadder{{0, 1}, {1, 2}, {2, 3}, {4, 5}, {5, 6}, {6, 7}, {0, 4}, {1, 5}, {2, 6}, {3, 7}};

void expect_uniform(std::uint32_t nodes, const Edges& edges, std::size_t count, double limit) {
  const auto trees = all_trees(nodes, edges);
  ASSERT_EQ(trees.size(), count);
  std::map<std::set<std::size_t>, int> seen;
  TreeDrawer drawer;
  Rng rng{2027};
  const auto graph = graph_of(nodes, edges);
  const int draws = 2000 * static_cast<int>(count);
  for (int i = 0; i < draws; ++i) ++seen[edges_of(drawer.draw(graph, rng), edges)];
  double chi = 0;
  for (const auto& tree : trees) chi += (seen[tree] - 2000.0) * (seen[tree] - 2000.0) / 2000.0;
  EXPECT_EQ(seen.size(), count);  // nothing but trees
  EXPECT_LT(chi, limit);
}

TEST(SpanningTree, EveryTreeHasTheSameChance) {
  expect_uniform(5, kKite, 8, 24.3);     // chi-square of 7 degrees, 1 in 1,000
  expect_uniform(8, kLadder, 56, 93.2);  // of 55
}

TEST(SpanningTree, ParentsComeBeforeTheirChildren) {
  TreeDrawer drawer;
  Rng rng{1};
  const auto graph = graph_of(8, kLadder);
  for (int round = 0; round < 200; ++round) {
    const auto& tree = drawer.draw(graph, rng);
    std::set<std::uint32_t> met{tree.order[0]};
    EXPECT_EQ(tree.parent[tree.order[0]], tree.order[0]);
    for (std::size_t i = 1; i < tree.order.size(); ++i) {
      EXPECT_TRUE(met.contains(tree.parent[tree.order[i]]));
      EXPECT_TRUE(met.insert(tree.order[i]).second);
    }
    EXPECT_EQ(met.size(), 8U);
  }
}

TEST(SpanningTree, ASingleNodeIsATree) {
  TreeDrawer drawer;
  Rng rng{1};
  const auto& tree = drawer.draw(graph_of(1, {}), rng);
  EXPECT_EQ(tree.order, std::vector<std::uint32_t>{0});
}

TEST(SpanningTree, GraphsInPiecesAreNotConnected) {
  std::vector<std::uint32_t> stack;
  std::vector<std::uint8_t> seen;
  EXPECT_TRUE(is_connected(graph_of(8, kLadder), stack, seen));
  EXPECT_TRUE(is_connected(graph_of(1, {}), stack, seen));
  EXPECT_FALSE(is_connected(graph_of(6, kKite), stack, seen));
  EXPECT_FALSE(is_connected(SmallGraph{}, stack, seen));
}

}  // namespace
}  // namespace libgrid
