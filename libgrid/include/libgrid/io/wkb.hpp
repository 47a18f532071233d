#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "libgrid/io/table.hpp"

namespace libgrid {

/// Appends one row from well-known binary (ISO or EWKB, either byte order; Z and M are dropped).
///
/// Returns nullptr, or what is wrong; a row that is wrong is appended as missing. A column of kind
/// `none` takes the kind of its first geometry. Accepts points, lines, polygons and
/// multi-geometries of the column's kind; EMPTY is missing; a multipoint must have one point. Never
/// recurses and never trusts a count: each is held against the bytes that are left. Cost: one pass,
/// no allocation but the column's own. Source: OGC 06-103r4 §8.2.
[[nodiscard]] const char* append_wkb(GeometryColumn& column, std::span<const std::uint8_t> wkb);

/// Appends a row without geometry.
void append_missing(GeometryColumn& column);

[[nodiscard]] bool is_missing(const GeometryColumn& column, std::size_t row);

/// Appends row `row` to `out` as little-endian ISO WKB; `multi` wraps it as a multi-geometry. The
/// row must not be missing, and without `multi` it must have one part.
void write_wkb(const GeometryColumn& column, std::size_t row, bool multi, std::string& out);

/// True when some row has more than one part.
[[nodiscard]] bool has_multi_parts(const GeometryColumn& column);

/// The half-open range of a row's points in `column.points`.
struct PointRange {
  std::int64_t begin;
  std::int64_t end;
};
[[nodiscard]] PointRange points_of_row(const GeometryColumn& column, std::size_t row);

}  // namespace libgrid
