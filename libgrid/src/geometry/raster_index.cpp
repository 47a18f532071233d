#include "raster_index.hpp"

#include <utility>

#include "libgrid/base/parallel.hpp"

namespace libgrid {
namespace {

// Four cells an edge: polygons of 20 edges then get about 9 × 9 cells, half of which answer without
// a test.
constexpr std::int64_t kCellsPerEdge = 4;
constexpr std::int64_t kMostCells = std::int64_t{1} << 24;
constexpr std::int64_t kGrain = 256;

}  // namespace

/// What one chunk of polygons adds; ranges and edges are joined in chunk order.
struct RasterIndex::Part {
  struct Range {
    std::int32_t cell;  ///< the first of `count` neighbours in a row
    std::int32_t count;
    Entry entry;  ///< edges counted from the part's first
  };
  std::vector<Range> ranges;
  std::vector<Edge> edges;
  // Scratch, kept between polygons.
  std::vector<Edge> own;
  std::vector<std::size_t> row_begin;
  std::vector<std::size_t> row_edges;
  std::vector<CellGrid::Columns> touched;
};

RasterIndex::RasterIndex(const PolygonSet& polygons, const RunControl& run)
    : grid_{polygons.points(), std::clamp<std::int64_t>(
                                   kCellsPerEdge * std::ssize(polygons.points()), 64, kMostCells)} {
  std::vector<Part> parts(static_cast<std::size_t>(chunk_count(polygons.size(), kGrain)));
  for_each_chunk(polygons.size(), kGrain, {.stop = run.stop, .threads = run.threads},
                 [&](Chunk chunk) {
                   auto& part = parts[static_cast<std::size_t>(chunk.index)];
                   for (auto i = chunk.begin; i < chunk.end; ++i) add_polygon(polygons, i, part);
                 });
  join(std::move(parts), polygons.size());
}

void RasterIndex::add_polygon(const PolygonSet& polygons, std::int64_t polygon, Part& part) const {
  auto& own = part.own;
  own.clear();
  std::int64_t first_row = INT64_MAX;
  std::int64_t last_row = -1;
  const auto rings = polygons.rings_of(polygon);
  for (auto r = rings.begin; r < rings.end; ++r) {
    const auto ring = polygons.ring(r);
    for (std::size_t k = 1; k < ring.size(); ++k) {
      if (ring[k - 1] == ring[k]) continue;
      Edge edge{ring[k - 1], ring[k]};
      if (edge.high.y_mm < edge.low.y_mm) std::swap(edge.low, edge.high);
      own.push_back(edge);
      first_row = std::min(first_row, grid_.row_of(edge.low.y_mm));
      last_row = std::max(last_row, grid_.row_of(edge.high.y_mm));
    }
  }
  if (own.empty()) return;
  // Descending by east end, once: rows inherit the order.
  std::sort(own.begin(), own.end(), [](const Edge& a, const Edge& b) {
    return std::max(a.low.x_mm, a.high.x_mm) > std::max(b.low.x_mm, b.high.x_mm);
  });

  const auto row_count = static_cast<std::size_t>(last_row - first_row + 1);
  part.row_begin.assign(row_count + 1, 0);
  const auto rows_of = [&](const Edge& e) {
    return std::pair{static_cast<std::size_t>(grid_.row_of(e.low.y_mm) - first_row),
                     static_cast<std::size_t>(grid_.row_of(e.high.y_mm) - first_row)};
  };
  for (const auto& e : own) {
    const auto [from, to] = rows_of(e);
    for (auto row = from; row <= to; ++row) ++part.row_begin[row + 1];
  }
  for (std::size_t row = 0; row < row_count; ++row) part.row_begin[row + 1] += part.row_begin[row];
  part.row_edges.resize(part.row_begin.back());
  for (std::size_t k = 0; k < own.size(); ++k) {
    const auto [from, to] = rows_of(own[k]);
    for (auto row = from; row <= to; ++row) part.row_edges[part.row_begin[row]++] = k;
  }  // row_begin[row] is now the end of the row

  for (std::size_t local = 0; local < row_count; ++local) {
    const auto row = first_row + static_cast<std::int64_t>(local);
    const auto from = local == 0 ? 0 : part.row_begin[local - 1];
    const auto strip_from = part.edges.size();
    part.touched.clear();
    for (auto k = from; k < part.row_begin[local]; ++k) {
      const auto& edge = own[part.row_edges[k]];
      part.edges.push_back(edge);
      part.touched.push_back(grid_.columns_in_row(edge.low, edge.high, row));
    }
    if (part.touched.empty()) continue;  // between two parts: no border passes this row
    std::sort(part.touched.begin(), part.touched.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });

    const auto covers = [&](std::int64_t column) {
      const auto x = grid_.left_of(column);
      const auto y = grid_.bottom_of(row);
      bool inside = false;
      for (auto k = strip_from; k < part.edges.size(); ++k) {
        const auto& e = part.edges[k];
        inside ^= e.low.y_mm <= y && y < e.high.y_mm &&
                  orientation(e.low, e.high,
                              {static_cast<std::int32_t>(x), static_cast<std::int32_t>(y)}) > 0;
      }
      return inside;
    };
    const Entry covering{static_cast<std::int32_t>(polygon), 0, 0};
    const Entry touching{covering.polygon, static_cast<std::uint32_t>(strip_from),
                         static_cast<std::uint32_t>(part.edges.size())};
    const auto add = [&](std::int64_t first, std::int64_t end, Entry entry) {
      if (first < end)
        part.ranges.push_back({static_cast<std::int32_t>(row * grid_.columns() + first),
                               static_cast<std::int32_t>(end - first), entry});
    };
    auto next = part.touched.front().first;
    for (const auto& run : part.touched) {
      if (run.first > next && covers(next))  // between two touched runs nothing changes
        add(next, run.first, covering);
      add(std::max(next, run.first), run.last + 1, touching);
      next = std::max(next, run.last + 1);
    }
  }
}

void RasterIndex::join(std::vector<Part>&& parts, std::int64_t polygons) {
  // First the number of entries of each cell, doubled, and whether one of them has edges.
  std::vector<std::uint32_t> counts(static_cast<std::size_t>(grid_.cells()), 0);
  std::size_t edge_count = 0;
  for (const auto& part : parts) {
    edge_count += part.edges.size();
    for (const auto& range : part.ranges)
      for (auto c = range.cell; c < range.cell + range.count; ++c) {
        auto& count = counts[static_cast<std::size_t>(c)];
        count = (count + 2) | (range.entry.covers() ? 0U : 1U);
      }
  }
  LIBGRID_ASSERT(edge_count < std::size_t{UINT32_MAX});
  slots_.assign(counts.size(), kNobody);
  std::size_t entry_count = 0;
  std::int32_t runs = 0;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] <= 2) continue;  // nobody, or one that covers
    slots_[c] = kMixed - runs++;
    run_begin_.push_back(static_cast<std::uint32_t>(entry_count));
    entry_count += counts[c] >> 1;
  }
  LIBGRID_ASSERT(entry_count < std::size_t{UINT32_MAX});
  entries_.resize(entry_count);
  edges_.reserve(edge_count);
  for (auto& part : parts) {
    const auto first_edge = static_cast<std::uint32_t>(edges_.size());
    for (const auto& range : part.ranges) {
      auto entry = range.entry;
      if (!entry.covers()) {
        entry.edge_begin += first_edge;
        entry.edge_end += first_edge;
      }
      for (auto c = range.cell; c < range.cell + range.count; ++c) {
        auto& slot = slots_[static_cast<std::size_t>(c)];
        // run_begin_[r + 1] walks from the start of run r to its end.
        if (slot <= kMixed)
          entries_[run_begin_[static_cast<std::size_t>(kMixed - slot) + 1]++] = entry;
        else
          slot = entry.polygon;
      }
    }
    edges_.insert(edges_.end(), part.edges.begin(), part.edges.end());
    part = Part{};  // the peak of memory is one copy, not two
  }
  whole_.resize(static_cast<std::size_t>(polygons));
  for (std::int64_t i = 0; i < polygons; ++i)
    whole_[static_cast<std::size_t>(i)] = {static_cast<std::int32_t>(i), 0, 0};
}

bool RasterIndex::holds_half(Entry entry, std::int64_t x2, std::int64_t y2) const {
  if (entry.covers()) return true;
  bool inside = false;
  for (const auto& e : edges_of(entry)) {
    const auto ax = 2 * std::int64_t{e.low.x_mm};
    const auto ay = 2 * std::int64_t{e.low.y_mm};
    const auto bx = 2 * std::int64_t{e.high.x_mm};
    const auto by = 2 * std::int64_t{e.high.y_mm};
    if (ay <= y2 && y2 < by && (bx - ax) * (y2 - ay) - (by - ay) * (x2 - ax) > 0) inside = !inside;
  }
  return inside;
}

bool RasterIndex::touches(Entry entry, Point p) const {
  if (entry.covers()) return false;
  for (const auto& e : edges_of(entry)) {
    if (e.low.y_mm > p.y_mm || p.y_mm > e.high.y_mm) continue;
    if (p.x_mm < std::min(e.low.x_mm, e.high.x_mm) || p.x_mm > std::max(e.low.x_mm, e.high.x_mm))
      continue;
    if (orientation(e.low, e.high, p) == 0) return true;
  }
  return false;
}

}  // namespace libgrid
