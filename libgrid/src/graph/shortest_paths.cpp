#include "libgrid/graph/shortest_paths.hpp"

#include <algorithm>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr std::size_t kPollEvery = 4096;
constexpr std::size_t kAheadNode =
    8;  // how far ahead in a bucket rows and keys are fetched: measured, flat near here
constexpr std::size_t kAheadArcs = 4;

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

template <class Key>
Key make_key(std::uint64_t ms, std::uint32_t label) {
  if constexpr (sizeof(Key) == 8)
    return (ms << 32) | label;
  else
    return static_cast<Key>(ms);
}
template <class Key>
std::uint32_t ms_of(Key key) {
  return static_cast<std::uint32_t>(key >> (sizeof(Key) * 8 - 32));
}

[[noreturn]] void refuse_long_path() {
  throw InvalidInput{
      "a way takes more than 2^32 - 2 ms (49.7 days): check the unit of the times, or give a "
      "cutoff"};
}

/// The seeds within the limit by start time.
void sort_seeds(const CsrGraph& graph, std::span<const Seed> seeds, std::uint32_t limit,
                std::vector<Seed>& sorted) {
  sorted.clear();
  for (const auto& seed : seeds) {
    require(seed.node >= 0 && seed.node < graph.node_count(), [&] {
      return "node " + std::to_string(seed.node) + " does not exist: there are " +
             std::to_string(graph.node_count());
    });
    if (seed.ms <= limit) sorted.push_back(seed);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Seed& a, const Seed& b) { return a.ms < b.ms; });
}

/// Without a cutoff, an arc out of the reached part means that a shortest time did not fit.
template <class IsReached>
void check_complete(const CsrGraph& graph, IsReached is_reached) {
  for (std::int32_t p = 0; p < graph.node_count(); ++p) {
    if (!is_reached(p)) continue;
    for (const auto& arc : graph.arcs(p)) {
      if (!is_reached(arc.head)) refuse_long_path();
    }
  }
}

}  // namespace

template <class Key>
Reached<Key> Search<Key>::run(const CsrGraph& graph, std::span<const Seed> seeds,
                              std::uint32_t cutoff_ms, const RunControl& control) {
  constexpr Key kUnreached = static_cast<Key>(~Key{0});
  const auto limit = std::min(cutoff_ms, kMaxMs);
  sort_seeds(graph, seeds, limit, seeds_);
  if (key_.size() != at(graph.node_count())) {
    key_.assign(at(graph.node_count()), kUnreached);
  } else {
    for (const auto place : reached_) key_[at(place)] = kUnreached;
  }
  reached_.clear();
  ring_.prepare(graph.max_ms(), graph.mean_ms());

  auto* const key = key_.data();
  const auto* const first_out = graph.first_out().data();
  const auto* const arcs = graph.all_arcs().data();
  const auto improve = [&](std::int32_t place, std::uint32_t ms, Key candidate) {
    auto& best = key[place];
    if (candidate >= best) return;
    if (best == kUnreached) reached_.push_back(place);
    best = candidate;
    ring_.push(ms, {place, ms});
  };

  bool clipped = false;
  std::size_t until_poll = kPollEvery;
  std::size_t pending = 0;
  std::uint64_t cursor = 0;
  control.advance(0);
  for (;;) {
    auto now = ring_.next(cursor);
    if (pending < seeds_.size()) now = std::min(now, ring_.bucket_of(seeds_[pending].ms));
    if (now == ring_.kNone) break;
    cursor = now;
    for (; pending < seeds_.size() && ring_.bucket_of(seeds_[pending].ms) == now; ++pending) {
      const auto& seed = seeds_[pending];
      improve(graph.place_of(seed.node), seed.ms,
              make_key<Key>(seed.ms, static_cast<std::uint32_t>(seed.label)));
    }
    const auto& bucket = ring_.bucket(now);
    for (std::size_t i = 0; i < bucket.size(); ++i) {
      if (i + kAheadNode < bucket.size()) {
        __builtin_prefetch(&first_out[bucket[i + kAheadNode].place]);
        __builtin_prefetch(&key[bucket[i + kAheadNode].place]);
        __builtin_prefetch(&arcs[first_out[bucket[i + kAheadArcs].place]]);
      }
      const auto [place, ms] = bucket[i];
      const auto own = key[place];
      if (ms_of(own) != ms) continue;  // improved since it was pushed
      const auto label = static_cast<std::uint32_t>(own);
      for (auto a = first_out[place]; a < first_out[place + 1]; ++a) {
        const auto then = std::uint64_t{ms} + arcs[a].ms;
        if (then > limit) {
          clipped = true;
          continue;
        }
        improve(arcs[a].head, static_cast<std::uint32_t>(then), make_key<Key>(then, label));
      }
      if (--until_poll == 0) {
        until_poll = kPollEvery;
        control.advance(0);
      }
    }
    ring_.clear(now);
  }
  if (clipped && cutoff_ms > kMaxMs)
    check_complete(graph, [&](std::int32_t p) { return key[p] != kUnreached; });
  return {reached_, key_};
}

template class Search<std::uint32_t>;
template class Search<std::uint64_t>;

std::vector<std::uint32_t> times_from(const CsrGraph& graph, std::int32_t source,
                                      std::uint32_t cutoff_ms, const RunControl& control) {
  TimeSearch search;
  const Seed seed{.node = source};
  const auto reached = search.run(graph, {&seed, 1}, cutoff_ms, control);
  std::vector<std::uint32_t> ms(at(graph.node_count()));
  for (std::int32_t v = 0; v < graph.node_count(); ++v) ms[at(v)] = reached.ms(graph.place_of(v));
  return ms;
}

}  // namespace libgrid
