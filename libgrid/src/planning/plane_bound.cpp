#include "libgrid/planning/plane_bound.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "libgrid/base/error.hpp"
#include "plane_pricing.hpp"

namespace libgrid {
namespace {

/// The limit that leaves the least room: the sum of what grids may take beyond what there is.
const WeightLimit* tightest(const PlanProblem& problem) {
  const WeightLimit* found = nullptr;
  double least = 0;
  for (const auto& limit : problem.limits) {
    double total = 0;
    double room = 0;
    for (const auto w : limit.weight) total += static_cast<double>(w);
    for (const auto h : limit.highest) room += std::min(total, static_cast<double>(h));
    if (total <= 0) continue;
    if (found == nullptr || room / total < least) {
      found = &limit;
      least = room / total;
    }
  }
  return found;
}

PlaneBlocks place_blocks(const PlanTerm& term, const WeightLimit* limit) {
  PlaneBlocks blocks;
  const auto origin = term.place.front();
  for (std::size_t b = 0; b < term.place.size(); ++b) {
    blocks.x_m.push_back((static_cast<double>(term.place[b].x_mm) - origin.x_mm) / 1'000);
    blocks.y_m.push_back((static_cast<double>(term.place[b].y_mm) - origin.y_mm) / 1'000);
    blocks.weight.push_back(static_cast<double>(term.weight[b]));
    blocks.load.push_back(limit == nullptr ? 0.0 : static_cast<double>(limit->weight[b]));
  }
  return blocks;
}

/// Grids by what they must and may take; what the others cannot or must not leave counts, too.
std::vector<PlaneClass> sort_grids(const PlanProblem& problem, const WeightLimit* limit,
                                   double total) {
  std::vector<PlaneClass> classes;
  double lowest = 0;
  double highest = 0;
  if (limit != nullptr) {
    for (const auto low : limit->lowest) lowest += static_cast<double>(low);
    for (const auto high : limit->highest) highest += std::min(total, static_cast<double>(high));
  }
  for (std::size_t g = 0; g < static_cast<std::size_t>(problem.grid_count); ++g) {
    double low = 0;
    double high = 0;
    if (limit != nullptr) {
      const auto own_low = static_cast<double>(limit->lowest[g]);
      const auto own_high = std::min(total, static_cast<double>(limit->highest[g]));
      low = std::max(own_low, total - (highest - own_high));
      high = std::min(own_high, total - (lowest - own_low));
      if (low > high)
        throw Infeasible{"limit " + limit->name + ": the grids cannot have " +
                         std::to_string(static_cast<std::int64_t>(total)) + " between them"};
    }
    const auto same = std::ranges::find_if(
        classes, [&](const PlaneClass& c) { return c.lowest == low && c.highest == high; });
    if (same == classes.end())
      classes.push_back({low, high, 1});
    else
      ++same->grids;
  }
  return classes;
}

/// The multipliers, what they are worth, and the grids that pay at them.
class Ascent {
 public:
  Ascent(const PlaneBlocks& blocks, const std::vector<PlaneClass>& classes)
      : blocks_{blocks}, classes_{classes}, pricing_{blocks} {
    const auto n = blocks.x_m.size();
    for (std::size_t b = 0; b < n; ++b) {
      total_ += blocks.weight[b];
      centres_.push_back({blocks.x_m[b], blocks.y_m[b]});
    }
    scale_.resize(n);
    for (std::size_t b = 0; b < n; ++b)
      scale_[b] = blocks.weight[b] + 0.05 * total_ / static_cast<double>(n);
    lambda_.assign(n, 0.0);
    add_centre({0, 0});
  }

  /// A safe bound at the multipliers of now; good centres found on the way join those that are
  /// tried in every step.
  double prove(std::int32_t most_boxes, const RunControl& run) {
    double bound = 0;
    double size = 0;
    for (const auto l : lambda_) bound += l, size += std::abs(l);
    // What a step finds wanting in the centres is settled to a few parts in a hundred thousand.
    const auto tolerance = 2e-5 * size / static_cast<double>(grids()) + 1e-6;
    for (const auto& limits : classes_) {
      auto proof = pricing_.prove_least(limits, lambda_, tolerance, most_boxes, run);
      bound += static_cast<double>(limits.grids) * proof.least;
      size += static_cast<double>(limits.grids) * std::abs(proof.least);
      const auto most = 2 * blocks_.x_m.size();
      const auto skip = proof.centres.size() > most ? proof.centres.size() - most : 0;
      for (auto i = skip; i < proof.centres.size(); ++i) add_centre(proof.centres[i]);
    }
    return bound - 1e-9 * size;  // pays for our own rounding
  }

  /// Steps of the volume algorithm from the multipliers of now.
  void climb(std::int32_t steps, const RunControl& run) {
    auto best = evaluate(lambda_);
    if (mean_.empty()) mean_ = taken_;
    auto target = best + 0.05 * std::abs(best) + 1;
    auto trial = lambda_;
    int poor = 0;
    for (std::int32_t step = 0; step < steps; ++step) {
      run.advance(0);
      double norm = 0;
      for (std::size_t b = 0; b < trial.size(); ++b)
        norm += scale_[b] * (1 - mean_[b]) * (1 - mean_[b]);
      if (norm < 1e-12) break;
      if (best >= target - 0.05 * std::abs(target)) target = best + 0.05 * std::abs(best) + 1;
      const auto length = factor_ * (target - best) / norm;
      for (std::size_t b = 0; b < trial.size(); ++b)
        trial[b] = lambda_[b] + length * scale_[b] * (1 - mean_[b]);
      const auto value = evaluate(trial);
      double along = 0;
      for (std::size_t b = 0; b < trial.size(); ++b)
        along += scale_[b] * (1 - mean_[b]) * (1 - taken_[b]);
      mix();
      if (value > best) {
        best = value;
        lambda_ = trial;
        poor = 0;
        if (along >= 0) factor_ = std::min(2.0, factor_ * 1.1);
      } else if (++poor == 10) {
        poor = 0;
        factor_ = std::max(1e-4, factor_ * 0.7);
      }
    }
  }

 private:
  [[nodiscard]] std::int64_t grids() const {
    std::int64_t sum = 0;
    for (const auto& c : classes_) sum += c.grids;
    return sum;
  }

  void add_centre(PlaneCentre c) {
    const auto most = 4 * blocks_.x_m.size() + 16;
    if (centres_.size() < most)
      centres_.push_back(c);
    else
      centres_[blocks_.x_m.size() + next_++ % (most - blocks_.x_m.size())] = c;
  }

  /// The value over the centres known, which a proof may lower; what the grids take with it.
  double evaluate(const std::vector<double>& lambda) {
    double sum = 0;
    for (const auto l : lambda) sum += l;
    taken_.assign(lambda.size(), 0.0);
    for (const auto& limits : classes_) {
      double least = 0;
      PlaneCentre at{};
      bool any = false;
      for (const auto& c : centres_) {
        const auto v = pricing_.value(limits, lambda, c);
        if (any && v >= least) continue;
        any = true;
        least = v;
        at = c;
      }
      pricing_.value(limits, lambda, at);
      for (int moves = 0; moves < 4; ++moves) {  // to the centre of what it takes
        const auto to = pricing_.centre_of_parts(at);
        const bool same = std::abs(to.x_m - at.x_m) + std::abs(to.y_m - at.y_m) < 0.05;
        if (same) break;
        at = to;
        least = pricing_.value(limits, lambda, at);
        if (moves == 3) add_centre(at);
      }
      pricing_.read_parts(part_);
      for (std::size_t b = 0; b < lambda.size(); ++b)
        taken_[b] += static_cast<double>(limits.grids) * part_[b];
      sum += static_cast<double>(limits.grids) * least;
    }
    return sum;
  }

  /// Draws the mean of what was taken towards what is taken now, as far as every block comes
  /// nearest to being taken once.
  void mix() {
    double cross = 0;
    double square = 0;
    for (std::size_t b = 0; b < mean_.size(); ++b) {
      const auto step = taken_[b] - mean_[b];
      cross += scale_[b] * (1 - mean_[b]) * step;
      square += scale_[b] * step * step;
    }
    const auto part = square > 0 ? std::clamp(cross / square, 0.005, 0.1) : 0.0;
    for (std::size_t b = 0; b < mean_.size(); ++b) mean_[b] += part * (taken_[b] - mean_[b]);
  }

  const PlaneBlocks& blocks_;
  const std::vector<PlaneClass>& classes_;
  PlanePricing pricing_;
  std::vector<PlaneCentre> centres_;  // the blocks' places, then a ring of those met
  std::size_t next_ = 0;
  double total_ = 0;
  double factor_ = 0.5;
  std::vector<double> scale_, lambda_, taken_, mean_, part_;
};

}  // namespace

std::int64_t bound_in_plane(const PlanProblem& problem, const PlanTerm& term,
                            const PlaneBoundOptions& options, const RunControl& run) {
  if (term.place.empty() || problem.grid_count <= 0) return 0;
  const auto* limit = tightest(problem);
  const auto blocks = place_blocks(term, limit);
  double load = 0;
  for (const auto l : blocks.load) load += l;
  const auto classes = sort_grids(problem, limit, load);
  Ascent ascent{blocks, classes};
  const auto steps = std::min(options.steps, 10 * static_cast<std::int32_t>(blocks.x_m.size()));
  auto best = std::numeric_limits<double>::lowest();
  int idle = 0;
  for (std::int32_t round = 0; round < options.rounds && idle < 4; ++round) {
    ascent.climb(steps, run);
    const auto bound = ascent.prove(options.most_boxes, run);
    idle = bound > best + 1e-4 * std::abs(best) ? 0 : idle + 1;  // four rounds with nothing to show
    best = std::max(best, bound);
  }
  // Each grid's inertia is rounded down to a whole m².
  const auto value = std::floor(best) - problem.grid_count;
  return value > 0 ? static_cast<std::int64_t>(value) : 0;
}

}  // namespace libgrid
