#pragma once

#include <string>
#include <vector>

namespace libgrid {

/// Registers the few drivers that are used and points PROJ at its data, once a process. Environment
/// variables and plug-ins are left out of it.
void prepare_gdal();

/// While it lives, this thread's GDAL errors are collected instead of printed, and every fetch from
/// a network is refused and noted.
class GdalSession {
 public:
  GdalSession();
  GdalSession(const GdalSession&) = delete;
  GdalSession& operator=(const GdalSession&) = delete;
  ~GdalSession();

  /// The first failure; empty when there was none.
  [[nodiscard]] std::string failure() const;
  [[nodiscard]] const std::vector<std::string>& warnings() const { return log_.warnings; }

  struct Log {
    std::vector<std::string> failures;
    std::vector<std::string> warnings;
    std::string refused_url;
  };

 private:
  Log log_;
};

}  // namespace libgrid
