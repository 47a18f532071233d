#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/geometry/contour.hpp"
#include "libgrid/travel/reached_edges.hpp"
#include "libgrid/travel/road_network.hpp"
#include "reach_search.hpp"
#include "walls.hpp"

namespace libgrid {

/// How far people walk from the street, in metres.
struct Walk {
  double mps = 1.2;
  double least_m = 0.0;  ///< granted everywhere on a reached street, barriers or not
  double most_m = 0.0;
};

/// A lattice over reached streets: by node, how far it is beyond the best walk that starts on one
/// of them (negative: so much within). Scratch memory: one a thread.
///
/// The value is min over reached points q of distance − walk(q), which changes by at most a metre a
/// metre: nodes next to an inside node are exact, others may stand at a cell or more.
class ReachField {
 public:
  /// Covers the pieces and the walks around them; nodes stand on multiples of the cell, so that
  /// fields of one network fit together. Throws InvalidInput over 2·10⁸ nodes.
  void prepare(const RoadNetwork& network, std::span<const ReachedEdge> pieces,
               std::span<const ReachSearch::Start> starts, std::int32_t cell_mm, Walk walk,
               const Walls* walls);

  /// Lowers values by what the pieces reach at `limit_ms`; those of a shorter limit may be there
  /// already. Throws Cancelled.
  void add(const RoadNetwork& network, std::span<const ReachedEdge> pieces,
           std::span<const ReachSearch::Start> starts, std::uint32_t limit_ms,
           const RunControl& control);

  /// Labels nodes by the source that gets there first, ties to the lower.
  void label(const RoadNetwork& network, std::span<const ReachedEdge> pieces,
             std::span<const ReachSearch::Start> starts, const RunControl& control);

  [[nodiscard]] Lattice lattice() const;

 private:
  struct Cone;
  struct Window;
  [[nodiscard]] Window window_of(const Cone& cone, double radius_m) const;
  void lower(const Cone& cone);
  void lower_behind_walls(const Cone& cone, std::span<const std::int32_t> walls);
  void claim(const Cone& cone, std::int32_t source);
  template <class Visit>
  void for_each_node(const Cone& cone, double radius_m, Visit visit) const;

  Lattice shape_;
  Walk walk_;
  const Walls* walls_ = nullptr;
  std::vector<float> value_;
  std::vector<std::int32_t> label_;
  std::vector<double> claim_;              // by node: the best arrival, in metres of walking
  std::vector<std::uint8_t> in_wall_;      // by node; empty without polygons
  std::vector<std::uint32_t> seen_whole_;  // by edge: round in which it stood at full walk
  std::uint32_t round_ = 0;
};

}  // namespace libgrid
