#include "libgrid/planning/find_obstacles.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "grid_kinds.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// The map in pieces that no grid can cross: connected blocks of one parent.
struct Pieces {
  std::vector<std::int32_t> of_block;
  std::vector<std::int32_t> parent;  // by piece
  std::vector<std::int32_t> lowest;  // block
  std::vector<std::int64_t> size;
};

class Checks {
 public:
  explicit Checks(const PlanProblem& problem)
      : problem_{problem}, kinds_{find_grid_kinds(problem)}, root_{find_together(problem)} {
    std::map<std::int32_t, std::int32_t> label_of;  // parents may have any number, parts may not
    std::vector<std::int32_t> label;
    for (const auto parent : problem.parent_of_block)
      label.push_back(
          label_of.try_emplace(parent, static_cast<std::int32_t>(label_of.size())).first->second);
    const auto parts = find_parts(problem.graph, label);
    pieces_.of_block = parts.part;
    pieces_.parent.assign(parts.grid_of.size(), -1);
    pieces_.lowest.assign(parts.grid_of.size(), -1);
    pieces_.size.assign(parts.grid_of.size(), 0);
    for (const auto& limit : problem.limits) {
      auto& group = group_weight_.emplace_back(root_.size(), 0);
      auto& piece = piece_weight_.emplace_back(pieces_.size.size(), 0);
      for (std::size_t b = 0; b < root_.size(); ++b) {
        group[at(root_[b])] += limit.weight[b];
        piece[at(parts.part[b])] += limit.weight[b];
      }
    }
    for (std::int32_t b = problem.graph.block_count() - 1; b >= 0; --b) {
      const auto piece = at(parts.part[at(b)]);
      pieces_.lowest[piece] = b;
      ++pieces_.size[piece];
      pieces_.parent[piece] = parent_of(b);
    }
  }

  std::vector<Obstacle> run() {
    check_blocks();
    check_locks();
    check_together();
    check_moves();
    check_parents();
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::int32_t parent_of(std::int32_t block) const {
    return problem_.parent_of_block.empty() ? -1 : problem_.parent_of_block[at(block)];
  }
  [[nodiscard]] std::int32_t parent_of_grid(std::int32_t grid) const {
    return problem_.parent_of_grid.empty() ? -1 : problem_.parent_of_grid[at(grid)];
  }

  /// Each block, with what must stay with it, against the widest grid that may hold it.
  void check_blocks() {
    for (std::int32_t b = 0; b < problem_.graph.block_count(); ++b) {
      bool home = false;
      for (const auto& kind : kinds_) home = home || may_hold(problem_, kind.grids.front(), b);
      if (!home)
        found_.push_back({.kind = ObstacleKind::homeless, .parent = parent_of(b), .block = b});
      else if (root_[at(b)] == b)
        check_weight(b);
    }
  }

  void check_weight(std::int32_t b) {
    for (std::size_t l = 0; l < problem_.limits.size(); ++l) {
      const auto& limit = problem_.limits[l];
      const auto weight = group_weight_[l][at(b)];
      std::int64_t room = -1;
      for (const auto& kind : kinds_)
        if (may_hold(problem_, kind.grids.front(), b))
          room = std::max(room, limit.highest[at(kind.grids.front())]);
      if (weight > room)
        found_.push_back({.kind = ObstacleKind::heavy,
                          .parent = parent_of(b),
                          .block = b,
                          .limit = static_cast<std::int32_t>(l),
                          .value = weight,
                          .allowed = room,
                          .highest = weight});
    }
  }

  void check_locks() {
    if (problem_.locked.empty()) return;
    std::vector<std::int32_t> first(at(problem_.grid_count), -1);
    for (std::int32_t b = 0; b < problem_.graph.block_count(); ++b) {
      if (problem_.locked[at(b)] == 0) continue;
      const auto grid = problem_.reference[at(b)];
      auto& start = first[at(grid)];
      if (start < 0) start = b;
      if (pieces_.of_block[at(start)] != pieces_.of_block[at(b)])
        found_.push_back({.kind = ObstacleKind::locked_apart,
                          .parent = parent_of(b),
                          .block = start,
                          .other = b,
                          .grid = grid});
    }
    for (std::size_t l = 0; l < problem_.limits.size(); ++l) {
      const auto& limit = problem_.limits[l];
      std::vector<std::int64_t> held(at(problem_.grid_count), 0);
      for (std::size_t b = 0; b < problem_.locked.size(); ++b)
        if (problem_.locked[b] != 0) held[at(problem_.reference[b])] += limit.weight[b];
      for (std::int32_t g = 0; g < problem_.grid_count; ++g)
        if (held[at(g)] > limit.highest[at(g)])
          found_.push_back({.kind = ObstacleKind::locked_heavy,
                            .parent = parent_of_grid(g),
                            .grid = g,
                            .limit = static_cast<std::int32_t>(l),
                            .value = held[at(g)],
                            .allowed = limit.highest[at(g)],
                            .highest = held[at(g)]});
    }
  }

  void check_together() {
    for (std::int32_t b = 0; b < problem_.graph.block_count(); ++b)
      if (const auto root = root_[at(b)]; pieces_.of_block[at(b)] != pieces_.of_block[at(root)])
        found_.push_back({.kind = ObstacleKind::together_apart,
                          .parent = parent_of(b),
                          .block = root,
                          .other = b});
  }

  void check_moves() {
    if (problem_.max_moved < 0) return;
    std::int64_t forced = 0;
    for (std::int32_t b = 0; b < problem_.graph.block_count(); ++b)
      if (const auto today = problem_.reference[at(b)]; today >= 0 && !may_hold(problem_, today, b))
        forced += problem_.moved_weight[at(b)];
    if (forced > problem_.max_moved)
      found_.push_back({.kind = ObstacleKind::moved,
                        .value = forced,
                        .allowed = problem_.max_moved,
                        .highest = forced});
  }

  void check_parents() {
    std::map<std::int32_t, std::vector<std::int32_t>> grids;
    std::map<std::int32_t, std::vector<std::size_t>> pieces;
    for (std::int32_t g = 0; g < problem_.grid_count; ++g) grids[parent_of_grid(g)].push_back(g);
    for (std::size_t p = 0; p < pieces_.parent.size(); ++p) {
      pieces[pieces_.parent[p]].push_back(p);
      grids[pieces_.parent[p]];
    }
    for (const auto& [parent, own] : grids) {
      std::int64_t blocks = 0;
      for (const auto p : pieces[parent]) blocks += pieces_.size[p];
      const auto count = static_cast<std::int64_t>(own.size());
      const auto least = static_cast<std::int64_t>(pieces[parent].size());
      if (count > blocks || count < least) {
        const auto lowest = pieces[parent].empty() ? -1 : pieces_.lowest[pieces[parent].front()];
        found_.push_back({.kind = ObstacleKind::few_blocks,
                          .parent = parent,
                          .block = lowest,
                          .value = count,
                          .allowed = blocks,
                          .fewest = least,
                          .most = blocks});
        continue;
      }
      for (std::size_t l = 0; l < problem_.limits.size(); ++l)
        check_totals(parent, own, pieces[parent], l);
    }
  }

  /// Whether some numbers of grids fit all pieces of a parent and add up to what there are. The
  /// widest limits of the parent's grids stand for all of them.
  void check_totals(std::int32_t parent, const std::vector<std::int32_t>& grids,
                    const std::vector<std::size_t>& pieces, std::size_t l) {
    const auto& limit = problem_.limits[l];
    std::int64_t low = std::numeric_limits<std::int64_t>::max();
    std::int64_t high = 0;
    for (const auto g : grids) {
      low = std::min(low, limit.lowest[at(g)]);
      high = std::max(high, limit.highest[at(g)]);
    }
    low = std::max<std::int64_t>(low, 0);
    std::int64_t fewest = 0;
    std::int64_t most = 0;
    bool each = true;
    for (const auto p : pieces) {
      const auto total = piece_weight_[l][p];
      auto few = total == 0 ? 1 : high == 0 ? pieces_.size[p] + 1 : (total - 1) / high + 1;
      few = std::max<std::int64_t>(few, 1);
      const auto many = std::min(pieces_.size[p], low == 0 ? pieces_.size[p] : total / low);
      fewest += few;
      most += many;
      if (few <= many) continue;
      each = false;
      // With one grid more the smallest share falls to total ÷ few, with one less the largest
      // rises.
      Obstacle obstacle{.kind = ObstacleKind::piece_total,
                        .parent = parent,
                        .block = pieces_.lowest[p],
                        .limit = static_cast<std::int32_t>(l),
                        .value = total};
      if (few <= pieces_.size[p]) obstacle.lowest = total / few;
      const auto fewer = std::max<std::int64_t>(many, 1);
      obstacle.highest = (total + fewer - 1) / fewer;
      found_.push_back(obstacle);
    }
    const auto count = static_cast<std::int64_t>(grids.size());
    if (each && (count < fewest || count > most))
      found_.push_back({.kind = ObstacleKind::grid_count,
                        .parent = parent,
                        .limit = static_cast<std::int32_t>(l),
                        .value = count,
                        .fewest = fewest,
                        .most = most});
  }

  const PlanProblem& problem_;
  std::vector<GridKind> kinds_;
  std::vector<std::int32_t> root_;
  Pieces pieces_;
  std::vector<std::vector<std::int64_t>> group_weight_;  // by limit and root
  std::vector<std::vector<std::int64_t>> piece_weight_;  // by limit and piece
  std::vector<Obstacle> found_;
};

}  // namespace

std::vector<Obstacle> find_obstacles(const PlanProblem& problem) {
  check_problem(problem);
  return Checks{problem}.run();
}

}  // namespace libgrid
