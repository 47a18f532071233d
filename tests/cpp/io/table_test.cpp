#include "libgrid/io/table.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

using namespace std::string_literals;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

ColumnData numbers(const char* name, std::vector<double> values) {
  const auto n = values.size();
  return {.name = name, .values = std::move(values), .valid = std::vector<std::uint8_t>(n, 1)};
}

ColumnData texts(const char* name, std::initializer_list<std::string_view> values) {
  TextValues column;
  for (const auto text : values) column.push_back(text);
  return {.name = name,
          .values = std::move(column),
          .valid = std::vector<std::uint8_t>(values.size(), 1)};
}

/// Two sites at points, with a text and a number.
TableColumns sites() {
  TableColumns table{.name = "sites", .row_count = 2, .geometry = {}, .columns = {}};
  table.geometry.kind = GeometryKind::point;
  table.geometry.points = {{1.5, 2.5}, {3, 4}};
  table.columns = {texts("site_id", {"甲", "乙"}), numbers("area_m2", {10, 20})};
  return table;
}

/// A triangle in row 0, nothing in row 1.
TableColumns triangle() {
  auto table = sites();
  table.geometry = {.kind = GeometryKind::polygon,
                    .points = {{0, 0}, {1, 0}, {0, 1}, {0, 0}},
                    .point_begin = {0, 4},
                    .ring_begin = {0, 1},
                    .part_begin = {0, 1, 1}};
  return table;
}

/// What check_table says; empty when it says nothing.
std::string refusal(const TableColumns& table) {
  try {
    check_table(table);
  } catch (const InvalidInput& e) {
    return e.what();
  }
  return {};
}

std::string refusal_of_layer(const std::string& name) {
  auto table = sites();
  table.name = name;
  return refusal(table);
}

std::string refusal_of_column(const std::string& name) {
  auto table = sites();
  table.columns[1].name = name;
  return refusal(table);
}

TEST(CheckTable, TakesPointsPolygonsAndTablesWithoutGeometry) {
  EXPECT_EQ(refusal(sites()), "");
  EXPECT_EQ(refusal(triangle()), "");
  EXPECT_EQ(refusal({.name = "empty", .row_count = 0, .geometry = {}, .columns = {}}), "");
}

TEST(CheckTable, ANameHasOneTo63LettersNotBytes) {
  std::string letters;
  for (int i = 0; i < 63; ++i) letters += "网";
  EXPECT_EQ(refusal_of_layer(letters), "");
  EXPECT_EQ(refusal_of_column(letters), "");
  EXPECT_NE(refusal_of_layer(letters + "格"), "");
  EXPECT_NE(refusal_of_column(letters + "格"), "");
  EXPECT_NE(refusal_of_layer(""), "");
  EXPECT_NE(refusal_of_column(""), "");
}

TEST(CheckTable, ANameWithAQuoteAControlCharacterOrBrokenUtf8IsRefused) {
  for (const auto& name : {"a\"b"s, "a\nb"s, "a\0b"s, "a\x7F"s, "\xE7\xBD"s}) {
    EXPECT_NE(refusal_of_layer(name), "") << name;
    EXPECT_NE(refusal_of_column(name), "") << name;
  }
}

TEST(CheckTable, ALayerNameThatTheFileFormatKeepsForItselfIsRefusedInAnyCase) {
  for (const char* name : {"sqlite_x", "GPKG_x", "rtree_x", "Libgrid_x"})
    EXPECT_NE(refusal_of_layer(name), "") << name;
  EXPECT_EQ(refusal_of_layer("grids_libgrid_"), "");
}

TEST(CheckTable, TwoColumnsThatDifferInCaseOnlyAreRefused) {
  EXPECT_NE(refusal_of_column("SITE_ID").find("two columns are named \"SITE_ID\""),
            std::string::npos);
}

TEST(CheckTable, AColumnOfAnotherLengthIsNamed) {
  auto table = sites();
  std::get<1>(table.columns[1].values).pop_back();
  EXPECT_EQ(refusal(table), "layer \"sites\", column \"area_m2\": not one value a row");
}

TEST(CheckTable, ATextColumnOfAnotherLengthIsNamed) {
  auto table = sites();
  std::get<TextValues>(table.columns[0].values).push_back("丙");
  EXPECT_EQ(refusal(table), "layer \"sites\", column \"site_id\": not one value a row");
}

TEST(CheckTable, EveryRowSaysWhetherItHasAValue) {
  auto table = sites();
  table.columns[1].valid.pop_back();
  EXPECT_EQ(refusal(table), "layer \"sites\", column \"area_m2\": not one value a row");
}

TEST(CheckTable, TextOffsetsMustDivideTheBytes) {
  for (const auto& begin : {std::vector<std::int64_t>{0, 3, 5}, {0, 9, 6}, {1, 3, 6}, {0, -3, 6}}) {
    auto table = sites();
    std::get<TextValues>(table.columns[0].values).begin = begin;
    EXPECT_NE(refusal(table).find("text offsets do not divide the bytes"), std::string::npos);
  }
}

TEST(CheckTable, TextThatIsNotUtf8IsNamedByItsRow) {
  auto table = sites();
  table.columns[0] = texts("site_id", {"甲", "\xD2\xD2"});  // 乙 in GB18030
  EXPECT_EQ(refusal(table),
            "layer \"sites\", column \"site_id\": row 1 is not UTF-8: decode the text first");
}

TEST(CheckTable, ARowCountBelowZeroIsRefused) {
  EXPECT_NE(refusal({.name = "a", .row_count = -1, .geometry = {}, .columns = {}}), "");
}

TEST(CheckTable, CoordinatesWithoutAKindAreRefused) {
  auto table = sites();
  table.geometry.kind = GeometryKind::none;
  EXPECT_NE(refusal(table), "");
}

TEST(CheckTable, PointsMustBeOneARow) {
  auto table = sites();
  table.geometry.points.pop_back();
  EXPECT_NE(refusal(table), "");
}

TEST(CheckTable, GeometryOffsetsMustDivideWhatTheyDivide) {
  const auto refused = [](auto change) {
    auto table = triangle();
    change(table.geometry);
    return refusal(table).find("offsets must start at 0") != std::string::npos;
  };
  EXPECT_TRUE(refused([](auto& g) { g.part_begin = {0, 1}; }));
  EXPECT_TRUE(refused([](auto& g) { g.part_begin = {0, 1, 2}; }));
  EXPECT_TRUE(refused([](auto& g) { g.part_begin = {0, 2, 1}; }));
  EXPECT_TRUE(refused([](auto& g) { g.ring_begin = {1, 1}; }));
  EXPECT_TRUE(refused([](auto& g) { g.point_begin = {0, 3}; }));
  EXPECT_TRUE(refused([](auto& g) { g.point_begin = {}; }));
}

TEST(CheckTable, ALineMayHaveNoRingOffsetsButNeedsTheOthers) {
  auto table = triangle();
  table.geometry.kind = GeometryKind::line;
  EXPECT_EQ(refusal(table), "");
  table.geometry.point_begin = {0, 5};
  EXPECT_NE(refusal(table), "");
}

TEST(CheckTable, ALineWithoutOffsetsIsRefused) {
  auto table = triangle();
  table.geometry.kind = GeometryKind::line;
  table.geometry.point_begin = {};
  EXPECT_NE(refusal(table), "");
}

TEST(CheckTable, AMissingPointIsNoFault) {
  auto table = sites();
  table.geometry.points[1] = {kNan, kNan};
  EXPECT_EQ(refusal(table), "");
}

TEST(CheckTable, CoordinatesThatAreNotFiniteAreNamedByTheirRows) {
  auto table = sites();
  table.geometry.points = {{1, kInf}, {-kInf, 0}};
  EXPECT_NE(refusal(table).find("not finite in rows 0, 1:"), std::string::npos) << refusal(table);
  table = triangle();
  table.geometry.points[2].y_m = kNan;
  EXPECT_NE(refusal(table).find("not finite in rows 0:"), std::string::npos) << refusal(table);
}

TEST(TextValues, GivesBackWhatWasPushed) {
  TextValues values;
  for (const char* text : {"", "户", "", "ab"}) values.push_back(text);
  EXPECT_EQ(values.at(0), "");
  EXPECT_EQ(values.at(1), "户");
  EXPECT_EQ(values.at(2), "");
  EXPECT_EQ(values.at(3), "ab");
}

TEST(IsUtf8, OfTwoAndThreeBytesEveryCodePointIsTakenAndNothingElse) {
  // Every legal sequence of up to three bytes, made from its code point.
  std::vector<bool> legal(1U << 24);
  for (std::uint32_t c = 0x80; c < 0x10000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    if (c < 0x800)
      legal[(0xC0U | c >> 6) << 8 | 0x80U | (c & 63U)] = true;
    else
      legal[(0xE0U | c >> 12) << 16 | (0x80U | (c >> 6 & 63U)) << 8 | 0x80U | (c & 63U)] = true;
  }
  const auto byte = [](std::uint32_t b) { return static_cast<char>(b & 0xFF); };
  for (std::uint32_t b = 0x8000; b < 0x10000; ++b)  // a lead byte first: no ASCII before
    ASSERT_EQ(is_utf8(std::string{byte(b >> 8), byte(b)}), legal[b]) << std::hex << b;
  for (std::uint32_t b = 0xE00000; b < 0xF00000; b += 3)
    ASSERT_EQ(is_utf8(std::string{byte(b >> 16), byte(b >> 8), byte(b)}), legal[b])
        << std::hex << b;
}

TEST(IsUtf8, EndsAtTheLastCodePointOfUnicode) {
  EXPECT_TRUE(is_utf8("\xF0\x90\x80\x80"));   // U+10000
  EXPECT_TRUE(is_utf8("\xF4\x8F\xBF\xBF"));   // U+10FFFF
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // one more
  EXPECT_FALSE(is_utf8("\xF0\x8F\xBF\xBF"));  // U+FFFF in four bytes
}

TEST(IsUtf8, ACutCharacterIsNone) {
  EXPECT_FALSE(is_utf8("户\xE6\x88"));
  EXPECT_FALSE(is_utf8("\xF0\x90\x80"));
}

TEST(FindInvalidUtf8, NamesTheFirstRowThatIsNot) {
  TextValues values;
  values.push_back("甲");
  EXPECT_EQ(find_invalid_utf8(values), -1);
  values.push_back("\xFF");
  values.push_back("\xFF");
  EXPECT_EQ(find_invalid_utf8(values), 1);
}

TEST(FindInvalidUtf8, ACharacterCutInTwoByARowsEndIsNotOne) {
  const TextValues values{.begin = {0, 2, 3}, .bytes = "户"};
  EXPECT_EQ(find_invalid_utf8(values), 0);
}

TEST(ListRows, NamesUpToFiveRows) {
  EXPECT_EQ(list_rows({}), "");
  EXPECT_EQ(list_rows({3, 7, 9, 12, 15}), "3, 7, 9, 12, 15");
}

TEST(ListRows, CountsWhatItDoesNotName) {
  EXPECT_EQ(list_rows({3, 7, 9, 12, 15, 20}), "3, 7, 9, 12, 15, … (6 in all)");
}

TEST(ContentHash, Is32HexadecimalDigits) {
  const auto hash = content_hash(sites());
  EXPECT_EQ(hash.size(), 32U);
  EXPECT_EQ(hash.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(ContentHash, EveryPartOfATableCounts) {
  const auto hash = content_hash(triangle());
  const auto changed = [&](auto change) {
    auto table = triangle();
    change(table);
    return content_hash(table) != hash;
  };
  EXPECT_FALSE(changed([](auto&) {}));
  EXPECT_TRUE(changed([](auto& t) { t.name = "Sites"; }));
  EXPECT_TRUE(changed([](auto& t) { t.geometry.points[1].x_m = 1.0000000000000002; }));
  EXPECT_TRUE(changed([](auto& t) { t.geometry.part_begin = {0, 0, 1}; }));
  EXPECT_TRUE(changed([](auto& t) { t.geometry.kind = GeometryKind::line; }));
  EXPECT_TRUE(changed([](auto& t) { t.columns[1].name = "area"; }));
  EXPECT_TRUE(changed([](auto& t) { std::get<1>(t.columns[1].values)[1] = 21; }));
  EXPECT_TRUE(changed([](auto& t) { t.columns[1].valid[1] = 0; }));
  EXPECT_TRUE(changed([](auto& t) { std::swap(t.columns[0], t.columns[1]); }));
}

TEST(ContentHash, WhereTextsAreCutCounts) {
  auto table = sites();
  table.columns = {texts("t", {"ab", "c"})};
  auto other = table;
  other.columns = {texts("t", {"a", "bc"})};
  EXPECT_NE(content_hash(table), content_hash(other));
}

TEST(ContentHash, TheTypeOfAColumnCounts) {
  auto table = sites();
  table.columns = {{.name = "n", .values = std::vector<std::int64_t>{0, 1}, .valid = {1, 1}}};
  auto other = table;
  other.columns[0].values = std::vector<std::uint8_t>{0, 1};
  EXPECT_NE(content_hash(table), content_hash(other));
}

TEST(ContentHash, WhatStandsUnderAMissingValueDoesNotCount) {
  auto table = sites();
  table.columns[1].valid[1] = 0;
  const auto hash = content_hash(table);
  std::get<1>(table.columns[1].values)[1] = 1e9;
  EXPECT_EQ(content_hash(table), hash);
}

TEST(ContentHash, NanIsAMissingNumber) {
  auto table = sites();
  table.columns[1].valid[1] = 0;
  const auto hash = content_hash(table);
  table.columns[1].valid[1] = 1;
  std::get<1>(table.columns[1].values)[1] = kNan;
  EXPECT_EQ(content_hash(table), hash);
}

TEST(ContentHash, MinusZeroIsZero) {
  auto table = sites();
  table.geometry.points[0].x_m = 0.0;
  std::get<1>(table.columns[1].values)[0] = 0.0;
  const auto hash = content_hash(table);
  table.geometry.points[0].x_m = -0.0;
  std::get<1>(table.columns[1].values)[0] = -0.0;
  EXPECT_EQ(content_hash(table), hash);
}

TEST(ContentHash, AnyFlagThatIsNotZeroIsAValue) {
  auto table = sites();
  const auto hash = content_hash(table);
  table.columns[1].valid[1] = 255;
  EXPECT_EQ(content_hash(table), hash);
}

}  // namespace
}  // namespace libgrid
