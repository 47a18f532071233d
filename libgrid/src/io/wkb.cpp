#include "libgrid/io/wkb.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kCut = "the geometry is cut short";
constexpr std::uint32_t kEwkbZ = 0x80000000U;
constexpr std::uint32_t kEwkbM = 0x40000000U;
constexpr std::uint32_t kEwkbSrid = 0x20000000U;
constexpr std::uint32_t kPoint = 1, kLine = 2, kPolygon = 3, kCollection = 7;
constexpr std::uint32_t kMulti = 3;  // multi-type = type + 3

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_{bytes} {}

  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  template <class T>
  bool take(T& out) {
    if (left() < sizeof(T)) return false;
    std::memcpy(&out, bytes_.data() + at_, sizeof(T));
    if (swap_) {
      std::uint8_t raw[sizeof(T)];
      std::memcpy(raw, &out, sizeof(T));
      std::reverse(raw, raw + sizeof(T));
      std::memcpy(&out, raw, sizeof(T));
    }
    at_ += sizeof(T);
    return true;
  }
  /// A point of `width` numbers, of which the first two are kept. The caller has checked the
  /// length.
  Position take_point(std::size_t width) {
    Position p;
    take(p.x_m);
    take(p.y_m);
    at_ += (width - 2) * sizeof(double);
    return p;
  }
  /// Byte order, type and dimensions of the geometry that follows.
  const char* take_header(std::uint32_t& type, std::size_t& width) {
    std::uint8_t order = 0;
    if (!take(order)) return kCut;
    if (order > 1) return "an unknown byte order";
    swap_ = order != (std::endian::native == std::endian::little ? 1 : 0);
    if (!take(type)) return kCut;
    width = 2 + ((type & kEwkbZ) != 0) + ((type & kEwkbM) != 0);
    if (std::uint32_t srid = 0; (type & kEwkbSrid) != 0 && !take(srid)) return kCut;
    type &= ~(kEwkbZ | kEwkbM | kEwkbSrid);
    const auto dimensions = type / 1000;
    if (dimensions > 3) return "an unknown geometry type";
    if (dimensions > 0) width = dimensions == 3 ? 4 : 3;
    type %= 1000;
    return nullptr;
  }
  /// A count of things of at least `size` bytes each: more than the bytes left can hold is refused.
  const char* take_count(std::uint32_t& count, std::size_t size) {
    if (!take(count)) return kCut;
    return count > left() / size ? kCut : nullptr;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool swap_ = false;
};

/// Remembers the lengths of a column's vectors, to take back a row that turns out wrong.
class Mark {
 public:
  explicit Mark(GeometryColumn& c)
      : column_{c},
        points_{c.points.size()},
        point_begin_{c.point_begin.size()},
        ring_begin_{c.ring_begin.size()} {}
  void take_back() const {
    column_.points.resize(points_);
    column_.point_begin.resize(point_begin_);
    column_.ring_begin.resize(ring_begin_);
  }

 private:
  GeometryColumn& column_;
  std::size_t points_, point_begin_, ring_begin_;
};

std::int64_t length(const auto& vector) { return static_cast<std::int64_t>(vector.size()); }

/// One run of points: a line, or a ring of a polygon.
const char* append_run(GeometryColumn& column, Reader& in, std::size_t width) {
  std::uint32_t count = 0;
  if (const auto* fault = in.take_count(count, width * sizeof(double))) return fault;
  for (std::uint32_t i = 0; i < count; ++i) column.points.push_back(in.take_point(width));
  column.point_begin.push_back(length(column.points));
  return nullptr;
}

const char* append_simple(GeometryColumn& column, Reader& in, std::uint32_t type,
                          std::size_t width) {
  if (type == kPoint) {
    if (in.left() < width * sizeof(double)) return kCut;
    const auto p = in.take_point(width);
    if (!std::isnan(p.x_m) || !std::isnan(p.y_m)) column.points.push_back(p);
    return nullptr;
  }
  if (type == kLine) {
    const auto before = column.points.size();
    if (const auto* fault = append_run(column, in, width)) return fault;
    if (column.points.size() == before) column.point_begin.pop_back();  // EMPTY
    return column.points.size() == before + 1 ? "a line of one point" : nullptr;
  }
  std::uint32_t rings = 0;
  if (const auto* fault = in.take_count(rings, sizeof(std::uint32_t))) return fault;
  for (std::uint32_t i = 0; i < rings; ++i) {
    const auto before = column.points.size();
    if (const auto* fault = append_run(column, in, width)) return fault;
    const auto count = column.points.size() - before;
    if (count == 0 && rings == 1) {  // EMPTY, as some write it
      column.point_begin.pop_back();
      return nullptr;
    }
    constexpr const char* kOpen = "a ring that is not closed or has fewer than four points";
    if (count < 4) return kOpen;
    const auto& first = column.points[before];
    const auto& last = column.points.back();
    if (first.x_m != last.x_m || first.y_m != last.y_m) return kOpen;
  }
  if (rings > 0) column.ring_begin.push_back(length(column.point_begin) - 1);
  return nullptr;
}

const char* kind_fault(GeometryKind kind) {
  switch (kind) {
    case GeometryKind::point:
      return "not a point, in a layer of points";
    case GeometryKind::line:
      return "not a line, in a layer of lines";
    default:
      return "not a polygon, in a layer of polygons";
  }
}

const char* append_row(GeometryColumn& column, std::span<const std::uint8_t> wkb) {
  Reader in{wkb};
  std::uint32_t type = 0;
  std::size_t width = 2;
  if (const auto* fault = in.take_header(type, width)) return fault;
  if (type == kCollection) return "a geometry collection: split it into layers of one kind";
  if (type < kPoint || type > kPolygon + kMulti) return "a curve, surface or unknown geometry type";
  const bool multi = type > kPolygon;
  const auto simple = multi ? type - kMulti : type;
  const auto kind = static_cast<GeometryKind>(simple);
  if (column.kind == GeometryKind::none) {
    // Rows without geometry came before: give them their place in the columns of this kind.
    column.kind = kind;
    if (kind == GeometryKind::point)
      column.points.assign(column.part_begin.size() - 1, {kNan, kNan});
  }
  if (column.kind != kind) return kind_fault(column.kind);

  std::uint32_t parts = 1;
  if (multi)
    if (const auto* fault = in.take_count(parts, 5)) return fault;
  for (std::uint32_t part = 0; part < parts; ++part) {
    if (multi) {
      std::uint32_t part_type = 0;
      if (const auto* fault = in.take_header(part_type, width)) return fault;
      if (part_type != simple) return "a part of another type than its multi-geometry";
    }
    if (const auto* fault = append_simple(column, in, simple, width)) return fault;
  }
  return in.left() == 0 ? nullptr : "bytes left over after the geometry";
}

template <class T>
void put(std::string& out, T value) {
  static_assert(std::endian::native == std::endian::little);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_header(std::string& out, std::uint32_t type) {
  put(out, std::uint8_t{1});
  put(out, type);
}

void put_run(const GeometryColumn& column, std::int64_t run, std::string& out) {
  const auto begin = column.point_begin[static_cast<std::size_t>(run)];
  const auto end = column.point_begin[static_cast<std::size_t>(run) + 1];
  put(out, static_cast<std::uint32_t>(end - begin));
  static_assert(sizeof(Position) == 2 * sizeof(double));
  out.append(reinterpret_cast<const char*>(column.points.data() + begin),
             static_cast<std::size_t>(end - begin) * sizeof(Position));
}

}  // namespace

const char* append_wkb(GeometryColumn& column, std::span<const std::uint8_t> wkb) {
  const Mark mark{column};
  const auto kind_before = column.kind;
  const auto rows_before = column.part_begin.size();
  const char* fault = append_row(column, wkb);
  if (column.kind == GeometryKind::point) {
    const auto before = rows_before - 1;  // one point a row
    if (fault == nullptr && column.points.size() > before + 1)
      fault = "a multipoint of several points: split it";
    if (fault != nullptr || column.points.size() == before) {
      column.points.resize(before);
      column.points.push_back({kNan, kNan});
    }
    column.part_begin.push_back(0);  // counts the rows; a point has no parts
    return fault;
  }
  if (fault != nullptr) {
    mark.take_back();
    column.kind = kind_before;
  }
  const auto parts =
      column.kind == GeometryKind::polygon ? length(column.ring_begin) : length(column.point_begin);
  column.part_begin.push_back(column.kind == GeometryKind::none ? 0 : parts - 1);
  return fault;
}

void append_missing(GeometryColumn& column) {
  if (column.kind == GeometryKind::point) column.points.push_back({kNan, kNan});
  column.part_begin.push_back(column.part_begin.back());
}

bool is_missing(const GeometryColumn& column, std::size_t row) {
  switch (column.kind) {
    case GeometryKind::none:
      return true;
    case GeometryKind::point:
      return std::isnan(column.points[row].x_m) || std::isnan(column.points[row].y_m);
    default:
      return column.part_begin[row] == column.part_begin[row + 1];
  }
}

void write_wkb(const GeometryColumn& column, std::size_t row, bool multi, std::string& out) {
  LIBGRID_ASSERT(!is_missing(column, row));
  if (column.kind == GeometryKind::point) {
    put_header(out, kPoint);
    put(out, column.points[row].x_m);
    put(out, column.points[row].y_m);
    return;
  }
  const auto simple = static_cast<std::uint32_t>(column.kind);
  const auto first = column.part_begin[row];
  const auto last = column.part_begin[row + 1];
  LIBGRID_ASSERT(multi || last - first == 1);
  if (multi) {
    put_header(out, simple + kMulti);
    put(out, static_cast<std::uint32_t>(last - first));
  }
  for (auto part = first; part < last; ++part) {
    put_header(out, simple);
    if (column.kind == GeometryKind::line) {
      put_run(column, part, out);
      continue;
    }
    const auto ring = column.ring_begin[static_cast<std::size_t>(part)];
    const auto ring_end = column.ring_begin[static_cast<std::size_t>(part) + 1];
    put(out, static_cast<std::uint32_t>(ring_end - ring));
    for (auto r = ring; r < ring_end; ++r) put_run(column, r, out);
  }
}

bool has_multi_parts(const GeometryColumn& column) {
  for (std::size_t row = 0; row + 1 < column.part_begin.size(); ++row)
    if (column.part_begin[row + 1] - column.part_begin[row] > 1) return true;
  return false;
}

PointRange points_of_row(const GeometryColumn& column, std::size_t row) {
  const auto at = [](const std::vector<std::int64_t>& offsets, std::int64_t i) {
    return offsets[static_cast<std::size_t>(i)];
  };
  switch (column.kind) {
    case GeometryKind::none:
      return {0, 0};
    case GeometryKind::point:
      return {static_cast<std::int64_t>(row), static_cast<std::int64_t>(row) + 1};
    case GeometryKind::line:
      return {at(column.point_begin, column.part_begin[row]),
              at(column.point_begin, column.part_begin[row + 1])};
    case GeometryKind::polygon:
      break;
  }
  return {at(column.point_begin, at(column.ring_begin, column.part_begin[row])),
          at(column.point_begin, at(column.ring_begin, column.part_begin[row + 1]))};
}

}  // namespace libgrid
