#include <algorithm>
#include <limits>

#include "libgrid/base/error.hpp"
#include "libgrid/planning/assignment_model.hpp"

namespace libgrid {
namespace {

constexpr std::int32_t kUnit = 1'000'000;  // shares as whole millionths, so that flows are exact
constexpr auto kFar = std::numeric_limits<std::int32_t>::max() / 2;

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// Least sets of blocks between two blocks, by augmenting paths through blocks of limited share:
/// each block is a node that is entered and one that is left.
class LeastSeparator {
 public:
  explicit LeastSeparator(const BlockGraph& graph)
      : graph_{graph}, through_(at(graph.block_count())), along_(2 * at(graph.edge_count())) {}

  /// The separator's total share; the blocks are in `between`. -1 when a and b are neighbours.
  std::int64_t find(std::int32_t a, std::int32_t b, std::span<const std::int32_t> share,
                    std::int64_t enough, std::vector<std::int32_t>& between) {
    if (graph_.find_edge(a, b) >= 0) return -1;
    std::ranges::fill(through_, 0);
    std::ranges::fill(along_, 0);
    std::int64_t flow = 0;
    while (reach(a, b, share)) {
      flow += push(a, b, share);
      if (flow >= enough) return flow;  // not violated: no need to know how much
    }
    between.clear();
    for (std::int32_t v = 0; v < graph_.block_count(); ++v)
      if (came_[2 * at(v)] != kUnseen && came_[2 * at(v) + 1] == kUnseen) between.push_back(v);
    return flow;
  }

 private:
  static constexpr std::int32_t kUnseen = -2;

  [[nodiscard]] std::int32_t room(std::int32_t v, std::int32_t a,
                                  std::span<const std::int32_t> share) const {
    return v == a ? kFar : share[at(v)] - through_[at(v)];
  }

  /// Breadth first over nodes 2v (entered) and 2v + 1 (left) of the residual network.
  bool reach(std::int32_t a, std::int32_t b, std::span<const std::int32_t> share) {
    came_.assign(2 * at(graph_.block_count()), kUnseen);
    queue_.assign(1, 2 * a + 1);
    came_[2 * at(a) + 1] = -1;
    came_[2 * at(a)] = -1;
    for (std::size_t next = 0; next < queue_.size(); ++next) {
      const auto node = queue_[next];
      const auto v = node / 2;
      const auto go = [&](std::int32_t to) {
        if (came_[at(to)] != kUnseen) return;
        came_[at(to)] = node;
        queue_.push_back(to);
      };
      if (node % 2 == 1) {
        for (const auto& side : graph_.neighbours(v)) {
          if (side.block == b) {
            came_[2 * at(b)] = node;
            return true;
          }
          go(2 * side.block);
        }
        if (through_[at(v)] > 0) go(2 * v);
      } else {
        if (room(v, a, share) > 0) go(2 * v + 1);
        for (const auto& side : graph_.neighbours(v))  // take back what came from there
          if (flow(side.block, v, side.edge) > 0) go(2 * side.block + 1);
      }
    }
    return false;
  }

  /// What flows from `from` to its neighbour.
  std::int32_t& flow(std::int32_t from, std::int32_t to, std::int32_t edge) {
    return along_[2 * at(edge) + (from < to ? 0 : 1)];
  }

  std::int32_t push(std::int32_t a, std::int32_t b, std::span<const std::int32_t> share) {
    std::int32_t amount = kFar;
    const auto walk = [&](auto step) {
      for (auto node = 2 * b; came_[at(node)] != -1; node = came_[at(node)])
        step(came_[at(node)], node);
    };
    walk([&](std::int32_t from, std::int32_t to) {
      const auto u = from / 2;
      const auto v = to / 2;
      if (u == v)
        amount = std::min(amount, from % 2 == 0 ? room(u, a, share) : through_[at(u)]);
      else if (from % 2 == 0)
        amount = std::min(amount, flow(v, u, graph_.find_edge(u, v)));
    });
    LIBGRID_ASSERT(amount < kFar);  // a and b are no neighbours: every path has a block between
    walk([&](std::int32_t from, std::int32_t to) {
      const auto u = from / 2;
      const auto v = to / 2;
      if (u == v) {
        if (u != a) through_[at(u)] += from % 2 == 0 ? amount : -amount;
      } else if (from % 2 == 1) {
        flow(u, v, graph_.find_edge(u, v)) += amount;
      } else {
        flow(v, u, graph_.find_edge(u, v)) -= amount;
      }
    });
    return amount;
  }

  const BlockGraph& graph_;
  std::vector<std::int32_t> through_;
  std::vector<std::int32_t> along_;
  std::vector<std::int32_t> came_;
  std::vector<std::int32_t> queue_;
};

/// Keeps of `between` only what lies next to b's side: a subset that still separates.
void make_minimal(const BlockGraph& graph, std::int32_t a, std::int32_t b,
                  std::vector<std::int32_t>& between) {
  std::vector<std::uint8_t> barrier(at(graph.block_count()), 0);
  for (const auto v : between) barrier[at(v)] = 1;
  const auto touched = [&](std::int32_t start) {
    std::vector<std::uint8_t> seen(at(graph.block_count()), 0);
    std::vector<std::int32_t> stack{start};
    seen[at(start)] = 1;
    while (!stack.empty()) {
      const auto v = stack.back();
      stack.pop_back();
      if (barrier[at(v)] != 0) continue;
      for (const auto& side : graph.neighbours(v))
        if (seen[at(side.block)] == 0) {
          seen[at(side.block)] = 1;
          stack.push_back(side.block);
        }
    }
    return seen;
  };
  for (const auto end : {b, a}) {
    const auto seen = touched(end);
    std::erase_if(between, [&](std::int32_t v) { return seen[at(v)] == 0; });
    std::ranges::fill(barrier, 0);
    for (const auto v : between) barrier[at(v)] = 1;
  }
}

}  // namespace

LinearRows find_separators(const PlanProblem& problem, const AssignmentModel& model,
                           std::span<const double> share) {
  require(share.size() >= model.block.size(),
          [] { return std::string{"separators: one share a column is needed"}; });
  const auto& graph = problem.graph;
  LinearRows rows;
  LeastSeparator least{graph};
  std::vector<std::int32_t> held(at(graph.block_count()));
  std::vector<std::int64_t> column(at(graph.block_count()));
  std::vector<std::int32_t> between;
  const auto close = [&](std::int32_t a, std::int32_t b) {
    for (const auto v : {a, b}) {
      rows.column.push_back(static_cast<std::int32_t>(column[at(v)]));
      rows.value.push_back(1.0);
    }
    for (const auto v : between) {
      if (column[at(v)] < 0) continue;
      rows.column.push_back(static_cast<std::int32_t>(column[at(v)]));
      rows.value.push_back(-1.0);
    }
    rows.ptr.push_back(static_cast<std::int64_t>(rows.column.size()));
    rows.lowest.push_back(-std::numeric_limits<double>::infinity());
    rows.highest.push_back(1.0);
  };
  for (std::int32_t g = 0; g < problem.grid_count; ++g) {
    std::ranges::fill(held, 0);
    std::ranges::fill(column, -1);
    for (std::size_t c = 0; c < model.block.size(); ++c) {
      if (model.grid[c] != g) continue;
      column[at(model.block[c])] = static_cast<std::int64_t>(c);
      held[at(model.block[c])] =
          static_cast<std::int32_t>(std::clamp(share[c], 0.0, 1.0) * kUnit + 0.5);
    }
    // From the block that is held most, ties to the lowest: one least separator to each part that
    // hangs on it by less than what both ends ask for.
    const auto root = static_cast<std::int32_t>(std::ranges::max_element(held) - held.begin());
    std::vector<std::int32_t> label(held.size(), -1);
    for (std::size_t v = 0; v < held.size(); ++v) label[v] = held[v] > kUnit / 100 ? 0 : -1;
    const auto parts = find_parts(graph, label);
    std::vector<std::int32_t> ends;
    for (std::size_t p = 0; p < parts.grid_of.size(); ++p) {
      std::int32_t best = -1;
      for (std::int32_t v = 0; v < graph.block_count(); ++v)
        if (parts.part[at(v)] == static_cast<std::int32_t>(p) && v != root &&
            (best < 0 || held[at(v)] > held[at(best)]))
          best = v;
      if (best >= 0) ends.push_back(best);
    }
    for (std::int32_t v = 0; v < graph.block_count(); ++v)
      if (held[at(v)] > kUnit / 2 && v != root && std::ranges::find(ends, v) == ends.end())
        ends.push_back(v);
    for (const auto end : ends) {
      const auto asked = std::int64_t{held[at(root)]} + held[at(end)] - kUnit - kUnit / 100;
      if (asked <= 0) continue;
      const auto found = least.find(root, end, held, asked, between);
      if (found < 0 || found >= asked) continue;
      make_minimal(graph, root, end, between);
      close(root, end);
    }
  }
  return rows;
}

}  // namespace libgrid
