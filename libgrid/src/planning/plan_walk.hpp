#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "grid_kinds.hpp"
#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid::walk {

using Blocks = std::uint64_t;  // a set of blocks, one bit each
__extension__ typedef __int128 Wide;
inline constexpr auto kAny = std::numeric_limits<std::int64_t>::max();

inline std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }
constexpr Blocks bit(std::size_t i) { return Blocks{1} << i; }

template <class Use>
void each(Blocks set, Use use) {
  for (; set != 0; set &= set - 1) use(static_cast<std::size_t>(std::countr_zero(set)));
}

/// The problem with blocks renumbered breadth first, as sets.
struct Sets {
  std::vector<std::int32_t> block;   // by new number
  std::vector<std::int32_t> number;  // by block
  std::vector<Blocks> near;
  std::vector<Blocks> together;
  std::vector<Blocks> apart;
  std::vector<GridKind> kinds;
  std::vector<Blocks> allowed;  // by kind
  std::vector<Blocks> must;     // by kind: locked to it
};

/// Checks the problem; throws InvalidInput over 64 blocks.
[[nodiscard]] Sets read(const PlanProblem& problem);

/// Area and perimeter of the ground under a set of blocks.
[[nodiscard]] Extent measure_ground(const Ground& ground, const Sets& sets, Blocks set);

/// The walk over all plans. `leaf(grid_of)` is called with every plan, by new number; it returns
/// false to stop. `worth(values)` says whether a beginning may still lead to a plan that counts.
template <class Leaf, class Worth>
class Walk {
 public:
  Walk(const PlanProblem& problem, const Sets& sets, std::int64_t effort, const RunControl& run,
       Leaf leaf, Worth worth)
      : problem_{problem},
        s_{sets},
        effort_{effort},
        run_{run},
        leaf_{std::move(leaf)},
        worth_{std::move(worth)} {
    const auto n = s_.block.size();
    grid_of_.assign(n, -1);
    values_.assign(problem.terms.size(), 0);
    for (const auto& kind : s_.kinds) left_.push_back(kind.grids.size());
    grids_left_ = at(problem.grid_count);
    all_ = n == 64 ? ~Blocks{0} : bit(n) - 1;
    sums_.assign(problem.limits.size(), 0);
    // What an assignment term costs at least for a block, whichever grid takes it.
    for (const auto& term : problem.terms) {
      auto& least = least_.emplace_back(n, 0);
      if (term.kind != TermKind::assignment) continue;
      for (std::size_t i = 0; i < n; ++i) {
        std::int64_t best = kAny;
        for (std::size_t k = 0; k < s_.kinds.size(); ++k)
          if ((s_.allowed[k] & bit(i)) != 0) best = std::min(best, cost(term, i, k));
        least[i] = best == kAny ? 0 : best;
        values_[&term - problem.terms.data()] += least[i];
      }
    }
  }

  /// False when effort or the leaf ended the walk early.
  bool run() {
    run_.begin(effort_);
    fill(all_);
    return !stopped_;
  }
  [[nodiscard]] std::int64_t effort_done() const { return done_; }

 private:
  [[nodiscard]] std::int64_t cost(const PlanTerm& term, std::size_t i, std::size_t kind) const {
    const auto owner = term.owner_of_grid[at(s_.kinds[kind].grids.front())];
    return term.cost[at(s_.block[i]) * at(term.owners) + at(owner)];
  }
  [[nodiscard]] std::int64_t weight(std::size_t limit, Blocks set) const {
    std::int64_t sum = 0;
    each(set, [&](auto i) { sum += problem_.limits[limit].weight[at(s_.block[i])]; });
    return sum;
  }
  [[nodiscard]] Blocks reach(Blocks from, Blocks within) const {
    Blocks seen = from;
    for (Blocks fresh = from; fresh != 0;) {
      Blocks next = 0;
      each(fresh, [&](auto i) { next |= s_.near[i]; });
      fresh = next & within & ~seen;
      seen |= fresh;
    }
    return seen;
  }

  /// Gives the first block of `free` a grid of each kind in turn.
  void fill(Blocks free) {
    if (free == 0) {
      if (grids_left_ == 0 && !leaf_(grid_of_, values_)) stopped_ = true;
      return;
    }
    if (grids_left_ == 0 || !can_be_cut(free)) return;
    const auto root = static_cast<std::size_t>(std::countr_zero(free));
    for (std::size_t k = 0; k < s_.kinds.size() && !stopped_; ++k) {
      if (left_[k] == 0 || (s_.allowed[k] & bit(root)) == 0) continue;
      grow(k, free, 0, bit(root), free & s_.allowed[k] & ~bit(root));
    }
  }

  /// `set` is decided to be in the grid; `open` may still join; the rest of `free` is left out.
  /// `joined` are blocks whose weight is not counted yet.
  void grow(std::size_t k, Blocks free, Blocks set, Blocks joined, Blocks open) {
    if (++done_ > effort_) {
      stopped_ = true;
      return;
    }
    if ((done_ & 0xFFFF) == 0) run_.advance(0x10000);
    Blocks need = 0;
    Blocks never = 0;
    each(joined, [&](auto i) {
      need |= s_.together[i];
      never |= s_.apart[i];
    });
    set |= joined;
    open &= ~never;
    if ((need & ~(set | open)) != 0 || (never & set) != 0) return;
    // Weights of this branch; taken back on the way out.
    const auto grid = at(s_.kinds[k].grids.front());
    bool fits = true;
    for (std::size_t l = 0; l < sums_.size(); ++l) {
      sums_[l] += weight(l, joined);
      fits = fits && sums_[l] <= problem_.limits[l].highest[grid];
    }
    if (fits) branch(k, free, set, open);
    for (std::size_t l = 0; l < sums_.size(); ++l) sums_[l] -= weight(l, joined);
  }

  void branch(std::size_t k, Blocks free, Blocks set, Blocks open) {
    const auto could = reach(set, open);
    const auto grid = at(s_.kinds[k].grids.front());
    if ((s_.must[k] & ~could) != 0) return;
    for (std::size_t l = 0; l < sums_.size(); ++l)
      if (sums_[l] < problem_.limits[l].lowest[grid] &&
          sums_[l] + weight(l, could & ~set) < problem_.limits[l].lowest[grid])
        return;
    Blocks border = 0;
    each(set, [&](auto i) { border |= s_.near[i]; });
    border &= open;
    if (border == 0) {
      close(k, free, set);
      return;
    }
    const auto next = border & (~border + 1);
    grow(k, free, set, next, open & ~next);
    if (stopped_) return;
    // Left out, it must find a grid among what is not in this one.
    if (!is_too_light(reach(next, free & ~set))) grow(k, free, set, 0, open & ~next);
  }

  /// Whether no grid can be made of a piece, even of all of it.
  [[nodiscard]] bool is_too_light(Blocks piece) const {
    for (std::size_t l = 0; l < sums_.size(); ++l) {
      std::int64_t least = kAny;
      for (std::size_t k = 0; k < s_.kinds.size(); ++k)
        if (left_[k] > 0)
          least = std::min(least, problem_.limits[l].lowest[at(s_.kinds[k].grids.front())]);
      if (weight(l, piece) < least) return true;
    }
    return false;
  }

  /// Whether the pieces of `free` can have the grids that are left, by their numbers and weights.
  [[nodiscard]] bool can_be_cut(Blocks free) const {
    std::size_t fewest = 0;
    std::size_t most = 0;
    for (Blocks rest = free; rest != 0;) {
      const auto piece = reach(rest & (~rest + 1), rest);
      rest &= ~piece;
      std::size_t low = 1;
      std::size_t high = at(std::popcount(piece));
      for (std::size_t l = 0; l < sums_.size(); ++l) {
        std::int64_t lowest = kAny;
        std::int64_t highest = 0;
        for (std::size_t k = 0; k < s_.kinds.size(); ++k) {
          if (left_[k] == 0) continue;
          const auto grid = at(s_.kinds[k].grids.front());
          lowest = std::min(lowest, problem_.limits[l].lowest[grid]);
          highest = std::max(highest, problem_.limits[l].highest[grid]);
        }
        const auto w = weight(l, piece);
        if (w > 0 && highest <= 0) return false;
        if (w > 0) low = std::max(low, at((w - 1) / highest + 1));
        if (lowest > 0) high = std::min(high, at(w / lowest));
      }
      if (low > high) return false;
      fewest += low;
      most += high;
    }
    return fewest <= grids_left_ && grids_left_ <= most;
  }

  /// `set` is a whole grid of kind k: count it, and go on with the rest.
  void close(std::size_t k, Blocks free, Blocks set) {
    const auto grid = s_.kinds[k].grids[s_.kinds[k].grids.size() - left_[k]];
    const auto rest = free & ~set;
    if (problem_.max_moved >= 0) {
      std::int64_t moved = 0;
      each(set, [&](auto i) {
        const auto b = at(s_.block[i]);
        if (problem_.reference[b] >= 0 && problem_.reference[b] != grid)
          moved += problem_.moved_weight[b];
      });
      if (moved_ + moved > problem_.max_moved) return;
      moved_ += moved;
      close_counted(k, grid, set, rest);
      moved_ -= moved;
    } else {
      close_counted(k, grid, set, rest);
    }
  }

  void close_counted(std::size_t k, std::int32_t grid, Blocks set, Blocks rest) {
    const auto before = values_;
    for (std::size_t t = 0; t < values_.size(); ++t) add(t, k, grid, set, rest);
    if (worth_(values_)) {
      each(set, [&](auto i) { grid_of_[i] = grid; });
      --left_[k];
      --grids_left_;
      const auto sums = std::exchange(sums_, std::vector<std::int64_t>(sums_.size(), 0));
      fill(rest);
      sums_ = sums;
      ++left_[k];
      ++grids_left_;
    }
    values_ = before;
  }

  void add(std::size_t t, std::size_t k, std::int32_t grid, Blocks set, Blocks rest) {
    const auto& term = problem_.terms[t];
    auto& value = values_[t];
    switch (term.kind) {
      case TermKind::assignment:
        each(set, [&](auto i) { value += cost(term, i, k) - least_[t][i]; });
        break;
      case TermKind::cut:
        each(set, [&](auto i) {
          each(s_.near[i] & rest, [&](auto j) {
            value += term.length[at(problem_.graph.find_edge(s_.block[i], s_.block[j]))];
          });
        });
        break;
      case TermKind::inertia: {
        Wide w = 0, x = 0, y = 0, xx = 0;
        each(set, [&](auto i) {
          const auto b = at(s_.block[i]);
          const Wide own = term.weight[b];
          const Wide px = term.place[b].x_mm;
          const Wide py = term.place[b].y_mm;
          w += own;
          x += own * px;
          y += own * py;
          xx += own * (px * px + py * py);
        });
        if (w > 0) value += static_cast<std::int64_t>((xx - (x * x + y * y) / w) / 1'000'000);
        break;
      }
      case TermKind::balance: {
        std::int64_t w = 0;
        each(set, [&](auto i) { w += term.weight[at(s_.block[i])]; });
        const auto target = term.target[at(grid)];
        const Wide off = Wide{w < target ? target - w : w - target} * 1'000'000 / target;
        value = std::max(value, static_cast<std::int64_t>(off));
        break;
      }
      case TermKind::polsby_popper:
        value += lack_of_roundness(measure_ground(term.ground, s_, set));
        break;
    }
  }

  const PlanProblem& problem_;
  const Sets& s_;
  std::int64_t effort_;
  const RunControl& run_;
  Leaf leaf_;
  Worth worth_;
  Blocks all_ = 0;
  std::vector<std::int32_t> grid_of_;
  std::vector<std::int64_t> values_;
  std::vector<std::vector<std::int64_t>> least_;
  std::vector<std::size_t> left_;
  std::vector<std::int64_t> sums_;
  std::size_t grids_left_ = 0;
  std::int64_t moved_ = 0;
  std::int64_t done_ = 0;
  bool stopped_ = false;
};

}  // namespace libgrid::walk
