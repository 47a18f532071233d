#include "libgrid/graph/hierarchy_path.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <string>
#include <unordered_map>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

struct Reach {
  std::uint32_t ms = kNever;
  std::int32_t from = -1;  // the position below, -1 at a seed
};
using Climb = std::unordered_map<std::int32_t, Reach>;

/// Everything above the seeds, from low positions (large numbers) to high ones: an arc never leads
/// back to a position that was done.
Climb climb(const Hierarchy& hierarchy, Heading heading, std::span<const Seed> seeds) {
  Climb reached;
  std::priority_queue<std::int32_t> next;
  const auto improve = [&](std::int32_t position, std::uint64_t ms, std::int32_t from) {
    if (ms > kMaxMs) return;
    const auto [it, is_new] = reached.try_emplace(position);
    if (is_new) next.push(position);
    if (ms < it->second.ms) it->second = {static_cast<std::uint32_t>(ms), from};
  };
  for (const auto& seed : seeds) {
    require(seed.node >= 0 && seed.node < hierarchy.node_count(),
            [&] { return "node " + std::to_string(seed.node) + " does not exist"; });
    improve(hierarchy.position_of(seed.node), seed.ms, -1);
  }
  while (!next.empty()) {
    const auto position = next.top();
    next.pop();
    const auto ms = reached.at(position).ms;
    for (const auto& arc : hierarchy.up(heading).of(position))
      improve(arc.head, std::uint64_t{ms} + arc.ms, position);
  }
  return reached;
}

struct Step {
  std::int32_t tail;  // positions
  std::int32_t head;
};

[[noreturn]] void refuse() {
  throw InvalidInput{"the hierarchy is damaged or belongs to another network: build it again"};
}

/// The way between two positions of which one is above the other: its middle, -1 for an edge.
struct Way {
  std::uint32_t ms;
  std::int32_t middle;
};
Way way_of(const Hierarchy& hierarchy, Step step) {
  const bool up = step.head < step.tail;
  const auto& half = hierarchy.up(up ? Heading::forward : Heading::backward);
  const auto low = up ? step.tail : step.head;
  const auto high = up ? step.head : step.tail;
  const auto arcs = half.of(low);
  const auto found = std::lower_bound(arcs.begin(), arcs.end(), high,
                                      [](const Arc& arc, std::int32_t p) { return arc.head < p; });
  if (found == arcs.end() || found->head != high) refuse();
  return {found->ms,
          half.middle[half.first[at(low)] + static_cast<std::size_t>(found - arcs.begin())]};
}

std::int32_t edge_of(const CsrGraph& graph, std::int32_t tail, std::int32_t head,
                     std::uint32_t ms) {
  const auto place = graph.place_of(tail);
  const auto arcs = graph.arcs(place);
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    if (arcs[i].head == graph.place_of(head) && arcs[i].ms == ms) return graph.edges(place)[i];
  }
  refuse();
}

}  // namespace

HierarchyPath find_path(const Hierarchy& hierarchy, const CsrGraph& graph,
                        std::span<const Seed> from, std::span<const Seed> to) {
  const auto out = climb(hierarchy, Heading::forward, from);
  const auto in = climb(hierarchy, Heading::backward, to);
  std::uint64_t best = kNever;
  std::int32_t top = -1;
  for (const auto& [position, reach] : out) {
    const auto other = in.find(position);
    if (other == in.end()) continue;
    const auto ms = std::uint64_t{reach.ms} + other->second.ms;
    if (ms < best || (ms == best && position < top)) {
      best = ms;
      top = position;
    }
  }
  HierarchyPath path;
  if (top == -1) return path;
  path.ms = static_cast<std::uint32_t>(best);

  std::vector<Step> steps;  // a stack: the first step on top
  for (auto p = in.at(top).from, before = top; p != -1; before = p, p = in.at(p).from)
    steps.push_back({before, p});
  std::reverse(steps.begin(), steps.end());
  auto start = top;
  for (auto p = out.at(top).from; p != -1; p = out.at(p).from) {
    steps.push_back({p, start});
    start = p;
  }
  path.nodes.push_back(hierarchy.node_at(start));
  while (!steps.empty()) {
    const auto step = steps.back();
    steps.pop_back();
    const auto way = way_of(hierarchy, step);
    if (way.middle != -1) {
      steps.push_back({way.middle, step.head});
      steps.push_back({step.tail, way.middle});
      continue;
    }
    const auto head = hierarchy.node_at(step.head);
    path.edges.push_back(edge_of(graph, path.nodes.back(), head, way.ms));
    path.nodes.push_back(head);
  }
  return path;
}

}  // namespace libgrid
