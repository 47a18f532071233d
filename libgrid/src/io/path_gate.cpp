#include "path_gate.hpp"

#include <algorithm>
#include <string>
#include <system_error>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxLength = 4096;

bool has_scheme(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos || colon < 2) return false;
  // "a:b.gpkg" in a folder is a fine name; "WFS:…", "http://…", "MEM:::…" are not.
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](unsigned char c) {
                       return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.' || c == '_';
                     });
}

void check_text(const std::string& text) {
  const auto refuse = [&](const char* why) {
    throw IoError{"\"" + text.substr(0, 80) + "\": " + why +
                  "; give the name of a file on this computer"};
  };
  if (text.empty()) refuse("an empty file name");
  if (text.size() > kMaxLength) refuse("a file name of over 4,096 bytes");
  if (text.find('\0') != std::string::npos) refuse("a file name with a NUL in it");
  if (text[0] == '<' || text[0] == '{' || text[0] == '[') refuse("data in place of a file name");
  if (text.find("/vsi") != std::string::npos) refuse("a virtual file system (/vsi…)");
  if (has_scheme(text)) refuse("an address or a driver prefix in place of a file name");
}

}  // namespace

fs::path gate_for_reading(const fs::path& path) {
  check_text(path.string());
  std::error_code error;
  const auto real = fs::canonical(path, error);
  if (error) throw IoError{path.string() + ": cannot be opened (" + error.message() + ")"};
  if (!fs::is_regular_file(real, error))
    throw IoError{path.string() + ": not a regular file (a folder, pipe or device)"};
  return real;
}

fs::path gate_for_writing(const fs::path& path) {
  check_text(path.string());
  std::error_code error;
  fs::path target = fs::absolute(path, error);
  if (fs::exists(target, error)) {
    target = fs::canonical(target, error);
    if (error || !fs::is_regular_file(target, error))
      throw IoError{path.string() + ": exists and is not a regular file; choose another name"};
    return target;
  }
  // Not "it is not there" but "that cannot be asked": a name that is too long, a folder that is
  // shut.
  if (error)
    throw IoError{path.string() + ": cannot be written (" + error.message() +
                  "); choose another name"};
  if (fs::is_symlink(fs::symlink_status(target, error)))
    throw IoError{path.string() +
                  ": is a link that leads nowhere; nothing was changed. Name the file itself"};
  const auto folder = fs::canonical(target.parent_path(), error);
  if (error || !fs::is_directory(folder, error))
    throw IoError{path.string() + ": the folder " + target.parent_path().string() +
                  " does not exist or is not a folder; make it first"};
  return folder / target.filename();
}

}  // namespace libgrid
