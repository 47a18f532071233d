#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "libgrid/base/error.hpp"

namespace libgrid {

/// Throws InvalidInput unless a column is as long as its table.
inline void require_length(std::string_view layer, std::string_view column, std::size_t length,
                           std::size_t wanted) {
  require(length == wanted, [&] {
    return std::string{layer} + "." + std::string{column} + " has " + std::to_string(length) +
           " entries, the table has " + std::to_string(wanted) + " rows";
  });
}

/// Throws InvalidInput unless `good(row)` holds for every row: the first five rows and the count
/// are named.
template <class Good>
void require_rows(std::string_view layer, std::string_view what, std::size_t rows, Good&& good) {
  std::size_t bad = 0;
  std::string named;
  for (std::size_t i = 0; i < rows; ++i) {
    if (good(i)) [[likely]]
      continue;
    if (++bad <= 5) named += (named.empty() ? "" : ", ") + std::to_string(i);
  }
  require(bad == 0, [&] {
    return std::string{layer} + ": " + std::string{what} + " (" + std::to_string(bad) +
           (bad == 1 ? " row: " : " rows: ") + named + (bad > 5 ? ", …" : "") + ")";
  });
}

/// Throws InvalidInput unless every index is -1 or a row of a table of `size` rows.
inline void require_references(std::string_view layer, std::string_view column,
                               std::span<const std::int32_t> index, std::int64_t size) {
  require_rows(layer, std::string{column} + " points outside its table", index.size(),
               [&](std::size_t i) { return index[i] >= -1 && index[i] < size; });
}

}  // namespace libgrid
