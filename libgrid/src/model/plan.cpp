#include "libgrid/model/plan.hpp"

#include <numeric>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {

void check_labels(std::span<const std::int32_t> labels, std::int32_t label_count,
                  std::string_view name, std::string_view rows) {
  require(label_count >= 0,
          [&] { return std::string{name} + ": the count of labels is negative"; });
  std::int64_t bad = 0;
  std::string examples;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= -1 && labels[i] < label_count) [[likely]]
      continue;
    if (++bad <= 5)
      examples +=
          (bad > 1 ? ", " : "") + std::to_string(i) + " (" + std::to_string(labels[i]) + ")";
  }
  require(bad == 0, [&] {
    return std::string{name} + ": labels must be -1 (none) or 0 … " +
           std::to_string(label_count - 1) + "; " + std::to_string(bad) + " of " +
           std::to_string(labels.size()) + " " + std::string{rows} + " are not: rows (labels) " +
           examples;
  });
}

void check_plan(PlanView plan, std::string_view name) {
  check_labels(plan.grid_of, plan.grid_count, name, "blocks");
}

GridMembers members_by_grid(PlanView plan) {
  check_plan(plan);
  GridMembers members{
      .begin = std::vector<std::int64_t>(static_cast<std::size_t>(plan.grid_count) + 1),
      .block = {}};
  for (const auto grid : plan.grid_of)
    if (grid >= 0) ++members.begin[static_cast<std::size_t>(grid) + 1];
  std::partial_sum(members.begin.begin(), members.begin.end(), members.begin.begin());
  members.block.resize(static_cast<std::size_t>(members.begin.back()));
  auto next = members.begin;
  for (std::size_t block = 0; block < plan.grid_of.size(); ++block) {
    const auto grid = plan.grid_of[block];
    if (grid < 0) continue;
    auto& slot = next[static_cast<std::size_t>(grid)];
    members.block[static_cast<std::size_t>(slot++)] = static_cast<std::int32_t>(block);
  }
  return members;
}

}  // namespace libgrid
