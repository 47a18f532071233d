#include "libgrid/model/blocks.hpp"

#include <utility>

#include "libgrid/model/columns.hpp"

namespace libgrid {

Blocks::Blocks(BlockColumns columns) : columns_{std::move(columns)} {
  const auto n = static_cast<std::size_t>(size());
  require_length("blocks", "grid", columns_.grid.size(), n);
  require_length("blocks", "n_shops", columns_.n_shops.size(), n);
  require_rows("blocks", "n_shops is negative", n,
               [&](std::size_t i) { return columns_.n_shops[i] >= 0; });
}

}  // namespace libgrid
