#pragma once

#include <vector>

#include "libgrid/travel/places.hpp"

namespace libgrid::python {

/// Places as an opaque list: made once in Python, read by every search.
struct Places {
  std::vector<Place> rows;
};

}  // namespace libgrid::python
