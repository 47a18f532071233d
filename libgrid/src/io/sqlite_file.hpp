#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "libgrid/base/run_control.hpp"
#include "read_budget.hpp"

namespace libgrid {

class SqliteFile;

/// A prepared statement. Texts bound to it must outlive the step.
class Statement {
 public:
  Statement(const SqliteFile& file, const std::string& sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  /// True when there is a row; false at the end. Throws IoError, Cancelled.
  bool step();
  void reset() { sqlite3_reset(statement_); }
  void bind(int at, std::int64_t value) { sqlite3_bind_int64(statement_, at, value); }
  void bind(int at, double value) { sqlite3_bind_double(statement_, at, value); }
  void bind(int at, std::string_view text) {
    sqlite3_bind_text64(statement_, at, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
  }
  void bind_blob(int at, std::string_view bytes) {
    sqlite3_bind_blob64(statement_, at, bytes.data(), bytes.size(), SQLITE_STATIC);
  }
  void bind_null(int at) { sqlite3_bind_null(statement_, at); }

  [[nodiscard]] int type(int at) const { return sqlite3_column_type(statement_, at); }
  [[nodiscard]] std::int64_t integer(int at) const { return sqlite3_column_int64(statement_, at); }
  [[nodiscard]] double real(int at) const { return sqlite3_column_double(statement_, at); }
  /// Valid until the next step.
  [[nodiscard]] std::string_view text(int at) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, at));
    return bytes == nullptr
               ? std::string_view{}
               : std::string_view{bytes,
                                  static_cast<std::size_t>(sqlite3_column_bytes(statement_, at))};
  }
  [[nodiscard]] std::span<const std::uint8_t> blob(int at) const {
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, at));
    return {bytes,
            bytes == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(statement_, at))};
  }

 private:
  const SqliteFile& file_;
  sqlite3_stmt* statement_ = nullptr;
};

/// One SQLite connection, of one thread.
class SqliteFile {
 public:
  enum class Use {
    /// A file of unknown origin: no writing, no views, triggers, extensions or other files, bounded
    /// sizes, and a stop
    /// request ends a query. Source of the list: SQLite's "Defense Against The Dark Arts". The
    /// process-wide heap limit
    /// is left alone: it would bind other users of SQLite in the process.
    read_hostile,
    /// A file that may be lost: no journal, no syncs.
    fill_disposable,
  };
  /// The budget, when there is one, outlives the file and ends a query that takes too long.
  SqliteFile(const std::filesystem::path& path, Use use, const RunControl& run = {},
             const ReadBudget* budget = nullptr);
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  void execute(const std::string& sql) const;
  /// Closes the connection and reports what could not be written. Throws IoError.
  void close();
  [[nodiscard]] bool must_stop() const;
  [[nodiscard]] sqlite3* connection() const { return connection_.get(); }
  [[noreturn]] void fail(const std::string& what) const;

 private:
  struct Closer {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  std::filesystem::path path_;
  RunControl run_;
  const ReadBudget* budget_;
  std::unique_ptr<sqlite3, Closer> connection_;
};

/// `name` as an SQL identifier.
[[nodiscard]] std::string sql_name(std::string_view name);

}  // namespace libgrid
