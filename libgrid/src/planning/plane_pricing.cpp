#include "plane_pricing.hpp"

#include <algorithm>
#include <queue>
#include <tuple>

namespace libgrid {
namespace {

struct PlaneBox {
  double least;
  double x_m, y_m, half_x_m, half_y_m;
  /// The order of std::priority_queue: the box with the lowest bound on top, ties by place.
  bool operator<(const PlaneBox& other) const {
    return std::tie(least, x_m, y_m) > std::tie(other.least, other.x_m, other.y_m);
  }
};

}  // namespace

PlanePricing::PlanePricing(const PlaneBlocks& blocks)
    : blocks_{blocks}, cost_(blocks.weight.size()) {
  for (const auto w : blocks.weight) weight_ += w;
}

double PlanePricing::value(const PlaneClass& limits, std::span<const double> lambda, PlaneCentre c,
                           double slack_m2) {
  const auto n = cost_.size();
  whole_.clear();
  split_part_ = 0;
  double sum = 0;
  double load = 0;
  for (std::size_t b = 0; b < n; ++b) {
    const auto dx = blocks_.x_m[b] - c.x_m;
    const auto dy = blocks_.y_m[b] - c.y_m;
    cost_[b] = blocks_.weight[b] * (dx * dx + dy * dy - slack_m2) - lambda[b];
    if (cost_[b] >= 0) continue;
    whole_.push_back(b);
    sum += cost_[b];
    load += blocks_.load[b];
  }
  if (load >= limits.lowest && load <= limits.highest) return sum;
  const auto dearer = [](const Item& a, const Item& b) {
    return std::tie(a.ratio, a.block) > std::tie(b.ratio, b.block);
  };
  item_.clear();
  if (load > limits.highest) {  // leave out what saves least for its load
    for (const auto b : whole_)
      if (blocks_.load[b] > 0) item_.push_back({-cost_[b] / blocks_.load[b], b});
    std::ranges::make_heap(item_, dearer);
    double over = load - limits.highest;
    while (over > 0 && !item_.empty()) {
      std::ranges::pop_heap(item_, dearer);
      const auto b = item_.back().block;
      item_.pop_back();
      whole_.erase(std::ranges::find(whole_, b));
      const auto out = std::min(1.0, over / blocks_.load[b]);
      sum -= out * cost_[b];
      over -= out * blocks_.load[b];
      if (out < 1) {
        split_ = b;
        split_part_ = 1 - out;
        break;
      }
    }
    return sum;
  }
  for (std::size_t b = 0; b < n; ++b)  // take what costs least for its load
    if (cost_[b] >= 0 && blocks_.load[b] > 0) item_.push_back({cost_[b] / blocks_.load[b], b});
  std::ranges::make_heap(item_, dearer);
  double missing = limits.lowest - load;
  while (missing > 0 && !item_.empty()) {
    std::ranges::pop_heap(item_, dearer);
    const auto b = item_.back().block;
    item_.pop_back();
    const auto in = std::min(1.0, missing / blocks_.load[b]);
    sum += in * cost_[b];
    missing -= in * blocks_.load[b];
    if (in < 1) {
      split_ = b;
      split_part_ = in;
      break;
    }
    whole_.push_back(b);
  }
  return sum;
}

void PlanePricing::read_parts(std::vector<double>& part) const {
  part.assign(cost_.size(), 0);
  for (const auto b : whole_) part[b] = 1;
  if (split_part_ > 0) part[split_] = split_part_;
}

PlaneCentre PlanePricing::centre_of_parts(PlaneCentre c) const {
  double w = 0;
  double x = 0;
  double y = 0;
  const auto add = [&](std::size_t b, double part) {
    w += part * blocks_.weight[b];
    x += part * blocks_.weight[b] * blocks_.x_m[b];
    y += part * blocks_.weight[b] * blocks_.y_m[b];
  };
  for (const auto b : whole_) add(b, 1);
  if (split_part_ > 0) add(split_, split_part_);
  return w > 0 ? PlaneCentre{x / w, y / w} : c;
}

PlanePricing::Proof PlanePricing::prove_least(const PlaneClass& limits,
                                              std::span<const double> lambda, double tolerance,
                                              std::int32_t most_boxes, const RunControl& run) {
  // Only the centre of gravity of a grid counts, which is within the frame of all blocks.
  const auto [x0, x1] = std::ranges::minmax(blocks_.x_m);
  const auto [y0, y1] = std::ranges::minmax(blocks_.y_m);
  Proof proof;
  double best = value(limits, lambda, {(x0 + x1) / 2, (y0 + y1) / 2});
  const auto bounded = [&](double x, double y, double hx, double hy, double floor) {
    double least = 0;
    const auto slack = hx * hx + hy * hy;
    for (int corner = 0; corner < 4; ++corner) {
      const auto v = value(limits, lambda,
                           {x + (corner % 2 == 0 ? -hx : hx), y + (corner < 2 ? -hy : hy)}, slack);
      least = corner == 0 ? v : std::min(least, v);
    }
    return PlaneBox{std::max(least, floor), x, y, hx, hy};  // a part is no better than the whole
  };
  std::priority_queue<PlaneBox> open;
  {
    const auto hx = (x1 - x0) / 2;
    const auto hy = (y1 - y0) / 2;
    open.push(bounded((x0 + x1) / 2, (y0 + y1) / 2, hx, hy, -1e300));
  }
  for (std::int32_t boxes = 0;; ++boxes) {
    const auto box = open.top();
    proof.least = box.least;
    if (best - box.least <= tolerance || boxes >= most_boxes) return proof;
    if (boxes % 64 == 0) run.advance(0);
    open.pop();
    const bool wide = box.half_x_m >= box.half_y_m;
    const auto hx = wide ? box.half_x_m / 2 : box.half_x_m;
    const auto hy = wide ? box.half_y_m : box.half_y_m / 2;
    for (const double side : {-1.0, 1.0}) {
      const auto x = wide ? box.x_m + side * hx : box.x_m;
      const auto y = wide ? box.y_m : box.y_m + side * hy;
      const auto part = bounded(x, y, hx, hy, box.least);
      if (part.least > best) continue;
      const auto here = value(limits, lambda, {x, y});
      if (here < best + 4 * tolerance) proof.centres.push_back(centre_of_parts({x, y}));
      best = std::min(best, here);
      open.push(part);
    }
    if (open.empty()) {  // both halves are above the best centre, which rounding alone allows
      proof.least = box.least;
      return proof;
    }
  }
}

}  // namespace libgrid
