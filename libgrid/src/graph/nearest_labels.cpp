#include <algorithm>
#include <string>

#include "libgrid/base/error.hpp"
#include "libgrid/graph/shortest_paths.hpp"

namespace libgrid {
namespace {

constexpr std::uint64_t kUnreached = ~std::uint64_t{0};
constexpr std::size_t kPollEvery = 4096;

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

std::uint32_t ms_of(std::uint64_t key) { return static_cast<std::uint32_t>(key >> 32); }
std::uint32_t label_of(std::uint64_t key) { return static_cast<std::uint32_t>(key); }

/// Puts `key` into the ascending row of k keys unless the label is there already with a smaller
/// one. The k smallest (time, label) with distinct labels at the head of an arc are among those at
/// its tail plus the arc, so keeping k a place loses nothing.
bool insert(std::uint64_t* row, std::int32_t k, std::uint64_t key) {
  if (key >= row[k - 1]) return false;
  std::int32_t hole = k - 1;
  for (std::int32_t i = 0; i < k && row[i] != kUnreached; ++i) {
    if (label_of(row[i]) != label_of(key)) continue;
    if (row[i] <= key) return false;
    hole = i;
    break;
  }
  for (; hole > 0 && row[hole - 1] > key; --hole) row[hole] = row[hole - 1];
  row[hole] = key;
  return true;
}

std::vector<std::uint64_t> search_k(const CsrGraph& graph, std::span<const Seed> seeds,
                                    std::int32_t k, std::uint32_t cutoff_ms,
                                    const RunControl& control) {
  struct Entry {
    std::uint64_t key;
    std::int32_t place;
  };
  const auto limit = std::min(cutoff_ms, kMaxMs);
  std::vector<std::uint64_t> keys(at(graph.node_count()) * at(k), kUnreached);
  BucketRing<Entry> ring;
  ring.prepare(graph.max_ms(), graph.mean_ms());
  const auto improve = [&](std::int32_t place, std::uint64_t key) {
    if (insert(&keys[at(place) * at(k)], k, key)) ring.push(ms_of(key), {key, place});
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
      improve(graph.place_of(seed.node),
              (std::uint64_t{seed.ms} << 32) | static_cast<std::uint32_t>(seed.label));
    }
    const auto& bucket = ring.bucket(now);
    for (std::size_t i = 0; i < bucket.size(); ++i) {
      const auto [key, place] = bucket[i];
      const auto* row = &keys[at(place) * at(k)];
      if (std::find(row, row + k, key) == row + k) continue;  // improved or pushed out since
      for (const auto& arc : graph.arcs(place)) {
        const auto then = std::uint64_t{ms_of(key)} + arc.ms;
        if (then > limit) {
          clipped = true;
          continue;
        }
        improve(arc.head, (then << 32) | label_of(key));
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
      if (keys[at(p) * at(k)] == kUnreached) continue;
      for (const auto& arc : graph.arcs(p)) {
        require(keys[at(arc.head) * at(k)] != kUnreached, [] {
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
  const auto fill = [&](std::span<const std::uint64_t> keys) {
    nearest.ms.resize(keys.size());
    nearest.label.resize(keys.size());
    for (std::int32_t v = 0; v < graph.node_count(); ++v) {
      const auto* from = &keys[at(graph.place_of(v)) * at(k)];
      for (std::int32_t i = 0; i < k; ++i) {
        nearest.ms[at(v) * at(k) + at(i)] = ms_of(from[i]);  // all ones give kNever and -1
        nearest.label[at(v) * at(k) + at(i)] = static_cast<std::int32_t>(label_of(from[i]));
      }
    }
  };
  if (k == 1) {
    LabelSearch search;
    fill(search.run(graph, seeds, options.cutoff_ms, control).key);
  } else {
    fill(search_k(graph, seeds, k, options.cutoff_ms, control));
  }
  return nearest;
}

}  // namespace libgrid
