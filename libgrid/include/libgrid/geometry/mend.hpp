#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// What an outline that crosses itself is taken to mean.
enum class MendBy : std::uint8_t {
  linework,  ///< the lines count: whoever crosses one goes from inside to outside or back
  structure  ///< the rings count: whatever shells go round, less whatever holes go round
};

/// What was done to one polygon.
struct Mending {
  std::int32_t polygon;
  bool mended;         ///< false: it is left as it was, since nothing would be left of it, or …
  bool hole_is_shell;  ///< … a hole repeats its shell: full or empty, only its owner knows
  double area_before_m2;  ///< shells less holes, as drawn
  double area_after_m2;
  double spikes_m;  ///< length of borders with the same side twice, which are gone
};

struct MendedPolygons {
  PolygonSet polygons;            ///< all rows; those not listed are as they were
  std::vector<Mending> mendings;  ///< ascending by polygon
};

/// Makes valid what find_polygon_faults finds: crossing rings, spikes, holes outside their shell or
/// over each other.
///
/// The outline is snap-rounded (0.71 mm) and drawn anew from its faces: never a buffer, which would
/// keep one half of a bow-tie. O(n log n).
[[nodiscard]] MendedPolygons mend_polygons(const PolygonSet& polygons, MendBy by,
                                           const RunControl& run = {});

}  // namespace libgrid
