#include "libgrid/graph/hierarchy_file.hpp"

#include <gtest/gtest.h>

#include "graph_oracles.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

Hierarchy random_hierarchy(Rng& rng, bool symmetric) {
  auto list = testing::random_edges(rng, 30);
  const auto edges = symmetric ? list.tail.size() : 0;
  for (std::size_t e = 0; e < edges; ++e) {
    list.tail.push_back(list.head[e]);
    list.head.push_back(list.tail[e]);
    list.ms.push_back(list.ms[e]);
  }
  return Hierarchy{CsrGraph{list.nodes, list.view()}};
}

TEST(HierarchyFile, ReadsWhatItWrote) {
  Rng rng{71};
  for (int round = 0; round < 60; ++round) {
    const auto hierarchy = random_hierarchy(rng, round % 2 == 0);
    const auto bytes = encode_hierarchy(hierarchy);
    const auto read = decode_hierarchy(bytes);
    EXPECT_EQ(read.columns(), hierarchy.columns());
    EXPECT_EQ(encode_hierarchy(read), bytes);
  }
}

TEST(HierarchyFile, RefusesEveryChangeOfAByteAndEveryCut) {
  Rng rng{72};
  const auto bytes = encode_hierarchy(random_hierarchy(rng, false));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto bad = bytes;
    bad[i] ^= std::byte{static_cast<unsigned char>(1U << rng.below(8))};
    EXPECT_THROW((void)decode_hierarchy(bad), InvalidInput) << i;
    EXPECT_THROW((void)decode_hierarchy(std::span{bytes}.first(i)), InvalidInput) << i;
  }
  auto longer = bytes;
  longer.push_back(std::byte{0});
  EXPECT_THROW((void)decode_hierarchy(longer), InvalidInput);
}

}  // namespace
}  // namespace libgrid
