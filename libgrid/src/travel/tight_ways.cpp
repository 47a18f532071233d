#include "tight_ways.hpp"

#include <algorithm>

#include "libgrid/base/error.hpp"

namespace libgrid {

void TightWays::Levels::clear(std::int32_t places) {
  for (const auto place : met_) level_[static_cast<std::size_t>(place)] = -1;
  met_.clear();
  level_.resize(static_cast<std::size_t>(places), -1);
}

bool TightWays::Levels::meet(std::int32_t place, std::int32_t level) {
  auto& now = level_[static_cast<std::size_t>(place)];
  if (now != -1) return false;
  now = level;
  met_.push_back(place);
  return true;
}

/// Seen from the origin's search every edge into a met place that is tight lies on a shortest way
/// from it.
void TightWays::count_to_destination(const FinishedSearch& s) {
  for (const auto& door : s.in)
    if (s.ends(door)) to_end_.meet(s.place(door), 0);
  const auto& graph = s.network.backward();
  std::int32_t last = INT32_MAX;
  for (std::size_t i = 0; i < to_end_.met().size(); ++i) {
    const auto v = to_end_.met()[i];
    const auto level = to_end_.at(v);
    if (level > last) break;
    for (const auto& door : s.out)
      if (s.place(door) == v && s.begins(door)) last = level;
    for (const auto& arc : graph.arcs(v))
      if (s.is_tight(arc.head, v, arc.ms)) to_end_.meet(arc.head, level + 1);
  }
}

/// Seen from the destination's search it is the other way round; returns the level of its doors.
std::int32_t TightWays::count_from_origin(const FinishedSearch& s) {
  for (const auto& door : s.out)
    if (s.begins(door)) from_start_.meet(s.place(door), 0);
  const auto& graph = s.network.forward();
  std::int32_t last = INT32_MAX;
  for (std::size_t i = 0; i < from_start_.met().size(); ++i) {
    const auto u = from_start_.met()[i];
    const auto level = from_start_.at(u);
    if (level > last) break;
    for (const auto& door : s.in)
      if (s.place(door) == u && s.ends(door)) last = level;
    for (const auto& arc : graph.arcs(u))
      if (s.is_tight(u, arc.head, arc.ms)) from_start_.meet(arc.head, level + 1);
  }
  return last;
}

TracedWay TightWays::trace(const FinishedSearch& s) {
  const auto& forward = s.network.forward();
  to_end_.clear(forward.node_count());
  if (s.from_origin) {
    count_to_destination(s);
  } else {
    // Forward levels first, then back along them, so that only places on ways with the fewest edges
    // are left: the same numbers as from the other side.
    from_start_.clear(forward.node_count());
    const auto last = count_from_origin(s);
    for (const auto& door : s.in)
      if (s.ends(door) && from_start_.at(s.place(door)) == last) to_end_.meet(s.place(door), 0);
    for (std::size_t i = 0; i < to_end_.met().size(); ++i) {
      const auto v = to_end_.met()[i];
      for (const auto& arc : s.network.backward().arcs(v)) {
        if (from_start_.at(arc.head) == from_start_.at(v) - 1 && from_start_.at(arc.head) != -1 &&
            s.is_tight(arc.head, v, arc.ms))
          to_end_.meet(arc.head, to_end_.at(v) + 1);
      }
    }
  }
  TracedWay way;
  auto fewest = std::int32_t{INT32_MAX};
  for (std::size_t i = 0; i < s.out.size(); ++i) {
    if (!s.begins(s.out[i])) continue;
    const auto level = to_end_.at(s.place(s.out[i]));
    if (level == -1 || level >= fewest) continue;
    fewest = level;
    way.out_door = i;
  }
  LIBGRID_ASSERT(fewest != INT32_MAX);
  auto here = s.place(s.out[way.out_door]);
  for (auto level = fewest; level > 0; --level) {
    const auto arcs = forward.arcs(here);
    const auto edges = forward.edges(here);
    auto chosen = arcs.size();
    for (std::size_t a = 0; a < arcs.size() && chosen == arcs.size(); ++a) {
      if (to_end_.at(arcs[a].head) == level - 1 && s.is_tight(here, arcs[a].head, arcs[a].ms))
        chosen = a;  // arcs ascend by edge
    }
    LIBGRID_ASSERT(chosen < arcs.size());
    way.edges.push_back(edges[chosen]);
    here = arcs[chosen].head;
  }
  while (s.place(s.in[way.in_door]) != here || !s.ends(s.in[way.in_door])) ++way.in_door;
  return way;
}

}  // namespace libgrid
