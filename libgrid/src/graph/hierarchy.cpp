#include "libgrid/graph/hierarchy.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "contraction.hpp"
#include "libgrid/base/error.hpp"
#include "longest_time.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// The position of each place. A place follows all that it has links to; of those that may come
/// next, the one that became free last: its arcs lead to what was just written.
std::vector<std::int32_t> order_positions(const Contracted& done) {
  const auto count = done.place.size();
  std::vector<std::uint32_t> waiting(count);  // by place: links up that have no position yet
  std::vector<std::uint32_t> first_below(count + 1, 0);
  for (std::size_t i = 0; i < count; ++i) {
    waiting[at(done.place[i])] = done.first[i + 1] - done.first[i];
    for (auto l = done.first[i]; l < done.first[i + 1]; ++l)
      ++first_below[at(done.links[l].node) + 1];
  }
  for (std::size_t p = 0; p < count; ++p) first_below[p + 1] += first_below[p];
  std::vector<std::int32_t> below(done.links.size());
  auto next = first_below;
  for (std::size_t i = 0; i < count; ++i) {
    for (auto l = done.first[i]; l < done.first[i + 1]; ++l)
      below[next[at(done.links[l].node)]++] = done.place[i];
  }
  std::vector<std::int32_t> position(count, -1);
  std::vector<std::int32_t> free;
  std::int32_t given = 0;
  for (auto root = done.place.rbegin(); root != done.place.rend(); ++root) {
    if (waiting[at(*root)] != 0 || position[at(*root)] != -1) continue;
    free.push_back(*root);
    while (!free.empty()) {
      const auto place = free.back();
      free.pop_back();
      position[at(place)] = given++;
      for (auto b = first_below[at(place)]; b < first_below[at(place) + 1]; ++b) {
        if (--waiting[at(below[b])] == 0) free.push_back(below[b]);
      }
    }
  }
  LIBGRID_ASSERT(given == static_cast<std::int32_t>(count));
  return position;
}

/// The arcs of one sense, rows and heads by position.
template <class Pick>
HierarchyArcs to_arcs(const Contracted& done, std::span<const std::int32_t> position,
                      std::span<const std::int32_t> row_at, Pick pick) {
  struct Up {
    Arc arc;
    std::int32_t middle;
  };
  HierarchyArcs result;
  result.first.reserve(row_at.size() + 1);
  std::vector<Up> row;
  for (const auto i : row_at) {
    row.clear();
    for (auto l = done.first[at(i)]; l < done.first[at(i) + 1]; ++l) {
      const auto [ms, middle] = pick(done.links[l]);
      if (ms == Link::kClosed) continue;
      row.push_back(
          {{position[at(done.links[l].node)], ms}, middle == -1 ? -1 : position[at(middle)]});
    }
    std::sort(row.begin(), row.end(),
              [](const Up& a, const Up& b) { return a.arc.head < b.arc.head; });
    for (const auto& up : row) {
      result.arcs.push_back(up.arc);
      result.middle.push_back(up.middle);
    }
    result.first.push_back(static_cast<std::uint32_t>(result.arcs.size()));
  }
  result.arcs.shrink_to_fit();
  result.middle.shrink_to_fit();
  return result;
}

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace

Hierarchy::Hierarchy(const CsrGraph& graph, const RunControl& control) {
  columns_.longest_ms = longest_time(graph, control);
  columns_.graph_hash = hash_of(graph);
  const auto done = contract(graph, control);
  columns_.symmetric = done.symmetric;
  const auto position = order_positions(done);
  const auto count = done.place.size();
  std::vector<std::int32_t> row_at(count);
  columns_.node.resize(count);
  position_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto place = done.place[i];
    const auto p = position[at(place)];
    row_at[at(p)] = static_cast<std::int32_t>(i);
    columns_.node[at(p)] = graph.node_at(place);
    position_[at(graph.node_at(place))] = p;
  }
  columns_.out = to_arcs(done, position, row_at, [](const Link& l) {
    return std::pair{l.out_ms, l.out_middle};
  });
  if (!done.symmetric)
    columns_.in = to_arcs(done, position, row_at, [](const Link& l) {
      return std::pair{l.in_ms, l.in_middle};
    });
}

Hierarchy::Hierarchy(HierarchyColumns columns) : columns_{std::move(columns)} {
  const auto refuse = [](bool good) {
    require(good, [] { return std::string{"the hierarchy is damaged: build it again"}; });
  };
  const auto count = columns_.node.size();
  position_.assign(count, -1);
  for (std::size_t p = 0; p < count; ++p) {
    const auto node = columns_.node[p];
    refuse(node >= 0 && at(node) < count && position_[at(node)] == -1);
    position_[at(node)] = static_cast<std::int32_t>(p);
  }
  const auto check = [&](const HierarchyArcs& arcs) {
    refuse(arcs.first.size() == count + 1 && arcs.first.front() == 0 &&
           arcs.first.back() == arcs.arcs.size() && arcs.middle.size() == arcs.arcs.size());
    for (std::size_t p = 0; p < count; ++p) refuse(arcs.first[p] <= arcs.first[p + 1]);
    for (std::size_t p = 0; p < count; ++p) {
      for (auto a = arcs.first[p]; a < arcs.first[p + 1]; ++a) {
        const auto middle = arcs.middle[a];
        refuse(arcs.arcs[a].head >= 0 && at(arcs.arcs[a].head) < p &&
               (middle == -1 || (at(middle) > p && middle < node_count())));
      }
    }
  };
  check(columns_.out);
  if (!columns_.symmetric) check(columns_.in);
  refuse(!columns_.symmetric || columns_.in.arcs.empty());
}

void Hierarchy::check_belongs_to(const CsrGraph& graph) const {
  require(graph.node_count() == node_count() && hash_of(graph) == columns_.graph_hash, [] {
    return std::string{
        "the hierarchy belongs to another network: nodes, edges or times differ; build it again"};
  });
}

std::int64_t Hierarchy::byte_count() const {
  const auto bytes = [](const auto& column) { return column.size() * sizeof(column[0]); };
  auto total = bytes(columns_.node) + bytes(position_);
  for (const auto* half : {&columns_.out, &columns_.in})
    total += bytes(half->first) + bytes(half->arcs) + bytes(half->middle);
  return static_cast<std::int64_t>(total);
}

std::uint64_t hash_of(const CsrGraph& graph) {
  auto total = mix(static_cast<std::uint64_t>(graph.node_count()) + 1);
  for (std::int32_t p = 0; p < graph.node_count(); ++p) {
    const auto arcs = graph.arcs(p);
    const auto tail = static_cast<std::uint64_t>(graph.node_at(p)) << 32;
    for (const auto& arc : arcs) {
      // A sum over the edges, so that the order in which they are kept plays no part.
      total += mix(mix(tail | static_cast<std::uint32_t>(graph.node_at(arc.head))) + arc.ms +
                   0x9E3779B97F4A7C15ULL);
    }
  }
  return total;
}

}  // namespace libgrid
