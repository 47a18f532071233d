#include "libgrid/travel/travel_times.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "targets.hpp"

namespace libgrid {
namespace {

/// Searches a chunk: enough that handing out workspaces costs nothing, few enough to share the work
/// out.
constexpr std::int64_t kGrain = 8;

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// One search from a place, and the best time of each row of the far side that it reaches.
class PlaceSearch {
 public:
  Reached<std::uint32_t> run(const RoadNetwork& network, const Place& from, Heading heading,
                             std::uint32_t cutoff_ms, const RunControl& control) {
    std::array<Seed, 2> seeds;
    const auto doors = doors_out(network, from, heading);
    for (std::size_t i = 0; i < doors.count; ++i)
      seeds[i] = {doors.door[i].node, doors.door[i].ms, 0};
    const auto& graph = heading == Heading::forward ? network.forward() : network.backward();
    return search_.run(graph, {seeds.data(), doors.count}, cutoff_ms, control);
  }

  /// Scratch for rows: kNever for each, restored by the user.
  std::vector<std::uint32_t> best;
  std::vector<std::int32_t> hit;

 private:
  TimeSearch search_;
};

/// Workspaces for as many threads as ask at one time.
class SearchPool {
 public:
  std::unique_ptr<PlaceSearch> take() {
    const std::lock_guard lock{mutex_};
    if (idle_.empty()) return std::make_unique<PlaceSearch>();
    auto taken = std::move(idle_.back());
    idle_.pop_back();
    return taken;
  }
  void give(std::unique_ptr<PlaceSearch> search) {
    const std::lock_guard lock{mutex_};
    idle_.push_back(std::move(search));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<PlaceSearch>> idle_;
};

void check_all(const RoadNetwork& network, std::span<const Place> origins,
               std::span<const Place> destinations, const TravelOptions& options) {
  check_places(network, origins, "origins");
  check_places(network, destinations, "destinations");
  require(options.cutoff_ms > 0, [] { return std::string{"the cutoff must be above 0"}; });
}

/// The rows that each place of `from` reaches, ascending.
TravelPairs search_pairs(const RoadNetwork& network, std::span<const Place> from,
                         std::span<const Place> to, Heading heading, std::uint32_t cutoff_ms,
                         const RunControl& control) {
  const auto count = static_cast<std::int64_t>(from.size());
  const Targets targets{network, to, heading};
  struct Part {
    std::vector<std::int32_t> index;
    std::vector<std::uint32_t> ms;
  };
  std::vector<Part> parts(static_cast<std::size_t>(chunk_count(count, kGrain)));
  std::vector<std::int64_t> ptr(from.size() + 1, 0);
  SearchPool pool;
  control.begin(count);
  for_each_chunk(count, kGrain, control, [&](Chunk chunk) {
    auto search = pool.take();
    search->best.resize(to.size(), kNever);
    auto& part = parts[static_cast<std::size_t>(chunk.index)];
    for (auto i = chunk.begin; i < chunk.end; ++i) {
      const auto row = static_cast<std::size_t>(i);
      auto& best = search->best;
      auto& hit = search->hit;
      hit.clear();
      const auto offer = [&](std::int32_t target, std::uint32_t ms) {
        if (ms >= best[at(target)]) return;
        if (best[at(target)] == kNever) hit.push_back(target);
        best[at(target)] = ms;
      };
      const auto reached = search->run(network, from[row], heading, cutoff_ms, control);
      for (const auto place : reached.places) {
        for (const auto& entry : targets.at(place))
          offer(entry.row, add_ms(reached.ms(place), entry.ms, cutoff_ms));
      }
      targets.visit_direct(from[row], [&](std::int32_t target, std::uint32_t ms) {
        if (ms <= cutoff_ms) offer(target, ms);
      });
      std::sort(hit.begin(), hit.end());
      for (const auto target : hit) {
        part.index.push_back(target);
        part.ms.push_back(std::exchange(best[at(target)], kNever));
      }
      ptr[row + 1] = static_cast<std::int64_t>(hit.size());
    }
    pool.give(std::move(search));
  });
  TravelPairs pairs;
  for (std::size_t i = 0; i < from.size(); ++i) ptr[i + 1] += ptr[i];
  pairs.ptr = std::move(ptr);
  pairs.index.reserve(static_cast<std::size_t>(pairs.ptr.back()));
  pairs.ms.reserve(static_cast<std::size_t>(pairs.ptr.back()));
  for (auto& part : parts) {
    pairs.index.insert(pairs.index.end(), part.index.begin(), part.index.end());
    pairs.ms.insert(pairs.ms.end(), part.ms.begin(), part.ms.end());
    part = {};
  }
  return pairs;
}

TravelPairs transpose(const TravelPairs& pairs, std::size_t columns) {
  TravelPairs turned;
  turned.ptr.assign(columns + 1, 0);
  for (const auto j : pairs.index) ++turned.ptr[at(j) + 1];
  for (std::size_t j = 0; j < columns; ++j) turned.ptr[j + 1] += turned.ptr[j];
  turned.index.resize(pairs.index.size());
  turned.ms.resize(pairs.ms.size());
  auto next = turned.ptr;
  for (std::size_t i = 0; i + 1 < pairs.ptr.size(); ++i) {
    for (auto p = pairs.ptr[i]; p < pairs.ptr[i + 1]; ++p) {
      const auto from = static_cast<std::size_t>(p);
      const auto to = static_cast<std::size_t>(next[at(pairs.index[from])]++);
      turned.index[to] = static_cast<std::int32_t>(i);
      turned.ms[to] = pairs.ms[from];
    }
  }
  return turned;
}

}  // namespace

std::vector<std::uint32_t> travel_times(const RoadNetwork& network, std::span<const Place> origins,
                                        std::span<const Place> destinations, TravelOptions options,
                                        const RunControl& control) {
  check_all(network, origins, destinations, options);
  const bool turned = destinations.size() < origins.size();
  const auto heading = turned ? Heading::backward : Heading::forward;
  const auto from = turned ? destinations : origins;
  const Targets targets{network, turned ? origins : destinations, heading};
  std::vector<std::uint32_t> times(origins.size() * destinations.size(), kNever);
  const auto from_step = turned ? 1 : destinations.size();
  const auto to_step = turned ? destinations.size() : 1;
  const auto cutoff_ms = options.cutoff_ms;
  const auto count = static_cast<std::int64_t>(from.size());
  SearchPool pool;
  control.begin(count);
  for_each_chunk(count, 1, control, [&](Chunk chunk) {
    auto search = pool.take();
    const auto row = static_cast<std::size_t>(chunk.begin);
    const auto reached = search->run(network, from[row], heading, cutoff_ms, control);
    auto* const out = times.data() + row * from_step;
    for (const auto& entry : targets.all()) {
      auto& best = out[at(entry.row) * to_step];
      best = std::min(best, add_ms(reached.ms(entry.place), entry.ms, cutoff_ms));
    }
    targets.visit_direct(from[row], [&](std::int32_t target, std::uint32_t ms) {
      auto& best = out[at(target) * to_step];
      if (ms <= cutoff_ms) best = std::min(best, ms);
    });
    pool.give(std::move(search));
  });
  return times;
}

TravelPairs find_pairs(const RoadNetwork& network, std::span<const Place> origins,
                       std::span<const Place> destinations, TravelOptions options,
                       const RunControl& control) {
  check_all(network, origins, destinations, options);
  if (destinations.size() >= origins.size())
    return search_pairs(network, origins, destinations, Heading::forward, options.cutoff_ms,
                        control);
  return transpose(
      search_pairs(network, destinations, origins, Heading::backward, options.cutoff_ms, control),
      origins.size());
}

}  // namespace libgrid
