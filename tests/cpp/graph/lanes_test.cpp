#include "libgrid/graph/lanes.hpp"

#include <gtest/gtest.h>

#include "graph_oracles.hpp"

namespace libgrid {
namespace {

struct alignas(64) Line {
  std::uint32_t ms[kLanes];
};

std::vector<Simd> known_simd() {
  std::vector<Simd> known{Simd::scalar};
  if (widest_simd() != Simd::scalar) known.push_back(Simd::avx2);
  if (widest_simd() == Simd::avx512) known.push_back(Simd::avx512);
  return known;
}

std::uint32_t any_time(Rng& rng) {
  if (rng.below(4) == 0) return kNever;
  return rng.below(2) == 0 ? static_cast<std::uint32_t>(rng.below(100))
                           : static_cast<std::uint32_t>(kMaxMs - rng.below(100));
}

TEST(Lanes, SumsEqualALoopOverEachTime) {
  Rng rng{91};
  for (int round = 0; round < 200; ++round) {
    std::vector<Line> lines(1 + rng.below(40));
    for (auto& line : lines) {
      for (auto& ms : line.ms) ms = any_time(rng);
    }
    const LaneLines view{lines[0].ms, lines.size()};
    const auto until = std::min(any_time(rng), kMaxMs);
    std::vector<std::int64_t> line_weights(lines.size());
    std::vector<std::int64_t> lane_weights(kLanes);
    for (auto* weights : {&line_weights, &lane_weights}) {
      for (auto& w : *weights) w = static_cast<std::int64_t>(rng.below(1ULL << 50)) - (1LL << 49);
    }
    for (const bool weighted : {false, true}) {
      std::vector<std::int64_t> by_lane(kLanes, 5);
      std::vector<std::int64_t> by_line(lines.size(), 5);
      for (std::size_t i = 0; i < lines.size(); ++i) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          if (lines[i].ms[lane] > until) continue;
          by_lane[lane] += weighted ? line_weights[i] : 1;
          by_line[i] += weighted ? lane_weights[lane] : 1;
        }
      }
      for (const auto simd : known_simd()) {
        std::vector<std::int64_t> sums(kLanes, 5);
        const std::span<const std::int64_t> none;
        sum_by_lane(simd, view, until, weighted ? std::span{line_weights} : none, sums.data());
        EXPECT_EQ(sums, by_lane);
        sums.assign(lines.size(), 5);
        sum_by_line(simd, view, until, weighted ? std::span{lane_weights} : none, sums.data());
        EXPECT_EQ(sums, by_line);
      }
    }
  }
}

TEST(Lanes, GatherTakesTheShorterDoorAndNeverWraps) {
  Rng rng{92};
  for (int round = 0; round < 100; ++round) {
    const auto list = testing::random_edges(rng, 12);
    const Hierarchy hierarchy{CsrGraph{list.nodes, list.view()}};
    const SweepRange range{hierarchy, Heading::forward};
    std::vector<Seed> seeds;
    for (std::int32_t lane = 0; lane < kLanes; ++lane)
      seeds.push_back({static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(list.nodes))),
                       std::min(any_time(rng), kMaxMs), lane});
    std::vector<LaneDoors> doors(9);
    for (auto& door : doors) {
      for (std::size_t d = 0; d < 2; ++d) {
        door.row[d] =
            static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(list.nodes) + 1)) - 1;
        door.ms[d] = static_cast<std::uint32_t>(rng.below(rng.below(2) == 0 ? 200 : kMaxEdgeMs));
      }
    }
    for (const auto cutoff : {kNever, kMaxMs, 150U}) {
      for (const auto simd : known_simd()) {
        TreeSweep trees{simd};
        trees.run(range, seeds);
        std::vector<Line> lines(doors.size());
        gather_lanes(trees, doors, cutoff, lines[0].ms);
        for (std::size_t i = 0; i < doors.size(); ++i) {
          for (std::size_t lane = 0; lane < kLanes; ++lane) {
            auto best = std::uint64_t{kNever};
            for (std::size_t d = 0; d < 2; ++d) {
              if (doors[i].row[d] == -1) continue;
              best =
                  std::min(best, std::uint64_t{trees.row(doors[i].row[d])[lane]} + doors[i].ms[d]);
            }
            EXPECT_EQ(lines[i].ms[lane], best <= cutoff ? best : kNever);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace libgrid
