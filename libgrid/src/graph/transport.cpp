#include "libgrid/graph/transport.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <queue>
#include <string>
#include <unordered_map>
#include <utility>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr auto kFar = std::numeric_limits<std::int64_t>::max();

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

void check_amounts(std::span<const std::int64_t> amounts, const char* name) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    require(amounts[i] >= 0, [&] {
      return std::string{name} + "[" + std::to_string(i) + "] is " + std::to_string(amounts[i]) +
             ": must be 0 or more";
    });
    require(!__builtin_add_overflow(total, amounts[i], &total) && total <= kFar / 2,
            [&] { return std::string{name} + ": the total is too large"; });
  }
}

void check(std::span<const std::int64_t> amount, std::span<const std::int64_t> capacity,
           const TransportArcs& arcs) {
  check_amounts(amount, "amount");
  check_amounts(capacity, "capacity");
  require(arcs.ptr.size() == amount.size() + 1 && arcs.ptr.front() == 0 &&
              std::ranges::is_sorted(arcs.ptr) && at(arcs.ptr.back()) == arcs.sink.size() &&
              arcs.sink.size() == arcs.cost.size(),
          [] { return std::string{"arcs: ptr, sink and cost do not fit the amounts"}; });
  std::vector<std::int64_t> seen(capacity.size(), -1);
  for (std::size_t i = 0; i < amount.size(); ++i)
    for (auto a = arcs.ptr[i]; a < arcs.ptr[i + 1]; ++a) {
      const auto sink = arcs.sink[at(a)];
      require(
          sink >= 0 && at(sink) < capacity.size() && seen[at(sink)] != static_cast<std::int64_t>(i),
          [&] {
            return "source " + std::to_string(i) + ": sink " + std::to_string(sink) +
                   " does not exist or stands twice";
          });
      seen[at(sink)] = static_cast<std::int64_t>(i);
    }
}

Transport collect(std::span<const std::int64_t> amount, std::size_t sinks,
                  const TransportArcs& arcs, std::vector<Shipment> shipments) {
  std::erase_if(shipments, [](const Shipment& s) { return s.amount == 0; });
  std::ranges::sort(shipments);
  Transport found{.shipments = std::move(shipments),
                  .unserved = {amount.begin(), amount.end()},
                  .load = std::vector<std::int64_t>(sinks, 0)};
  for (const auto& s : found.shipments) {
    found.unserved[at(s.source)] -= s.amount;
    found.load[at(s.sink)] += s.amount;
    found.total_cost += s.amount * static_cast<std::int64_t>(arcs.cost[at(s.arc)]);
  }
  return found;
}

/// Successive shortest paths on the sinks. A step from sink a to sink b is the cheapest move of a
/// unit that sits at a; the last "sink" takes what nobody serves, at a cost above every detour.
class Exchange {
 public:
  Exchange(std::span<const std::int64_t> amount, std::span<const std::int64_t> capacity,
           const TransportArcs& arcs, const RunControl& run)
      : amount_{amount}, capacity_{capacity.begin(), capacity.end()}, arcs_{arcs}, run_{run} {
    nobody_ = static_cast<std::int32_t>(capacity.size());
    capacity_.push_back(kFar);
    std::int64_t dearest = 0;
    for (const auto c : arcs.cost) dearest = std::max<std::int64_t>(dearest, c);
    cost_of_none_ = (static_cast<std::int64_t>(capacity.size()) + 2) * (dearest + 1);
    seat_of_arc_.assign(arcs.sink.size(), 0);
    unserved_.assign(amount.size(), 0);
    load_.assign(capacity_.size(), 0);
    potential_.assign(capacity_.size(), 0);
    moves_.resize(capacity_.size());
    place_everybody();
  }

  Transport solve() {
    std::int64_t excess = 0;
    for (std::size_t s = 0; s < load_.size() - 1; ++s)
      excess += std::max<std::int64_t>(0, load_[s] - capacity_[s]);
    run_.begin(excess);
    for (std::int32_t s = 0; s < nobody_; ++s)
      while (load_[at(s)] > capacity_[at(s)]) run_.advance(push_from(s));
    std::vector<Shipment> shipments;
    for (std::size_t i = 0; i < amount_.size(); ++i)
      for (auto a = arcs_.ptr[i]; a < arcs_.ptr[i + 1]; ++a)
        if (seat_of_arc_[at(a)] > 0)
          shipments.push_back(
              {static_cast<std::int32_t>(i), arcs_.sink[at(a)], seat_of_arc_[at(a)], a});
    auto found = collect(amount_, at(nobody_), arcs_, std::move(shipments));
    found.rounds = rounds_;
    return found;
  }

 private:
  /// A unit of `source` that sits on arc `from` could move to arc `to` (-1: nobody) at `cost` more.
  struct Move {
    std::int64_t cost;
    std::int32_t source;
    std::int64_t from;
    std::int64_t to;
    auto operator<=>(const Move&) const = default;
  };
  using Moves = std::priority_queue<Move, std::vector<Move>, std::greater<>>;
  struct MovesTo {
    std::int32_t sink;
    Moves queue;
  };

  [[nodiscard]] std::int64_t cost(std::int64_t arc) const {
    return arc < 0 ? cost_of_none_ : static_cast<std::int64_t>(arcs_.cost[at(arc)]);
  }
  [[nodiscard]] std::int32_t sink(std::int64_t arc) const {
    return arc < 0 ? nobody_ : arcs_.sink[at(arc)];
  }
  [[nodiscard]] std::int64_t& seat(std::int32_t source, std::int64_t arc) {
    return arc < 0 ? unserved_[at(source)] : seat_of_arc_[at(arc)];
  }

  void place_everybody() {
    for (std::size_t i = 0; i < amount_.size(); ++i) {
      if (amount_[i] == 0) continue;
      std::int64_t best = -1;
      for (auto a = arcs_.ptr[i]; a < arcs_.ptr[i + 1]; ++a)
        if (best < 0 || std::pair{cost(a), sink(a)} < std::pair{cost(best), sink(best)}) best = a;
      sit(static_cast<std::int32_t>(i), best, amount_[i]);
    }
  }

  void sit(std::int32_t source, std::int64_t arc, std::int64_t units) {
    auto& seated = seat(source, arc);
    const auto first = seated == 0;
    seated += units;
    load_[at(sink(arc))] += units;
    if (!first || sink(arc) == nobody_) return;  // who is served by nobody never blocks a seat
    for (auto to = arcs_.ptr[at(source)]; to < arcs_.ptr[at(source) + 1]; ++to)
      if (to != arc) moves_to(sink(arc), sink(to)).push({cost(to) - cost(arc), source, arc, to});
    moves_to(sink(arc), nobody_).push({cost_of_none_ - cost(arc), source, arc, -1});
  }

  Moves& moves_to(std::int32_t a, std::int32_t b) {
    const auto key = (static_cast<std::uint64_t>(a) << 32) | static_cast<std::uint32_t>(b);
    const auto [where, is_new] = place_.try_emplace(key, moves_[at(a)].size());
    if (is_new) moves_[at(a)].push_back({b, {}});
    return moves_[at(a)][where->second].queue;
  }

  /// The cheapest move whose unit still sits there, null when there is none.
  const Move* cheapest(MovesTo& moves) {
    while (!moves.queue.empty() && seat(moves.queue.top().source, moves.queue.top().from) == 0)
      moves.queue.pop();
    return moves.queue.empty() ? nullptr : &moves.queue.top();
  }

  /// Moves units from an overfull sink along the cheapest exchange path to the next free seat.
  std::int64_t push_from(std::int32_t start) {
    ++rounds_;
    const auto n = capacity_.size();
    std::vector<std::int64_t> distance(n, kFar);
    std::vector<Move> by(n);
    std::vector<std::int32_t> before(n, -1);
    std::vector<std::int32_t> settled;
    using Item = std::pair<std::int64_t, std::int32_t>;
    std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
    std::vector<std::uint8_t> done(n, 0);
    distance[at(start)] = 0;
    queue.emplace(0, start);
    std::int32_t goal = -1;
    while (!queue.empty()) {
      const auto [d, a] = queue.top();
      queue.pop();
      if (done[at(a)]) continue;
      done[at(a)] = 1;
      settled.push_back(a);
      if (a == nobody_ || load_[at(a)] < capacity_[at(a)]) {
        goal = a;
        break;
      }
      for (auto& moves : moves_[at(a)]) {
        const auto* move = cheapest(moves);
        if (move == nullptr || done[at(moves.sink)]) continue;
        const auto reduced = move->cost + potential_[at(a)] - potential_[at(moves.sink)];
        LIBGRID_ASSERT(reduced >= 0);
        if (d + reduced >= distance[at(moves.sink)]) continue;
        distance[at(moves.sink)] = d + reduced;
        by[at(moves.sink)] = *move;
        before[at(moves.sink)] = a;
        queue.emplace(d + reduced, moves.sink);
      }
    }
    LIBGRID_ASSERT(goal >= 0);  // nobody always has room
    const auto length = distance[at(goal)];
    for (const auto s : settled) potential_[at(s)] += distance[at(s)] - length;

    auto units = std::min(load_[at(start)] - capacity_[at(start)],
                          goal == nobody_ ? kFar : capacity_[at(goal)] - load_[at(goal)]);
    for (auto s = goal; s != start; s = before[at(s)])
      units = std::min(units, seat(by[at(s)].source, by[at(s)].from));
    for (auto s = goal; s != start; s = before[at(s)]) {
      const auto move = by[at(s)];
      seat(move.source, move.from) -= units;
      load_[at(before[at(s)])] -= units;
      sit(move.source, move.to, units);
    }
    return units;
  }

  std::span<const std::int64_t> amount_;
  std::vector<std::int64_t> capacity_;
  TransportArcs arcs_;
  const RunControl& run_;
  std::int32_t nobody_ = 0;
  std::int64_t cost_of_none_ = 0;
  std::int64_t rounds_ = 0;
  std::vector<std::int64_t> seat_of_arc_;
  std::vector<std::int64_t> unserved_;
  std::vector<std::int64_t> load_;
  std::vector<std::int64_t> potential_;
  std::vector<std::vector<MovesTo>> moves_;
  std::unordered_map<std::uint64_t, std::size_t> place_;
};

}  // namespace

Transport ship_at_least_cost(std::span<const std::int64_t> amount,
                             std::span<const std::int64_t> capacity, const TransportArcs& arcs,
                             const RunControl& run) {
  check(amount, capacity, arcs);
  return Exchange{amount, capacity, arcs, run}.solve();
}

Transport ship_nearest_first(std::span<const std::int64_t> amount,
                             std::span<const std::int64_t> capacity, const TransportArcs& arcs,
                             std::span<const std::int32_t> priority, const RunControl& run) {
  check(amount, capacity, arcs);
  require(priority.empty() || priority.size() == amount.size(),
          [] { return std::string{"priority needs one value for each source"}; });
  struct Offer {
    std::int32_t priority;
    std::uint32_t cost;
    std::int32_t source;
    std::int32_t sink;
    std::int64_t arc;
    auto operator<=>(const Offer&) const = default;
  };
  std::vector<Offer> offers;
  offers.reserve(arcs.sink.size());
  for (std::size_t i = 0; i < amount.size(); ++i)
    for (auto a = arcs.ptr[i]; a < arcs.ptr[i + 1]; ++a)
      offers.push_back({priority.empty() ? 0 : priority[i], arcs.cost[at(a)],
                        static_cast<std::int32_t>(i), arcs.sink[at(a)], a});
  run.advance(0);
  std::ranges::sort(offers);
  std::vector<std::int64_t> left{amount.begin(), amount.end()};
  std::vector<std::int64_t> room{capacity.begin(), capacity.end()};
  std::vector<Shipment> shipments;
  for (const auto& offer : offers) {
    const auto units = std::min(left[at(offer.source)], room[at(offer.sink)]);
    if (units == 0) continue;
    left[at(offer.source)] -= units;
    room[at(offer.sink)] -= units;
    shipments.push_back({offer.source, offer.sink, units, offer.arc});
  }
  return collect(amount, capacity.size(), arcs, std::move(shipments));
}

}  // namespace libgrid
