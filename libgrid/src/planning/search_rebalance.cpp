// Limits mended by carrying weight along chains of neighbouring grids.

#include <algorithm>
#include <map>

#include "search_moves.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Grids farther away than this many steps are not asked for room.
constexpr std::size_t kFarthest = 4'096;

/// From `start`, the nearest grid that `suits`, as the chain of grids to it; empty: none.
template <class Suits>
std::vector<std::int32_t> nearest_grid(const PlanState& state, std::int32_t start,
                                       std::int64_t& effort, Suits suits) {
  const auto& graph = state.problem().graph;
  std::map<std::int32_t, std::int32_t> came_from{{start, -1}};
  std::vector<std::int32_t> queue{start};
  for (std::size_t head = 0; head < queue.size() && head < kFarthest; ++head) {
    const auto grid = queue[head];
    if (grid != start && suits(grid)) {
      std::vector<std::int32_t> chain;
      for (auto g = grid; g >= 0; g = came_from[g]) chain.push_back(g);
      std::ranges::reverse(chain);
      return chain;
    }
    for (const auto block : state.blocks_of(grid))
      for (const auto& side : graph.neighbours(block)) {
        const auto next = state.grid_of()[at(side.block)];
        if (next != grid && state.allowed(block, next) | state.allowed(side.block, grid))
          if (came_from.emplace(next, grid).second) queue.push_back(next);
      }
    effort += static_cast<std::int64_t>(state.blocks_of(grid).size());
  }
  return {};
}

}  // namespace

/// One block from each grid of the chain to the next, chosen so that the violation falls most
/// along the way; kept when it has fallen in the end.
bool SearchMoves::push_along(std::span<const std::int32_t> grids, std::size_t limit) {
  const auto& graph = state_.problem().graph;
  const auto& weight = state_.problem().limits[limit].weight;
  const auto begin = state_.log_size();
  const auto before = violation();
  // From the far end: room is made before it is used.
  for (std::size_t i = grids.size() - 1; i > 0; --i) {
    const auto from = grids[i - 1];
    const auto to = grids[i];
    std::int32_t best = -1;
    double best_price = 0;
    around_.clear();
    for (const auto block : state_.blocks_of(from)) {
      if (weight[at(block)] == 0 || !no_worse(block, to)) continue;
      if (std::ranges::none_of(graph.neighbours(block), [&](const BlockSide& side) {
            return state_.grid_of()[at(side.block)] == to;
          }))
        continue;
      around_.push_back(block);
    }
    std::ranges::sort(around_);
    // A hop on the way may leave its grid wanting: the next hop fills it again. Of blocks that cost
    // the same, the heaviest that fits carries most.
    for (const auto block : around_) {
      const auto cost =
          limit_price(block, to) - 1e-3 * static_cast<double>(weight[at(block)]) / unit_[limit];
      if ((best < 0 || cost < best_price) && state_.can_leave(block)) {
        best = block;
        best_price = cost;
      }
    }
    if (best < 0) break;
    state_.move(best, to);
    if (violation() < before - 1e-9) return true;
  }
  if (violation() < before - 1e-9) return true;
  state_.undo(begin);
  return false;
}

std::int64_t SearchMoves::rebalance(std::int64_t effort) {
  const auto& p = state_.problem();
  std::int64_t done = 0;
  for (bool again = true; again && done < effort && violation() > 0;) {
    again = false;
    for (std::size_t l = 0; l < p.limits.size(); ++l) {
      const auto& limit = p.limits[l];
      for (std::int32_t g = 0; g < p.grid_count && done < effort; ++g) {
        for (int tries = 0; tries < 1'000 && done < effort; ++tries) {
          const auto sum = state_.sum(l, g);
          std::vector<std::int32_t> chain;
          if (sum > limit.highest[at(g)]) {
            chain = nearest_grid(state_, g, done, [&](std::int32_t other) {
              return state_.sum(l, other) < limit.highest[at(other)];
            });
          } else if (sum < limit.lowest[at(g)]) {
            chain = nearest_grid(state_, g, done, [&](std::int32_t other) {
              return state_.sum(l, other) > limit.lowest[at(other)];
            });
            std::ranges::reverse(chain);
          }
          if (chain.size() < 2) break;
          ++done;
          if (!push_along(chain, l)) break;
          again = true;
        }
      }
    }
  }
  return done;
}

}  // namespace libgrid
