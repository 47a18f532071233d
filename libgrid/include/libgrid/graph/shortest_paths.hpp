#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/graph/bucket_ring.hpp"
#include "libgrid/graph/csr_graph.hpp"

namespace libgrid {

/// The time of a place that cannot be reached, and the cutoff that cuts nothing off.
inline constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
/// The longest time that can be told: 49.7 days.
inline constexpr std::uint32_t kMaxMs = kNever - 1;

/// Where a search starts: at `node`, at time `ms`, on behalf of `label` (0 or more).
struct Seed {
  std::int32_t node = 0;
  std::uint32_t ms = 0;
  std::int32_t label = 0;
};

/// What a search reached. A view into its workspace, valid until the next search there.
template <class Key>
struct Reached {
  std::span<const std::int32_t> places;  ///< each reached place once, in the order of discovery
  std::span<const Key> key;              ///< by place; all ones when not reached

  [[nodiscard]] std::uint32_t ms(std::int32_t place) const {
    return static_cast<std::uint32_t>(key[static_cast<std::size_t>(place)] >>
                                      (sizeof(Key) * 8 - 32));
  }
};

/// Scratch memory for shortest-path searches on graphs of any size; one per thread, reused without
/// allocation.
///
/// Key = uint32 keeps times; Key = uint64 keeps (time, label), so that every place takes the label
/// of its nearest seed, the lower label on equal times. Times equal those of a heap Dijkstra bit
/// for bit. A search costs O(reached), also to reset. `cutoff_ms` is inclusive; at kNever nothing
/// is cut off.
///
/// Throws InvalidInput when a shortest time without cutoff passes kMaxMs or a seed's node does not
/// exist; Cancelled (checked every 4,096 places).
template <class Key>
class Search {
 public:
  Reached<Key> run(const CsrGraph& graph, std::span<const Seed> seeds,
                   std::uint32_t cutoff_ms = kNever, const RunControl& control = {});

 private:
  struct Entry {
    std::int32_t place;
    std::uint32_t ms;
  };
  BucketRing<Entry> ring_;
  std::vector<Key> key_;
  std::vector<std::int32_t> reached_;
  std::vector<Seed> seeds_;  // by start time
};

using TimeSearch = Search<std::uint32_t>;
using LabelSearch = Search<std::uint64_t>;
extern template class Search<std::uint32_t>;
extern template class Search<std::uint64_t>;

/// Times from one node to every node (kNever where there is no way), by node. Conditions as for
/// Search.
[[nodiscard]] std::vector<std::uint32_t> times_from(const CsrGraph& graph, std::int32_t source,
                                                    std::uint32_t cutoff_ms = kNever,
                                                    const RunControl& control = {});

struct NearestLabelsOptions {
  std::int32_t k = 1;  ///< how many distinct labels a node keeps
  std::uint32_t cutoff_ms = kNever;
};

/// For every node its k nearest distinct labels, row by row: ascending (time, label), then kNever
/// and -1.
struct NearestLabels {
  std::vector<std::uint32_t> ms;
  std::vector<std::int32_t> label;
};

/// Multi-source search with start times. Ties go to the lower label. O(k) times the cost of one
/// search, memory 8 k bytes a node. Conditions as for Search; also InvalidInput when k < 1.
[[nodiscard]] NearestLabels find_nearest_labels(const CsrGraph& graph, std::span<const Seed> seeds,
                                                NearestLabelsOptions options = {},
                                                const RunControl& control = {});

}  // namespace libgrid
