#include "sweep_kernels.hpp"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#define LIBGRID_HAS_X86 1
#else
#define LIBGRID_HAS_X86 0
#endif

namespace libgrid {
namespace {

void sweep_scalar(const SweepJob& job) {
  const auto* start = std::lower_bound(job.start_row, job.start_end, job.begin);
  for (auto i = job.begin; i < job.end; ++i) {
    auto* const line = job.lines + static_cast<std::size_t>(i) * kLanes;
    if (start != job.start_end && *start == i) {
      const auto slot = static_cast<std::size_t>(job.start_slot[start - job.start_row]);
      std::copy_n(job.start_lines + slot * kLanes, kLanes, line);
      ++start;
    } else {
      std::fill_n(line, kLanes, kNever);
    }
    for (auto a = job.first[i]; a < job.first[i + 1]; ++a)
      relax(line, job.lines + static_cast<std::size_t>(job.arcs[a].head) * kLanes, job.arcs[a].ms);
  }
}

#if LIBGRID_HAS_X86

// Sums that stop at kNever: t + ms where t <= kNever - ms, else kNever.
__attribute__((target("avx2"))) void sweep_avx2(const SweepJob& job) {
  const auto* start = std::lower_bound(job.start_row, job.start_end, job.begin);
  for (auto i = job.begin; i < job.end; ++i) {
    auto* const line = job.lines + static_cast<std::size_t>(i) * kLanes;
    __m256i low = _mm256_set1_epi32(-1);
    __m256i high = low;
    if (start != job.start_end && *start == i) {
      const auto slot = static_cast<std::size_t>(job.start_slot[start - job.start_row]);
      const auto* const from = reinterpret_cast<const __m256i*>(job.start_lines + slot * kLanes);
      low = _mm256_load_si256(from);
      high = _mm256_load_si256(from + 1);
      ++start;
    }
    for (auto a = job.first[i]; a < job.first[i + 1]; ++a) {
      const auto* const from = reinterpret_cast<const __m256i*>(
          job.lines + static_cast<std::size_t>(job.arcs[a].head) * kLanes);
      const auto ms = _mm256_set1_epi32(static_cast<int>(job.arcs[a].ms));
      const auto most = _mm256_set1_epi32(static_cast<int>(kNever - job.arcs[a].ms));
      const auto from_low = _mm256_min_epu32(_mm256_load_si256(from), most);
      const auto from_high = _mm256_min_epu32(_mm256_load_si256(from + 1), most);
      low = _mm256_min_epu32(low, _mm256_add_epi32(from_low, ms));
      high = _mm256_min_epu32(high, _mm256_add_epi32(from_high, ms));
    }
    _mm256_store_si256(reinterpret_cast<__m256i*>(line), low);
    _mm256_store_si256(reinterpret_cast<__m256i*>(line + 8), high);
  }
}

// GCC 12 warns of its own header at the unmasked minimum; a full mask compiles to the same.
constexpr __mmask16 kAll = 0xFFFF;

__attribute__((target("avx512f"))) void sweep_avx512(const SweepJob& job) {
  const auto* start = std::lower_bound(job.start_row, job.start_end, job.begin);
  for (auto i = job.begin; i < job.end; ++i) {
    auto* const line = job.lines + static_cast<std::size_t>(i) * kLanes;
    __m512i best = _mm512_set1_epi32(-1);
    if (start != job.start_end && *start == i) {
      const auto slot = static_cast<std::size_t>(job.start_slot[start - job.start_row]);
      best = _mm512_load_si512(job.start_lines + slot * kLanes);
      ++start;
    }
    for (auto a = job.first[i]; a < job.first[i + 1]; ++a) {
      const auto from =
          _mm512_load_si512(job.lines + static_cast<std::size_t>(job.arcs[a].head) * kLanes);
      const auto ms = _mm512_set1_epi32(static_cast<int>(job.arcs[a].ms));
      const auto most = _mm512_set1_epi32(static_cast<int>(kNever - job.arcs[a].ms));
      best = _mm512_maskz_min_epu32(kAll, best,
                                    _mm512_add_epi32(_mm512_maskz_min_epu32(kAll, from, most), ms));
    }
    _mm512_store_si512(line, best);
  }
}

#endif

}  // namespace

Simd widest_simd() {
#if LIBGRID_HAS_X86
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) return Simd::avx512;
  if (__builtin_cpu_supports("avx2")) return Simd::avx2;
#endif
  return Simd::scalar;
}

void sweep(Simd simd, const SweepJob& job) {
#if LIBGRID_HAS_X86
  if (simd == Simd::avx512) return sweep_avx512(job);
  if (simd == Simd::avx2) return sweep_avx2(job);
#endif
  sweep_scalar(job);
}

void relax(std::uint32_t* line, const std::uint32_t* from, std::uint32_t ms) {
  for (int i = 0; i < kLanes; ++i) line[i] = std::min(line[i], std::min(from[i], kNever - ms) + ms);
}

}  // namespace libgrid
