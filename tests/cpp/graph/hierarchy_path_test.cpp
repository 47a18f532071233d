#include "libgrid/graph/hierarchy_path.hpp"

#include <gtest/gtest.h>

#include "graph_oracles.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

TEST(HierarchyPath, IsAWayOfEdgesThatAddUpToTheShortestTime) {
  Rng rng{61};
  int found = 0;
  for (int round = 0; round < 300; ++round) {
    const auto list = testing::random_edges(rng, 25);
    const CsrGraph graph{list.nodes, list.view(), depth_first_order(list.nodes, list.view())};
    const Hierarchy hierarchy{graph};
    const auto nodes = static_cast<std::uint64_t>(list.nodes);
    for (int n = 0; n < 10; ++n) {
      std::vector<Seed> from;
      std::vector<Seed> to;
      for (auto* side : {&from, &to}) {
        for (auto s = 1 + rng.below(2); s > 0; --s)
          side->push_back({.node = static_cast<std::int32_t>(rng.below(nodes)),
                           .ms = static_cast<std::uint32_t>(rng.below(1000))});
      }
      const auto best = testing::bellman_ford(list, from);
      auto expected = std::uint64_t{kNever};
      for (const auto& end : to)
        expected = std::min(expected, (best[static_cast<std::size_t>(end.node)] >> 32) + end.ms);
      const auto path = find_path(hierarchy, graph, from, to);
      ASSERT_EQ(path.ms, expected);
      if (path.ms == kNever) {
        EXPECT_TRUE(path.nodes.empty() && path.edges.empty());
        continue;
      }
      ++found;
      ASSERT_EQ(path.nodes.size(), path.edges.size() + 1);
      auto ends = std::uint64_t{kNever};  // the seeds at the two ends
      for (const auto& a : from) {
        for (const auto& b : to) {
          if (a.node == path.nodes.front() && b.node == path.nodes.back())
            ends = std::min(ends, std::uint64_t{a.ms} + b.ms);
        }
      }
      std::uint64_t sum = ends;
      for (std::size_t i = 0; i < path.edges.size(); ++i) {
        const auto e = static_cast<std::size_t>(path.edges[i]);
        EXPECT_EQ(list.tail[e], path.nodes[i]);
        EXPECT_EQ(list.head[e], path.nodes[i + 1]);
        sum += list.ms[e];
      }
      EXPECT_EQ(sum, path.ms);
    }
  }
  EXPECT_GT(found, 1000);
}

TEST(HierarchyPath, TakesTheLowestOfParallelEdgesAndRefusesNodesThatDoNotExist) {
  const testing::EdgeList list{.nodes = 2, .tail = {0, 0, 0}, .head = {1, 1, 1}, .ms = {9, 4, 4}};
  const CsrGraph graph{2, list.view()};
  const Hierarchy hierarchy{graph};
  const std::vector<Seed> start{{.node = 0}};
  const std::vector<Seed> end{{.node = 1}};
  EXPECT_EQ(find_path(hierarchy, graph, start, end).edges, std::vector<std::int32_t>{1});
  EXPECT_EQ(find_path(hierarchy, graph, start, start).nodes, std::vector<std::int32_t>{0});
  EXPECT_EQ(find_path(hierarchy, graph, end, start).ms, kNever);
  const std::vector<Seed> nowhere{{.node = 2}};
  EXPECT_THROW((void)find_path(hierarchy, graph, start, nowhere), InvalidInput);
}

}  // namespace
}  // namespace libgrid
