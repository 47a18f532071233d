#include "libgrid/travel/places.hpp"

#include <cmath>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

std::uint32_t first_part(std::uint32_t ms, double fraction) {
  return static_cast<std::uint32_t>(std::floor(ms * fraction));
}

/// Out of the place in travel direction, or into it.
Doors doors(const RoadNetwork& network, const Place& place, bool out) {
  Doors result;
  const auto add = [&](std::int32_t node, std::uint32_t ms) {
    result.door[result.count++] = {node, ms + place.off_ms};
  };
  if (place.node != -1) {
    add(out ? place.node : network.arrival_of(place.node), 0);
  } else if (place.edge != -1) {
    const auto& edges = network.edges();
    const auto e = at(place.edge);
    const auto ms = edges.ms[e];
    const auto before = first_part(ms, place.fraction);
    if (out)
      add(edges.head[e], ms - before);
    else
      add(edges.tail[e], before);
    if (edges.opposite[e] != -1) {
      // Its own ends: with turn rules they are other copies of the junctions than those of `e`.
      const auto back = at(edges.opposite[e]);
      const auto back_before = first_part(edges.ms[back], place.fraction);
      if (out)
        add(edges.head[back], back_before);
      else
        add(edges.tail[back], edges.ms[back] - back_before);
    }
  }
  return result;
}

}  // namespace

std::vector<Place> to_places(std::span<const Snapped> snapped, double off_network_mps) {
  require(off_network_mps > 0, [] { return std::string{"the off-network speed must be above 0"}; });
  std::vector<Place> places(snapped.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& s = snapped[i];
    if (s.edge == -1) continue;
    const double ms = std::nearbyint(s.distance_m / off_network_mps * 1000.0);
    require(ms <= kMaxEdgeMs, [&] {
      return "point " + std::to_string(i) +
             " is over 10^6 s from the network: lower max_off_network_m";
    });
    places[i] = {.node = s.node,
                 .edge = s.edge,
                 .fraction = s.fraction,
                 .off_ms = static_cast<std::uint32_t>(ms)};
  }
  return places;
}

std::vector<Place> every_junction(const RoadNetwork& network) {
  std::vector<Place> places(at(network.junction_count()));
  for (std::size_t i = 0; i < places.size(); ++i) places[i].node = static_cast<std::int32_t>(i);
  return places;
}

void check_places(const RoadNetwork& network, std::span<const Place> places, const char* name) {
  std::size_t bad = 0;
  std::string rows;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& p = places[i];
    const bool good = p.node >= -1 && p.node < network.junction_count() && p.edge >= -1 &&
                      p.edge < network.street_count() && p.fraction >= 0 && p.fraction <= 1 &&
                      p.off_ms <= kMaxEdgeMs;
    if (!good && ++bad <= 5) rows += (rows.empty() ? "" : ", ") + std::to_string(i);
  }
  require(bad == 0, [&] {
    return std::string{name} + ": " + std::to_string(bad) +
           " rows name a node or edge that does not exist (rows " + rows + (bad > 5 ? ", …" : "") +
           "): there are " + std::to_string(network.junction_count()) + " nodes, counted from 0";
  });
}

Doors doors_out(const RoadNetwork& network, const Place& place, Heading heading) {
  return doors(network, place, heading == Heading::forward);
}

Doors doors_in(const RoadNetwork& network, const Place& place, Heading heading) {
  return doors(network, place, heading == Heading::backward);
}

std::uint32_t direct_ms(const RoadNetwork& network, const Place& from, const Place& to,
                        Heading heading) {
  if (heading == Heading::backward) return direct_ms(network, to, from, Heading::forward);
  if (from.node != -1 || to.node != -1 || from.edge == -1 || from.edge != to.edge) return kNever;
  const auto& edges = network.edges();
  auto best = kNever;
  if (from.fraction <= to.fraction) {
    const auto ms = edges.ms[at(from.edge)];
    best = first_part(ms, to.fraction) - first_part(ms, from.fraction);
  }
  const auto opposite = edges.opposite[at(from.edge)];
  if (opposite != -1 && from.fraction >= to.fraction) {
    const auto ms = edges.ms[at(opposite)];
    best = std::min(best, first_part(ms, from.fraction) - first_part(ms, to.fraction));
  }
  return best == kNever ? kNever : best + from.off_ms + to.off_ms;  // at most 3e9
}

std::uint32_t add_ms(std::uint32_t a, std::uint32_t b, std::uint32_t limit) {
  if (a == kNever || b == kNever) return kNever;
  const auto sum = std::uint64_t{a} + b;
  require(limit != kNever || sum <= kMaxMs, [] {
    return std::string{
        "a way takes more than 2^32 - 2 ms (49.7 days): check the unit of the times, or give a "
        "cutoff"};
  });
  return sum <= limit ? static_cast<std::uint32_t>(sum) : kNever;
}

}  // namespace libgrid
