#include "libgrid/geometry/locate.hpp"

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "raster_index.hpp"

namespace libgrid {
namespace {

constexpr std::int64_t kGrain = 16'384;

std::int32_t locate_in(const RasterIndex& index, Point p) {
  const auto cell = index.cell_of(p);
  if (cell < 0) return -1;
  const auto owner = index.owner(cell);
  if (owner != RasterIndex::kMixed) return owner;
  const auto entries = index.entries(cell);
  for (const auto entry : entries)
    if (index.holds(entry, p)) return entry.polygon;
  for (const auto entry : entries)
    if (index.touches(entry, p)) return entry.polygon;
  return -1;
}

struct Visit {
  Point point;
  std::uint32_t row;
};

/// The points inside the raster, near ones together: in their own order, a million random points
/// miss the cache several times each, which took seven times as long. A counting sort by runs of
/// cells.
std::vector<Visit> in_cell_order(const RasterIndex& index, std::span<const Point> points) {
  LIBGRID_ASSERT(points.size() < std::size_t{UINT32_MAX});
  constexpr std::int64_t kBuckets = 4096;
  const auto cells_a_bucket = index.cells() / kBuckets + 1;
  std::vector<std::uint32_t> begin(kBuckets + 1, 0);
  std::vector<std::int16_t> bucket(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto cell = index.cell_of(points[i]);
    bucket[i] = static_cast<std::int16_t>(cell < 0 ? -1 : cell / cells_a_bucket);
    if (cell >= 0) ++begin[static_cast<std::size_t>(bucket[i]) + 1];
  }
  for (std::size_t b = 0; b < kBuckets; ++b) begin[b + 1] += begin[b];
  std::vector<Visit> visits(begin.back());
  for (std::size_t i = 0; i < points.size(); ++i)
    if (bucket[i] >= 0)
      visits[begin[static_cast<std::size_t>(bucket[i])]++] = {points[i],
                                                              static_cast<std::uint32_t>(i)};
  return visits;
}

}  // namespace

PointLocator::PointLocator(const PolygonSet& polygons, const RunControl& run)
    : index_{std::make_shared<const RasterIndex>(polygons, run)} {}

std::vector<std::int32_t> PointLocator::locate(std::span<const Point> points,
                                               const RunControl& run) const {
  std::vector<std::int32_t> found(points.size(), -1);
  const auto visits = in_cell_order(*index_, points);
  run.begin(std::ssize(visits));
  for_each_chunk(std::ssize(visits), kGrain, run, [&](Chunk chunk) {
    for (auto k = static_cast<std::size_t>(chunk.begin); k < static_cast<std::size_t>(chunk.end);
         ++k)
      found[visits[k].row] = locate_in(*index_, visits[k].point);
  });
  return found;
}

std::int32_t PointLocator::locate(Point point) const { return locate_in(*index_, point); }

}  // namespace libgrid
