#include "libgrid/planning/migration.hpp"

#include <algorithm>
#include <string>

#include "exchange.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

using Batches = std::vector<std::vector<std::size_t>>;  ///< items of an exchange, in order

constexpr std::size_t kMostSearched = 14;  ///< so at most 16,384 plans in between

/// The order with the smallest largest batch over all plans in between, of which the `open` items
/// have yet to move.
Batches search_all(Exchange& exchange, const std::vector<std::uint8_t>& moved,
                   const std::vector<std::size_t>& open) {
  const auto n = open.size();
  const auto whole = (std::uint32_t{1} << n) - 1;
  std::vector<std::uint8_t> kept(whole + 1);
  std::vector<std::size_t> size(whole + 1, 0);
  for (std::uint32_t set = 0; set <= whole; ++set) {
    auto all = moved;
    for (std::size_t i = 0; i < n; ++i) {
      if ((set >> i & 1U) == 0) continue;
      all[open[i]] = 1;
      size[set] += exchange.items()[open[i]].blocks.size();
    }
    kept[set] = set == 0 || set == whole || exchange.keeps_rules(all) ? 1 : 0;
  }
  std::vector<std::size_t> sizes{size.begin() + 1, size.end()};
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  for (const auto most : sizes) {
    std::vector<std::int64_t> came(whole + 1, -1);
    came[0] = 0;
    // Sets only grow, so in ascending order each comes after all from which it is reached.
    for (std::uint32_t set = 0; set < whole; ++set) {
      if (came[set] < 0) continue;
      const auto rest = whole & ~set;
      for (auto step = rest; step != 0; step = (step - 1) & rest)
        if (size[step] <= most && kept[set | step] && came[set | step] < 0) came[set | step] = set;
    }
    if (came[whole] < 0) continue;
    Batches batches;
    for (auto set = whole; set != 0; set = static_cast<std::uint32_t>(came[set])) {
      auto& batch = batches.emplace_back();
      const auto step = set ^ static_cast<std::uint32_t>(came[set]);
      for (std::size_t i = 0; i < n; ++i)
        if (step >> i & 1U) batch.push_back(open[i]);
    }
    std::reverse(batches.begin(), batches.end());
    return batches;
  }
  return {open};
}

/// One exchange with more moves than all orders can be searched of.
class Greedy {
 public:
  Greedy(Exchange& exchange, std::int64_t effort)
      : exchange_{exchange}, moved_(exchange.items().size(), 0), left_{effort} {}

  Batches run() {
    while (true) {
      std::vector<std::size_t> open;
      for (std::size_t i = 0; i < moved_.size(); ++i)
        if (!moved_[i]) open.push_back(i);
      if (open.empty()) return batches_;
      if (open.size() <= kMostSearched) {
        for (auto& batch : search_all(exchange_, moved_, open))
          batches_.push_back(std::move(batch));
        return batches_;
      }
      if (single(open) || several(open) || between_grids(open)) continue;
      take(open);
    }
  }

 private:
  bool allowed(const std::vector<std::size_t>& batch) {
    --left_;
    for (const auto i : batch) moved_[i] = 1;
    const bool kept = exchange_.keeps_rules(moved_);
    for (const auto i : batch) moved_[i] = 0;
    return kept;
  }
  void take(const std::vector<std::size_t>& batch) {
    for (const auto i : batch) moved_[i] = 1;
    batches_.push_back(batch);
  }
  bool single(const std::vector<std::size_t>& open) {
    bool any = false;
    for (const auto i : open)
      if (allowed({i})) {
        take({i});
        any = true;
      }
    return any;
  }
  /// Pairs, then triples, in the order of their items.
  bool several(const std::vector<std::size_t>& open) {
    for (std::size_t a = 0; a < open.size(); ++a)
      for (std::size_t b = a + 1; b < open.size() && left_ > 0; ++b)
        if (allowed({open[a], open[b]})) return take({open[a], open[b]}), true;
    for (std::size_t a = 0; a < open.size(); ++a)
      for (std::size_t b = a + 1; b < open.size(); ++b)
        for (std::size_t c = b + 1; c < open.size() && left_ > 0; ++c)
          if (allowed({open[a], open[b], open[c]})) return take({open[a], open[b], open[c]}), true;
    return false;
  }
  /// All that goes between the same grids.
  bool between_grids(const std::vector<std::size_t>& open) {
    Batches groups;
    for (const auto i : open) {
      const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
        return exchange_.grids_of(group.front()) == exchange_.grids_of(i);
      });
      if (same == groups.end())
        groups.push_back({i});
      else
        same->push_back(i);
    }
    for (const auto& group : groups)
      if (allowed(group)) return take(group), true;
    return false;
  }

  Exchange& exchange_;
  std::vector<std::uint8_t> moved_;
  std::int64_t left_;
  Batches batches_;
};

void require_labels(const PlanProblem& problem, std::span<const std::int32_t> plan,
                    const char* name) {
  require(plan.size() == static_cast<std::size_t>(problem.graph.block_count()), [&] {
    return std::string{name} + " has " + std::to_string(plan.size()) + " blocks, the graph has " +
           std::to_string(problem.graph.block_count());
  });
  for (std::size_t b = 0; b < plan.size(); ++b)
    require(plan[b] >= 0 && plan[b] < problem.grid_count, [&] {
      return std::string{name} + ": block " + std::to_string(b) + " is in no grid: give it one";
    });
}

}  // namespace

Migration plan_migration(const PlanProblem& problem, std::span<const std::int32_t> from,
                         std::span<const std::int32_t> to, const MigrationOptions& options) {
  check_problem(problem);
  require_labels(problem, from, "the old plan");
  require_labels(problem, to, "the new plan");
  require(options.moves_per_step >= 1,
          [] { return std::string{"moves_per_step must be at least 1"}; });
  Migration order;
  std::int32_t batch = 0;
  std::int32_t step = 0;
  std::int64_t in_step = 0;
  for (auto& exchange : find_exchanges(problem, from, to)) {
    for (const auto& items : Greedy{exchange, options.effort}.run()) {
      std::vector<std::int32_t> blocks;
      for (const auto i : items) {
        const auto& mine = exchange.items()[i].blocks;
        blocks.insert(blocks.end(), mine.begin(), mine.end());
      }
      std::sort(blocks.begin(), blocks.end());
      const auto size = static_cast<std::int64_t>(blocks.size());
      if (in_step > 0 && in_step + size > options.moves_per_step) {
        ++step;
        in_step = 0;
      }
      in_step += size;
      for (const auto block : blocks) {
        order.block.push_back(block);
        order.batch.push_back(batch);
        order.step.push_back(step);
      }
      order.largest_batch = std::max(order.largest_batch, static_cast<std::int32_t>(size));
      ++batch;
    }
  }
  return order;
}

}  // namespace libgrid
