// What a save does to its surroundings: locks, links, names, modes, leftovers.
#include <atomic>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "atomic_file.hpp"
#include "libgrid/base/error.hpp"
#include "packages.hpp"
#include "save_lock.hpp"

namespace libgrid {
namespace {

using namespace packages;

TEST(Saving, TwoSaversTakeTurns) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::vector<std::jthread> savers;
  for (int t = 0; t < 4; ++t)
    savers.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        const SaveLock lock{path, {}};
        const int now = ++inside;
        most = std::max(most.load(), now);
        --inside;
      }
    });
  savers.clear();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(folder.file_count(), 0U);
}

TEST(Saving, WhoWaitsForTheLockCanBeStopped) {
  const Folder folder;
  const SaveLock mine{folder / "a.gpkg", {}};
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((SaveLock{folder / "a.gpkg", RunControl{.stop = stop.get_token()}}), Cancelled);
}

TEST(Saving, TheLockOfAKilledProcessLocksNobodyOut) {
  const Folder folder;
  spill(folder / ".a.gpkg.libgrid-lock", "");
  spill(folder / ".a.gpkg.libgrid-123.tmp", "half a file");
  spill(folder / ".b.gpkg.libgrid-123.tmp", "of another file");
  write_geopackage(folder / "a.gpkg", {households(3)}, {});
  EXPECT_EQ(folder.file_count(), 2U);
}

TEST(Saving, ATemporaryFileThatIsStillWrittenIsLeftAlone) {
  const Folder folder;
  const AtomicFile live{folder / "a.gpkg", 0};
  write_geopackage(folder / "a.gpkg", {households(3)}, {});
  EXPECT_TRUE(fs::exists(live.path()));
}

TEST(Saving, ALinkIsFollowedAndAHardLinkIsSaid) {
  const Folder folder;
  write_geopackage(folder / "real.gpkg", {households(3)}, {});
  fs::create_symlink("real.gpkg", folder / "link.gpkg");
  write_geopackage(folder / "link.gpkg", {households(4)}, {});
  EXPECT_TRUE(fs::is_symlink(folder / "link.gpkg"));
  EXPECT_EQ(read_geopackage(folder / "real.gpkg").tables[0].row_count, 4);
  fs::create_hard_link(folder / "real.gpkg", folder / "twin.gpkg");
  const auto receipt = write_geopackage(folder / "real.gpkg", {households(5)}, {});
  ASSERT_EQ(receipt.warnings.size(), 1U);
  EXPECT_NE(receipt.warnings[0].find("2 names"), std::string::npos);
  EXPECT_EQ(read_geopackage(folder / "twin.gpkg").tables[0].row_count, 4);
  fs::create_symlink("nowhere.gpkg", folder / "dangling.gpkg");
  fs::create_symlink("loop.gpkg", folder / "loop.gpkg");
  for (const char* name : {"dangling.gpkg", "loop.gpkg"})
    EXPECT_THROW(write_geopackage(folder / name, {households(5)}, {}, {.keep_generations = 1}),
                 IoError);
}

TEST(Saving, TheModeStays) {
  const Folder folder;
  const auto path = folder / "a.gpkg";
  write_geopackage(path, {households(3)}, {});
  ::chmod(path.c_str(), 0640);
  write_geopackage(path, {households(4)}, {});
  EXPECT_EQ(fs::status(path).permissions(), fs::perms{0640});
}

TEST(Saving, ANameAsLongAsNamesMayBeIsSaved) {
  const Folder folder;
  for (const std::string& name : {std::string(250, 'n') + ".gpkg", std::string{"\xFF\xFE.gpkg"}}) {
    write_geopackage(folder / name.c_str(), {households(3)}, {});
    EXPECT_EQ(read_geopackage(folder / name.c_str()).tables[0].row_count, 3);
  }
  EXPECT_THROW(write_geopackage(folder / std::string(300, 'n').c_str(), {households(3)}, {}),
               IoError);
  EXPECT_EQ(folder.file_count(), 2U);
}

TEST(Saving, AFileWithAHotJournalIsNeitherReadNorReplaced) {
  const Folder folder;
  const auto live = folder / "live.gpkg";
  const auto path = folder / "left.gpkg";
  write_geopackage(live, {households(3000)}, {});
  // Another program in the middle of a transaction, whose pages are in the file already: copied, it
  // looks as after a power cut.
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(live.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db,
                         "PRAGMA cache_size=1; PRAGMA cache_spill=1; BEGIN; UPDATE households SET "
                         "share = 0.25; DELETE FROM households WHERE fid > 100",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  fs::copy_file(live, path);
  fs::copy_file(folder / "live.gpkg-journal", folder / "left.gpkg-journal");
  sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(db);
  const auto bytes = slurp(path);
  const auto journal = slurp(folder / "left.gpkg-journal");
  ASSERT_GT(journal.size(), 1000U);
  const auto message = [](const auto& work) -> std::string {
    try {
      work();
    } catch (const IoError& error) {
      return error.what();
    }
    return {};
  };
  for (const auto& text :
       {message([&] { static_cast<void>(read_geopackage(path)); }),
        message([&] { write_geopackage(path, {households(3)}, {}); }),
        message([&] { write_geopackage(path, {households(3)}, {}, {.keep_generations = 5}); })})
    EXPECT_NE(text.find("left.gpkg-journal"), std::string::npos) << text;
  EXPECT_EQ(slurp(path), bytes);
  EXPECT_EQ(slurp(folder / "left.gpkg-journal"), journal);
}

TEST(Saving, KnowsFileSystemsOfOtherMachines) {
  EXPECT_TRUE(is_network_file_system(0x6969));
  EXPECT_TRUE(is_network_file_system(0xFF534D42));
  EXPECT_FALSE(is_network_file_system(0xEF53));      // ext4
  EXPECT_FALSE(is_network_file_system(0x01021994));  // tmpfs
}

}  // namespace
}  // namespace libgrid
