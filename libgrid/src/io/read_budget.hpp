#pragma once

#include <chrono>
#include <filesystem>

#include "libgrid/io/read_limits.hpp"
#include "libgrid/io/table.hpp"

namespace libgrid {

/// Holds a reading against its limits: the file's size at once, the rest whenever it is asked.
/// Throws IoError naming the limit.
class ReadBudget {
 public:
  ReadBudget(std::filesystem::path path, const ReadLimits& limits);

  void check(const TableColumns& so_far) const;
  void check_time() const;
  /// The seconds begin now.
  void renew_time();
  [[nodiscard]] std::chrono::steady_clock::time_point deadline() const { return deadline_; }
  [[noreturn]] void fail_time() const;

 private:
  [[noreturn]] void fail(const char* limit, const std::string& what) const;

  std::filesystem::path path_;
  ReadLimits limits_;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace libgrid
