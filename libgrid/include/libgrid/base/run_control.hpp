#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>

#include "libgrid/base/error.hpp"

namespace libgrid {

/// Counters that a long computation fills in and another thread may read at any time.
struct ProgressMeter {
  std::atomic<std::int64_t> done{0};
  std::atomic<std::int64_t> total{0};
};

/// How a caller watches and stops long work. Cheap to copy; the default is silent, unstoppable, and
/// uses every core.
struct RunControl {
  std::stop_token stop{};
  ProgressMeter* meter = nullptr;  ///< not owned, may be null
  unsigned threads = 0;            ///< 0 = one a core; never changes a result

  void begin(std::int64_t total) const {
    if (meter == nullptr) return;
    meter->done = 0;
    meter->total = total;
  }

  /// Reports `n` finished items. Throws Cancelled if a stop was requested.
  void advance(std::int64_t n = 1) const {
    if (meter != nullptr) meter->done.fetch_add(n, std::memory_order_relaxed);
    if (stop.stop_requested()) throw Cancelled{};
  }
};

}  // namespace libgrid
