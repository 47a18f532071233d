#include "search_moves.hpp"

#include <algorithm>
#include <cmath>
#include <queue>

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// A merge larger than this is left to flips: a tree over it costs more than it brings.
constexpr std::size_t kLargestMerge = 4'000;

}  // namespace

SearchMoves::SearchMoves(std::shared_ptr<const PlanProblem> problem,
                         std::span<const std::int32_t> start, Rng rng)
    : state_{std::move(problem), start},
      rng_{rng},
      recombiner_{state_.problem().graph.block_count()} {
  const auto& p = state_.problem();
  const auto average = [](const std::vector<std::int64_t>& weight) {
    double sum = 0;
    std::int64_t count = 0;
    for (const auto w : weight) sum += static_cast<double>(w), count += static_cast<int>(w > 0);
    return count > 0 ? sum / static_cast<double>(count) : 1.0;
  };
  for (const auto& limit : p.limits) unit_.push_back(average(limit.weight));
  if (!p.moved_weight.empty()) moved_unit_ = average(p.moved_weight);
  estimate_.resize(p.terms.size());
  goal.factor.assign(p.terms.size(), 0);
  goal.cap.assign(p.terms.size(), kNoCap);
  goal.cap_factor.assign(p.terms.size(), 0);
}

double SearchMoves::violation() const {
  const auto& p = state_.problem();
  auto sum = static_cast<double>(state_.faults());
  for (std::size_t i = 0; i < unit_.size(); ++i)
    sum += static_cast<double>(state_.excess(i)) / unit_[i];
  if (p.max_moved >= 0)
    sum +=
        static_cast<double>(std::max<std::int64_t>(0, state_.moved() - p.max_moved)) / moved_unit_;
  return sum;
}

void SearchMoves::score(PlanScore& out) const {
  out.violation = violation();
  out.terms.resize(state_.problem().terms.size());
  for (std::size_t i = 0; i < out.terms.size(); ++i) out.terms[i] = state_.term(i);
}

bool SearchMoves::better(const PlanScore& a, const PlanScore& b) const {
  if (a.violation != b.violation) return a.violation < b.violation;
  const auto& p = state_.problem();
  if (!p.weighted) return a.terms < b.terms;
  long double difference = 0;
  for (std::size_t i = 0; i < a.terms.size(); ++i)
    difference += static_cast<long double>(p.terms[i].factor) *
                  static_cast<long double>(a.terms[i] - b.terms[i]);
  return difference < 0;
}

std::size_t SearchMoves::pick(std::size_t count) {
  // The top 32 bits scaled: uneven by less than count ÷ 2³², which no search can feel.
  return static_cast<std::size_t>(((rng_() >> 32) * static_cast<std::uint64_t>(count)) >> 32);
}

SearchMoves::Step SearchMoves::pick_step() {
  const auto& graph = state_.problem().graph;
  const auto edge = at(state_.cut_edges()[pick(state_.cut_edges().size())]);
  auto here = graph.a()[edge];
  auto there = graph.b()[edge];
  if ((rng_() >> 63) != 0) std::swap(here, there);
  return {here, state_.grid_of()[at(there)]};
}

double SearchMoves::limit_price(std::int32_t block, std::int32_t grid) const {
  const auto& p = state_.problem();
  double change = 0;
  if (state_.faults() > 0)
    change += static_cast<double>(state_.faults_at(block, grid) -
                                  state_.faults_at(block, state_.grid_of()[at(block)]));
  for (std::size_t i = 0; i < unit_.size(); ++i)
    if (const auto excess = state_.excess_delta(i, block, grid); excess != 0)
      change += static_cast<double>(excess) / unit_[i];
  if (p.max_moved >= 0) {
    const auto over = [&](std::int64_t moved) {
      return static_cast<double>(std::max<std::int64_t>(0, moved - p.max_moved));
    };
    change += (over(state_.moved() + state_.moved_delta(block, grid)) - over(state_.moved())) /
              moved_unit_;
  }
  return change;
}

double SearchMoves::price(std::int32_t block, std::int32_t grid) {
  state_.estimate(block, grid, estimate_);
  double change = strictness * limit_price(block, grid);
  for (std::size_t i = 0; i < estimate_.size(); ++i) {
    change += goal.factor[i] * estimate_[i];
    if (goal.cap[i] == kNoCap) continue;
    const auto over = [&](std::int64_t value) {
      return static_cast<double>(std::max<std::int64_t>(0, value - goal.cap[i]));
    };
    const auto value = state_.term(i);
    change += goal.cap_factor[i] * (over(value + state_.term_delta(i, block, grid)) - over(value));
  }
  return change;
}

bool SearchMoves::accept(double change, double temperature) {
  if (change <= 0) return true;
  const auto hope = change / temperature;
  return hope < 30 && rng_.unit() < std::exp(-hope);
}

bool SearchMoves::no_worse(std::int32_t block, std::int32_t grid) const {
  const auto faults = state_.faults_at(block, grid);
  return faults == 0 || faults <= state_.faults_at(block, state_.grid_of()[at(block)]);
}

std::int64_t SearchMoves::flip(double temperature) {
  const auto step = pick_step();
  if (!no_worse(step.block, step.grid)) return 1;
  if (accept(price(step.block, step.grid), temperature) && state_.can_leave(step.block))
    state_.move(step.block, step.grid);
  return 1;
}

std::int32_t SearchMoves::pick_block_at(std::int32_t grid, std::int32_t touching) {
  const auto blocks = state_.blocks_of(grid);
  for (int attempt = 0; attempt < 8; ++attempt) {
    const auto block = blocks[pick(blocks.size())];
    for (const auto& side : state_.problem().graph.neighbours(block))
      if (state_.grid_of()[at(side.block)] == touching) return block;
  }
  return -1;
}

std::int64_t SearchMoves::swap(double temperature) {
  const auto step = pick_step();
  const auto from = state_.grid_of()[at(step.block)];
  if (!no_worse(step.block, step.grid) || !state_.can_leave(step.block)) return 2;
  const auto begin = state_.log_size();
  auto change = price(step.block, step.grid);
  state_.move(step.block, step.grid);
  const auto back = pick_block_at(step.grid, from);
  if (back >= 0 && back != step.block && no_worse(back, from)) {
    change += price(back, from);
    if (accept(change, temperature) && state_.can_leave(back)) {
      state_.move(back, from);
      return 4;
    }
  }
  state_.undo(begin);
  return 4;
}

std::int64_t SearchMoves::chain(double temperature) {
  auto step = pick_step();
  const auto begin = state_.log_size();
  double change = 0;
  std::int64_t effort = 0;
  for (int length = 0; length < 4; ++length) {
    effort += 2;
    if (!no_worse(step.block, step.grid) || !state_.can_leave(step.block)) break;
    change += price(step.block, step.grid);
    const auto from = state_.grid_of()[at(step.block)];
    state_.move(step.block, step.grid);
    if (length > 0 && accept(change, temperature)) return effort;
    // On to a neighbour of the grid that has just grown, other than where the block came from.
    const auto grown = step.grid;
    const auto blocks = state_.blocks_of(grown);
    step.block = -1;
    for (int attempt = 0; attempt < 8 && step.block < 0; ++attempt) {
      const auto block = blocks[pick(blocks.size())];
      for (const auto& side : state_.problem().graph.neighbours(block)) {
        const auto next = state_.grid_of()[at(side.block)];
        if (next != grown && next != from) step = {block, next};
      }
    }
    if (step.block < 0) break;
  }
  state_.undo(begin);
  return effort;
}

std::int64_t SearchMoves::recombine(double temperature, bool three) {
  const auto step = pick_step();
  const auto& p = state_.problem();
  std::int32_t grids[3] = {state_.grid_of()[at(step.block)], step.grid, -1};
  std::size_t count = 2;
  if (three) {
    // A third grid beside the second.
    const auto blocks = state_.blocks_of(step.grid);
    for (int attempt = 0; attempt < 8 && count == 2; ++attempt)
      for (const auto& side : p.graph.neighbours(blocks[pick(blocks.size())])) {
        const auto grid = state_.grid_of()[at(side.block)];
        if (grid != grids[0] && grid != grids[1]) grids[2] = grid, count = 3;
      }
    if (count == 2) return 1;
  }
  merged_.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const auto blocks = state_.blocks_of(grids[i]);
    merged_.insert(merged_.end(), blocks.begin(), blocks.end());
  }
  if (merged_.size() > (three ? std::size_t{60} : kLargestMerge)) return 1;
  const auto effort = static_cast<std::int64_t>(merged_.size());
  if (!recombiner_.merge(p.graph, p.limits, {grids, count}, merged_)) return effort;
  recombiner_.draw(rng_);
  const auto cuts = recombiner_.find_cuts();
  if (cuts == 0) return effort;
  recombiner_.split(pick(cuts));
  const auto begin = state_.log_size();
  double change = 0;
  const auto blocks = recombiner_.blocks();
  const auto part = recombiner_.part();
  const auto faults = state_.faults();
  for (std::size_t v = 0; v < blocks.size(); ++v) {
    const auto grid = grids[part[v]];
    if (state_.grid_of()[at(blocks[v])] == grid) continue;
    change += price(blocks[v], grid);
    state_.move(blocks[v], grid);
  }
  if (state_.faults() > faults || !accept(change, temperature)) state_.undo(begin);
  return 2 * effort;
}

std::int64_t SearchMoves::propose(double temperature) {
  if (state_.cut_edges().empty()) return 1'000'000'000;  // one grid, or none that touch
  const auto kind = pick(1000);
  if (kind < 900) return flip(temperature);
  if (kind < 970) return swap(temperature);
  if (kind < 996) return chain(temperature);
  return recombine(temperature, kind == 999);
}

std::vector<double> SearchMoves::typical_changes() {
  std::vector<double> sum(estimate_.size(), 0);
  std::vector<std::int64_t> count(estimate_.size(), 0);
  if (state_.cut_edges().empty()) return std::vector<double>(estimate_.size(), 1);
  for (int i = 0; i < 400; ++i) {
    const auto step = pick_step();
    state_.estimate(step.block, step.grid, estimate_);
    for (std::size_t t = 0; t < sum.size(); ++t)
      if (estimate_[t] != 0) sum[t] += std::abs(estimate_[t]), ++count[t];
  }
  for (std::size_t t = 0; t < sum.size(); ++t)
    sum[t] = count[t] > 0 ? sum[t] / static_cast<double>(count[t]) : 1;
  return sum;
}

bool SearchMoves::improves(std::int32_t block, std::int32_t grid) {
  if (!no_worse(block, grid)) return false;
  const auto over = limit_price(block, grid);
  if (over != 0) return over < -1e-9 && state_.can_leave(block);
  const auto& p = state_.problem();
  long double weighted = 0;
  for (std::size_t i = 0; i < p.terms.size(); ++i) {
    const auto change = state_.term_delta(i, block, grid);
    if (p.weighted) weighted += static_cast<long double>(p.terms[i].factor) * change;
    if (p.weighted || change == 0) continue;
    return change < 0 && state_.can_leave(block);
  }
  return weighted < 0 && state_.can_leave(block);
}

std::int64_t SearchMoves::polish(std::int64_t effort) {
  const auto& graph = state_.problem().graph;
  std::int64_t done = 0;
  for (bool again = true; again && done < effort;) {
    again = false;
    around_.assign(state_.cut_edges().begin(), state_.cut_edges().end());
    for (const auto edge : around_) {
      if (++done >= effort) break;
      for (const bool turned : {false, true}) {
        const auto here = turned ? graph.b()[at(edge)] : graph.a()[at(edge)];
        const auto there = turned ? graph.a()[at(edge)] : graph.b()[at(edge)];
        const auto grid = state_.grid_of()[at(there)];
        if (state_.grid_of()[at(here)] == grid || !improves(here, grid)) continue;
        state_.move(here, grid);
        again = true;
      }
    }
  }
  return done;
}

}  // namespace libgrid
