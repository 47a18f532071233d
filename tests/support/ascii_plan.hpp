#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "libgrid/planning/block_graph.hpp"

namespace libgrid::testing {

/// A plan drawn as text: each character is a square block of 100 m, equal letters are one grid,
/// blank is no block. Blocks are numbered row by row from the north, grids by first appearance;
/// neighbours share a side.
struct AsciiPlan {
  explicit AsciiPlan(const std::vector<std::string_view>& map) {
    std::map<std::pair<int, int>, std::int32_t> block;
    for (int r = 0; r < static_cast<int>(map.size()); ++r) {
      for (int c = 0; c < static_cast<int>(map[static_cast<std::size_t>(r)].size()); ++c) {
        const auto letter = map[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)];
        if (letter == ' ') continue;
        const auto grid = grids.try_emplace(letter, static_cast<std::int32_t>(grids.size()));
        block[{r, c}] = static_cast<std::int32_t>(grid_of.size());
        grid_of.push_back(grid.first->second);
        for (const auto& at : {std::pair{r, c - 1}, std::pair{r - 1, c}})
          if (const auto found = block.find(at); found != block.end()) {
            a.push_back(found->second);
            b.push_back(block[{r, c}]);
          }
      }
    }
    border_mm.assign(a.size(), 100'000);
  }

  [[nodiscard]] BlockGraph graph() const {
    return {static_cast<std::int32_t>(grid_of.size()), {.a = a, .b = b, .border_mm = border_mm}};
  }
  [[nodiscard]] std::int32_t grid_count() const { return static_cast<std::int32_t>(grids.size()); }

  std::map<char, std::int32_t> grids;
  std::vector<std::int32_t> grid_of;
  std::vector<std::int32_t> a;
  std::vector<std::int32_t> b;
  std::vector<std::int64_t> border_mm;
};

}  // namespace libgrid::testing
