#include "libgrid/graph/csr_graph.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

template <class Bad>
void refuse(std::size_t count, const char* what, Bad bad) {
  std::size_t found = 0;
  std::string rows;
  for (std::size_t e = 0; e < count; ++e) {
    if (!bad(e)) continue;
    if (++found <= 5) rows += (rows.empty() ? "" : ", ") + std::to_string(e);
  }
  require(found == 0, [&] {
    return std::to_string(found) + " edges " + what + " (edges " + rows +
           (found > 5 ? ", …)" : ")");
  });
}

void refuse_long(std::span<const std::uint32_t> ms) {
  refuse(ms.size(), "are longer than 10^6 s: check the unit of the times",
         [&](std::size_t e) { return ms[e] > kMaxEdgeMs; });
}

void check(std::int32_t node_count, const EdgeView& edges) {
  const auto count = edges.tail.size();
  require(node_count >= 0, [] { return std::string{"a graph cannot have fewer than 0 nodes"}; });
  require(edges.head.size() == count && edges.ms.size() == count,
          [] { return std::string{"tail, head and ms must have one value for each edge"}; });
  require(count < static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()),
          [] { return std::string{"a graph holds fewer than 2^31 edges"}; });
  const auto outside = [&](std::int32_t v) { return v < 0 || v >= node_count; };
  refuse(count, "start or end at a node that does not exist",
         [&](std::size_t e) { return outside(edges.tail[e]) || outside(edges.head[e]); });
  refuse_long(edges.ms);
}

}  // namespace

CsrGraph::CsrGraph(std::int32_t node_count, EdgeView edges, std::vector<std::int32_t> order)
    : node_count_{node_count} {
  check(node_count, edges);
  const auto nodes = static_cast<std::size_t>(node_count);
  const auto count = edges.tail.size();
  if (!order.empty()) {
    LIBGRID_ASSERT(order.size() == nodes);
    place_.assign(nodes, -1);
    for (std::size_t p = 0; p < nodes; ++p) {
      auto& place = place_.at(static_cast<std::size_t>(order[p]));
      LIBGRID_ASSERT(place == -1);
      place = static_cast<std::int32_t>(p);
    }
    node_ = std::move(order);
  }
  first_out_.assign(nodes + 1, 0);
  for (const auto v : edges.tail) ++first_out_[static_cast<std::size_t>(place_of(v)) + 1];
  for (std::size_t p = 0; p < nodes; ++p) first_out_[p + 1] += first_out_[p];
  arcs_.resize(count);
  edge_.resize(count);
  std::uint64_t total_ms = 0;
  auto next = first_out_;
  for (std::size_t e = 0; e < count; ++e) {
    const auto at = next[static_cast<std::size_t>(place_of(edges.tail[e]))]++;
    arcs_[at] = {place_of(edges.head[e]), edges.ms[e]};
    edge_[at] = static_cast<std::int32_t>(e);
    max_ms_ = std::max(max_ms_, edges.ms[e]);
    total_ms += edges.ms[e];
  }
  if (count > 0) mean_ms_ = static_cast<std::uint32_t>(total_ms / count);
}

CsrGraph CsrGraph::with_times(std::span<const std::uint32_t> ms) const {
  require(ms.size() == arcs_.size(),
          [] { return std::string{"one time is needed for each edge of the graph"}; });
  refuse_long(ms);
  auto graph = *this;
  std::uint64_t total_ms = 0;
  graph.max_ms_ = 0;
  for (std::size_t a = 0; a < arcs_.size(); ++a) {
    graph.arcs_[a].ms = ms[static_cast<std::size_t>(edge_[a])];
    graph.max_ms_ = std::max(graph.max_ms_, graph.arcs_[a].ms);
    total_ms += graph.arcs_[a].ms;
  }
  if (!arcs_.empty()) graph.mean_ms_ = static_cast<std::uint32_t>(total_ms / arcs_.size());
  return graph;
}

CsrGraph CsrGraph::reverse() const {
  CsrGraph back;
  back.node_count_ = node_count_;
  back.max_ms_ = max_ms_;
  back.mean_ms_ = mean_ms_;
  back.place_ = place_;
  back.node_ = node_;
  const auto nodes = static_cast<std::size_t>(node_count_);
  back.first_out_.assign(nodes + 1, 0);
  for (const auto& arc : arcs_) ++back.first_out_[static_cast<std::size_t>(arc.head) + 1];
  for (std::size_t p = 0; p < nodes; ++p) back.first_out_[p + 1] += back.first_out_[p];
  back.arcs_.resize(arcs_.size());
  back.edge_.resize(arcs_.size());
  auto next = back.first_out_;
  for (std::size_t p = 0; p < nodes; ++p) {
    for (auto a = first_out_[p]; a < first_out_[p + 1]; ++a) {
      const auto at = next[static_cast<std::size_t>(arcs_[a].head)]++;
      back.arcs_[at] = {static_cast<std::int32_t>(p), arcs_[a].ms};
      back.edge_[at] = edge_[a];
    }
  }
  return back;
}

std::vector<std::int32_t> depth_first_order(std::int32_t node_count, EdgeView edges) {
  check(node_count, edges);
  const auto nodes = static_cast<std::size_t>(node_count);
  std::vector<std::uint32_t> first(nodes + 1, 0);
  for (const auto v : edges.tail) ++first[static_cast<std::size_t>(v) + 1];
  for (std::size_t v = 0; v < nodes; ++v) first[v + 1] += first[v];
  std::vector<std::int32_t> heads(edges.head.size());
  auto next = first;
  for (std::size_t e = 0; e < heads.size(); ++e)
    heads[next[static_cast<std::size_t>(edges.tail[e])]++] = edges.head[e];
  std::vector<std::int32_t> order;
  order.reserve(nodes);
  std::vector<bool> seen(static_cast<std::size_t>(node_count), false);
  std::vector<std::int32_t> stack;
  for (std::int32_t root = 0; root < node_count; ++root) {
    if (seen[static_cast<std::size_t>(root)]) continue;
    stack.push_back(root);
    while (!stack.empty()) {
      const auto v = stack.back();
      stack.pop_back();
      if (seen[static_cast<std::size_t>(v)]) continue;
      seen[static_cast<std::size_t>(v)] = true;
      order.push_back(v);
      const auto row = static_cast<std::size_t>(v);
      for (auto a = first[row]; a < first[row + 1]; ++a) {
        if (!seen[static_cast<std::size_t>(heads[a])]) stack.push_back(heads[a]);
      }
    }
  }
  return order;
}

}  // namespace libgrid
