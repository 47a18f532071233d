#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "libgrid/graph/csr_graph.hpp"

namespace libgrid {

/// Both ways between a node and one neighbour; all ones where a way is closed.
struct Link {
  static constexpr std::uint32_t kClosed = std::numeric_limits<std::uint32_t>::max();
  std::int32_t node = -1;
  std::uint32_t out_ms = kClosed;  ///< to the neighbour
  std::uint32_t in_ms = kClosed;   ///< from it
  std::int32_t out_middle = -1;    ///< the place that the way was contracted over; -1: an edge
  std::int32_t in_middle = -1;
};

/// The graph that is left while a hierarchy is built: per place its neighbours that are not
/// contracted yet, each once, with the shorter of parallel ways.
class ContractionGraph {
 public:
  explicit ContractionGraph(const CsrGraph& graph)
      : rows_(static_cast<std::size_t>(graph.node_count())) {
    std::vector<std::uint32_t> degree(rows_.size(), 0);
    for (std::int32_t p = 0; p < graph.node_count(); ++p) {
      for (const auto& arc : graph.arcs(p)) {
        ++degree[static_cast<std::size_t>(p)];
        ++degree[static_cast<std::size_t>(arc.head)];
      }
    }
    std::size_t total = 0;
    for (std::size_t p = 0; p < rows_.size(); ++p) {
      rows_[p] = {total, 0, degree[p]};
      total += degree[p];
    }
    links_.resize(total);
    for (std::int32_t p = 0; p < graph.node_count(); ++p) {
      for (const auto& arc : graph.arcs(p)) offer(p, arc.head, arc.ms, -1);
    }
  }

  [[nodiscard]] std::int32_t place_count() const { return static_cast<std::int32_t>(rows_.size()); }

  [[nodiscard]] std::span<const Link> links(std::int32_t place) const {
    const auto& row = rows_[static_cast<std::size_t>(place)];
    return {links_.data() + row.begin, row.size};
  }

  /// Whether every way takes as long back.
  [[nodiscard]] bool is_symmetric() const {
    for (std::int32_t p = 0; p < place_count(); ++p) {
      for (const auto& link : links(p)) {
        if (link.out_ms != link.in_ms) return false;
      }
    }
    return true;
  }

  /// A way from one place to another, kept when it is shorter than the one that is there. On a tie
  /// an edge is kept rather than a way over other places: it is there first.
  void offer(std::int32_t from, std::int32_t to, std::uint32_t ms, std::int32_t middle) {
    if (from == to) return;
    auto& out = find_or_add(from, to);
    if (ms < out.out_ms) {
      out.out_ms = ms;
      out.out_middle = middle;
    }
    auto& in = find_or_add(to, from);
    if (ms < in.in_ms) {
      in.in_ms = ms;
      in.in_middle = middle;
    }
  }

  /// Takes a place out of the rows of its neighbours. Its own row stays to be read.
  void detach(std::int32_t place) {
    for (const auto& link : links(place)) {
      auto& row = rows_[static_cast<std::size_t>(link.node)];
      auto* const begin = links_.data() + row.begin;
      for (std::uint32_t i = 0; i < row.size; ++i) {
        if (begin[i].node != place) continue;
        begin[i] = begin[--row.size];
        break;
      }
    }
  }

 private:
  struct Row {
    std::size_t begin;
    std::uint32_t size;
    std::uint32_t capacity;
  };

  Link& find_or_add(std::int32_t place, std::int32_t neighbour) {
    auto& row = rows_[static_cast<std::size_t>(place)];
    for (std::uint32_t i = 0; i < row.size; ++i) {
      auto& link = links_[row.begin + i];
      if (link.node == neighbour) return link;
    }
    if (row.size == row.capacity) {  // moves to the end, with room to grow
      const auto begin = links_.size();
      row.capacity = std::max(4U, 2 * row.capacity);
      links_.resize(begin + row.capacity);
      std::copy_n(links_.begin() + static_cast<std::ptrdiff_t>(row.begin), row.size,
                  links_.begin() + static_cast<std::ptrdiff_t>(begin));
      row.begin = begin;
    }
    auto& added = links_[row.begin + row.size++];
    added = {};
    added.node = neighbour;
    return added;
  }

  std::vector<Row> rows_;
  std::vector<Link> links_;
};

}  // namespace libgrid
