#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "contraction_graph.hpp"

namespace libgrid {

/// A way over a place that must be kept when the place goes.
struct Shortcut {
  std::int32_t from;
  std::int32_t to;
  std::uint32_t ms;
};

/// Finds which shortcuts the contraction of a place needs; one per thread.
///
/// A shortcut is left out only when a way as short was found around the place (a witness). Giving
/// up early costs a shortcut that was not needed and never a wrong time.
class WitnessSearch {
 public:
  explicit WitnessSearch(std::int32_t place_count)
      : seen_(static_cast<std::size_t>(place_count), Seen{0, 0}) {}

  /// Calls `need(shortcut)` for each needed shortcut over `place`, by ascending pair in its row.
  /// Places marked in `gone` are not used by a witness: they are contracted at the same time.
  /// Symmetric: each pair is told once and holds both ways.
  template <class Need>
  void run(const ContractionGraph& graph, std::int32_t place, std::span<const std::uint8_t> gone,
           bool symmetric, std::uint32_t settle_most, Need need) {
    const auto links = graph.links(place);
    for (std::size_t i = 0; i < links.size(); ++i) {
      const auto& from = links[i];
      if (from.in_ms == Link::kClosed) continue;
      wanted_.clear();
      for (std::size_t j = symmetric ? i + 1 : 0; j < links.size(); ++j) {
        if (j == i || links[j].out_ms == Link::kClosed) continue;
        const auto ms = std::uint64_t{from.in_ms} + links[j].out_ms;
        if (ms >= Link::kClosed) continue;  // longer than any time that can be told
        wanted_.push_back({links[j].node, static_cast<std::uint32_t>(ms)});
      }
      if (wanted_.empty()) continue;
      search(graph, from.node, place, gone, settle_most);
      for (const auto& way : wanted_) {
        if (!is_reached(way.to) || seen_[at(way.to)].ms > way.ms)
          need(Shortcut{from.node, way.to, way.ms});
      }
    }
  }

 private:
  struct Seen {
    std::uint32_t run;
    std::uint32_t ms;
  };
  struct Wanted {
    std::int32_t to;
    std::uint32_t ms;
  };
  using Entry = std::pair<std::uint32_t, std::int32_t>;

  static std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] bool is_reached(std::int32_t place) const { return seen_[at(place)].run == run_; }

  void search(const ContractionGraph& graph, std::int32_t from, std::int32_t without,
              std::span<const std::uint8_t> gone, std::uint32_t settle_most) {
    if (++run_ == 0) {
      std::fill(seen_.begin(), seen_.end(), Seen{0, 0});
      run_ = 1;
    }
    std::uint32_t farthest = 0;
    for (const auto& way : wanted_) farthest = std::max(farthest, way.ms);
    heap_.clear();
    heap_.emplace_back(0, from);
    seen_[at(from)] = {run_, 0};
    std::uint32_t settled = 0;
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end(), std::greater<>{});
      const auto [ms, place] = heap_.back();
      heap_.pop_back();
      if (ms != seen_[at(place)].ms) continue;
      if (++settled > settle_most) return;
      if (settled > 1 && is_decided(ms)) return;
      for (const auto& link : graph.links(place)) {
        if (link.out_ms == Link::kClosed || link.node == without) continue;
        const auto then = std::uint64_t{ms} + link.out_ms;
        if (then > farthest) continue;
        auto& seen = seen_[at(link.node)];
        if (seen.run == run_ && seen.ms <= then) continue;
        seen = {run_, static_cast<std::uint32_t>(then)};
        if (gone[at(link.node)] == 0) {
          heap_.emplace_back(static_cast<std::uint32_t>(then), link.node);
          std::push_heap(heap_.begin(), heap_.end(), std::greater<>{});
        }
      }
    }
  }

  /// Nothing farther than `ms` can change what is known of the wanted ways.
  [[nodiscard]] bool is_decided(std::uint32_t ms) const {
    for (const auto& way : wanted_) {
      if (ms <= way.ms && (!is_reached(way.to) || seen_[at(way.to)].ms > way.ms)) return false;
    }
    return true;
  }

  std::vector<Seen> seen_;
  std::uint32_t run_ = 0;
  std::vector<Wanted> wanted_;
  std::vector<Entry> heap_;
};

}  // namespace libgrid
