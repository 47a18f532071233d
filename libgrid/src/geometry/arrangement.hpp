#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "noding.hpp"
#include "ring.hpp"
#include "ring_tracing.hpp"

namespace libgrid {

/// How often the rings of one owner turn round a face, or by how much that changes across a piece
/// of border (left minus right). A valid polygon turns once round what it covers.
struct Turns {
  std::int32_t owner;
  std::int32_t count;
  friend constexpr bool operator==(const Turns&, const Turns&) = default;
};

/// The plane cut by borders into faces, and who covers each: a doubly connected edge list.
///
/// Face 0 is the outside. Pieces on which one owner lies on both sides bound nothing and are gone.
struct Arrangement {
  struct Piece {
    Point a;  ///< a < b
    Point b;
    std::int32_t left;   ///< the face left of a→b
    std::int32_t right;  ///< never the same face
  };
  std::vector<Piece> pieces;              ///< sorted by (a, b)
  std::vector<std::size_t> change_begin;  ///< pieces + 1 entries
  std::vector<Turns> changes;             ///< by owner, across a piece
  std::vector<std::size_t> side_begin;    ///< faces + 1 entries
  std::vector<std::uint32_t> sides;       ///< pieces round a face, ascending
  std::vector<Int128> twice_area;         ///< by face; of the outside, less than nought
  std::vector<std::size_t> cover_begin;   ///< faces + 1 entries
  std::vector<Turns> cover;               ///< who covers a face, by owner
  std::int64_t vertices = 0;
  std::int64_t components = 0;

  [[nodiscard]] std::int32_t faces() const { return static_cast<std::int32_t>(twice_area.size()); }
  [[nodiscard]] std::span<const Turns> changes_of(std::size_t piece) const {
    return std::span{changes}.subspan(change_begin[piece],
                                      change_begin[piece + 1] - change_begin[piece]);
  }
  [[nodiscard]] std::span<const Turns> cover_of(std::int32_t face) const {
    const auto f = static_cast<std::size_t>(face);
    return std::span{cover}.subspan(cover_begin[f], cover_begin[f + 1] - cover_begin[f]);
  }
  [[nodiscard]] std::span<const std::uint32_t> sides_of(std::int32_t face) const {
    const auto f = static_cast<std::size_t>(face);
    return std::span{sides}.subspan(side_begin[f], side_begin[f + 1] - side_begin[f]);
  }
  /// The border of a face with the face on its left, sorted.
  [[nodiscard]] std::vector<Arc> arcs_of(std::int32_t face) const;
  /// Twice its area over its border's length, in mm: the width of a strip.
  [[nodiscard]] double mean_width_mm(std::int32_t face) const;
};

/// What is drawn: whether the borders may cross.
enum class Crossings {
  none,       ///< the edges come noded and meet at ends only: nothing moves
  snap_round  ///< everything is noded first, moving by at most 0.71 mm
};

/// How the cover of a face is counted.
enum class CoverBy {
  owner,  ///< each owner for itself
  depth   ///< all owners together, as owner 0: pieces between two owners are gone
};

/// Builds the arrangement of some borders. O(n log n); stops between stages.
[[nodiscard]] Arrangement arrange(std::vector<NodedEdge> edges, Crossings crossings, CoverBy by,
                                  const RunControl& run);

}  // namespace libgrid
