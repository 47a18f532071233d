#include "sqlite_file.hpp"

#include <algorithm>
#include <array>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr int kBusyMs = 5'000;
constexpr int kProgressSteps = 100'000;

int is_stopped(void* file) { return static_cast<const SqliteFile*>(file)->must_stop() ? 1 : 0; }

/// Only reading of this file, and only the functions that our own queries use.
int authorize(void*, int action, const char* first, const char* second, const char*, const char*) {
  const auto among = [](const char* word, auto list) {
    return word != nullptr && std::any_of(list.begin(), list.end(), [&](const char* known) {
             return sqlite3_stricmp(word, known) == 0;
           });
  };
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return among(second, std::array{"count"}) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_PRAGMA:
      return among(first, std::array{"table_info", "quick_check", "application_id", "user_version"})
                 ? SQLITE_OK
                 : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

/// What SQLite cannot mend while it only reads.
std::string leftovers_of(const std::filesystem::path& path) {
  std::error_code ignored;
  for (const char* sidecar : {"-journal", "-wal"})
    if (std::filesystem::exists(path.string() + sidecar, ignored))
      return ": \"" + path.filename().string() + sidecar +
             "\" lies beside it, so another program (QGIS?) has it open or stopped in the middle "
             "of "
             "writing; close it there, or open and close it once with that program, which puts it "
             "right";
  return {};
}

}  // namespace

SqliteFile::SqliteFile(const std::filesystem::path& path, Use use, const RunControl& run,
                       const ReadBudget* budget)
    : path_{path}, run_{run}, budget_{budget} {
  const int flags = (use == Use::read_hostile ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOMUTEX;
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  connection_.reset(opened);
  if (result != SQLITE_OK)
    throw IoError{path.string() + ": cannot be opened (" +
                  (opened == nullptr ? "out of memory" : sqlite3_errmsg(opened)) + ")" +
                  leftovers_of(path)};
  sqlite3_busy_timeout(opened, kBusyMs);
  if (use == Use::fill_disposable) {
    execute(
        "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA "
        "locking_mode=EXCLUSIVE");
    return;
  }
  for (const auto& [option, value] : {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                      {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                                      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}})
    sqlite3_db_config(opened, option, value, nullptr);
  for (const auto& [limit, value] : {std::pair{SQLITE_LIMIT_LENGTH, 64'000'000},
                                     {SQLITE_LIMIT_SQL_LENGTH, 100'000},
                                     {SQLITE_LIMIT_COLUMN, 512},
                                     {SQLITE_LIMIT_EXPR_DEPTH, 50},
                                     {SQLITE_LIMIT_VDBE_OP, 250'000},
                                     {SQLITE_LIMIT_ATTACHED, 0}})
    sqlite3_limit(opened, limit, value);
  execute("PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA query_only=ON");
  sqlite3_set_authorizer(opened, &authorize, nullptr);
  sqlite3_progress_handler(opened, kProgressSteps, &is_stopped, this);
}

bool SqliteFile::must_stop() const {
  return run_.stop.stop_requested() ||
         (budget_ != nullptr && std::chrono::steady_clock::now() > budget_->deadline());
}

void SqliteFile::execute(const std::string& sql) const {
  if (sqlite3_exec(connection(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    fail("cannot be used");
}

void SqliteFile::close() {
  if (sqlite3_close(connection()) != SQLITE_OK) fail("cannot be closed");
  static_cast<void>(connection_.release());
}

void SqliteFile::fail(const std::string& what) const {
  const int code = sqlite3_extended_errcode(connection());
  if ((code & 0xFF) == SQLITE_INTERRUPT) {
    if (!run_.stop.stop_requested() && budget_ != nullptr) budget_->fail_time();
    throw Cancelled{};
  }
  std::string message = path_.string() + ": " + what + " (" + sqlite3_errmsg(connection());
  if ((code & 0xFF) == SQLITE_IOERR) message += ", code " + std::to_string(code);
  message += ")";
  switch (code & 0xFF) {
    case SQLITE_BUSY:
      message += ": another program (QGIS?) has it locked; close it there and try again";
      break;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      message += leftovers_of(path_);
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      message += ": the file is damaged or no GeoPackage; take a backup copy";
      break;
    default:
      break;
  }
  throw IoError{message};
}

Statement::Statement(const SqliteFile& file, const std::string& sql) : file_{file} {
  if (sqlite3_prepare_v2(file.connection(), sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK)
    file.fail("cannot be read or written");
}

bool Statement::step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) file_.fail("cannot be read or written");
  return false;
}

std::string sql_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace libgrid
