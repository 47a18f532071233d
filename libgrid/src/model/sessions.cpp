#include "libgrid/model/sessions.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <tuple>

#include "libgrid/model/columns.hpp"

namespace libgrid {

Sessions::Sessions(SessionColumns columns) : columns_{std::move(columns)} {
  const auto& c = columns_;
  const auto n = c.site.size();
  require_length("sessions", "team", c.team.size(), n);
  require_length("sessions", "weekday", c.weekday.size(), n);
  require_length("sessions", "start_min", c.start_min.size(), n);
  require_length("sessions", "end_min", c.end_min.size(), n);
  require_length("sessions", "every_n_weeks", c.every_n_weeks.size(), n);
  require_rows("sessions",
               "weekday must be 1 … 7, start before end on the same day, every_n_weeks at least 1",
               n, [&](std::size_t i) {
                 return c.weekday[i] >= 1 && c.weekday[i] <= 7 && c.start_min[i] >= 0 &&
                        c.start_min[i] < c.end_min[i] && c.end_min[i] <= kMinutesADay &&
                        c.every_n_weeks[i] >= 1;
               });
}

std::vector<std::uint8_t> Sessions::sites_with_session(std::int64_t site_count) const {
  std::vector<std::uint8_t> has(static_cast<std::size_t>(site_count), 0);
  for (const auto site : columns_.site) has[static_cast<std::size_t>(site)] = 1;
  return has;
}

std::vector<std::uint8_t> Sessions::sites_open_at(std::int64_t site_count,
                                                  std::int32_t minute_of_week) const {
  require(minute_of_week >= 0 && minute_of_week < kMinutesAWeek, [&] {
    return "minute_of_week must be 0 … " + std::to_string(kMinutesAWeek - 1) + ", it is " +
           std::to_string(minute_of_week);
  });
  const auto& c = columns_;
  std::vector<std::uint8_t> open(static_cast<std::size_t>(site_count), 0);
  for (std::size_t i = 0; i < c.site.size(); ++i) {
    const auto day = (c.weekday[i] - 1) * kMinutesADay;
    if (day + c.start_min[i] <= minute_of_week && minute_of_week < day + c.end_min[i])
      open[static_cast<std::size_t>(c.site[i])] = 1;
  }
  return open;
}

std::vector<std::pair<std::int32_t, std::int32_t>> Sessions::find_collisions() const {
  const auto& c = columns_;
  std::vector<std::int32_t> order(c.site.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    const auto key = [&](std::int32_t i) {
      const auto u = static_cast<std::size_t>(i);
      return std::tuple{c.team[u], c.weekday[u], c.start_min[u], i};
    };
    return key(a) < key(b);
  });
  std::vector<std::pair<std::int32_t, std::int32_t>> found;
  for (std::size_t i = 0; i < order.size(); ++i)
    for (auto j = i + 1; j < order.size(); ++j) {
      const auto a = static_cast<std::size_t>(order[i]);
      const auto b = static_cast<std::size_t>(order[j]);
      if (c.team[a] != c.team[b] || c.weekday[a] != c.weekday[b] || c.start_min[b] >= c.end_min[a])
        break;
      found.emplace_back(std::min(order[i], order[j]), std::max(order[i], order[j]));
    }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace libgrid
