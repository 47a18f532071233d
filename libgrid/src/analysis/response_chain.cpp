#include "libgrid/analysis/response_chain.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "check_columns.hpp"

namespace libgrid {
namespace {

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

std::int64_t add(std::int64_t a, std::int64_t b) {
  return a == kNoMoment || b == kNoMoment ? kNoMoment : a + b;
}

void check_times(std::span<const std::int64_t> ms, const char* name, std::size_t expected,
                 const char* shape, std::size_t columns) {
  check_length(ms.size(), name, expected, shape);
  check_values(ms, name, std::max<std::size_t>(columns, 1), "times must be 0 or more",
               [](std::int64_t t) { return t >= 0; });
}

void check(const CallColumns& calls, const ChainTimes& times, const ChainTeams& teams,
           std::int64_t hospitals, const ChainOptions& options) {
  const auto n = calls.call_ms.size();
  const auto m = teams.turnout_ms.size();
  const auto h = at(hospitals);
  check_length(calls.own_team.size(), "own_team", n, "calls");
  check_length(calls.needs_hospital.size(), "needs_hospital", n, "calls");
  check_times(calls.care_ms, "care", n, "calls", 1);
  check_times(teams.turnout_ms, "turnout", m, "teams", 1);
  check_length(teams.designated_hospital.size(), "designated_hospital", m, "teams");
  check_values(calls.own_team, "own_team", 1, "must be a team, or -1",
               [m](std::int32_t t) { return t >= -1 && t < static_cast<std::int64_t>(m); });
  check_values(teams.designated_hospital, "designated_hospital", 1, "must be a hospital, or -1",
               [hospitals](std::int32_t t) { return t >= -1 && t < hospitals; });
  check_times(times.team_to_call_ms, "team_to_call", n * m, "calls × teams", m);
  check_times(times.call_to_team_ms, "call_to_team", n * m, "calls × teams", m);
  check_times(times.call_to_hospital_ms, "call_to_hospital", n * h, "calls × hospitals", h);
  check_times(times.hospital_to_team_ms, "hospital_to_team", h * m, "hospitals × teams", m);
  if (!options.fit.empty()) check_length(options.fit.size(), "fit", h, "hospitals");
  require(options.preparation_ms >= 0 && options.door_ms >= 0 && options.handover_ms >= 0,
          [] { return std::string{"preparation, door and handover must be 0 or more"}; });
}

class Chain {
 public:
  Chain(const CallColumns& calls, const ChainTimes& times, const ChainTeams& teams,
        std::int64_t hospitals, const ChainOptions& options)
      : calls_{calls}, times_{times}, teams_{teams}, hospitals_{hospitals}, options_{options} {
    const auto n = calls.call_ms.size();
    free_from_.assign(teams.turnout_ms.size(), std::numeric_limits<std::int64_t>::min());
    for (auto* column : {&found_.team, &found_.hospital, &found_.nearest_hospital})
      column->assign(n, -1);
    for (auto* column :
         {&found_.departure_ms, &found_.arrival_ms, &found_.scene_end_ms, &found_.at_hospital_ms,
          &found_.nearest_at_hospital_ms, &found_.hospital_ready_ms, &found_.treated_ms,
          &found_.treated_serial_ms, &found_.team_back_ms, &found_.waited_ms})
      column->assign(n, kNoMoment);
  }

  void answer(std::int64_t call) {
    const auto team = dispatch(call);
    if (team < 0) return;
    const auto i = at(call);
    const auto start = std::max(calls_.call_ms[i], free_from_[at(team)]);
    found_.team[i] = team;
    found_.waited_ms[i] = start - calls_.call_ms[i];
    found_.departure_ms[i] = start + teams_.turnout_ms[at(team)];
    found_.arrival_ms[i] = found_.departure_ms[i] + way_to(call, team) + options_.door_ms;
    found_.scene_end_ms[i] = found_.arrival_ms[i] + calls_.care_ms[i];
    if (calls_.needs_hospital[i] == 0)
      end_on_the_scene(call);
    else
      take_to_hospital(call);
    free_from_[at(team)] = found_.team_back_ms[i];
  }

  ResponseChain take() { return std::move(found_); }

 private:
  [[nodiscard]] std::int64_t teams() const {
    return static_cast<std::int64_t>(teams_.turnout_ms.size());
  }
  [[nodiscard]] std::int64_t way_to(std::int64_t call, std::int32_t team) const {
    return times_.team_to_call_ms[at(call * teams() + team)];
  }

  [[nodiscard]] std::int32_t dispatch(std::int64_t call) const {
    const auto now = calls_.call_ms[at(call)];
    const auto own = calls_.own_team[at(call)];
    const auto own_can = own >= 0 && way_to(call, own) != kNoMoment;
    if (own_can && (options_.rule == DispatchRule::own_team || free_from_[at(own)] <= now))
      return own;
    if (options_.rule == DispatchRule::own_team) return -1;
    // Whoever is there first, waiting included: a team on its way home may still beat a far one.
    std::int32_t best = -1;
    auto first = kNoMoment;
    for (std::int32_t t = 0; t < teams(); ++t) {
      const auto start = std::max(now, free_from_[at(t)]);
      const auto there =
          add(start == kNoMoment ? kNoMoment : start + teams_.turnout_ms[at(t)], way_to(call, t));
      if (there < first) {
        first = there;
        best = t;
      }
    }
    return best;
  }

  void end_on_the_scene(std::int64_t call) {
    const auto i = at(call);
    found_.treated_ms[i] = found_.scene_end_ms[i];
    found_.treated_serial_ms[i] = found_.scene_end_ms[i];
    const auto back = times_.call_to_team_ms[at(call * teams() + found_.team[i])];
    // No way back is a fault of the streets, not of the team: it is free when the care is done.
    found_.team_back_ms[i] = found_.scene_end_ms[i] + (back == kNoMoment ? 0 : back);
  }

  [[nodiscard]] bool is_fit(std::int32_t hospital) const {
    return options_.fit.empty() || options_.fit[at(hospital)] != 0;
  }
  [[nodiscard]] std::int64_t transfer(std::int64_t call, std::int32_t hospital) const {
    return times_.call_to_hospital_ms[at(call * hospitals_ + hospital)];
  }

  void take_to_hospital(std::int64_t call) {
    const auto i = at(call);
    const auto team = at(found_.team[i]);
    std::int32_t nearest = -1;
    for (std::int32_t h = 0; h < hospitals_; ++h)
      if (is_fit(h) && transfer(call, h) != kNoMoment &&
          (nearest < 0 || transfer(call, h) < transfer(call, nearest)))
        nearest = h;
    const auto designated = teams_.designated_hospital[team];
    const auto there =
        designated >= 0 && is_fit(designated) && transfer(call, designated) != kNoMoment;
    const auto hospital = there ? designated : nearest;
    found_.nearest_hospital[i] = nearest;
    found_.hospital[i] = hospital;
    if (hospital < 0) {
      end_on_the_scene(call);
      found_.treated_ms[i] = found_.treated_serial_ms[i] = kNoMoment;
      return;
    }
    found_.at_hospital_ms[i] = found_.scene_end_ms[i] + transfer(call, hospital);
    found_.nearest_at_hospital_ms[i] = found_.scene_end_ms[i] + transfer(call, nearest);
    const auto serial_ready = found_.scene_end_ms[i] + options_.preparation_ms;
    found_.hospital_ready_ms[i] = options_.prepare_in_parallel
                                      ? found_.departure_ms[i] + options_.preparation_ms
                                      : serial_ready;
    found_.treated_ms[i] = std::max(found_.at_hospital_ms[i], found_.hospital_ready_ms[i]);
    found_.treated_serial_ms[i] = std::max(found_.at_hospital_ms[i], serial_ready);
    if (!options_.escort) {
      const auto back = times_.call_to_team_ms[at(call * teams() + found_.team[i])];
      found_.team_back_ms[i] = found_.scene_end_ms[i] + (back == kNoMoment ? 0 : back);
      return;
    }
    const auto back = times_.hospital_to_team_ms[at(hospital * teams() + found_.team[i])];
    found_.team_back_ms[i] =
        found_.at_hospital_ms[i] + options_.handover_ms + (back == kNoMoment ? 0 : back);
  }

  const CallColumns& calls_;
  const ChainTimes& times_;
  const ChainTeams& teams_;
  std::int64_t hospitals_;
  const ChainOptions& options_;
  std::vector<std::int64_t> free_from_;
  ResponseChain found_;
};

}  // namespace

ResponseChain run_response_chain(const CallColumns& calls, const ChainTimes& times,
                                 const ChainTeams& teams, std::int64_t hospitals,
                                 const ChainOptions& options, const RunControl& run) {
  check(calls, times, teams, hospitals, options);
  std::vector<std::int64_t> order(calls.call_ms.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::ranges::stable_sort(order, {}, [&](std::int64_t i) { return calls.call_ms[at(i)]; });
  Chain chain{calls, times, teams, hospitals, options};
  run.begin(static_cast<std::int64_t>(order.size()));
  for (const auto call : order) {
    chain.answer(call);
    run.advance();
  }
  return chain.take();
}

}  // namespace libgrid
