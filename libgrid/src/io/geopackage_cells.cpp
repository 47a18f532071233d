#include "geopackage_cells.hpp"

#include <array>

#include "libgrid/io/wkb.hpp"

namespace libgrid {
namespace {

/// The WKB inside a GeoPackage binary; a fault's text otherwise. NULL geometry never comes here.
const char* open_gpb(std::span<const std::uint8_t> blob, std::int64_t srs_id,
                     std::span<const std::uint8_t>& wkb) {
  if (blob.size() < 8 || blob[0] != 'G' || blob[1] != 'P') return "not a GeoPackage geometry";
  if (blob[2] != 0) return "a geometry header of an unknown version";
  const auto flags = blob[3];
  if ((flags & 0x20) != 0) return "an extended geometry type";
  constexpr std::array<std::size_t, 5> kEnvelopeBytes{0, 32, 48, 48, 64};
  const auto envelope = static_cast<std::size_t>((flags >> 1) & 7);
  if (envelope >= kEnvelopeBytes.size()) return "an unknown envelope";
  std::uint32_t srs = 0;
  for (std::size_t i = 0; i < 4; ++i)
    srs |= std::uint32_t{blob[4 + ((flags & 1) != 0 ? i : 3 - i)]} << (8 * i);
  if (static_cast<std::int32_t>(srs) != srs_id)
    return "another CRS in the geometry than in the layer";
  const auto header = 8 + kEnvelopeBytes[envelope];
  if (blob.size() < header) return "the geometry is cut short";
  wkb = blob.subspan(header);
  return nullptr;
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         sqlite3_strnicmp(a.data(), b.data(), static_cast<int>(a.size())) == 0;
}

GeometryKind kind_named(std::string_view type) {
  for (const auto* word : {"POINT", "MULTIPOINT"})
    if (same_word(type, word)) return GeometryKind::point;
  for (const auto* word : {"LINESTRING", "MULTILINESTRING"})
    if (same_word(type, word)) return GeometryKind::line;
  for (const auto* word : {"POLYGON", "MULTIPOLYGON"})
    if (same_word(type, word)) return GeometryKind::polygon;
  return GeometryKind::none;  // GEOMETRY: the first row decides
}

int column_type(std::string_view declared) {
  const std::string word{declared.substr(0, declared.find('('))};
  const auto among = [&](auto... words) { return (same_word(word, words) || ...); };
  if (among("INTEGER", "INT", "MEDIUMINT", "SMALLINT", "TINYINT", "BIGINT")) return 0;
  if (among("DOUBLE", "REAL", "FLOAT")) return 1;
  if (among("BOOLEAN")) return 2;
  if (among("TEXT", "VARCHAR", "CHAR", "DATE", "DATETIME")) return 3;
  return -1;
}

ColumnData make_column(std::string name, int type) {
  ColumnData column{.name = std::move(name), .values = {}, .valid = {}};
  if (type == 1) column.values.emplace<1>();
  if (type == 2) column.values.emplace<2>();
  if (type == 3) column.values.emplace<3>();
  return column;
}

const char* append_geometry(const Statement& row, std::int64_t srs_id, GeometryColumn& geometry) {
  if (row.type(0) == SQLITE_NULL) {
    append_missing(geometry);
    return nullptr;
  }
  std::span<const std::uint8_t> wkb;
  const char* fault =
      row.type(0) == SQLITE_BLOB ? open_gpb(row.blob(0), srs_id, wkb) : "not a geometry";
  if (fault == nullptr) return append_wkb(geometry, wkb);
  append_missing(geometry);
  return fault;
}

bool append_cell(const Statement& row, int at, ColumnData& column) {
  const int stored = row.type(at);
  const bool missing = stored == SQLITE_NULL;
  column.valid.push_back(missing ? 0 : 1);
  const auto fits = [&](bool good) {
    if (!good) column.valid.back() = 0;
    return good;
  };
  switch (column.type()) {
    case ColumnType::int64:
      std::get<0>(column.values).push_back(missing ? 0 : row.integer(at));
      return fits(missing || stored == SQLITE_INTEGER);
    case ColumnType::float64:
      std::get<1>(column.values).push_back(missing ? 0.0 : row.real(at));
      return fits(missing || stored == SQLITE_FLOAT || stored == SQLITE_INTEGER);
    case ColumnType::boolean: {
      const auto value = missing ? 0 : row.integer(at);
      std::get<2>(column.values).push_back(value == 0 ? 0 : 1);
      return fits(missing || (stored == SQLITE_INTEGER && (value == 0 || value == 1)));
    }
    case ColumnType::text:
      break;
  }
  const auto text = stored == SQLITE_TEXT ? row.text(at) : std::string_view{};
  const bool good = fits(missing || (stored == SQLITE_TEXT && is_utf8(text)));
  std::get<3>(column.values).push_back(good ? text : std::string_view{});
  return good;
}

}  // namespace libgrid
