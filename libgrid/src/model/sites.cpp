#include "libgrid/model/sites.hpp"

#include <utility>

#include "libgrid/model/columns.hpp"

namespace libgrid {

Sites::Sites(SiteColumns columns) : columns_{std::move(columns)} {
  const auto n = columns_.place.size();
  require_length("sites", "kind", columns_.kind.size(), n);
  require_length("sites", "designated", columns_.designated.size(), n);
  require_length("sites", "inside", columns_.inside.size(), n);
}

}  // namespace libgrid
