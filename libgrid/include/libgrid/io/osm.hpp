#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/io/table.hpp"

namespace libgrid {

/// A box of degrees, its border included.
struct DegreeBox {
  double west = -180.0;
  double south = -90.0;
  double east = 180.0;
  double north = 90.0;
};

/// Turn restrictions as columns, one row for each pair of ways. `via` is a node, or a way where
/// `via_way` is 1. `kind` is the tag's value (`no_left_turn`), `scope` what follows the colon of
/// its key (`motorcar`; empty for all), `exempt` the tag `except`.
struct OsmRestrictions {
  std::vector<std::int64_t> relation_id;
  std::vector<std::int64_t> from_way;
  std::vector<std::int64_t> via;
  std::vector<std::int64_t> to_way;
  std::vector<std::uint8_t> via_way;
  TextValues kind;
  TextValues scope;
  TextValues exempt;
};

/// What a street network is built from.
struct OsmRoads {
  /// Lines in degrees: every way with `highway` or `route=ferry`. Columns `osm_id` and one text
  /// column a tag, missing where the way lacks it. A way whose nodes are partly absent has one part
  /// for each run of two or more that are there.
  TableColumns ways;
  std::vector<std::int64_t> node_id;  ///< one a point of `ways`: streets meet where ids are equal
  /// Nodes of those ways with a `barrier` tag: points, `osm_id` and text columns.
  TableColumns barriers;
  OsmRestrictions restrictions;
  std::int64_t absent_nodes = 0;  ///< distinct nodes that ways name and the file lacks
  std::int64_t cut_ways = 0;      ///< ways that lost such nodes; those left with none are gone
  std::int64_t other_restrictions = 0;  ///< without from, via and to, or valid at times only
};

/// Polygons in degrees: closed ways and multipolygon relations with `building` other than `no`.
struct OsmBuildings {
  TableColumns table;  ///< osm_id, osm_type (`way`, `relation`) and one text column a tag
  std::vector<std::int64_t> open_ways;         ///< building ways that do not close or lack nodes
  std::vector<std::int64_t> broken_relations;  ///< whose rings do not close
};

/// Reads the streets of an OSM PBF file.
///
/// Two passes over the file, blocks in parallel; the result does not depend on threads. With `box`,
/// ways that have a node in it are kept, whole. Ids are 64 bits, negative ones included; a way may
/// have any number of nodes. Rows are in the order of the file. Memory grows with the ways that are
/// kept and their nodes, not with the file.
/// Throws IoError for a file that is damaged, naming the byte where its block begins, that keeps
/// several versions of an object, or in which a node stands twice at different places; InvalidInput
/// for a bad box; Cancelled.
[[nodiscard]] OsmRoads read_osm_roads(const std::filesystem::path& path,
                                      const std::optional<DegreeBox>& box = {},
                                      const RunControl& control = {});

/// Reads the buildings of an OSM PBF file. As read_osm_roads; three passes.
[[nodiscard]] OsmBuildings read_osm_buildings(const std::filesystem::path& path,
                                              const std::optional<DegreeBox>& box = {},
                                              const RunControl& control = {});

}  // namespace libgrid
