#include "libgrid/model/columns.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace libgrid {
namespace {

/// The message of the InvalidInput that `act` throws; empty when it throws none.
template <class Act>
std::string refusal(Act act) {
  try {
    act();
  } catch (const InvalidInput& e) {
    return e.what();
  }
  return {};
}

TEST(Columns, AColumnAsLongAsItsTableIsTaken) {
  EXPECT_EQ(refusal([] { require_length("sites", "kind", 3, 3); }), "");
  EXPECT_EQ(refusal([] { require_length("sites", "kind", 0, 0); }), "");
}

TEST(Columns, AnotherLengthIsRefusedWithBothLengths) {
  EXPECT_EQ(refusal([] { require_length("sites", "kind", 2, 3); }),
            "sites.kind has 2 entries, the table has 3 rows");
  EXPECT_EQ(refusal([] { require_length("sites", "kind", 4, 3); }),
            "sites.kind has 4 entries, the table has 3 rows");
}

TEST(Columns, NoRowsAreAllGood) {
  EXPECT_EQ(refusal([] { require_rows("teams", "x", 0, [](std::size_t) { return false; }); }), "");
}

TEST(Columns, EveryRowIsLookedAt) {
  EXPECT_EQ(
      refusal([] { require_rows("teams", "is bad", 9, [](std::size_t i) { return i < 8; }); }),
      "teams: is bad (1 row: 8)");
}

TEST(Columns, FiveBadRowsAreAllNamed) {
  EXPECT_EQ(refusal([] {
              require_rows("teams", "is bad", 10, [](std::size_t i) { return i % 2 != 0; });
            }),
            "teams: is bad (5 rows: 0, 2, 4, 6, 8)");
}

TEST(Columns, OfMoreBadRowsTheFirstFiveAreNamedAndAllCounted) {
  EXPECT_EQ(
      refusal([] { require_rows("teams", "is bad", 40, [](std::size_t i) { return i < 30; }); }),
      "teams: is bad (10 rows: 30, 31, 32, 33, 34, …)");
}

TEST(Columns, NoneAndTheLastRowAreReferences) {
  EXPECT_EQ(refusal([] {
              require_references("teams", "base_site", std::vector{-1, 0, 2}, 3);
            }),
            "");
}

TEST(Columns, AReferenceToTheRowAfterTheLastIsRefused) {
  EXPECT_EQ(refusal([] {
              require_references("teams", "base_site", std::vector{0, 3}, 3);
            }),
            "teams: base_site points outside its table (1 row: 1)");
}

TEST(Columns, AReferenceBelowNoneIsRefused) {
  EXPECT_EQ(refusal([] {
              require_references("teams", "base_site", std::vector{-2, 0}, 3);
            }),
            "teams: base_site points outside its table (1 row: 0)");
}

TEST(Columns, OnlyNoneRefersToAnEmptyTable) {
  EXPECT_EQ(refusal([] {
              require_references("teams", "base_site", std::vector{-1, 0}, 0);
            }),
            "teams: base_site points outside its table (1 row: 1)");
}

}  // namespace
}  // namespace libgrid
