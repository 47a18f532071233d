#include <algorithm>
#include <string>

#include "libgrid/base/error.hpp"
#include "libgrid/graph/shortest_paths.hpp"

namespace libgrid {
namespace {

constexpr std::uint64_t kUnreached = ~std::uint64_t{0};
constexpr std::size_t kPollEvery = 4096;
constexpr std::size_t kAheadNode = 8;  // as in a search for one label: measured, flat near here
constexpr std::size_t kAheadArcs = 4;

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

std::uint32_t ms_of(std::uint64_t key) { return static_cast<std::uint32_t>(key >> 32); }
std::uint32_t label_of(std::uint64_t key) { return static_cast<std::uint32_t>(key); }

/// How many keys a row has: known to the compiler for the k that are asked for most, since the
/// search spends its time in rows. Three keys get the room of four, so that a row never lies in two
/// lines of the cache.
template <std::size_t K>
struct FixedRow {
  [[nodiscard]] static constexpr std::size_t size() { return K; }
  [[nodiscard]] static constexpr std::size_t stride() { return K == 3 ? 4 : K; }
};
struct AnyRow {
  std::size_t k;
  [[nodiscard]] std::size_t size() const { return k; }
  [[nodiscard]] std::size_t stride() const { return k; }
};

/// Puts `key` into the ascending row unless the label is there already with a smaller one. The k
/// smallest (time, label) with distinct labels at the head of an arc are among those at its tail
/// plus the arc, so keeping k a place loses nothing.
template <class Row>
bool insert(std::uint64_t* row, Row shape, std::uint64_t key) {
  const auto last = shape.size() - 1;
  if (key >= row[last]) return false;
  std::size_t to = 0;
  for (; row[to] <= key; ++to) {
    if (label_of(row[to]) == label_of(key)) return false;
  }
  auto hole = to;  // what makes room: the label's old key, else the largest
  while (hole < last && label_of(row[hole]) != label_of(key)) ++hole;
  for (; hole > to; --hole) row[hole] = row[hole - 1];
  row[to] = key;
  return true;
}

template <class Row>
bool holds(const std::uint64_t* row, Row shape, std::uint64_t key) {
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (row[i] == key) return true;
  }
  return false;
}

/// Rows by place.
template <class Row>
std::vector<std::uint64_t> search_k(const CsrGraph& graph, std::span<const Seed> seeds, Row shape,
                                    std::uint32_t cutoff_ms, const RunControl& control) {
  struct Entry {
    std::uint32_t ms;
    std::uint32_t label;
    std::int32_t place;
  };
  const auto limit = std::min(cutoff_ms, kMaxMs);
  const auto stride = shape.stride();
  std::vector<std::uint64_t> keys(at(graph.node_count()) * stride, kUnreached);
  BucketRing<Entry> ring;
  ring.prepare(graph.max_ms(), graph.mean_ms());
  const auto* const first_out = graph.first_out().data();
  const auto* const arcs = graph.all_arcs().data();
  const auto improve = [&](std::int32_t place, std::uint32_t ms, std::uint32_t label) {
    if (insert(&keys[at(place) * stride], shape, (std::uint64_t{ms} << 32) | label))
      ring.push(ms, {ms, label, place});
  };
  std::vector<Seed> sorted;
  for (const auto& seed : seeds) {
    require(seed.node >= 0 && seed.node < graph.node_count(),
            [&] { return "node " + std::to_string(seed.node) + " does not exist"; });
    if (seed.ms <= limit) sorted.push_back(seed);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Seed& a, const Seed& b) { return a.ms < b.ms; });

  bool clipped = false;
  std::size_t until_poll = kPollEvery;
  std::size_t pending = 0;
  std::uint64_t cursor = 0;
  for (;;) {
    auto now = ring.next(cursor);
    if (pending < sorted.size()) now = std::min(now, ring.bucket_of(sorted[pending].ms));
    if (now == ring.kNone) break;
    cursor = now;
    for (; pending < sorted.size() && ring.bucket_of(sorted[pending].ms) == now; ++pending) {
      const auto& seed = sorted[pending];
      improve(graph.place_of(seed.node), seed.ms, static_cast<std::uint32_t>(seed.label));
    }
    const auto& bucket = ring.bucket(now);
    for (std::size_t i = 0; i < bucket.size(); ++i) {
      if (i + kAheadNode < bucket.size()) {
        __builtin_prefetch(&first_out[bucket[i + kAheadNode].place]);
        __builtin_prefetch(&keys[at(bucket[i + kAheadNode].place) * stride]);
        __builtin_prefetch(&arcs[first_out[bucket[i + kAheadArcs].place]]);
      }
      const auto [ms, label, place] = bucket[i];
      const auto key = (std::uint64_t{ms} << 32) | label;
      if (!holds(&keys[at(place) * stride], shape, key)) continue;  // improved or pushed out since
      for (auto a = first_out[place]; a < first_out[place + 1]; ++a) {
        const auto then = std::uint64_t{ms} + arcs[a].ms;
        if (then > limit) {
          clipped = true;
          continue;
        }
        improve(arcs[a].head, static_cast<std::uint32_t>(then), label);
      }
      if (--until_poll == 0) {
        until_poll = kPollEvery;
        control.advance(0);
      }
    }
    ring.clear(now);
  }
  if (clipped && cutoff_ms > kMaxMs) {
    // The nearest label decides: whether a farther one fitted is not worth a second pass.
    for (std::int32_t p = 0; p < graph.node_count(); ++p) {
      if (keys[at(p) * stride] == kUnreached) continue;
      for (const auto& arc : graph.arcs(p)) {
        require(keys[at(arc.head) * stride] != kUnreached, [] {
          return std::string{
              "a way takes more than 2^32 - 2 ms (49.7 days): check the unit of the times"};
        });
      }
    }
  }
  return keys;
}

}  // namespace

NearestLabels find_nearest_labels(const CsrGraph& graph, std::span<const Seed> seeds,
                                  NearestLabelsOptions options, const RunControl& control) {
  const auto k = options.k;
  require(k >= 1, [] { return std::string{"k must be at least 1"}; });
  NearestLabels nearest;
  const auto fill = [&](std::span<const std::uint64_t> keys, std::size_t stride) {
    nearest.ms.resize(at(graph.node_count()) * at(k));
    nearest.label.resize(nearest.ms.size());
    for (std::int32_t v = 0; v < graph.node_count(); ++v) {
      const auto* from = &keys[at(graph.place_of(v)) * stride];
      for (std::int32_t i = 0; i < k; ++i) {
        nearest.ms[at(v) * at(k) + at(i)] = ms_of(from[i]);  // all ones give kNever and -1
        nearest.label[at(v) * at(k) + at(i)] = static_cast<std::int32_t>(label_of(from[i]));
      }
    }
  };
  const auto fill_k = [&](auto shape) {
    fill(search_k(graph, seeds, shape, options.cutoff_ms, control), shape.stride());
  };
  if (k == 1) {
    LabelSearch search;
    fill(search.run(graph, seeds, options.cutoff_ms, control).key, 1);
  } else if (k == 2) {
    fill_k(FixedRow<2>{});
  } else if (k == 3) {
    fill_k(FixedRow<3>{});
  } else {
    fill_k(AnyRow{at(k)});
  }
  return nearest;
}

}  // namespace libgrid
