#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "libgrid/travel/places.hpp"

namespace libgrid {

/// The far side of many searches, prepared once: which rows lie on an edge, and how they are
/// entered.
class Targets {
 public:
  struct Entry {
    std::int32_t place;  // of the graph, not a Place
    std::int32_t row;
    std::uint32_t ms;
  };

  Targets(const RoadNetwork& network, std::span<const Place> rows, Heading heading)
      : network_{network}, rows_{rows}, heading_{heading} {
    const auto& graph = network.forward();  // both graphs share the places
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = static_cast<std::int32_t>(i);
      for (const auto& door : doors_in(network, rows[i], heading))
        by_row_.push_back({graph.place_of(door.node), row, door.ms});
      if (rows[i].node == -1 && rows[i].edge != -1) on_edge_.emplace_back(rows[i].edge, row);
    }
    std::sort(on_edge_.begin(), on_edge_.end());
    first_.assign(static_cast<std::size_t>(graph.node_count()) + 1, 0);
    for (const auto& e : by_row_) ++first_[static_cast<std::size_t>(e.place) + 1];
    for (std::size_t p = 0; p + 1 < first_.size(); ++p) first_[p + 1] += first_[p];
    by_place_.resize(by_row_.size());
    auto next = first_;
    for (const auto& e : by_row_) by_place_[next[static_cast<std::size_t>(e.place)]++] = e;
  }

  /// Every entry, by row.
  [[nodiscard]] std::span<const Entry> all() const { return by_row_; }

  /// The entries through one place of the graph.
  [[nodiscard]] std::span<const Entry> at(std::int32_t place) const {
    const auto p = static_cast<std::size_t>(place);
    return {by_place_.data() + first_[p], first_[p + 1] - first_[p]};
  }

  /// Calls `visit(row, ms)` for each row on the edge of `from` that is reached without leaving it.
  template <class Visit>
  void visit_direct(const Place& from, Visit visit) const {
    if (from.node != -1 || from.edge == -1) return;
    for (auto it = std::lower_bound(on_edge_.begin(), on_edge_.end(),
                                    std::pair{from.edge, std::int32_t{0}});
         it != on_edge_.end() && it->first == from.edge; ++it) {
      const auto ms =
          direct_ms(network_, from, rows_[static_cast<std::size_t>(it->second)], heading_);
      if (ms != kNever) visit(it->second, ms);
    }
  }

 private:
  const RoadNetwork& network_;
  std::span<const Place> rows_;
  Heading heading_;
  std::vector<std::pair<std::int32_t, std::int32_t>> on_edge_;  // edge, row
  std::vector<Entry> by_row_;
  std::vector<std::size_t> first_;
  std::vector<Entry> by_place_;
};

}  // namespace libgrid
