#include "libgrid/io/osm.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <gtest/gtest.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wuseless-cast"
#include <osmium/builder/attr.hpp>
#include <osmium/io/pbf_output.hpp>
#include <osmium/io/writer.hpp>
#pragma GCC diagnostic pop

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

using namespace osmium::builder::attr;  // NOLINT: the builders are a language of their own

/// A file that libosmium writes: nodes on a line, one degree / 1,000 apart.
class File {
 public:
  explicit File(const char* name) : path_{std::filesystem::temp_directory_path() / name} {
    std::filesystem::remove(path_);
  }
  ~File() { std::filesystem::remove(path_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void node(std::int64_t id, double lon, double lat,
            const std::map<std::string, std::string>& tags = {}) {
    osmium::builder::add_node(buffer_, _id(id), _location(lon, lat), _tags(tags));
    buffer_.commit();
  }
  void way(std::int64_t id, const std::vector<std::int64_t>& nodes,
           const std::map<std::string, std::string>& tags) {
    std::vector<osmium::NodeRef> refs;
    for (const auto node : nodes) refs.emplace_back(node);
    osmium::builder::add_way(buffer_, _id(id), _nodes(refs), _tags(tags));
    buffer_.commit();
  }
  void relation(std::int64_t id, const std::vector<member_type_string>& members,
                const std::map<std::string, std::string>& tags) {
    osmium::builder::add_relation(buffer_, _id(id), _members(members), _tags(tags));
    buffer_.commit();
  }
  const std::filesystem::path& write() {
    osmium::io::Header header;
    osmium::io::Writer writer{osmium::io::File{path_.string(), "pbf"}, header,
                              osmium::io::overwrite::allow};
    writer(std::move(buffer_));
    writer.close();
    return path_;
  }

 private:
  std::filesystem::path path_;
  osmium::memory::Buffer buffer_{1 << 20, osmium::memory::Buffer::auto_grow::yes};
};

std::string tag(const TableColumns& table, const char* key, std::size_t row) {
  for (const auto& column : table.columns) {
    if (column.name != key) continue;
    return column.valid[row] != 0 ? std::string{std::get<TextValues>(column.values).at(row)} : "-";
  }
  return "no such column";
}

const std::vector<std::int64_t>& ids(const TableColumns& table) {
  return std::get<std::vector<std::int64_t>>(table.columns[0].values);
}

TEST(Osm, ReadsWaysBarriersAndRestrictions) {
  File file{"libgrid_osm_roads.osm.pbf"};
  file.node(-5, 104.0, 30.0);
  file.node(1, 104.001, 30.0, {{"barrier", "gate"}, {"foot", "yes"}});
  file.node(20'000'000'000, 104.002, 30.0);
  file.node(3, 104.003, 30.0, {{"barrier", "gate"}});  // on no street
  file.way(10, {-5, 1}, {{"highway", "residential"}, {"name", "福田路"}});
  file.way(11, {1, 20'000'000'000}, {{"highway", "service"}});
  file.way(12, {-5, 3}, {{"waterway", "river"}});
  file.way(13, {-5, 20'000'000'000}, {{"route", "ferry"}, {"duration", "00:10"}});
  file.relation(7,
                {{osmium::item_type::way, 10, "from"},
                 {osmium::item_type::node, 1, "via"},
                 {osmium::item_type::way, 11, "to"}},
                {{"type", "restriction"}, {"restriction", "no_left_turn"}, {"except", "bicycle"}});
  file.relation(8, {{osmium::item_type::way, 10, "from"}},
                {{"type", "restriction"}, {"restriction", "no_u_turn"}});
  const auto roads = read_osm_roads(file.write());
  EXPECT_EQ(ids(roads.ways), (std::vector<std::int64_t>{10, 11, 13}));
  EXPECT_EQ(roads.node_id,
            (std::vector<std::int64_t>{-5, 1, 1, 20'000'000'000, -5, 20'000'000'000}));
  EXPECT_EQ(tag(roads.ways, "name", 0), "福田路");
  EXPECT_EQ(tag(roads.ways, "name", 1), "-");
  EXPECT_EQ(tag(roads.ways, "duration", 2), "00:10");
  EXPECT_EQ(ids(roads.barriers), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(tag(roads.barriers, "foot", 0), "yes");
  ASSERT_EQ(roads.restrictions.via, (std::vector<std::int64_t>{1}));
  EXPECT_EQ(roads.restrictions.kind.at(0), "no_left_turn");
  EXPECT_EQ(roads.restrictions.exempt.at(0), "bicycle");
  EXPECT_EQ(roads.other_restrictions, 1);
  EXPECT_DOUBLE_EQ(roads.ways.geometry.points[1].x_m, 104.001);
}

TEST(Osm, AWayWithAbsentNodesKeepsTheRunsThatAreThere) {
  File file{"libgrid_osm_cut.osm.pbf"};
  for (const std::int64_t id : {1, 2, 4, 5, 7})
    file.node(id, 104.0 + 0.001 * static_cast<double>(id), 30);
  file.way(10, {1, 2, 3, 4, 5, 6, 7}, {{"highway", "path"}});
  file.way(11, {8, 9}, {{"highway", "path"}});
  const auto roads = read_osm_roads(file.write());
  EXPECT_EQ(roads.node_id, (std::vector<std::int64_t>{1, 2, 4, 5}));
  EXPECT_EQ(roads.ways.geometry.part_begin, (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(roads.absent_nodes, 4);
  EXPECT_EQ(roads.cut_ways, 2);
}

TEST(Osm, AWayMayHaveMoreThanTwoThousandNodesAndTheBoxTakesItWhole) {
  File file{"libgrid_osm_long.osm.pbf"};
  std::vector<std::int64_t> nodes;
  for (std::int64_t id = 1; id <= 5000; ++id) {
    file.node(id, 100.0 + 0.0001 * static_cast<double>(id), 30.0);
    nodes.push_back(id);
  }
  file.way(10, nodes, {{"highway", "track"}});
  file.way(11, {1, 2}, {{"highway", "track"}});
  const auto path = file.write();
  for (const unsigned threads : {1U, 2U, 8U}) {
    const auto roads = read_osm_roads(path, DegreeBox{100.4, 29, 100.45, 31}, {.threads = threads});
    EXPECT_EQ(ids(roads.ways), (std::vector<std::int64_t>{10}));
    EXPECT_EQ(roads.node_id, nodes);
  }
}

TEST(Osm, BuildingsHaveHolesAndParts) {
  File file{"libgrid_osm_buildings.osm.pbf"};
  const auto square = [&](std::int64_t first, double at, double side) {
    file.node(first, at, at);
    file.node(first + 1, at + side, at);
    file.node(first + 2, at + side, at + side);
    file.node(first + 3, at, at + side);
  };
  square(1, 10, 1);
  square(11, 10.25, 0.5);
  square(21, 20, 1);
  file.way(1, {21, 22, 23, 24, 21}, {{"building", "yes"}, {"building:levels", "6"}});
  file.way(2, {1, 2, 3}, {});  // an outer ring in two ways, one drawn backwards
  file.way(3, {1, 4, 3}, {});
  file.way(4, {11, 12, 13, 14, 11}, {});
  file.way(5, {21, 22, 23}, {{"building", "yes"}});
  file.way(6, {21, 22, 23, 21}, {{"building", "no"}});
  file.relation(7,
                {{osmium::item_type::way, 2, "outer"},
                 {osmium::item_type::way, 3, "outer"},
                 {osmium::item_type::way, 4, "inner"}},
                {{"type", "multipolygon"}, {"building", "apartments"}});
  file.relation(8, {{osmium::item_type::way, 2, "outer"}},
                {{"type", "multipolygon"}, {"building", "apartments"}});
  const auto buildings = read_osm_buildings(file.write());
  EXPECT_EQ(ids(buildings.table), (std::vector<std::int64_t>{1, 7}));
  EXPECT_EQ(buildings.open_ways, (std::vector<std::int64_t>{5}));
  EXPECT_EQ(buildings.broken_relations, (std::vector<std::int64_t>{8}));
  EXPECT_EQ(buildings.table.geometry.ring_begin, (std::vector<std::int64_t>{0, 1, 3}));
  EXPECT_EQ(buildings.table.geometry.point_begin, (std::vector<std::int64_t>{0, 5, 10, 15}));
  EXPECT_EQ(tag(buildings.table, "building:levels", 0), "6");
}

std::string error_of(const std::filesystem::path& path) {
  try {
    (void)read_osm_roads(path);
  } catch (const IoError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Osm, ADamagedFileIsToldWithTheByte) {
  File file{"libgrid_osm_damaged.osm.pbf"};
  for (std::int64_t id = 1; id <= 2000; ++id)
    file.node(id, 104.0 + 0.0001 * static_cast<double>(id), 30.0);
  file.way(10, {1, 2}, {{"highway", "path"}});
  const auto& path = file.write();
  std::string bytes;
  {
    std::ifstream in{path, std::ios::binary};
    bytes.assign(std::istreambuf_iterator<char>{in}, {});
  }
  const auto rewrite = [&](const std::string& text) {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << text;
    return error_of(path);
  };
  EXPECT_EQ(rewrite(bytes), "no error");
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    const auto error = rewrite(bytes.substr(0, size));
    // A cut between two blocks cannot be seen.
    if (error != "no error") {
      EXPECT_NE(error.find("byte "), std::string::npos) << size << error;
    }
  }
  EXPECT_NE(rewrite(bytes.substr(0, bytes.size() - 3)).find("truncated"), std::string::npos);
  EXPECT_NE(rewrite("<osm version=\"0.6\">").find("not an OSM PBF"), std::string::npos);
  auto flipped = bytes;
  flipped[bytes.size() - 20] = static_cast<char>(~flipped[bytes.size() - 20]);
  EXPECT_NE(rewrite(flipped), "no error");
}

TEST(Osm, ANodeAtTwoPlacesIsRefused) {
  File file{"libgrid_osm_twice.osm.pbf"};
  file.node(1, 104.0, 30.0);
  file.node(1, 104.1, 30.0);
  file.node(2, 104.2, 30.0);
  file.way(10, {1, 2}, {{"highway", "path"}});
  EXPECT_NE(error_of(file.write()).find("twice at different places: 1"), std::string::npos);
}

TEST(Osm, RefusesABadBox) {
  EXPECT_THROW((void)read_osm_roads("absent", DegreeBox{10, 0, 5, 1}), InvalidInput);
  EXPECT_THROW((void)read_osm_roads("absent", DegreeBox{0, -91, 5, 1}), InvalidInput);
}

}  // namespace
}  // namespace libgrid
