#include <algorithm>
#include <cstring>
#include <map>
#include <unordered_map>
#include <utility>

#include "libgrid/io/osm.hpp"
#include "osm_blocks.hpp"

namespace libgrid {
namespace {

const std::vector<const char*> kBuildingKeys{"building", "building:levels", "name", "addr:street",
                                             "addr:housenumber"};

using Ring = std::vector<std::int64_t>;  // node ids, the first again at the end

bool is_building(const osmium::TagList& tags) {
  const auto* value = tags.get_value_by_key("building");
  return value != nullptr && std::strcmp(value, "no") != 0;
}

struct Shape {
  std::int64_t id = 0;
  std::uint8_t is_relation = 0;
  std::vector<std::int64_t> outer_ways;  // of a relation
  std::vector<std::int64_t> inner_ways;
  Ring ring;        // of a way
  std::size_t row;  // of its block's tags
};

struct Shapes {
  std::vector<Shape> shapes;
  TagColumns tags{kBuildingKeys};
};

/// Closes member ways to rings, end to end. Empty when some do not close.
std::vector<Ring> join_rings(const std::vector<Ring>& pieces) {
  std::vector<Ring> rings;
  std::vector<std::uint8_t> is_used(pieces.size(), 0);
  std::multimap<std::int64_t, std::size_t> at_end;  // end node → piece
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].size() < 2) return {};
    at_end.emplace(pieces[i].front(), i);
    at_end.emplace(pieces[i].back(), i);
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (is_used[i] != 0) continue;
    is_used[i] = 1;
    Ring ring = pieces[i];
    while (ring.front() != ring.back()) {
      const auto [begin, end] = at_end.equal_range(ring.back());
      const auto next =
          std::find_if(begin, end, [&](const auto& entry) { return is_used[entry.second] == 0; });
      if (next == end) return {};
      is_used[next->second] = 1;
      const auto& piece = pieces[next->second];
      if (piece.front() == ring.back())
        ring.insert(ring.end(), piece.begin() + 1, piece.end());
      else
        ring.insert(ring.end(), piece.rbegin() + 1, piece.rend());
    }
    if (ring.size() < 4) return {};
    rings.push_back(std::move(ring));
  }
  return rings;
}

using Corners = std::vector<Position>;

/// Even-odd; a corner of the hole on the border decides nothing, so every corner is asked.
bool is_inside(const Corners& hole, const Corners& ring) {
  std::size_t inside = 0;
  for (const auto& p : hole) {
    bool in = false;
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const auto& a = ring[i];
      const auto& b = ring[i + 1];
      if ((a.y_m > p.y_m) != (b.y_m > p.y_m) &&
          p.x_m < a.x_m + (b.x_m - a.x_m) * (p.y_m - a.y_m) / (b.y_m - a.y_m))
        in = !in;
    }
    inside += in ? 1 : 0;
  }
  return 2 * inside > hole.size();
}

/// Degrees of a ring; empty when the file lacks one of its nodes.
Corners corners_of(const Ring& ring, const OsmNodes& nodes) {
  Corners corners;
  for (const auto ref : ring) {
    const auto row = nodes.find(ref);
    const auto at = row == -1 ? osmium::Location{} : nodes.location[static_cast<std::size_t>(row)];
    if (!at) return {};
    corners.push_back({at.lon_without_check(), at.lat_without_check()});
  }
  return corners;
}

struct Part {
  Corners outer;
  std::vector<Corners> holes;
};

void add_polygon(const std::vector<Part>& parts, GeometryColumn& geometry) {
  const auto add_ring = [&](const Corners& ring) {
    geometry.points.insert(geometry.points.end(), ring.begin(), ring.end());
    geometry.point_begin.push_back(static_cast<std::int64_t>(geometry.points.size()));
  };
  for (const auto& part : parts) {
    add_ring(part.outer);
    for (const auto& hole : part.holes) add_ring(hole);
    geometry.ring_begin.push_back(static_cast<std::int64_t>(geometry.point_begin.size()) - 1);
  }
  geometry.part_begin.push_back(static_cast<std::int64_t>(geometry.ring_begin.size()) - 1);
}

/// The parts of a relation; empty when a ring does not close, a node is absent, or a hole lies in
/// no part.
std::vector<Part> parts_of(const Shape& shape,
                           const std::unordered_map<std::int64_t, Ring>& members,
                           const OsmNodes& nodes) {
  const auto rings_of = [&](const std::vector<std::int64_t>& ways) {
    std::vector<Ring> pieces;
    for (const auto way : ways) {
      const auto found = members.find(way);
      pieces.push_back(found == members.end() ? Ring{} : found->second);
    }
    return join_rings(pieces);
  };
  std::vector<Part> parts;
  for (const auto& ring : rings_of(shape.outer_ways)) {
    parts.push_back({corners_of(ring, nodes), {}});
    if (parts.back().outer.empty()) return {};
  }
  const auto holes = rings_of(shape.inner_ways);
  if (holes.empty() && !shape.inner_ways.empty()) return {};
  for (const auto& ring : holes) {
    auto hole = corners_of(ring, nodes);
    const auto around = std::find_if(parts.begin(), parts.end(),
                                     [&](const Part& part) { return is_inside(hole, part.outer); });
    if (hole.empty() || around == parts.end()) return {};
    around->holes.push_back(std::move(hole));
  }
  return parts;
}

void add_shapes(const osmium::memory::Buffer& buffer, Shapes& out) {
  const auto add = [&](Shape shape, const osmium::TagList& tags) {
    shape.row = out.shapes.size();
    out.shapes.push_back(std::move(shape));
    out.tags.add(tags);
  };
  for (const auto& way : buffer.select<osmium::Way>()) {
    if (!is_building(way.tags())) continue;
    Shape shape{
        .id = way.id(), .is_relation = 0, .outer_ways = {}, .inner_ways = {}, .ring = {}, .row = 0};
    for (const auto& node : way.nodes()) shape.ring.push_back(node.ref());
    add(std::move(shape), way.tags());
  }
  for (const auto& relation : buffer.select<osmium::Relation>()) {
    if (!is_building(relation.tags()) || !relation.tags().has_tag("type", "multipolygon")) continue;
    Shape shape{.id = relation.id(),
                .is_relation = 1,
                .outer_ways = {},
                .inner_ways = {},
                .ring = {},
                .row = 0};
    for (const auto& member : relation.members()) {
      if (member.type() != osmium::item_type::way) continue;
      const bool is_inner = std::strcmp(member.role(), "inner") == 0;
      (is_inner ? shape.inner_ways : shape.outer_ways).push_back(member.ref());
    }
    add(std::move(shape), relation.tags());
  }
}

/// The nodes of the ways that relations are made of, which mostly have no tags of their own.
std::unordered_map<std::int64_t, Ring> read_members(const OsmBlocks& blocks,
                                                    std::vector<std::int64_t> ids,
                                                    const RunControl& control) {
  std::sort(ids.begin(), ids.end());
  std::vector<std::vector<std::pair<std::int64_t, Ring>>> found(blocks.size());
  blocks.for_each(osmium::osm_entity_bits::way, control,
                  [&](std::size_t block, const osmium::memory::Buffer& buffer) {
                    for (const auto& way : buffer.select<osmium::Way>()) {
                      if (!std::binary_search(ids.begin(), ids.end(), way.id())) continue;
                      Ring refs;
                      for (const auto& node : way.nodes()) refs.push_back(node.ref());
                      found[block].emplace_back(way.id(), std::move(refs));
                    }
                  });
  std::unordered_map<std::int64_t, Ring> members;
  for (auto& block : found)
    for (auto& [id, refs] : block) members.insert_or_assign(id, std::move(refs));
  return members;
}

}  // namespace

OsmBuildings read_osm_buildings(const std::filesystem::path& path,
                                const std::optional<DegreeBox>& box, const RunControl& control) {
  check_box(box);
  const OsmBlocks blocks{path};
  control.begin(3 * static_cast<std::int64_t>(blocks.size()));
  std::vector<Shapes> found(blocks.size());
  blocks.for_each(osmium::osm_entity_bits::way | osmium::osm_entity_bits::relation, control,
                  [&](std::size_t block, const osmium::memory::Buffer& buffer) {
                    add_shapes(buffer, found[block]);
                  });
  std::vector<std::int64_t> member_ids;
  std::vector<std::int64_t> node_ids;
  for (const auto& block : found) {
    for (const auto& shape : block.shapes) {
      for (const auto* ways : {&shape.outer_ways, &shape.inner_ways})
        member_ids.insert(member_ids.end(), ways->begin(), ways->end());
      node_ids.insert(node_ids.end(), shape.ring.begin(), shape.ring.end());
    }
  }
  const auto members = read_members(blocks, std::move(member_ids), control);
  for (const auto& [id, refs] : members) node_ids.insert(node_ids.end(), refs.begin(), refs.end());
  const auto nodes = locate_nodes(blocks, std::move(node_ids), {}, nullptr, control);

  OsmBuildings out;
  out.table.name = "buildings";
  auto& geometry = out.table.geometry;
  geometry.kind = GeometryKind::polygon;
  std::vector<std::int64_t> ids;
  TextValues types;
  TagColumns tags{kBuildingKeys};
  for (const auto& block : found) {
    for (const auto& shape : block.shapes) {
      std::vector<Part> parts;
      if (shape.is_relation != 0) {
        parts = parts_of(shape, members, nodes);
      } else if (shape.ring.size() >= 4 && shape.ring.front() == shape.ring.back()) {
        parts.push_back({corners_of(shape.ring, nodes), {}});
        if (parts[0].outer.empty()) parts.clear();
      }
      if (parts.empty()) {
        (shape.is_relation != 0 ? out.broken_relations : out.open_ways).push_back(shape.id);
        continue;
      }
      const auto in_box = [&](const Position& p) {
        return p.x_m >= box->west && p.x_m <= box->east && p.y_m >= box->south &&
               p.y_m <= box->north;
      };
      if (box && std::none_of(parts.begin(), parts.end(), [&](const Part& part) {
            return std::any_of(part.outer.begin(), part.outer.end(), in_box);
          }))
        continue;
      add_polygon(parts, geometry);
      ids.push_back(shape.id);
      types.push_back(shape.is_relation != 0 ? "relation" : "way");
      tags.add_row_of(block.tags, shape.row);
    }
  }
  out.table.row_count = static_cast<std::int64_t>(ids.size());
  const std::vector<std::uint8_t> all(ids.size(), 1);
  out.table.columns.push_back({"osm_id", std::move(ids), all});
  out.table.columns.push_back({"osm_type", std::move(types), all});
  for (auto& column : tags.take()) out.table.columns.push_back(std::move(column));
  return out;
}

}  // namespace libgrid
