#include "libgrid/io/table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <set>

#include "libgrid/base/error.hpp"
#include "libgrid/io/wkb.hpp"

namespace libgrid {
namespace {

constexpr std::size_t kMaxNameLetters = 63;

std::string lower_ascii(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_good_name(std::string_view name) {
  if (name.empty() || !is_utf8(name)) return false;
  const auto letters = std::count_if(name.begin(), name.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  if (letters > static_cast<std::ptrdiff_t>(kMaxNameLetters)) return false;
  return std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == 0x7F;
  });
}

bool is_reserved_layer(std::string_view name) {
  const auto low = lower_ascii(name);
  for (const std::string_view prefix : {"sqlite_", "gpkg_", "rtree_", "libgrid_"})
    if (low.starts_with(prefix)) return true;
  return false;
}

bool are_offsets(const std::vector<std::int64_t>& offsets, std::size_t end) {
  return !offsets.empty() && offsets.front() == 0 &&
         offsets.back() == static_cast<std::int64_t>(end) &&
         std::is_sorted(offsets.begin(), offsets.end());
}

void check_geometry(const TableColumns& table) {
  const auto& g = table.geometry;
  const auto rows = static_cast<std::size_t>(table.row_count);
  const auto fail = [&](const std::string& what) {
    throw InvalidInput{"layer \"" + table.name + "\", geometry: " + what};
  };
  switch (g.kind) {
    case GeometryKind::none:
      if (!g.points.empty()) fail("coordinates without a kind");
      return;
    case GeometryKind::point:
      if (g.points.size() != rows) fail("the number of points is not the number of rows");
      break;
    case GeometryKind::line:
      if (g.part_begin.size() != rows + 1 || !are_offsets(g.part_begin, g.point_begin.size() - 1) ||
          !are_offsets(g.point_begin, g.points.size()))
        fail("offsets must start at 0, never descend and end at the length of what they divide");
      break;
    case GeometryKind::polygon:
      if (g.part_begin.size() != rows + 1 || !are_offsets(g.part_begin, g.ring_begin.size() - 1) ||
          !are_offsets(g.ring_begin, g.point_begin.size() - 1) ||
          !are_offsets(g.point_begin, g.points.size()))
        fail("offsets must start at 0, never descend and end at the length of what they divide");
      break;
  }
  std::vector<std::int64_t> bad;
  for (std::size_t row = 0; row < rows; ++row) {
    if (is_missing(g, row)) continue;
    const auto range = points_of_row(g, row);
    for (auto i = range.begin; i < range.end; ++i) {
      const auto p = g.points[static_cast<std::size_t>(i)];
      if (std::isfinite(p.x_m) && std::isfinite(p.y_m)) continue;
      bad.push_back(static_cast<std::int64_t>(row));
      break;
    }
  }
  if (!bad.empty())
    fail("coordinates that are not finite in rows " + list_rows(bad) +
         ": repair or leave out these rows");
}

void check_column(const TableColumns& table, const ColumnData& column) {
  const auto fail = [&](const std::string& what) {
    throw InvalidInput{"layer \"" + table.name + "\", column \"" + column.name + "\": " + what};
  };
  const auto rows = static_cast<std::size_t>(table.row_count);
  if (!is_good_name(column.name))
    fail("a column name has 1 to 63 letters, no quote and no control character");
  const auto* texts = std::get_if<TextValues>(&column.values);
  const auto length = std::visit(
      [](const auto& values) -> std::size_t {
        if constexpr (requires { values.begin.size(); })
          return values.begin.size() - 1;
        else
          return values.size();
      },
      column.values);
  if (length != rows || column.valid.size() != rows) fail("not one value a row");
  if (texts == nullptr) return;
  if (!are_offsets(texts->begin, texts->bytes.size())) fail("text offsets do not divide the bytes");
  if (const auto row = find_invalid_utf8(*texts); row >= 0)
    fail("row " + std::to_string(row) + " is not UTF-8: decode the text first");
}

}  // namespace

void check_table(const TableColumns& table) {
  require(is_good_name(table.name) && !is_reserved_layer(table.name), [&] {
    return "layer \"" + table.name +
           "\": a layer name has 1 to 63 letters, no quote and no control character, and does not "
           "begin with sqlite_, "
           "gpkg_, rtree_ or libgrid_";
  });
  require(table.row_count >= 0, [] { return std::string{"a row count below zero"}; });
  check_geometry(table);
  std::set<std::string> names;
  for (const auto& column : table.columns) {
    check_column(table, column);
    require(names.insert(lower_ascii(column.name)).second, [&] {
      return "layer \"" + table.name + "\": two columns are named \"" + column.name +
             "\" (upper and lower case are the same in a GeoPackage): rename one";
    });
  }
}

bool is_utf8(std::string_view bytes) {
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto* const end = p + bytes.size();
  while (p < end) {
    if (*p < 0x80) {
      // Codes are ASCII: eight bytes at a time.
      for (std::uint64_t word = 0; end - p >= 8; p += 8) {
        std::memcpy(&word, p, sizeof word);
        if ((word & 0x8080808080808080U) != 0) break;
      }
      while (p < end && *p < 0x80) ++p;
      continue;
    }
    // Lead byte, how many follow, and the range of the first that follows (no overlong forms, no
    // surrogates).
    int follow = 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (*p >= 0xC2 && *p <= 0xDF) {
      follow = 1;
    } else if (*p >= 0xE0 && *p <= 0xEF) {
      follow = 2;
      if (*p == 0xE0) low = 0xA0;
      if (*p == 0xED) high = 0x9F;
    } else if (*p >= 0xF0 && *p <= 0xF4) {
      follow = 3;
      if (*p == 0xF0) low = 0x90;
      if (*p == 0xF4) high = 0x8F;
    } else {
      return false;
    }
    if (end - p <= follow) return false;
    if (p[1] < low || p[1] > high) return false;
    for (int i = 2; i <= follow; ++i)
      if ((p[i] & 0xC0) != 0x80) return false;
    p += follow + 1;
  }
  return true;
}

std::int64_t find_invalid_utf8(const TextValues& texts) {
  for (std::size_t i = 0; i + 1 < texts.begin.size(); ++i)
    if (!is_utf8(texts.at(i))) return static_cast<std::int64_t>(i);
  return -1;
}

std::string list_rows(const std::vector<std::int64_t>& rows) {
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 5); ++i)
    out += (i == 0 ? "" : ", ") + std::to_string(rows[i]);
  if (rows.size() > 5) out += ", … (" + std::to_string(rows.size()) + " in all)";
  return out;
}

}  // namespace libgrid
