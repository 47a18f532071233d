#include "libgrid/travel/engine.hpp"

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

/// Streets of 10 s in a square lattice.
RoadNetwork lattice(std::int32_t side) {
  std::vector<std::int32_t> tail;
  std::vector<std::int32_t> head;
  for (std::int32_t v = 0; v < side * side; ++v) {
    if ((v + 1) % side != 0) {
      tail.push_back(v);
      head.push_back(v + 1);
    }
    if (v + side < side * side) {
      tail.push_back(v);
      head.push_back(v + side);
    }
  }
  const std::vector<std::uint32_t> ms(tail.size(), 10'000);
  return RoadNetwork::from_edges(side * side, {}, {tail, head, ms}, true);
}

std::vector<Place> spread(const RoadNetwork& network, std::size_t count) {
  std::vector<Place> places(count);
  for (std::size_t i = 0; i < count; ++i)
    places[i].node = static_cast<std::int32_t>(i * 7919) % network.node_count();
  return places;
}

TEST(ChooseEngine, SearchesForFewTreesAndSweepsForMany) {
  const auto network = lattice(60);
  const auto choose = [&](std::size_t trees, std::uint32_t cutoff_ms, bool kept) {
    const auto from = spread(network, trees);
    return choose_engine(network, {.from = from, .targets = 3600, .cutoff_ms = cutoff_ms}, kept);
  };
  EXPECT_EQ(choose(1, kNever, false), Engine::buckets);
  EXPECT_EQ(choose(100, kNever, false), Engine::buckets);
  EXPECT_EQ(choose(3000, kNever, false), Engine::hierarchy);
  // One that is kept pays sooner; short ways never need one.
  EXPECT_EQ(choose(100, kNever, true), Engine::hierarchy);
  EXPECT_EQ(choose(3000, 30'000, false), Engine::buckets);
  EXPECT_EQ(choose(3000, 30'000, true), Engine::buckets);
  EXPECT_EQ(choose(0, kNever, false), Engine::buckets);
}

TEST(ChooseEngine, CountsWhatCanBeReachedAndNotWhatIsThere) {
  // The same lattice without its streets: a tree reaches its own node only.
  const auto network = RoadNetwork::from_edges(3600, {}, {});
  const auto from = spread(network, 3000);
  EXPECT_EQ(choose_engine(network, {.from = from, .targets = 3600}, false), Engine::buckets);
}

}  // namespace
}  // namespace libgrid
