#include "libgrid/io/crs.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

namespace fs = std::filesystem;

/// Where EPSG:4544 is told as other programs tell it: a .prj file, without a code.
constexpr const char* kEsriPrj =
    R"(PROJCS["CGCS2000_3_Degree_GK_CM_105E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",)"
    R"(DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],)"
    R"(UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],)"
    R"(PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",105.0],PARAMETER["Scale_Factor",1.0],)"
    R"(PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]])";

TEST(DescribeCrs, KnowsAChineseZone) {
  const auto facts = describe_crs("EPSG:4544");
  EXPECT_EQ(facts.code, "EPSG:4544");
  EXPECT_EQ(facts.name, "CGCS2000 / 3-degree Gauss-Kruger CM 105E");
}

TEST(DescribeCrs, TellsMetresFromDegrees) {
  const auto zone = describe_crs("EPSG:4544");
  EXPECT_TRUE(zone.is_projected);
  EXPECT_FALSE(zone.is_geographic);
  EXPECT_EQ(zone.metres_per_unit, 1.0);
  const auto degrees = describe_crs("EPSG:4490");
  EXPECT_FALSE(degrees.is_projected);
  EXPECT_TRUE(degrees.is_geographic);
  EXPECT_EQ(degrees.metres_per_unit, 0.0);
}

TEST(DescribeCrs, TellsFeetFromMetres) {
  EXPECT_NEAR(describe_crs("EPSG:2263").metres_per_unit, 1200.0 / 3937.0, 1e-12);
}

TEST(DescribeCrs, NotesAnAuthorityThatWritesNorthOrLatitudeFirst) {
  EXPECT_EQ(describe_crs("EPSG:4544").axis_note,
            "the authority writes northing first; libgrid uses easting first");
  EXPECT_EQ(describe_crs("EPSG:4326").axis_note,
            "the authority writes latitude first; libgrid uses longitude first");
}

TEST(DescribeCrs, HasNoNoteWhereXComesFirst) {
  EXPECT_EQ(describe_crs("EPSG:32648").axis_note, "");
  EXPECT_EQ(describe_crs("OGC:CRS84").axis_note, "");
}

TEST(DescribeCrs, WritesWkt1WhichAGeoPackageAsksFor) {
  EXPECT_TRUE(describe_crs("EPSG:4544").wkt.starts_with("PROJCS["));
  EXPECT_TRUE(describe_crs("EPSG:4490").wkt.starts_with("GEOGCS["));
}

TEST(DescribeCrs, UnderstandsItsOwnWkt) {
  for (const char* code : {"EPSG:4544", "EPSG:4490", "EPSG:32648", "EPSG:2263"})
    EXPECT_EQ(describe_crs(describe_crs(code).wkt).code, code);
}

TEST(DescribeCrs, UnderstandsAnOgcUrn) {
  EXPECT_EQ(describe_crs("urn:ogc:def:crs:EPSG::4544").code, "EPSG:4544");
}

TEST(DescribeCrs, UnderstandsProjJson) {
  EXPECT_EQ(
      describe_crs(R"({"type":"GeographicCRS","name":"WGS 84","datum":{)"
                   R"("type":"GeodeticReferenceFrame","name":"World Geodetic System 1984",)"
                   R"("ellipsoid":{"name":"WGS 84","semi_major_axis":6378137,)"
                   R"("inverse_flattening":298.257223563}},"coordinate_system":{)"
                   R"("subtype":"ellipsoidal","axis":[{"name":"Latitude","abbreviation":"lat",)"
                   R"("direction":"north","unit":"degree"},{"name":"Longitude",)"
                   R"("abbreviation":"lon","direction":"east","unit":"degree"}]},)"
                   R"("id":{"authority":"EPSG","code":4326}})")
          .code,
      "EPSG:4326");
}

TEST(DescribeCrs, FindsTheCodeThatAPrjFileDoesNotName) {
  EXPECT_EQ(describe_crs(kEsriPrj).code, "EPSG:4544");
}

TEST(DescribeCrs, ALocalGridHasNoCode) {
  std::string shifted = kEsriPrj;
  shifted.replace(shifted.find("500000.0"), 8, "412345.6");
  const auto facts = describe_crs(shifted);
  EXPECT_EQ(facts.code, "");
  EXPECT_TRUE(facts.is_projected);
}

TEST(DescribeCrs, TextThatNamesNoneIsRefusedAndQuoted) {
  for (const std::string text : {"", "EPSG:999999", "nonsense", "PROJCS["}) {
    try {
      static_cast<void>(describe_crs(text));
      ADD_FAILURE() << text;
    } catch (const InvalidInput& e) {
      EXPECT_TRUE(std::string{e.what()}.starts_with("\"" + text + "\"")) << e.what();
    }
  }
}

TEST(DescribeCrs, ACodeThatGoesOnAfterANulIsRefused) {
  using namespace std::string_literals;
  EXPECT_THROW(static_cast<void>(describe_crs("EPSG:4544\0/etc"s)), InvalidInput);
}

TEST(DescribeCrs, NeverReadsAFile) {
  std::string name = (fs::temp_directory_path() / "libgrid_crs_XXXXXX").string();
  const int file = ::mkstemp(name.data());
  ASSERT_NE(file, -1);
  ::close(file);
  std::ofstream{name} << describe_crs("EPSG:4544").wkt;
  EXPECT_THROW(static_cast<void>(describe_crs(name)), InvalidInput);
  fs::remove(name);
}

TEST(DescribeCrs, NeverAsksTheNetwork) {
  EXPECT_THROW(static_cast<void>(describe_crs("http://127.0.0.1:9/x")), InvalidInput);
}

}  // namespace
}  // namespace libgrid
