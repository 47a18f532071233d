#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"

namespace libgrid {

/// A moment or a stretch that there is none of: nobody came, no way, nothing to treat.
inline constexpr std::int64_t kNoMoment = std::numeric_limits<std::int64_t>::max();

/// Calls as columns, milliseconds throughout.
struct CallColumns {
  std::span<const std::int64_t> call_ms;         ///< moments on one clock
  std::span<const std::int32_t> own_team;        ///< -1: none
  std::span<const std::int64_t> care_ms;         ///< on the scene
  std::span<const std::uint8_t> needs_hospital;  ///< 0: treated on the scene
};

/// Ways as matrices, +kNoMoment where there is none.
struct ChainTimes {
  std::span<const std::int64_t> team_to_call_ms;      ///< calls × teams: from the team's base
  std::span<const std::int64_t> call_to_hospital_ms;  ///< calls × hospitals
  std::span<const std::int64_t> hospital_to_team_ms;  ///< hospitals × teams: back to the base
  std::span<const std::int64_t> call_to_team_ms;      ///< calls × teams: back to the base
};

struct ChainTeams {
  std::span<const std::int64_t> turnout_ms;           ///< call to departure
  std::span<const std::int32_t> designated_hospital;  ///< -1: none
};

/// Who goes when a call comes.
enum class DispatchRule : std::uint8_t {
  own_team,      ///< the call waits until its own team is free
  nearest_free,  ///< the own team, or while it is away the free team that is there first
};

struct ChainOptions {
  DispatchRule rule = DispatchRule::nearest_free;
  std::int64_t preparation_ms = 20 * 60'000;  ///< of the hospital, from its notice
  bool prepare_in_parallel =
      true;                      ///< noticed when the team departs; false: when the patient leaves
  std::int64_t door_ms = 0;      ///< from the road to the patient
  std::int64_t handover_ms = 0;  ///< at the hospital
  bool escort = true;            ///< the team goes along and is away until it is back
  std::span<const std::uint8_t> fit{};  ///< by hospital: can treat; empty: all can
};

/// What the model says of each call; observed times are never mixed in.
struct ResponseChain {
  std::vector<std::int32_t> team;              ///< -1: nobody can come
  std::vector<std::int64_t> departure_ms;      ///< call + waiting + turnout
  std::vector<std::int64_t> arrival_ms;        ///< at the patient
  std::vector<std::int64_t> scene_end_ms;      ///< care on the scene is done
  std::vector<std::int32_t> hospital;          ///< where the patient goes; -1: none needed or none
  std::vector<std::int32_t> nearest_hospital;  ///< the fit one that is nearest, beside it
  std::vector<std::int64_t> at_hospital_ms;
  std::vector<std::int64_t> nearest_at_hospital_ms;
  std::vector<std::int64_t> hospital_ready_ms;
  std::vector<std::int64_t> treated_ms;         ///< both are there: max, not the sum
  std::vector<std::int64_t> treated_serial_ms;  ///< had the preparation begun when the patient left
  std::vector<std::int64_t> team_back_ms;       ///< free again at its base
  std::vector<std::int64_t> waited_ms;          ///< from the call until a team was free
};

/// From the call to the treatment, call by call in order of time (ties by row), each team away
/// until it is back at its base.
///
/// The own team's designated hospital is taken when it is fit and there is a way, else the nearest
/// fit one. O(calls × (teams + hospitals)). Throws InvalidInput on lengths that differ, numbers out
/// of range and times below 0.
[[nodiscard]] ResponseChain run_response_chain(const CallColumns& calls, const ChainTimes& times,
                                               const ChainTeams& teams, std::int64_t hospitals,
                                               const ChainOptions& options,
                                               const RunControl& run = {});

}  // namespace libgrid
