#include "libgrid/graph/transport.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

struct Problem {
  std::vector<std::int64_t> amount;
  std::vector<std::int64_t> capacity;
  std::vector<std::int64_t> ptr{0};
  std::vector<std::int32_t> sink;
  std::vector<std::uint32_t> cost;

  [[nodiscard]] TransportArcs arcs() const { return {ptr, sink, cost}; }
  [[nodiscard]] Transport best() const { return ship_at_least_cost(amount, capacity, arcs()); }
  [[nodiscard]] Transport nearest_first() const {
    return ship_nearest_first(amount, capacity, arcs());
  }
  void add(std::int64_t units, std::vector<std::pair<std::int32_t, std::uint32_t>> to) {
    amount.push_back(units);
    for (const auto& [s, c] : to) {
      sink.push_back(s);
      cost.push_back(c);
    }
    ptr.push_back(static_cast<std::int64_t>(sink.size()));
  }
};

Problem random_problem(Rng& rng, std::uint64_t most_sources, std::uint64_t most_sinks) {
  Problem p;
  const auto sinks = 1 + rng.below(most_sinks);
  for (std::uint64_t s = 0; s < sinks; ++s)
    p.capacity.push_back(static_cast<std::int64_t>(rng.below(8)));
  const auto sources = 1 + rng.below(most_sources);
  for (std::uint64_t i = 0; i < sources; ++i) {
    std::vector<std::pair<std::int32_t, std::uint32_t>> to;
    for (std::uint64_t s = 0; s < sinks; ++s)
      if (rng.below(3) != 0)
        to.emplace_back(static_cast<std::int32_t>(s), static_cast<std::uint32_t>(rng.below(20)));
    p.add(static_cast<std::int64_t>(rng.below(5)), to);
  }
  return p;
}

struct Answer {
  std::int64_t shipped;
  std::int64_t cost;
};

/// Slow and plain: Bellman-Ford on the whole residual graph, one unit at a time.
Answer slow(const Problem& p) {
  struct Edge {
    int from, to;
    std::int64_t room, cost;
  };
  const auto sources = static_cast<int>(p.amount.size());
  const auto sinks = static_cast<int>(p.capacity.size());
  const int start = sources + sinks;
  const int end = start + 1;
  std::vector<Edge> edges;
  const auto add = [&](int a, int b, std::int64_t room, std::int64_t cost) {
    edges.push_back({a, b, room, cost});
    edges.push_back({b, a, 0, -cost});
  };
  for (int i = 0; i < sources; ++i) {
    add(start, i, p.amount[static_cast<std::size_t>(i)], 0);
    for (auto a = p.ptr[static_cast<std::size_t>(i)]; a < p.ptr[static_cast<std::size_t>(i) + 1];
         ++a)
      add(i, sources + p.sink[static_cast<std::size_t>(a)], 1'000,
          p.cost[static_cast<std::size_t>(a)]);
  }
  for (int s = 0; s < sinks; ++s) add(sources + s, end, p.capacity[static_cast<std::size_t>(s)], 0);
  Answer answer{0, 0};
  for (;;) {
    std::vector<std::int64_t> far(static_cast<std::size_t>(end) + 1, 1'000'000'000);
    std::vector<int> by(far.size(), -1);
    far[static_cast<std::size_t>(start)] = 0;
    for (std::size_t round = 0; round < far.size(); ++round)
      for (std::size_t e = 0; e < edges.size(); ++e) {
        const auto& edge = edges[e];
        const auto reach = far[static_cast<std::size_t>(edge.from)] + edge.cost;
        if (edge.room > 0 && far[static_cast<std::size_t>(edge.from)] < 1'000'000'000 &&
            reach < far[static_cast<std::size_t>(edge.to)]) {
          far[static_cast<std::size_t>(edge.to)] = reach;
          by[static_cast<std::size_t>(edge.to)] = static_cast<int>(e);
        }
      }
    if (by[static_cast<std::size_t>(end)] < 0) return answer;
    for (int v = end; v != start;) {
      const auto e = static_cast<std::size_t>(by[static_cast<std::size_t>(v)]);
      --edges[e].room;
      ++edges[e ^ 1].room;
      v = edges[e].from;
    }
    ++answer.shipped;
    answer.cost += far[static_cast<std::size_t>(end)];
  }
}

void expect_adds_up(const Problem& p, const Transport& t) {
  std::vector<std::int64_t> sent(p.amount.size(), 0);
  std::vector<std::int64_t> load(p.capacity.size(), 0);
  std::int64_t cost = 0;
  for (const auto& s : t.shipments) {
    EXPECT_GT(s.amount, 0);
    EXPECT_EQ(p.sink[static_cast<std::size_t>(s.arc)], s.sink);
    sent[static_cast<std::size_t>(s.source)] += s.amount;
    load[static_cast<std::size_t>(s.sink)] += s.amount;
    cost += s.amount * p.cost[static_cast<std::size_t>(s.arc)];
  }
  for (std::size_t i = 0; i < sent.size(); ++i) EXPECT_EQ(sent[i] + t.unserved[i], p.amount[i]);
  for (std::size_t s = 0; s < load.size(); ++s) EXPECT_LE(load[s], p.capacity[s]);
  EXPECT_EQ(load, t.load);
  EXPECT_EQ(cost, t.total_cost);
}

TEST(Transport, SendsEverybodyToTheNearestWhenThereIsRoom) {
  Problem p;
  p.capacity = {10, 10};
  p.add(3, {{0, 5}, {1, 9}});
  p.add(4, {{0, 7}, {1, 2}});
  const auto best = p.best();
  EXPECT_EQ(best.load, (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(best.total_cost, 23);
  EXPECT_EQ(best.rounds, 0);
}

TEST(Transport, SpillsOverToTheNextButTheBestWayMovesTheOneWhoLosesLeast) {
  Problem
      p;  // both are nearest to site 0, which has one place; the second would walk far to site 1
  p.capacity = {1, 1};
  p.add(1, {{0, 4}, {1, 5}});
  p.add(1, {{0, 3}, {1, 60}});
  EXPECT_EQ(p.nearest_first().total_cost, 3 + 5);
  Problem q = p;
  q.cost = {2, 5, 3, 60};
  EXPECT_EQ(q.nearest_first().total_cost, 2 + 60);  // first come takes the place
  EXPECT_EQ(q.best().total_cost, 5 + 3);
}

TEST(Transport, ServesAsManyAsPossibleBeforeItLooksAtTheCost) {
  Problem p;  // serving both needs the dear way round
  p.capacity = {1, 1};
  p.add(1, {{0, 1}, {1, 1'000'000}});
  p.add(1, {{0, 1}});
  const auto best = p.best();
  EXPECT_EQ(best.total_cost, 1'000'001);
  EXPECT_EQ(best.unserved, (std::vector<std::int64_t>{0, 0}));
}

TEST(Transport, IsTheSlowOptimumOnRandomProblems) {
  Rng rng{21};
  for (int round = 0; round < 400; ++round) {
    const auto p = random_problem(rng, 9, 5);
    const auto best = p.best();
    expect_adds_up(p, best);
    std::int64_t shipped = 0;
    for (const auto l : best.load) shipped += l;
    const auto wanted = slow(p);
    EXPECT_EQ(shipped, wanted.shipped);
    EXPECT_EQ(best.total_cost, wanted.cost);
    const auto first_come = p.nearest_first();
    expect_adds_up(p, first_come);
    std::int64_t served = 0;
    for (const auto l : first_come.load) served += l;
    EXPECT_LE(served, shipped);
  }
}

TEST(Transport, LeavesNobodyWhoCouldStillBeServed) {
  Rng rng{22};
  for (int round = 0; round < 50; ++round) {
    const auto p = random_problem(rng, 60, 8);
    for (const auto& t : {p.best(), p.nearest_first()})
      for (std::size_t i = 0; i < p.amount.size(); ++i)
        for (auto a = p.ptr[i]; t.unserved[i] > 0 && a < p.ptr[i + 1]; ++a) {
          const auto s = static_cast<std::size_t>(p.sink[static_cast<std::size_t>(a)]);
          EXPECT_EQ(t.load[s], p.capacity[s]);
        }
  }
}

TEST(Transport, HonoursAPriorityBeforeTheTime) {
  Problem p;
  p.capacity = {1};
  p.add(1, {{0, 1}});
  p.add(1, {{0, 9}});
  const std::vector<std::int32_t> priority{2, 1};
  EXPECT_EQ(ship_nearest_first(p.amount, p.capacity, p.arcs(), priority).unserved,
            (std::vector<std::int64_t>{1, 0}));
}

TEST(Transport, RefusesWhatCannotBe) {
  Problem p;
  p.capacity = {1};
  p.add(-1, {{0, 1}});
  EXPECT_THROW((void)p.best(), InvalidInput);
  p.amount = {1};
  p.capacity = {-1};
  EXPECT_THROW((void)p.best(), InvalidInput);
  p.capacity = {1};
  p.sink = {3};
  EXPECT_THROW((void)p.best(), InvalidInput);
  Problem twice;
  twice.capacity = {1};
  twice.add(1, {{0, 1}, {0, 2}});
  EXPECT_THROW((void)twice.nearest_first(), InvalidInput);
  Problem huge;
  huge.capacity = {1};
  huge.add(std::numeric_limits<std::int64_t>::max(), {});
  EXPECT_THROW((void)huge.best(), InvalidInput);
}

}  // namespace
}  // namespace libgrid
