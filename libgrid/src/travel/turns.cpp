#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "libgrid/base/error.hpp"
#include "libgrid/graph/shortest_paths.hpp"
#include "libgrid/travel/road_network.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Checked, by junction, from and to edge; one rule a pair.
std::vector<TurnRule> tidy(const RoadNetwork& network, std::span<const TurnRule> rules) {
  const auto& edges = network.edges();
  const auto is_edge = [&](std::int32_t e) { return e >= 0 && e < network.edge_count(); };
  std::size_t bad = 0;
  std::string shown;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& rule = rules[i];
    const bool good = is_edge(rule.from_edge) && is_edge(rule.to_edge) &&
                      edges.head[at(rule.from_edge)] == edges.tail[at(rule.to_edge)] &&
                      (rule.ms == kNever || rule.ms <= kMaxEdgeMs);
    if (!good && ++bad <= 5) shown += (shown.empty() ? "" : ", ") + std::to_string(i);
  }
  require(bad == 0, [&] {
    return "turns: " + std::to_string(bad) +
           " rules name edges that do not exist or do not meet, or take over 10^6 s (rules " +
           shown + (bad > 5 ? ", …)" : ")");
  });
  std::vector<TurnRule> sorted(rules.begin(), rules.end());
  std::sort(sorted.begin(), sorted.end(), [&](const TurnRule& a, const TurnRule& b) {
    return std::tuple{edges.head[at(a.from_edge)], a.from_edge, a.to_edge, a.ms} <
           std::tuple{edges.head[at(b.from_edge)], b.from_edge, b.to_edge, b.ms};
  });
  std::vector<TurnRule> tidied;
  for (const auto& rule : sorted) {
    if (tidied.empty() || tidied.back().from_edge != rule.from_edge ||
        tidied.back().to_edge != rule.to_edge) {
      tidied.push_back(rule);
    } else if (rule.ms == kNever || tidied.back().ms == kNever) {
      tidied.back().ms = kNever;
    } else {
      tidied.back().ms = std::min(kMaxEdgeMs, tidied.back().ms + rule.ms);
    }
  }
  return tidied;
}

/// The edges that leave each junction.
class EdgesOut {
 public:
  explicit EdgesOut(const RoadNetwork& network) : first_(at(network.node_count()) + 1, 0) {
    const auto& tail = network.edges().tail;
    for (const auto v : tail) ++first_[at(v) + 1];
    for (std::size_t v = 0; v + 1 < first_.size(); ++v) first_[v + 1] += first_[v];
    edge_.resize(tail.size());
    auto next = first_;
    for (std::size_t e = 0; e < tail.size(); ++e)
      edge_[next[at(tail[e])]++] = static_cast<std::int32_t>(e);
  }
  [[nodiscard]] std::span<const std::int32_t> of(std::int32_t junction) const {
    return {edge_.data() + first_[at(junction)], first_[at(junction) + 1] - first_[at(junction)]};
  }

 private:
  std::vector<std::size_t> first_;
  std::vector<std::int32_t> edge_;
};

}  // namespace

// At a junction v with rules:
//   v          where ways start and where streets arrive that no rule names
//   one copy   a street that a rule comes from, where it arrives
//   one copy   a street that a rule goes to, where it leaves
//   one copy   where all other streets leave
//   one copy   where ways end
// joined by turns of no length, or of the rule's; a forbidden turn is the one that is missing.
RoadNetwork RoadNetwork::with_turns(std::span<const TurnRule> given) const {
  require(turns_.empty(), [] { return std::string{"turns: the network has turn rules already"}; });
  const auto rules = tidy(*this, given);
  if (rules.empty()) return *this;
  auto nodes = nodes_;
  auto edges = edges_;
  auto lines = lines_;
  TurnColumns turns{
      .junctions = node_count(), .streets = edge_count(), .copy_of = {}, .arrival = {}};
  for (std::int32_t v = 0; v < node_count(); ++v) turns.arrival.push_back(v);
  const EdgesOut out{*this};

  for (std::size_t first = 0; first < rules.size();) {
    const auto junction = edges_.head[at(rules[first].from_edge)];
    auto last = first;
    while (last < rules.size() && edges_.head[at(rules[last].from_edge)] == junction) ++last;
    const auto copy = [&] {
      turns.copy_of.push_back(junction);
      if (has_geometry()) nodes.push_back(nodes_[at(junction)]);
      return turns.junctions + static_cast<std::int32_t>(turns.copy_of.size()) - 1;
    };
    if (has_geometry()) {
      lines.points.insert(lines.points.end(), 2, nodes_[at(junction)]);
      lines.begin.push_back(static_cast<std::int64_t>(lines.points.size()));
    }
    const auto turn = [&](std::int32_t tail, std::int32_t head, std::uint32_t ms) {
      edges.tail.push_back(tail);
      edges.head.push_back(head);
      edges.ms.push_back(ms);
      edges.opposite.push_back(-1);
      if (!has_geometry()) return;
      edges.line.push_back(static_cast<std::int32_t>(lines.size()) - 1);
      edges.against.push_back(0);
    };
    std::vector<std::int32_t> named;  // streets that a rule goes to
    for (auto r = first; r < last; ++r) named.push_back(rules[r].to_edge);
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());

    const auto arrival = copy();
    turns.arrival[at(junction)] = arrival;
    turn(junction, arrival, 0);
    std::int32_t rest = -1;
    for (const auto e : out.of(junction)) {
      if (std::binary_search(named.begin(), named.end(), e)) continue;
      if (rest == -1) {
        rest = copy();
        turn(junction, rest, 0);
      }
      edges.tail[at(e)] = rest;
    }
    for (const auto e : named) {
      edges.tail[at(e)] = copy();
      turn(junction, edges.tail[at(e)], 0);
    }
    for (auto r = first; r < last;) {
      const auto from = rules[r].from_edge;
      edges.head[at(from)] = copy();
      turn(edges.head[at(from)], arrival, 0);
      if (rest != -1) turn(edges.head[at(from)], rest, 0);
      for (const auto e : named) {
        const bool has_rule = r < last && rules[r].from_edge == from && rules[r].to_edge == e;
        const auto ms = has_rule ? rules[r++].ms : 0;
        if (ms != kNever) turn(edges.head[at(from)], edges.tail[at(e)], ms);
      }
    }
    first = last;
  }
  const auto count = turns.junctions + static_cast<std::int32_t>(turns.copy_of.size());
  return RoadNetwork{count, std::move(nodes), std::move(edges), std::move(lines), std::move(turns)};
}

}  // namespace libgrid
