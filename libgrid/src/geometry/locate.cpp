#include "libgrid/geometry/locate.hpp"

#include <algorithm>
#include <utility>

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

/// Points in the order of the raster's cells, near ones together: in their own order, a million
/// random points miss the cache several times each, which took seven times as long. A counting sort
/// by runs of cells, kept between blocks of points.
class CellOrder {
 public:
  explicit CellOrder(const RasterIndex& index)
      : index_{index}, cells_a_bucket_{index.cells() / std::int64_t{kBuckets} + 1} {}

  /// The visits of points `first` … `end-1` that lie inside the raster; `point_at(row)` is asked
  /// twice.
  template <class PointAt>
  std::span<const Visit> sort(std::size_t first, std::size_t end, const PointAt& point_at,
                              const RunControl& run) {
    const auto count = static_cast<std::int64_t>(end - first);
    const auto chunks = static_cast<std::size_t>(chunk_count(count, kSortGrain));
    bucket_.resize(end - first);
    begin_.assign(chunks * kBuckets, 0);
    const RunControl quiet{.stop = run.stop, .threads = run.threads};
    for_each_chunk(count, kSortGrain, quiet, [&](Chunk chunk) {
      auto* counts = begin_.data() + static_cast<std::size_t>(chunk.index) * kBuckets;
      for (auto k = chunk.begin; k < chunk.end; ++k) {
        const auto i = static_cast<std::size_t>(k);
        const auto cell = index_.cell_of(point_at(first + i));
        bucket_[i] = cell < 0 ? kOutside : static_cast<std::uint16_t>(cell / cells_a_bucket_);
        if (cell >= 0) ++counts[bucket_[i]];
      }
    });
    std::uint32_t inside = 0;
    for (std::size_t b = 0; b < kBuckets; ++b)
      for (std::size_t c = 0; c < chunks; ++c)
        inside += std::exchange(begin_[c * kBuckets + b], inside);
    if (visits_.size() < inside) visits_.resize(inside);
    for_each_chunk(count, kSortGrain, quiet, [&](Chunk chunk) {
      auto* next = begin_.data() + static_cast<std::size_t>(chunk.index) * kBuckets;
      for (auto k = chunk.begin; k < chunk.end; ++k) {
        const auto i = static_cast<std::size_t>(k);
        if (bucket_[i] != kOutside)
          visits_[next[bucket_[i]]++] = {point_at(first + i),
                                         static_cast<std::uint32_t>(first + i)};
      }
    });
    return std::span{visits_}.first(inside);
  }

 private:
  static constexpr std::size_t kBuckets = 4'096;
  static constexpr std::uint16_t kOutside = UINT16_MAX;
  static constexpr std::int64_t kSortGrain = 131'072;

  const RasterIndex& index_;
  std::int64_t cells_a_bucket_;
  std::vector<std::uint16_t> bucket_;
  std::vector<std::uint32_t> begin_;
  std::vector<Visit> visits_;
};

// A block of points: small enough that its scratch is reused (fresh memory costs as much as the
// sort), large enough that several points fall into each cell of a city's raster.
constexpr std::size_t kBlock = std::size_t{1} << 22;

template <class PointAt>
std::vector<std::int32_t> locate_all(const RasterIndex& index, std::size_t count,
                                     const PointAt& point_at, const RunControl& run) {
  LIBGRID_ASSERT(count < std::size_t{UINT32_MAX});
  std::vector<std::int32_t> found(count, -1);
  CellOrder order{index};
  run.begin(static_cast<std::int64_t>(count));
  for (std::size_t first = 0; first < count; first += kBlock) {
    const auto end = std::min(count, first + kBlock);
    const auto visits = order.sort(first, end, point_at, run);
    for_each_chunk(std::ssize(visits), kGrain, run, [&](Chunk chunk) {
      for (const auto& visit : visits.subspan(static_cast<std::size_t>(chunk.begin),
                                              static_cast<std::size_t>(chunk.end - chunk.begin)))
        found[visit.row] = locate_in(index, visit.point);
    });
    run.advance(static_cast<std::int64_t>(end - first) - std::ssize(visits));
  }
  return found;
}

}  // namespace

PointLocator::PointLocator(const PolygonSet& polygons, const RunControl& run)
    : index_{std::make_shared<const RasterIndex>(polygons, run)} {}

std::vector<std::int32_t> PointLocator::locate(std::span<const Point> points,
                                               const RunControl& run) const {
  return locate_all(
      *index_, points.size(), [points](std::size_t i) { return points[i]; }, run);
}

std::vector<std::int32_t> PointLocator::locate(const Frame& frame,
                                               std::span<const Position> positions,
                                               const RunControl& run) const {
  // A place beyond the frame's reach lies beyond every polygon in it, as does this corner.
  static constexpr Point kBeyond{INT32_MIN, INT32_MIN};
  return locate_all(
      *index_, positions.size(),
      [&frame, positions](std::size_t i) {
        return frame.fits(positions[i]) ? frame.to_point(positions[i]) : kBeyond;
      },
      run);
}

std::int32_t PointLocator::locate(Point point) const { return locate_in(*index_, point); }

}  // namespace libgrid
