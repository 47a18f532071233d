#include "save_lock.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "atomic_file.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr auto kPatience = std::chrono::seconds{10};
constexpr auto kPause = std::chrono::milliseconds{20};

/// The one who held the lock removes its file: a lock on a removed file locks nothing.
bool is_still_there(int descriptor, const std::filesystem::path& path) {
  struct stat mine {};
  struct stat there {};
  return ::fstat(descriptor, &mine) == 0 && ::stat(path.c_str(), &there) == 0 &&
         mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

}  // namespace

SaveLock::SaveLock(const std::filesystem::path& target, const RunControl& run)
    : path_{sidecar_name(target, "lock")} {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0)
      throw IoError{target.string() + ": cannot write into the folder " +
                    target.parent_path().string() + " (" + std::strerror(errno) +
                    "); nothing was changed. Check the folder's permissions or save elsewhere"};
    int result = 0;
    while ((result = ::flock(descriptor_, LOCK_EX | LOCK_NB)) != 0 &&
           (errno == EWOULDBLOCK || errno == EINTR)) {
      if (run.stop.stop_requested() || std::chrono::steady_clock::now() > give_up) {
        ::close(descriptor_);
        if (run.stop.stop_requested()) throw Cancelled{};
        throw IoError{target.string() +
                      ": another libgrid is saving this file and has not finished; nothing was "
                      "changed. Try again in a moment"};
      }
      std::this_thread::sleep_for(kPause);
    }
    held_ = result == 0;
    if (!held_ || is_still_there(descriptor_, path_)) return;
    ::close(descriptor_);
  }
}

SaveLock::~SaveLock() {
  ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace libgrid
