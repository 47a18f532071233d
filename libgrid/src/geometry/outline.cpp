#include "libgrid/geometry/outline.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "geos.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "libgrid/geometry/borders.hpp"
#include "noding.hpp"
#include "ring_tracing.hpp"

namespace libgrid {
namespace {

/// What is left of the label's borders when opposite ones cancel, sorted; `simple` turns false when
/// a border has the label's inside twice on one side.
std::vector<Arc> cancel(const std::vector<NodedEdge>& edges, bool& simple) {
  std::vector<Arc> arcs;
  for_each_run(edges, [&](std::span<const NodedEdge> run) {
    int net = 0;
    for (const auto& e : run) net += e.left ? 1 : -1;
    if (net > 1 || net < -1) simple = false;
    if (net == 1) arcs.push_back({run.front().a, run.front().b});
    if (net == -1) arcs.push_back({run.front().b, run.front().a});
  });
  std::sort(arcs.begin(), arcs.end());
  return arcs;
}

PolygonColumns unite(const GeosContext& geos, const PolygonSet& blocks,
                     std::span<const std::int32_t> members, std::int64_t label) {
  std::vector<GeosContext::Geometry> items;
  for (const auto i : members) {
    auto item = geos.multi_polygon(blocks, i);
    if (GEOSisValid_r(geos.handle(), item.get()) != 1)
      item = geos.checked(GEOSMakeValid_r(geos.handle(), item.get()), "repair before the union");
    items.push_back(std::move(item));
  }
  const auto all = geos.collect(GEOS_GEOMETRYCOLLECTION, items);
  const auto whole = geos.own(GEOSUnaryUnionPrec_r(geos.handle(), all.get(), 1.0));
  if (!whole)
    throw GeometryError{"the outline of label " + std::to_string(label) + ": " + geos.error()};
  PolygonColumns columns;
  append_polygon(geos, whole.get(), columns);
  return columns;
}

PolygonColumns outline_of(const GeosContext& geos, const PolygonSet& blocks,
                          std::span<const std::int32_t> members, std::int64_t label) {
  PolygonColumns columns;
  if (members.empty()) {
    columns.part_begin.push_back(0);
    return columns;
  }
  bool simple = true;
  if (!append_traced(cancel(node_edges(blocks, members), simple), columns)) simple = false;
  if (simple) {
    const PolygonSet traced{columns};
    simple = GEOSisValid_r(geos.handle(), geos.multi_polygon(traced, 0).get()) == 1;
  }
  return simple ? columns : unite(geos, blocks, members, label);
}

}  // namespace

PolygonSet build_outlines(const PolygonSet& blocks, std::span<const std::int32_t> label,
                          std::int32_t count, const RunControl& run) {
  require(std::ssize(label) == blocks.size(), [&] {
    return "outlines: " + std::to_string(label.size()) + " labels for " +
           std::to_string(blocks.size()) + " blocks";
  });
  const auto footprint = find_footprints(blocks);
  // Members by label, ascending; of a stack within one label only the first.
  std::vector<std::pair<std::int32_t, std::int32_t>> stacked;
  std::vector<std::vector<std::int32_t>> members(static_cast<std::size_t>(std::max(count, 0)));
  for (std::size_t i = 0; i < label.size(); ++i) {
    require(label[i] >= -1 && label[i] < count, [&] {
      return "outlines: block " + std::to_string(i) + " has label " + std::to_string(label[i]) +
             ", not -1 … " + std::to_string(count - 1);
    });
    if (label[i] >= 0) stacked.emplace_back(label[i], footprint[i]);
  }
  std::sort(stacked.begin(), stacked.end());
  stacked.erase(std::unique(stacked.begin(), stacked.end()), stacked.end());
  for (const auto& [l, first] : stacked) members[static_cast<std::size_t>(l)].push_back(first);

  std::vector<PolygonColumns> outlines(members.size());
  run.begin(count);
  for_each_chunk(std::ssize(members), 16, run, [&](Chunk chunk) {
    const GeosContext geos;
    for (auto k = chunk.begin; k < chunk.end; ++k)
      outlines[static_cast<std::size_t>(k)] =
          outline_of(geos, blocks, members[static_cast<std::size_t>(k)], k);
  });
  PolygonColumns columns;
  for (const auto& outline : outlines) append_rows(outline, columns);
  return PolygonSet{std::move(columns)};
}

}  // namespace libgrid
