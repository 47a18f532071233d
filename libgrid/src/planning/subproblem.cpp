#include "subproblem.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

struct Roots {
  explicit Roots(std::size_t count) : root(count) { std::iota(root.begin(), root.end(), 0); }
  std::int32_t find(std::int32_t i) {
    while (root[at(i)] != i) i = root[at(i)] = root[at(root[at(i)])];
    return i;
  }
  void join(std::int32_t a, std::int32_t b) {
    a = find(a);
    b = find(b);
    root[at(std::max(a, b))] = std::min(a, b);
  }
  std::vector<std::int32_t> root;
};

/// By block the lowest block that it must stay with and hangs together with in the group.
std::vector<std::int32_t> find_units(const PlanProblem& p) {
  Roots group{at(p.graph.block_count())};
  for (const auto& [a, b] : p.keep_together) group.join(a, b);
  Roots unit{at(p.graph.block_count())};
  if (!p.keep_together.empty())
    for (std::size_t e = 0; e < p.graph.a().size(); ++e)
      if (group.find(p.graph.a()[e]) == group.find(p.graph.b()[e]))
        unit.join(p.graph.a()[e], p.graph.b()[e]);
  for (std::int32_t b = 0; b < p.graph.block_count(); ++b) unit.root[at(b)] = unit.find(b);
  return unit.root;
}

std::vector<std::int64_t> add_up(const std::vector<std::int64_t>& weight, const SubProblem& sub,
                                 std::size_t units) {
  std::vector<std::int64_t> sum(units, 0);
  for (std::size_t i = 0; i < sub.blocks.size(); ++i)
    sum[at(sub.unit[i])] += weight[at(sub.blocks[i])];
  return sum;
}

template <class T>
std::vector<T> choose(const std::vector<T>& column, const std::vector<std::int32_t>& rows) {
  std::vector<T> chosen;
  chosen.reserve(rows.size());
  for (const auto row : rows) chosen.push_back(column[at(row)]);
  return chosen;
}

PlaceMoments moments_of(const PlanTerm& term, std::int32_t block) {
  if (!term.moments.empty()) return term.moments[at(block)];
  const Wide w = term.weight[at(block)];
  const Wide x = term.place[at(block)].x_mm;
  const Wide y = term.place[at(block)].y_mm;
  return {w * x, w * y, w * (x * x + y * y)};
}

PlanTerm term_of(const PlanTerm& term, const SubProblem& sub, std::size_t units, bool merged) {
  PlanTerm local{.name = term.name, .kind = term.kind, .factor = term.factor};
  switch (term.kind) {
    case TermKind::assignment:
      local.owner_of_grid = choose(term.owner_of_grid, sub.grid);
      local.owners = term.owners;
      local.cost.assign(units * at(term.owners), 0);
      for (std::size_t i = 0; i < sub.blocks.size(); ++i)
        for (std::size_t o = 0; o < at(term.owners); ++o) {
          auto& sum = local.cost[at(sub.unit[i]) * at(term.owners) + o];
          const auto cost = term.cost[at(sub.blocks[i]) * at(term.owners) + o];
          sum = sum == kForbidden || cost == kForbidden ? kForbidden : sum + cost;
        }
      break;
    case TermKind::cut:
      break;  // with the edges
    case TermKind::inertia:
      local.weight = add_up(term.weight, sub, units);
      if (!merged && term.moments.empty()) {
        local.place = choose(term.place, sub.blocks);
        break;
      }
      local.moments.resize(units);
      for (std::size_t i = 0; i < sub.blocks.size(); ++i) {
        const auto m = moments_of(term, sub.blocks[i]);
        auto& sum = local.moments[at(sub.unit[i])];
        sum = {sum.x + m.x, sum.y + m.y, sum.square + m.square};
      }
      break;
    case TermKind::balance:
      local.weight = add_up(term.weight, sub, units);
      local.target = choose(term.target, sub.grid);
      break;
    case TermKind::polsby_popper: {
      std::vector<std::int32_t> unit_of(at(term.ground.block_count()), -1);
      for (std::size_t i = 0; i < sub.blocks.size(); ++i) unit_of[at(sub.blocks[i])] = sub.unit[i];
      local.ground = group_ground(term.ground, unit_of, static_cast<std::int32_t>(units));
      break;
    }
  }
  return local;
}

/// Units with blocks of several grids of today count as those of the heaviest; what the others
/// would count is forced, and taken off the budget beforehand, so that the whole keeps it.
void copy_today(const PlanProblem& whole, SubProblem& sub, std::size_t units,
                const std::vector<std::int32_t>& local_grid, PlanProblem& p) {
  p.reference.assign(units, -1);
  const bool weighs = !whole.moved_weight.empty();
  if (weighs) p.moved_weight.assign(units, 0);
  if (!whole.locked.empty()) p.locked.assign(units, 0);
  std::map<std::int32_t, std::map<std::int32_t, std::int64_t>> votes;
  std::vector<std::int32_t> size(units, 0);
  for (const auto unit : sub.unit) ++size[at(unit)];
  for (std::size_t i = 0; i < sub.blocks.size(); ++i) {
    const auto block = at(sub.blocks[i]);
    const auto unit = sub.unit[i];
    const auto today = whole.reference[block];
    if (!whole.locked.empty() && whole.locked[block] != 0) p.locked[at(unit)] = 1;
    if (today < 0) continue;
    auto& vote = votes[unit][today];
    vote += weighs ? whole.moved_weight[block] : 1;
    if (!whole.locked.empty() && whole.locked[block] != 0) vote += std::int64_t{1} << 60;
    if (size[at(unit)] == 1) {
      p.reference[at(unit)] = local_grid[at(today)];
      if (weighs) p.moved_weight[at(unit)] = whole.moved_weight[block];
      votes.erase(unit);
    }
  }
  for (const auto& [unit, of_grid] : votes) {
    std::int64_t all = 0;
    std::pair<std::int64_t, std::int32_t> most{-1, -1};
    for (const auto& [grid, vote] : of_grid) {
      const auto weight = vote & ((std::int64_t{1} << 60) - 1);
      all += weight;
      if (vote > most.first) most = {vote, grid};
    }
    const auto weight = most.first & ((std::int64_t{1} << 60) - 1);
    p.reference[at(unit)] = local_grid[at(most.second)];
    if (weighs) p.moved_weight[at(unit)] = weight;
    if (weighs) sub.forced_moved += all - weight;
  }
}

}  // namespace

std::vector<SubProblem> split_into_parents(const PlanProblem& whole) {
  const auto& graph = whole.graph;
  const auto blocks = at(graph.block_count());
  const bool nested = !whole.parent_of_block.empty();
  std::map<std::int32_t, std::int32_t> index;
  std::vector<SubProblem> subs;
  std::vector<std::int32_t> local_grid(at(whole.grid_count));
  for (std::int32_t g = 0; g < whole.grid_count; ++g) {
    const auto [found, fresh] = index.emplace(nested ? whole.parent_of_grid[at(g)] : 0,
                                              static_cast<std::int32_t>(subs.size()));
    if (fresh) subs.emplace_back();
    auto& sub = subs[at(found->second)];
    local_grid[at(g)] = static_cast<std::int32_t>(sub.grid.size());
    sub.grid.push_back(g);
  }
  const auto unit = find_units(whole);
  std::vector<std::int32_t> sub_of(blocks, -1);
  std::vector<std::int32_t> local(blocks, -1);  // by block that leads a unit: the local number
  std::vector<std::size_t> units(subs.size(), 0);
  for (std::size_t b = 0; b < blocks; ++b) {
    const auto found = index.find(nested ? whole.parent_of_block[b] : 0);
    if (found == index.end()) continue;  // a parent without grids: its blocks stay without
    // A unit across parents cannot be kept together: it falls apart here, and the verifier says so.
    const auto lead = at(unit[b]);
    const auto s = at(sub_of[b] = found->second);
    if (lead == b || sub_of[lead] != sub_of[b]) local[b] = static_cast<std::int32_t>(units[s]++);
    subs[s].blocks.push_back(static_cast<std::int32_t>(b));
    subs[s].unit.push_back(lead == b || sub_of[lead] != sub_of[b] ? local[b] : local[lead]);
    if (local[b] < 0) local[b] = local[lead];
  }
  // local[] is by block now, for leaders and followers alike.
  using Edge = std::array<std::int32_t, 3>;
  std::vector<std::vector<Edge>> edges(subs.size());
  for (std::int32_t e = 0; e < graph.edge_count(); ++e) {
    const auto a = at(graph.a()[at(e)]);
    const auto b = at(graph.b()[at(e)]);
    if (sub_of[a] < 0 || sub_of[a] != sub_of[b] || local[a] == local[b]) continue;
    edges[at(sub_of[a])].push_back({std::min(local[a], local[b]), std::max(local[a], local[b]), e});
  }
  std::vector<std::vector<std::pair<std::int32_t, std::int32_t>>> apart(subs.size());
  auto together = apart;
  const auto share_pairs = [&](const auto& pairs, auto& out) {
    for (const auto& [a, b] : pairs)
      if (sub_of[at(a)] >= 0 && sub_of[at(a)] == sub_of[at(b)] && local[at(a)] != local[at(b)])
        out[at(sub_of[at(a)])].emplace_back(local[at(a)], local[at(b)]);
  };
  share_pairs(whole.keep_apart, apart);
  share_pairs(whole.keep_together, together);
  long double movable = 0;
  for (const auto w : whole.moved_weight) movable += static_cast<long double>(w);

  for (std::size_t s = 0; s < subs.size(); ++s) {
    auto& sub = subs[s];
    auto& list = edges[s];
    const bool merged = units[s] < sub.blocks.size();
    if (merged) std::ranges::sort(list);
    std::vector<std::int32_t> a, b;
    std::vector<std::int64_t> border;
    std::vector<PlanTerm> terms;
    for (const auto& term : whole.terms) terms.push_back(term_of(term, sub, units[s], merged));
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!merged || i == 0 || list[i][0] != list[i - 1][0] || list[i][1] != list[i - 1][1]) {
        a.push_back(list[i][0]);
        b.push_back(list[i][1]);
        border.push_back(0);
        for (auto& term : terms)
          if (term.kind == TermKind::cut) term.length.push_back(0);
      }
      border.back() += graph.border_mm()[at(list[i][2])];
      for (std::size_t t = 0; t < terms.size(); ++t)
        if (terms[t].kind == TermKind::cut)
          terms[t].length.back() += whole.terms[t].length[at(list[i][2])];
    }
    PlanProblem p{
        .graph = {static_cast<std::int32_t>(units[s]), {.a = a, .b = b, .border_mm = border}},
        .grid_count = static_cast<std::int32_t>(sub.grid.size())};
    p.terms = std::move(terms);
    for (const auto& limit : whole.limits)
      p.limits.push_back({limit.name, add_up(limit.weight, sub, units[s]),
                          choose(limit.lowest, sub.grid), choose(limit.highest, sub.grid)});
    p.weighted = whole.weighted;
    p.keep_apart = std::move(apart[s]);
    p.keep_together = std::move(together[s]);
    if (whole.max_moved >= 0) {
      long double mine = 0;
      for (const auto block : sub.blocks)
        mine += static_cast<long double>(whole.moved_weight[at(block)]);
      p.max_moved = subs.size() == 1 || movable == 0
                        ? whole.max_moved
                        : static_cast<std::int64_t>(static_cast<long double>(whole.max_moved) *
                                                    mine / movable);
    }
    if (!whole.reference.empty()) copy_today(whole, sub, units[s], local_grid, p);
    // What is today in a grid of another parent is moved wherever it goes.
    if (!whole.reference.empty() && nested)
      for (std::size_t i = 0; i < sub.blocks.size(); ++i) {
        const auto today = whole.reference[at(sub.blocks[i])];
        if (today < 0 || index[whole.parent_of_grid[at(today)]] == static_cast<std::int32_t>(s))
          continue;
        p.reference[at(sub.unit[i])] = -1;
        if (!p.locked.empty()) p.locked[at(sub.unit[i])] = 0;
        if (!whole.moved_weight.empty()) sub.forced_moved += whole.moved_weight[at(sub.blocks[i])];
      }
    if (p.max_moved >= 0) p.max_moved = std::max<std::int64_t>(0, p.max_moved - sub.forced_moved);
    sub.problem = std::make_shared<const PlanProblem>(std::move(p));
  }
  return subs;
}

std::vector<std::int32_t> labels_of(const SubProblem& sub, const PlanProblem& whole,
                                    std::span<const std::int32_t> grid_of) {
  std::vector<std::int32_t> local(at(whole.grid_count), -1);
  for (std::size_t g = 0; g < sub.grid.size(); ++g)
    local[at(sub.grid[g])] = static_cast<std::int32_t>(g);
  std::vector<std::int32_t> labels(at(sub.problem->graph.block_count()), -1);
  for (std::size_t i = 0; i < sub.blocks.size(); ++i) {
    const auto grid = grid_of[at(sub.blocks[i])];
    auto& label = labels[at(sub.unit[i])];
    if (label < 0 && grid >= 0 && grid < whole.grid_count) label = local[at(grid)];
  }
  return labels;
}

}  // namespace libgrid
