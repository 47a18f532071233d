#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string>

#include "libgrid/base/error.hpp"
#include "libgrid/graph/spanning_tree.hpp"
#include "libgrid/planning/sampling.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

constexpr int kTreesASplit = 60;  // before the split above is drawn anew
constexpr int kSplitsAbove = 12;  // how often it is

class TreeStart {
 public:
  TreeStart(const PlanProblem& problem, std::int64_t trees, std::uint64_t seed,
            const RunControl& control)
      : problem_{problem},
        trees_{trees},
        left_{trees},
        rng_{seed, ~std::uint64_t{0}},
        control_{control},
        grid_of_(at(problem.graph.block_count()), -1),
        node_of_(at(problem.graph.block_count()), -1) {}

  std::vector<std::int32_t> run() {
    std::map<std::int32_t, std::vector<std::int32_t>> blocks;
    std::map<std::int32_t, std::vector<std::int32_t>> grids;
    const bool nested = !problem_.parent_of_block.empty();
    for (std::int32_t b = 0; b < problem_.graph.block_count(); ++b)
      blocks[nested ? problem_.parent_of_block[at(b)] : 0].push_back(b);
    for (std::int32_t g = 0; g < problem_.grid_count; ++g)
      grids[nested ? problem_.parent_of_grid[at(g)] : 0].push_back(g);
    for (const auto& [parent, members] : blocks) {
      const auto name = nested ? "parent " + std::to_string(parent) : std::string{"the graph"};
      const auto& own = grids[parent];
      require(!own.empty(), [&] { return name + " has blocks but no grid"; });
      check_pieces(name, members);
      closest_ = -1;
      while (!split(members, own))
        if (left_ <= 0 || own.size() == 1) explain(name, members, own);
    }
    return std::move(grid_of_);
  }

 private:
  using Ids = std::span<const std::int32_t>;

  void check_pieces(const std::string& name, Ids blocks) {
    std::vector<std::int32_t> label(grid_of_.size(), -1);
    for (const auto b : blocks) label[at(b)] = 0;
    const auto parts = find_parts(problem_.graph, label);
    require(parts.grid_of.size() == 1, [&] {
      std::string first;
      for (std::size_t p = 1; p < std::min<std::size_t>(parts.grid_of.size(), 6); ++p) {
        const auto block = std::ranges::find(parts.part, static_cast<std::int32_t>(p));
        first += (p > 1 ? ", " : "") + std::to_string(block - parts.part.begin());
      }
      return name + " falls into " + std::to_string(parts.grid_of.size()) +
             " pieces without a way between them; blocks " + first +
             " begin the others. Link them, or give each piece a parent of its own";
    });
  }

  [[nodiscard]] std::int64_t sum(std::size_t limit, Ids blocks) const {
    std::int64_t total = 0;
    for (const auto b : blocks) total += problem_.limits[limit].weight[at(b)];
    return total;
  }
  /// Whether weights can be shared by these grids.
  [[nodiscard]] bool may_hold(std::size_t limit, std::int64_t weight, Ids grids) const {
    std::int64_t lowest = 0;
    std::int64_t highest = 0;
    for (const auto g : grids) {
      lowest += problem_.limits[limit].lowest[at(g)];
      highest = std::min<std::int64_t>(highest + problem_.limits[limit].highest[at(g)],
                                       std::int64_t{1} << 60);
    }
    return weight >= lowest && weight <= highest;
  }

  bool split(Ids blocks, Ids grids) {
    if (grids.size() == 1) {
      for (std::size_t i = 0; i < problem_.limits.size(); ++i)
        if (!may_hold(i, sum(i, blocks), grids)) return false;
      for (const auto b : blocks) grid_of_[at(b)] = grids[0];
      return true;
    }
    if (blocks.size() < grids.size()) return false;
    for (int round = 0; round < kSplitsAbove && left_ > 0; ++round) {
      std::vector<std::int32_t> ordered;
      std::size_t share = 0;
      const auto cut = draw_cut(blocks, grids, ordered, share);
      if (cut == 0) return false;
      const Ids all{ordered};
      if (split(all.first(cut), grids.first(share)) &&
          split(all.subspan(cut), grids.subspan(share)))
        return true;
      if (grids.size() == 2) return false;
    }
    return false;
  }

  SmallGraph graph_of(Ids blocks) {
    SmallGraph graph;
    for (std::size_t v = 0; v < blocks.size(); ++v)
      node_of_[at(blocks[v])] = static_cast<std::int32_t>(v);
    graph.row.reserve(blocks.size());
    for (const auto b : blocks) {
      const auto first = graph.head.size();
      for (const auto& side : problem_.graph.neighbours(b))
        if (const auto u = node_of_[at(side.block)]; u >= 0)
          graph.head.push_back(static_cast<std::uint32_t>(u));
      graph.row.push_back({static_cast<std::uint32_t>(first),
                           static_cast<std::uint32_t>(graph.head.size() - first)});
    }
    for (const auto b : blocks) node_of_[at(b)] = -1;
    return graph;
  }

  /// Draws trees until an edge leaves both sides weights that their grids can share; puts the
  /// blocks below it first in `ordered`. How many they are, 0 when no tree had one.
  std::size_t draw_cut(Ids blocks, Ids grids, std::vector<std::int32_t>& ordered,
                       std::size_t& share) {
    const auto graph = graph_of(blocks);
    const auto n = blocks.size();
    const auto limits = problem_.limits.size();
    const auto k = grids.size();
    std::vector<std::int64_t> below(n * (limits + 1));
    std::vector<std::int64_t> total(limits, 0);
    for (std::size_t i = 0; i < limits; ++i) total[i] = sum(i, blocks);
    for (int round = 0; round < kTreesASplit && left_ > 0; ++round) {
      --left_;
      control_.advance(0);  // how many trees it takes is not known before
      const auto& tree = drawer_.draw(graph, rng_);
      for (std::size_t v = 0; v < n; ++v) {
        below[v * (limits + 1)] = 1;
        for (std::size_t i = 0; i < limits; ++i)
          below[v * (limits + 1) + 1 + i] = problem_.limits[i].weight[at(blocks[v])];
      }
      double best = HUGE_VAL;
      std::uint32_t best_node = 0;
      for (auto o = n; o-- > 1;) {
        const auto v = tree.order[o];
        const auto* here = below.data() + v * (limits + 1);
        auto* above = below.data() + tree.parent[v] * (limits + 1);
        for (std::size_t i = 0; i <= limits; ++i) above[i] += here[i];
        const auto of = limits > 0 && total[0] > 0
                            ? static_cast<double>(here[1]) / static_cast<double>(total[0])
                            : static_cast<double>(here[0]) / static_cast<double>(n);
        const auto h = std::clamp<std::int64_t>(std::llround(of * static_cast<double>(k)), 1,
                                                static_cast<std::int64_t>(k) - 1);
        const auto m = static_cast<std::size_t>(h);
        // Halves keep the recursion shallow; near a whole number of grids leaves room below.
        const double off = std::abs(of * static_cast<double>(k) / static_cast<double>(h) - 1) +
                           0.2 * std::abs(static_cast<double>(h) / static_cast<double>(k) - 0.5);
        if (k == 2) note(std::abs(of * 2 - 1));
        if (off >= best || here[0] < h ||
            static_cast<std::int64_t>(n) - here[0] < static_cast<std::int64_t>(k) - h)
          continue;
        bool fits = true;
        for (std::size_t i = 0; i < limits && fits; ++i)
          fits = may_hold(i, here[1 + i], grids.first(m)) &&
                 may_hold(i, total[i] - here[1 + i], grids.subspan(m));
        if (!fits) continue;
        best = off;
        best_node = v;
        share = m;
      }
      if (best == HUGE_VAL) continue;
      std::vector<std::uint8_t> low(n, 0);
      for (std::size_t o = 1; o < n; ++o) {
        const auto v = tree.order[o];
        low[v] = v == best_node || low[tree.parent[v]] != 0 ? 1 : 0;
      }
      for (std::size_t v = 0; v < n; ++v)
        if (low[v] != 0) ordered.push_back(blocks[v]);
      const auto cut = ordered.size();
      for (std::size_t v = 0; v < n; ++v)
        if (low[v] == 0) ordered.push_back(blocks[v]);
      return cut;
    }
    return 0;
  }

  void note(double off) {
    if (closest_ < 0 || off < closest_) closest_ = off;
  }

  [[noreturn]] void explain(const std::string& name, Ids blocks, Ids grids) const {
    auto message = "no start plan found for " + name + ": " + std::to_string(grids.size()) +
                   " grids of " + std::to_string(blocks.size()) + " blocks, after " +
                   std::to_string(trees_ - left_) + " spanning trees";
    for (std::size_t i = 0; i < problem_.limits.size(); ++i) {
      const auto& limit = problem_.limits[i];
      const auto total = sum(i, blocks);
      const auto mean = static_cast<double>(total) / static_cast<double>(grids.size());
      const auto heaviest = *std::ranges::max_element(
          blocks, {}, [&](std::int32_t b) { return limit.weight[at(b)]; });
      message += "; " + limit.name + ": a grid has " + std::to_string(std::llround(mean)) +
                 " on average and may hold " + std::to_string(limit.lowest[at(grids[0])]) + " to " +
                 std::to_string(limit.highest[at(grids[0])]) + ", the heaviest block is " +
                 std::to_string(heaviest) + " with " + std::to_string(limit.weight[at(heaviest)]);
    }
    if (closest_ >= 0)
      message += "; the nearest split of two grids was " +
                 std::to_string(std::llround(closest_ * 1000) / 10) + "." +
                 std::to_string(std::llround(closest_ * 1000) % 10) + " % off the middle";
    throw Infeasible{message + ". Allow a wider tolerance, fewer grids, or give a start"};
  }

  const PlanProblem& problem_;
  std::int64_t trees_;
  std::int64_t left_;
  Rng rng_;  // a stream that no chain has
  const RunControl& control_;
  TreeDrawer drawer_;
  std::vector<std::int32_t> grid_of_;
  std::vector<std::int32_t> node_of_;
  double closest_ = -1;
};

}  // namespace

std::vector<std::int32_t> draw_start(const PlanProblem& problem, std::int64_t trees,
                                     std::uint64_t seed, const RunControl& control) {
  check_problem(problem);
  require(trees >= 1, [] { return "start plan: there must be one tree or more to try"; });
  return TreeStart{problem, trees, seed, control}.run();
}

}  // namespace libgrid
