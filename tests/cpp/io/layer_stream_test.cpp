#include "libgrid/io/layer_stream.hpp"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "libgrid/base/error.hpp"
#include "packages.hpp"

namespace libgrid {
namespace {

using namespace packages;

void execute(const fs::path& path, const std::string& sql) {
  sqlite3* file = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &file), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(file, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(file);
  sqlite3_close(file);
}

std::string why_not(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

/// All texts of the first column, the missing ones as "-".
std::vector<std::string> ids_of(LayerStream& stream, std::int64_t most) {
  std::vector<std::string> ids;
  for (;;) {
    const auto piece = stream.next(most);
    EXPECT_LE(piece.table.row_count, most);
    if (piece.table.row_count == 0) return ids;
    const auto& column = piece.table.columns[0];
    for (std::size_t i = 0; i < column.valid.size(); ++i)
      ids.emplace_back(column.valid[i] != 0 ? std::get<TextValues>(column.values).at(i) : "-");
  }
}

TEST(LayerStream, GivesTheRowsOfTheWholeInPiecesOfAnySize) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(50)}, {});
  const auto whole = read_geopackage(path).tables[0];
  for (const std::int64_t most : {1, 7, 25, 50, 51}) {
    LayerStream stream{path, "households"};
    EXPECT_EQ(stream.row_count(), 50);
    EXPECT_EQ(stream.empty().columns.size(), 4U);
    std::int64_t row = 0;
    for (auto piece = stream.next(most); piece.table.row_count > 0; piece = stream.next(most))
      for (std::int64_t i = 0; i < piece.table.row_count; ++i, ++row) {
        const auto here = static_cast<std::size_t>(i), there = static_cast<std::size_t>(row);
        const auto a = piece.table.geometry.points[here], b = whole.geometry.points[there];
        EXPECT_TRUE((std::isnan(a.x_m) && std::isnan(b.x_m)) || a.x_m == b.x_m);
        for (std::size_t c = 0; c < 4; ++c)
          EXPECT_EQ(piece.table.columns[c].valid[here], whole.columns[c].valid[there]);
        EXPECT_EQ(std::get<0>(piece.table.columns[1].values)[here],
                  std::get<0>(whole.columns[1].values)[there]);
      }
    EXPECT_EQ(row, 50);
    EXPECT_EQ(stream.next(most).table.row_count, 0);  // and stays at the end
  }
}

TEST(LayerStream, ReadsOnlyTheColumnsAsked) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(20)}, {});
  LayerStream stream{path, "households", {.columns = {"household_id"}, .with_geometry = false}};
  EXPECT_EQ(stream.empty().columns.size(), 1U);
  EXPECT_EQ(stream.empty().geometry.kind, GeometryKind::none);
  const auto ids = ids_of(stream, 6);
  EXPECT_EQ(ids.size(), 20U);
  EXPECT_EQ(ids[5], "户5");
  EXPECT_EQ(ids[6], "-");
  const auto text = why_not([&] { LayerStream{path, "households", {.columns = {"floor"}}}; });
  EXPECT_NE(text.find("has no column \"floor\""), std::string::npos) << text;
}

TEST(LayerStream, NamesTheLayersThatThereAre) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(3)}, {});
  const auto text = why_not([&] { LayerStream{path, "homes"}; });
  EXPECT_NE(text.find("no layer \"homes\"; it holds households"), std::string::npos) << text;
}

TEST(LayerStream, KeepsWritersOutWhileItReads) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(20)}, {});
  {
    LayerStream stream{path, "households"};
    EXPECT_EQ(stream.next(5).table.row_count, 5);
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(other, "DELETE FROM households", nullptr, nullptr, nullptr),
              SQLITE_BUSY);
    sqlite3_close(other);
    EXPECT_EQ(ids_of(stream, 5).size(), 15U);
  }
  execute(path, "DELETE FROM households WHERE fid > 4");
  LayerStream after{path, "households"};
  EXPECT_EQ(ids_of(after, 5).size(), 4U);
}

TEST(LayerStream, TellsFaultyCellsByTheirPieceOrStopsWithTheirRowsInTheLayer) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(12)}, {});
  execute(path, "UPDATE households SET \"share\" = 'half' WHERE fid = 9");
  LayerStream stream{path, "households", {.keep_faulty_rows = true}};
  EXPECT_TRUE(stream.next(5).faults.empty());
  const auto piece = stream.next(5);
  ASSERT_EQ(piece.faults.size(), 1U);
  EXPECT_EQ(piece.faults[0].row, 3);
  EXPECT_EQ(piece.faults[0].column, "share");
  LayerStream strict{path, "households"};
  static_cast<void>(strict.next(5));
  const auto text = why_not([&] { static_cast<void>(strict.next(5)); });
  EXPECT_NE(text.find("column \"share\", rows 8"), std::string::npos) << text;
}

TEST(LayerStream, HoldsTheWholeLayerAgainstItsRowsAndEachPieceAgainstItsSeconds) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(12)}, {});
  const auto text = why_not([&] { LayerStream{path, "households", {.limits = {.max_rows = 11}}}; });
  EXPECT_NE(text.find("max_rows"), std::string::npos) << text;
  LayerStream stream{path, "households", {.limits = {.max_rows = 12, .max_vertices = 4}}};
  EXPECT_EQ(stream.next(4).table.row_count, 4);  // a piece may have as many as the limit says
  EXPECT_THROW(static_cast<void>(stream.next(5)), IoError);
}

TEST(LayerStream, StopsWhenAskedAndRefusesADamagedFile) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(6000)}, {});
  std::stop_source source;
  source.request_stop();
  LayerStream stream{path, "households"};
  EXPECT_THROW(static_cast<void>(stream.next(6000, {.stop = source.get_token()})), Cancelled);
  EXPECT_THROW(static_cast<void>(stream.next(0)), InvalidInput);
  auto bytes = slurp(path);
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 8192; ++i) bytes[i] = '\x5a';
  spill(path, bytes);
  EXPECT_THROW((LayerStream{path, "households"}), IoError);
}

}  // namespace
}  // namespace libgrid
