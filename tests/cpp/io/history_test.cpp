#include "libgrid/io/history.hpp"

#include <functional>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"
#include "packages.hpp"
#include "table_bytes.hpp"

namespace libgrid {
namespace {

using namespace packages;

TableColumns sites(int n) {
  auto table = households(n);
  table.name = "sites";
  return table;
}

GeoPackageReceipt save(const fs::path& path, int households_count, int sites_count,
                       GeoPackageWriteOptions options = {.keep_generations = 10},
                       const std::string& note = {}) {
  GeoPackageMeta meta;
  meta.note = note;
  meta.saved_at = "2026-01-0" + std::to_string(households_count % 9 + 1);
  return write_geopackage(path, {households(households_count), sites(sites_count)}, meta, options);
}

std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const IoError& error) {
    return error.what();
  }
  return {};
}

TEST(History, AFormerGenerationComesBackWhole) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  for (int n = 1; n <= 4; ++n) EXPECT_EQ(save(path, n, 3).generation, n);
  const auto known = read_history(path);
  ASSERT_EQ(known.size(), 4U);
  EXPECT_EQ(known[0].changed, (std::vector<std::string>{"households", "sites"}));
  EXPECT_EQ(known[2].changed, (std::vector<std::string>{"households"}));
  EXPECT_EQ(known[1].saved_at, "2026-01-03");
  EXPECT_TRUE(known[3].is_present);
  for (int n = 1; n <= 4; ++n) {
    const auto read = read_geopackage(path, {.generation = n});
    ASSERT_EQ(read.tables.size(), 2U) << n;
    EXPECT_EQ(content_hash(read.tables[0]), content_hash(households(n)));
    EXPECT_EQ(content_hash(read.tables[1]), content_hash(sites(3)));
    EXPECT_EQ(read.meta.generation, n);
    EXPECT_TRUE(read.meta.extra.empty());
  }
  EXPECT_THROW(static_cast<void>(read_geopackage(path, {.generation = 9})), IoError);
  EXPECT_EQ(folder.file_count(), 1U);
}

TEST(History, ContentThatDidNotChangeMakesNoGeneration) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  save(path, 1, 1);
  save(path, 2, 1);
  const auto before = slurp(path);
  const auto again = save(path, 2, 1);
  EXPECT_EQ(again.generation, 2);
  EXPECT_EQ(slurp(path), before);
  EXPECT_EQ(save(path, 2, 1, {.keep_generations = 10}, "checked").generation, 3);
  EXPECT_EQ(read_history(path).back().note, "checked");
}

TEST(History, AnOldStateThatReturnsIsKeptOnce) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  for (int i = 0; i < 12; ++i) save(path, 300 + i % 2, 300, {.keep_generations = 20});
  ASSERT_EQ(read_history(path).size(), 12U);
  for (int i = 1; i <= 12; ++i)
    EXPECT_EQ(content_hash(read_geopackage(path, {.generation = i}).tables[0]),
              content_hash(households(300 + (i - 1) % 2)));
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  sqlite3_stmt* count = nullptr;
  sqlite3_prepare_v2(db, "SELECT count(*) FROM libgrid_versions", -1, &count, nullptr);
  sqlite3_step(count);
  EXPECT_EQ(sqlite3_column_int(count, 0), 1);
  sqlite3_finalize(count);
  sqlite3_close(db);
}

TEST(History, IsBoundedAndLetsGoOfWhatNobodyNames) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  for (int n = 1; n <= 6; ++n) save(path, n, n, {.keep_generations = 2});
  const auto known = read_history(path);
  ASSERT_EQ(known.size(), 3U);
  EXPECT_EQ(known.front().generation, 4);
  save(path, 7, 7, {.keep_generations = 0});
  EXPECT_EQ(read_history(path).size(), 1U);
  EXPECT_EQ(read_geopackage(path).meta.generation, 7);
}

TEST(History, SomeoneElsesSaveIsNeverLost) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  const auto mine = save(path, 1, 1).fingerprint;
  save(path, 2, 1);
  const auto before = slurp(path);
  const auto text =
      message_of([&] { save(path, 3, 1, {.keep_generations = 10, .begun_from = mine}); });
  EXPECT_NE(text.find("changed since it was opened (it holds generation 2"), std::string::npos)
      << text;
  EXPECT_EQ(slurp(path), before);
  EXPECT_EQ(
      save(path, 3, 1, {.keep_generations = 10, .begun_from = mine, .overwrite = true}).generation,
      3);
  EXPECT_EQ(content_hash(read_geopackage(path, {.generation = 2}).tables[0]),
            content_hash(households(2)));
}

TEST(History, AFileThatIsNotOursOrBrokenIsNotReplacedUnasked) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  const auto sql = [&](const char* text) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(db, text, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  };
  const std::pair<const char*, const char*> cases[] = {
      {"DROP TABLE libgrid_meta; DELETE FROM gpkg_extensions", "made by another program"},
      {"CREATE TABLE styles (a INTEGER PRIMARY KEY, b TEXT);"
       "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('styles', 'attributes')",
       "styles"},
      {"UPDATE households SET share = 0.5 WHERE fid = 1", "\"households\""},
      {"UPDATE libgrid_meta SET value = 'x' WHERE key = 'crs_name'", "libgrid_meta"},
  };
  for (const auto& [change, word] : cases) {
    write_geopackage(path, {households(5), sites(2)}, {});
    sql(change);
    const auto before = slurp(path);
    const auto text = message_of([&] { save(path, 6, 2); });
    EXPECT_NE(text.find(word), std::string::npos) << change << ": " << text;
    EXPECT_EQ(slurp(path), before);
    save(path, 6, 2, {.keep_generations = 10, .overwrite = true});
    EXPECT_EQ(read_geopackage(path).tables[0].row_count, 6);
  }
  spill(path, "a text that somebody needs");
  EXPECT_THROW(save(path, 6, 2), IoError);
  EXPECT_EQ(slurp(path), "a text that somebody needs");
}

TEST(History, AnAcceptedEditIsKeptAsItWasEdited) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  save(path, 5, 1);
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  sqlite3_exec(db, "UPDATE households SET share = 0.5 WHERE fid = 2", nullptr, nullptr, nullptr);
  sqlite3_close(db);
  EXPECT_EQ(save(path, 5, 1, {.keep_generations = 10, .accept_edited = true}).generation, 2);
  const auto edited = read_geopackage(path, {.generation = 1});
  EXPECT_EQ(std::get<1>(edited.tables[0].columns[2].values)[1], 0.5);
  EXPECT_EQ(content_hash(read_geopackage(path).tables[0]), content_hash(households(5)));
}

TEST(History, AChangedByteIsFoundOrChangesNothingInAnyGeneration) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  for (int n = 1; n <= 3; ++n) save(path, 60 * n, 40, {.keep_generations = 10}, "note");
  const auto whole = slurp(path);
  Rng rng{23};
  int found = 0;
  for (int trial = 0; trial < 600; ++trial) {
    auto bytes = whole;
    bytes[rng.below(bytes.size())] ^= static_cast<char>(1 + rng.below(255));
    spill(path, bytes);
    try {
      // The check on opening covers the former generations too, so it must say no before they do.
      const auto read = read_geopackage(path);
      ASSERT_EQ(content_hash(read.tables.at(0)), content_hash(households(180)));
      ASSERT_EQ(read.meta.note, "note");
      for (int n = 1; n <= 3; ++n)
        ASSERT_EQ(content_hash(read_geopackage(path, {.generation = n}).tables.at(0)),
                  content_hash(households(60 * n)));
    } catch (const IoError&) {
      ++found;
    }
  }
  EXPECT_GT(found, 60);
}

TEST(TableBytes, ComeBackWithTheSameHash) {
  for (int n : {0, 1, 2, 7, 500}) {
    const auto table = households(n);
    const auto packed = pack_table(table);
    EXPECT_EQ(content_hash(unpack_table(packed.raw_size, packed.bytes)), content_hash(table));
    EXPECT_EQ(pack_table(table).bytes, packed.bytes);
  }
}

TEST(TableBytes, OtherBytesAreRefusedOrHarmless) {
  const auto table = households(50);
  const auto packed = pack_table(table);
  Rng rng{5};
  for (int trial = 0; trial < 3000; ++trial) {
    auto bytes = packed.bytes;
    if (trial % 3 == 0) bytes.resize(rng.below(bytes.size()));
    if (!bytes.empty()) bytes[rng.below(bytes.size())] ^= static_cast<char>(1 + rng.below(255));
    const auto size =
        trial % 5 == 0 ? static_cast<std::int64_t>(rng.below(1'000'000'000'000)) : packed.raw_size;
    try {
      EXPECT_EQ(content_hash(unpack_table(size, bytes)), content_hash(table));
    } catch (const Error&) {
    }
  }
}

}  // namespace
}  // namespace libgrid
