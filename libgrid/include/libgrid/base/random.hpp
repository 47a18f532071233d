#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace libgrid {

/// xoshiro256++ (Blackman & Vigna 2018) seeded through SplitMix64. Same numbers on every platform.
///
/// `Rng{seed, stream}` gives an independent generator per unit of work, so a result depends on the
/// seed and the work, never on which thread did it.
class Rng {
 public:
  using result_type = std::uint64_t;

  explicit constexpr Rng(std::uint64_t seed, std::uint64_t stream = 0) {
    std::uint64_t x = seed ^ mix(stream + kGamma);
    for (auto& word : state_) word = mix(x += kGamma);
  }

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }

  constexpr result_type operator()() {
    const auto result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const auto t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// Uniform in [0, 1).
  constexpr double unit() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }

  /// Uniform in 0 … n-1, without bias (rejection on the low end); n > 0.
  constexpr std::uint64_t below(std::uint64_t n) {
    const std::uint64_t reject = (0 - n) % n;
    std::uint64_t x = (*this)();
    while (x < reject) x = (*this)();
    return x % n;
  }

 private:
  static constexpr std::uint64_t kGamma = 0x9E3779B97F4A7C15ULL;
  static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace libgrid
