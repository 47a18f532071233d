#include "owned_borders.hpp"

#include <algorithm>
#include <tuple>

namespace libgrid {
namespace {

struct End {
  Point at;
  std::size_t border;
  auto operator<=>(const End&) const = default;
};

}  // namespace

std::vector<OwnedBorder> find_owned_borders(const Arrangement& plane,
                                            std::span<const std::int32_t> owner,
                                            std::span<const std::pair<Point, std::int32_t>> had) {
  std::vector<OwnedBorder> borders;
  for (const auto& piece : plane.pieces) {
    const auto left = owner[static_cast<std::size_t>(piece.left)];
    const auto right = owner[static_cast<std::size_t>(piece.right)];
    if (left != right) borders.push_back({piece.a, piece.b, left, right});
  }
  std::vector<End> ends;
  ends.reserve(2 * borders.size());
  for (std::size_t k = 0; k < borders.size(); ++k) {
    ends.push_back({borders[k].a, k});
    ends.push_back({borders[k].b, k});
  }
  std::sort(ends.begin(), ends.end());
  const auto is_vertex_of = [&](Point p, std::int32_t polygon) {
    return polygon >= 0 && std::binary_search(had.begin(), had.end(), std::pair{p, polygon});
  };
  // From west to east, so that a border that has grown goes on growing at its eastern end.
  std::vector<std::size_t> grown(borders.size());
  for (std::size_t k = 0; k < grown.size(); ++k) grown[k] = k;
  std::vector<std::uint8_t> gone(borders.size(), 0);
  for (std::size_t from = 0, to = 0; from < ends.size(); from = to) {
    while (to < ends.size() && ends[to].at == ends[from].at) ++to;
    if (to - from != 2) continue;
    const auto p = ends[from].at;
    const auto one = ends[from].border;
    const auto other = ends[from + 1].border;
    const bool one_begins = borders[one].a == p;
    if (one_begins == (borders[other].a == p)) continue;  // both on one side: a corner
    const auto west = one_begins ? other : one;
    const auto east = one_begins ? one : other;
    auto& first = borders[grown[west]];
    const auto& second = borders[east];
    if (first.left != second.left || first.right != second.right ||
        orientation(first.a, p, second.b) != 0 || is_vertex_of(p, first.left) ||
        is_vertex_of(p, first.right))
      continue;
    first.b = second.b;
    gone[east] = 1;
    grown[east] = grown[west];
  }
  std::size_t kept = 0;
  for (std::size_t k = 0; k < borders.size(); ++k)
    if (gone[k] == 0) borders[kept++] = borders[k];
  borders.resize(kept);
  return borders;
}

}  // namespace libgrid
