#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/graph/hierarchy.hpp"
#include "libgrid/graph/shortest_paths.hpp"

namespace libgrid {

/// How many trees a sweep grows at once: a line of memory a node.
inline constexpr int kLanes = 16;

/// Which instructions a sweep uses. All give the same bits.
enum class Simd : std::uint8_t { scalar, avx2, avx512 };

/// The widest that this processor has.
[[nodiscard]] Simd widest_simd();

/// What a sweep goes over: all positions of a hierarchy, or those that some nodes need.
///
/// Keeps a reference to the hierarchy, which must live longer.
class SweepRange {
 public:
  /// Every position.
  SweepRange(const Hierarchy& hierarchy, Heading heading);
  /// What is needed for the times of these nodes (RPHAST). O(what is needed), and 4 bytes a node.
  SweepRange(const Hierarchy& hierarchy, Heading heading, std::span<const std::int32_t> nodes);

  [[nodiscard]] const Hierarchy& hierarchy() const { return *hierarchy_; }
  [[nodiscard]] Heading heading() const { return heading_; }
  /// Rows of a sweep.
  [[nodiscard]] std::int32_t size() const {
    return is_whole_ ? hierarchy_->node_count() : static_cast<std::int32_t>(first_.size()) - 1;
  }
  /// The row of a position, -1 when it is not in the range. Ascends with the position.
  [[nodiscard]] std::int32_t row_of_position(std::int32_t position) const {
    return is_whole_ ? position : row_[static_cast<std::size_t>(position)];
  }
  [[nodiscard]] std::int32_t row_of(std::int32_t node) const {
    return row_of_position(hierarchy_->position_of(node));
  }
  [[nodiscard]] std::span<const std::uint32_t> first() const {
    return is_whole_ ? std::span<const std::uint32_t>{down().first} : first_;
  }
  [[nodiscard]] std::span<const Arc> arcs() const {
    return is_whole_ ? std::span<const Arc>{down().arcs} : arcs_;
  }

 private:
  [[nodiscard]] const HierarchyArcs& down() const { return hierarchy_->up(turned(heading_)); }

  const Hierarchy* hierarchy_;
  Heading heading_;
  bool is_whole_;
  std::vector<std::int32_t> row_;  // by position
  std::vector<std::uint32_t> first_;
  std::vector<Arc> arcs_;
};

/// Up to kLanes shortest-path trees at once; one per thread, reused without allocation.
///
/// A sum over kMaxMs becomes kNever: whoever needs to know compares `Hierarchy::longest_ms` first.
/// Memory 64 bytes a row of the range. Times equal those of a search bit for bit.
/// Source: Delling, Goldberg, Nowatzyk & Werneck (2013), PHAST: hardware-accelerated shortest path
/// trees; Delling, Goldberg & Werneck (2011), Faster batched shortest paths in road networks.
class TreeSweep {
 public:
  explicit TreeSweep(Simd simd = widest_simd()) : simd_{simd} {}

  /// Grows tree `label` of each seed, 0 … kLanes - 1. Several seeds may share a tree. `on_rows`,
  /// when there is one, is told of rows `begin` … `end - 1` as soon as they are done and still in
  /// the cache. Throws InvalidInput (a node or a label that does not exist), Cancelled.
  void run(const SweepRange& range, std::span<const Seed> seeds, const RunControl& control = {},
           const std::function<void(std::int32_t begin, std::int32_t end)>& on_rows = {});

  [[nodiscard]] Simd simd() const { return simd_; }
  /// Lines of kLanes times by row, 64 bytes aligned.
  [[nodiscard]] const std::uint32_t* lines() const {
    return lines_.empty() ? nullptr : lines_[0].ms;
  }
  /// The times of one row in all trees; kNever where there is no way, and in trees without seeds.
  [[nodiscard]] std::span<const std::uint32_t, kLanes> row(std::int32_t row) const {
    return std::span<const std::uint32_t, kLanes>{lines_[static_cast<std::size_t>(row)].ms, kLanes};
  }

 private:
  struct alignas(64) Line {
    std::uint32_t ms[kLanes];
  };
  void climb(const SweepRange& range, std::span<const Seed> seeds);

  Simd simd_;
  std::vector<Line> lines_;               // by row
  std::vector<Line> above_;               // by slot: what the way up reaches
  std::vector<std::int32_t> slot_;        // by position, -1: not reached on the way up
  std::vector<std::int32_t> climbed_;     // positions, descending
  std::vector<std::int32_t> start_row_;   // rows with times from the way up, ascending
  std::vector<std::int32_t> start_slot_;  // and where these are
  std::vector<std::int32_t> stack_;
};

}  // namespace libgrid
