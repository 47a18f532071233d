#include "libgrid/planning/grid_pool.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "grid_kinds.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

__extension__ typedef __int128 Wide;

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

class Growth {
 public:
  Growth(const PlanProblem& problem, const GridPoolOptions& options, const RunControl& run)
      : problem_{problem}, options_{options}, run_{run} {
    const auto n = at(problem.graph.block_count());
    const auto kinds = find_grid_kinds(problem);
    root_of_ = find_together(problem);
    together_.assign(n, 0);
    for (const auto root : root_of_) ++together_[at(root)];
    held_.assign(n, 0);
    apart_.assign(n, {});
    for (const auto& [a, b] : problem.keep_apart) {
      apart_[at(a)].push_back(b);
      apart_[at(b)].push_back(a);
    }
    for (const auto& kind : kinds) {
      pool_.kinds.push_back(kind.grids);
      auto& barred = barred_.emplace_back(n, 0);
      auto& must = must_.emplace_back(n, 0);
      for (std::size_t b = 0; b < n; ++b) {
        barred[b] = !may_hold(problem, kind.grids.front(), static_cast<std::int32_t>(b));
        must[b] = !problem.locked.empty() && problem.locked[b] != 0 &&
                  problem.reference[b] == kind.grids.front();
        must_count_.resize(must_.size(), 0);
        must_count_.back() += must[b];
      }
    }
    bars_.assign(kinds.size(), 0);
    musts_.assign(kinds.size(), 0);
    for (const auto& limit : problem.limits) highest_.push_back(std::ranges::max(limit.highest));
    sums_.assign(problem.limits.size(), 0);
    require(options.at_most.empty() || options.at_most.size() == problem.terms.size(),
            [] { return std::string{"grid pool: at_most must have one entry a term"}; });
    for (std::size_t t = 0; t < options.at_most.size(); ++t)
      if (options.at_most[t] >= 0 && problem.terms[t].kind == TermKind::inertia)
        capped_.push_back({.term = &problem.terms[t], .at_most = options.at_most[t]});
    state_.assign(n, State::away);
  }

  GridPool grow() {
    run_.begin(problem_.graph.block_count());
    for (std::int32_t root = 0; root < problem_.graph.block_count() && !stopped_; ++root) {
      root_ = root;
      state_[at(root)] = State::near;
      enter(root, 0);
      state_[at(root)] = State::away;
      run_.advance();
    }
    pool_.complete = !stopped_;
    pool_.effort_done = done_;
    return std::move(pool_);
  }

 private:
  enum class State : std::uint8_t { away, near, in };

  /// The set's inertia while it grows. It never falls when a block joins, so that a set above the
  /// cap has none below it further on.
  struct CappedInertia {
    const PlanTerm* term;
    std::int64_t at_most;
    Wide w = 0, x = 0, y = 0, xx = 0;

    bool add(std::int32_t block, int sign) {
      const Wide own = sign * term->weight[at(block)];
      const Wide px = term->place[at(block)].x_mm;
      const Wide py = term->place[at(block)].y_mm;
      w += own;
      x += own * px;
      y += own * py;
      xx += own * (px * px + py * py);
      return w == 0 || (xx - (x * x + y * y) / w) / 1'000'000 <= at_most;
    }
  };

  /// Adds `block`, which is near the set (or its root), and all sets above; then takes it back.
  /// `open_[from …]` is what may join after it.
  void enter(std::int32_t block, std::size_t from) {
    if (++done_ > options_.effort) {
      stopped_ = true;
      return;
    }
    if ((done_ & 0xFFFF) == 0) run_.advance(0);
    const auto b = at(block);
    for (const auto other : apart_[b])
      if (state_[at(other)] == State::in) return;
    bool fits = true;
    for (std::size_t l = 0; l < sums_.size(); ++l) {
      sums_[l] += problem_.limits[l].weight[b];
      fits = fits && sums_[l] <= highest_[l];
    }
    bool some_kind = false;
    for (std::size_t k = 0; k < bars_.size(); ++k) {
      bars_[k] += barred_[k][b];
      musts_[k] += must_[k][b];
      some_kind = some_kind || bars_[k] == 0;
    }
    for (auto& capped : capped_) fits = capped.add(block, 1) && fits;
    if (fits && some_kind) {
      state_[b] = State::in;
      set_.push_back(block);
      incomplete_ += held_[at(root_of_[b])]++ == 0 ? together_[at(root_of_[b])] - 1 : -1;
      if (incomplete_ == 0) offer();
      grow_from(block, from);
      incomplete_ -= --held_[at(root_of_[b])] == 0 ? together_[at(root_of_[b])] - 1 : -1;
      set_.pop_back();
      state_[b] = State::near;
    }
    for (std::size_t k = 0; k < bars_.size(); ++k) {
      bars_[k] -= barred_[k][b];
      musts_[k] -= must_[k][b];
    }
    for (std::size_t l = 0; l < sums_.size(); ++l) sums_[l] -= problem_.limits[l].weight[b];
    for (auto& capped : capped_) (void)capped.add(block, -1);
  }

  void grow_from(std::int32_t block, std::size_t from) {
    const auto begin = open_.size();
    const auto known = fresh_.size();
    for (auto i = from; i < begin; ++i) open_.push_back(std::int32_t{open_[i]});
    for (const auto& side : problem_.graph.neighbours(block))
      if (side.block > root_ && state_[at(side.block)] == State::away) {
        state_[at(side.block)] = State::near;
        open_.push_back(side.block);
        fresh_.push_back(side.block);
      }
    while (open_.size() > begin && !stopped_) {
      const auto other = open_.back();
      open_.pop_back();
      enter(other, begin);
    }
    open_.resize(begin);
    for (; fresh_.size() > known; fresh_.pop_back()) state_[at(fresh_.back())] = State::away;
  }

  /// The set as a grid of every kind that may be so.
  void offer() {
    for (std::size_t k = 0; k < bars_.size(); ++k) {
      if (bars_[k] != 0 || musts_[k] != must_count_[k]) continue;
      const auto grid = at(pool_.kinds[k].front());
      bool fits = true;
      for (std::size_t l = 0; l < sums_.size(); ++l)
        fits = fits && problem_.limits[l].lowest[grid] <= sums_[l] &&
               sums_[l] <= problem_.limits[l].highest[grid];
      if (!fits) continue;
      std::int64_t moved = 0;
      if (problem_.max_moved >= 0)
        for (const auto block : set_)
          if (problem_.reference[at(block)] >= 0 &&
              problem_.reference[at(block)] != static_cast<std::int32_t>(grid))
            moved += problem_.moved_weight[at(block)];
      if (problem_.max_moved >= 0 && moved > problem_.max_moved) continue;
      if (static_cast<std::int64_t>(pool_.kind.size()) == options_.most_grids) {
        stopped_ = true;
        return;
      }
      pool_.block.insert(pool_.block.end(), set_.begin(), set_.end());
      pool_.ptr.push_back(static_cast<std::int64_t>(pool_.block.size()));
      pool_.kind.push_back(static_cast<std::int32_t>(k));
      pool_.moved.push_back(moved);
      for (const auto& term : problem_.terms) pool_.value.push_back(measure(term, grid));
    }
  }

  [[nodiscard]] std::int64_t measure(const PlanTerm& term, std::size_t grid) const {
    std::int64_t value = 0;
    switch (term.kind) {
      case TermKind::assignment:
        for (const auto block : set_)
          value += term.cost[at(block) * at(term.owners) + at(term.owner_of_grid[grid])];
        break;
      case TermKind::cut:
        for (const auto block : set_)
          for (const auto& side : problem_.graph.neighbours(block))
            if (state_[at(side.block)] != State::in) value += term.length[at(side.edge)];
        break;
      case TermKind::inertia: {
        Wide w = 0, x = 0, y = 0, xx = 0;
        for (const auto block : set_) {
          const Wide own = term.weight[at(block)];
          const Wide px = term.place[at(block)].x_mm;
          const Wide py = term.place[at(block)].y_mm;
          w += own;
          x += own * px;
          y += own * py;
          xx += own * (px * px + py * py);
        }
        if (w > 0) value = static_cast<std::int64_t>((xx - (x * x + y * y) / w) / 1'000'000);
        break;
      }
      case TermKind::balance: {
        std::int64_t w = 0;
        for (const auto block : set_) w += term.weight[at(block)];
        const auto target = term.target[grid];
        value = static_cast<std::int64_t>(Wide{w < target ? target - w : w - target} * 1'000'000 /
                                          target);
        break;
      }
      case TermKind::polsby_popper: {
        // Each block adds to those before it in the set.
        Extent extent;
        for (const auto block : set_) {
          const auto added = term.ground.added_by(block, [&](std::int32_t other) {
            return other < block && state_[at(other)] == State::in;
          });
          extent.area2_mm2 += added.area2_mm2;
          extent.perimeter_um += added.perimeter_um;
        }
        value = lack_of_roundness(extent);
        break;
      }
    }
    return value;
  }

  const PlanProblem& problem_;
  const GridPoolOptions& options_;
  const RunControl& run_;
  GridPool pool_;
  std::int32_t root_ = 0;
  std::vector<std::int32_t> root_of_;   // of blocks that stay together
  std::vector<std::int32_t> together_;  // how many, by root
  std::vector<std::int32_t> held_;      // of them in the set
  std::int64_t incomplete_ = 0;         // blocks missing from groups that are in the set in part
  std::vector<std::vector<std::int32_t>> apart_;
  std::vector<std::vector<std::uint8_t>> barred_;  // by kind and block
  std::vector<std::vector<std::uint8_t>> must_;
  std::vector<std::int64_t> must_count_;
  std::vector<std::int64_t> bars_;
  std::vector<std::int64_t> musts_;
  std::vector<std::int64_t> highest_;
  std::vector<std::int64_t> sums_;
  std::vector<CappedInertia> capped_;
  std::vector<State> state_;
  std::vector<std::int32_t> set_;
  std::vector<std::int32_t> open_;   // a stack of lists: what may still join, by depth
  std::vector<std::int32_t> fresh_;  // a stack: blocks that came near, by depth
  std::int64_t done_ = 0;
  bool stopped_ = false;
};

}  // namespace

GridPool build_grid_pool(const PlanProblem& problem, const GridPoolOptions& options,
                         const RunControl& run) {
  check_problem(problem);
  require(problem.parent_of_block.empty(),
          [] { return std::string{"grid pool: split the problem by parent first"}; });
  return Growth{problem, options, run}.grow();
}

PricedGrids price_grids(const GridPool& pool, std::span<const double> cost,
                        std::span<const double> price, std::span<const double> threshold,
                        std::int64_t most) {
  const auto grids = pool.kind.size();
  require(cost.size() == grids && threshold.size() == pool.kinds.size(),
          [] { return std::string{"grid pool: costs or thresholds do not fit the pool"}; });
  struct Priced {
    double value;
    std::int64_t grid;
    auto operator<=>(const Priced&) const = default;
  };
  std::vector<std::vector<Priced>> below(pool.kinds.size());
  PricedGrids found{
      .least = std::vector<double>(pool.kinds.size(), std::numeric_limits<double>::infinity()),
      .worst = {}};
  for (std::size_t i = 0; i < grids; ++i) {
    double value = cost[i];
    for (auto p = pool.ptr[i]; p < pool.ptr[i + 1]; ++p) value -= price[at(pool.block[at(p)])];
    const auto k = at(pool.kind[i]);
    found.least[k] = std::min(found.least[k], value);
    if (value < threshold[k]) below[k].push_back({value, static_cast<std::int64_t>(i)});
  }
  for (auto& grids_of_kind : below) {
    const auto kept = std::min<std::size_t>(grids_of_kind.size(), at(most));
    std::ranges::partial_sort(grids_of_kind,
                              grids_of_kind.begin() + static_cast<std::ptrdiff_t>(kept));
    for (std::size_t i = 0; i < kept; ++i) found.worst.push_back(grids_of_kind[i].grid);
  }
  return found;
}

}  // namespace libgrid
