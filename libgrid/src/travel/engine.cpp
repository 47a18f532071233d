#include "libgrid/travel/engine.hpp"

#include <algorithm>
#include <array>

namespace libgrid {
namespace {

// Nanoseconds on one core, measured on 1.09 M nodes of five cities.
constexpr double kSearchNs = 50;       // a place that a search reaches
constexpr double kSweepNs = 1.5;       // a row of a sweep, in each tree
constexpr double kClimbNs = 40'000;    // the way up, in each tree
constexpr double kBuildNs = 7'000;     // a node of a hierarchy
constexpr double kRowsForTarget = 12;  // rows that a sweep to few targets needs for each
constexpr std::size_t kSamples = 16;

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Places that the trees reach in all, from evenly spaced samples.
double places_reached(const RoadNetwork& network, const TreeWork& work, const RunControl& control) {
  const auto& graph = work.heading == Heading::forward ? network.forward() : network.backward();
  const auto samples = std::min(work.from.size(), kSamples);
  double reached = 0;
  TimeSearch search;
  for (std::size_t s = 0; s < samples; ++s) {
    const auto doors = doors_out(network, work.from[s * work.from.size() / samples], work.heading);
    if (doors.count == 0) continue;
    if (work.cutoff_ms == kNever) {
      const auto part = network.weak().label[at(doors.door[0].node)];
      reached += static_cast<double>(network.weak().size[at(part)]);
      continue;
    }
    std::array<Seed, 2> seeds;
    for (std::size_t d = 0; d < doors.count; ++d)
      seeds[d] = {doors.door[d].node, doors.door[d].ms, 0};
    reached += static_cast<double>(
        search.run(graph, {seeds.data(), doors.count}, work.cutoff_ms, control).places.size());
  }
  return reached * static_cast<double>(work.from.size()) /
         static_cast<double>(std::max<std::size_t>(samples, 1));
}

}  // namespace

Engine choose_engine(const RoadNetwork& network, const TreeWork& work, bool has_hierarchy,
                     const RunControl& control) {
  const double nodes = network.node_count();
  const auto trees = static_cast<double>(work.from.size());
  const double rows = std::min(nodes, kRowsForTarget * static_cast<double>(work.targets));
  // A sweep grows kLanes trees even when fewer are asked for.
  const double swept = std::max(trees, static_cast<double>(kLanes));
  const double by_hierarchy =
      (has_hierarchy ? 0.0 : nodes * kBuildNs) + swept * rows * kSweepNs + trees * kClimbNs;
  // Even if every tree reached all, no search could cost more: nothing needs to be sampled.
  if (trees * nodes * kSearchNs <= by_hierarchy) return Engine::buckets;
  const double by_search = places_reached(network, work, control) * kSearchNs;
  return by_search <= by_hierarchy ? Engine::buckets : Engine::hierarchy;
}

}  // namespace libgrid
