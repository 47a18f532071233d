#include "contraction.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "libgrid/base/parallel.hpp"
#include "witness_search.hpp"

namespace libgrid {
namespace {

constexpr std::int64_t kGrain = 32;  // near the top a place takes milliseconds
// Measured on 1.09 M nodes of five cities (seconds on one core, links a node): settling 24 places
// before a rating gives up 13.3 and 2.392, 10 places 8.6 and 2.402; 60 or 100 at the end are alike.
constexpr std::uint32_t kSettleToRate = 10;
constexpr std::uint32_t kSettleToContract = 60;
// A tenth of an arc made for each arc saved. Levels keep ways up short; ten times the weight costs
// twice the time and 9 % more links.
constexpr std::uint32_t kLevelWeight = 100;
constexpr std::uint32_t kQuotientWeight = 1000;

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Breaks ties between equally important places: by chance, so that long chains fall apart evenly.
std::uint32_t lot_of(std::int32_t place) {
  auto z = (static_cast<std::uint64_t>(place) + 1) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  return static_cast<std::uint32_t>(z >> 32);
}

class Contraction {
 public:
  Contraction(const CsrGraph& graph, const RunControl& control)
      : graph_{graph}, control_{control}, symmetric_{graph_.is_symmetric()} {
    const auto count = at(graph_.place_count());
    priority_.assign(count, 0);
    level_.assign(count, 0);
    gone_.assign(count, 0);
    stale_.assign(count, 1);
    left_.resize(count);
    for (std::size_t p = 0; p < count; ++p) left_[p] = static_cast<std::int32_t>(p);
  }

  Contracted run() {
    done_.symmetric = symmetric_;
    control_.begin(graph_.place_count());
    while (!left_.empty()) {
      rate();
      select();
      find_shortcuts();
      apply();
    }
    return std::move(done_);
  }

 private:
  struct Way {
    Shortcut shortcut;
    std::int32_t middle;
  };

  template <class Body>
  void for_each_part(std::span<const std::int32_t> places, Body body) {
    auto quiet = control_;
    quiet.meter = nullptr;  // progress counts contracted places
    for_each_chunk(static_cast<std::int64_t>(places.size()), kGrain, quiet, [&](Chunk chunk) {
      auto search = take_search();
      for (auto i = chunk.begin; i < chunk.end; ++i)
        body(places[static_cast<std::size_t>(i)], *search, chunk);
      give_search(std::move(search));
    });
  }

  /// How much a place costs when it goes now: arcs made for each arc saved, and how far it is from
  /// the bottom already.
  void rate() {
    std::vector<std::int32_t> stale;
    for (const auto p : left_) {
      if (std::exchange(stale_[at(p)], std::uint8_t{0}) != 0) stale.push_back(p);
    }
    for_each_part(stale, [&](std::int32_t place, WitnessSearch& search, Chunk) {
      std::uint32_t added = 0;
      search.run(graph_, place, gone_, symmetric_, kSettleToRate,
                 [&](Shortcut) { added += symmetric_ ? 2 : 1; });
      std::uint32_t removed = 0;
      for (const auto& link : graph_.links(place))
        removed +=
            (link.out_ms != Link::kClosed ? 1U : 0U) + (link.in_ms != Link::kClosed ? 1U : 0U);
      priority_[at(place)] =
          kLevelWeight * level_[at(place)] + (removed == 0 ? 0 : kQuotientWeight * added / removed);
    });
  }

  [[nodiscard]] bool is_before(std::int32_t a, std::int32_t b) const {
    if (priority_[at(a)] != priority_[at(b)]) return priority_[at(a)] < priority_[at(b)];
    const auto lot_a = lot_of(a);
    const auto lot_b = lot_of(b);
    return lot_a != lot_b ? lot_a < lot_b : a < b;
  }

  /// The places that go in this round: less important than every neighbour.
  void select() {
    selected_.clear();
    for (const auto p : left_) {
      const auto links = graph_.links(p);
      if (std::all_of(links.begin(), links.end(),
                      [&](const Link& link) { return is_before(p, link.node); }))
        selected_.push_back(p);
    }
    for (const auto p : selected_) gone_[at(p)] = 1;
  }

  void find_shortcuts() {
    ways_.assign(
        static_cast<std::size_t>(chunk_count(static_cast<std::int64_t>(selected_.size()), kGrain)),
        {});
    for_each_part(selected_, [&](std::int32_t place, WitnessSearch& search, Chunk chunk) {
      auto& ways = ways_[static_cast<std::size_t>(chunk.index)];
      search.run(graph_, place, gone_, symmetric_, kSettleToContract, [&](Shortcut shortcut) {
        ways.push_back({shortcut, place});
      });
    });
  }

  void apply() {
    for (const auto p : selected_) {
      const auto links = graph_.links(p);
      done_.place.push_back(p);
      done_.links.insert(done_.links.end(), links.begin(), links.end());
      done_.first.push_back(static_cast<std::uint32_t>(done_.links.size()));
      for (const auto& link : links) {
        stale_[at(link.node)] = 1;
        level_[at(link.node)] = std::max(level_[at(link.node)], level_[at(p)] + 1);
      }
      graph_.detach(p);
      control_.advance();
    }
    for (const auto& ways : ways_) {
      for (const auto& [shortcut, middle] : ways) {
        graph_.offer(shortcut.from, shortcut.to, shortcut.ms, middle);
        if (symmetric_) graph_.offer(shortcut.to, shortcut.from, shortcut.ms, middle);
      }
    }
    std::erase_if(left_, [&](std::int32_t p) { return gone_[at(p)] != 0; });
  }

  std::unique_ptr<WitnessSearch> take_search() {
    const std::lock_guard lock{mutex_};
    if (idle_.empty()) return std::make_unique<WitnessSearch>(graph_.place_count());
    auto taken = std::move(idle_.back());
    idle_.pop_back();
    return taken;
  }
  void give_search(std::unique_ptr<WitnessSearch> search) {
    const std::lock_guard lock{mutex_};
    idle_.push_back(std::move(search));
  }

  ContractionGraph graph_;
  const RunControl& control_;
  bool symmetric_;
  std::vector<std::uint32_t> priority_;
  std::vector<std::uint32_t> level_;
  std::vector<std::uint8_t> gone_;   // in this round or before
  std::vector<std::uint8_t> stale_;  // a neighbour went since it was rated
  std::vector<std::int32_t> left_;
  std::vector<std::int32_t> selected_;
  std::vector<std::vector<Way>> ways_;
  Contracted done_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<WitnessSearch>> idle_;
};

}  // namespace

Contracted contract(const CsrGraph& graph, const RunControl& control) {
  return Contraction{graph, control}.run();
}

}  // namespace libgrid
