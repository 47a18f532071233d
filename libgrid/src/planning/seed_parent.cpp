#include "seed_parent.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <queue>

#include "region_split.hpp"
#include "search_moves.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

class Seeding {
 public:
  Seeding(const PlanProblem& problem, std::vector<std::int32_t>& labels,
          std::vector<SeedReason>& reason, const RunControl& run)
      : p_{problem}, labels_{labels}, reason_{reason}, run_{run}, scale_{find_scale(problem)} {
    load_.assign(at(p_.grid_count), 0);
  }

  void run() {
    clean();
    keep_one_part();
    free_grids_for_islands();
    fill_empty_grids();
    grow();
    split_for_empty_grids();
  }

 private:
  [[nodiscard]] bool locked(std::int32_t b) const {
    return !p_.locked.empty() && p_.locked[at(b)] != 0;
  }

  [[nodiscard]] bool may(std::int32_t block, std::int32_t grid) const {
    if (locked(block)) return p_.reference[at(block)] == grid;
    for (const auto& term : p_.terms)
      if (term.kind == TermKind::assignment &&
          term.cost[at(block) * at(term.owners) + at(term.owner_of_grid[at(grid)])] == kForbidden)
        return false;
    return true;
  }

  void drop(std::int32_t block, SeedReason reason) {
    if (labels_[at(block)] >= 0) reason_[at(block)] = reason;
    labels_[at(block)] = -1;
  }

  void clean() {
    for (std::int32_t b = 0; b < p_.graph.block_count(); ++b) {
      auto& label = labels_[at(b)];
      if (label < -1 || label >= p_.grid_count) label = -1;
      if (locked(b) && label != p_.reference[at(b)]) {
        label = p_.reference[at(b)];
        reason_[at(b)] = SeedReason::misplaced;
      } else if (label >= 0 && !may(b, label)) {
        drop(b, SeedReason::misplaced);
      }
    }
    for (const auto& [a, b] : p_.keep_apart)
      if (labels_[at(a)] >= 0 && labels_[at(a)] == labels_[at(b)])
        drop(locked(b) ? a : b, SeedReason::misplaced);
    for (const auto& [a, b] : p_.keep_together)
      if (labels_[at(a)] != labels_[at(b)] && labels_[at(a)] >= 0 && labels_[at(b)] >= 0)
        drop(locked(b) ? a : b, SeedReason::misplaced);
  }

  /// Of each grid the part with locked blocks stays, else the heaviest.
  void keep_one_part() {
    const auto parts = find_parts(p_.graph, labels_);
    std::vector<double> weight(parts.grid_of.size(), 0);
    for (std::int32_t b = 0; b < p_.graph.block_count(); ++b)
      if (const auto part = parts.part[at(b)]; part >= 0)
        weight[at(part)] += scale_.weight[at(b)] + (locked(b) ? 1e15 : 0);
    std::vector<std::int32_t> best(at(p_.grid_count), -1);
    for (std::size_t part = 0; part < weight.size(); ++part) {
      auto& kept = best[at(parts.grid_of[part])];
      if (kept < 0 || weight[part] > weight[at(kept)]) kept = static_cast<std::int32_t>(part);
    }
    for (std::int32_t b = 0; b < p_.graph.block_count(); ++b) {
      const auto part = parts.part[at(b)];
      if (part >= 0 && best[at(parts.grid_of[at(part)])] != part && !locked(b))
        drop(b, SeedReason::reattached);
      if (labels_[at(b)] >= 0) load_[at(labels_[at(b)])] += scale_.weight[at(b)];
    }
  }

  /// Islands without a grid must have one: where no grid is empty, the lightest of those that have
  /// a neighbour are dissolved.
  void free_grids_for_islands() {
    std::size_t wanted = 0;
    for (const auto& r : free_regions()) wanted += r.lonely ? 1U : 0U;
    for (const auto load : load_) wanted -= wanted > 0 && load == 0 ? 1U : 0U;
    if (wanted == 0) return;
    const auto islands = find_parts(p_.graph);
    std::vector<std::int32_t> island(at(p_.grid_count), -1);
    std::vector<std::uint8_t> held(at(p_.grid_count), 0);
    for (std::int32_t b = 0; b < p_.graph.block_count(); ++b)
      if (const auto g = labels_[at(b)]; g >= 0) {
        island[at(g)] = islands.part[at(b)];
        if (locked(b)) held[at(g)] = 1;
      }
    std::vector<std::int32_t> grids(islands.grid_of.size(), 0);
    std::vector<std::int32_t> order;
    for (std::int32_t g = 0; g < p_.grid_count; ++g)
      if (island[at(g)] >= 0) ++grids[at(island[at(g)])], order.push_back(g);
    std::ranges::stable_sort(order, {}, [&](std::int32_t g) { return load_[at(g)]; });
    for (const auto g : order) {
      if (wanted == 0) return;
      if (held[at(g)] != 0 || grids[at(island[at(g)])] < 2) continue;
      --grids[at(island[at(g)])];
      --wanted;
      load_[at(g)] = 0;
      for (std::int32_t b = 0; b < p_.graph.block_count(); ++b)
        if (labels_[at(b)] == g) drop(b, SeedReason::reattached);
    }
  }

  /// Regions without a grid share the empty grids by weight; a region that touches no grid must
  /// have one.
  void fill_empty_grids() {
    std::vector<std::int32_t> empty;
    double wanted = 0;
    for (std::int32_t g = 0; g < p_.grid_count; ++g)
      if (load_[at(g)] == 0) empty.push_back(g), wanted += scale_.target[at(g)];
    if (empty.empty()) return;
    auto regions = free_regions();
    if (regions.empty()) return;
    double weight = 0;
    std::vector<std::size_t> order(regions.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (const auto& r : regions) weight += r.weight;
    // Lonely regions first, then the heaviest: each time a grid goes to who has least for its
    // weight.
    const auto worth = [&](const Region& r) {
      return r.weight / (static_cast<double>(r.grids) + 0.5) +
             (r.grids == 0 && r.lonely ? 1e15 : 0);
    };
    std::priority_queue<std::pair<double, std::int64_t>> next;
    for (std::size_t i = 0; i < regions.size(); ++i)
      next.emplace(worth(regions[i]), -static_cast<std::int64_t>(i));
    const bool all_free = empty.size() == at(p_.grid_count);
    const auto share = weight / static_cast<double>(empty.size());
    for (std::size_t given = 0; given < empty.size() && !next.empty();) {
      const auto i = static_cast<std::size_t>(-next.top().second);
      next.pop();
      auto& r = regions[i];
      if (r.grids >= r.blocks.size()) continue;
      // Beside existing grids a region takes a grid only when it can feed it by half.
      if (!all_free && !r.lonely && r.weight < 0.5 * share * static_cast<double>(r.grids + 1))
        continue;
      ++r.grids;
      ++given;
      next.emplace(worth(r), -static_cast<std::int64_t>(i));
    }
    std::vector<PlanRegion> split;
    std::size_t used = 0;
    for (auto& r : regions) {
      if (r.grids == 0) continue;
      split.push_back({std::move(r.blocks),
                       {empty.begin() + static_cast<long>(used),
                        empty.begin() + static_cast<long>(used + r.grids)}});
      used += r.grids;
    }
    split_and_note(std::move(split));
  }

  struct Region {
    std::vector<std::int32_t> blocks;
    double weight = 0;
    bool lonely = true;  ///< touches no block that has a grid
    std::size_t grids = 0;
  };

  [[nodiscard]] std::vector<Region> free_regions() const {
    std::vector<Region> regions;
    std::vector<std::uint8_t> seen(labels_.size(), 0);
    for (std::int32_t b = 0; b < p_.graph.block_count(); ++b) {
      if (labels_[at(b)] >= 0 || seen[at(b)] != 0) continue;
      auto& r = regions.emplace_back();
      r.blocks.push_back(b);
      seen[at(b)] = 1;
      for (std::size_t head = 0; head < r.blocks.size(); ++head) {
        r.weight += scale_.weight[at(r.blocks[head])];
        for (const auto& side : p_.graph.neighbours(r.blocks[head])) {
          if (labels_[at(side.block)] >= 0) {
            r.lonely = false;
          } else if (seen[at(side.block)] == 0) {
            seen[at(side.block)] = 1;
            r.blocks.push_back(side.block);
          }
        }
      }
    }
    return regions;
  }

  void split_and_note(std::vector<PlanRegion> regions) {
    std::vector<std::int32_t> touched;
    for (const auto& r : regions) touched.insert(touched.end(), r.blocks.begin(), r.blocks.end());
    split_regions(p_, scale_, std::move(regions), labels_, run_);
    for (const auto b : touched) load_[at(labels_[at(b)])] += scale_.weight[at(b)];
  }

  /// Blocks without a grid join a neighbouring one, those first that fill the emptiest grid.
  void grow() {
    using Entry = std::tuple<double, std::int32_t, std::int32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> next;
    const auto fill = [&](std::int32_t g) { return load_[at(g)] / scale_.target[at(g)]; };
    const auto offer = [&](std::int32_t block) {
      for (const auto& side : p_.graph.neighbours(block))
        if (labels_[at(side.block)] < 0 && may(side.block, labels_[at(block)]))
          next.emplace(fill(labels_[at(block)]), side.block, labels_[at(block)]);
    };
    for (std::int32_t b = 0; b < p_.graph.block_count(); ++b)
      if (labels_[at(b)] >= 0) offer(b);
    while (!next.empty()) {
      const auto [full, block, grid] = next.top();
      next.pop();
      if (labels_[at(block)] >= 0) continue;
      if (fill(grid) > full + 1e-9) {
        next.emplace(fill(grid), block, grid);
        continue;
      }
      const auto here = [&](const auto& pair) {
        return (pair.first == block && labels_[at(pair.second)] == grid) ||
               (pair.second == block && labels_[at(pair.first)] == grid);
      };
      if (!p_.keep_apart.empty() && std::ranges::any_of(p_.keep_apart, here)) continue;
      labels_[at(block)] = grid;
      load_[at(grid)] += scale_.weight[at(block)];
      offer(block);
    }
  }

  /// Grids that are still empty get half of the heaviest grid that has two blocks to share.
  void split_for_empty_grids() {
    for (std::int32_t g = 0; g < p_.grid_count; ++g) {
      if (load_[at(g)] > 0) continue;
      std::vector<std::int32_t> count(at(p_.grid_count), 0);
      std::vector<std::uint8_t> has_lock(at(p_.grid_count), 0);
      for (std::int32_t b = 0; b < p_.graph.block_count(); ++b)
        if (labels_[at(b)] >= 0) {
          ++count[at(labels_[at(b)])];
          if (locked(b)) has_lock[at(labels_[at(b)])] = 1;
        }
      std::int32_t from = -1;
      for (std::int32_t other = 0; other < p_.grid_count; ++other)
        if (count[at(other)] > 1 && has_lock[at(other)] == 0 &&
            (from < 0 || load_[at(other)] > load_[at(from)]))
          from = other;
      if (from < 0) return;
      PlanRegion region{{}, {from, g}};
      for (std::int32_t b = 0; b < p_.graph.block_count(); ++b)
        if (labels_[at(b)] == from) region.blocks.push_back(b);
      const auto blocks = region.blocks;
      load_[at(from)] = 0;
      split_and_note({std::move(region)});
      for (const auto b : blocks)
        if (labels_[at(b)] == g) reason_[at(b)] = SeedReason::split_off;
    }
  }

  const PlanProblem& p_;
  std::vector<std::int32_t>& labels_;
  std::vector<SeedReason>& reason_;
  const RunControl& run_;
  SplitScale scale_;
  std::vector<double> load_;
};

}  // namespace

std::vector<std::int32_t> seed_parent(std::shared_ptr<const PlanProblem> problem,
                                      std::vector<std::int32_t> labels, const SeedOptions& options,
                                      const RunControl& run, std::vector<SeedReason>& reason) {
  Seeding{*problem, labels, reason, run}.run();
  if (std::ranges::any_of(labels, [](std::int32_t label) { return label < 0; })) return labels;
  const auto before = labels;
  SearchMoves moves{problem, labels, Rng{options.seed}};
  if (moves.violation() > 0) {
    const auto blocks = static_cast<std::int64_t>(problem->graph.block_count());
    (void)moves.rebalance(options.effort > 0 ? options.effort : 200 * blocks);
    labels.assign(moves.state().grid_of().begin(), moves.state().grid_of().end());
  }
  for (std::size_t b = 0; b < labels.size(); ++b)
    if (labels[b] != before[b]) reason[b] = SeedReason::rebalanced;
  return labels;
}

}  // namespace libgrid
