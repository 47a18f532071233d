#include "libgrid/graph/components.hpp"

#include <gtest/gtest.h>

#include "graph_oracles.hpp"

namespace libgrid {
namespace {

/// Labels by lowest node of "a and b belong together".
template <class Together>
std::vector<std::int32_t> label_by(std::int32_t nodes, Together together) {
  std::vector<std::int32_t> label(static_cast<std::size_t>(nodes), -1);
  std::int32_t next = 0;
  for (std::int32_t a = 0; a < nodes; ++a) {
    if (label[static_cast<std::size_t>(a)] != -1) continue;
    for (std::int32_t b = a; b < nodes; ++b) {
      if (together(a, b)) label[static_cast<std::size_t>(b)] = next;
    }
    ++next;
  }
  return label;
}

TEST(Components, EqualReachabilityOnRandomGraphs) {
  Rng rng{2};
  for (int round = 0; round < 200; ++round) {
    const auto list = testing::random_edges(rng, 25);
    const CsrGraph graph{list.nodes, list.view(), depth_first_order(list.nodes, list.view())};
    std::vector<std::vector<std::uint64_t>> reach;
    auto both = list;
    both.tail.insert(both.tail.end(), list.head.begin(), list.head.end());
    both.head.insert(both.head.end(), list.tail.begin(), list.tail.end());
    both.ms.insert(both.ms.end(), list.ms.begin(), list.ms.end());
    std::vector<std::vector<std::uint64_t>> reach_both;
    for (std::int32_t v = 0; v < list.nodes; ++v) {
      reach.push_back(testing::bellman_ford(list, {{.node = v}}));
      reach_both.push_back(testing::bellman_ford(both, {{.node = v}}));
    }
    const auto at = [](const auto& r, std::int32_t a, std::int32_t b) {
      return r[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)] != ~std::uint64_t{0};
    };
    EXPECT_EQ(strong_components(graph).label, label_by(list.nodes, [&](auto a, auto b) {
                return at(reach, a, b) && at(reach, b, a);
              }));
    EXPECT_EQ(weak_components(graph).label,
              label_by(list.nodes, [&](auto a, auto b) { return at(reach_both, a, b); }));
  }
}

TEST(Components, ALongOneWayStreetNeedsNoRecursion) {
  constexpr std::int32_t kNodes = 500'000;
  testing::EdgeList list{.nodes = kNodes, .tail = {}, .head = {}, .ms = {}};
  for (std::int32_t v = 0; v + 1 < kNodes; ++v) {
    list.tail.push_back(v);
    list.head.push_back(v + 1);
    list.ms.push_back(1);
  }
  const CsrGraph graph{kNodes, list.view()};
  EXPECT_EQ(strong_components(graph).size.size(), static_cast<std::size_t>(kNodes));
  EXPECT_EQ(weak_components(graph).size, std::vector<std::int64_t>{kNodes});
}

TEST(Components, TheLargestIsTheLowerOnATie) {
  const CsrGraph graph{2, {}};
  EXPECT_EQ(weak_components(graph).largest(), 0);
  EXPECT_EQ(weak_components(CsrGraph{}).largest(), -1);
}

}  // namespace
}  // namespace libgrid
