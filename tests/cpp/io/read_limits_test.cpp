#include "libgrid/io/read_limits.hpp"

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/io/vector_file.hpp"
#include "packages.hpp"

namespace libgrid {
namespace {

using namespace packages;

std::string refusal(const fs::path& path, const ReadLimits& limits) {
  std::string text;
  try {
    static_cast<void>(read_geopackage(path, {.limits = limits}));
  } catch (const IoError& error) {
    text = error.what();
  }
  try {
    static_cast<void>(read_vector(path, {}, {.encoding = {}, .limits = limits}));
    EXPECT_EQ(text, "");
  } catch (const IoError& error) {
    EXPECT_EQ(text, error.what());
  }
  return text;
}

TEST(ReadLimits, AreInclusiveAndNamedWhenAFileIsOverThem) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(50)}, {});
  const auto size = static_cast<std::int64_t>(fs::file_size(path));
  EXPECT_EQ(refusal(path, {}), "");
  EXPECT_EQ(refusal(path, {.max_bytes = size, .max_rows = 50, .max_vertices = 50}), "");
  for (const auto& [limits, word] :
       {std::pair<ReadLimits, const char*>{{.max_bytes = size - 1}, "max_bytes"},
        {{.max_rows = 49}, "max_rows"},
        {{.max_vertices = 49}, "max_vertices"},
        {{.max_seconds = 0}, "max_seconds"}})
    EXPECT_NE(refusal(path, limits).find(word), std::string::npos) << word;
  EXPECT_THROW(refusal(path, {.max_rows = -1}), InvalidInput);
}

TEST(ReadLimits, HoldForGeoJsonToo) {
  const Folder folder;
  std::string text = R"({"type":"FeatureCollection","features":[)";
  for (int i = 0; i < 30; ++i)
    text += std::string{i == 0 ? "" : ","} +
            R"({"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}})";
  spill(folder / "a.geojson", text + "]}");
  const auto read = [&](const ReadLimits& limits) {
    return read_vector(folder / "a.geojson", {}, {.encoding = {}, .limits = limits});
  };
  EXPECT_EQ(read({.max_rows = 30}).table.row_count, 30);
  EXPECT_THROW(read({.max_rows = 29}), IoError);
  EXPECT_THROW(read({.max_bytes = 100}), IoError);
  EXPECT_THROW(read({.max_vertices = 3}), IoError);
}

}  // namespace
}  // namespace libgrid
