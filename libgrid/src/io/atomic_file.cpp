#include "atomic_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <random>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <system_error>
#include <unistd.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMegabyte = 1'000'000;

std::string reason() { return std::strerror(errno); }

constexpr std::size_t kLongestName = 200;  // of 255: the rest is for what is put around it

std::string prefix_of(const fs::path& target) {
  return "." + target.filename().string().substr(0, kLongestName) + ".libgrid-";
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

fs::path sidecar_name(const fs::path& target, const std::string& what) {
  return target.parent_path() / (prefix_of(target) + what);
}

bool is_network_file_system(std::int64_t magic) {
  constexpr std::array<std::int64_t, 9> kNetwork{0x6969,       // NFS
                                                 0xFF534D42,   // CIFS
                                                 0xFE534D42,   // SMB2
                                                 0x517B,       // SMB
                                                 0x65735546,   // FUSE: sshfs and most cloud folders
                                                 0x01021997,   // 9P: a Windows folder under WSL
                                                 0x00C36400,   // Ceph
                                                 0x47504653,   // GPFS
                                                 0x5346414F};  // AFS
  return std::find(kNetwork.begin(), kNetwork.end(), magic) != kNetwork.end();
}

std::vector<std::string> place_warnings(const fs::path& target) {
  std::vector<std::string> out;
  if (struct stat old{}; ::stat(target.c_str(), &old) == 0 && old.st_nlink > 1)
    out.push_back(target.string() + ": has " + std::to_string(old.st_nlink) +
                  " names (hard links); the others keep the old content");
  struct statfs place {};
  if (::statfs(target.parent_path().c_str(), &place) == 0 &&
      is_network_file_system(static_cast<std::uint32_t>(place.f_type)))
    out.push_back(target.string() +
                  ": lies on a network file system, where locks and syncs may not hold; keep a "
                  "copy on this computer");
  return out;
}

AtomicFile::AtomicFile(const fs::path& target, std::int64_t bytes_needed)
    : target_{target}, bytes_needed_{bytes_needed} {
  std::error_code error;  // a name too long for a sidecar has none
  for (const char* sidecar : {"-wal", "-journal"})
    if (fs::exists(fs::path{target.string() + sidecar}, error))
      throw IoError{target.string() + ": cannot be replaced while \"" + target.filename().string() +
                    sidecar +
                    "\" lies beside it: another program (QGIS?) has the file open or stopped in "
                    "the middle; close it "
                    "there, or open and close the file once with it, then save again"};
  remove_stale(target);
  std::random_device random;  // a name, not a result: needs no seed
  for (int attempt = 0; attempt < 16; ++attempt) {
    temp_ = sidecar_name(target, std::to_string(random()) + ".tmp");
    descriptor_ = ::open(temp_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor_ >= 0 || errno != EEXIST) break;
  }
  if (descriptor_ < 0)
    throw IoError{target.string() + ": cannot write into the folder " +
                  target.parent_path().string() + " (" + reason() +
                  "); nothing was changed. Check the folder's permissions or save elsewhere"};
  ::flock(descriptor_, LOCK_EX | LOCK_NB);
  const auto space = fs::space(target.parent_path(), error);
  if (!error && static_cast<std::int64_t>(space.available) < bytes_needed) {
    const auto note = space_note();
    discard();
    throw IoError{target.string() + ": not enough room on the disk" + note +
                  "; nothing was changed. Free some space or save elsewhere"};
  }
  // Before the first byte: a file that only its owner may read must not be readable while it is
  // made.
  // The owner before the mode, because a change of owner takes special bits away.
  if (struct stat old{}; ::stat(target.c_str(), &old) == 0) {
    if (struct stat mine{}; ::fstat(descriptor_, &mine) == 0 &&
                            (mine.st_uid != old.st_uid || mine.st_gid != old.st_gid) &&
                            ::fchown(descriptor_, old.st_uid, old.st_gid) != 0)
      static_cast<void>(::fchown(descriptor_, static_cast<uid_t>(-1), old.st_gid) == 0);
    ::fchmod(descriptor_, old.st_mode & 07777);
  }
}

void AtomicFile::discard() {
  if (descriptor_ < 0) return;
  ::unlink(temp_.c_str());
  ::close(descriptor_);
  descriptor_ = -1;
}

bool AtomicFile::replace_target() {
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
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) ::close(folder);
  return synced;
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
