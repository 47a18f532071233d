#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/graph/shortest_paths.hpp"
#include "libgrid/travel/places.hpp"
#include "libgrid/travel/road_network.hpp"

namespace libgrid {

/// The whole edges of a way, and through which doors it begins and ends.
struct TracedWay {
  std::size_t out_door = 0;
  std::size_t in_door = 0;
  std::vector<std::int32_t> edges;
};

/// A finished search between two places, from the origin or, against the streets, from the
/// destination.
struct FinishedSearch {
  const RoadNetwork& network;
  Reached<std::uint32_t> times;
  bool from_origin;
  std::span<const Door> out;  ///< of the origin
  std::span<const Door> in;   ///< of the destination
  std::uint32_t total_ms;     ///< the shortest time, the doors' included

  [[nodiscard]] std::int32_t place(const Door& door) const {
    return network.forward().place_of(door.node);
  }
  /// Does a shortest way begin (end) through this door?
  [[nodiscard]] bool begins(const Door& door) const { return fits(door, from_origin); }
  [[nodiscard]] bool ends(const Door& door) const { return fits(door, !from_origin); }
  /// Is an edge from place u to place v on a shortest way of the search?
  [[nodiscard]] bool is_tight(std::int32_t u, std::int32_t v, std::uint32_t ms) const {
    const auto near = times.ms(from_origin ? u : v);
    const auto far = times.ms(from_origin ? v : u);
    return near != kNever && far != kNever && std::uint64_t{near} + ms == far;
  }

 private:
  [[nodiscard]] bool fits(const Door& door, bool near) const {
    const auto ms = times.ms(place(door));
    if (ms == kNever) return false;
    return near ? ms == door.ms : std::uint64_t{ms} + door.ms == total_ms;
  }
};

/// Reads one way out of a search: among all shortest ones that with the fewest edges (turns of
/// turn rules among them), then the first door and the lowest edges from the origin on. Scratch
/// memory: one a thread. Cost: the edges at nodes of shortest ways.
class TightWays {
 public:
  TracedWay trace(const FinishedSearch& search);

 private:
  /// Breadth-first numbers of steps over tight edges, from the doors that fit to the first level
  /// that holds a goal.
  class Levels {
   public:
    void clear(std::int32_t places);
    [[nodiscard]] std::int32_t at(std::int32_t place) const {
      return level_[static_cast<std::size_t>(place)];
    }
    /// False when it was there already.
    bool meet(std::int32_t place, std::int32_t level);
    [[nodiscard]] std::span<const std::int32_t> met() const { return met_; }

   private:
    std::vector<std::int32_t> level_;  // -1: not met
    std::vector<std::int32_t> met_;
  };

  void count_to_destination(const FinishedSearch& search);
  std::int32_t count_from_origin(const FinishedSearch& search);

  Levels to_end_;
  Levels from_start_;
};

}  // namespace libgrid
