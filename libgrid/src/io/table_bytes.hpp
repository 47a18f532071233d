#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libgrid/io/table.hpp"

namespace libgrid {

/// A table as compressed bytes, for the former versions of a layer.
struct PackedTable {
  std::int64_t raw_size = 0;  ///< bytes before compression
  std::string bytes;
};

/// The same table gives the same bytes (of one zlib version). What stands under missing values is
/// not kept.
[[nodiscard]] PackedTable pack_table(const TableColumns& table);

/// The table back. Every count is held against the bytes that are left, so that no bytes can make
/// it allocate more than they announce. Throws IoError for bytes that no `pack_table` made.
[[nodiscard]] TableColumns unpack_table(std::int64_t raw_size, std::string_view bytes);

}  // namespace libgrid
