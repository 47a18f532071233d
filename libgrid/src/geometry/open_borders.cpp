#include "open_borders.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "libgrid/base/parallel.hpp"
#include "libgrid/geometry/spatial_index.hpp"
#include "ring.hpp"

namespace libgrid {
namespace {

using Users = std::vector<std::pair<Point, std::int32_t>>;  // vertex and a polygon that has it

bool uses(const Users& users, Point p, std::int32_t polygon) {
  return std::binary_search(users.begin(), users.end(), std::pair{p, polygon});
}

/// The lowest polygon that has `p`, when none has `q` as well; -1 otherwise: a narrow end of a
/// polygon keeps two places apart on purpose.
std::int32_t user_of_one(const Users& users, Point p, Point q) {
  const auto first = std::lower_bound(users.begin(), users.end(), std::pair{p, INT32_MIN});
  for (auto it = first; it != users.end() && it->first == p; ++it)
    if (uses(users, q, it->second)) return -1;
  return first->second;
}

}  // namespace

std::vector<NearVertex> find_near_vertices(std::span<const NodedEdge> edges, Metres near,
                                           const RunControl& run) {
  const double reach = near.count() * 1e3;
  std::vector<Segment> open;
  std::vector<std::vector<std::int32_t>> owners;
  Users users;
  std::vector<Point> vertices;
  for_each_run(edges, [&](std::span<const NodedEdge> same) {
    int net = 0;
    for (const auto& e : same) {
      net += e.left ? 1 : -1;
      users.emplace_back(e.a, e.polygon);
      users.emplace_back(e.b, e.polygon);
    }
    if (net == 0) return;
    open.push_back({same.front().a, same.front().b, static_cast<std::int32_t>(open.size())});
    owners.emplace_back();
    for (const auto& e : same) owners.back().push_back(e.polygon);
    vertices.push_back(same.front().a);
    vertices.push_back(same.front().b);
  });
  if (open.empty()) return {};
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  std::sort(vertices.begin(), vertices.end());
  vertices.erase(std::unique(vertices.begin(), vertices.end()), vertices.end());
  const SegmentIndex index{open};
  const auto margin = static_cast<std::int32_t>(std::ceil(reach));

  const auto nearest_of = [&](Point v, NearVertex& best) {
    const Box box{{v.x_mm - margin, v.y_mm - margin}, {v.x_mm + margin, v.y_mm + margin}};
    bool found = false;
    const auto offer = [&](const NearVertex& n) {
      if (found && std::tie(best.distance_mm, best.a, best.b) <= std::tie(n.distance_mm, n.a, n.b))
        return;
      best = n;
      found = true;
    };
    for (const auto row : index.within(box)) {
      const auto& s = open[static_cast<std::size_t>(row)];
      if (s.a == v || s.b == v) continue;
      bool end_is_near = false;
      for (const auto end : {s.a, s.b}) {
        const auto distance = length_mm(v, end);
        if (distance > reach) continue;
        end_is_near = true;
        const auto owner = user_of_one(users, v, end);
        const auto other = user_of_one(users, end, v);
        if (owner >= 0 && other >= 0) offer({v, end, end, owner, other, distance});
      }
      if (end_is_near) continue;
      const double dx = static_cast<double>(s.b.x_mm) - s.a.x_mm;
      const double dy = static_cast<double>(s.b.y_mm) - s.a.y_mm;
      const double t = ((static_cast<double>(v.x_mm) - s.a.x_mm) * dx +
                        (static_cast<double>(v.y_mm) - s.a.y_mm) * dy) /
                       (dx * dx + dy * dy);
      if (t <= 0.0 || t >= 1.0) continue;
      const double distance =
          std::abs(static_cast<double>(orientation(s.a, s.b, v))) / length_mm(s.a, s.b);
      if (distance > reach) continue;
      for (const auto other : owners[static_cast<std::size_t>(row)]) {
        if (uses(users, v, other)) continue;
        auto it = std::lower_bound(users.begin(), users.end(), std::pair{v, INT32_MIN});
        offer({v, s.a, s.b, it->second, other, distance});
        break;
      }
    }
    return found;
  };

  constexpr std::int64_t kGrain = 1'024;
  std::vector<std::vector<NearVertex>> parts(
      static_cast<std::size_t>(chunk_count(std::ssize(vertices), kGrain)));
  for_each_chunk(std::ssize(vertices), kGrain, {.stop = run.stop, .threads = run.threads},
                 [&](Chunk chunk) {
                   NearVertex best{};
                   for (auto k = chunk.begin; k < chunk.end; ++k)
                     if (nearest_of(vertices[static_cast<std::size_t>(k)], best))
                       parts[static_cast<std::size_t>(chunk.index)].push_back(best);
                 });
  std::vector<NearVertex> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end(), [](const NearVertex& l, const NearVertex& r) {
    return std::tie(l.distance_mm, l.vertex) < std::tie(r.distance_mm, r.vertex);
  });
  return all;
}

bool snap_near(std::vector<NodedEdge>& edges, Metres near, const RunControl& run) {
  const auto found = find_near_vertices(edges, near, run);
  if (found.empty()) return false;
  std::map<Point, std::int64_t> users;
  for (const auto& n : found) users[n.vertex] = users[n.a] = users[n.b] = 0;
  for (const auto& e : edges)
    for (const auto end : {e.a, e.b})
      if (const auto it = users.find(end); it != users.end()) ++it->second;

  std::map<Point, Point> moved;
  std::map<Point, bool> anchor;
  std::map<std::pair<Point, Point>, std::vector<Point>> inserted;
  for (const auto& n : found) {
    if (moved.contains(n.vertex)) continue;
    if (n.a != n.b) {  // the border bends to the vertex
      if (moved.contains(n.a) || moved.contains(n.b)) continue;
      inserted[{n.a, n.b}].push_back(n.vertex);
      anchor[n.vertex] = anchor[n.a] = anchor[n.b] = true;
      continue;
    }
    if (moved.contains(n.a)) continue;
    // The busier junction stays, then the one further west.
    auto stays = std::tuple{-users[n.vertex], n.vertex};
    auto goes = std::tuple{-users[n.a], n.a};
    if (goes < stays) std::swap(stays, goes);
    if (anchor.contains(std::get<1>(goes))) std::swap(stays, goes);
    if (anchor.contains(std::get<1>(goes))) continue;
    moved[std::get<1>(goes)] = std::get<1>(stays);
    anchor[std::get<1>(stays)] = true;
  }
  const auto place = [&](Point p) {
    const auto it = moved.find(p);
    return it == moved.end() ? p : it->second;
  };
  std::vector<NodedEdge> out;
  out.reserve(edges.size());
  for (const auto& e : edges) {
    std::vector<Point> chain{place(e.a)};
    if (const auto it = inserted.find({e.a, e.b}); it != inserted.end()) {
      auto inside = it->second;
      const auto along = [&](Point p) {
        return (std::int64_t{p.x_mm} - e.a.x_mm) * (std::int64_t{e.b.x_mm} - e.a.x_mm) +
               (std::int64_t{p.y_mm} - e.a.y_mm) * (std::int64_t{e.b.y_mm} - e.a.y_mm);
      };
      std::sort(inside.begin(), inside.end(), [&](Point l, Point r) {
        return std::pair{along(l), l} < std::pair{along(r), r};
      });
      chain.insert(chain.end(), inside.begin(), inside.end());
    }
    chain.push_back(place(e.b));
    for (std::size_t k = 1; k < chain.size(); ++k) {
      if (chain[k - 1] == chain[k]) continue;
      const bool forward = chain[k - 1] < chain[k];
      out.push_back({forward ? chain[k - 1] : chain[k], forward ? chain[k] : chain[k - 1],
                     e.polygon, e.left == forward});
    }
  }
  edges = std::move(out);
  return true;
}

}  // namespace libgrid
