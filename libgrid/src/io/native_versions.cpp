#include "libgrid/io/native_versions.hpp"

#include <gdal.h>
#include <ogr_srs_api.h>
#include <sqlite3.h>

namespace libgrid {

std::map<std::string, std::string> native_versions() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  OSRGetPROJVersion(&major, &minor, &patch);
  return {
      {"gdal", GDALVersionInfo("RELEASE_NAME")},
      {"proj", std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch)},
      {"proj_data", LIBGRID_PROJ_DATA},
      {"sqlite", sqlite3_libversion()}};
}

}  // namespace libgrid
