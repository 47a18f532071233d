#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "geopackage_source.hpp"
#include "libgrid/io/table.hpp"
#include "read_budget.hpp"
#include "sqlite_file.hpp"

namespace libgrid {

/// Rows of a layer as columns, with the cells that could not be taken; their rows count from 0.
struct LayerRows {
  TableColumns table;
  std::vector<RowFault> faults;
};

/// Reads the next rows of a query, at most so many, into copies of `empty`: the geometry (or NULL)
/// first, then the columns. `expected` is room to make. Throws IoError, Cancelled.
[[nodiscard]] LayerRows read_next_rows(Statement& rows, const LayerSource& source,
                                       const TableColumns& empty, std::int64_t most,
                                       std::int64_t expected, const ReadBudget& budget,
                                       const RunControl& run);

/// The query of all rows in the order of their key. `select` are the columns as SQL, each with a
/// comma before.
[[nodiscard]] std::string query_in_order(const LayerSource& source, const std::string& select);

/// Reads all rows of a layer, in the order of its key, into copies of `empty`.
///
/// A large layer with a key of its own is read in ranges of the key, several at a time, each over a
/// connection of its own; the ranges depend on the file alone, so the result does not depend on
/// threads. `file` is held in a read transaction meanwhile, which keeps writers out. Where `check`
/// is true and there are several ranges, the file is checked beside them, and `check` comes back
/// false. Throws IoError, Cancelled.
[[nodiscard]] LayerRows read_layer_rows(const SqliteFile& file, const std::filesystem::path& path,
                                        const LayerSource& source, const TableColumns& empty,
                                        const std::string& select, std::int64_t expected,
                                        bool& check, const ReadBudget& budget,
                                        const RunControl& run);

/// Throws IoError unless every page of the file is where it belongs.
void check_pages(const SqliteFile& file, const std::filesystem::path& path);

}  // namespace libgrid
