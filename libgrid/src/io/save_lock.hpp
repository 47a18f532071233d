#pragma once

#include <filesystem>
#include <string>

#include "libgrid/base/run_control.hpp"

namespace libgrid {

/// Held while one process saves a file: two savers take turns, so that the second sees what the
/// first has written. The lock is an empty `.<name>.libgrid-lock` beside the file; it is removed at
/// the end, and one that a killed process left behind locks nobody out.
///
/// Waits ten seconds. Throws IoError when another process still saves by then or the folder cannot
/// be written, Cancelled.
class SaveLock {
 public:
  SaveLock(const std::filesystem::path& target, const RunControl& run);
  SaveLock(const SaveLock&) = delete;
  SaveLock& operator=(const SaveLock&) = delete;
  ~SaveLock();

  /// False on a file system that knows no locks: nobody is kept out then.
  [[nodiscard]] bool is_held() const { return held_; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  bool held_ = false;
};

}  // namespace libgrid
