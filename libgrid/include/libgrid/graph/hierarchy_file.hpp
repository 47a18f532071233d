#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "libgrid/graph/hierarchy.hpp"

namespace libgrid {

/// A hierarchy as bytes for a file: a header with version and sizes, the columns, a check sum.
/// Little-endian, the same bytes for the same hierarchy. About 50 bytes a node of a street graph.
[[nodiscard]] std::vector<std::byte> encode_hierarchy(const Hierarchy& hierarchy);

/// The hierarchy in such bytes. Throws InvalidInput when they are not a hierarchy, are of another
/// version, are cut off or changed, whatever they hold.
[[nodiscard]] Hierarchy decode_hierarchy(std::span<const std::byte> bytes);

}  // namespace libgrid
