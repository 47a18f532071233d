#include "libgrid/travel/street_pieces.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "libgrid/base/error.hpp"

namespace libgrid {

StreetPieces cut_where_streets_meet(const RoadLines& lines, std::span<const std::int64_t> vertex,
                                    std::span<const std::int64_t> also) {
  require(vertex.size() == lines.points.size(),
          [] { return std::string{"roads: one vertex id is needed for each point"}; });
  // By point: the first point with the same id, and whether streets meet there.
  std::vector<std::pair<std::int64_t, std::int64_t>> by_id;  // id, point
  by_id.reserve(vertex.size());
  for (std::size_t i = 0; i < vertex.size(); ++i)
    by_id.emplace_back(vertex[i], static_cast<std::int64_t>(i));
  std::sort(by_id.begin(), by_id.end());
  std::vector<std::int64_t> first(vertex.size());
  std::vector<std::uint8_t> is_node(vertex.size(), 0);
  std::vector<std::int64_t> also_sorted(also.begin(), also.end());
  std::sort(also_sorted.begin(), also_sorted.end());
  std::vector<std::uint8_t> is_repeat(vertex.size(), 0);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto begin = static_cast<std::size_t>(lines.begin[i]);
    const auto end = static_cast<std::size_t>(lines.begin[i + 1]);
    require(end - begin >= 2,
            [&] { return "roads: line " + std::to_string(i) + " has fewer than two points"; });
    for (auto k = begin + 1; k < end; ++k) is_repeat[k] = vertex[k] == vertex[k - 1] ? 1 : 0;
    is_node[begin] = is_node[end - 1] = 1;
  }
  for (std::size_t i = 0; i < by_id.size();) {
    auto end = i;
    std::size_t visits = 0;
    bool is_end = false;
    for (; end < by_id.size() && by_id[end].first == by_id[i].first; ++end) {
      const auto point = static_cast<std::size_t>(by_id[end].second);
      visits += is_repeat[point] == 0 ? 1 : 0;
      is_end = is_end || is_node[point] != 0;
    }
    const bool meets = visits > 1 || is_end ||
                       std::binary_search(also_sorted.begin(), also_sorted.end(), by_id[i].first);
    for (auto k = i; k < end; ++k) {
      const auto point = static_cast<std::size_t>(by_id[k].second);
      first[point] = by_id[i].second;
      is_node[point] = meets ? 1 : 0;
    }
    i = end;
  }
  StreetPieces pieces;
  std::vector<std::int32_t> node(vertex.size(), -1);  // by first point
  const auto node_at = [&](std::size_t point) {
    auto& found = node[static_cast<std::size_t>(first[point])];
    if (found == -1) {
      found = static_cast<std::int32_t>(pieces.nodes.size());
      pieces.nodes.push_back(lines.points[point]);
      pieces.node_id.push_back(vertex[point]);
    }
    return found;
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto begin = static_cast<std::size_t>(lines.begin[i]);
    const auto end = static_cast<std::size_t>(lines.begin[i + 1]);
    auto from = begin;
    for (auto k = begin; k < end; ++k) {
      if (is_repeat[k] != 0) continue;
      pieces.lines.points.push_back(lines.points[k]);
      if (is_node[k] == 0 || k == begin) continue;
      pieces.lines.begin.push_back(static_cast<std::int64_t>(pieces.lines.points.size()));
      pieces.row.push_back(static_cast<std::int32_t>(i));
      pieces.start.push_back(node_at(from));
      pieces.end.push_back(node_at(k));
      from = k;
      pieces.lines.points.push_back(lines.points[k]);  // the next piece starts here
    }
    // What was begun after the last node: its one point.
    pieces.lines.points.resize(static_cast<std::size_t>(pieces.lines.begin.back()));
  }
  return pieces;
}

}  // namespace libgrid
