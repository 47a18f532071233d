#include "read_budget.hpp"

#include <cmath>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {

using Clock = std::chrono::steady_clock;

ReadBudget::ReadBudget(std::filesystem::path path, const ReadLimits& limits)
    : path_{std::move(path)}, limits_{limits} {
  require(limits.max_bytes >= 0 && limits.max_rows >= 0 && limits.max_vertices >= 0 &&
              limits.max_seconds >= 0,
          [] { return "limits of a reading are numbers of at least 0"; });
  renew_time();
  std::error_code error;
  const auto size = std::filesystem::file_size(path_, error);
  if (!error && static_cast<std::int64_t>(size) > limits.max_bytes)
    fail("max_bytes",
         "has " + std::to_string(size) + " bytes, more than " + std::to_string(limits.max_bytes));
}

void ReadBudget::renew_time() {
  const double seconds = std::min(limits_.max_seconds, 1e9);
  deadline_ = Clock::now() +
              std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>{seconds});
}

void ReadBudget::check(const TableColumns& so_far) const {
  if (so_far.row_count > limits_.max_rows)
    fail("max_rows", "layer \"" + so_far.name + "\" has more than " +
                         std::to_string(limits_.max_rows) + " rows");
  if (static_cast<std::int64_t>(so_far.geometry.points.size()) > limits_.max_vertices)
    fail("max_vertices", "layer \"" + so_far.name + "\" has more than " +
                             std::to_string(limits_.max_vertices) + " vertices");
  check_time();
}

void ReadBudget::check_time() const {
  if (Clock::now() > deadline_) fail_time();
}

void ReadBudget::fail_time() const {
  fail("max_seconds",
       "reading took more than " + std::to_string(std::lround(limits_.max_seconds)) + " s");
}

void ReadBudget::fail(const char* limit, const std::string& what) const {
  throw IoError{path_.string() + ": " + what + " (the limit " + limit +
                "); read it in parts, or raise the limit if you trust the file"};
}

}  // namespace libgrid
