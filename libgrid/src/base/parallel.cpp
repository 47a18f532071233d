#include "libgrid/base/parallel.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace libgrid {

void for_each_chunk(std::int64_t count, std::int64_t grain, const RunControl& run,
                    const std::function<void(Chunk)>& body) {
  LIBGRID_ASSERT(grain > 0);
  const auto chunks = chunk_count(count, grain);
  const auto wanted =
      run.threads != 0 ? run.threads : std::max(1U, std::thread::hardware_concurrency());
  const auto workers = std::clamp<std::int64_t>(wanted, 1, std::max<std::int64_t>(chunks, 1));

  std::atomic<std::int64_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::exception_ptr error;
  std::int64_t error_chunk = chunks;

  const auto work = [&] {
    for (auto i = next++; i < chunks && !failed; i = next++) {
      const Chunk chunk{i * grain, std::min(count, (i + 1) * grain), i};
      try {
        body(chunk);
        run.advance(chunk.end - chunk.begin);
      } catch (...) {
        failed = true;
        const std::lock_guard lock{mutex};
        if (i < error_chunk) {
          error = std::current_exception();
          error_chunk = i;
        }
      }
    }
  };

  {
    std::vector<std::jthread> pool;
    for (std::int64_t i = 1; i < workers; ++i) pool.emplace_back(work);
    work();
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace libgrid
