#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace libgrid {

/// `.<name>.libgrid-<what>` beside the target, with a long name cut so that the whole fits into a
/// file name.
[[nodiscard]] std::filesystem::path sidecar_name(const std::filesystem::path& target,
                                                 const std::string& what);

/// Whether statfs's `f_type` is that of a file system on another machine, where locks and syncs may
/// promise more than they keep.
[[nodiscard]] bool is_network_file_system(std::int64_t magic);

/// What the one who saves should know about the place: hard links that a rename breaks, a network
/// file system. For people.
[[nodiscard]] std::vector<std::string> place_warnings(const std::filesystem::path& target);

/// A file that is made beside its target and takes the target's place whole, or not at all.
///
/// The constructor makes an empty `.<name>.libgrid-<random>.tmp` in the target's folder and removes
/// such files that a killed process left behind; the destructor removes it unless `replace_target`
/// succeeded. Throws IoError.
class AtomicFile {
 public:
  AtomicFile(const std::filesystem::path& target, std::int64_t bytes_needed);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile() { discard(); }

  [[nodiscard]] const std::filesystem::path& path() const { return temp_; }
  [[nodiscard]] const std::filesystem::path& target() const { return target_; }

  /// Syncs the file, renames it over the target, syncs the folder. False when that last sync
  /// failed: the new file is there and whole, but a power cut may still bring back the old one.
  bool replace_target();

  /// ": about 12 MB are needed, 3 MB are free" for messages about failed writes.
  [[nodiscard]] std::string space_note() const;

 private:
  void discard();

  std::filesystem::path target_;
  std::filesystem::path temp_;
  std::int64_t bytes_needed_;
  int descriptor_ =
      -1;  // held open with a lock, so that others can tell a live file from a stale one
};

}  // namespace libgrid
