#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "libgrid/base/run_control.hpp"

namespace libgrid {

/// One state in which a study area's file was saved.
struct Generation {
  std::int64_t generation = 1;
  std::string saved_at;  ///< ISO time; that of the file where the saver said none
  std::string note;
  std::vector<std::string> changed;  ///< layers that differ from the generation before, or all
  bool is_present = false;
};

/// The generations that a file holds, oldest first, the present one last. A file of another program
/// has none. Layers are compared by content hash, nothing is unpacked. Throws IoError.
[[nodiscard]] std::vector<Generation> read_history(const std::filesystem::path& path,
                                                   const RunControl& run = {});

}  // namespace libgrid
