#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/graph/lanes.hpp"
#include "libgrid/travel/engine.hpp"
#include "targets.hpp"

namespace libgrid {

/// The far side of a tree, as a search tells it: rows in reach, ascending, with their times.
struct TreeRows {
  std::int32_t from;
  std::span<const std::int32_t> row;
  std::span<const std::uint32_t> ms;
};

/// The same for up to kLanes trees, as a sweep tells it: all rows, block after block.
struct TreeBlock {
  std::span<const std::int32_t> from;  ///< by lane; lanes beyond hold kNever
  std::span<const std::int32_t> row;   ///< by line
  std::int64_t first;                  ///< where `row` starts in `ManyTrees::row_order`
  LaneLines lines;                     ///< kNever beyond the cutoff, unless the sink cuts
  Simd simd;
};

/// Takes the times of many trees while they are at hand, so that nobody keeps them all.
class TreeSink {
 public:
  virtual ~TreeSink() = default;
  /// Both are called on several threads; those of one worker one after the other. The blocks of a
  /// sweep follow each other on one worker and end with `done`.
  virtual void take(std::size_t worker, const TreeRows& rows) = 0;
  virtual void take(std::size_t worker, const TreeBlock& block) = 0;
  virtual void done(std::size_t /*worker*/, std::span<const std::int32_t> /*from*/) {}
};

/// One tree from each of many places to the rows of the far side, with whichever engine.
class ManyTrees {
 public:
  struct Options {
    Heading heading = Heading::forward;
    std::uint32_t cutoff_ms = kNever;
    bool ascending = false;  ///< a sweep tells its rows in ascending order, which is slower
    bool sink_cuts = false;  ///< the sink itself leaves out what is beyond the cutoff
    EngineOptions engine{};
  };

  /// `to`: no list means every junction, row `v` being junction v. Builds a hierarchy when it is
  /// needed and none was given. Throws InvalidInput when the engine was named and cannot tell these
  /// times.
  ManyTrees(const RoadNetwork& network, std::span<const Place> from,
            std::optional<std::span<const Place>> to, const Options& options,
            const RunControl& control);
  ~ManyTrees();

  [[nodiscard]] bool uses_hierarchy() const { return hierarchy_ != nullptr; }
  /// The rows in the order of a sweep.
  [[nodiscard]] std::span<const std::int32_t> row_order() const { return order_; }
  /// Workers are numbered 0 … worker_most() - 1.
  [[nodiscard]] std::size_t worker_most() const { return worker_most_; }

  void run(TreeSink& sink, const RunControl& control);

 private:
  struct Worker;

  void prepare_hierarchy(const RunControl& control);
  void order_rows();
  void search_tree(Worker& worker, std::int32_t from, TreeSink& sink, const RunControl& control);
  void sweep_trees(Worker& worker, std::span<const std::int32_t> from, TreeSink& sink,
                   const RunControl& control);
  std::unique_ptr<Worker> take_worker();
  void give_worker(std::unique_ptr<Worker> worker);

  const RoadNetwork& network_;
  std::span<const Place> from_;
  std::vector<Place> every_node_;
  std::span<const Place> to_;
  Options options_;
  Targets targets_;
  std::optional<Hierarchy> built_;
  const Hierarchy* hierarchy_ = nullptr;
  std::optional<SweepRange> range_;
  std::vector<LaneDoors> doors_;  // in the order of a sweep
  bool is_plain_ = false;         // row i of the far side is row i of the sweep
  std::vector<std::int32_t> order_;
  std::vector<std::int32_t> index_of_;    // by row: where it stands in that order
  std::vector<std::int32_t> from_order_;  // so that the ways up of a sweep lie close together
  std::size_t worker_most_ = 1;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Worker>> idle_;
  std::size_t worker_count_ = 0;
};

}  // namespace libgrid
