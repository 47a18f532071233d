#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libgrid/geometry/frame.hpp"

namespace libgrid {

enum class GeometryKind : std::uint8_t { none, point, line, polygon };
enum class ColumnType : std::uint8_t { int64, float64, boolean, text };  ///< order of ColumnValues

/// Geometry as it stands in a file: float64 coordinates in ragged columns, single and multi alike.
///
/// point: `points` has one entry a row, NaN where there is none. line: row i has parts
/// `part_begin[i] … part_begin[i+1]-1`, part p has points `point_begin[p] …`. polygon: row →
/// part_begin → ring_begin → point_begin → points, as in PolygonColumns. A row without parts has no
/// geometry. Coordinates are those of the file's CRS: metres, or degrees in a foreign file.
struct GeometryColumn {
  GeometryKind kind = GeometryKind::none;
  std::vector<Position> points;
  std::vector<std::int64_t> point_begin{0};
  std::vector<std::int64_t> ring_begin{0};
  std::vector<std::int64_t> part_begin{0};
};

/// Texts as one run of UTF-8 bytes: text i is bytes `begin[i] … begin[i+1]-1` (Arrow's
/// large_string).
struct TextValues {
  std::vector<std::int64_t> begin{0};
  std::string bytes;

  void push_back(std::string_view text) {
    bytes.append(text);
    begin.push_back(static_cast<std::int64_t>(bytes.size()));
  }
  [[nodiscard]] std::string_view at(std::size_t i) const {
    return std::string_view{bytes}.substr(static_cast<std::size_t>(begin[i]),
                                          static_cast<std::size_t>(begin[i + 1] - begin[i]));
  }
};

/// Booleans are bytes 0 and 1.
using ColumnValues = std::variant<std::vector<std::int64_t>, std::vector<double>,
                                  std::vector<std::uint8_t>, TextValues>;

/// One named column. Where `valid` is 0 the value is missing and what stands in `values` means
/// nothing. NaN is a missing number: a GeoPackage has no other way to say it.
struct ColumnData {
  std::string name;
  ColumnValues values;
  std::vector<std::uint8_t> valid;  ///< one a row, 1 = has a value

  [[nodiscard]] ColumnType type() const { return static_cast<ColumnType>(values.index()); }
};

/// A layer of a file: geometry and columns of one length.
struct TableColumns {
  std::string name;
  std::int64_t row_count = 0;
  GeometryColumn geometry;
  std::vector<ColumnData> columns;
};

/// A cell that could not be taken: it stands in its table as missing. `column` is empty for the
/// geometry.
struct RowFault {
  std::string column;
  std::int64_t row = 0;
  std::string what;
};

/// Checks once what the writers trust: lengths, offsets, names that every reader can keep (1–63
/// letters, unique without regard to case, no reserved word), UTF-8, finite coordinates. Throws
/// InvalidInput naming layer, column, rows.
void check_table(const TableColumns& table);

/// Index of the first row whose text is not UTF-8; -1 when all are.
[[nodiscard]] std::int64_t find_invalid_utf8(const TextValues& texts);
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// "3, 7, 9" or "3, 7, 9, 12, 15, … (41 in all)": how messages name rows.
[[nodiscard]] std::string list_rows(const std::vector<std::int64_t>& rows);

/// XXH3-128 over name, geometry, column names, types and values, as 32 hexadecimal digits. Missing
/// values count as missing whatever stands under them, and -0 counts as 0, so a table has the same
/// hash before and after a file.
[[nodiscard]] std::string content_hash(const TableColumns& table);
/// The same over any text.
[[nodiscard]] std::string content_hash(std::string_view text);

}  // namespace libgrid
