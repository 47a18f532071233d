#pragma once

#include <cstdint>
#include <span>

#include "libgrid/base/run_control.hpp"
#include "libgrid/graph/hierarchy.hpp"
#include "libgrid/graph/phast.hpp"
#include "libgrid/graph/shortest_paths.hpp"
#include "libgrid/travel/places.hpp"
#include "libgrid/travel/road_network.hpp"

namespace libgrid {

/// How many shortest-path trees are grown. Every engine gives the same bits.
enum class Engine : std::uint8_t {
  automatic,  ///< whichever costs less, building included
  buckets,    ///< a search each, without preparation: few trees, or short ways
  hierarchy,  ///< sixteen at once on a hierarchy: many full trees
};

struct EngineOptions {
  Engine engine = Engine::automatic;
  const Hierarchy* hierarchy = nullptr;  ///< one that was kept; null: built when it is needed
};

/// Many trees as a question of cost.
struct TreeWork {
  std::span<const Place> from;  ///< a tree each
  std::int64_t targets = 0;     ///< places whose times are asked for
  Heading heading = Heading::forward;
  std::uint32_t cutoff_ms = kNever;
};

/// What `automatic` takes: the engine whose estimated work is smaller.
///
/// Without a cutoff a search reaches its weak component; with one, sixteen searches tell. The
/// estimate counts places and never looks at a clock, so the choice is the same everywhere; about
/// 150 trees over the whole network pay for building a hierarchy. Throws Cancelled.
[[nodiscard]] Engine choose_engine(const RoadNetwork& network, const TreeWork& work,
                                   bool has_hierarchy, const RunControl& control = {});

}  // namespace libgrid
