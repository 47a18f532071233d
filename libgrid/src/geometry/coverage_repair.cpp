#include "libgrid/geometry/coverage_repair.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>

#include "arrangement.hpp"
#include "face_owners.hpp"
#include "gap_pieces.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/geometry/measure.hpp"
#include "libgrid/geometry/overlaps.hpp"
#include "libgrid/geometry/spatial_index.hpp"
#include "open_borders.hpp"
#include "owned_borders.hpp"

namespace libgrid {
namespace {

constexpr int kMostPasses = 12;  // noise settles in two or three; this ends a quarrel

std::vector<NodedEdge> sorted_edges(const PolygonSet& polygons, std::int64_t polygon) {
  std::vector<NodedEdge> edges;
  add_edges(polygons, polygon, edges);
  std::sort(edges.begin(), edges.end());
  return edges;
}

/// How far a border moved: its vertices, old and new, from the other border.
double max_move_m(std::span<const NodedEdge> before, std::span<const NodedEdge> after) {
  const auto furthest = [](std::span<const NodedEdge> from, std::span<const NodedEdge> to) {
    std::vector<Segment> segments;
    for (const auto& e : to) segments.push_back({e.a, e.b, 0});
    const SegmentIndex index{std::move(segments)};
    double squared = 0.0;
    for (const auto& e : from)
      for (const auto p : {e.a, e.b})
        if (const auto near = index.nearest(p, Metres{2e6}))
          squared = std::max(squared, near->squared_mm2);
    return std::sqrt(squared) / 1e3;
  };
  if (before.empty() || after.empty()) return 0.0;
  return std::max(furthest(before, after), furthest(after, before));
}

class Repairer {
 public:
  Repairer(const PolygonSet& given, const CoverageRepairOptions& options, const RunControl& run)
      : given_{given}, options_{options}, run_{run} {
    out_.polygons = given;
  }

  CoverageRepair repair() {
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(given_.size()); ++i)
      if (given_.rings_of(i).begin < given_.rings_of(i).end) members_.push_back(i);
    run_.begin(kMostPasses);
    int pass = 0;
    while (pass++ < kMostPasses && improve()) run_.advance();
    account();
    run_.advance(kMostPasses - pass + 1);
    return std::move(out_);
  }

 private:
  /// One pass; false when it changed nothing.
  bool improve() {
    const RunControl silent{.stop = run_.stop, .threads = run_.threads};
    auto edges = node_edges(out_.polygons, members_);
    // Borders first, gaps later: what is left between two that were meant to be one would be a gap.
    bool crossing = false;
    for (int round = 0; round < kMostPasses && snap_near(edges, options_.near, silent); ++round) {
      crossing = true;
      edges = node_edges(std::move(edges));
    }
    if (!crossing && !planar_)
      crossing = !find_overlaps(out_.polygons.take(members_), 0.0, silent).empty();
    if (crossing) edges = snap_round_edges(std::move(edges), silent);
    auto plane = arrange(edges, Crossings::none, CoverBy::owner, silent);
    auto strips = static_cast<std::int32_t>(given_.size());
    const auto cuts = cut_gaps(plane, options_.max_gap_width, strips, silent);
    if (!cuts.empty()) {
      edges.insert(edges.end(), cuts.begin(), cuts.end());
      plane = arrange(node_edges(std::move(edges)), Crossings::none, CoverBy::owner, silent);
    }
    std::vector<double> area(static_cast<std::size_t>(given_.size()));
    for (std::size_t i = 0; i < area.size(); ++i)
      area[i] = area_m2(out_.polygons, static_cast<std::int64_t>(i));
    const auto owners = settle_faces(plane, area, members_, options_);
    for (const auto i : owners.unsettled) {
      std::erase(members_, i);
      out_.unsettled.push_back(i);
    }
    if (!owners.unsettled.empty()) return true;  // again without them
    note(plane, owners);
    planar_ = true;  // faces of one plane do not cross
    return redraw(plane, owners);
  }

  void note(const Arrangement& plane, const FaceOwners& owners) {
    for (const auto& s : owners.settled) {
      Int128 twice = 0;
      for (const auto f : s.faces) twice += plane.twice_area[static_cast<std::size_t>(f)];
      const auto area = static_cast<double>(twice) / 2e6;
      std::vector<Arc> arcs;
      for (const auto f : s.faces)
        for (const auto k : plane.sides_of(f)) {
          const auto& piece = plane.pieces[k];
          const auto other = piece.left == f ? piece.right : piece.left;
          if (std::binary_search(s.faces.begin(), s.faces.end(), other)) continue;
          arcs.push_back(piece.left == f ? Arc{piece.a, piece.b} : Arc{piece.b, piece.a});
        }
      std::sort(arcs.begin(), arcs.end());
      PolygonColumns shape;
      const bool whole = append_traced(arcs, shape);
      LIBGRID_ASSERT(whole);
      if (s.claimants.empty()) {
        changes_.push_back({{ChangeKind::gap_closed, s.owner, -1, area}, shape});
        continue;
      }
      for (const auto loser : s.claimants)
        if (loser != s.owner)
          changes_.push_back({{ChangeKind::overlap_resolved, loser, s.owner, -area}, shape});
    }
  }

  /// Draws every polygon anew from its faces; one whose border is the same keeps its row as it is.
  bool redraw(const Arrangement& plane, const FaceOwners& owners) {
    std::vector<std::pair<Point, std::int32_t>> had;
    std::vector<NodedEdge> drawn;
    for (const auto i : members_) {
      drawn.clear();
      add_edges(out_.polygons, i, drawn);
      for (const auto& e : drawn) {
        had.emplace_back(e.a, i);
        had.emplace_back(e.b, i);
      }
    }
    std::sort(had.begin(), had.end());
    std::vector<std::pair<std::int32_t, Arc>> arcs;
    for (const auto& border : find_owned_borders(plane, owners.owner, had)) {
      if (border.left >= 0) arcs.emplace_back(border.left, Arc{border.a, border.b});
      if (border.right >= 0) arcs.emplace_back(border.right, Arc{border.b, border.a});
    }
    std::sort(arcs.begin(), arcs.end());
    PolygonColumns columns;
    bool changed = false;
    std::vector<Arc> mine;
    auto at = arcs.begin();
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(given_.size()); ++i) {
      mine.clear();
      for (; at != arcs.end() && at->first == i; ++at) mine.push_back(at->second);
      if (mine.empty()) {  // no place in the plane: empty, or left as it was
        append_rows(out_.polygons.take(std::span{&i, 1}).columns(), columns);
        continue;
      }
      std::vector<Arc> before;
      for (const auto& e : sorted_edges(out_.polygons, i))
        before.push_back(e.left ? Arc{e.a, e.b} : Arc{e.b, e.a});
      std::sort(before.begin(), before.end());
      if (before == mine) {
        append_rows(out_.polygons.take(std::span{&i, 1}).columns(), columns);
        continue;
      }
      changed = true;
      const bool whole = append_traced(mine, columns);
      LIBGRID_ASSERT(whole);
    }
    out_.polygons = PolygonSet{std::move(columns)};
    return changed;
  }

  /// The books: before + what is listed = after, for each polygon.
  void account() {
    const auto count = static_cast<std::size_t>(given_.size());
    out_.area_before_m2.resize(count);
    out_.area_after_m2.resize(count);
    out_.max_move_m.assign(count, 0.0);
    std::vector<double> listed(count, 0.0);
    std::vector<std::uint8_t> is_listed(count, 0);
    for (const auto& [change, shape] : changes_) {
      listed[static_cast<std::size_t>(change.polygon)] += change.area_m2;
      is_listed[static_cast<std::size_t>(change.polygon)] = 1;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const auto row = static_cast<std::int64_t>(i);
      out_.area_before_m2[i] = area_m2(given_, row);
      out_.area_after_m2[i] = area_m2(out_.polygons, row);
      const auto before = sorted_edges(given_, row);
      const auto after = sorted_edges(out_.polygons, row);
      if (before == after) continue;
      out_.max_move_m[i] = max_move_m(before, after);
      // Areas are halves of whole square millimetres: what remains of the sums' noise is nought.
      const auto rest =
          std::round((out_.area_after_m2[i] - out_.area_before_m2[i] - listed[i]) * 2e6) / 2e6;
      if (rest == 0.0 && is_listed[i] != 0) continue;
      PolygonColumns none;
      none.part_begin.push_back(0);
      changes_.push_back({{ChangeKind::snapped, static_cast<std::int32_t>(i), -1, rest}, none});
    }
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& l, const Change& r) {
      return std::tie(l.change.polygon, l.change.kind) < std::tie(r.change.polygon, r.change.kind);
    });
    PolygonColumns shapes;
    for (const auto& [change, shape] : changes_) {
      out_.changes.push_back(change);
      append_rows(shape, shapes);
    }
    out_.change_shapes = PolygonSet{std::move(shapes)};
    std::sort(out_.unsettled.begin(), out_.unsettled.end());
  }

  struct Change {
    CoverageChange change;
    PolygonColumns shape;
  };
  const PolygonSet& given_;
  const CoverageRepairOptions& options_;
  const RunControl& run_;
  CoverageRepair out_;
  std::vector<std::int32_t> members_;
  std::vector<Change> changes_;
  bool planar_ = false;
};

}  // namespace

CoverageRepair repair_coverage(const PolygonSet& polygons, const CoverageRepairOptions& options,
                               const RunControl& run) {
  require(options.near.count() >= 0 && options.near.count() <= 100,
          [] { return std::string{"repair: near must lie between 0 and 100 m"}; });
  require(options.max_gap_width.count() >= 0,
          [] { return std::string{"repair: max_gap_width must not be negative"}; });
  return Repairer{polygons, options, run}.repair();
}

}  // namespace libgrid
