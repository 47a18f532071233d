#include "exchange.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

class Groups {
 public:
  explicit Groups(std::size_t n) : root_(n) { std::iota(root_.begin(), root_.end(), 0); }
  std::int32_t find(std::int32_t i) {
    while (root_[at(i)] != i) i = root_[at(i)] = root_[at(root_[at(i)])];
    return i;
  }
  void join(std::int32_t a, std::int32_t b) {
    a = find(a);
    b = find(b);
    root_[at(std::max(a, b))] = std::min(a, b);
  }

 private:
  std::vector<std::int32_t> root_;
};

}  // namespace

Exchange::Exchange(const PlanProblem& problem, std::span<const std::int32_t> from,
                   std::span<const std::int32_t> to, std::vector<std::int32_t> grids,
                   std::vector<std::int32_t> blocks)
    : grids_{static_cast<std::int32_t>(grids.size())} {
  const auto row_of = [](const std::vector<std::int32_t>& sorted, std::int32_t value) {
    const auto found = std::lower_bound(sorted.begin(), sorted.end(), value);
    return found != sorted.end() && *found == value
               ? static_cast<std::int32_t>(found - sorted.begin())
               : -1;
  };
  for (const auto block : blocks) {
    from_.push_back(row_of(grids, from[at(block)]));
    to_.push_back(row_of(grids, to[at(block)]));
    auto& beside = neighbours_.emplace_back();
    for (const auto& side : problem.graph.neighbours(block))
      if (const auto row = row_of(blocks, side.block); row >= 0) beside.push_back(row);
  }
  label_ = from_;
  seen_.resize(blocks.size());
  for (const auto& [a, b] : problem.keep_apart) {
    const auto one = row_of(blocks, a);
    const auto two = row_of(blocks, b);
    if (one >= 0 && two >= 0) apart_.emplace_back(one, two);
  }
  may_be_empty_.assign(grids.size(), 1);
  std::vector<std::uint8_t> before(grids.size(), 0);
  for (const auto grid : from_) before[at(grid)] = 1;
  std::vector<std::uint8_t> after(grids.size(), 0);
  for (const auto grid : to_) after[at(grid)] = 1;
  for (std::size_t g = 0; g < grids.size(); ++g) may_be_empty_[g] = !(before[g] && after[g]);
  most_parts_ = count_parts(from_);
  for (auto& parts : most_parts_) parts = std::max(parts, 1);
  for (const auto& limit : problem.limits) {
    auto& mine = limits_.emplace_back();
    for (const auto block : blocks) mine.weight.push_back(limit.weight[at(block)]);
    std::vector<std::int64_t> old(grids.size(), 0);
    std::vector<std::int64_t> now(grids.size(), 0);
    for (std::size_t r = 0; r < blocks.size(); ++r) {
      old[at(from_[r])] += mine.weight[r];
      now[at(to_[r])] += mine.weight[r];
    }
    for (std::size_t g = 0; g < grids.size(); ++g) {
      mine.lowest.push_back(std::min({limit.lowest[at(grids[g])], old[g], now[g]}));
      mine.highest.push_back(std::max({limit.highest[at(grids[g])], old[g], now[g]}));
    }
  }
  Groups groups{blocks.size()};
  for (const auto& [a, b] : problem.keep_together) {
    const auto one = row_of(blocks, a);
    const auto two = row_of(blocks, b);
    if (one >= 0 && two >= 0) groups.join(one, two);
  }
  std::map<std::int32_t, std::size_t> item_of;
  for (std::int32_t r = 0; r < static_cast<std::int32_t>(blocks.size()); ++r) {
    if (from_[at(r)] == to_[at(r)]) continue;
    const auto [entry, fresh] = item_of.try_emplace(groups.find(r), items_.size());
    if (fresh) {
      items_.emplace_back();
      item_rows_.emplace_back();
    }
    items_[entry->second].blocks.push_back(blocks[at(r)]);
    item_rows_[entry->second].push_back(r);
  }
}

std::vector<std::int32_t> Exchange::grids_of(std::size_t item) const {
  std::vector<std::int32_t> grids;
  for (const auto row : item_rows_[item]) {
    grids.push_back(from_[at(row)]);
    grids.push_back(to_[at(row)]);
  }
  std::sort(grids.begin(), grids.end());
  grids.erase(std::unique(grids.begin(), grids.end()), grids.end());
  return grids;
}

bool Exchange::keeps_rules(const std::vector<std::uint8_t>& moved) {
  label_ = from_;
  for (std::size_t i = 0; i < moved.size(); ++i)
    if (moved[i])
      for (const auto row : item_rows_[i]) label_[at(row)] = to_[at(row)];
  return within_limits() && apart() && connected();
}

bool Exchange::within_limits() const {
  std::vector<std::int64_t> sums(at(grids_));
  for (const auto& limit : limits_) {
    std::fill(sums.begin(), sums.end(), 0);
    for (std::size_t r = 0; r < label_.size(); ++r) sums[at(label_[r])] += limit.weight[r];
    for (std::size_t g = 0; g < sums.size(); ++g)
      if (sums[g] < limit.lowest[g] || sums[g] > limit.highest[g]) return false;
  }
  return true;
}

bool Exchange::apart() const {
  return std::none_of(apart_.begin(), apart_.end(), [&](const auto& pair) {
    return label_[at(pair.first)] == label_[at(pair.second)] &&
           from_[at(pair.first)] != from_[at(pair.second)];
  });
}

bool Exchange::connected() {
  const auto parts = count_parts(label_);
  for (std::size_t g = 0; g < parts.size(); ++g)
    if (parts[g] > most_parts_[g] || (parts[g] == 0 && !may_be_empty_[g])) return false;
  return true;
}

std::vector<std::int32_t> Exchange::count_parts(std::span<const std::int32_t> label) {
  std::vector<std::int32_t> parts(at(grids_), 0);
  std::fill(seen_.begin(), seen_.end(), std::uint8_t{0});
  for (std::int32_t start = 0; start < static_cast<std::int32_t>(label.size()); ++start) {
    if (seen_[at(start)]) continue;
    seen_[at(start)] = 1;
    ++parts[at(label[at(start)])];
    queue_.assign(1, start);
    while (!queue_.empty()) {
      const auto row = queue_.back();
      queue_.pop_back();
      for (const auto beside : neighbours_[at(row)]) {
        if (seen_[at(beside)] || label[at(beside)] != label[at(row)]) continue;
        seen_[at(beside)] = 1;
        queue_.push_back(beside);
      }
    }
  }
  return parts;
}

std::vector<Exchange> find_exchanges(const PlanProblem& problem, std::span<const std::int32_t> from,
                                     std::span<const std::int32_t> to) {
  Groups groups{at(problem.grid_count)};
  for (std::size_t b = 0; b < from.size(); ++b) groups.join(from[b], to[b]);
  std::vector<std::uint8_t> stirred(at(problem.grid_count), 0);
  for (std::size_t b = 0; b < from.size(); ++b)
    if (from[b] != to[b]) stirred[at(groups.find(from[b]))] = 1;
  std::map<std::int32_t, std::pair<std::vector<std::int32_t>, std::vector<std::int32_t>>> members;
  for (std::int32_t g = 0; g < problem.grid_count; ++g)
    if (stirred[at(groups.find(g))]) members[groups.find(g)].first.push_back(g);
  for (std::int32_t b = 0; b < static_cast<std::int32_t>(from.size()); ++b)
    if (stirred[at(groups.find(from[at(b)]))])
      members[groups.find(from[at(b)])].second.push_back(b);
  std::vector<Exchange> exchanges;
  exchanges.reserve(members.size());
  for (auto& [root, lists] : members)
    exchanges.emplace_back(problem, from, to, std::move(lists.first), std::move(lists.second));
  return exchanges;
}

}  // namespace libgrid
