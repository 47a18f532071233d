#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/base/units.hpp"
#include "libgrid/geometry/polygon.hpp"
#include "libgrid/geometry/spatial_index.hpp"
#include "libgrid/travel/nearest.hpp"
#include "libgrid/travel/places.hpp"
#include "libgrid/travel/road_network.hpp"

namespace libgrid {

/// What nobody crosses off the streets: walls and banks as segments, rivers and lakes as polygons.
struct Barriers {
  std::vector<Segment> lines;
  PolygonSet polygons;
};

/// Whose polygons are asked for.
enum class Share : std::uint8_t {
  each,      ///< one a source, whatever the others reach
  together,  ///< one for all sources
  nearest,   ///< one a source: what it reaches first, ties to the lower; these do not overlap
};

struct IsochroneOptions {
  Direction direction = Direction::from_source;
  std::span<const std::uint32_t> start_ms{};  ///< by source (turnout); empty: none
  Share share = Share::each;
  bool bands = false;  ///< each threshold's polygon without the one below it
  /// 10 m: a house; half of it moves an outline by about a metre and takes four times as long.
  Metres cell{10.0};
  /// Nobody lives farther from their street than this: half a city block.
  Metres cap{50.0};
  /// 10,000 m², one nominal unit grid: what is smaller and enclosed counts as reached.
  double min_hole_m2 = 10'000.0;
  double off_network_mps = 1.2;  ///< between street and place, on foot
  const Barriers* barriers = nullptr;
};

/// Polygons of what is reached within each threshold: row `source · thresholds + k`, one source row
/// when they are together.
///
/// From every point of the reached streets (find_reached_edges) people walk on as far as the time
/// left allows, at most `cap`, straight and not across a barrier. A lattice of `cell` takes the
/// best of all such walks; its contour is the polygon. Guaranteed: rings are valid; a longer
/// threshold's polygon holds the shorter's; every reached street lies inside, at least √2 cells
/// deep; nothing is farther from a reached street than `cap`; as the cell shrinks the area
/// converges. To this end walks are held between √2 cells and `cap` less 0.71 cells. A barrier
/// holds to within two cells. With Share::nearest bands are refused, and holes that hold another
/// source's land are kept. Same bits for any number of threads. Cost: a search and the reached
/// streets' surroundings for each source; memory 4 bytes a lattice node, a thread. Throws
/// InvalidInput (no geometry; thresholds not ascending; a cap under 2.2 cells; a lattice over 2·10⁸
/// nodes; as find_reached_edges), Cancelled.
[[nodiscard]] PolygonSet build_isochrones(const RoadNetwork& network,
                                          std::span<const Place> sources,
                                          std::span<const std::uint32_t> thresholds_ms,
                                          IsochroneOptions options = {},
                                          const RunControl& control = {});

}  // namespace libgrid
