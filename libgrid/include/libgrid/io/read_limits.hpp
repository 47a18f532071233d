#pragma once

#include <cstdint>

namespace libgrid {

/// What a file may ask of the one who reads it. A file that goes over a limit is refused by an
/// IoError that names the limit; who trusts the file raises it.
struct ReadLimits {
  std::int64_t max_bytes = std::int64_t{8} << 30;  ///< of the file: a country's buildings fit
  std::int64_t max_rows = 50'000'000;              ///< of one layer: thirty times a large city
  std::int64_t max_vertices = 2'000'000'000;       ///< of one layer: 32 GB as coordinates
  double max_seconds = 600;  ///< of reading: an 8 GB file takes three minutes on an old disk
};

}  // namespace libgrid
