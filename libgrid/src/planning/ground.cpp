#include "libgrid/planning/ground.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

using Pair = std::pair<std::int32_t, std::int32_t>;

/// Rows 0 … n-1 of pairs that are sorted: where each begins, and the second of each pair.
void index_pairs(const std::vector<Pair>& pairs, std::size_t n, std::vector<std::uint32_t>& first,
                 std::vector<std::int32_t>& second) {
  first.assign(n + 1, 0);
  second.reserve(pairs.size());
  for (const auto& [row, other] : pairs) {
    ++first[at(row) + 1];
    second.push_back(other);
  }
  for (std::size_t i = 0; i < n; ++i) first[i + 1] += first[i];
}

}  // namespace

std::int64_t lack_of_roundness(const Extent& extent) {
  if (extent.perimeter_um <= 0) return 0;
  // 4π·10¹² to the nearest; areas are doubled, perimeters in micrometres: 10⁶ µm² make a mm².
  constexpr Wide kFourPi = 12'566'370'614'359;
  constexpr Wide kMillion = 1'000'000;
  const Wide round = kFourPi * extent.area2_mm2;  // 2·10¹² times 4π·area
  const Wide square = Wide{extent.perimeter_um} * extent.perimeter_um;
  // In millionths: round·10⁶·10⁶ ÷ (2·10¹²·square), to the nearest.
  return 1'000'000 -
         static_cast<std::int64_t>(std::min<Wide>(kMillion, (round + square) / (2 * square)));
}

Ground::Ground(std::int32_t block_count, const GroundColumns& columns) {
  const auto& c = columns;
  const auto pieces = static_cast<std::int32_t>(c.area2_mm2.size());
  require(c.perimeter_um.size() == c.area2_mm2.size() && c.b.size() == c.a.size() &&
              c.border_um.size() == c.a.size() && c.piece.size() == c.block.size(),
          [] { return std::string{"ground: columns differ in length"}; });
  const auto below_0 = [](std::int64_t value) { return value < 0; };
  require(
      std::ranges::none_of(c.area2_mm2, below_0) && std::ranges::none_of(c.perimeter_um, below_0),
      [] { return std::string{"ground: an area or perimeter is below 0"}; });
  borders_ = BlockGraph{pieces, {.a = c.a, .b = c.b, .border_mm = c.border_um}};
  std::vector<Pair> stands;
  for (std::size_t i = 0; i < c.block.size(); ++i) {
    require(c.block[i] >= 0 && c.block[i] < block_count && c.piece[i] >= 0 && c.piece[i] < pieces,
            [] { return std::string{"ground: a block or piece that does not exist"}; });
    stands.emplace_back(c.block[i], c.piece[i]);
  }
  std::ranges::sort(stands);
  const auto repeated = std::ranges::unique(stands);
  stands.erase(repeated.begin(), repeated.end());
  index_pairs(stands, at(block_count), first_piece_, piece_);
  for (std::int32_t b = 0; b < block_count; ++b)
    require(!pieces_of(b).empty(),
            [&] { return "ground: block " + std::to_string(b) + " stands on none"; });
  for (auto& [block, piece] : stands) std::swap(block, piece);
  std::ranges::sort(stands);
  index_pairs(stands, at(pieces), first_block_, block_);
  for (std::int32_t p = 0; p < pieces; ++p) {
    extent_.push_back({c.area2_mm2[at(p)], c.perimeter_um[at(p)]});
    std::int64_t shared = 0;
    for (const auto& side : borders_.neighbours(p)) shared += borders_.border_mm()[at(side.edge)];
    require(shared <= c.perimeter_um[at(p)], [&] {
      return "ground: piece " + std::to_string(p) + " has borders of " + std::to_string(shared) +
             " µm in a perimeter of " + std::to_string(c.perimeter_um[at(p)]);
    });
  }
}

Ground group_ground(const Ground& ground, std::span<const std::int32_t> group_of,
                    std::int32_t groups) {
  require(group_of.size() == at(ground.block_count()),
          [] { return std::string{"ground: groups of another number of blocks"}; });
  for (const auto group : group_of)
    require(group >= -1 && group < groups,
            [] { return std::string{"ground: a group that does not exist"}; });
  // Which groups stand on each piece; equal lists become one piece.
  std::vector<std::vector<std::int32_t>> on(at(ground.piece_count()));
  for (std::int32_t p = 0; p < ground.piece_count(); ++p) {
    for (const auto block : ground.blocks_on(p))
      if (group_of[at(block)] >= 0) on[at(p)].push_back(group_of[at(block)]);
    std::ranges::sort(on[at(p)]);
    const auto repeated = std::ranges::unique(on[at(p)]);
    on[at(p)].erase(repeated.begin(), repeated.end());
  }
  std::vector<std::int32_t> order(on.size());
  std::iota(order.begin(), order.end(), 0);
  std::erase_if(order, [&](std::int32_t p) { return on[at(p)].empty(); });
  std::ranges::stable_sort(order, [&](auto p, auto q) { return on[at(p)] < on[at(q)]; });
  std::vector<std::int32_t> number(on.size(), -1);
  GroundColumns merged;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto p = order[i];
    if (i == 0 || on[at(p)] != on[at(order[i - 1])]) {
      for (const auto group : on[at(p)]) {
        merged.block.push_back(group);
        merged.piece.push_back(static_cast<std::int32_t>(merged.area2_mm2.size()));
      }
      merged.area2_mm2.push_back(0);
      merged.perimeter_um.push_back(0);
    }
    number[at(p)] = static_cast<std::int32_t>(merged.area2_mm2.size()) - 1;
    merged.area2_mm2.back() += ground.extent(p).area2_mm2;
    merged.perimeter_um.back() += ground.extent(p).perimeter_um;
  }
  const auto& borders = ground.borders();
  std::vector<std::pair<Pair, std::int64_t>> between;
  for (std::int32_t e = 0; e < borders.edge_count(); ++e) {
    auto a = number[at(borders.a()[at(e)])];
    auto b = number[at(borders.b()[at(e)])];
    const auto length = borders.border_mm()[at(e)];
    if (a < 0 || b < 0) continue;
    if (a == b)
      merged.perimeter_um[at(a)] -= 2 * length;
    else
      between.push_back({std::minmax(a, b), length});
  }
  std::ranges::sort(between);
  for (std::size_t i = 0; i < between.size(); ++i) {
    if (i == 0 || between[i].first != between[i - 1].first) {
      merged.a.push_back(between[i].first.first);
      merged.b.push_back(between[i].first.second);
      merged.border_um.push_back(0);
    }
    merged.border_um.back() += between[i].second;
  }
  return {groups, merged};
}

}  // namespace libgrid
