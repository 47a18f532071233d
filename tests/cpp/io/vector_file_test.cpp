#include "libgrid/io/vector_file.hpp"

#include <cstdlib>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/io/crs.hpp"

namespace libgrid {
namespace {

namespace fs = std::filesystem;

class VectorFile : public testing::Test {
 protected:
  VectorFile() {
    std::string name = (fs::temp_directory_path() / "libgrid_vector_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~VectorFile() override { fs::remove_all(folder_); }
  fs::path file(const char* name, const std::string& content) const {
    std::ofstream{folder_ / name, std::ios::binary} << content;
    return folder_ / name;
  }
  fs::path folder_;
};

constexpr const char* kFeatures =
    R"("features":[{"type":"Feature","properties":{"id":"007","n":3},"geometry":{"type":"Point","coordinates":[104,30]}},)"
    R"({"type":"Feature","properties":{"id":"乙","n":null},"geometry":null}])";

TEST_F(VectorFile, ReadsGeoJson) {
  const auto read =
      read_vector(file("a.json", R"({"type":"FeatureCollection",)" + std::string{kFeatures} + "}"));
  EXPECT_EQ(read.driver, "GeoJSON");
  ASSERT_EQ(read.table.row_count, 2);
  EXPECT_EQ(read.table.geometry.kind, GeometryKind::point);
  EXPECT_EQ(read.table.geometry.points[0].x_m, 104.0);
  EXPECT_EQ(std::get<TextValues>(read.table.columns[0].values).at(0), "007");
  EXPECT_EQ(read.table.columns[1].valid[1], 0);
  EXPECT_EQ(describe_crs(read.crs_wkt).code, "EPSG:4326");
}

TEST_F(VectorFile, ALinkInGeoJsonIsNeverFollowed) {
  const auto path = file(
      "a.geojson",
      R"({"type":"FeatureCollection","crs":{"type":"link","properties":{"href":"http://127.0.0.1:9/x"}},)" +
          std::string{kFeatures} + "}");
  try {
    static_cast<void>(read_vector(path));
    FAIL();
  } catch (const IoError& error) {
    EXPECT_NE(std::string{error.what()}.find("network"), std::string::npos) << error.what();
  }
}

TEST_F(VectorFile, AVirtualFileInDisguiseIsNotOpened) {
  const auto path =
      file("a.geojson",
           "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource>"
           "</OGRVRTLayer></OGRVRTDataSource>");
  EXPECT_THROW(static_cast<void>(read_vector(path)), IoError);
}

TEST_F(VectorFile, KnowsWhatItLeavesToOtherReaders) {
  EXPECT_EQ(sniff_format(file("a.csv", "\xEF\xBB\xBF编号,n\n0012,3\n")), "CSV");
  EXPECT_EQ(sniff_format(file("u.csv", std::string{"\xFF\xFE"
                                                   "a\0",
                                                   4})),
            "CSV");
  EXPECT_EQ(sniff_format(file("a.bin", "PK\x03\x04....")), "ZIP");
  EXPECT_EQ(sniff_format(file("b.bin", "PAR1....")), "Parquet");
  EXPECT_EQ(sniff_format(file("c.bin", std::string{"\0\0\0\x0d\x0a\x09OSMHeader", 15})), "OSM PBF");
  EXPECT_EQ(sniff_format(file("d.bin", "<?xml version=\"1.0\"?>\n<kml xmlns=\"x\"/>")), "KML");
  EXPECT_THROW(static_cast<void>(sniff_format(file("e.xml", "<gml/>"))), IoError);
  try {
    static_cast<void>(read_vector(folder_ / "a.csv"));
    FAIL();
  } catch (const IoError& error) {
    EXPECT_NE(std::string{error.what()}.find("read_layer"), std::string::npos) << error.what();
  }
}

TEST_F(VectorFile, MixedKindsAreFaultsOfTheirRows) {
  const auto read = read_vector(file(
      "a.json",
      R"({"type":"FeatureCollection","features":[)"
      R"({"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}},)"
      R"({"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}},)"
      R"({"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[5,6]}}]})"));
  ASSERT_EQ(read.table.row_count, 3);
  ASSERT_EQ(read.faults.size(), 1U);
  EXPECT_EQ(read.faults[0].row, 1);
  EXPECT_EQ(read.faults[0].column, "");
  EXPECT_EQ(read.table.geometry.points[2].x_m, 5.0);
}

TEST_F(VectorFile, TextOfAGeoJsonIsUtf8UnlessSaid) {
  const auto path = file("g.json",
                         "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
                         "\"properties\":{\"n\":\"\xBC"
                         "\xD7\"},\"geometry\":null}]}");
  try {
    static_cast<void>(read_vector(path));
    FAIL();
  } catch (const IoError& error) {
    EXPECT_NE(std::string{error.what()}.find("rows 0"), std::string::npos) << error.what();
  }
  const auto read = read_vector(path, "", {.encoding = "gbk"});
  EXPECT_EQ(std::get<TextValues>(read.table.columns[0].values).at(0), "甲");
  EXPECT_EQ(read.encoding, "GB18030");
}

TEST_F(VectorFile, BrokenFilesAreRefused) {
  EXPECT_THROW(static_cast<void>(
                   read_vector(file("a.json", R"({"type":"FeatureCollection","features":[{)"))),
               IoError);
  EXPECT_THROW(static_cast<void>(read_vector(file("empty.csv", ""))), IoError);
  EXPECT_THROW(static_cast<void>(read_vector(file("a.bin", "hello"))), IoError);
  EXPECT_THROW(static_cast<void>(read_vector(
                   file("a.shp", std::string{"\0\0\x27\x0a", 4} + std::string(96, '\0')))),
               IoError);
}

}  // namespace
}  // namespace libgrid
