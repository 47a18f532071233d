#pragma once

#include <map>
#include <string>

namespace libgrid {

/// The native libraries that files pass through, by name: what a bug report about a file needs
/// first.
[[nodiscard]] std::map<std::string, std::string> native_versions();

}  // namespace libgrid
