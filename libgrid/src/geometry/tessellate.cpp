#include "libgrid/geometry/tessellate.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "block_faces.hpp"
#include "geos.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/geometry/borders.hpp"
#include "libgrid/geometry/locate.hpp"
#include "libgrid/geometry/outline.hpp"
#include "libgrid/geometry/spatial_index.hpp"
#include "raster_index.hpp"
#include "ring.hpp"
#include "snap_rounding.hpp"
#include "voronoi_arcs.hpp"

namespace libgrid {
namespace {

constexpr double kStepMm =
    2'000.0;  // between points along a wall: ripples stay under the noise of footprints
constexpr double kStraightenMm =
    100.0;  // the bisector's own error from sampling every 2 m is of this size

void stop_if_asked(const RunControl& run) {
  if (run.stop.stop_requested()) throw Cancelled{};
}

std::vector<WallPoint> wall_points(const PolygonSet& buildings,
                                   std::span<const std::int32_t> firsts, Metres reach) {
  std::vector<WallPoint> points;
  Box box{{INT32_MAX, INT32_MAX}, {INT32_MIN, INT32_MIN}};
  for (const auto i : firsts) {
    const auto rings = buildings.rings_of(i);
    for (auto r = rings.begin; r < rings.end; ++r) {
      const auto ring = buildings.ring(r);
      for (std::size_t k = 1; k < ring.size(); ++k) {
        const auto a = ring[k - 1];
        const auto b = ring[k];
        box.low = {std::min(box.low.x_mm, a.x_mm), std::min(box.low.y_mm, a.y_mm)};
        box.high = {std::max(box.high.x_mm, a.x_mm), std::max(box.high.y_mm, a.y_mm)};
        const auto steps =
            std::max<std::int64_t>(1, std::llround(std::ceil(length_mm(a, b) / kStepMm)));
        for (std::int64_t s = 0; s < steps; ++s)
          points.push_back(
              {{a.x_mm + static_cast<std::int32_t>((std::int64_t{b.x_mm} - a.x_mm) * s / steps),
                a.y_mm + static_cast<std::int32_t>((std::int64_t{b.y_mm} - a.y_mm) * s / steps)},
               i});
      }
    }
  }
  if (points.empty()) return points;
  // Far points close the outer cells beyond anybody's reach.
  const auto size = std::max(std::int64_t{box.high.x_mm} - box.low.x_mm,
                             std::int64_t{box.high.y_mm} - box.low.y_mm);
  const auto margin = static_cast<std::int32_t>(
      std::min<double>(8e8, 4 * reach.count() * 1e3 + static_cast<double>(size)));
  const Point low{box.low.x_mm - margin, box.low.y_mm - margin};
  const Point high{box.high.x_mm + margin, box.high.y_mm + margin};
  for (int k = 0; k < 16; ++k) {
    const auto x =
        static_cast<std::int32_t>(low.x_mm + (std::int64_t{high.x_mm} - low.x_mm) * k / 16);
    const auto y =
        static_cast<std::int32_t>(low.y_mm + (std::int64_t{high.y_mm} - low.y_mm) * k / 16);
    for (const auto p :
         {Point{x, low.y_mm}, Point{high.x_mm, y}, Point{x, high.y_mm}, Point{low.x_mm, y}})
      points.push_back({p, -1});
  }
  points.push_back({high, -1});
  return points;
}

/// The union of one area a building: first by tiles of eight reaches, whose insides melt away, then
/// of the tiles; between tiles a stop is noticed.
GeosContext::Geometry join_by_tile(const GeosContext& geos, const PolygonSet& buildings,
                                   std::span<const std::int32_t> firsts,
                                   std::span<GeosContext::Geometry> areas, Metres reach,
                                   const RunControl& run) {
  const auto join = [&](std::span<GeosContext::Geometry> items) {
    const auto all = geos.collect(GEOS_GEOMETRYCOLLECTION, items);
    return geos.checked(GEOSUnaryUnion_r(geos.handle(), all.get()), "the reach of the buildings");
  };
  const double side = 8 * reach.count() * 1e3;
  std::map<std::pair<double, double>, std::vector<GeosContext::Geometry>> tiles;
  for (std::size_t k = 0; k < areas.size(); ++k) {
    const auto p = buildings.ring(buildings.rings_of(firsts[k]).begin).front();
    tiles[{std::floor(p.x_mm / side), std::floor(p.y_mm / side)}].push_back(std::move(areas[k]));
  }
  std::vector<GeosContext::Geometry> joined;
  for (auto& [tile, items] : tiles) {
    stop_if_asked(run);
    joined.push_back(join(items));
  }
  stop_if_asked(run);
  return join(joined);
}

/// All lines that may bound a block, noded at 1 mm and cut into faces.
PolygonSet cut_plane(const PolygonSet& buildings, std::span<const std::int32_t> firsts,
                     const LineSet& lines, const LineSet& barriers, const BlockOptions& options,
                     const RunControl& run) {
  const GeosContext geos;
  auto* h = geos.handle();
  auto network = voronoi_arcs(wall_points(buildings, firsts, options.reach), kStraightenMm, run);
  const auto add_line = [&](std::span<const Point> line) {
    network.emplace_back(line.begin(), line.end());
  };
  std::vector<GeosContext::Geometry> around;
  for (const auto i : firsts) {
    stop_if_asked(run);
    const auto rings = buildings.rings_of(i);
    for (auto r = rings.begin; r < rings.end; ++r) add_line(buildings.ring(r));
    auto building = geos.multi_polygon(buildings, i);
    auto grown = geos.own(GEOSBuffer_r(h, building.get(), options.reach.count() * 1e3, 4));
    if (!grown)
      throw GeometryError{"building " + std::to_string(i) + " cannot be grown: " + geos.error()};
    around.push_back(std::move(grown));
  }
  stop_if_asked(run);
  const auto land = join_by_tile(geos, buildings, firsts, around, options.reach, run);
  const auto rim = geos.checked(GEOSBoundary_r(h, land.get()), "the reach of the buildings");
  for (int k = 0; k < GEOSGetNumGeometries_r(h, rim.get()); ++k)
    add_line(points_from(geos, GEOSGetGeometryN_r(h, rim.get(), k)));
  for (const auto* cuts : {&lines, &barriers})
    for (std::int64_t k = 0; k < cuts->size(); ++k) add_line(cuts->line(k));
  stop_if_asked(run);

  std::vector<GeosContext::Geometry> borders;
  for (const auto& line : snap_round(network, run)) borders.push_back(geos.line(line));
  const auto noded = geos.collect(GEOS_GEOMETRYCOLLECTION, borders);
  const GEOSGeometry* input = noded.get();
  const auto faces = geos.checked(GEOSPolygonize_r(h, &input, 1), "cutting the plane");
  stop_if_asked(run);
  PolygonColumns columns;
  const int count = GEOSGetNumGeometries_r(h, faces.get());
  for (int k = 0; k < count; ++k)
    append_polygon(geos, GEOSGetGeometryN_r(h, faces.get(), k), columns);
  return PolygonSet{std::move(columns)};
}

SegmentIndex index_of(const PolygonSet& buildings, std::span<const std::int32_t> firsts) {
  std::vector<Segment> walls;
  for (const auto i : firsts) {
    const auto rings = buildings.rings_of(i);
    for (auto r = rings.begin; r < rings.end; ++r) {
      const auto ring = buildings.ring(r);
      for (std::size_t k = 1; k < ring.size(); ++k) walls.push_back({ring[k - 1], ring[k], i});
    }
  }
  return SegmentIndex{std::move(walls)};
}

/// The barriers and the outlines of the compounds.
LineSet all_barriers(const BlockOptions& options) {
  auto lines = options.barriers;
  const auto& compounds = options.compounds.columns();
  for (std::size_t r = 1; r < compounds.point_begin.size(); ++r) {
    const auto ring = options.compounds.ring(static_cast<std::int64_t>(r) - 1);
    lines.points.insert(lines.points.end(), ring.begin(), ring.end());
    lines.begin.push_back(std::ssize(lines.points));
  }
  return lines;
}

}  // namespace

PolygonSet build_blocks(const PolygonSet& buildings, const LineSet& lines,
                        const BlockOptions& options, const RunControl& run) {
  require(options.reach.count() > 0 && options.reach.count() < 1e4,
          [] { return std::string{"blocks: reach must lie between 0 and 10,000 m"}; });
  run.begin(4);
  const auto footprint = find_footprints(buildings);
  std::vector<std::int32_t> firsts;
  for (std::int32_t i = 0; i < std::ssize(footprint); ++i)
    if (footprint[static_cast<std::size_t>(i)] == i && twice_area(buildings, i) > 0)
      firsts.push_back(i);
  if (firsts.empty()) {
    PolygonColumns none;
    none.part_begin.assign(footprint.size() + 1, 0);
    run.advance(4);
    return PolygonSet{std::move(none)};
  }

  const auto barriers = all_barriers(options);
  const auto faces = cut_plane(buildings, firsts, lines, barriers, options, run);
  run.advance();
  std::vector<Point> inner(static_cast<std::size_t>(faces.size()));
  for (std::size_t f = 0; f < inner.size(); ++f) {
    stop_if_asked(run);
    inner[f] = middle_of(faces, static_cast<std::int64_t>(f));
  }
  const RasterIndex inside{buildings, run};
  const auto walls = index_of(buildings, firsts);
  const PointLocator compounds{options.compounds, {.stop = run.stop, .threads = run.threads}};
  std::vector<std::int32_t> compound(footprint.size(), -1);
  if (options.compounds.size() > 0)
    for (const auto i : firsts)
      compound[static_cast<std::size_t>(i)] = compounds.locate(middle_of(buildings, i));
  std::vector<Face> labelled(inner.size());
  for (std::size_t f = 0; f < inner.size(); ++f) {
    Int128 smallest = 0;
    inside.for_each_holding(inner[f], [&](std::int32_t i) {
      const auto area = twice_area(buildings, i);
      if (footprint[static_cast<std::size_t>(i)] != i ||
          (labelled[f].building >= 0 && area >= smallest))
        return;
      labelled[f] = {i, true};
      smallest = area;
    });
    if (labelled[f].building >= 0) continue;
    stop_if_asked(run);
    IdFilter allowed;  // a filter costs, so only where there is something to tell apart
    if (options.compounds.size() > 0)
      allowed = [&, here = compounds.locate(inner[f])](std::int32_t i) {
        return compound[static_cast<std::size_t>(i)] == here;
      };
    if (const auto wall = walls.nearest(inner[f], options.reach, allowed))
      labelled[f] = {wall->id, false};
  }
  run.advance();
  move_cut_off_faces(faces, lines, barriers, labelled);
  run.advance();

  std::vector<std::int32_t> label(labelled.size());
  std::vector<std::uint8_t> has_block(footprint.size(), 0);
  for (std::size_t f = 0; f < label.size(); ++f) {
    label[f] = labelled[f].building;
    if (label[f] >= 0) has_block[static_cast<std::size_t>(label[f])] = 1;
  }
  const auto count = static_cast<std::int32_t>(buildings.size());
  const auto blocks =
      build_outlines(faces, label, count, {.stop = run.stop, .threads = run.threads});

  // Whose block a building has: its footprint's, or that of the smaller building over its middle.
  std::vector<std::int32_t> source{footprint.begin(), footprint.end()};
  const PointLocator finished{blocks, {.stop = run.stop, .threads = run.threads}};
  for (const auto i : firsts) {
    if (has_block[static_cast<std::size_t>(i)] != 0) continue;
    const auto owner = finished.locate(middle_of(buildings, i));
    if (owner >= 0) source[static_cast<std::size_t>(i)] = owner;
  }
  PolygonColumns columns;
  for (std::size_t i = 0; i < source.size(); ++i)
    append_row(blocks, source[static_cast<std::size_t>(source[i])], columns);
  run.advance();
  return PolygonSet{std::move(columns)};
}

}  // namespace libgrid
