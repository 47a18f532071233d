#include "region_split.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

#include "libgrid/base/parallel.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

double total_of(const std::vector<std::int64_t>& weight) {
  double total = 0;
  for (const auto w : weight) total += static_cast<double>(w);
  return total;
}

struct Place {
  double x, y;
};

/// Where blocks are, from the first inertia term; empty when there is none.
std::vector<Place> find_places(const PlanProblem& p) {
  for (const auto& term : p.terms) {
    if (term.kind != TermKind::inertia) continue;
    std::vector<Place> places(at(p.graph.block_count()));
    for (std::size_t b = 0; b < places.size(); ++b) {
      if (term.moments.empty()) {
        places[b] = {static_cast<double>(term.place[b].x_mm),
                     static_cast<double>(term.place[b].y_mm)};
      } else if (term.weight[b] > 0) {
        const auto w = static_cast<double>(term.weight[b]);
        places[b] = {static_cast<double>(term.moments[b].x) / w,
                     static_cast<double>(term.moments[b].y) / w};
      } else {
        return {};
      }
    }
    return places;
  }
  return {};
}

/// Everything that splits share: regions write only at their own blocks.
struct Shared {
  const PlanProblem& problem;
  const SplitScale& scale;
  std::vector<Place> places;
  std::vector<std::int32_t> region;  ///< by block, -1: in none
  std::vector<std::int32_t> side;    ///< by block: 0 rest, 1 taken, 2 in the queue; or scratch
  std::vector<double> key;
};

class Splitter {
 public:
  Splitter(Shared& shared, const PlanRegion& from, std::int32_t id)
      : s_{shared}, from_{from}, id_{id} {}

  std::pair<PlanRegion, PlanRegion> split() {
    const auto half = from_.grids.size() / 2;
    PlanRegion left{{}, {from_.grids.begin(), from_.grids.begin() + static_cast<long>(half)}};
    PlanRegion right{{}, {from_.grids.begin() + static_cast<long>(half), from_.grids.end()}};
    double all = 0;
    double wanted = 0;
    double weight = 0;
    for (const auto g : from_.grids) all += s_.scale.target[at(g)];
    for (const auto g : left.grids) wanted += s_.scale.target[at(g)];
    for (const auto b : from_.blocks) weight += s_.scale.weight[at(b)];
    wanted *= weight / all;

    find_keys();
    // Pockets that the sweep cuts off the rest come to the left: leave room for them.
    auto aim = wanted;
    double best_off = std::numeric_limits<double>::infinity();
    for (int attempt = 0; attempt < 3; ++attempt) {
      const auto taken = sweep(aim);
      const auto off = std::abs(taken - wanted);
      if (off < best_off && taken_ >= left.grids.size() &&
          from_.blocks.size() - taken_ >= right.grids.size()) {
        best_off = off;
        best_.assign(from_.blocks.size(), 0);
        for (std::size_t i = 0; i < best_.size(); ++i) best_[i] = s_.side[at(from_.blocks[i])] == 1;
      }
      if (off <= 0.01 * wanted / static_cast<double>(half)) break;
      aim -= taken - wanted;
    }
    // Off by more than a tree may do better, or no cut at all.
    if (best_off > 0.25 * wanted / static_cast<double>(half)) carve(wanted, best_off, left, right);
    for (std::size_t i = 0; i < from_.blocks.size(); ++i)
      (best_[i] != 0 ? left : right).blocks.push_back(from_.blocks[i]);
    return {std::move(left), std::move(right)};
  }

 private:
  [[nodiscard]] bool inside(std::int32_t block) const { return s_.region[at(block)] == id_; }

  /// Breadth first from `start`; key[] becomes the number of steps. Returns the last block met.
  std::int32_t walk_from(std::int32_t start) {
    for (const auto b : from_.blocks) s_.side[at(b)] = 0;
    queue_.assign(1, start);
    s_.side[at(start)] = 1;
    s_.key[at(start)] = 0;
    for (std::size_t head = 0; head < queue_.size(); ++head)
      for (const auto& next : s_.problem.graph.neighbours(queue_[head])) {
        if (!inside(next.block) || s_.side[at(next.block)] != 0) continue;
        s_.side[at(next.block)] = 1;
        s_.key[at(next.block)] = s_.key[at(queue_[head])] + 1;
        queue_.push_back(next.block);
      }
    return queue_.back();
  }

  void find_keys() {
    if (s_.places.empty()) {
      const auto end = walk_from(walk_from(from_.blocks.front()));
      start_ = end;
      walk_from(end);
      return;
    }
    double w = 0, x = 0, y = 0;
    for (const auto b : from_.blocks) {
      const auto& p = s_.places[at(b)];
      w += 1, x += p.x, y += p.y;
    }
    x /= w, y /= w;
    double xx = 0, yy = 0, xy = 0;
    for (const auto b : from_.blocks) {
      const auto dx = s_.places[at(b)].x - x;
      const auto dy = s_.places[at(b)].y - y;
      xx += dx * dx, yy += dy * dy, xy += dx * dy;
    }
    // The axis along which places spread most: the first eigenvector of the scatter.
    const auto half = 0.5 * (xx - yy);
    const auto root = std::sqrt(half * half + xy * xy);
    auto ax = half + root;
    auto ay = xy;
    if (std::abs(ax) + std::abs(ay) < 1e-9 * (xx + yy)) ax = half >= 0 ? 1 : 0, ay = 1 - ax;
    const auto norm = std::sqrt(ax * ax + ay * ay);
    start_ = from_.blocks.front();
    for (const auto b : from_.blocks) {
      const auto& p = s_.places[at(b)];
      s_.key[at(b)] = norm > 0 ? ((p.x - x) * ax + (p.y - y) * ay) / norm : 0;
      if (s_.key[at(b)] < s_.key[at(start_)]) start_ = b;
    }
  }

  /// Grows the left half from the start, lowest key first, to about `aim`; then adds what is cut
  /// off from the largest part of the rest. Returns the weight of the left.
  double sweep(double aim) {
    for (const auto b : from_.blocks) s_.side[at(b)] = 0;
    using Entry = std::pair<double, std::int32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> next;
    next.emplace(s_.key[at(start_)], start_);
    s_.side[at(start_)] = 2;
    double weight = 0;
    taken_ = 0;
    while (!next.empty() && taken_ + 1 < from_.blocks.size()) {
      const auto block = next.top().second;
      const auto w = s_.scale.weight[at(block)];
      if (taken_ > 0 && weight + w / 2 > aim) break;
      next.pop();
      s_.side[at(block)] = 1;
      weight += w;
      ++taken_;
      for (const auto& side : s_.problem.graph.neighbours(block))
        if (inside(side.block) && s_.side[at(side.block)] == 0) {
          s_.side[at(side.block)] = 2;
          next.emplace(s_.key[at(side.block)], side.block);
        }
    }
    for (const auto b : from_.blocks)
      if (s_.side[at(b)] == 2) s_.side[at(b)] = 0;
    // Parts of the rest, all but the heaviest to the left.
    std::vector<std::size_t> begin;
    std::size_t heaviest = 0;
    double most = -1;
    queue_.clear();
    for (const auto b : from_.blocks) {
      if (s_.side[at(b)] != 0) continue;
      double part = 0;
      begin.push_back(queue_.size());
      queue_.push_back(b);
      s_.side[at(b)] = 3;
      for (auto head = begin.back(); head < queue_.size(); ++head) {
        part += s_.scale.weight[at(queue_[head])];
        for (const auto& side : s_.problem.graph.neighbours(queue_[head]))
          if (inside(side.block) && s_.side[at(side.block)] == 0) {
            s_.side[at(side.block)] = 3;
            queue_.push_back(side.block);
          }
      }
      if (part > most) most = part, heaviest = begin.size() - 1;
    }
    begin.push_back(queue_.size());
    for (std::size_t part = 0; part + 1 < begin.size(); ++part)
      if (part != heaviest)
        for (auto i = begin[part]; i < begin[part + 1]; ++i) {
          s_.side[at(queue_[i])] = 1;
          weight += s_.scale.weight[at(queue_[i])];
          ++taken_;
        }
    return weight;
  }

  /// The edge of a breadth-first tree whose lower part weighs nearest to what some of the grids
  /// should, when it is nearer than `best_off`. Grids are shared out anew.
  void carve(double wanted, double best_off, PlanRegion& left, PlanRegion& right) {
    walk_from(start_);
    const auto order = queue_;
    std::vector<double> below(order.size());
    std::vector<std::int32_t> count(order.size(), 1);
    for (std::size_t i = 0; i < order.size(); ++i) {
      s_.side[at(order[i])] = static_cast<std::int32_t>(i);
      below[i] = s_.scale.weight[at(order[i])];
    }
    std::vector<std::int32_t> parent(order.size(), -1);
    for (std::size_t i = 1; i < order.size(); ++i)
      for (const auto& side : s_.problem.graph.neighbours(order[i]))
        if (inside(side.block) && (parent[i] < 0 || s_.side[at(side.block)] < parent[i]))
          parent[i] = s_.side[at(side.block)];
    for (auto i = order.size(); i-- > 1;) {
      below[at(parent[i])] += below[i];
      count[at(parent[i])] += count[i];
    }
    const auto grids = static_cast<std::int32_t>(from_.grids.size());
    const auto blocks = static_cast<std::int32_t>(order.size());
    const auto share = below[0] / grids;
    std::size_t cut = 0;
    std::int32_t given = 0;
    // A tree cut is worth it where the sweep failed; its own error counts against one grid's share.
    auto best = std::isfinite(best_off) ? best_off / static_cast<double>(left.grids.size())
                                        : std::numeric_limits<double>::infinity();
    (void)wanted;
    for (std::size_t i = 1; i < order.size(); ++i) {
      const auto fair =
          std::clamp(static_cast<std::int32_t>(std::lround(below[i] / share)), 1, grids - 1);
      const auto j = std::clamp(fair, grids - std::min(grids - 1, blocks - count[i]),
                                std::min(grids - 1, count[i]));
      if (j > count[i] || grids - j > blocks - count[i]) continue;
      const auto off = std::abs(below[i] - j * share) / std::min(j, grids - j);
      if (off < best) best = off, cut = i, given = j;
    }
    if (cut == 0) return;
    std::vector<std::uint8_t> lower(order.size(), 0);
    lower[cut] = 1;
    for (auto i = cut + 1; i < order.size(); ++i) lower[i] |= lower[at(parent[i])];
    best_.assign(from_.blocks.size(), 0);
    for (std::size_t i = 0; i < best_.size(); ++i)
      best_[i] = lower[at(s_.side[at(from_.blocks[i])])];
    left.grids.assign(from_.grids.begin(), from_.grids.begin() + given);
    right.grids.assign(from_.grids.begin() + given, from_.grids.end());
  }

  Shared& s_;
  const PlanRegion& from_;
  std::int32_t id_;
  std::int32_t start_ = -1;
  std::size_t taken_ = 0;
  std::vector<std::int32_t> queue_;
  std::vector<std::uint8_t> best_;
};

}  // namespace

SplitScale find_scale(const PlanProblem& p) {
  const auto blocks = at(p.graph.block_count());
  const auto grids = at(p.grid_count);
  SplitScale scale{std::vector<double>(blocks, 1.0), std::vector<double>(grids, 1.0)};
  const std::vector<std::int64_t>* weight = nullptr;
  double tightest = std::numeric_limits<double>::infinity();
  for (const auto& limit : p.limits) {
    const auto total = total_of(limit.weight);
    if (total <= 0) continue;
    std::vector<double> target(grids);
    double width = 0;
    bool binds = false;
    for (std::size_t g = 0; g < grids; ++g) {
      const auto high = std::min(static_cast<double>(limit.highest[g]), total);
      const auto low = std::max(static_cast<double>(limit.lowest[g]), 0.0);
      binds = binds || high < total || low > 0;
      target[g] = std::max(0.5 * (low + high), 1e-9);
      width += (high - low) / target[g];
    }
    if (!binds || width >= tightest) continue;
    tightest = width;
    weight = &limit.weight;
    scale.target = target;
  }
  if (weight == nullptr)
    for (const auto& term : p.terms)
      if (term.kind == TermKind::balance && weight == nullptr && total_of(term.weight) > 0) {
        weight = &term.weight;
        for (std::size_t g = 0; g < grids; ++g)
          scale.target[g] = static_cast<double>(term.target[g]);
      }
  if (weight != nullptr) {
    // Blocks without weight still are blocks: they count a thousandth of the average.
    const auto little = 1e-3 * total_of(*weight) / static_cast<double>(blocks);
    for (std::size_t b = 0; b < blocks; ++b)
      scale.weight[b] = static_cast<double>((*weight)[b]) + little;
  }
  return scale;
}

void split_regions(const PlanProblem& problem, const SplitScale& scale,
                   std::vector<PlanRegion> regions, std::span<std::int32_t> grid_of,
                   const RunControl& run) {
  const auto blocks = at(problem.graph.block_count());
  Shared shared{problem,
                scale,
                find_places(problem),
                std::vector<std::int32_t>(blocks, -1),
                std::vector<std::int32_t>(blocks, 0),
                std::vector<double>(blocks, 0.0)};
  std::int32_t id = 0;
  while (!regions.empty()) {
    const auto first = id;
    for (const auto& region : regions) {
      for (const auto b : region.blocks) shared.region[at(b)] = id;
      ++id;
    }
    std::vector<std::pair<PlanRegion, PlanRegion>> halves(regions.size());
    for_each_chunk(
        static_cast<std::int64_t>(regions.size()), 1, {.stop = run.stop, .threads = run.threads},
        [&](Chunk chunk) {
          const auto& region = regions[static_cast<std::size_t>(chunk.begin)];
          if (region.grids.size() == 1) {
            for (const auto b : region.blocks) grid_of[at(b)] = region.grids[0];
            return;
          }
          halves[static_cast<std::size_t>(chunk.begin)] =
              Splitter{shared, region, first + static_cast<std::int32_t>(chunk.begin)}.split();
        });
    regions.clear();
    for (auto& [left, right] : halves) {
      if (left.grids.empty()) continue;
      regions.push_back(std::move(left));
      regions.push_back(std::move(right));
    }
  }
}

}  // namespace libgrid
