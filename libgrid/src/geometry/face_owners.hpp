#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arrangement.hpp"
#include "libgrid/geometry/coverage_repair.hpp"

namespace libgrid {

/// A gap or an overlap and who gets it: faces with the same claimants that hang together.
struct Settled {
  std::vector<std::int32_t> faces;      ///< ascending
  std::vector<std::int32_t> claimants;  ///< of a gap: none
  std::int32_t owner;
};

struct FaceOwners {
  std::vector<std::int32_t> owner;      ///< by face, -1 for nobody
  std::vector<Settled> settled;         ///< ascending by first face
  std::vector<std::int32_t> unsettled;  ///< polygons without any face; ascending
};

/// Decides whose each face is. A face is claimed by those whose rings turn round it; owners beyond
/// the polygons (as many as `area`) are strips of gaps (see cut_gaps), which go to a neighbour
/// each.
[[nodiscard]] FaceOwners settle_faces(const Arrangement& plane, std::span<const double> area,
                                      std::span<const std::int32_t> members,
                                      const CoverageRepairOptions& options);

}  // namespace libgrid
