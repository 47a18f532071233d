#include "libgrid/travel/travel_times.hpp"

#include <algorithm>
#include <utility>

#include "libgrid/base/error.hpp"
#include "many_trees.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Which side grows the trees, and which way.
struct Sides {
  Sides(std::span<const Place> origins, std::span<const Place> destinations)
      : turned{destinations.size() < origins.size()},
        from{turned ? destinations : origins},
        to{turned ? origins : destinations} {}
  bool turned;
  std::span<const Place> from;
  std::span<const Place> to;
  [[nodiscard]] Heading heading() const { return turned ? Heading::backward : Heading::forward; }
};

void check_all(const RoadNetwork& network, std::span<const Place> origins,
               std::span<const Place> destinations, const TravelOptions& options) {
  check_places(network, origins, "origins");
  check_places(network, destinations, "destinations");
  require(options.cutoff_ms > 0, [] { return std::string{"the cutoff must be above 0"}; });
}

/// Writes each time to its place in the matrix.
class MatrixSink final : public TreeSink {
 public:
  MatrixSink(std::vector<std::uint32_t>& times, std::size_t from_step, std::size_t to_step)
      : times_{times}, from_step_{from_step}, to_step_{to_step} {}

  void take(std::size_t, const TreeRows& rows) override {
    auto* const out = times_.data() + at(rows.from) * from_step_;
    for (std::size_t i = 0; i < rows.row.size(); ++i) out[at(rows.row[i]) * to_step_] = rows.ms[i];
  }
  void take(std::size_t, const TreeBlock& block) override {
    for (std::size_t lane = 0; lane < block.from.size(); ++lane) {
      auto* const out = times_.data() + at(block.from[lane]) * from_step_;
      for (std::size_t i = 0; i < block.row.size(); ++i)
        out[at(block.row[i]) * to_step_] = block.lines.ms[i * kLanes + lane];
    }
  }

 private:
  std::vector<std::uint32_t>& times_;
  std::size_t from_step_;
  std::size_t to_step_;
};

/// Keeps what each tree has in reach, no larger than it is.
class PairsSink final : public TreeSink {
 public:
  struct Part {
    std::vector<std::int32_t> index;
    std::vector<std::uint32_t> ms;
  };
  explicit PairsSink(std::size_t from_count, std::size_t workers)
      : parts(from_count), open_(workers) {
    for (auto& lanes : open_) lanes.resize(kLanes);
  }

  void take(std::size_t, const TreeRows& rows) override {
    auto& part = parts[at(rows.from)];
    part.index.assign(rows.row.begin(), rows.row.end());
    part.ms.assign(rows.ms.begin(), rows.ms.end());
  }
  void take(std::size_t worker, const TreeBlock& block) override {
    for (std::size_t i = 0; i < block.row.size(); ++i) {
      const auto* const line = block.lines.ms + i * kLanes;
      for (std::size_t lane = 0; lane < block.from.size(); ++lane) {
        if (line[lane] == kNever) continue;
        open_[worker][lane].index.push_back(block.row[i]);
        open_[worker][lane].ms.push_back(line[lane]);
      }
    }
  }
  void done(std::size_t worker, std::span<const std::int32_t> from) override {
    for (std::size_t lane = 0; lane < from.size(); ++lane) {
      auto& open = open_[worker][lane];
      parts[at(from[lane])] = open;  // a copy is as large as its content, and `open` is used again
      open.index.clear();
      open.ms.clear();
    }
  }

  std::vector<Part> parts;

 private:
  std::vector<std::vector<Part>> open_;  // by worker and lane
};

TravelPairs join(std::vector<PairsSink::Part>& parts) {
  TravelPairs pairs;
  pairs.ptr.assign(parts.size() + 1, 0);
  for (std::size_t i = 0; i < parts.size(); ++i)
    pairs.ptr[i + 1] = pairs.ptr[i] + static_cast<std::int64_t>(parts[i].index.size());
  pairs.index.reserve(static_cast<std::size_t>(pairs.ptr.back()));
  pairs.ms.reserve(static_cast<std::size_t>(pairs.ptr.back()));
  for (auto& part : parts) {
    pairs.index.insert(pairs.index.end(), part.index.begin(), part.index.end());
    pairs.ms.insert(pairs.ms.end(), part.ms.begin(), part.ms.end());
    part = {};
  }
  return pairs;
}

/// The same by row of the far side.
TravelPairs join_turned(std::vector<PairsSink::Part>& parts, std::size_t rows) {
  TravelPairs pairs;
  pairs.ptr.assign(rows + 1, 0);
  for (const auto& part : parts) {
    for (const auto row : part.index) ++pairs.ptr[at(row) + 1];
  }
  for (std::size_t i = 0; i < rows; ++i) pairs.ptr[i + 1] += pairs.ptr[i];
  pairs.index.resize(static_cast<std::size_t>(pairs.ptr.back()));
  pairs.ms.resize(static_cast<std::size_t>(pairs.ptr.back()));
  auto next = pairs.ptr;
  for (std::size_t from = 0; from < parts.size(); ++from) {
    for (std::size_t i = 0; i < parts[from].index.size(); ++i) {
      const auto to = static_cast<std::size_t>(next[at(parts[from].index[i])]++);
      pairs.index[to] = static_cast<std::int32_t>(from);
      pairs.ms[to] = parts[from].ms[i];
    }
    parts[from] = {};
  }
  return pairs;
}

}  // namespace

std::vector<std::uint32_t> travel_times(const RoadNetwork& network, std::span<const Place> origins,
                                        std::span<const Place> destinations, TravelOptions options,
                                        const RunControl& control) {
  check_all(network, origins, destinations, options);
  const Sides sides{origins, destinations};
  ManyTrees trees{
      network,
      sides.from,
      sides.to,
      {.heading = sides.heading(), .cutoff_ms = options.cutoff_ms, .engine = options.engine},
      control};
  std::vector<std::uint32_t> times(origins.size() * destinations.size(), kNever);
  MatrixSink sink{times, sides.turned ? 1 : destinations.size(),
                  sides.turned ? destinations.size() : 1};
  trees.run(sink, control);
  return times;
}

TravelPairs find_pairs(const RoadNetwork& network, std::span<const Place> origins,
                       std::span<const Place> destinations, TravelOptions options,
                       const RunControl& control) {
  check_all(network, origins, destinations, options);
  const Sides sides{origins, destinations};
  ManyTrees trees{network,
                  sides.from,
                  sides.to,
                  {.heading = sides.heading(),
                   .cutoff_ms = options.cutoff_ms,
                   .ascending = true,
                   .engine = options.engine},
                  control};
  PairsSink sink{sides.from.size(), trees.worker_most()};
  trees.run(sink, control);
  return sides.turned ? join_turned(sink.parts, origins.size()) : join(sink.parts);
}

}  // namespace libgrid
