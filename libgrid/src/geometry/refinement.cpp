#include "libgrid/geometry/refinement.hpp"

#include <utility>

#include "arrangement.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {

Refinement build_refinement(const PolygonSet& polygons, const RunControl& run) {
  run.begin(2);
  std::vector<NodedEdge> edges;
  for (std::int64_t i = 0; i < polygons.size(); ++i) add_edges(polygons, i, edges);
  const auto plane = arrange(std::move(edges), Crossings::snap_round, CoverBy::owner,
                             {.stop = run.stop, .threads = run.threads});
  run.advance();
  Refinement out;
  PolygonColumns columns;
  for (std::int32_t f = 1; f < plane.faces(); ++f) {
    const auto before = out.cover.size();
    for (const auto& turns : plane.cover_of(f))
      if (turns.count > 0) out.cover.push_back(turns.owner);
    if (out.cover.size() == before) continue;
    const bool whole = append_traced(plane.arcs_of(f), columns);
    LIBGRID_ASSERT(whole);
    out.cover_begin.push_back(std::ssize(out.cover));
    out.area_m2.push_back(static_cast<double>(plane.twice_area[static_cast<std::size_t>(f)]) / 2e6);
  }
  out.pieces = PolygonSet{std::move(columns)};
  run.advance();
  return out;
}

}  // namespace libgrid
