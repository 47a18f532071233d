#include "libgrid/graph/csr_graph.hpp"

#include <algorithm>
#include <tuple>

#include <gtest/gtest.h>

#include "graph_oracles.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

using Triple = std::tuple<std::int32_t, std::int32_t, std::uint32_t, std::int32_t>;

/// Every arc as (tail, head, ms, edge) in the user's nodes.
std::vector<Triple> triples(const CsrGraph& graph, bool turned = false) {
  std::vector<Triple> all;
  for (std::int32_t p = 0; p < graph.node_count(); ++p) {
    for (std::size_t a = 0; a < graph.arcs(p).size(); ++a) {
      auto from = graph.node_at(p);
      auto to = graph.node_at(graph.arcs(p)[a].head);
      if (turned) std::swap(from, to);
      all.emplace_back(from, to, graph.arcs(p)[a].ms, graph.edges(p)[a]);
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

TEST(CsrGraph, KeepsEveryEdgeInAnyOrderAndReversed) {
  Rng rng{1};
  for (int round = 0; round < 200; ++round) {
    const auto list = testing::random_edges(rng, 30);
    std::vector<Triple> expected;
    for (std::size_t e = 0; e < list.tail.size(); ++e)
      expected.emplace_back(list.tail[e], list.head[e], list.ms[e], static_cast<std::int32_t>(e));
    std::sort(expected.begin(), expected.end());
    const CsrGraph plain{list.nodes, list.view()};
    const CsrGraph ordered{list.nodes, list.view(), depth_first_order(list.nodes, list.view())};
    EXPECT_EQ(triples(plain), expected);
    EXPECT_EQ(triples(ordered), expected);
    EXPECT_EQ(triples(ordered.reverse(), true), expected);
  }
}

TEST(CsrGraph, NamesEdgesOverTenToTheSixSeconds) {
  const std::vector<std::int32_t> ends(7, 0);
  const std::vector<std::uint32_t> ms{1,
                                      kMaxEdgeMs + 1,
                                      kMaxEdgeMs,
                                      kMaxEdgeMs + 1,
                                      kMaxEdgeMs + 1,
                                      kMaxEdgeMs + 1,
                                      kMaxEdgeMs + 1};
  try {
    const CsrGraph graph{1, {ends, ends, ms}};
    FAIL();
  } catch (const InvalidInput& error) {
    EXPECT_EQ(std::string{error.what()}.find("5 edges"), 0U) << error.what();
    EXPECT_NE(std::string{error.what()}.find("1, 3, 4, 5, 6)"), std::string::npos) << error.what();
  }
}

TEST(CsrGraph, RefusesEndsThatDoNotExist) {
  const std::vector<std::int32_t> good{0};
  const std::vector<std::int32_t> bad{2};
  const std::vector<std::uint32_t> ms{1};
  EXPECT_THROW((CsrGraph{2, {good, bad, ms}}), InvalidInput);
  EXPECT_THROW((CsrGraph{2, {bad, good, ms}}), InvalidInput);
  EXPECT_THROW((CsrGraph{2, {good, {}, ms}}), InvalidInput);
}

TEST(CsrGraph, MayBeEmpty) { EXPECT_EQ((CsrGraph{0, {}}.reverse().arc_count()), 0); }

}  // namespace
}  // namespace libgrid
