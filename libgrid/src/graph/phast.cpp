#include "libgrid/graph/phast.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include "libgrid/base/error.hpp"
#include "sweep_kernels.hpp"

namespace libgrid {
namespace {

constexpr std::int32_t kRowsAtOnce = 4096;  // 256 KB of lines, which stay in the second cache

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

}  // namespace

SweepRange::SweepRange(const Hierarchy& hierarchy, Heading heading)
    : hierarchy_{&hierarchy}, heading_{heading}, is_whole_{true} {}

SweepRange::SweepRange(const Hierarchy& hierarchy, Heading heading,
                       std::span<const std::int32_t> nodes)
    : hierarchy_{&hierarchy}, heading_{heading}, is_whole_{false} {
  row_.assign(at(hierarchy.node_count()), -1);
  std::vector<std::int32_t> needed;
  const auto need = [&](std::int32_t position) {
    if (row_[at(position)] != -1) return;
    row_[at(position)] = 0;
    needed.push_back(position);
  };
  for (const auto node : nodes) {
    require(node >= 0 && node < hierarchy.node_count(),
            [&] { return "node " + std::to_string(node) + " does not exist"; });
    need(hierarchy.position_of(node));
  }
  for (std::size_t i = 0; i < needed.size(); ++i) {
    for (const auto& arc : down().of(needed[i])) need(arc.head);
  }
  std::sort(needed.begin(), needed.end());
  for (std::size_t i = 0; i < needed.size(); ++i)
    row_[at(needed[i])] = static_cast<std::int32_t>(i);
  first_.reserve(needed.size() + 1);
  first_.push_back(0);
  for (const auto position : needed) {
    for (const auto& arc : down().of(position)) arcs_.push_back({row_[at(arc.head)], arc.ms});
    first_.push_back(static_cast<std::uint32_t>(arcs_.size()));
  }
}

void TreeSweep::climb(const SweepRange& range, std::span<const Seed> seeds) {
  const auto& hierarchy = range.hierarchy();
  const auto& up = hierarchy.up(range.heading());
  if (slot_.size() != at(hierarchy.node_count())) {
    slot_.assign(at(hierarchy.node_count()), -1);
  } else {
    for (const auto position : climbed_) slot_[at(position)] = -1;
  }
  climbed_.clear();
  const auto reach = [&](std::int32_t position) {
    if (slot_[at(position)] != -1) return;
    slot_[at(position)] = 0;
    climbed_.push_back(position);
  };
  for (const auto& seed : seeds) {
    require(seed.node >= 0 && seed.node < hierarchy.node_count() && seed.label >= 0 &&
                seed.label < kLanes,
            [&] {
              return "node " + std::to_string(seed.node) + " or tree " +
                     std::to_string(seed.label) + " does not exist";
            });
    reach(hierarchy.position_of(seed.node));
  }
  for (std::size_t i = 0; i < climbed_.size(); ++i) {
    for (const auto& arc : up.of(climbed_[i])) reach(arc.head);
  }
  std::sort(climbed_.begin(), climbed_.end(), std::greater<>{});
  if (above_.size() < climbed_.size()) above_.resize(climbed_.size());
  for (std::size_t i = 0; i < climbed_.size(); ++i) {
    slot_[at(climbed_[i])] = static_cast<std::int32_t>(i);
    std::fill_n(above_[i].ms, kLanes, kNever);
  }
  for (const auto& seed : seeds) {
    auto& ms = above_[at(slot_[at(hierarchy.position_of(seed.node))])].ms[seed.label];
    ms = std::min(ms, seed.ms);
  }
  for (std::size_t i = 0; i < climbed_.size(); ++i) {
    for (const auto& arc : up.of(climbed_[i]))
      relax(above_[at(slot_[at(arc.head)])].ms, above_[i].ms, arc.ms);
  }
}

void TreeSweep::run(const SweepRange& range, std::span<const Seed> seeds, const RunControl& control,
                    const std::function<void(std::int32_t, std::int32_t)>& on_rows) {
  control.advance(0);
  climb(range, seeds);
  start_row_.clear();
  start_slot_.clear();
  for (auto i = climbed_.size(); i-- > 0;) {
    const auto row = range.row_of_position(climbed_[i]);
    if (row == -1) continue;
    start_row_.push_back(row);
    start_slot_.push_back(static_cast<std::int32_t>(i));
  }
  if (lines_.size() < at(range.size())) lines_.resize(at(range.size()));
  SweepJob job{.first = range.first().data(),
               .arcs = range.arcs().data(),
               .lines = lines_.empty() ? nullptr : lines_[0].ms,
               .start_row = start_row_.data(),
               .start_end = start_row_.data() + start_row_.size(),
               .start_slot = start_slot_.data(),
               .start_lines = above_.empty() ? nullptr : above_[0].ms,
               .begin = 0,
               .end = 0};
  while (job.end < range.size()) {
    job.begin = job.end;
    job.end = job.begin + std::min(kRowsAtOnce, range.size() - job.begin);
    sweep(simd_, job);
    if (on_rows) on_rows(job.begin, job.end);
    control.advance(0);
  }
}

}  // namespace libgrid
