#include "libgrid/travel/reduce_times.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "libgrid/base/error.hpp"
#include "many_trees.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Sums of what is within each end; the classes are their differences.
struct Question {
  std::vector<std::uint32_t> until_ms;    // below kNever, so that no way is within none
  std::span<const std::int64_t> weights;  // of the side that is summed over; empty: 1 each
};

std::int64_t weight_of(const Question& question, std::int32_t i) {
  return question.weights.empty() ? 1 : question.weights[at(i)];
}

/// Trees grow from the origins: each adds up its rows.
class SumOfRows final : public TreeSink {
 public:
  SumOfRows(const Question& question, const ManyTrees& trees, std::size_t origins)
      : sums(origins * question.until_ms.size(), 0),
        question_{question},
        open_(trees.worker_most()) {
    for (const auto row : trees.row_order()) {
      if (!question.weights.empty()) swept_weights_.push_back(question.weights[at(row)]);
    }
    for (auto& open : open_) open.assign(question.until_ms.size() * kLanes, 0);
  }

  void take(std::size_t, const TreeRows& rows) override {
    auto* const own = sums.data() + at(rows.from) * question_.until_ms.size();
    for (std::size_t i = 0; i < rows.row.size(); ++i) {
      const auto weight = weight_of(question_, rows.row[i]);
      for (std::size_t b = 0; b < question_.until_ms.size(); ++b)
        own[b] += rows.ms[i] <= question_.until_ms[b] ? weight : 0;
    }
  }
  void take(std::size_t worker, const TreeBlock& block) override {
    const auto weights = swept_weights_.empty()
                             ? std::span<const std::int64_t>{}
                             : std::span{swept_weights_}.subspan(
                                   static_cast<std::size_t>(block.first), block.lines.count);
    for (std::size_t b = 0; b < question_.until_ms.size(); ++b)
      sum_by_lane(block.simd, block.lines, question_.until_ms[b], weights,
                  open_[worker].data() + b * kLanes);
  }
  void done(std::size_t worker, std::span<const std::int32_t> from) override {
    const auto ends = question_.until_ms.size();
    for (std::size_t lane = 0; lane < from.size(); ++lane) {
      for (std::size_t b = 0; b < ends; ++b)
        sums[at(from[lane]) * ends + b] = open_[worker][b * kLanes + lane];
    }
    std::fill(open_[worker].begin(), open_[worker].end(), 0);
  }

  std::vector<std::int64_t> sums;  // by origin and end

 private:
  const Question& question_;
  std::vector<std::int64_t> swept_weights_;      // in the order of a sweep
  std::vector<std::vector<std::int64_t>> open_;  // by worker: by end and lane
};

/// Trees grow from the destinations: each adds its weight to the rows that it reaches.
class SumOfTrees final : public TreeSink {
 public:
  SumOfTrees(const Question& question, const ManyTrees& trees, std::size_t origins)
      : question_{question},
        order_{trees.row_order()},
        origins_{origins},
        by_worker_(trees.worker_most()) {}

  void take(std::size_t worker, const TreeRows& rows) override {
    auto& sums = sums_of(worker);
    const auto weight = weight_of(question_, rows.from);
    for (std::size_t i = 0; i < rows.row.size(); ++i) {
      for (std::size_t b = 0; b < question_.until_ms.size(); ++b)
        sums[b * origins_ + at(rows.row[i])] += rows.ms[i] <= question_.until_ms[b] ? weight : 0;
    }
  }
  void take(std::size_t worker, const TreeBlock& block) override {
    auto& sums = sums_of(worker);
    std::array<std::int64_t, kLanes> weights{};
    for (std::size_t lane = 0; lane < block.from.size(); ++lane)
      weights[lane] = weight_of(question_, block.from[lane]);
    for (std::size_t b = 0; b < question_.until_ms.size(); ++b)
      sum_by_line(block.simd, block.lines, question_.until_ms[b], weights,
                  sums.data() + b * origins_ + block.first);
  }

  /// By origin and end. Whole numbers: the order of the workers plays no part.
  [[nodiscard]] std::vector<std::int64_t> total() const {
    const auto ends = question_.until_ms.size();
    std::vector<std::int64_t> result(origins_ * ends, 0);
    for (const auto& sums : by_worker_) {
      if (sums.empty()) continue;
      for (std::size_t i = 0; i < origins_; ++i) {
        const auto row = order_.empty() ? i : at(order_[i]);
        for (std::size_t b = 0; b < ends; ++b) result[row * ends + b] += sums[b * origins_ + i];
      }
    }
    return result;
  }

 private:
  std::vector<std::int64_t>& sums_of(std::size_t worker) {
    auto& sums = by_worker_[worker];
    if (sums.empty()) sums.assign(origins_ * question_.until_ms.size(), 0);
    return sums;
  }

  const Question& question_;
  std::span<const std::int32_t> order_;  // of rows; empty: ascending
  std::size_t origins_;
  std::vector<std::vector<std::int64_t>> by_worker_;  // by end and row, in the order of the trees
};

void check(const ReduceOptions& options, std::size_t destinations) {
  require(!options.until_ms.empty() && options.until_ms.front() > 0,
          [] { return std::string{"the cutoff or the first class must end above 0"}; });
  for (std::size_t b = 1; b < options.until_ms.size(); ++b) {
    require(options.until_ms[b - 1] < options.until_ms[b],
            [] { return std::string{"the ends of the classes must ascend"}; });
  }
  require(options.weights.empty() || options.weights.size() == destinations,
          [] { return std::string{"weights: one is needed for each destination"}; });
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  std::uint64_t total = 0;
  for (const auto weight : options.weights) {
    const auto size = static_cast<std::uint64_t>(weight < 0 ? -(weight + 1) : weight);
    total = std::min(kMost, total + std::min(kMost, size));
  }
  require(total < kMost, [] { return std::string{"weights: their sum is over 2^62"}; });
}

}  // namespace

std::vector<std::int64_t> reduce_times(const RoadNetwork& network, std::span<const Place> origins,
                                       std::optional<std::span<const Place>> destinations,
                                       const ReduceOptions& options, const RunControl& control) {
  check_places(network, origins, "origins");
  if (destinations) check_places(network, *destinations, "destinations");
  const auto count = destinations ? destinations->size() : at(network.junction_count());
  check(options, count);
  Question question{{options.until_ms.begin(), options.until_ms.end()}, options.weights};
  const auto ends = question.until_ms.size();
  const ManyTrees::Options common{
      .heading = options.direction == Direction::from_source ? Heading::forward : Heading::backward,
      .cutoff_ms = question.until_ms.back(),
      .sink_cuts = true,
      .engine = options.engine};
  question.until_ms.back() = std::min(question.until_ms.back(), kMaxMs);

  std::vector<std::int64_t> sums;
  if (!destinations || origins.size() <= count) {
    ManyTrees trees{network, origins, destinations, common, control};
    SumOfRows sink{question, trees, origins.size()};
    trees.run(sink, control);
    sums = std::move(sink.sums);
  } else {
    auto turned_options = common;
    turned_options.heading = turned(common.heading);
    ManyTrees trees{network, *destinations, origins, turned_options, control};
    SumOfTrees sink{question, trees, origins.size()};
    trees.run(sink, control);
    sums = sink.total();
  }
  for (std::size_t i = 0; i < origins.size(); ++i) {
    for (auto b = ends; b-- > 1;) sums[i * ends + b] -= sums[i * ends + b - 1];
  }
  return sums;
}

}  // namespace libgrid
