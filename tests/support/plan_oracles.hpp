#pragma once

#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "libgrid/planning/verify_plan.hpp"

namespace libgrid::testing {

using Labels = std::vector<std::int32_t>;

/// The same plan with grids numbered by their lowest block: equal for plans equal but for labels.
inline Labels canonical(std::span<const std::int32_t> grid_of) {
  std::map<std::int32_t, std::int32_t> number;
  Labels labels;
  for (const auto grid : grid_of)
    labels.push_back(
        number.try_emplace(grid, static_cast<std::int32_t>(number.size())).first->second);
  return labels;
}

/// Every plan that holds the rules, canonical: all labellings are tried.
inline std::vector<Labels> all_plans(const PlanProblem& problem) {
  std::vector<Labels> found;
  Labels labels(static_cast<std::size_t>(problem.graph.block_count()), 0);
  const auto extend = [&](auto& self, std::size_t block, std::int32_t used) -> void {
    if (block == labels.size()) {
      if (used == problem.grid_count && verify_plan(problem, labels).empty())
        found.push_back(labels);
      return;
    }
    for (std::int32_t grid = 0; grid < std::min(used + 1, problem.grid_count); ++grid) {
      labels[block] = grid;
      self(self, block + 1, std::max(used, grid + 1));
    }
  };
  extend(extend, 0, 0);
  return found;
}

/// The number of spanning trees of the blocks with this label: Kirchhoff's determinant.
inline double count_trees(const BlockGraph& graph, const Labels& labels, std::int32_t grid) {
  std::vector<std::int32_t> blocks;
  for (std::int32_t b = 0; b < graph.block_count(); ++b)
    if (labels[static_cast<std::size_t>(b)] == grid) blocks.push_back(b);
  const auto n = blocks.size() - 1;  // a row and a column less
  std::vector<std::vector<double>> m(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i)
    for (const auto& side : graph.neighbours(blocks[i])) {
      if (labels[static_cast<std::size_t>(side.block)] != grid) continue;
      m[i][i] += 1;
      for (std::size_t j = 0; j < n; ++j)
        if (blocks[j] == side.block) m[i][j] -= 1;
    }
  double determinant = 1;  // no pivoting: the matrix is positive definite
  for (std::size_t i = 0; i < n; ++i) {
    determinant *= m[i][i];
    for (std::size_t r = i + 1; r < n; ++r)
      for (std::size_t c = n; c-- > i;) m[r][c] -= m[i][c] * m[r][i] / m[i][i];
  }
  return determinant;
}

inline double count_trees(const BlockGraph& graph, const Labels& labels) {
  double product = 1;
  for (std::int32_t grid = 0; grid <= *std::max_element(labels.begin(), labels.end()); ++grid)
    product *= count_trees(graph, labels, grid);
  return product;
}

inline int count_cut(const BlockGraph& graph, std::span<const std::int32_t> labels) {
  int cut = 0;
  for (std::int32_t e = 0; e < graph.edge_count(); ++e) {
    const auto i = static_cast<std::size_t>(e);
    cut += labels[static_cast<std::size_t>(graph.a()[i])] !=
                   labels[static_cast<std::size_t>(graph.b()[i])]
               ? 1
               : 0;
  }
  return cut;
}

/// How many standard errors the mean lies from `expected`; the error from means of 50 batches.
inline double batch_z(const std::vector<double>& values, double expected) {
  constexpr std::size_t kBatches = 50;
  const auto size = values.size() / kBatches;
  double sum = 0;
  double squares = 0;
  for (std::size_t b = 0; b < kBatches; ++b) {
    double mean = 0;
    for (std::size_t i = 0; i < size; ++i) mean += values[b * size + i];
    mean /= static_cast<double>(size);
    sum += mean;
    squares += mean * mean;
  }
  const double mean = sum / kBatches;
  const double variance = (squares - kBatches * mean * mean) / (kBatches - 1);
  return (mean - expected) / std::sqrt(variance / kBatches);
}

}  // namespace libgrid::testing
