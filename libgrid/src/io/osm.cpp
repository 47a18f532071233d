#include "libgrid/io/osm.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "osm_blocks.hpp"

namespace libgrid {
namespace {

const std::vector<const char*> kRoadKeys{
    "highway", "name",   "ref",     "oneway",  "oneway:bicycle", "cycleway", "junction",
    "access",  "foot",   "bicycle", "vehicle", "motor_vehicle",  "motorcar", "maxspeed",
    "bridge",  "tunnel", "layer",   "route",   "duration",       "area",     "service"};
const std::vector<const char*> kBarrierKeys{"barrier",       "name",     "access",
                                            "foot",          "bicycle",  "vehicle",
                                            "motor_vehicle", "motorcar", "opening_hours"};

bool is_road(const osmium::TagList& tags) {
  return tags.has_key("highway") || tags.has_tag("route", "ferry");
}

/// The ways and restrictions of one block.
struct Ways {
  std::vector<std::int64_t> id;
  std::vector<std::int64_t> node_begin{0};
  std::vector<std::int64_t> node;
  TagColumns tags{kRoadKeys};
  OsmRestrictions restrictions;
  std::int64_t other_restrictions = 0;
};

void add_way(const osmium::Way& way, Ways& out) {
  if (!is_road(way.tags()) || way.nodes().empty()) return;
  out.id.push_back(way.id());
  for (const auto& node : way.nodes()) out.node.push_back(node.ref());
  out.node_begin.push_back(static_cast<std::int64_t>(out.node.size()));
  out.tags.add(way.tags());
}

void add_relation(const osmium::Relation& relation, Ways& out) {
  if (!relation.tags().has_tag("type", "restriction")) return;
  constexpr std::string_view kKey = "restriction";
  std::vector<std::pair<std::string, std::string>> rules;  // kind, scope
  for (const auto& tag : relation.tags()) {
    const std::string_view key{tag.key()};
    if (key.substr(0, kKey.size()) != kKey) continue;
    const auto rest = key.substr(kKey.size());
    if (rest.empty() || (rest[0] == ':' && rest.find("conditional") == rest.npos))
      rules.emplace_back(tag.value(), rest.empty() ? "" : rest.substr(1));
  }
  std::vector<std::int64_t> from;
  std::vector<std::int64_t> to;
  std::vector<const osmium::RelationMember*> via;
  for (const auto& member : relation.members()) {
    const bool is_way = member.type() == osmium::item_type::way;
    if (is_way && std::strcmp(member.role(), "from") == 0) from.push_back(member.ref());
    if (is_way && std::strcmp(member.role(), "to") == 0) to.push_back(member.ref());
    if (std::strcmp(member.role(), "via") == 0) via.push_back(&member);
  }
  if (rules.empty() || from.empty() || to.empty() || via.empty()) {
    ++out.other_restrictions;
    return;
  }
  auto& r = out.restrictions;
  const auto* exempt = relation.tags().get_value_by_key("except", "");
  for (const auto& [kind, scope] : rules) {
    for (const auto a : from) {
      for (const auto b : to) {
        r.relation_id.push_back(relation.id());
        r.from_way.push_back(a);
        r.via.push_back(via[0]->ref());
        r.to_way.push_back(b);
        r.via_way.push_back(via[0]->type() == osmium::item_type::way ? 1 : 0);
        r.kind.push_back(kind);
        r.scope.push_back(scope);
        r.exempt.push_back(exempt);
      }
    }
  }
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

void append(TextValues& to, const TextValues& from) {
  for (std::size_t i = 0; i + 1 < from.begin.size(); ++i) to.push_back(from.at(i));
}

void append(OsmRestrictions& to, const OsmRestrictions& from) {
  append(to.relation_id, from.relation_id);
  append(to.from_way, from.from_way);
  append(to.via, from.via);
  append(to.to_way, from.to_way);
  append(to.via_way, from.via_way);
  append(to.kind, from.kind);
  append(to.scope, from.scope);
  append(to.exempt, from.exempt);
}

/// Appends one way's points, in parts where nodes are absent. Returns how many parts.
std::int64_t add_drawing(std::span<const std::int64_t> refs, const OsmNodes& nodes,
                         GeometryColumn& geometry, std::vector<std::int64_t>& node_id) {
  std::int64_t parts = 0;
  for (std::size_t i = 0; i < refs.size();) {
    auto end = i;
    const auto location = [&](std::size_t k) {
      return nodes.location[static_cast<std::size_t>(nodes.find(refs[k]))];
    };
    while (end < refs.size() && location(end)) ++end;
    if (end - i >= 2) {
      for (auto k = i; k < end; ++k) {
        const auto at = location(k);
        geometry.points.push_back({at.lon_without_check(), at.lat_without_check()});
        node_id.push_back(refs[k]);
      }
      geometry.point_begin.push_back(static_cast<std::int64_t>(geometry.points.size()));
      ++parts;
    }
    i = std::max(end, i + 1);
  }
  return parts;
}

}  // namespace

OsmRoads read_osm_roads(const std::filesystem::path& path, const std::optional<DegreeBox>& box,
                        const RunControl& control) {
  check_box(box);
  const OsmBlocks blocks{path};
  control.begin(2 * static_cast<std::int64_t>(blocks.size()));
  std::vector<Ways> found(blocks.size());
  RunControl counting = control;
  blocks.for_each(osmium::osm_entity_bits::way | osmium::osm_entity_bits::relation, counting,
                  [&](std::size_t block, const osmium::memory::Buffer& buffer) {
                    for (const auto& way : buffer.select<osmium::Way>()) add_way(way, found[block]);
                    for (const auto& relation : buffer.select<osmium::Relation>())
                      add_relation(relation, found[block]);
                  });
  OsmRoads roads;
  std::vector<std::int64_t> ids;
  for (const auto& block : found) {
    append(ids, block.node);
    append(roads.restrictions, block.restrictions);
    roads.other_restrictions += block.other_restrictions;
  }
  std::vector<OsmTagged> tagged;
  const auto nodes = locate_nodes(blocks, std::move(ids), kBarrierKeys, &tagged, counting);

  std::vector<std::uint8_t> is_used(nodes.id.size(), 0);
  std::vector<std::uint8_t> is_absent(nodes.id.size(), 0);
  std::vector<std::int64_t> way_id;
  TagColumns tags{kRoadKeys};
  auto& geometry = roads.ways.geometry;
  geometry.kind = GeometryKind::line;
  for (auto& block : found) {
    for (std::size_t w = 0; w < block.id.size(); ++w) {
      const auto begin = static_cast<std::size_t>(block.node_begin[w]);
      const auto end = static_cast<std::size_t>(block.node_begin[w + 1]);
      const std::span<const std::int64_t> refs{block.node.data() + begin, end - begin};
      bool is_in = !box;
      bool is_cut = false;
      for (const auto ref : refs) {
        const auto location = nodes.location[static_cast<std::size_t>(nodes.find(ref))];
        if (location)
          is_in = is_in || holds(*box, location);
        else
          is_cut = true;
      }
      if (!is_in) continue;
      if (is_cut) ++roads.cut_ways;
      for (const auto ref : refs) {
        const auto row = static_cast<std::size_t>(nodes.find(ref));
        (nodes.location[row] ? is_used : is_absent)[row] = 1;
      }
      if (add_drawing(refs, nodes, geometry, roads.node_id) == 0) continue;
      geometry.part_begin.push_back(static_cast<std::int64_t>(geometry.point_begin.size()) - 1);
      way_id.push_back(block.id[w]);
      tags.add_row_of(block.tags, w);
    }
    block = Ways{};  // its memory is not needed twice
  }
  roads.absent_nodes = std::count(is_absent.begin(), is_absent.end(), 1);
  roads.ways.name = "roads";
  roads.ways.row_count = static_cast<std::int64_t>(way_id.size());
  std::vector<std::uint8_t> all(way_id.size(), 1);
  roads.ways.columns.push_back({"osm_id", std::move(way_id), std::move(all)});
  for (auto& column : tags.take()) roads.ways.columns.push_back(std::move(column));

  std::vector<std::int64_t> barrier_id;
  TagColumns barrier_tags{kBarrierKeys};
  roads.barriers.geometry.kind = GeometryKind::point;
  for (const auto& node : tagged) {
    const auto row = static_cast<std::size_t>(node.row);
    if (is_used[row] == 0) continue;
    barrier_id.push_back(nodes.id[row]);
    roads.barriers.geometry.points.push_back(
        {nodes.location[row].lon_without_check(), nodes.location[row].lat_without_check()});
    barrier_tags.add(node.values);
  }
  roads.barriers.name = "barriers";
  roads.barriers.row_count = static_cast<std::int64_t>(barrier_id.size());
  all.assign(barrier_id.size(), 1);
  roads.barriers.columns.push_back({"osm_id", std::move(barrier_id), std::move(all)});
  for (auto& column : barrier_tags.take()) roads.barriers.columns.push_back(std::move(column));
  return roads;
}

}  // namespace libgrid
