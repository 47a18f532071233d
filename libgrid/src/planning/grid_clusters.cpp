#include "grid_clusters.hpp"

#include <algorithm>
#include <numeric>

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

template <class T>
std::vector<T> choose(const std::vector<T>& column, std::span<const std::int32_t> rows) {
  std::vector<T> chosen;
  chosen.reserve(rows.size());
  for (const auto row : rows) chosen.push_back(column[at(row)]);
  return chosen;
}

/// Which grids are neighbours, as rows: those of grid g are head[first[g]] … head[first[g + 1] -
/// 1].
struct GridNeighbours {
  std::vector<std::size_t> first;
  std::vector<std::int32_t> head;
};

GridNeighbours find_neighbours(const PlanProblem& p, std::span<const std::int32_t> grid_of) {
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
  for (std::size_t e = 0; e < p.graph.a().size(); ++e) {
    const auto a = grid_of[at(p.graph.a()[e])];
    const auto b = grid_of[at(p.graph.b()[e])];
    if (a == b) continue;
    pairs.emplace_back(a, b);
    pairs.emplace_back(b, a);
  }
  std::ranges::sort(pairs);
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  GridNeighbours rows{std::vector<std::size_t>(at(p.grid_count) + 1, 0), {}};
  rows.head.reserve(pairs.size());
  for (const auto& [a, b] : pairs) {
    ++rows.first[at(a) + 1];
    rows.head.push_back(b);
  }
  std::partial_sum(rows.first.begin(), rows.first.end(), rows.first.begin());
  return rows;
}

}  // namespace

GridClusters::GridClusters(const PlanProblem& problem, std::span<const std::int32_t> grid_of,
                           const ClusterSize& size, Rng& rng)
    : problem_{problem},
      grid_of_{grid_of},
      cluster_of_(at(problem.grid_count), -1),
      place_of_grid_(at(problem.grid_count), -1),
      place_(grid_of.size(), -1) {
  grow(size, rng);
  for (auto& grids : grids_) {
    std::ranges::sort(grids);
    for (std::size_t i = 0; i < grids.size(); ++i)
      place_of_grid_[at(grids[i])] = static_cast<std::int32_t>(i);
  }
  blocks_.resize(grids_.size());
  for (std::size_t b = 0; b < grid_of.size(); ++b) {
    auto& blocks = blocks_[at(cluster_of_[at(grid_of[b])])];
    place_[b] = static_cast<std::int32_t>(blocks.size());
    blocks.push_back(static_cast<std::int32_t>(b));
  }
  if (problem.max_moved < 0 || problem.reference.empty()) return;
  slack_ = problem.max_moved;
  for (std::size_t b = 0; b < grid_of.size(); ++b) {
    movable_ += static_cast<long double>(problem.moved_weight[b]);
    if (problem.reference[b] >= 0 && problem.reference[b] != grid_of[b])
      slack_ -= problem.moved_weight[b];
  }
}

void GridClusters::grow(const ClusterSize& size, Rng& rng) {
  const auto neighbours = find_neighbours(problem_, grid_of_);
  std::vector<std::int64_t> weight(at(problem_.grid_count), 0);
  for (const auto grid : grid_of_) ++weight[at(grid)];
  std::vector<std::int32_t> order(at(problem_.grid_count));
  std::iota(order.begin(), order.end(), 0);
  for (auto i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.below(i)]);
  std::vector<std::int32_t> queue;
  for (const auto start : order) {
    if (cluster_of_[at(start)] >= 0) continue;
    const auto id = static_cast<std::int32_t>(grids_.size());
    auto blocks = weight[at(start)];
    cluster_of_[at(start)] = id;
    queue.assign(1, start);
    for (std::size_t head = 0; head < queue.size(); ++head)
      for (auto i = neighbours.first[at(queue[head])]; i < neighbours.first[at(queue[head]) + 1];
           ++i) {
        const auto next = neighbours.head[i];
        if (cluster_of_[at(next)] >= 0 || queue.size() >= at(size.grids)) continue;
        if (queue.size() > 1 && blocks + weight[at(next)] > size.blocks) continue;
        blocks += weight[at(next)];
        cluster_of_[at(next)] = id;
        queue.push_back(next);
      }
    const auto first = neighbours.first[at(start)];
    if (queue.size() == 1 && first < neighbours.first[at(start) + 1]) {
      // All its neighbours are taken: it joins the first one's cluster.
      const auto host = cluster_of_[at(neighbours.head[first])];
      cluster_of_[at(start)] = host;
      grids_[at(host)].push_back(start);
    } else {
      grids_.push_back(queue);
    }
  }
}

std::vector<std::int32_t> GridClusters::labels(std::size_t cluster) const {
  std::vector<std::int32_t> local;
  local.reserve(blocks_[cluster].size());
  for (const auto block : blocks_[cluster])
    local.push_back(place_of_grid_[at(grid_of_[at(block)])]);
  return local;
}

PlanTerm GridClusters::term_of(const PlanTerm& term, std::size_t cluster,
                               std::span<const std::int32_t> edges) const {
  const auto& blocks = blocks_[cluster];
  const auto& grids = grids_[cluster];
  PlanTerm local{.name = term.name, .kind = term.kind, .factor = term.factor};
  switch (term.kind) {
    case TermKind::assignment: {
      // Only the owners of these grids, numbered anew: a row of costs may be long.
      auto owners = choose(term.owner_of_grid, grids);
      std::ranges::sort(owners);
      owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
      for (const auto grid : grids)
        local.owner_of_grid.push_back(static_cast<std::int32_t>(
            std::ranges::lower_bound(owners, term.owner_of_grid[at(grid)]) - owners.begin()));
      local.owners = static_cast<std::int32_t>(owners.size());
      local.cost.reserve(blocks.size() * owners.size());
      for (const auto block : blocks)
        for (const auto owner : owners)
          local.cost.push_back(term.cost[at(block) * at(term.owners) + at(owner)]);
      break;
    }
    case TermKind::cut:
      local.length = choose(term.length, edges);
      break;
    case TermKind::inertia:
      local.weight = choose(term.weight, blocks);
      if (term.moments.empty())
        local.place = choose(term.place, blocks);
      else
        local.moments = choose(term.moments, blocks);
      break;
    case TermKind::balance:
      local.weight = choose(term.weight, blocks);
      local.target = choose(term.target, grids);
      break;
    case TermKind::polsby_popper: {
      std::vector<std::int32_t> unit_of(place_.size(), -1);
      for (std::size_t i = 0; i < blocks.size(); ++i)
        unit_of[at(blocks[i])] = static_cast<std::int32_t>(i);
      local.ground = group_ground(term.ground, unit_of, static_cast<std::int32_t>(blocks.size()));
      break;
    }
  }
  return local;
}

void GridClusters::copy_today(std::size_t cluster, PlanProblem& local) const {
  const auto& p = problem_;
  const auto& blocks = blocks_[cluster];
  if (!p.moved_weight.empty()) local.moved_weight = choose(p.moved_weight, blocks);
  if (!p.locked.empty()) local.locked = choose(p.locked, blocks);
  std::int64_t moved = 0;
  long double movable = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto today = p.reference[at(blocks[i])];
    const bool here = today >= 0 && cluster_of_[at(today)] == static_cast<std::int32_t>(cluster);
    // What was in a grid of another cluster has moved wherever it goes within this one.
    local.reference.push_back(here ? place_of_grid_[at(today)] : -1);
    if (!here && !local.locked.empty()) local.locked[i] = 0;
    if (p.max_moved < 0) continue;
    movable += static_cast<long double>(p.moved_weight[at(blocks[i])]);
    if (here && today != grid_of_[at(blocks[i])]) moved += p.moved_weight[at(blocks[i])];
  }
  if (p.max_moved < 0) return;
  const auto share = movable_ > 0 ? static_cast<long double>(slack_) * movable / movable_ : 0;
  local.max_moved = std::max<std::int64_t>(0, moved + static_cast<std::int64_t>(share));
}

std::shared_ptr<const PlanProblem> GridClusters::cut_out(std::size_t cluster) const {
  const auto& p = problem_;
  const auto& blocks = blocks_[cluster];
  std::vector<std::int32_t> a, b, edges;
  std::vector<std::int64_t> border;
  for (std::size_t i = 0; i < blocks.size(); ++i)
    for (const auto& side : p.graph.neighbours(blocks[i])) {
      if (side.block < blocks[i] ||
          cluster_of_block(side.block) != static_cast<std::int32_t>(cluster))
        continue;
      a.push_back(static_cast<std::int32_t>(i));
      b.push_back(place_[at(side.block)]);
      border.push_back(p.graph.border_mm()[at(side.edge)]);
      edges.push_back(side.edge);
    }
  PlanProblem local{
      .graph = {static_cast<std::int32_t>(blocks.size()), {.a = a, .b = b, .border_mm = border}},
      .grid_count = static_cast<std::int32_t>(grids_[cluster].size())};
  for (const auto& limit : p.limits)
    local.limits.push_back({limit.name, choose(limit.weight, blocks),
                            choose(limit.lowest, grids_[cluster]),
                            choose(limit.highest, grids_[cluster])});
  for (const auto& term : p.terms) local.terms.push_back(term_of(term, cluster, edges));
  local.weighted = p.weighted;
  for (const auto* pairs : {&p.keep_together, &p.keep_apart})
    for (const auto& [one, other] : *pairs) {
      if (cluster_of_block(one) != static_cast<std::int32_t>(cluster) ||
          cluster_of_block(other) != static_cast<std::int32_t>(cluster))
        continue;
      auto& out = pairs == &p.keep_together ? local.keep_together : local.keep_apart;
      out.emplace_back(place_[at(one)], place_[at(other)]);
    }
  if (!p.reference.empty()) copy_today(cluster, local);
  return std::make_shared<const PlanProblem>(std::move(local));
}

}  // namespace libgrid
