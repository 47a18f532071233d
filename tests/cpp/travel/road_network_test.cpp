#include "libgrid/travel/road_network.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "ascii_town.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

using testing::AsciiTown;

TEST(RoadNetwork, JoinsLinesWhereEndsCoincide) {
  const AsciiTown town{{"a-b-c", "  |  ", "  d  "}};
  const auto& net = town.network();
  EXPECT_EQ(net.node_count(), 4);
  EXPECT_EQ(net.edge_count(), 6);
  EXPECT_EQ(net.weak().size.size(), 1U);
  EXPECT_EQ(town.node('a'), 0);  // numbered by first appearance
}

TEST(RoadNetwork, AOneWayStreetIsOneEdgeAlongItsDrawing) {
  const AsciiTown town{{"a<b"}};
  const auto& edges = town.network().edges();
  ASSERT_EQ(town.network().edge_count(), 1);
  EXPECT_EQ(edges.tail[0], town.node('b'));
  EXPECT_EQ(edges.head[0], town.node('a'));
  EXPECT_EQ(town.network().lines()[0].front(), AsciiTown::at(0, 2));
  EXPECT_EQ(town.network().strong().size.size(), 2U);
}

TEST(RoadNetwork, TwoOneWaysOnOneDrawingAreOneStreet) {
  const std::vector<Point> nodes{{0, 0}, {1000, 0}, {0, 1000}};
  const std::vector<std::int32_t> tail{0, 1, 0, 0};
  const std::vector<std::int32_t> head{1, 0, 1, 2};
  const std::vector<std::uint32_t> ms{5, 6, 7, 8};
  const auto net = RoadNetwork::from_edges(3, nodes, {tail, head, ms});
  EXPECT_EQ(net.edges().opposite, (std::vector<std::int32_t>{1, 0, -1, -1}));
  EXPECT_EQ(net.edges().line[0], net.edges().line[1]);
  EXPECT_EQ(net.edges().against[1], 1);
}

TEST(RoadNetwork, UndirectedRowsGetTheirReverseAtTheEnd) {
  const std::vector<std::int32_t> tail{0, 1};
  const std::vector<std::int32_t> head{1, 2};
  const std::vector<std::uint32_t> ms{5, 6};
  const auto net = RoadNetwork::from_edges(3, {}, {tail, head, ms}, true);
  EXPECT_EQ(net.edges().tail, (std::vector<std::int32_t>{0, 1, 1, 2}));
  EXPECT_EQ(net.edges().opposite, (std::vector<std::int32_t>{2, 3, 0, 1}));
  EXPECT_FALSE(net.has_geometry());
}

TEST(RoadNetwork, ClosingOneDirectionTurnsTheDrawing) {
  const AsciiTown town{{"a-b"}};
  const std::vector<std::uint8_t> closed{1, 0};
  const auto changed = town.network().with_edges(closed, std::vector<std::uint32_t>{1, 2});
  ASSERT_EQ(changed.edge_count(), 1);
  EXPECT_EQ(changed.edges().ms[0], 2U);
  EXPECT_EQ(changed.edges().opposite[0], -1);
  EXPECT_EQ(changed.edges().against[0], 0);
  EXPECT_EQ(changed.lines()[0].front(), AsciiTown::at(0, 2));
  EXPECT_EQ(town.network().edge_count(), 2);
}

TEST(RoadNetwork, RefusesAnEmptyNetwork) {
  EXPECT_THROW((void)RoadNetwork::from_edges(0, {}, {}), InvalidInput);
  EXPECT_THROW((void)RoadNetwork::from_lines({}, {}, {}), InvalidInput);
}

TEST(RoundToMs, RoundsOnceAndNamesBadRows) {
  EXPECT_EQ(round_to_ms(std::vector{0.0, 0.0014, 1e6}, "seconds"),
            (std::vector<std::uint32_t>{0, 1, kMaxEdgeMs}));
  const auto inf = std::numeric_limits<double>::infinity();
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  try {
    (void)round_to_ms(std::vector{1.0, -1.0, inf, nan, 1e6 + 1, -0.1, -0.2}, "seconds");
    FAIL();
  } catch (const InvalidInput& error) {
    EXPECT_NE(std::string{error.what()}.find("6 times"), std::string::npos) << error.what();
    EXPECT_NE(std::string{error.what()}.find("1, 2, 3, 4, 5, …"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace libgrid
