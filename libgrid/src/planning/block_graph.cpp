#include "libgrid/planning/block_graph.hpp"

#include <algorithm>
#include <string>
#include <tuple>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Throws when `bad(e)` holds for an edge; `why` says what is wrong and what to do.
template <class Bad>
void refuse(std::size_t edges, const char* why, Bad bad) {
  std::string named;
  std::int64_t count = 0;
  for (std::size_t e = 0; e < edges; ++e)
    if (bad(e) && ++count <= 5) named += (count > 1 ? ", " : "") + std::to_string(e);
  require(count == 0, [&] {
    return "block graph: edges " + named + " (" + std::to_string(count) + " in all) " + why;
  });
}

}  // namespace

BlockGraph::BlockGraph(std::int32_t block_count, const BlockEdges& edges)
    : block_count_{block_count} {
  require(block_count >= 0, [] { return "block graph: the number of blocks is below 0"; });
  const auto m = edges.a.size();
  require(edges.b.size() == m && (edges.border_mm.empty() || edges.border_mm.size() == m) &&
              (edges.tie.empty() || edges.tie.size() == m),
          [] { return "block graph: the columns of edges differ in length"; });
  require(m < (std::size_t{1} << 31), [] { return "block graph: more than 2³¹ edges"; });
  const auto inside = [&](std::int32_t block) { return block >= 0 && block < block_count; };
  refuse(m, "end at a block that does not exist",
         [&](auto e) { return !inside(edges.a[e]) || !inside(edges.b[e]); });
  refuse(m, "join a block to itself: leave them out",
         [&](auto e) { return edges.a[e] == edges.b[e]; });
  if (!edges.border_mm.empty())
    refuse(m, "have a border below 0", [&](auto e) { return edges.border_mm[e] < 0; });

  first_.assign(at(block_count) + 1, 0);
  a_.resize(m);
  b_.resize(m);
  for (std::size_t e = 0; e < m; ++e) {
    std::tie(a_[e], b_[e]) = std::minmax(edges.a[e], edges.b[e]);
    ++first_[at(a_[e]) + 1];
    ++first_[at(b_[e]) + 1];
  }
  for (std::size_t b = 0; b < at(block_count); ++b) first_[b + 1] += first_[b];
  side_.resize(2 * m);
  auto next = first_;
  for (std::size_t e = 0; e < m; ++e) {
    side_[next[at(a_[e])]++] = {b_[e], static_cast<std::int32_t>(e)};
    side_[next[at(b_[e])]++] = {a_[e], static_cast<std::int32_t>(e)};
  }
  std::vector<std::uint8_t> twice(m, 0);
  for (std::size_t b = 0; b < at(block_count); ++b) {
    const auto begin = side_.begin() + first_[b];
    const auto end = side_.begin() + first_[b + 1];
    std::sort(begin, end, [](const BlockSide& x, const BlockSide& y) {
      return x.block != y.block ? x.block < y.block : x.edge < y.edge;
    });
    for (auto s = begin; s != end && s + 1 != end; ++s)
      if (s->block == (s + 1)->block) twice[at((s + 1)->edge)] = 1;
  }
  refuse(m, "repeat a pair of blocks: give each pair once, with its whole border",
         [&](auto e) { return twice[e] != 0; });
  border_mm_.assign(m, 0);
  std::ranges::copy(edges.border_mm, border_mm_.begin());
  tie_.assign(m, BlockTie::border);
  std::ranges::copy(edges.tie, tie_.begin());
}

std::int32_t BlockGraph::find_edge(std::int32_t a, std::int32_t b) const {
  const auto sides = neighbours(a);
  const auto found = std::ranges::lower_bound(sides, b, {}, &BlockSide::block);
  return found != sides.end() && found->block == b ? found->edge : -1;
}

BlockParts find_parts(const BlockGraph& graph, std::span<const std::int32_t> grid_of) {
  require(grid_of.empty() || grid_of.size() == at(graph.block_count()),
          [] { return "block graph: the plan has another number of blocks"; });
  const auto grid = [&](std::int32_t block) { return grid_of.empty() ? 0 : grid_of[at(block)]; };
  BlockParts parts{.part = std::vector<std::int32_t>(at(graph.block_count()), -1), .grid_of = {}};
  std::vector<std::int32_t> stack;
  for (std::int32_t start = 0; start < graph.block_count(); ++start) {
    if (grid(start) < 0 || parts.part[at(start)] != -1) continue;
    const auto name = static_cast<std::int32_t>(parts.grid_of.size());
    parts.grid_of.push_back(grid(start));
    parts.part[at(start)] = name;
    stack.push_back(start);
    while (!stack.empty()) {
      const auto block = stack.back();
      stack.pop_back();
      for (const auto& side : graph.neighbours(block)) {
        if (parts.part[at(side.block)] != -1 || grid(side.block) != grid(start)) continue;
        parts.part[at(side.block)] = name;
        stack.push_back(side.block);
      }
    }
  }
  return parts;
}

}  // namespace libgrid
