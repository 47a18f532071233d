#include "libgrid/graph/spanning_tree.hpp"

namespace libgrid {
namespace {

/// Uniform in 0 … n-1 from 32 bits without bias and nearly without division (Lemire 2019); one
/// number of the generator serves two draws.
class HalfDraws {
 public:
  explicit HalfDraws(const Rng& rng) : rng_{rng} {}

  std::uint32_t below(std::uint32_t n) {
    std::uint64_t product = std::uint64_t{next()} * n;
    auto low = static_cast<std::uint32_t>(product);
    if (low < n) [[unlikely]] {
      const std::uint32_t reject = (0 - n) % n;
      while (low < reject) {
        product = std::uint64_t{next()} * n;
        low = static_cast<std::uint32_t>(product);
      }
    }
    return static_cast<std::uint32_t>(product >> 32);
  }
  [[nodiscard]] const Rng& rng() const { return rng_; }

 private:
  std::uint32_t next() {
    if (full_) {
      full_ = false;
      return static_cast<std::uint32_t>(bits_ >> 32);
    }
    bits_ = rng_();
    full_ = true;
    return static_cast<std::uint32_t>(bits_);
  }

  Rng rng_;  // a copy, so that its state stays in registers
  std::uint64_t bits_ = 0;
  bool full_ = false;
};

}  // namespace

const SpanningTree& TreeDrawer::draw(const SmallGraph& graph, Rng& rng) {
  const auto n = graph.node_count();
  in_tree_.assign(n, 0);
  tree_.parent.resize(n);
  tree_.order.resize(n);
  auto* const parent = tree_.parent.data();
  auto* const order = tree_.order.data();
  auto* const in_tree = in_tree_.data();
  const auto* const row = graph.row.data();
  const auto* const head = graph.head.data();
  HalfDraws draws{rng};

  const std::uint32_t root = 0;
  parent[root] = root;
  order[0] = root;
  in_tree[root] = 1;
  std::uint32_t placed = 1;
  for (std::uint32_t start = 1; start < n; ++start) {
    if (in_tree[start] != 0) continue;
    // The last exit from each node is the loop-erased walk.
    for (auto v = start; in_tree[v] == 0; v = parent[v])
      parent[v] = head[row[v].first + draws.below(row[v].degree)];
    std::uint32_t length = 0;
    for (auto v = start; in_tree[v] == 0; v = parent[v]) {
      in_tree[v] = 1;
      ++length;
    }
    // The path is written backwards: the node next to the tree first.
    placed += length;
    auto at = placed;
    for (auto v = start; length > 0; v = parent[v], --length) order[--at] = v;
  }
  rng = draws.rng();
  return tree_;
}

bool is_connected(const SmallGraph& graph, std::vector<std::uint32_t>& stack,
                  std::vector<std::uint8_t>& seen) {
  const auto n = graph.node_count();
  if (n == 0) return false;
  seen.assign(n, 0);
  stack.resize(n);
  stack[0] = 0;
  seen[0] = 1;
  std::uint32_t found = 1;
  for (std::uint32_t next = 0; next < found; ++next) {
    const auto& row = graph.row[stack[next]];
    for (std::uint32_t i = row.first; i < row.first + row.degree; ++i) {
      const auto v = graph.head[i];
      if (seen[v] != 0) continue;
      seen[v] = 1;
      stack[found++] = v;
    }
  }
  return found == n;
}

}  // namespace libgrid
