#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// One entry a block in every column.
struct BlockColumns {
  PolygonSet footprint;            ///< blocks of one tower share the same polygon
  std::vector<std::int32_t> grid;  ///< today's plan: row of grids, -1 for none
  std::vector<std::int32_t> n_shops;
};

/// The smallest areas that are never split.
class Blocks {
 public:
  Blocks() = default;
  /// Throws InvalidInput when columns differ in length or a count is negative.
  explicit Blocks(BlockColumns columns);

  [[nodiscard]] std::int64_t size() const { return columns_.footprint.size(); }
  [[nodiscard]] const BlockColumns& columns() const { return columns_; }

 private:
  BlockColumns columns_;
};

}  // namespace libgrid
