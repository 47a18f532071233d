#include "libgrid/io/wkb.hpp"

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

GeometryColumn two_polygons() {
  GeometryColumn g;
  g.kind = GeometryKind::polygon;
  for (const double at : {0.0, 10.0}) {
    for (const auto p : {Position{at, 0}, {at + 1, 0}, {at + 1, 1}, {at, 0}}) g.points.push_back(p);
    g.point_begin.push_back(static_cast<std::int64_t>(g.points.size()));
    g.ring_begin.push_back(static_cast<std::int64_t>(g.point_begin.size()) - 1);
  }
  g.part_begin = {0, 2};  // one row of two parts
  return g;
}

TEST(Wkb, BringsBackWhatWasWritten) {
  const auto written = two_polygons();
  std::string wkb;
  write_wkb(written, 0, true, wkb);
  GeometryColumn read;
  append_missing(read);
  ASSERT_EQ(append_wkb(read, bytes_of(wkb)), nullptr);
  EXPECT_EQ(read.kind, GeometryKind::polygon);
  EXPECT_EQ(read.part_begin, (std::vector<std::int64_t>{0, 0, 2}));
  EXPECT_EQ(read.ring_begin, written.ring_begin);
  EXPECT_EQ(read.point_begin, written.point_begin);
  EXPECT_EQ(read.points.back().x_m, 10.0);
}

TEST(Wkb, EveryCutIsAFaultAndLeavesAMissingRow) {
  std::string wkb;
  write_wkb(two_polygons(), 0, true, wkb);
  for (std::size_t length = 0; length < wkb.size(); ++length) {
    GeometryColumn read;
    read.kind = GeometryKind::polygon;
    EXPECT_NE(append_wkb(read, bytes_of(wkb.substr(0, length))), nullptr) << length;
    EXPECT_EQ(read.part_begin, (std::vector<std::int64_t>{0, 0}));
    EXPECT_TRUE(read.points.empty());
    EXPECT_EQ(read.point_begin.size(), 1U);
    EXPECT_EQ(read.ring_begin.size(), 1U);
  }
}

TEST(Wkb, DropsZAndReadsBigEndian) {
  // POINT Z (1 2 3), big-endian ISO.
  std::string wkb{"\x00\x00\x00\x03\xE9", 5};
  for (const double value : {1.0, 2.0, 3.0}) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    for (int shift = 56; shift >= 0; shift -= 8) wkb += static_cast<char>((bits >> shift) & 0xFF);
  }
  GeometryColumn read;
  ASSERT_EQ(append_wkb(read, bytes_of(wkb)), nullptr);
  ASSERT_EQ(read.points.size(), 1U);
  EXPECT_EQ(read.points[0].x_m, 1.0);
  EXPECT_EQ(read.points[0].y_m, 2.0);
}

TEST(Wkb, AHugeCountIsRefusedWithoutReservingForIt) {
  std::string wkb{"\x01\x02\x00\x00\x00\xFF\xFF\xFF\xFF", 9};
  GeometryColumn read;
  EXPECT_NE(append_wkb(read, bytes_of(wkb)), nullptr);
  EXPECT_LT(read.points.capacity(), 1000U);
}

TEST(Wkb, AnotherKindThanTheColumnsIsAFault) {
  std::string wkb;
  write_wkb(two_polygons(), 0, true, wkb);
  GeometryColumn read;
  read.kind = GeometryKind::line;
  EXPECT_NE(append_wkb(read, bytes_of(wkb)), nullptr);
  EXPECT_EQ(read.kind, GeometryKind::line);
}

TEST(Wkb, RandomBytesNeverCrashAndAlwaysAddOneRow) {
  Rng rng{7};
  std::string good;
  write_wkb(two_polygons(), 0, true, good);
  for (int trial = 0; trial < 200'000; ++trial) {
    // Half noise, half a good geometry with some bytes changed: noise alone stops at the header.
    std::string bytes = good;
    if (trial % 2 == 0) {
      bytes.resize(rng.below(64));
      for (auto& byte : bytes) byte = static_cast<char>(rng.below(256));
      if (bytes.size() > 4)
        bytes.replace(
            0, 5, std::string{"\x01", 1} + static_cast<char>(rng.below(8)) + std::string(3, '\0'));
    } else {
      for (std::uint64_t i = 0; i <= rng.below(4); ++i)
        bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
    }
    GeometryColumn read;
    append_missing(read);
    const auto* fault = append_wkb(read, bytes_of(bytes));
    ASSERT_EQ(read.kind == GeometryKind::point ? read.points.size() : read.part_begin.size() - 1,
              2U);
    if (fault == nullptr && read.kind == GeometryKind::polygon) {
      ASSERT_EQ(read.point_begin.back(), static_cast<std::int64_t>(read.points.size()));
      ASSERT_EQ(read.part_begin.back(), static_cast<std::int64_t>(read.ring_begin.size()) - 1);
    }
  }
}

}  // namespace
}  // namespace libgrid
