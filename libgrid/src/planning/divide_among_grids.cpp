#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "libgrid/base/error.hpp"
#include "libgrid/planning/owner_model.hpp"
#include "libgrid/planning/seed_plan.hpp"

namespace libgrid {
namespace {

using Blocks = std::vector<std::int32_t>;

constexpr double kMostTried = 20'000;  // ways to give an owner's grids to its parts

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// The parts that an owner's blocks lie in, heaviest first, and the grids that share them.
class Division {
 public:
  Division(const PlanProblem& problem, const Blocks& grids, std::vector<Blocks> parts)
      : problem_{problem}, grids_{grids}, parts_{std::move(parts)} {
    for (const auto& limit : problem.limits) {
      auto& weights = weight_.emplace_back();
      for (const auto& part : parts_) {
        std::int64_t sum = 0;
        for (const auto block : part) sum += limit.weight[at(block)];
        weights.push_back(sum);
      }
    }
    for (const auto& weights : weight_) {
      double sum = 0;
      for (const auto w : weights) sum += static_cast<double>(w);
      mean_.push_back(sum / static_cast<double>(grids_.size()));
    }
    const auto order = [&](std::size_t a, std::size_t b) {
      return weight_.empty() ? parts_[a].size() > parts_[b].size() : weight_[0][a] > weight_[0][b];
    };
    for (std::size_t p = 0; p < parts_.size(); ++p) order_.push_back(p);
    std::ranges::stable_sort(order_, order);
  }

  /// By part the grids that it gets. Grids of one size are given in all ways while they are few,
  /// else one by one to the part that lacks most.
  [[nodiscard]] std::vector<Blocks> share() const {
    const auto ways =
        std::pow(static_cast<double>(parts_.size()), static_cast<double>(grids_.size()));
    const auto part_of = ways <= kMostTried ? best_way(static_cast<std::int64_t>(ways)) : greedy();
    std::vector<Blocks> given(parts_.size());
    for (std::size_t g = 0; g < grids_.size(); ++g) given[part_of[g]].push_back(grids_[g]);
    return given;
  }

 private:
  [[nodiscard]] std::vector<std::size_t> best_way(std::int64_t ways) const {
    std::vector<std::size_t> part_of(grids_.size());
    std::vector<std::size_t> best;
    double least = std::numeric_limits<double>::infinity();
    for (std::int64_t way = 0; way < ways; ++way) {
      auto rest = way;
      for (auto& part : part_of) {
        part = order_[at(rest % static_cast<std::int64_t>(parts_.size()))];
        rest /= static_cast<std::int64_t>(parts_.size());
      }
      const auto off = miss(part_of);
      if (off < least) {
        least = off;
        best = part_of;
      }
    }
    return best;
  }

  /// How far the parts are off what their grids may weigh; a part without a grid counts as a whole.
  [[nodiscard]] double miss(const std::vector<std::size_t>& part_of) const {
    double off = 0;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      const auto grids = std::ranges::count(part_of, p);
      if (grids == 0) off += 1 + static_cast<double>(parts_[p].size());
      if (grids > static_cast<std::int64_t>(parts_[p].size())) off += 1e6;
      for (std::size_t l = 0; l < weight_.size() && grids > 0; ++l) {
        double low = 0;
        double high = 0;
        for (std::size_t g = 0; g < grids_.size(); ++g) {
          if (part_of[g] != p) continue;
          low += static_cast<double>(problem_.limits[l].lowest[at(grids_[g])]);
          high += static_cast<double>(problem_.limits[l].highest[at(grids_[g])]);
        }
        const auto weight = static_cast<double>(weight_[l][p]);
        off += std::max({0.0, low - weight, weight - high}) / std::max(1.0, mean_[l]);
      }
    }
    return off;
  }

  [[nodiscard]] std::vector<std::size_t> greedy() const {
    std::vector<double> lacks;
    for (std::size_t p = 0; p < parts_.size(); ++p)
      lacks.push_back(weight_.empty() ? static_cast<double>(parts_[p].size())
                                      : static_cast<double>(weight_[0][p]));
    double whole = 0;
    for (const auto lack : lacks) whole += lack;
    std::vector<std::size_t> part_of;
    for (std::size_t g = 0; g < grids_.size(); ++g) {
      const auto most = static_cast<std::size_t>(std::ranges::max_element(lacks) - lacks.begin());
      part_of.push_back(most);
      lacks[most] -= whole / static_cast<double>(grids_.size());
    }
    return part_of;
  }

  const PlanProblem& problem_;
  const Blocks& grids_;
  std::vector<Blocks> parts_;
  std::vector<std::vector<std::int64_t>> weight_{};  // limits × parts
  std::vector<std::size_t> order_{};
  std::vector<double> mean_{};  // by limit: what a grid weighs on average
};

/// Which of the grids each block has today, -1 for another one; empty where all have another one.
Blocks today_of(const PlanProblem& problem, const Blocks& part, const Blocks& grids,
                std::size_t count) {
  if (problem.reference.empty()) return {};
  Blocks today;
  bool any = false;
  for (const auto block : part) {
    const auto end = grids.begin() + static_cast<std::ptrdiff_t>(count);
    const auto found = std::find(grids.begin(), end, problem.reference[at(block)]);
    today.push_back(found == end ? -1 : static_cast<std::int32_t>(found - grids.begin()));
    any = any || found != end;
  }
  return any ? today : Blocks{};
}

/// A part cut among its grids, by today's plan mended where there is one; limits are widened evenly
/// where its weight does not fit them.
void cut_part(const PlanProblem& problem, const Blocks& part, const Blocks& grids,
              std::vector<std::int32_t>& local, std::vector<std::int32_t>& grid_of) {
  for (std::size_t i = 0; i < part.size(); ++i) local[at(part[i])] = static_cast<std::int32_t>(i);
  Blocks a;
  Blocks b;
  for (const auto block : part)
    for (const auto& side : problem.graph.neighbours(block))
      if (side.block > block && local[at(side.block)] >= 0) {
        a.push_back(local[at(block)]);
        b.push_back(local[at(side.block)]);
      }
  const auto blocks = static_cast<std::int32_t>(part.size());
  const auto count = std::min<std::size_t>(grids.size(), part.size());
  PlanProblem piece{.graph = {blocks, {.a = a, .b = b}},
                    .grid_count = static_cast<std::int32_t>(count)};
  for (const auto& limit : problem.limits) {
    WeightLimit own{.name = limit.name, .weight = {}, .lowest = {}, .highest = {}};
    double total = 0;
    for (const auto block : part) {
      own.weight.push_back(limit.weight[at(block)]);
      total += static_cast<double>(own.weight.back());
    }
    double low = 0;
    double high = 0;
    for (std::size_t g = 0; g < count; ++g) {
      low += static_cast<double>(limit.lowest[at(grids[g])]);
      high += static_cast<double>(limit.highest[at(grids[g])]);
    }
    const auto less = low > total ? 0.97 * total / low : 1.0;
    const auto more = high < total ? 1.03 * total / std::max(1.0, high) : 1.0;
    for (std::size_t g = 0; g < count; ++g) {
      const auto scaled = [](std::int64_t value, double by) {
        return by == 1.0 ? value : static_cast<std::int64_t>(static_cast<double>(value) * by);
      };
      own.lowest.push_back(scaled(limit.lowest[at(grids[g])], less));
      own.highest.push_back(scaled(limit.highest[at(grids[g])], more));
    }
    piece.limits.push_back(std::move(own));
  }
  const auto cut = seed_plan(piece, today_of(problem, part, grids, count), {}, {.threads = 1});
  for (std::size_t i = 0; i < part.size(); ++i) {
    grid_of[at(part[i])] = cut.grid_of[i] < 0 ? -1 : grids[at(cut.grid_of[i])];
    local[at(part[i])] = -1;
  }
}

}  // namespace

std::vector<std::int32_t> divide_among_grids(const PlanProblem& problem, const OwnerModel& model,
                                             std::span<const std::int32_t> owner_of) {
  const auto blocks = at(problem.graph.block_count());
  require(owner_of.size() == blocks, [&] {
    return "owners: " + std::to_string(owner_of.size()) + " for " + std::to_string(blocks) +
           " blocks";
  });
  const auto found = find_parts(problem.graph, owner_of);
  std::vector<std::vector<Blocks>> parts(at(model.owners));
  std::vector<std::size_t> place(found.grid_of.size());
  for (std::size_t p = 0; p < found.grid_of.size(); ++p) {
    auto& own = parts[at(found.grid_of[p])];
    place[p] = own.size();
    own.emplace_back();
  }
  for (std::size_t b = 0; b < blocks; ++b)
    if (found.part[b] >= 0)
      parts[at(owner_of[b])][place[at(found.part[b])]].push_back(static_cast<std::int32_t>(b));
  std::vector<std::int32_t> grid_of(blocks, -1);
  std::vector<std::int32_t> local(blocks, -1);
  for (std::int32_t o = 0; o < model.owners; ++o) {
    if (parts[at(o)].empty()) continue;
    Blocks grids;
    for (std::size_t g = 0; g < model.owner_of_grid.size(); ++g)
      if (model.owner_of_grid[g] == o) grids.push_back(static_cast<std::int32_t>(g));
    const auto given = Division{problem, grids, parts[at(o)]}.share();
    for (std::size_t p = 0; p < given.size(); ++p)
      if (!given[p].empty()) cut_part(problem, parts[at(o)][p], given[p], local, grid_of);
  }
  return grid_of;
}

}  // namespace libgrid
