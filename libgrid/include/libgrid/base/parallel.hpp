#pragma once

#include <cstdint>
#include <functional>

#include "libgrid/base/run_control.hpp"

namespace libgrid {

/// Items `begin` … `end-1`; `index` counts the chunks from 0.
struct Chunk {
  std::int64_t begin;
  std::int64_t end;
  std::int64_t index;
};

/// How many chunks `for_each_chunk(count, grain, …)` will visit.
[[nodiscard]] constexpr std::int64_t chunk_count(std::int64_t count, std::int64_t grain) {
  return (count + grain - 1) / grain;
}

/// Calls `body` once per chunk of at most `grain` items, on up to `run.threads` threads.
///
/// Chunk borders depend on `count` and `grain` only, so per-chunk random streams and per-chunk
/// partial sums make a result independent of threads. If bodies throw, the exception of the lowest
/// chunk seen is rethrown on the calling thread. This is the only place that makes threads.
void for_each_chunk(std::int64_t count, std::int64_t grain, const RunControl& run,
                    const std::function<void(Chunk)>& body);

}  // namespace libgrid
