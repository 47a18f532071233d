#include "libgrid/travel/nearest.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "targets.hpp"

namespace libgrid {
namespace {

constexpr std::int64_t kGrain = 4096;

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

}  // namespace

Nearest find_nearest(const RoadNetwork& network, std::span<const Place> sources,
                     std::optional<std::span<const Place>> targets, NearestOptions options,
                     const RunControl& control) {
  std::vector<Place> junctions;
  if (!targets && !network.turns().empty()) {  // ways end at other nodes than they start from
    junctions = every_junction(network);
    targets = junctions;
  }
  check_places(network, sources, "sources");
  if (targets) check_places(network, *targets, "targets");
  require(options.k >= 1, [] { return std::string{"k must be at least 1"}; });
  require(options.cutoff_ms > 0, [] { return std::string{"the cutoff must be above 0"}; });
  require(options.start_ms.empty() || options.start_ms.size() == sources.size(),
          [] { return std::string{"start_s needs one value for each source"}; });
  const auto start_of = [&](std::size_t i) {
    return options.start_ms.empty() ? 0U : options.start_ms[i];
  };

  const auto heading =
      options.direction == Direction::from_source ? Heading::forward : Heading::backward;
  const auto& graph = heading == Heading::forward ? network.forward() : network.backward();
  std::vector<Seed> seeds;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    for (const auto& door : doors_out(network, sources[i], heading)) {
      const auto ms = add_ms(start_of(i), door.ms, options.cutoff_ms);
      if (ms != kNever) seeds.push_back({door.node, ms, static_cast<std::int32_t>(i)});
    }
  }
  const auto target_count = targets ? static_cast<std::int64_t>(targets->size()) : 0;
  control.begin(1 + target_count);
  // More distinct labels than sources cannot be found: k beyond that only widens the rows.
  const auto k = std::clamp<std::int32_t>(static_cast<std::int32_t>(sources.size()), 1, options.k);
  auto by_node =
      find_nearest_labels(graph, seeds, {.k = k, .cutoff_ms = options.cutoff_ms}, control);
  control.advance();

  Nearest result{.k = options.k, .index = {}, .ms = {}};
  const auto width = at(options.k);
  if (!targets && k == options.k) {
    result.index = std::move(by_node.label);
    result.ms = std::move(by_node.ms);
    return result;
  }
  const auto rows = targets ? targets->size() : at(network.node_count());
  result.index.assign(rows * width, -1);
  result.ms.assign(rows * width, kNever);
  if (!targets) {
    for (std::size_t v = 0; v < rows; ++v) {
      std::copy_n(&by_node.label[v * at(k)], k, &result.index[v * width]);
      std::copy_n(&by_node.ms[v * at(k)], k, &result.ms[v * width]);
    }
    return result;
  }
  // Seen from a target, the sources are what lies ahead against the heading.
  const Targets near_sources{network, sources, turned(heading)};
  for_each_chunk(target_count, kGrain, control, [&](Chunk chunk) {
    std::vector<std::pair<std::uint32_t, std::int32_t>> found;  // time, source
    for (auto i = chunk.begin; i < chunk.end; ++i) {
      const auto row = static_cast<std::size_t>(i);
      const auto& target = (*targets)[row];
      found.clear();
      for (const auto& door : doors_in(network, target, heading)) {
        for (std::int32_t j = 0; j < k; ++j) {
          const auto from = at(door.node) * at(k) + at(j);
          if (by_node.label[from] == -1) break;
          const auto ms = add_ms(by_node.ms[from], door.ms, options.cutoff_ms);
          if (ms != kNever) found.emplace_back(ms, by_node.label[from]);
        }
      }
      near_sources.visit_direct(target, [&](std::int32_t source, std::uint32_t direct) {
        const auto ms = add_ms(start_of(at(source)), direct, options.cutoff_ms);
        if (ms != kNever) found.emplace_back(ms, source);
      });
      std::sort(found.begin(), found.end());
      std::size_t kept = 0;
      auto* const index = &result.index[row * width];
      for (const auto& [ms, source] : found) {
        if (kept == width) break;
        if (std::find(index, index + kept, source) != index + kept) continue;
        index[kept] = source;
        result.ms[row * width + kept] = ms;
        ++kept;
      }
    }
  });
  return result;
}

}  // namespace libgrid
