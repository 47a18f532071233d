#pragma once

#include <string>

#include "libgrid/base/error.hpp"
#include "libgrid/travel/engine.hpp"

namespace libgrid::python {

inline EngineOptions to_engine(const std::string& name, const Hierarchy* hierarchy) {
  require(name == "auto" || name == "buckets" || name == "hierarchy",
          [&] { return "engine must be 'auto', 'buckets' or 'hierarchy', not '" + name + "'"; });
  return {.engine = name == "auto"      ? Engine::automatic
                    : name == "buckets" ? Engine::buckets
                                        : Engine::hierarchy,
          .hierarchy = hierarchy};
}

}  // namespace libgrid::python
