#pragma once

// Tables and folders for tests that save.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "libgrid/io/geopackage.hpp"

namespace libgrid::packages {

namespace fs = std::filesystem;
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "libgrid_io_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  fs::path operator/(const char* name) const { return path_ / name; }
  [[nodiscard]] std::size_t file_count() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{path_}, {}));
  }

 private:
  fs::path path_;
};

inline TableColumns households(std::int64_t n) {
  TableColumns table{.name = "households", .row_count = n, .geometry = {}, .columns = {}};
  table.geometry.kind = GeometryKind::point;
  ColumnData id{.name = "household_id", .values = TextValues{}, .valid = {}};
  ColumnData count{.name = "人口", .values = std::vector<std::int64_t>{}, .valid = {}};
  ColumnData share{.name = "share", .values = std::vector<double>{}, .valid = {}};
  ColumnData inside{.name = "inside", .values = std::vector<std::uint8_t>{}, .valid = {}};
  for (std::int64_t i = 0; i < n; ++i) {
    table.geometry.points.push_back(i % 5 == 4 ? Position{kNan, kNan}
                                               : Position{0.1 * static_cast<double>(i), 1.0 / 3});
    std::get<TextValues>(id.values).push_back(i % 7 == 6 ? "" : "户" + std::to_string(i));
    std::get<0>(count.values).push_back((std::int64_t{1} << 53) + 1 + i);
    std::get<1>(share.values).push_back(static_cast<double>(i) / 7);
    std::get<2>(inside.values).push_back(static_cast<std::uint8_t>(i % 2));
    id.valid.push_back(i % 7 != 6);
    count.valid.push_back(i % 3 != 2);
    share.valid.push_back(1);
    inside.valid.push_back(i % 4 != 3);
  }
  table.columns = {id, count, share, inside};
  return table;
}

inline std::string slurp(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

inline void spill(const fs::path& path, const std::string& bytes) {
  std::ofstream{path, std::ios::binary} << bytes;
}

}  // namespace libgrid::packages
