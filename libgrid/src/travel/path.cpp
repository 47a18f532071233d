#include "libgrid/travel/path.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "libgrid/graph/shortest_paths.hpp"
#include "tight_ways.hpp"

namespace libgrid {
namespace {

constexpr std::uint32_t kFirstReachMs = 300'000;  // five minutes: a team's own neighbourhood

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

std::uint32_t part_ms(const RoadNetwork& network, std::int32_t edge, double fraction) {
  return static_cast<std::uint32_t>(std::floor(network.edges().ms[at(edge)] * fraction));
}

/// The piece between a place inside an edge and one of its doors: onto the network or off it.
PathPiece door_piece(const RoadNetwork& network, const Place& place, std::size_t door, bool out) {
  const auto opposite = network.edges().opposite[at(place.edge)];
  const bool along = door == 0;
  const auto edge = along ? place.edge : opposite;
  const double fraction = along ? place.fraction : 1.0 - place.fraction;
  const auto whole = network.edges().ms[at(edge)];
  const auto part = part_ms(network, edge, place.fraction);
  const auto before = along ? part : whole - part;
  if (out) return {edge, fraction, 1.0, whole - before};
  return {edge, 0.0, fraction, before};
}

/// The way that stays on the edge of both places, if it takes `ms` without the off-network times.
PathPiece direct_piece(const RoadNetwork& network, const Place& from, const Place& to,
                       std::uint32_t ms) {
  const auto along =
      part_ms(network, from.edge, to.fraction) - part_ms(network, from.edge, from.fraction);
  if (from.fraction <= to.fraction && along == ms)
    return {from.edge, from.fraction, to.fraction, ms};
  return {network.edges().opposite[at(from.edge)], 1.0 - from.fraction, 1.0 - to.fraction, ms};
}

auto key_of(const Place& p) {
  return p.node != -1 ? std::tuple{p.node, -1, 0.0, p.off_ms}
                      : std::tuple{-1, p.edge, p.fraction, p.off_ms};
}

/// Rows in groups of one origin (or destination) each, whatever side has fewer.
struct Groups {
  bool by_origin = true;
  std::vector<std::int32_t> row;
  std::vector<std::size_t> begin{0};
};

Groups group(std::span<const Place> origins, std::span<const Place> destinations) {
  const auto sorted = [](std::span<const Place> places) {
    Groups g;
    g.row.resize(places.size());
    std::iota(g.row.begin(), g.row.end(), 0);
    std::stable_sort(g.row.begin(), g.row.end(), [&](std::int32_t a, std::int32_t b) {
      return key_of(places[at(a)]) < key_of(places[at(b)]);
    });
    for (std::size_t i = 1; i <= g.row.size(); ++i) {
      if (i == g.row.size() || key_of(places[at(g.row[i])]) != key_of(places[at(g.row[i - 1])]))
        g.begin.push_back(i);
    }
    return g;
  };
  auto by_origin = sorted(origins);
  auto by_destination = sorted(destinations);
  if (by_origin.begin.size() <= by_destination.begin.size()) return by_origin;
  by_destination.by_origin = false;
  return by_destination;
}

struct Way {
  std::uint32_t ms = kNever;
  std::vector<PathPiece> pieces;
};

/// One search and the ways read from it. Scratch memory: one a thread.
class PathSearch {
 public:
  /// The best time of a pair by the present search, whose times are right up to `reach_ms`.
  std::uint32_t best_ms(const RoadNetwork& network, const Place& origin, const Place& destination,
                        std::uint32_t reach_ms) const {
    auto best = direct_ms(network, origin, destination, Heading::forward);
    if (best > reach_ms) best = kNever;
    const auto far = out_ ? doors_in(network, destination, Heading::forward)
                          : doors_out(network, origin, Heading::forward);
    for (const auto& door : far)
      best = std::min(best,
                      add_ms(times_->ms(network.forward().place_of(door.node)), door.ms, reach_ms));
    return best;
  }

  void run(const RoadNetwork& network, const Place& place, bool out, std::uint32_t reach_ms,
           const RunControl& control) {
    out_ = out;
    std::vector<Seed> seeds;
    const auto doors = out ? doors_out(network, place, Heading::forward)
                           : doors_in(network, place, Heading::forward);
    for (const auto& door : doors) seeds.push_back({door.node, door.ms, 0});
    times_ = search_.run(out ? network.forward() : network.backward(), seeds, reach_ms, control);
  }

  std::vector<PathPiece> trace(const RoadNetwork& network, const Place& origin,
                               const Place& destination, std::uint32_t total_ms) {
    if (direct_ms(network, origin, destination, Heading::forward) == total_ms) {
      const auto ms = total_ms - origin.off_ms - destination.off_ms;
      return {direct_piece(network, origin, destination, ms)};
    }
    const auto out = doors_out(network, origin, Heading::forward);
    const auto in = doors_in(network, destination, Heading::forward);
    const auto steps = ways_.trace(
        {network, *times_, out_, {out.begin(), out.count}, {in.begin(), in.count}, total_ms});
    std::vector<PathPiece> pieces;
    if (origin.node == -1) pieces.push_back(door_piece(network, origin, steps.out_door, true));
    std::uint32_t turn_ms = 0;
    const auto add = [&](PathPiece piece) {
      piece.ms += std::exchange(turn_ms, 0);
      pieces.push_back(piece);
    };
    for (const auto edge : steps.edges) {
      const auto ms = network.edges().ms[at(edge)];
      if (edge >= network.street_count())
        turn_ms += ms;  // a turn's time counts to the street that it leads into
      else
        add({edge, 0.0, 1.0, ms});
    }
    if (destination.node == -1) add(door_piece(network, destination, steps.in_door, false));
    LIBGRID_ASSERT(turn_ms == 0);  // ways that end at a junction turn nowhere
    return pieces;
  }

 private:
  TimeSearch search_;
  std::optional<Reached<std::uint32_t>> times_;
  bool out_ = true;
  TightWays ways_;
};

}  // namespace

Paths find_paths(const RoadNetwork& network, std::span<const Place> origins,
                 std::span<const Place> destinations, PathOptions options,
                 const RunControl& control) {
  require(origins.size() == destinations.size(), [&] {
    return "find_paths takes pairs: there are " + std::to_string(origins.size()) + " origins and " +
           std::to_string(destinations.size()) + " destinations";
  });
  check_places(network, origins, "origins");
  check_places(network, destinations, "destinations");
  require(options.cutoff_ms > 0, [] { return std::string{"the cutoff must be above 0"}; });
  const auto groups = group(origins, destinations);
  std::vector<Way> ways(origins.size());
  const auto count = std::ssize(groups.begin) - 1;
  constexpr std::int64_t kGrain = 8;  // groups a chunk: a workspace each
  control.begin(count);
  for_each_chunk(count, kGrain, control, [&](Chunk chunk) {
    PathSearch search;
    for (auto g = chunk.begin; g < chunk.end; ++g) {
      const std::span rows{groups.row.data() + groups.begin[at(g)],
                           groups.begin[at(g) + 1] - groups.begin[at(g)]};
      const auto& near = groups.by_origin ? origins[at(rows[0])] : destinations[at(rows[0])];
      // Most ways are short in a large network: the search grows until every row is settled. Rounds
      // double, so that all but the last cost about a third of it.
      auto left = rows.size();
      for (std::uint64_t reach = kFirstReachMs; left > 0; reach *= 2) {
        const bool last = reach >= options.cutoff_ms || reach > kMaxMs;
        const auto reach_ms = last ? options.cutoff_ms : static_cast<std::uint32_t>(reach);
        search.run(network, near, groups.by_origin, reach_ms, control);
        for (const auto row : rows) {
          auto& way = ways[at(row)];
          if (way.ms != kNever) continue;
          const auto& origin = origins[at(row)];
          const auto& destination = destinations[at(row)];
          way.ms = search.best_ms(network, origin, destination, reach_ms);
          if (way.ms == kNever) continue;
          way.pieces = search.trace(network, origin, destination, way.ms);
          --left;
        }
        if (last) break;
      }
    }
  });
  Paths paths;
  for (const auto& way : ways) {
    paths.ms.push_back(way.ms);
    paths.pieces.insert(paths.pieces.end(), way.pieces.begin(), way.pieces.end());
    paths.ptr.push_back(std::ssize(paths.pieces));
  }
  return paths;
}

RoadLines draw_pieces(const RoadNetwork& network, std::span<const PathPiece> pieces) {
  std::vector<ReachedEdge> same;
  for (const auto& p : pieces) same.push_back({.edge = p.edge, .from = p.from, .to = p.to});
  return draw_pieces(network, same);
}

}  // namespace libgrid
