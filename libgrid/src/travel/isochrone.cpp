#include "libgrid/travel/isochrone.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <numbers>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "libgrid/geometry/contour.hpp"
#include "reach_field.hpp"
#include "reach_search.hpp"
#include "walls.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

struct Workspace {
  ReachSearch search;
  ReachField field;
};

/// Workspaces for as many threads as ask at one time.
class WorkspacePool {
 public:
  std::unique_ptr<Workspace> take() {
    const std::lock_guard lock{mutex_};
    if (idle_.empty()) return std::make_unique<Workspace>();
    auto taken = std::move(idle_.back());
    idle_.pop_back();
    return taken;
  }
  void give(std::unique_ptr<Workspace> workspace) {
    const std::lock_guard lock{mutex_};
    idle_.push_back(std::move(workspace));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> idle_;
};

void append(const PolygonSet& set, PolygonColumns& columns) {
  const auto& more = set.columns();
  const auto points = std::ssize(columns.points);
  const auto rings = std::ssize(columns.point_begin) - 1;
  const auto parts = std::ssize(columns.ring_begin) - 1;
  columns.points.insert(columns.points.end(), more.points.begin(), more.points.end());
  for (std::size_t i = 1; i < more.point_begin.size(); ++i)
    columns.point_begin.push_back(points + more.point_begin[i]);
  for (std::size_t i = 1; i < more.ring_begin.size(); ++i)
    columns.ring_begin.push_back(rings + more.ring_begin[i]);
  for (std::size_t i = 1; i < more.part_begin.size(); ++i)
    columns.part_begin.push_back(parts + more.part_begin[i]);
}

PolygonSet bands_of(const PolygonSet& nested) {
  PolygonColumns columns;
  const std::vector<std::int32_t> first{0};
  append(nested.take(first), columns);
  for (std::int64_t k = 1; k < nested.size(); ++k) append_ring_between(nested, k, k - 1, columns);
  return PolygonSet{std::move(columns)};
}

/// The part of a labelled lattice around one label, and a rim.
struct LabelWindow {
  std::int32_t west = INT32_MAX, south = INT32_MAX, east = -1, north = -1;
  std::vector<float> value;
  std::vector<std::int32_t> label;

  [[nodiscard]] bool empty() const { return east < west; }
  Lattice cut(const Lattice& from) {
    value.clear();
    label.clear();
    for (auto j = south - 1; j <= north + 1; ++j) {
      const auto begin = std::int64_t{j} * from.columns + west - 1;
      const auto end = std::int64_t{j} * from.columns + east + 2;
      value.insert(value.end(), from.value.begin() + begin, from.value.begin() + end);
      label.insert(label.end(), from.label.begin() + begin, from.label.begin() + end);
    }
    return {.low = {from.low.x_mm + (west - 1) * from.cell_mm,
                    from.low.y_mm + (south - 1) * from.cell_mm},
            .cell_mm = from.cell_mm,
            .columns = east - west + 3,
            .rows = north - south + 3,
            .value = value,
            .label = label};
  }
};

std::vector<LabelWindow> windows_of(const Lattice& lattice, std::size_t labels) {
  std::vector<LabelWindow> windows(labels);
  for (std::int32_t j = 0; j < lattice.rows; ++j) {
    for (std::int32_t i = 0; i < lattice.columns; ++i) {
      const auto node = at(std::int64_t{j} * lattice.columns + i);
      if (!(lattice.value[node] <= 0) || lattice.label[node] == -1) continue;
      auto& w = windows[at(lattice.label[node])];
      w.west = std::min(w.west, i);
      w.east = std::max(w.east, i);
      w.south = std::min(w.south, j);
      w.north = std::max(w.north, j);
    }
  }
  return windows;
}

/// One call's fixed side.
struct Job {
  const RoadNetwork& network;
  std::span<const Place> sources;
  std::span<const std::uint32_t> thresholds_ms;
  const IsochroneOptions& options;
  const RunControl& control;
  ReachOptions reach;
  std::int32_t cell_mm;
  Walk walk;
  const Walls* walls;

  /// False when nothing is reached.
  [[nodiscard]] bool search(Workspace& w, std::span<const std::int32_t> rows) const {
    w.search.run(network, sources, rows, thresholds_ms.back(), reach, control);
    if (w.search.pieces().empty() && w.search.starts().empty()) return false;
    w.field.prepare(network, w.search.pieces(), w.search.starts(), cell_mm, walk, walls);
    return true;
  }

  /// The polygons of some sources taken together, one a threshold.
  [[nodiscard]] PolygonSet nested(Workspace& w, std::span<const std::int32_t> rows) const {
    PolygonColumns columns;
    if (!search(w, rows)) {
      columns.part_begin.assign(thresholds_ms.size() + 1, 0);
      return PolygonSet{std::move(columns)};
    }
    for (const auto limit : thresholds_ms) {
      w.field.add(network, w.search.pieces(), w.search.starts(), limit, control);
      append_contour(w.field.lattice(), {.min_hole_m2 = options.min_hole_m2}, columns);
    }
    PolygonSet set{std::move(columns)};
    return options.bands ? bands_of(set) : set;
  }

  /// By source what it reaches first: row source · thresholds + k.
  [[nodiscard]] PolygonSet shared_out(Workspace& w, std::span<const std::int32_t> rows) const {
    const auto count = thresholds_ms.size();
    std::vector<PolygonColumns> by_threshold(count);
    for (auto& columns : by_threshold) columns.part_begin.assign(1, 0);
    if (search(w, rows)) {
      w.field.label(network, w.search.pieces(), w.search.starts(), control);
      for (std::size_t k = 0; k < count; ++k) {
        w.field.add(network, w.search.pieces(), w.search.starts(), thresholds_ms[k], control);
        auto windows = windows_of(w.field.lattice(), sources.size());
        for (std::size_t i = 0; i < sources.size(); ++i) {
          if (windows[i].empty())
            by_threshold[k].part_begin.push_back(by_threshold[k].part_begin.back());
          else
            append_contour(
                windows[i].cut(w.field.lattice()),
                {.min_hole_m2 = options.min_hole_m2, .only = static_cast<std::int32_t>(i)},
                by_threshold[k]);
        }
      }
    } else {
      for (auto& columns : by_threshold) columns.part_begin.assign(sources.size() + 1, 0);
    }
    std::vector<PolygonSet> sets;
    for (auto& columns : by_threshold) sets.emplace_back(std::move(columns));
    PolygonColumns all;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const auto row = static_cast<std::int32_t>(i);
      for (const auto& set : sets) append(set.take({&row, 1}), all);
    }
    return PolygonSet{std::move(all)};
  }
};

void check_options(const RoadNetwork& network, std::span<const std::uint32_t> thresholds_ms,
                   const IsochroneOptions& o) {
  require(network.has_geometry(), [] {
    return std::string{"the network has no coordinates in metres, so no polygon can be drawn"};
  });
  require(!thresholds_ms.empty() && thresholds_ms.front() > 0 &&
              std::is_sorted(thresholds_ms.begin(), thresholds_ms.end(), std::less_equal<>{}),
          [] { return std::string{"thresholds must be above 0 and ascend, each once"}; });
  const auto cell = o.cell.count();
  require(cell >= 1.0 && cell <= 1000.0, [] { return std::string{"cell_m must be 1 to 1,000"}; });
  require(o.cap.count() >= 2.2 * cell && o.cap.count() <= 100'000.0, [] {
    return std::string{
        "cap_m must be at least 2.2 cells and at most 100,000: give a smaller cell_m"};
  });
  require(o.min_hole_m2 >= 0 && o.min_hole_m2 <= 1e12,
          [] { return std::string{"min_hole_m2 must be 0 or more"}; });
  require(o.off_network_mps > 0 && o.off_network_mps <= 1000.0,
          [] { return std::string{"the off-network speed must be above 0"}; });
  require(!(o.bands && o.share == Share::nearest), [] {
    return std::string{"bands cannot be cut from what each source reaches first: ask for nested"};
  });
}

}  // namespace

PolygonSet build_isochrones(const RoadNetwork& network, std::span<const Place> sources,
                            std::span<const std::uint32_t> thresholds_ms, IsochroneOptions options,
                            const RunControl& control) {
  check_options(network, thresholds_ms, options);
  const ReachOptions reach{.direction = options.direction,
                           .start_ms = options.start_ms,
                           .together = options.share != Share::each};
  check_reach(network, sources, thresholds_ms.back(), reach);
  std::optional<Walls> walls;
  if (options.barriers != nullptr) walls.emplace(*options.barriers);
  const auto cell_mm = static_cast<std::int32_t>(std::lround(options.cell.count() * 1000));
  const double cell_m = cell_mm / 1000.0;
  // The contour may stand √½ cells beyond the walks (and 1 mm by rounding); a cell that a street
  // touches has its corners within √2 cells of it.
  const Walk walk{.mps = options.off_network_mps,
                  .least_m = std::numbers::sqrt2 * cell_m + 0.003,
                  .most_m = options.cap.count() - cell_m / std::numbers::sqrt2 - 0.003};
  const Job job{network, sources, thresholds_ms,
                options, control, reach,
                cell_mm, walk,    walls ? &*walls : nullptr};
  std::vector<std::int32_t> rows(sources.size());
  std::iota(rows.begin(), rows.end(), 0);
  if (reach.together) {
    control.begin(1);
    Workspace workspace;
    const auto set = options.share == Share::together ? job.nested(workspace, rows)
                                                      : job.shared_out(workspace, rows);
    control.advance();
    return set;
  }
  WorkspacePool pool;
  std::vector<PolygonSet> found(sources.size());
  control.begin(std::ssize(sources));
  for_each_chunk(std::ssize(sources), 1, control, [&](Chunk chunk) {
    auto workspace = pool.take();
    const auto i = at(chunk.begin);
    found[i] = job.nested(*workspace, {&rows[i], 1});
    pool.give(std::move(workspace));
  });
  PolygonColumns columns;
  for (const auto& set : found) append(set, columns);
  return PolygonSet{std::move(columns)};
}

}  // namespace libgrid
