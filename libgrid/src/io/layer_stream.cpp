#include "libgrid/io/layer_stream.hpp"

#include <algorithm>
#include <optional>

#include "geopackage_cells.hpp"
#include "geopackage_rows.hpp"
#include "geopackage_source.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

LayerSource source_named(const GeoPackageSource& file, const std::string& layer) {
  std::vector<std::string> notes;
  auto sources = file.list_sources(notes);
  std::string known;
  for (auto& source : sources) {
    if (source.name == layer) return std::move(source);
    known += (known.empty() ? "" : ", ") + source.name;
  }
  file.fail("there is no layer \"" + layer + "\"; it holds " +
            (known.empty() ? std::string{"none"} : known));
}

/// Only the columns that are wanted, in the order of the file.
GeoPackageSource::Shape only(GeoPackageSource::Shape shape,
                             const std::vector<std::string>& columns) {
  if (columns.empty()) return shape;
  std::erase_if(shape.empty.columns, [&](const ColumnData& column) {
    return std::find(columns.begin(), columns.end(), column.name) == columns.end();
  });
  require(shape.empty.columns.size() == columns.size(), [&] {
    std::string missing;
    for (const auto& name : columns)
      if (std::none_of(shape.empty.columns.begin(), shape.empty.columns.end(),
                       [&](const ColumnData& column) { return column.name == name; }))
        missing = name;
    return "layer \"" + shape.empty.name + "\" has no column \"" + missing +
           "\", or it is asked twice";
  });
  shape.select.clear();
  for (const auto& column : shape.empty.columns) shape.select += ", " + sql_name(column.name);
  return shape;
}

}  // namespace

struct LayerStream::State {
  State(const std::filesystem::path& path, const std::string& layer,
        const LayerStreamOptions& options, const RunControl& run)
      : file{checked(path, options, run), {}, options.limits, GeoPackageSource::Check::later},
        source{source_named(file, layer)},
        keep_faulty_rows{options.keep_faulty_rows} {
    std::vector<std::string> notes;
    const auto shape = only(file.describe(source, notes), options.columns);
    if (!options.with_geometry) {
      source.geometry.clear();
      source.kind = GeometryKind::none;
    }
    GeoPackageMeta meta;
    file.read_foreign_crs({source}, meta);
    crs = meta.crs.empty() ? meta.crs_wkt : meta.crs;
    empty = shape.empty;
    empty.geometry.kind = source.kind;
    hold.emplace(file.file(), "SELECT 1 FROM " + sql_name(source.name));
    hold->step();  // a read transaction until the end: the count is that of the rows
    rows.emplace(file.file(), query_in_order(source, shape.select));
    expected = file.number("SELECT count(*) FROM " + sql_name(source.name));
    TableColumns whole{.name = layer, .row_count = expected, .geometry = {}, .columns = {}};
    file.budget().check(whole);
  }

  /// The path, once its pages were found whole over a connection that a stop request ends.
  static const std::filesystem::path& checked(const std::filesystem::path& path,
                                              const LayerStreamOptions& options,
                                              const RunControl& run) {
    if (options.check_pages)
      GeoPackageSource{path, run, options.limits, GeoPackageSource::Check::now};
    return path;
  }

  GeoPackageSource file;
  LayerSource source;
  bool keep_faulty_rows;
  std::string crs;
  TableColumns empty;
  std::int64_t expected = 0;
  std::int64_t given = 0;
  bool at_end = false;  // a further step would begin anew
  std::optional<Statement> hold, rows;
};

LayerStream::LayerStream(const std::filesystem::path& path, const std::string& layer,
                         const LayerStreamOptions& options, const RunControl& run)
    : state_{std::make_unique<State>(path, layer, options, run)} {}

LayerStream::~LayerStream() = default;

std::int64_t LayerStream::row_count() const { return state_->expected; }

const std::string& LayerStream::crs() const { return state_->crs; }

const TableColumns& LayerStream::empty() const { return state_->empty; }

LayerPiece LayerStream::next(std::int64_t most, const RunControl& run) {
  require(most >= 1, [] { return "a piece has at least 1 row"; });
  auto& s = *state_;
  s.file.renew_time();
  LayerRows read{.table = s.empty, .faults = {}};
  if (!s.at_end)
    read = read_next_rows(*s.rows, s.source, s.empty, most, std::min(most, s.expected - s.given),
                          s.file.budget(), run);
  s.at_end = s.at_end || read.table.row_count < most;
  if (!s.keep_faulty_rows) {
    auto in_layer = read.faults;
    for (auto& fault : in_layer) fault.row += s.given;
    s.file.fail_of(in_layer, read.table);
  }
  s.given += read.table.row_count;
  if (s.given > s.expected || (s.at_end && s.given < s.expected))
    s.file.fail("layer \"" + s.source.name + "\": " + std::to_string(s.given) + " of " +
                std::to_string(s.expected) + " rows could be read");
  s.empty.geometry.kind = read.table.geometry.kind;  // the first row decides that of any kind
  GeoPackageSource::tidy_geometry(read.table, s.source);
  return {.table = std::move(read.table), .faults = std::move(read.faults)};
}

}  // namespace libgrid
