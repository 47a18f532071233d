#include "libgrid/planning/recombine.hpp"

#include <algorithm>
#include <array>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// The ways to give three parts to three grids.
constexpr std::uint8_t kOrders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                        {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

}  // namespace

bool Recombiner::merge(const BlockGraph& graph, std::span<const WeightLimit> limits,
                       std::span<const std::int32_t> grids, std::span<const std::int32_t> blocks) {
  LIBGRID_ASSERT(grids.size() == 2 || grids.size() == 3);
  grids_ = grids.size();
  limits_ = limits.size();
  const auto n = blocks.size();
  block_.assign(blocks.begin(), blocks.end());
  for (std::size_t v = 0; v < n; ++v) node_of_[at(block_[v])] = static_cast<std::int32_t>(v);

  graph_.row.resize(n);
  graph_.head.clear();
  edges_.clear();
  for (std::size_t v = 0; v < n; ++v) {
    const auto first = graph_.head.size();
    for (const auto& side : graph.neighbours(block_[v])) {
      const auto u = find_node(side.block);  // a number left by an earlier merge points elsewhere
      if (u == kNoNode) continue;
      graph_.head.push_back(u);
      if (v < u) edges_.push_back({static_cast<std::uint32_t>(v), u, side.edge});
    }
    graph_.row[v] = {static_cast<std::uint32_t>(first),
                     static_cast<std::uint32_t>(graph_.head.size() - first)};
  }
  if (!is_connected(graph_, stack_, seen_)) return false;

  weight_.resize(n * limits_);
  total_.assign(limits_, 0);
  range_.resize(grids_ * limits_);
  for (std::size_t i = 0; i < limits_; ++i) {
    const auto& weight = limits[i].weight;
    for (std::size_t v = 0; v < n; ++v) {
      const auto w = weight[at(block_[v])];
      weight_[v * limits_ + i] = w;
      total_[i] += w;
    }
    for (std::size_t g = 0; g < grids_; ++g)
      range_[g * limits_ + i] = {limits[i].lowest[at(grids[g])], limits[i].highest[at(grids[g])]};
  }
  return true;
}

void Recombiner::take(const SpanningTree& tree) {
  tree_ = &tree;
  below_ = weight_;
  for (auto i = tree.order.size(); i-- > 1;) {
    const auto v = tree.order[i];
    const auto p = tree.parent[v];
    for (std::size_t l = 0; l < limits_; ++l) below_[p * limits_ + l] += below_[v * limits_ + l];
  }
}

std::uint32_t Recombiner::find_cuts() {
  cuts_.clear();
  if (grids_ == 2)
    find_pairs();
  else
    find_triples();
  return static_cast<std::uint32_t>(cuts_.size());
}

bool Recombiner::fits(std::size_t grid, std::span<const std::int64_t> weight) const {
  const auto* range = range_.data() + grid * limits_;
  for (std::size_t l = 0; l < limits_; ++l)
    if (weight[l] < range[l].lowest || weight[l] > range[l].highest) return false;
  return true;
}

void Recombiner::find_pairs() {
  const auto& order = tree_->order;
  const auto* const first = range_.data();
  const auto* const second = first + limits_;
  for (std::size_t i = 1; i < order.size(); ++i) {
    const auto v = order[i];
    const auto* const below = below_.data() + v * limits_;
    bool straight = true;
    bool crossed = true;
    for (std::size_t l = 0; l < limits_ && (straight || crossed); ++l) {
      const auto low = below[l];
      const auto rest = total_[l] - low;
      straight = straight && low >= first[l].lowest && low <= first[l].highest &&
                 rest >= second[l].lowest && rest <= second[l].highest;
      crossed = crossed && low >= second[l].lowest && low <= second[l].highest &&
                rest >= first[l].lowest && rest <= first[l].highest;
    }
    if (straight) cuts_.push_back({v, kNoNode, {0, 1, 0}});
    if (crossed) cuts_.push_back({v, kNoNode, {1, 0, 0}});
  }
}

void Recombiner::number_subtrees() {
  const auto& order = tree_->order;
  const auto n = order.size();
  enter_.assign(n, 0);
  leave_.assign(n, 1);  // first the size of the subtree, then where it ends
  for (auto i = n; i-- > 1;) leave_[tree_->parent[order[i]]] += leave_[order[i]];
  stack_.assign(n, 1);  // where the next child of a node begins, beyond its own place
  for (std::size_t i = 1; i < n; ++i) {
    const auto v = order[i];
    const auto p = tree_->parent[v];
    enter_[v] = enter_[p] + stack_[p];
    stack_[p] += leave_[v];
  }
  for (std::size_t v = 0; v < n; ++v) leave_[v] += enter_[v];
}

void Recombiner::find_triples() {
  number_subtrees();
  const auto& order = tree_->order;
  // An edge of a cut has one grid at least on each side.
  light_.clear();
  for (std::size_t i = 1; i < order.size(); ++i) {
    const auto* const below = below_.data() + order[i] * limits_;
    bool may = true;
    for (std::size_t l = 0; l < limits_ && may; ++l) {
      const auto least =
          std::min({range_[l].lowest, range_[limits_ + l].lowest, range_[2 * limits_ + l].lowest});
      may = below[l] >= least && total_[l] - below[l] >= least;
    }
    if (may) light_.push_back(order[i]);
  }
  constexpr std::size_t kFew = 8;
  std::array<std::int64_t, 3 * kFew> few{};
  std::vector<std::int64_t> many(limits_ > kFew ? 3 * limits_ : 0);
  auto* const weight = limits_ > kFew ? many.data() : few.data();
  for (std::size_t i = 0; i < light_.size(); ++i) {
    for (std::size_t j = i + 1; j < light_.size(); ++j) {
      const auto low = light_[i];
      const auto lower = light_[j];  // later in the order: never above `low`
      const bool inside = enter_[lower] >= enter_[low] && enter_[lower] < leave_[low];
      for (std::size_t l = 0; l < limits_; ++l) {
        const auto a = below_[low * limits_ + l];
        const auto b = below_[lower * limits_ + l];
        weight[l] = inside ? a - b : a;
        weight[limits_ + l] = inside ? total_[l] - a : total_[l] - a - b;
        weight[2 * limits_ + l] = b;
      }
      for (const auto& grid : kOrders)
        if (fits(grid[0], {weight, limits_}) && fits(grid[1], {weight + limits_, limits_}) &&
            fits(grid[2], {weight + 2 * limits_, limits_}))
          cuts_.push_back({low, lower, {grid[0], grid[1], grid[2]}});
    }
  }
}

void Recombiner::split(std::uint64_t which) {
  LIBGRID_ASSERT(which < cuts_.size());
  const auto& cut = cuts_[which];
  const auto& order = tree_->order;
  part_.resize(order.size());
  part_[order[0]] = cut.part[1];
  for (std::size_t i = 1; i < order.size(); ++i) {
    const auto v = order[i];
    part_[v] = v == cut.low ? cut.part[0] : v == cut.lower ? cut.part[2] : part_[tree_->parent[v]];
  }
}

}  // namespace libgrid
