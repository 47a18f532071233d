#include "plan_walk.hpp"

#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid::walk {

Sets read(const PlanProblem& problem) {
  check_problem(problem);
  const auto n = at(problem.graph.block_count());
  require(n <= 64, [&] {
    return "enumeration: " + std::to_string(n) +
           " blocks are more than 64: split the problem by parent, or ask for a bound";
  });
  Sets s;
  std::vector<std::size_t> number(n, n);
  for (std::size_t start = 0; start < n; ++start) {
    if (number[start] != n) continue;
    auto next = s.block.size();
    number[start] = next;
    s.block.push_back(static_cast<std::int32_t>(start));
    for (; next < s.block.size(); ++next)
      for (const auto& side : problem.graph.neighbours(s.block[next])) {
        if (number[at(side.block)] != n) continue;
        number[at(side.block)] = s.block.size();
        s.block.push_back(side.block);
      }
  }
  s.near.assign(n, 0);
  s.together.assign(n, 0);
  s.apart.assign(n, 0);
  for (std::int32_t e = 0; e < problem.graph.edge_count(); ++e) {
    const auto a = number[at(problem.graph.a()[at(e)])];
    const auto b = number[at(problem.graph.b()[at(e)])];
    s.near[a] |= bit(b);
    s.near[b] |= bit(a);
  }
  const auto root = find_together(problem);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      if (root[at(s.block[i])] == root[at(s.block[j])]) s.together[i] |= bit(j);
  for (const auto& [a, b] : problem.keep_apart) {
    s.apart[number[at(a)]] |= bit(number[at(b)]);
    s.apart[number[at(b)]] |= bit(number[at(a)]);
  }
  s.kinds = find_grid_kinds(problem);
  for (const auto& kind : s.kinds) {
    Blocks allowed = 0;
    Blocks must = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (may_hold(problem, kind.grids.front(), s.block[i])) allowed |= bit(i);
      if (!problem.locked.empty() && problem.locked[at(s.block[i])] != 0 &&
          problem.reference[at(s.block[i])] == kind.grids.front())
        must |= bit(i);
    }
    s.allowed.push_back(allowed);
    s.must.push_back(must);
  }
  for (const auto i : number) s.number.push_back(static_cast<std::int32_t>(i));
  return s;
}

Extent measure_ground(const Ground& ground, const Sets& sets, Blocks set) {
  Extent sum;
  each(set, [&](auto i) {
    const auto block = sets.block[i];
    const auto added = ground.added_by(block, [&](std::int32_t other) {
      return other < block && (set & bit(at(sets.number[at(other)]))) != 0;
    });
    sum.area2_mm2 += added.area2_mm2;
    sum.perimeter_um += added.perimeter_um;
  });
  return sum;
}

}  // namespace libgrid::walk
