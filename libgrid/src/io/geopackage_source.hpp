#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libgrid/io/geopackage.hpp"
#include "read_budget.hpp"
#include "sqlite_file.hpp"

namespace libgrid {

/// One table as gpkg_contents and the schema describe it.
struct LayerSource {
  std::string name;
  std::string key;             // primary key: orders the rows, is not a column
  bool key_is_unique = false;  // it is the whole primary key
  std::string geometry;        // name of the geometry column; empty for attributes
  GeometryKind kind = GeometryKind::none;
  std::int64_t srs_id = 0;
};

/// A GeoPackage of unknown origin, opened for reading and found whole by quick_check, at once or
/// with its rows. All functions throw IoError.
class GeoPackageSource {
 public:
  /// `later`: the pages are checked beside the reading of a large layer, or by check_whole.
  enum class Check { now, later };
  GeoPackageSource(const std::filesystem::path& path, const RunControl& run,
                   const ReadLimits& limits = {}, Check check = Check::now);
  /// Throws unless every page was found whole, now or before.
  void check_whole() const;

  /// The rows of libgrid_meta; nothing in a file of another program.
  std::optional<std::map<std::string, std::string>> read_meta_rows() const;

  /// Tables of features and attributes, as registered.
  std::vector<LayerSource> list_sources(std::vector<std::string>& notes) const;
  /// The layer's columns without rows, and what selects them: SQL with a comma before each name.
  /// Fills in the key of the source.
  struct Shape {
    TableColumns empty;
    std::string select;
  };
  Shape describe(LayerSource& source, std::vector<std::string>& notes) const;
  /// All rows in the order of the primary key. Every cell that cannot be taken goes into `faults`;
  /// without it, they are counted and then thrown.
  TableColumns read_table(LayerSource source, std::vector<std::string>& notes,
                          std::vector<RowFault>* faults = nullptr) const;

  /// The CRS of a file without libgrid_meta: that of its first layer with geometry.
  void read_foreign_crs(const std::vector<LayerSource>& sources, GeoPackageMeta& meta) const;
  [[noreturn]] void fail(const std::string& what) const;

  /// Throws when there are faults, naming column and rows.
  void fail_of(const std::vector<RowFault>& faults, const TableColumns& table) const;
  static void tidy_geometry(TableColumns& table, const LayerSource& source);
  /// The first cell of a query, 0 without rows.
  std::int64_t number(const std::string& sql) const;

  /// True for a real table: a view could run for ever, a virtual table could be anything.
  bool has_table(std::string_view name) const;
  [[nodiscard]] const ReadBudget& budget() const { return budget_; }
  /// Gives the reading its seconds anew.
  void renew_time() { budget_.renew_time(); }
  [[nodiscard]] const SqliteFile& file() const { return file_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  RunControl run_;
  ReadBudget budget_;
  SqliteFile file_;
  mutable bool unchecked_ = true;
};

}  // namespace libgrid
