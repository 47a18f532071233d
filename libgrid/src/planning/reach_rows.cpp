#include <algorithm>
#include <limits>
#include <queue>
#include <utility>

#include "libgrid/base/error.hpp"
#include "libgrid/planning/owner_model.hpp"

namespace libgrid {
namespace {

constexpr std::int32_t kUnit = 1'000'000;  // shares as whole millionths, so that flows are exact
constexpr std::int32_t kHeld = kUnit / 50;
constexpr std::int32_t kBroken = kUnit / 100;
constexpr std::size_t kMostWeighed = 12;  // grids of an owner, all of whose sums are looked at
constexpr auto kFar = std::numeric_limits<std::int32_t>::max() / 2;

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// What comes next when blocks are gathered around one: the nearest, or what the owner holds most.
enum class Growth { near, held };

/// The blocks around `from`, in this order, as long as all of them are lighter than `most`.
std::vector<std::int32_t> gather(const BlockGraph& graph, std::int32_t from, Growth growth,
                                 std::span<const std::int32_t> held,
                                 std::span<const std::int64_t> weight, std::int64_t most) {
  using Entry = std::pair<std::int64_t, std::int32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  std::vector<std::int64_t> way(at(graph.block_count()), -1);
  std::vector<std::int32_t> ball;
  std::vector<bool> taken(at(graph.block_count()), false);
  open.emplace(0, from);
  way[at(from)] = 0;
  std::int64_t total = 0;
  while (!open.empty()) {
    const auto [far, block] = open.top();
    open.pop();
    if (taken[at(block)]) continue;
    if (total + weight[at(block)] >= most) break;
    taken[at(block)] = true;
    total += weight[at(block)];
    ball.push_back(block);
    for (const auto& side : graph.neighbours(block)) {
      const auto step = growth == Growth::near ? kUnit : kUnit + 100 - held[at(side.block)];
      auto& known = way[at(side.block)];
      if (known >= 0 && known <= far + step) continue;
      known = far + step;
      open.emplace(known, side.block);
    }
  }
  return ball;
}

/// The least share of blocks that part `ball.front()` from what is not in the ball.
class LeastRing {
 public:
  explicit LeastRing(const BlockGraph& graph)
      : graph_{graph}, local_(at(graph.block_count()), -1) {}

  /// The ring's total share, or `enough` where it is no less; the blocks are in `ring`.
  std::int64_t find(const std::vector<std::int32_t>& ball, std::span<const std::int32_t> held,
                    std::int64_t enough, std::vector<std::int32_t>& ring) {
    nodes_ = ball;
    for (std::size_t i = 0; i < ball.size(); ++i) local_[at(ball[i])] = static_cast<int>(i);
    for (const auto block : ball)
      for (const auto& side : graph_.neighbours(block))
        if (local_[at(side.block)] < 0) {
          local_[at(side.block)] = static_cast<int>(nodes_.size());
          nodes_.push_back(side.block);
        }
    build(ball.size(), held);
    std::int64_t flow = 0;
    while (flow < enough && augment(ball.size())) flow += amount_;
    ring.clear();
    if (flow < enough)
      for (std::size_t i = 1; i < nodes_.size(); ++i)
        if (came_[2 * i] != kUnseen && came_[2 * i + 1] == kUnseen) ring.push_back(nodes_[i]);
    for (const auto block : nodes_) local_[at(block)] = -1;
    return std::min(flow, enough);
  }

 private:
  static constexpr std::int32_t kUnseen = -2;
  struct Arc {
    std::int32_t to;
    std::int32_t room;
    std::int32_t back;
  };

  void add(std::size_t from, std::size_t to, std::int32_t room) {
    arcs_[from].push_back(
        {static_cast<std::int32_t>(to), room, static_cast<std::int32_t>(arcs_[to].size())});
    arcs_[to].push_back(
        {static_cast<std::int32_t>(from), 0, static_cast<std::int32_t>(arcs_[from].size() - 1)});
  }

  /// Node 2i is entered, 2i + 1 is left; what lies outside the ball is reached when it is left.
  void build(std::size_t inside, std::span<const std::int32_t> held) {
    arcs_.assign(2 * nodes_.size(), {});
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      add(2 * i, 2 * i + 1, i == 0 ? kFar : held[at(nodes_[i])]);
      if (i >= inside) continue;
      for (const auto& side : graph_.neighbours(nodes_[i]))
        if (const auto j = local_[at(side.block)]; j > 0) add(2 * i + 1, 2 * at(j), kFar);
    }
  }

  bool augment(std::size_t inside) {
    came_.assign(arcs_.size(), kUnseen);
    by_.assign(arcs_.size(), 0);
    queue_.assign(1, 1);
    came_[0] = came_[1] = -1;
    for (std::size_t next = 0; next < queue_.size(); ++next) {
      const auto node = queue_[next];
      if (node % 2 == 1 && at(node / 2) >= inside) {
        push(node);
        return true;
      }
      for (std::size_t a = 0; a < arcs_[at(node)].size(); ++a) {
        const auto& arc = arcs_[at(node)][a];
        if (arc.room <= 0 || came_[at(arc.to)] != kUnseen) continue;
        came_[at(arc.to)] = node;
        by_[at(arc.to)] = static_cast<std::int32_t>(a);
        queue_.push_back(arc.to);
      }
    }
    return false;
  }

  void push(std::int32_t end) {
    amount_ = kFar;
    for (auto node = end; came_[at(node)] >= 0; node = came_[at(node)])
      amount_ = std::min(amount_, arcs_[at(came_[at(node)])][at(by_[at(node)])].room);
    for (auto node = end; came_[at(node)] >= 0; node = came_[at(node)]) {
      auto& arc = arcs_[at(came_[at(node)])][at(by_[at(node)])];
      arc.room -= amount_;
      arcs_[at(arc.to)][at(arc.back)].room += amount_;
    }
  }

  const BlockGraph& graph_;
  std::vector<std::int32_t> local_;  // by block, -1 outside
  std::vector<std::int32_t> nodes_;
  std::vector<std::vector<Arc>> arcs_;
  std::vector<std::int32_t> came_;
  std::vector<std::int32_t> by_;
  std::vector<std::int32_t> queue_;
  std::int32_t amount_ = 0;
};

/// The shares of one owner by block, and the rows that it breaks.
class OwnerRows {
 public:
  OwnerRows(const PlanProblem& problem, const OwnerModel& model, LinearRows& rows)
      : problem_{problem}, model_{model}, rows_{rows}, ring_of_{problem.graph} {}

  void find(std::int32_t owner, std::span<const double> share) {
    held_.assign(at(problem_.graph.block_count()), 0);
    column_.assign(held_.size(), -1);
    for (std::size_t c = 0; c < model_.block.size(); ++c) {
      if (model_.owner[c] != owner) continue;
      column_[at(model_.block[c])] = static_cast<std::int64_t>(c);
      held_[at(model_.block[c])] =
          static_cast<std::int32_t>(std::clamp(share[c], 0.0, 1.0) * kUnit + 0.5);
    }
    for (const auto& limit : problem_.limits) {
      auto lightest = std::numeric_limits<std::int64_t>::max();
      for (std::size_t g = 0; g < model_.owner_of_grid.size(); ++g)
        if (model_.owner_of_grid[g] == owner) lightest = std::min(lightest, limit.lowest[g]);
      if (lightest <= 0) continue;
      for (std::int32_t a = 0; a < problem_.graph.block_count(); ++a)
        if (held_[at(a)] > kHeld) reach_out(a, limit.weight, lightest);
    }
    const auto parts = find_held_parts();
    count_parts(parts, std::ranges::count(model_.owner_of_grid, owner));
    for (const auto& limit : problem_.limits) weigh_parts(parts, limit, owner);
  }

 private:
  void reach_out(std::int32_t a, std::span<const std::int64_t> weight, std::int64_t lightest) {
    std::int64_t least = held_[at(a)] - kBroken;
    std::vector<std::int32_t> best;
    bool broken = false;
    for (const auto growth : {Growth::held, Growth::near}) {
      const auto ball = gather(problem_.graph, a, growth, held_, weight, lightest);
      if (ball.empty()) continue;  // heavy enough by itself
      const auto found = ring_of_.find(ball, held_, least, ring_);
      if (found >= least) continue;
      least = found;
      best = ring_;
      broken = true;
    }
    if (!broken) return;
    add(a, 1.0);
    for (const auto block : best) add(block, -1.0);
    close(0.0);
  }

  /// A part of what the owner mostly holds.
  struct Part {
    std::int32_t block = -1;  ///< held most
    std::vector<std::int32_t> blocks{};
    std::vector<std::int32_t> ring{};  ///< around it, ascending
  };

  [[nodiscard]] std::vector<Part> find_held_parts() const {
    std::vector<std::int32_t> label(held_.size(), -1);
    for (std::size_t b = 0; b < held_.size(); ++b)
      if (held_[b] > kUnit / 2) label[b] = 0;
    const auto parts = find_parts(problem_.graph, label);
    std::vector<Part> found(parts.grid_of.size());
    for (std::int32_t b = 0; b < problem_.graph.block_count(); ++b) {
      if (parts.part[at(b)] < 0) continue;
      auto& part = found[at(parts.part[at(b)])];
      part.blocks.push_back(b);
      if (part.block < 0 || held_[at(b)] > held_[at(part.block)]) part.block = b;
      for (const auto& side : problem_.graph.neighbours(b))
        if (label[at(side.block)] < 0) part.ring.push_back(side.block);
    }
    for (auto& part : found) keep_once(part.ring);
    return found;
  }

  static void keep_once(std::vector<std::int32_t>& blocks) {
    std::ranges::sort(blocks);
    const auto twice = std::ranges::unique(blocks);
    blocks.erase(twice.begin(), twice.end());
  }

  /// A part that is heavier than some of the owner's grids may be and lighter than more of them
  /// must be loses the weight that is too much, or a block around it is the owner's too.
  void weigh_parts(const std::vector<Part>& parts, const WeightLimit& limit, std::int32_t owner) {
    std::vector<std::size_t> grids;
    for (std::size_t g = 0; g < model_.owner_of_grid.size(); ++g)
      if (model_.owner_of_grid[g] == owner) grids.push_back(g);
    if (grids.size() > kMostWeighed) return;
    for (const auto& part : parts) {
      std::int64_t weight = 0;
      for (const auto block : part.blocks) weight += limit.weight[at(block)];
      std::int64_t fits = 0;  // the most that some of the grids may weigh without being too light
      for (std::uint32_t some = 1; some < (1U << grids.size()) && fits < weight; ++some) {
        std::int64_t lowest = 0;
        std::int64_t highest = 0;
        for (std::size_t i = 0; i < grids.size(); ++i) {
          if ((some >> i & 1U) == 0) continue;
          lowest += limit.lowest[grids[i]];
          highest += std::min(limit.highest[grids[i]], weight);
        }
        if (lowest <= weight) fits = std::max(fits, std::min(highest, weight));
      }
      const auto much = weight - fits;
      if (much <= 0) continue;
      double off = static_cast<double>(much);
      const auto shared = [&](std::int32_t block) { return held_[at(block)] / double{kUnit}; };
      for (const auto block : part.blocks)
        off -= static_cast<double>(limit.weight[at(block)]) * (1.0 - shared(block));
      for (const auto block : part.ring) off -= static_cast<double>(much) * shared(block);
      if (off <= 0.01 * static_cast<double>(much)) continue;
      // In parts of the weight that is too much; a block that has it all counts 1.
      double all = 0;
      for (const auto block : part.blocks) {
        const auto value = static_cast<double>(std::min(limit.weight[at(block)], much)) /
                           static_cast<double>(much);
        add(block, value);
        all += value;
      }
      for (const auto block : part.ring) add(block, -1.0);
      close(all - 1.0);
    }
  }

  /// With k grids there are at most k parts: of blocks in k + 1 parts one is missing, or a block
  /// around the parts is the owner's too.
  void count_parts(std::vector<Part> found, std::int64_t grids) {
    if (static_cast<std::int64_t>(found.size()) <= grids) return;
    std::ranges::stable_sort(found, {}, [](const Part& part) { return part.ring.size(); });
    found.resize(at(grids) + 1);
    std::int64_t sum = 0;
    std::vector<std::int32_t> around;
    for (std::size_t i = 0; i < found.size(); ++i) {
      sum += held_[at(found[i].block)];
      // The rings of all but one part each from each.
      if (i + 1 < found.size())
        around.insert(around.end(), found[i].ring.begin(), found[i].ring.end());
    }
    keep_once(around);
    for (const auto block : around) sum -= held_[at(block)];
    if (sum <= grids * kUnit + kBroken) return;
    for (const auto& part : found) add(part.block, 1.0);
    for (const auto block : around) add(block, -1.0);
    close(static_cast<double>(grids));
  }

  void add(std::int32_t block, double value) {
    if (column_[at(block)] < 0) return;
    rows_.column.push_back(static_cast<std::int32_t>(column_[at(block)]));
    rows_.value.push_back(value);
  }
  void close(double highest) {
    rows_.ptr.push_back(static_cast<std::int64_t>(rows_.column.size()));
    rows_.lowest.push_back(-std::numeric_limits<double>::infinity());
    rows_.highest.push_back(highest);
  }

  const PlanProblem& problem_;
  const OwnerModel& model_;
  LinearRows& rows_;
  LeastRing ring_of_;
  std::vector<std::int32_t> held_;
  std::vector<std::int64_t> column_;
  std::vector<std::int32_t> ring_;
};

}  // namespace

LinearRows find_reach_rows(const PlanProblem& problem, const OwnerModel& model,
                           std::span<const double> share) {
  require(share.size() == model.block.size(),
          [] { return std::string{"reach rows: one share a column is needed"}; });
  LinearRows rows;
  OwnerRows finder{problem, model, rows};
  for (std::int32_t o = 0; o < model.owners; ++o) finder.find(o, share);
  return rows;
}

}  // namespace libgrid
