#include "libgrid/travel/street_pieces.hpp"

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

RoadLines lines_of(const std::vector<std::vector<std::int64_t>>& ids,
                   std::vector<std::int64_t>& all) {
  RoadLines lines;
  for (const auto& line : ids) {
    for (const auto id : line) {
      lines.points.push_back({static_cast<std::int32_t>(1000 * id), 0});
      all.push_back(id);
    }
    lines.begin.push_back(static_cast<std::int64_t>(lines.points.size()));
  }
  return lines;
}

StreetPieces cut(const std::vector<std::vector<std::int64_t>>& ids,
                 const std::vector<std::int64_t>& also = {}) {
  std::vector<std::int64_t> all;
  const auto lines = lines_of(ids, all);
  return cut_where_streets_meet(lines, all, also);
}

TEST(StreetPieces, CutsAtSharedVerticesOnly) {
  const auto pieces = cut({{1, 2, 3, 4}, {9, 3, 8}});
  EXPECT_EQ(pieces.row, (std::vector<std::int32_t>{0, 0, 1, 1}));
  EXPECT_EQ(pieces.node_id, (std::vector<std::int64_t>{1, 3, 4, 9, 8}));
  EXPECT_EQ(pieces.start, (std::vector<std::int32_t>{0, 1, 3, 1}));
  EXPECT_EQ(pieces.end, (std::vector<std::int32_t>{1, 2, 1, 4}));
  EXPECT_EQ(pieces.lines.begin, (std::vector<std::int64_t>{0, 3, 5, 7, 9}));
  EXPECT_EQ(pieces.lines[0].back(), pieces.lines[1].front());
}

TEST(StreetPieces, ALoopMeetsItself) {
  EXPECT_EQ(cut({{1, 2, 3, 1}}).row.size(), 1U);  // one round, from its node to its node
  const auto knot = cut({{1, 2, 3, 2, 4}});
  EXPECT_EQ(knot.row.size(), 3U);
  EXPECT_EQ(knot.start[1], knot.end[1]);
}

TEST(StreetPieces, BarriersCutAndRepeatsDoNot) {
  EXPECT_EQ(cut({{1, 2, 3}}, {2}).row.size(), 2U);
  const auto pieces = cut({{1, 2, 2, 3}});
  EXPECT_EQ(pieces.row.size(), 1U);
  EXPECT_EQ(pieces.lines.points.size(), 3U);
}

TEST(StreetPieces, RefusesWhatDoesNotFit) {
  EXPECT_THROW((void)cut({{1}}), InvalidInput);
  std::vector<std::int64_t> all;
  const auto lines = lines_of({{1, 2}}, all);
  EXPECT_THROW((void)cut_where_streets_meet(lines, std::vector<std::int64_t>{1}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
