#include "libgrid/io/native_versions.hpp"

#include <gtest/gtest.h>

namespace libgrid {
namespace {

TEST(NativeVersions, NamesTheLibrariesWithTheOnesThatWeNeedAtLeast) {
  const auto versions = native_versions();
  EXPECT_GE(versions.at("gdal"), "3.6");
  EXPECT_GE(versions.at("sqlite"), "3.40");
  EXPECT_FALSE(versions.at("proj_data").empty());
}

}  // namespace
}  // namespace libgrid
