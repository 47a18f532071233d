#include "libgrid/graph/components.hpp"

#include <algorithm>

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Renames arbitrary part names (by place) to component numbers by node.
Components number(const CsrGraph& graph, const std::vector<std::int32_t>& part) {
  Components result;
  result.label.resize(part.size());
  std::vector<std::int32_t> name(part.size(), -1);
  for (std::int32_t v = 0; v < graph.node_count(); ++v) {
    auto& label = name[at(part[at(graph.place_of(v))])];
    if (label == -1) {
      label = static_cast<std::int32_t>(result.size.size());
      result.size.push_back(0);
    }
    result.label[at(v)] = label;
    ++result.size[at(label)];
  }
  return result;
}

}  // namespace

std::int32_t Components::largest() const {
  if (size.empty()) return -1;
  return static_cast<std::int32_t>(std::max_element(size.begin(), size.end()) - size.begin());
}

Components weak_components(const CsrGraph& graph) {
  std::vector<std::int32_t> parent(at(graph.node_count()));
  for (std::size_t p = 0; p < parent.size(); ++p) parent[p] = static_cast<std::int32_t>(p);
  const auto find = [&](std::int32_t p) {
    while (parent[at(p)] != p) {
      parent[at(p)] = parent[at(parent[at(p)])];  // path halving
      p = parent[at(p)];
    }
    return p;
  };
  for (std::int32_t p = 0; p < graph.node_count(); ++p) {
    for (const auto& arc : graph.arcs(p)) {
      const auto a = find(p);
      const auto b = find(arc.head);
      if (a != b) parent[at(std::max(a, b))] = std::min(a, b);
    }
  }
  for (std::int32_t p = 0; p < graph.node_count(); ++p) parent[at(p)] = find(p);
  return number(graph, parent);
}

Components strong_components(const CsrGraph& graph) {
  const auto nodes = at(graph.node_count());
  struct Frame {
    std::int32_t place;
    std::uint32_t next_arc;
  };
  std::vector<std::int32_t> index(nodes, -1);
  std::vector<std::int32_t> low(nodes, 0);
  std::vector<std::int32_t> part(nodes, -1);  // -1 while on the stack or unseen
  std::vector<std::int32_t> open;
  std::vector<Frame> calls;
  const auto first_out = graph.first_out();
  const auto arcs = graph.all_arcs();
  std::int32_t clock = 0;
  const auto enter = [&](std::int32_t p) {
    index[at(p)] = low[at(p)] = clock++;
    open.push_back(p);
    calls.push_back({p, first_out[at(p)]});
  };
  for (std::int32_t root = 0; root < graph.node_count(); ++root) {
    if (index[at(root)] != -1) continue;
    enter(root);
    while (!calls.empty()) {
      auto& frame = calls.back();
      const auto p = frame.place;
      if (frame.next_arc < first_out[at(p) + 1]) {
        const auto q = arcs[frame.next_arc++].head;
        if (index[at(q)] == -1) {
          enter(q);  // `frame` is dangling from here on
        } else if (part[at(q)] == -1) {
          low[at(p)] = std::min(low[at(p)], index[at(q)]);
        }
        continue;
      }
      calls.pop_back();
      if (!calls.empty()) {
        auto& above = low[at(calls.back().place)];
        above = std::min(above, low[at(p)]);
      }
      if (low[at(p)] != index[at(p)]) continue;
      for (;;) {
        const auto q = open.back();
        open.pop_back();
        part[at(q)] = p;
        if (q == p) break;
      }
    }
  }
  return number(graph, part);
}

}  // namespace libgrid
