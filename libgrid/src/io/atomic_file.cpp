#include "atomic_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <random>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMegabyte = 1'000'000;

std::string reason() { return std::strerror(errno); }

std::string prefix_of(const fs::path& target) {
  return "." + target.filename().string() + ".libgrid-";
}

/// Removes temporary files of this target whose writer is gone: their lock is free.
void remove_stale(const fs::path& target) {
  const auto prefix = prefix_of(target);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{target.parent_path(), ignored}) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(".tmp")) continue;
    const int file = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) continue;
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) ::unlink(entry.path().c_str());
    ::close(file);
  }
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& target, std::int64_t bytes_needed)
    : target_{target}, bytes_needed_{bytes_needed} {
  for (const char* sidecar : {"-wal", "-journal"})
    if (fs::exists(fs::path{target.string() + sidecar}))
      throw IoError{target.string() + ": cannot be replaced while \"" + target.filename().string() +
                    sidecar +
                    "\" lies beside it: another program (QGIS?) has the file open or stopped in "
                    "the middle; close it "
                    "there, or open and close the file once with it, then save again"};
  remove_stale(target);
  std::random_device random;  // a name, not a result: needs no seed
  for (int attempt = 0; attempt < 16; ++attempt) {
    temp_ = target.parent_path() / (prefix_of(target) + std::to_string(random()) + ".tmp");
    descriptor_ = ::open(temp_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor_ >= 0 || errno != EEXIST) break;
  }
  if (descriptor_ < 0)
    throw IoError{target.string() + ": cannot write into the folder " +
                  target.parent_path().string() + " (" + reason() +
                  "); nothing was changed. Check the folder's permissions or save elsewhere"};
  ::flock(descriptor_, LOCK_EX | LOCK_NB);
  std::error_code error;
  const auto space = fs::space(target.parent_path(), error);
  if (!error && static_cast<std::int64_t>(space.available) < bytes_needed) {
    const auto note = space_note();
    discard();
    throw IoError{target.string() + ": not enough room on the disk" + note +
                  "; nothing was changed. Free some space or save elsewhere"};
  }
  // Before the first byte: a file that only its owner may read must not be readable while it is
  // made.
  if (struct stat old{}; ::stat(target.c_str(), &old) == 0)
    ::fchmod(descriptor_, old.st_mode & 07777);
}

void AtomicFile::discard() {
  if (descriptor_ < 0) return;
  ::unlink(temp_.c_str());
  ::close(descriptor_);
  descriptor_ = -1;
}

void AtomicFile::replace_target() {
  const auto fail = [&](const std::string& what) {
    throw IoError{target_.string() + ": " + what + " (" + reason() + ")" + space_note() +
                  "; the old file is untouched"};
  };
  // A rename after a failed sync could replace a good file by one that never reached the disk.
  if (::fsync(descriptor_) != 0) fail("the new file could not be brought to the disk");
  if (::rename(temp_.c_str(), target_.c_str()) != 0) fail("the new file could not take its place");
  ::close(descriptor_);
  descriptor_ = -1;
  const int folder = ::open(target_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);  // the file is complete either way; a failure only means that a power cut may
                      // bring back the old one
    ::close(folder);
  }
}

std::string AtomicFile::space_note() const {
  std::error_code error;
  const auto space = fs::space(target_.parent_path(), error);
  std::string note = ": about " + std::to_string(bytes_needed_ / kMegabyte + 1) + " MB are needed";
  if (!error)
    note += ", " + std::to_string(static_cast<std::int64_t>(space.available) / kMegabyte) +
            " MB are free";
  return note;
}

}  // namespace libgrid
