#include "many_trees.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <thread>
#include <utility>

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"

namespace libgrid {
namespace {

/// Searches a chunk: enough that handing out workers costs nothing, few enough to share the work.
constexpr std::int64_t kSearchGrain = 8;
constexpr std::size_t kBlock = 256;  // lines of a block: 16 KB, which stay in the first cache

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// The rest of a way beyond the longest between two nodes.
std::uint64_t longest_step(const RoadNetwork& network, std::span<const Place> places,
                           Heading heading) {
  std::uint64_t longest = 0;
  for (const auto& place : places) {
    for (const auto& door : doors_out(network, place, heading))
      longest = std::max<std::uint64_t>(longest, door.ms);
  }
  return longest;
}

}  // namespace

struct ManyTrees::Worker {
  std::size_t number = 0;
  TimeSearch search;
  std::vector<std::uint32_t> best;  // by row, kNever between searches
  std::vector<std::int32_t> hit;
  std::vector<std::uint32_t> hit_ms;
  TreeSweep trees;
  struct alignas(64) Line {
    std::uint32_t ms[kLanes];
  };
  std::vector<Line> block;
  struct Direct {
    std::int32_t index;
    std::int32_t lane;
    std::uint32_t ms;
  };
  std::vector<Direct> direct;
};

ManyTrees::ManyTrees(const RoadNetwork& network, std::span<const Place> from,
                     std::optional<std::span<const Place>> to, const Options& options,
                     const RunControl& control)
    : network_{network},
      from_{from},
      every_node_{to ? std::vector<Place>{} : every_junction(network)},
      to_{to ? *to : std::span<const Place>{every_node_}},
      options_{options},
      targets_{network, to_, options.heading} {
  const auto threads =
      control.threads != 0 ? control.threads : std::max(1U, std::thread::hardware_concurrency());
  worker_most_ = std::max<std::size_t>(1, std::min<std::size_t>(threads, from.size()));
  auto engine = options.engine.engine;
  if (engine == Engine::automatic) {
    engine = choose_engine(network,
                           {.from = from,
                            .targets = static_cast<std::int64_t>(to_.size()),
                            .heading = options.heading,
                            .cutoff_ms = options.cutoff_ms},
                           options.engine.hierarchy != nullptr, control);
  }
  if (engine == Engine::hierarchy && !from.empty()) prepare_hierarchy(control);
}

ManyTrees::~ManyTrees() = default;

void ManyTrees::prepare_hierarchy(const RunControl& control) {
  const auto* hierarchy = options_.engine.hierarchy;
  if (hierarchy == nullptr) hierarchy = &built_.emplace(network_.forward(), control);
  require(hierarchy->node_count() == network_.node_count(),
          [] { return std::string{"the hierarchy belongs to another network: build it again"}; });
  // A sweep stops at kNever and cannot tell a way that is too long from none: with a cutoff both
  // are none, without one it must be sure that nothing is too long.
  const bool fits = options_.cutoff_ms != kNever ||
                    hierarchy->longest_ms() + longest_step(network_, from_, options_.heading) +
                            longest_step(network_, to_, turned(options_.heading)) <=
                        kMaxMs;
  if (!fits) {
    require(options_.engine.engine == Engine::automatic, [] {
      return std::string{
          "ways on this network may take more than 2^32 - 2 ms (49.7 days), which a hierarchy "
          "cannot tell from no way: give a cutoff, or take engine 'buckets'"};
    });
    return;
  }
  hierarchy_ = hierarchy;
  order_rows();
}

void ManyTrees::order_rows() {
  std::vector<std::int32_t> nodes;
  for (const auto& place : to_) {
    for (const auto& door : doors_in(network_, place, options_.heading)) nodes.push_back(door.node);
  }
  // Close to all: the restriction would save less than it costs.
  if (nodes.size() * 4 >= at(network_.node_count()))
    range_.emplace(*hierarchy_, options_.heading);
  else
    range_.emplace(*hierarchy_, options_.heading, nodes);

  std::vector<LaneDoors> by_row(to_.size());
  for (std::size_t i = 0; i < to_.size(); ++i) {
    const auto doors = doors_in(network_, to_[i], options_.heading);
    for (std::size_t d = 0; d < doors.count; ++d) {
      by_row[i].row[d] = range_->row_of(doors.door[d].node);
      by_row[i].ms[d] = doors.door[d].ms;
    }
  }
  order_.resize(to_.size());
  std::iota(order_.begin(), order_.end(), 0);
  if (!options_.ascending) {
    std::sort(order_.begin(), order_.end(), [&](std::int32_t a, std::int32_t b) {
      return std::pair{by_row[at(a)].row[0], a} < std::pair{by_row[at(b)].row[0], b};
    });
  }
  doors_.resize(to_.size());
  index_of_.resize(to_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) {
    doors_[i] = by_row[at(order_[i])];
    index_of_[at(order_[i])] = static_cast<std::int32_t>(i);
  }
  is_plain_ =
      std::ssize(doors_) == range_->size() && (options_.sink_cuts || options_.cutoff_ms == kNever);
  for (std::size_t i = 0; i < doors_.size() && is_plain_; ++i)
    is_plain_ = doors_[i] == LaneDoors{{static_cast<std::int32_t>(i), -1}, {0, 0}};

  std::vector<std::int32_t> key(from_.size(), -1);
  for (std::size_t i = 0; i < from_.size(); ++i) {
    const auto doors = doors_out(network_, from_[i], options_.heading);
    if (doors.count > 0) key[i] = hierarchy_->position_of(doors.door[0].node);
  }
  from_order_.resize(from_.size());
  std::iota(from_order_.begin(), from_order_.end(), 0);
  std::sort(from_order_.begin(), from_order_.end(), [&](std::int32_t a, std::int32_t b) {
    return std::pair{key[at(a)], a} < std::pair{key[at(b)], b};
  });
}

void ManyTrees::run(TreeSink& sink, const RunControl& control) {
  const auto count = static_cast<std::int64_t>(from_.size());
  control.begin(count);
  const auto grain = uses_hierarchy() ? std::int64_t{kLanes} : kSearchGrain;
  for_each_chunk(count, grain, control, [&](Chunk chunk) {
    auto worker = take_worker();
    if (uses_hierarchy()) {
      sweep_trees(*worker,
                  std::span{from_order_}.subspan(static_cast<std::size_t>(chunk.begin),
                                                 static_cast<std::size_t>(chunk.end - chunk.begin)),
                  sink, control);
    } else {
      for (auto i = chunk.begin; i < chunk.end; ++i)
        search_tree(*worker, static_cast<std::int32_t>(i), sink, control);
    }
    give_worker(std::move(worker));
  });
}

void ManyTrees::search_tree(Worker& worker, std::int32_t from, TreeSink& sink,
                            const RunControl& control) {
  const auto& place = from_[at(from)];
  const auto cutoff_ms = options_.cutoff_ms;
  std::array<Seed, 2> seeds;
  const auto doors = doors_out(network_, place, options_.heading);
  for (std::size_t i = 0; i < doors.count; ++i)
    seeds[i] = {doors.door[i].node, doors.door[i].ms, 0};
  const auto& graph =
      options_.heading == Heading::forward ? network_.forward() : network_.backward();
  const auto reached = worker.search.run(graph, {seeds.data(), doors.count}, cutoff_ms, control);

  auto& best = worker.best;
  auto& hit = worker.hit;
  best.resize(to_.size(), kNever);
  hit.clear();
  const auto offer = [&](std::int32_t row, std::uint32_t ms) {
    if (ms >= best[at(row)]) return;
    if (best[at(row)] == kNever) hit.push_back(row);
    best[at(row)] = ms;
  };
  if (reached.places.size() > targets_.all().size()) {
    for (const auto& entry : targets_.all())
      offer(entry.row, add_ms(reached.ms(entry.place), entry.ms, cutoff_ms));
  } else {
    for (const auto p : reached.places) {
      for (const auto& entry : targets_.at(p))
        offer(entry.row, add_ms(reached.ms(p), entry.ms, cutoff_ms));
    }
  }
  targets_.visit_direct(place, [&](std::int32_t row, std::uint32_t ms) {
    if (ms <= cutoff_ms) offer(row, ms);
  });
  if (hit.size() * 16 > best.size()) {  // sorting so many would cost more than looking at all
    hit.clear();
    for (std::size_t row = 0; row < best.size(); ++row) {
      if (best[row] != kNever) hit.push_back(static_cast<std::int32_t>(row));
    }
  } else {
    std::sort(hit.begin(), hit.end());
  }
  worker.hit_ms.clear();
  for (const auto row : hit) worker.hit_ms.push_back(std::exchange(best[at(row)], kNever));
  sink.take(worker.number, TreeRows{from, hit, worker.hit_ms});
}

void ManyTrees::sweep_trees(Worker& worker, std::span<const std::int32_t> from, TreeSink& sink,
                            const RunControl& control) {
  std::vector<Seed> seeds;
  worker.direct.clear();
  for (std::size_t lane = 0; lane < from.size(); ++lane) {
    const auto& place = from_[at(from[lane])];
    const auto label = static_cast<std::int32_t>(lane);
    for (const auto& door : doors_out(network_, place, options_.heading))
      seeds.push_back({door.node, door.ms, label});
    targets_.visit_direct(place, [&](std::int32_t row, std::uint32_t ms) {
      if (ms <= options_.cutoff_ms) worker.direct.push_back({index_of_[at(row)], label, ms});
    });
  }
  std::sort(worker.direct.begin(), worker.direct.end(),
            [](const auto& a, const auto& b) { return a.index < b.index; });
  const auto tell = [&](std::size_t begin, LaneLines lines) {
    sink.take(worker.number,
              TreeBlock{from, std::span{order_}.subspan(begin, lines.count),
                        static_cast<std::int64_t>(begin), lines, worker.trees.simd()});
  };
  if (is_plain_) {
    worker.trees.run(*range_, seeds, control, [&](std::int32_t begin, std::int32_t end) {
      tell(at(begin), {worker.trees.lines() + at(begin) * kLanes, at(end - begin)});
    });
  } else {
    worker.trees.run(*range_, seeds, control);
    worker.block.resize(kBlock);
    auto direct = worker.direct.begin();
    for (std::size_t begin = 0; begin < doors_.size(); begin += kBlock) {
      const auto count = std::min(kBlock, doors_.size() - begin);
      gather_lanes(worker.trees, std::span{doors_}.subspan(begin, count), options_.cutoff_ms,
                   worker.block[0].ms);
      for (; direct != worker.direct.end() && at(direct->index) < begin + count; ++direct) {
        auto& ms = worker.block[at(direct->index) - begin].ms[direct->lane];
        ms = std::min(ms, direct->ms);
      }
      tell(begin, {worker.block[0].ms, count});
      control.advance(0);
    }
  }
  sink.done(worker.number, from);
}

std::unique_ptr<ManyTrees::Worker> ManyTrees::take_worker() {
  const std::lock_guard lock{mutex_};
  if (idle_.empty()) {
    auto made = std::make_unique<Worker>();
    made->number = worker_count_++;
    LIBGRID_ASSERT(worker_count_ <= worker_most_);
    return made;
  }
  auto taken = std::move(idle_.back());
  idle_.pop_back();
  return taken;
}

void ManyTrees::give_worker(std::unique_ptr<Worker> worker) {
  const std::lock_guard lock{mutex_};
  idle_.push_back(std::move(worker));
}

}  // namespace libgrid
