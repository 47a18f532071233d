#include "libgrid/io/geopackage.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"
#include "packages.hpp"

namespace libgrid {
namespace {

using namespace packages;

namespace fs = std::filesystem;
GeoPackageMeta meta() {
  GeoPackageMeta m;
  m.origin = Position{-3000.0, 0.1};
  m.extra = {{"note", "新"}};
  return m;
}

void run_sql(const fs::path& path, const char* sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  sqlite3_close(db);
}

TEST(GeoPackage, TwoLayersOfOneNameAreRefused) {
  const Folder folder;
  EXPECT_THROW(write_geopackage(folder / "a.gpkg", {households(5), households(0)}, meta()),
               InvalidInput);
}

TEST(GeoPackage, BringsBackTablesAndMeta) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  const auto table = households(50);
  auto empty = households(0);
  empty.name = "空";
  write_geopackage(path, {table, empty}, meta());
  const auto read = read_geopackage(path);
  ASSERT_EQ(read.tables.size(), 2U);
  EXPECT_EQ(content_hash(read.tables[0]), content_hash(table));
  EXPECT_EQ(content_hash(read.tables[1]), content_hash(empty));
  EXPECT_EQ(std::get<0>(read.tables[0].columns[1].values)[0], (std::int64_t{1} << 53) + 1);
  EXPECT_EQ(read.tables[0].columns[1].valid[2], 0);
  EXPECT_TRUE(std::isnan(read.tables[0].geometry.points[4].x_m));
  ASSERT_TRUE(read.meta.origin.has_value());
  EXPECT_EQ(read.meta.origin->y_m, 0.1);
  EXPECT_EQ(read.meta.extra.at("note"), "新");
  EXPECT_EQ(folder.file_count(), 1U);
}

TEST(GeoPackage, TheSameContentGivesTheSameBytes) {
  const Folder folder;
  write_geopackage(folder / "a.gpkg", {households(50)}, meta());
  write_geopackage(folder / "b.gpkg", {households(50)}, meta());
  EXPECT_EQ(slurp(folder / "a.gpkg"), slurp(folder / "b.gpkg"));
}

TEST(GeoPackage, AChangedByteIsFoundOrChangesNothing) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  const auto table = households(200);
  write_geopackage(path, {table}, meta());
  const auto whole = slurp(path);
  const auto hash = content_hash(table);
  Rng rng{11};
  int found = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    auto bytes = whole;
    bytes[rng.below(bytes.size())] ^= static_cast<char>(1 + rng.below(255));
    spill(path, bytes);
    try {
      const auto read = read_geopackage(path);
      ASSERT_EQ(read.tables.size(), 1U);
      ASSERT_EQ(content_hash(read.tables[0]), hash);
      ASSERT_EQ(read.meta.origin->x_m, -3000.0);
      ASSERT_EQ(read.meta.extra, meta().extra);
    } catch (const IoError&) {
      ++found;
    }
  }
  EXPECT_GT(found, 150);  // the rest hit unused room or what decides nothing
}

TEST(GeoPackage, ATruncatedFileIsRefused) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(500)}, meta());
  const auto whole = slurp(path);
  for (int percent = 0; percent < 100; percent += 3) {
    spill(path, whole.substr(0, whole.size() * static_cast<std::size_t>(percent) / 100));
    EXPECT_THROW(static_cast<void>(read_geopackage(path)), IoError) << percent;
  }
}

TEST(GeoPackage, AnEditByAnotherProgramIsNamedByLayerAndCanBeAccepted) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(20)}, meta());
  run_sql(path, "UPDATE households SET share = 0.5 WHERE fid = 3");
  try {
    static_cast<void>(read_geopackage(path));
    FAIL();
  } catch (const IoError& error) {
    EXPECT_NE(std::string{error.what()}.find("\"households\""), std::string::npos) << error.what();
  }
  const auto read = read_geopackage(path, {.check_hashes = false});
  EXPECT_EQ(std::get<1>(read.tables[0].columns[2].values)[2], 0.5);
}

TEST(GeoPackage, TextInAnIntegerColumnIsNeverZero) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(20)}, meta());
  run_sql(path,
          "DROP TABLE libgrid_meta; DELETE FROM gpkg_extensions; UPDATE households SET 人口 = "
          "'many' WHERE fid IN (4, 9)");
  try {
    static_cast<void>(read_geopackage(path));
    FAIL();
  } catch (const IoError& error) {
    EXPECT_NE(std::string{error.what()}.find("column \"人口\", rows 3, 8"), std::string::npos)
        << error.what();
  }
}

TEST(GeoPackage, AFileWithoutOurMetaIsReadAndHasNoOrigin) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(20)}, meta());
  run_sql(path, "DROP TABLE libgrid_meta; DELETE FROM gpkg_extensions");
  const auto read = read_geopackage(path);
  EXPECT_EQ(content_hash(read.tables[0]), content_hash(households(20)));
  EXPECT_FALSE(read.meta.origin.has_value());
}

TEST(GeoPackage, AStudyAreaThatLostItsMetaIsNotTakenForAForeignFile) {
  const Folder folder;
  for (const char* sql :
       {"DELETE FROM libgrid_meta", "DROP TABLE libgrid_meta", "DROP TABLE households",
        "DELETE FROM libgrid_meta WHERE key = 'hash:households'"}) {
    write_geopackage(folder / "a.gpkg", {households(5)}, meta());
    run_sql(folder / "a.gpkg", sql);
    EXPECT_THROW(static_cast<void>(read_geopackage(folder / "a.gpkg")), IoError) << sql;
  }
}

TEST(GeoPackage, ANewerFormatNamesTheVersionThatReadsIt) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {}, meta());
  run_sql(path, "UPDATE libgrid_meta SET value = '12.3.0' WHERE key = 'min_reader'");
  try {
    static_cast<void>(read_geopackage(path));
    FAIL();
  } catch (const IoError& error) {
    EXPECT_NE(std::string{error.what()}.find("libgrid 12.3.0"), std::string::npos) << error.what();
  }
}

TEST(GeoPackage, AViewIsNeverRun) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {}, meta());
  run_sql(path,
          "DROP TABLE libgrid_meta; DELETE FROM gpkg_extensions;"
          "CREATE VIEW endless AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) "
          "SELECT x FROM c;"
          "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('endless', 'attributes')");
  EXPECT_THROW(static_cast<void>(read_geopackage(path)), IoError);
}

TEST(GeoPackage, ANamedThingThatIsNoFileIsRefused) {
  const Folder folder;
  ::mkfifo((folder / "pipe").c_str(), 0600);
  for (const std::string& name :
       {std::string{"/vsicurl/http://a/b.gpkg"}, std::string{"http://a/b.gpkg"},
        std::string{"<OGRVRTDataSource/>"}, std::string{"{}"}, std::string{"GPKG:x"},
        std::string{"a\0b", 3}, std::string{"/tmp"}, std::string{"/dev/zero"},
        (folder / "pipe").string(), std::string{}, (folder / "absent.gpkg").string()})
    EXPECT_THROW(static_cast<void>(read_geopackage(name)), IoError) << name;
}

TEST(GeoPackage, AFailedSaveLeavesTheOldFileAndNothingElse) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(20)}, meta());
  const auto before = slurp(path);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(
      write_geopackage(path, {households(30)}, meta(), {}, RunControl{.stop = stop.get_token()}),
      Cancelled);
  auto bad = households(3);
  bad.columns[1].name = "HOUSEHOLD_ID";
  EXPECT_THROW(write_geopackage(path, {bad}, meta()), InvalidInput);
  EXPECT_EQ(slurp(path), before);
  EXPECT_EQ(folder.file_count(), 1U);
  spill(folder / "a.gpkg-wal", "");
  EXPECT_THROW(write_geopackage(path, {households(30)}, meta()), IoError);
  EXPECT_EQ(slurp(path), before);
}

TEST(GeoPackage, AColumnNamedAsTheKeyOrTheGeometryIsKept) {
  const Folder folder;
  auto table = households(3);
  table.columns[1].name = "fid";
  table.columns[2].name = "Geom";
  write_geopackage(folder / "a.gpkg", {table}, meta());
  EXPECT_EQ(content_hash(read_geopackage(folder / "a.gpkg").tables[0]), content_hash(table));
}

TEST(GeoPackage, ALayerNameThatSqliteKeepsForItselfIsRefused) {
  const Folder folder;
  for (const char* name :
       {"sqlite_x", "gpkg_contents", "RTREE_a", "libgrid_meta", "", "a\"b", "a\nb"}) {
    auto table = households(1);
    table.name = name;
    EXPECT_THROW(write_geopackage(folder / "a.gpkg", {table}, meta()), InvalidInput) << name;
  }
  auto table = households(1);
  table.name = "g'; DROP TABLE gpkg_contents;--";
  write_geopackage(folder / "a.gpkg", {table}, meta());
  EXPECT_EQ(read_geopackage(folder / "a.gpkg").tables[0].name, table.name);
}

}  // namespace
}  // namespace libgrid
