#include "longest_time.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "libgrid/graph/components.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// From the lowest node of each strong component, the longest way to another node of it. 64 bits:
/// nothing runs over.
std::vector<std::uint64_t> reach_within(const CsrGraph& graph, const Components& strong,
                                        const RunControl& control) {
  constexpr std::uint64_t kUnreached = ~std::uint64_t{0};
  std::vector<std::uint64_t> longest(strong.size.size(), 0);
  std::vector<std::uint64_t> best(at(graph.node_count()), kUnreached);
  using Item = std::pair<std::uint64_t, std::int32_t>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
  std::int32_t next_component = 0;
  std::size_t until_poll = 1;
  for (std::int32_t v = 0; v < graph.node_count(); ++v) {
    const auto component = strong.label[at(v)];
    if (component < next_component) continue;
    next_component = component + 1;  // numbered by their lowest node
    best[at(graph.place_of(v))] = 0;
    queue.emplace(0, graph.place_of(v));
    while (!queue.empty()) {
      const auto [ms, place] = queue.top();
      queue.pop();
      if (ms != best[at(place)]) continue;
      longest[at(component)] = ms;
      for (const auto& arc : graph.arcs(place)) {
        if (ms + arc.ms >= best[at(arc.head)] ||
            strong.label[at(graph.node_at(arc.head))] != component)
          continue;
        best[at(arc.head)] = ms + arc.ms;
        queue.emplace(ms + arc.ms, arc.head);
      }
      if (--until_poll == 0) {
        until_poll = 4096;
        control.advance(0);
      }
    }
  }
  return longest;
}

}  // namespace

std::uint64_t longest_time(const CsrGraph& graph, const RunControl& control) {
  const auto strong = strong_components(graph);
  const auto out = reach_within(graph, strong, control);
  const auto in = reach_within(graph.reverse(), strong, control);
  // Any way inside a component is at most one to its lowest node and one from it. A way through
  // several components uses no component and no arc between two twice.
  std::uint64_t longest = 0;
  std::vector<std::uint32_t> leaving(strong.size.size(), 0);
  for (std::int32_t p = 0; p < graph.node_count(); ++p) {
    const auto component = strong.label[at(graph.node_at(p))];
    for (const auto& arc : graph.arcs(p)) {
      if (strong.label[at(graph.node_at(arc.head))] != component)
        leaving[at(component)] = std::max(leaving[at(component)], arc.ms);
    }
  }
  std::vector<std::uint64_t> part(strong.size.size());
  for (std::size_t c = 0; c < part.size(); ++c) part[c] = out[c] + in[c] + leaving[c];
  // Components by a common weak part: only those can follow each other.
  const auto weak = weak_components(graph);
  std::vector<std::uint64_t> sum(weak.size.size(), 0);
  std::vector<bool> counted(part.size(), false);
  for (std::int32_t v = 0; v < graph.node_count(); ++v) {
    const auto c = at(strong.label[at(v)]);
    if (counted[c]) continue;
    counted[c] = true;
    auto& total = sum[at(weak.label[at(v)])];
    total += part[c];
    longest = std::max(longest, total);
  }
  return longest;
}

}  // namespace libgrid
