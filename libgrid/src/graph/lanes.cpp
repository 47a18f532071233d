#include "libgrid/graph/lanes.hpp"

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

// Vectors of the compiler: the same body becomes AVX-512, AVX2 or whatever the processor has.
using Times = std::uint32_t __attribute__((vector_size(64), may_alias));
using HalfTimes = std::uint32_t __attribute__((vector_size(32), may_alias));
using HalfSums = std::int64_t __attribute__((vector_size(64), may_alias));
static_assert(sizeof(Times) == kLanes * sizeof(std::uint32_t));

const Times& line_at(const std::uint32_t* lines, std::size_t row) {
  return *reinterpret_cast<const Times*>(lines + row * kLanes);
}

struct GatherJob {
  const std::uint32_t* from;
  std::span<const LaneDoors> doors;
  std::uint32_t cutoff_ms;
  std::uint32_t* lines;
};

[[gnu::always_inline]] inline void gather_body(const GatherJob& job) {
  const Times never = Times{} + kNever;
  for (std::size_t i = 0; i < job.doors.size(); ++i) {
    Times best = never;
    for (std::size_t d = 0; d < 2; ++d) {
      const auto row = job.doors[i].row[d];
      if (row == -1) continue;
      const auto ms = job.doors[i].ms[d];
      const Times most = Times{} + (kNever - ms);
      const Times& line = line_at(job.from, static_cast<std::size_t>(row));
      const Times sum = (line < most ? line : most) + ms;  // stops at kNever
      best = sum < best ? sum : best;
    }
    *reinterpret_cast<Times*>(job.lines + i * kLanes) = best <= job.cutoff_ms ? best : never;
  }
}

struct SumJob {
  LaneLines lines;
  std::uint32_t until_ms;
  const std::int64_t* weights;
  std::int64_t* sums;
};

[[gnu::always_inline]] inline void by_lane_body(const SumJob& job) {
  if (job.weights == nullptr) {
    Times count{};
    for (std::size_t i = 0; i < job.lines.count; ++i) {
      const auto within = line_at(job.lines.ms, i) <= job.until_ms;  // all ones, which is -1
      count -= reinterpret_cast<const Times&>(within);
    }
    for (int lane = 0; lane < kLanes; ++lane) job.sums[lane] += count[lane];
    return;
  }
  HalfSums low{};
  HalfSums high{};
  for (std::size_t i = 0; i < job.lines.count; ++i) {
    const auto* const half = reinterpret_cast<const HalfTimes*>(job.lines.ms + i * kLanes);
    const HalfSums in_low = __builtin_convertvector(half[0] <= job.until_ms, HalfSums);
    const HalfSums in_high = __builtin_convertvector(half[1] <= job.until_ms, HalfSums);
    low += in_low & job.weights[i];
    high += in_high & job.weights[i];
  }
  for (int lane = 0; lane < kLanes / 2; ++lane) {
    job.sums[lane] += low[lane];
    job.sums[lane + kLanes / 2] += high[lane];
  }
}

[[gnu::always_inline]] inline void by_line_body(const SumJob& job) {
  HalfSums low = HalfSums{} + 1;
  HalfSums high = low;
  for (int lane = 0; job.weights != nullptr && lane < kLanes / 2; ++lane) {
    low[lane] = job.weights[lane];
    high[lane] = job.weights[lane + kLanes / 2];
  }
  for (std::size_t i = 0; i < job.lines.count; ++i) {
    const auto* const half = reinterpret_cast<const HalfTimes*>(job.lines.ms + i * kLanes);
    const HalfSums sum = (__builtin_convertvector(half[0] <= job.until_ms, HalfSums) & low) +
                         (__builtin_convertvector(half[1] <= job.until_ms, HalfSums) & high);
    std::int64_t total = 0;
    for (int lane = 0; lane < kLanes / 2; ++lane) total += sum[lane];
    job.sums[i] += total;
  }
}

#if defined(__x86_64__)
#define LIBGRID_WIDE(name) __attribute__((target(name)))
#else
#define LIBGRID_WIDE(name)  // elsewhere the plain bodies are all there is
#endif

LIBGRID_WIDE("avx512f,avx512dq") void gather_512(const GatherJob& job) { gather_body(job); }
LIBGRID_WIDE("avx2") void gather_256(const GatherJob& job) { gather_body(job); }
void gather_plain(const GatherJob& job) { gather_body(job); }
LIBGRID_WIDE("avx512f,avx512dq") void by_lane_512(const SumJob& job) { by_lane_body(job); }
LIBGRID_WIDE("avx2") void by_lane_256(const SumJob& job) { by_lane_body(job); }
void by_lane_plain(const SumJob& job) { by_lane_body(job); }
LIBGRID_WIDE("avx512f,avx512dq") void by_line_512(const SumJob& job) { by_line_body(job); }
LIBGRID_WIDE("avx2") void by_line_256(const SumJob& job) { by_line_body(job); }
void by_line_plain(const SumJob& job) { by_line_body(job); }
#undef LIBGRID_WIDE

template <class Job>
void dispatch(Simd simd, const Job& job, void (*wide)(const Job&), void (*half)(const Job&),
              void (*plain)(const Job&)) {
  (simd == Simd::avx512 ? wide : simd == Simd::avx2 ? half : plain)(job);
}

}  // namespace

void gather_lanes(const TreeSweep& trees, std::span<const LaneDoors> doors, std::uint32_t cutoff_ms,
                  std::uint32_t* lines) {
  dispatch<GatherJob>(trees.simd(), {trees.lines(), doors, cutoff_ms, lines}, gather_512,
                      gather_256, gather_plain);
}

void sum_by_lane(Simd simd, LaneLines lines, std::uint32_t until_ms,
                 std::span<const std::int64_t> weights, std::int64_t* sums) {
  LIBGRID_ASSERT(until_ms != kNever && (weights.empty() || weights.size() >= lines.count));
  dispatch<SumJob>(simd, {lines, until_ms, weights.empty() ? nullptr : weights.data(), sums},
                   by_lane_512, by_lane_256, by_lane_plain);
}

void sum_by_line(Simd simd, LaneLines lines, std::uint32_t until_ms,
                 std::span<const std::int64_t> lane_weights, std::int64_t* sums) {
  LIBGRID_ASSERT(until_ms != kNever && (lane_weights.empty() || lane_weights.size() == kLanes));
  dispatch<SumJob>(simd,
                   {lines, until_ms, lane_weights.empty() ? nullptr : lane_weights.data(), sums},
                   by_line_512, by_line_256, by_line_plain);
}

}  // namespace libgrid
