#include "libgrid/travel/road_network.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// A hash of a drawing that is the same in both directions.
std::uint64_t hash_of(std::span<const Point> line) {
  const auto word = [](Point p) {
    auto z = (std::uint64_t{static_cast<std::uint32_t>(p.x_mm)} << 32) |
             static_cast<std::uint32_t>(p.y_mm);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    return z ^ (z >> 27);
  };
  std::uint64_t along = 0;
  std::uint64_t against = 0;
  for (const auto& p : line) along = along * 0x9E3779B97F4A7C15ULL + word(p);
  for (auto i = line.size(); i-- > 0;) against = against * 0x9E3779B97F4A7C15ULL + word(line[i]);
  return along + against;
}

bool is_reverse(std::span<const Point> a, std::span<const Point> b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.rbegin(), b.rend());
}

}  // namespace

std::vector<std::uint32_t> round_to_ms(std::span<const double> seconds, const char* column) {
  std::vector<std::uint32_t> ms(seconds.size());
  std::size_t bad = 0;
  std::string rows;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    const double rounded = std::nearbyint(seconds[i] * 1000.0);
    if (seconds[i] >= 0 && rounded <= kMaxEdgeMs) {  // false for NaN
      ms[i] = static_cast<std::uint32_t>(rounded);
    } else if (++bad <= 5) {
      rows += (rows.empty() ? "" : ", ") + std::to_string(i);
    }
  }
  require(bad == 0, [&] {
    return std::string{column} + ": " + std::to_string(bad) +
           " times are negative, not finite or over 10^6 s (rows " + rows + (bad > 5 ? ", …" : "") +
           "): mend or drop these rows; give seconds";
  });
  return ms;
}

RoadNetwork::RoadNetwork(std::int32_t node_count, std::vector<Point> nodes, RoadEdges edges,
                         RoadLines lines, TurnColumns turns)
    : nodes_{std::move(nodes)},
      edges_{std::move(edges)},
      lines_{std::move(lines)},
      turns_{std::move(turns)} {
  require(node_count > 0, [] { return std::string{"roads: the network is empty"}; });
  require(nodes_.empty() || nodes_.size() == at(node_count),
          [] { return std::string{"roads: one position is needed for each node"}; });
  const EdgeView view{edges_.tail, edges_.head, edges_.ms};
  forward_ = CsrGraph{node_count, view, depth_first_order(node_count, view)};
  backward_ = forward_.reverse();
  find_components();
  if (has_geometry()) pair_opposites();
}

void RoadNetwork::find_components() {
  if (turns_.empty()) {
    weak_ = weak_components(forward_);
    strong_ = strong_components(forward_);
    return;
  }
  // Of the streets between junctions: copies that can only be left or only be reached are no
  // islands.
  const auto streets = at(street_count());
  std::vector<std::int32_t> tail(streets);
  std::vector<std::int32_t> head(streets);
  for (std::size_t e = 0; e < streets; ++e) {
    tail[e] = junction_of(edges_.tail[e]);
    head[e] = junction_of(edges_.head[e]);
  }
  const CsrGraph plain{junction_count(), {tail, head, {edges_.ms.data(), streets}}};
  weak_ = weak_components(plain);
  strong_ = strong_components(plain);
  for (auto* parts : {&weak_, &strong_}) {
    for (const auto junction : turns_.copy_of) parts->label.push_back(parts->label[at(junction)]);
  }
}

void RoadNetwork::pair_opposites() {
  struct Candidate {
    std::uint64_t hash;
    std::int32_t edge;
  };
  const auto line_of = [&](std::int32_t e) { return lines_[at(edges_.line[at(e)])]; };
  std::vector<Candidate> candidates;
  for (std::int32_t e = 0; e < street_count(); ++e) {
    if (edges_.opposite[at(e)] == -1) candidates.push_back({hash_of(line_of(e)), e});
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::pair{a.hash, a.edge} < std::pair{b.hash, b.edge};
  });
  for (std::size_t i = 0; i < candidates.size();) {
    auto end = i;
    while (end < candidates.size() && candidates[end].hash == candidates[i].hash) ++end;
    // Two queues, along and against the first: the n-th of one is the opposite of the n-th of the
    // other.
    auto next_other = i;
    const auto first = line_of(candidates[i].edge);
    const auto is_other = [&](std::size_t c) {
      return is_reverse(first, line_of(candidates[c].edge));
    };
    for (auto c = i; c < end && !is_reverse(first, first); ++c) {
      if (is_other(c) || !std::ranges::equal(first, line_of(candidates[c].edge))) continue;
      while (next_other < end && !is_other(next_other)) ++next_other;
      if (next_other == end) break;
      const auto low = std::min(candidates[c].edge, candidates[next_other].edge);
      const auto high = std::max(candidates[c].edge, candidates[next_other].edge);
      ++next_other;
      if (junction_of(edges_.tail[at(low)]) != junction_of(edges_.head[at(high)]) ||
          junction_of(edges_.head[at(low)]) != junction_of(edges_.tail[at(high)]))
        continue;
      edges_.opposite[at(low)] = high;
      edges_.opposite[at(high)] = low;
      edges_.line[at(high)] = edges_.line[at(low)];
      edges_.against[at(high)] = 1;
    }
    i = end;
  }
}

RoadNetwork RoadNetwork::from_edges(std::int32_t node_count, std::vector<Point> nodes,
                                    EdgeView rows, bool undirected) {
  const auto count = rows.tail.size();
  (void)CsrGraph{node_count, rows};  // refuses bad columns before they are used as indices
  RoadEdges edges;
  RoadLines lines;
  const auto append = [&](std::span<const std::int32_t> tail, std::span<const std::int32_t> head) {
    edges.tail.insert(edges.tail.end(), tail.begin(), tail.end());
    edges.head.insert(edges.head.end(), head.begin(), head.end());
    edges.ms.insert(edges.ms.end(), rows.ms.begin(), rows.ms.end());
  };
  append(rows.tail, rows.head);
  if (undirected) append(rows.head, rows.tail);
  edges.opposite.assign(edges.tail.size(), -1);
  if (undirected) {
    for (std::size_t e = 0; e < count; ++e) {
      edges.opposite[e] = static_cast<std::int32_t>(count + e);
      edges.opposite[count + e] = static_cast<std::int32_t>(e);
    }
  }
  if (!nodes.empty()) {
    LIBGRID_ASSERT(nodes.size() == at(node_count));
    edges.line.resize(edges.tail.size());
    edges.against.assign(edges.tail.size(), 0);
    lines.points.reserve(2 * count);
    lines.begin.reserve(count + 1);
    for (std::size_t e = 0; e < count; ++e) {
      lines.points.push_back(nodes[at(rows.tail[e])]);
      lines.points.push_back(nodes[at(rows.head[e])]);
      lines.begin.push_back(static_cast<std::int64_t>(lines.points.size()));
      edges.line[e] = static_cast<std::int32_t>(e);
      if (!undirected) continue;
      edges.line[count + e] = static_cast<std::int32_t>(e);
      edges.against[count + e] = 1;
    }
  }
  return RoadNetwork{node_count, std::move(nodes), std::move(edges), std::move(lines)};
}

RoadNetwork RoadNetwork::from_lines(const RoadLines& drawn, std::span<const std::uint32_t> ms,
                                    std::span<const Passage> passage) {
  const auto count = drawn.size();
  require(passage.size() == count,
          [] { return std::string{"roads: one direction is needed for each line"}; });
  std::vector<std::pair<Point, std::int32_t>>
      ends;  // end point, its position in travel direction, start/end of line i: 2 i, 2 i + 1
  for (std::size_t i = 0; i < count; ++i) {
    const auto line = drawn[i];
    require(line.size() >= 2,
            [&] { return "roads: line " + std::to_string(i) + " has fewer than two points"; });
    const bool is_turned = passage[i] == Passage::against;
    ends.emplace_back(is_turned ? line.back() : line.front(), static_cast<std::int32_t>(2 * i));
    ends.emplace_back(is_turned ? line.front() : line.back(), static_cast<std::int32_t>(2 * i + 1));
  }
  const auto by_end = ends;
  std::sort(ends.begin(), ends.end());
  std::vector<std::int32_t> first(ends.size());  // the earliest end at the same point
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const bool same = i > 0 && ends[i].first == ends[i - 1].first;
    first[at(ends[i].second)] = same ? first[at(ends[i - 1].second)] : ends[i].second;
  }
  std::vector<Point> nodes;
  std::vector<std::int32_t> node(ends.size());
  for (std::size_t i = 0; i < node.size(); ++i) {
    if (first[i] == static_cast<std::int32_t>(i)) {
      node[i] = static_cast<std::int32_t>(nodes.size());
      nodes.push_back(by_end[i].first);
    } else {
      node[i] = node[at(first[i])];
    }
  }
  std::vector<std::int32_t> start(count);
  std::vector<std::int32_t> end(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto turn = passage[i] == Passage::against ? 1U : 0U;
    start[i] = node[2 * i + turn];
    end[i] = node[2 * i + 1 - turn];
  }
  return from_joined_lines(std::move(nodes), drawn, start, end, ms, passage);
}

RoadNetwork RoadNetwork::from_joined_lines(std::vector<Point> nodes, const RoadLines& drawn,
                                           std::span<const std::int32_t> start,
                                           std::span<const std::int32_t> end,
                                           std::span<const std::uint32_t> ms,
                                           std::span<const Passage> passage) {
  const auto count = drawn.size();
  require(
      ms.size() == count && passage.size() == count && start.size() == count && end.size() == count,
      [] { return std::string{"roads: one time and one direction are needed for each line"}; });
  RoadLines lines;
  lines.points.reserve(drawn.points.size());
  RoadEdges edges;
  const auto add = [&](std::size_t i, std::int32_t tail, std::int32_t head, bool against,
                       std::int32_t opposite) {
    edges.tail.push_back(tail);
    edges.head.push_back(head);
    edges.ms.push_back(ms[i]);
    edges.opposite.push_back(opposite);
    edges.line.push_back(static_cast<std::int32_t>(i));
    edges.against.push_back(against ? 1 : 0);
  };
  for (std::size_t i = 0; i < count; ++i) {
    const auto line = drawn[i];
    const bool is_turned = passage[i] == Passage::against;
    if (is_turned) {
      lines.points.insert(lines.points.end(), line.rbegin(), line.rend());
    } else {
      lines.points.insert(lines.points.end(), line.begin(), line.end());
    }
    lines.begin.push_back(static_cast<std::int64_t>(lines.points.size()));
    const auto next = static_cast<std::int32_t>(edges.tail.size());
    const bool both = passage[i] == Passage::both;
    add(i, is_turned ? end[i] : start[i], is_turned ? start[i] : end[i], false,
        both ? next + 1 : -1);
    if (both) add(i, end[i], start[i], true, next);
  }
  const auto node_count = static_cast<std::int32_t>(nodes.size());
  return RoadNetwork{node_count, std::move(nodes), std::move(edges), std::move(lines)};
}

RoadNetwork RoadNetwork::with_edges(std::span<const std::uint8_t> closed,
                                    std::span<const std::uint32_t> ms) const {
  const auto count = edges_.tail.size();
  require(closed.size() == count && ms.size() == count,
          [] { return std::string{"roads: one mark and one time are needed for each edge"}; });
  std::vector<std::int32_t> renamed(count, -1);
  std::int32_t kept = 0;
  for (std::size_t e = 0; e < count; ++e) {
    if (closed[e] == 0) renamed[e] = kept++;
  }
  RoadEdges edges;
  RoadLines lines;
  std::vector<std::int32_t> line_of(lines_.size(), -1);
  std::vector<std::uint8_t> turned(lines_.size(), 0);
  for (std::size_t e = 0; e < count; ++e) {
    if (renamed[e] == -1) continue;
    edges.tail.push_back(edges_.tail[e]);
    edges.head.push_back(edges_.head[e]);
    edges.ms.push_back(ms[e]);
    const auto opposite = edges_.opposite[e];
    edges.opposite.push_back(opposite == -1 ? -1 : renamed[at(opposite)]);
    if (!has_geometry()) continue;
    const auto old = at(edges_.line[e]);
    if (line_of[old] == -1) {  // the lowest edge that is left runs along its line
      const auto drawing = lines_[old];
      line_of[old] = static_cast<std::int32_t>(lines.size());
      turned[old] = edges_.against[e];
      if (turned[old] != 0)
        lines.points.insert(lines.points.end(), drawing.rbegin(), drawing.rend());
      else
        lines.points.insert(lines.points.end(), drawing.begin(), drawing.end());
      lines.begin.push_back(static_cast<std::int64_t>(lines.points.size()));
    }
    edges.line.push_back(line_of[old]);
    edges.against.push_back(edges_.against[e] ^ turned[old]);
  }
  auto turns = turns_;
  const auto streets = closed.first(at(street_count()));
  if (!turns.empty())
    turns.streets = static_cast<std::int32_t>(std::count(streets.begin(), streets.end(), 0));
  return RoadNetwork{node_count(), nodes_, std::move(edges), std::move(lines), std::move(turns)};
}

RoadNetwork RoadNetwork::with_times(std::span<const std::uint32_t> ms) const {
  require(ms.size() == edges_.ms.size(),
          [] { return std::string{"roads: one time is needed for each edge"}; });
  auto changed = *this;
  changed.edges_.ms.assign(ms.begin(), ms.end());
  changed.forward_ = forward_.with_times(ms);
  changed.backward_ = backward_.with_times(ms);
  return changed;
}

}  // namespace libgrid
