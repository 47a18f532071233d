#include "libgrid/io/raster.hpp"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

namespace fs = std::filesystem;
constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();

class RasterFile : public testing::Test {
 protected:
  RasterFile() {
    std::string name = (fs::temp_directory_path() / "libgrid_raster_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~RasterFile() override { fs::remove_all(folder_); }
  fs::path file(const char* name, const std::string& content) const {
    std::ofstream{folder_ / name, std::ios::binary} << content;
    return folder_ / name;
  }
  static Raster small() {
    return {.rows = 2,
            .columns = 3,
            .values = {1, 2, kNan, 4, 5, 6},
            .x0 = 1000,
            .y0 = 2000,
            .cell_x = 100,
            .cell_y = 50,
            .crs_wkt = {}};
  }
  fs::path folder_;
};

TEST_F(RasterFile, ComesBackAsItWasWritten) {
  const auto path = folder_ / "人口.tif";
  write_raster(path, small(), "EPSG:4544");
  const auto read = read_raster(path);
  EXPECT_EQ(read.rows, 2);
  EXPECT_EQ(read.columns, 3);
  EXPECT_EQ(read.values[5], 6);
  EXPECT_TRUE(std::isnan(read.values[2]));
  EXPECT_EQ(read.x0, 1000);
  EXPECT_EQ(read.y0, 2000);
  EXPECT_EQ(read.cell_y, 50);
  EXPECT_NE(read.crs_wkt.find("4544"), std::string::npos);
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator{folder_}) files += entry.exists();
  EXPECT_EQ(files, 1U);  // nothing is left beside it
}

TEST_F(RasterFile, GivesOnlyTheCellsThatMeetTheBounds) {
  const auto path = folder_ / "a.tif";
  write_raster(path, small(), "EPSG:4544");
  const auto read = read_raster(path, {.bounds = {{1150, 1901, 1190, 1940}}});
  EXPECT_EQ(read.values, (std::vector<double>{5}));
  EXPECT_EQ(read.x0, 1100);
  EXPECT_EQ(read.y0, 1950);
  EXPECT_THROW((void)read_raster(path, {.bounds = {{0, 0, 1, 1}}}), InvalidInput);
  EXPECT_THROW((void)read_raster(path, {.band = 2}), InvalidInput);
  EXPECT_THROW((void)read_raster(path, {.most_cells = 5}), IoError);
}

TEST_F(RasterFile, ReadsAnAsciiGridAndItsNodata) {
  const auto path = file("a.asc",
                         "ncols 2\nnrows 2\nxllcorner 10\nyllcorner 20\ncellsize 5\n"
                         "NODATA_value -9999\n1 -9999\n3 4\n");
  const auto read = read_raster(path);
  EXPECT_TRUE(std::isnan(read.values[1]));
  EXPECT_EQ(read.values[2], 3);
  EXPECT_EQ(read.y0, 30);
  EXPECT_TRUE(read.crs_wkt.empty());
}

TEST_F(RasterFile, RefusesWhatIsNoRasterOrDamaged) {
  EXPECT_THROW((void)read_raster(file("a.tif", "hello, I am text")), IoError);
  EXPECT_THROW((void)read_raster(file("v.tif", "<VRTDataset rasterXSize=\"1\"/>")), IoError);
  EXPECT_THROW((void)read_raster("/vsicurl/http://127.0.0.1:9/a.tif"), IoError);
  const auto path = folder_ / "b.tif";
  write_raster(path, small(), "EPSG:4544");
  fs::resize_file(path, fs::file_size(path) / 2);
  EXPECT_THROW((void)read_raster(path), IoError);
}

TEST_F(RasterFile, IsNotTouchedWhenTheNewOneCannotBeWritten) {
  const auto path = folder_ / "a.tif";
  write_raster(path, small(), "EPSG:4544");
  auto broken = small();
  broken.values.pop_back();
  EXPECT_THROW(write_raster(path, broken, "EPSG:4544"), InvalidInput);
  EXPECT_THROW(write_raster(path, small(), "no such thing"), InvalidInput);
  EXPECT_EQ(read_raster(path).values[5], 6);
}

}  // namespace
}  // namespace libgrid
