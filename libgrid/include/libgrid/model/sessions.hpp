#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace libgrid {

inline constexpr std::int32_t kMinutesADay = 24 * 60;
inline constexpr std::int32_t kMinutesAWeek = 7 * kMinutesADay;

/// One entry a session in every column.
struct SessionColumns {
  std::vector<std::int32_t> site;
  std::vector<std::int32_t> team;
  std::vector<std::int32_t> weekday;    ///< 1 Monday … 7 Sunday
  std::vector<std::int32_t> start_min;  ///< minutes from midnight, 0 … 1439
  std::vector<std::int32_t> end_min;    ///< after start, at most 1440
  std::vector<std::int32_t> every_n_weeks;
};

/// Teams at sites at fixed times of the week. A session is open from its start (included) to its
/// end (excluded).
class Sessions {
 public:
  Sessions() = default;
  /// Throws InvalidInput when columns differ in length or a time is out of its range.
  explicit Sessions(SessionColumns columns);

  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(columns_.site.size());
  }
  [[nodiscard]] const SessionColumns& columns() const { return columns_; }

  /// One flag a site: has it a session at all, any week?
  [[nodiscard]] std::vector<std::uint8_t> sites_with_session(std::int64_t site_count) const;
  /// One flag a site: is a session open at this minute of the week (0 = Monday 00:00)? A session
  /// held every n weeks counts as open: the answer is for a week in which it takes place.
  [[nodiscard]] std::vector<std::uint8_t> sites_open_at(std::int64_t site_count,
                                                        std::int32_t minute_of_week) const;
  /// Pairs of sessions (a < b) of one team that overlap in time.
  [[nodiscard]] std::vector<std::pair<std::int32_t, std::int32_t>> find_collisions() const;

 private:
  SessionColumns columns_;
};

}  // namespace libgrid
