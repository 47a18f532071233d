#include "geopackage_rows.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>

#include "geopackage_cells.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"

namespace libgrid {
namespace {

constexpr std::int64_t kStopEvery = 4096;      // rows between looks at the stop token
constexpr std::int64_t kRowsPerRange = 65536;  // fewer would pay for their connection
constexpr std::int64_t kAllRows = std::numeric_limits<std::int64_t>::max();
constexpr const char* kWords[] = {"no whole number", "no number", "neither true nor false",
                                  "no UTF-8 text"};  // of ColumnType: what a faulty cell is not

void reserve(TableColumns& table, std::int64_t rows) {
  const auto n = static_cast<std::size_t>(rows);
  if (table.geometry.kind == GeometryKind::point) table.geometry.points.reserve(n);
  if (table.geometry.kind != GeometryKind::none) table.geometry.part_begin.reserve(n + 1);
  for (auto& column : table.columns) {
    column.valid.reserve(n);
    std::visit(
        [&](auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>)
            values.begin.reserve(n + 1);
          else
            values.reserve(n);
        },
        column.values);
  }
}

template <class T>
void append(std::vector<T>& into, const std::vector<T>& more) {
  into.insert(into.end(), more.begin(), more.end());
}

/// Appends offsets that start at 0 behind those that end at `into.back()`.
void append_offsets(std::vector<std::int64_t>& into, const std::vector<std::int64_t>& more) {
  const auto base = into.back();
  std::transform(more.begin() + 1, more.end(), std::back_inserter(into),
                 [base](std::int64_t offset) { return base + offset; });
}

void append_geometry_of(GeometryColumn& into, const GeometryColumn& more) {
  append(into.points, more.points);
  append_offsets(into.point_begin, more.point_begin);
  append_offsets(into.ring_begin, more.ring_begin);
  append_offsets(into.part_begin, more.part_begin);
}

void append_column(ColumnData& into, const ColumnData& more) {
  append(into.valid, more.valid);
  std::visit(
      [&](auto& values) {
        const auto& others = std::get<std::decay_t<decltype(values)>>(more.values);
        if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextValues>) {
          values.bytes += others.bytes;
          append_offsets(values.begin, others.begin);
        } else {
          append(values, others);
        }
      },
      into.values);
}

/// The ranges one behind the other; each column is put together by itself.
LayerRows joined(std::vector<LayerRows> parts, const TableColumns& empty, std::int64_t expected,
                 const RunControl& run) {
  std::erase_if(parts, [](const LayerRows& part) { return part.table.row_count == 0; });
  LayerRows out{.table = empty, .faults = {}};
  reserve(out.table, expected);
  const auto columns = static_cast<std::int64_t>(empty.columns.size());
  for_each_chunk(columns + 1, 1, run, [&](const Chunk& piece) {
    const auto at = static_cast<std::size_t>(piece.index);
    for (auto& part : parts) {
      if (piece.index == columns)
        append_geometry_of(out.table.geometry, part.table.geometry);
      else
        append_column(out.table.columns[at], part.table.columns[at]);
    }
  });
  for (auto& part : parts) {
    for (auto& fault : part.faults) {
      fault.row += out.table.row_count;
      out.faults.push_back(std::move(fault));
    }
    out.table.row_count += part.table.row_count;
  }
  return out;
}

/// In a file with a write-ahead log a reader does not keep writers out: two connections could see
/// two states.
bool keeps_writers_out(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::string head(20, '\0');
  return in.read(head.data(), static_cast<std::streamsize>(head.size())) && head[18] == 1 &&
         head[19] == 1;
}

std::string query_of(const LayerSource& source, const std::string& select) {
  return "SELECT " + (source.geometry.empty() ? std::string{"NULL"} : sql_name(source.geometry)) +
         select + " FROM " + sql_name(source.name);
}

}  // namespace

LayerRows read_next_rows(Statement& rows, const LayerSource& source, const TableColumns& empty,
                         std::int64_t most, std::int64_t expected, const ReadBudget& budget,
                         const RunControl& run) {
  LayerRows out{.table = empty, .faults = {}};
  auto& table = out.table;
  reserve(table, expected);
  while (table.row_count < most && rows.step()) {
    if (!source.geometry.empty())
      if (const char* fault = append_geometry(rows, source.srs_id, table.geometry))
        out.faults.push_back({.column = {}, .row = table.row_count, .what = fault});
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (!append_cell(rows, static_cast<int>(i) + 1, table.columns[i]))
        out.faults.push_back({.column = table.columns[i].name,
                              .row = table.row_count,
                              .what = kWords[static_cast<std::size_t>(table.columns[i].type())]});
    if (++table.row_count % kStopEvery == 0) {
      run.advance(kStopEvery);
      budget.check(table);
    }
  }
  run.advance(table.row_count % kStopEvery);
  budget.check(table);
  return out;
}

std::string query_in_order(const LayerSource& source, const std::string& select) {
  return query_of(source, select) +
         (source.key.empty() ? std::string{} : " ORDER BY " + sql_name(source.key));
}

LayerRows read_layer_rows(const SqliteFile& file, const std::filesystem::path& path,
                          const LayerSource& source, const TableColumns& empty,
                          const std::string& select, std::int64_t expected, bool& check,
                          const ReadBudget& budget, const RunControl& run) {
  const auto key = sql_name(source.key);
  const auto query = query_of(source, select);
  // The first geometry decides the kind of a layer of any kind, so those are read in one go.
  const bool one_kind = source.geometry.empty() || source.kind != GeometryKind::none;
  if (source.key.empty() || !source.key_is_unique || expected < 2 * kRowsPerRange || !one_kind ||
      !keeps_writers_out(path)) {
    Statement rows{file, query_in_order(source, select)};
    return read_next_rows(rows, source, empty, kAllRows, expected, budget, run);
  }
  const auto end_of = [&](const char* direction) {
    Statement edge{file, "SELECT " + key + " FROM " + sql_name(source.name) + " ORDER BY " + key +
                             direction + " LIMIT 1"};
    return edge.step() ? edge.integer(0) : 0;
  };
  Statement hold{file, "SELECT " + key + " FROM " + sql_name(source.name)};
  hold.step();  // a read transaction until the end of this function
  const auto low = end_of("");
  const auto high = end_of(" DESC");
  const auto count = chunk_count(expected, kRowsPerRange);
  const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  const auto width = span / static_cast<std::uint64_t>(count) + 1;

  std::vector<LayerRows> parts(static_cast<std::size_t>(count));
  // Rows are reported as they are read; a part is not one more.
  const RunControl silent{.stop = run.stop, .meter = nullptr, .threads = run.threads};
  // The check of the pages reads the whole file too: one more piece of work, and the longest.
  const std::int64_t first_range = check ? 1 : 0;
  for_each_chunk(count + first_range, 1, silent, [&](const Chunk& piece) {
    const SqliteFile own{path, SqliteFile::Use::read_hostile, run, &budget};
    if (piece.index < first_range) return check_pages(own, path);
    const auto range = piece.index - first_range;
    const auto offset = static_cast<std::uint64_t>(range) * width;
    if (offset > span) return;
    const auto begin = static_cast<std::uint64_t>(low) + offset;
    const auto last = begin + std::min(width - 1, span - offset);
    Statement rows{own, query + " WHERE " + key + " BETWEEN ?1 AND ?2 ORDER BY " + key};
    rows.bind(1, static_cast<std::int64_t>(begin));
    rows.bind(2, static_cast<std::int64_t>(last));
    parts[static_cast<std::size_t>(range)] =
        read_next_rows(rows, source, empty, kAllRows, kRowsPerRange, budget, run);
  });
  check = false;
  auto out = joined(std::move(parts), empty, expected, silent);
  budget.check(out.table);  // what no range has reached, all of them may
  return out;
}

void check_pages(const SqliteFile& file, const std::filesystem::path& path) {
  Statement check{file, "PRAGMA quick_check(1)"};
  if (!check.step() || check.text(0) != "ok")
    throw IoError{path.string() + ": the file is damaged (" + std::string{check.text(0)} + ")"};
}

}  // namespace libgrid
