#include "libgrid/analysis/week.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <string>

#include "check_columns.hpp"
#include "libgrid/base/parallel.hpp"
#include "time_rows.hpp"

namespace libgrid {
namespace {

constexpr std::int32_t kMostWeeks = 60;
constexpr std::int64_t kGrain = 4096;
using Bits = std::vector<std::uint64_t>;  // one a span

struct Opening {
  std::int32_t site;
  std::int32_t start;
  std::int32_t end;
};

std::int32_t cycle_of(const SessionColumns& sessions) {
  std::int32_t weeks = 1;
  for (const auto n : sessions.every_n_weeks) {
    weeks = std::lcm(weeks, n);
    require(weeks <= kMostWeeks, [] {
      return "the sessions' rhythms (every_n_weeks) repeat only after more than " +
             std::to_string(kMostWeeks) + " weeks";
    });
  }
  return weeks;
}

std::vector<Opening> openings_of(const SessionColumns& s, std::int32_t weeks,
                                 std::span<const std::int32_t> offset) {
  std::vector<Opening> openings;
  for (std::size_t i = 0; i < s.site.size(); ++i)
    for (auto week = offset.empty() ? 0 : offset[i]; week < weeks; week += s.every_n_weeks[i]) {
      const auto day = week * kMinutesAWeek + (s.weekday[i] - 1) * kMinutesADay;
      openings.push_back({s.site[i], day + s.start_min[i], day + s.end_min[i]});
    }
  return openings;
}

/// The week cut at every opening and closing, and which of the pieces each site is open in.
struct Spans {
  std::vector<std::int32_t> border;  // one more than there are spans
  std::vector<Bits> open;            // by site
  std::size_t words = 0;

  Spans(const std::vector<Opening>& openings, std::int32_t weeks, std::size_t sites) {
    border = {0, weeks * kMinutesAWeek};
    for (const auto& o : openings) border.insert(border.end(), {o.start, o.end});
    std::ranges::sort(border);
    border.erase(std::unique(border.begin(), border.end()), border.end());
    words = (count() + 63) / 64;
    open.assign(sites, Bits(words, 0));
    for (const auto& o : openings) {
      const auto first = std::ranges::lower_bound(border, o.start) - border.begin();
      const auto last = std::ranges::lower_bound(border, o.end) - border.begin();
      for (auto i = first; i < last; ++i)
        open[static_cast<std::size_t>(o.site)][at(i / 64)] |= std::uint64_t{1} << (i % 64);
    }
  }
  [[nodiscard]] std::size_t count() const { return border.size() - 1; }
  [[nodiscard]] std::int32_t minutes(std::size_t span) const {
    return border[span + 1] - border[span];
  }
};

bool is_set(const Bits& bits, std::size_t i) { return (bits[i / 64] >> (i % 64) & 1) != 0; }

/// The longest stretch of spans that are not set, the end of the cycle joined to its beginning.
std::int32_t longest_gap(const Bits& reached, const Spans& spans) {
  std::int32_t longest = 0;
  std::int32_t running = 0;
  const auto whole = spans.border.back();
  for (std::size_t twice = 0; twice < 2 * spans.count(); ++twice) {
    const auto i = twice % spans.count();
    running = is_set(reached, i) ? 0 : std::min(running + spans.minutes(i), whole);
    longest = std::max(longest, running);
  }
  return longest;
}

}  // namespace

WeekCoverage measure_week(const Times& times, ResidentGroups residents, const Sessions& sessions,
                          const WeekOptions& options, const RunControl& run) {
  std::visit([](const auto& t) { check_shape(t); }, times);
  const auto rows = row_count(times);
  const auto groups = residents.groups;
  check_length(residents.people.size(), "residents", at(rows * groups), "times_s");
  check_amounts(residents.people, "residents", at(groups));
  const auto threshold = options.threshold.count();
  require(threshold > 0, [] { return std::string{"threshold_s must be above 0"}; });
  const auto& columns = sessions.columns();
  std::int32_t sites = 0;
  for (const auto site : columns.site) sites = std::max(sites, site + 1);
  const auto known = column_count(times);
  require(known < 0 || sites <= known,
          [] { return std::string{"sessions: a session's site is not a column of times_s"}; });
  if (!options.week_offset.empty()) {
    check_length(options.week_offset.size(), "week_offset", columns.site.size(), "sessions");
    for (std::size_t i = 0; i < options.week_offset.size(); ++i)
      require(
          options.week_offset[i] >= 0 && options.week_offset[i] < columns.every_n_weeks[i],
          [i] { return "week_offset[" + std::to_string(i) + "]: must be below every_n_weeks"; });
  }

  WeekCoverage found;
  found.cycle_weeks = cycle_of(columns);
  const auto openings = openings_of(columns, found.cycle_weeks, options.week_offset);
  const Spans spans{openings, found.cycle_weeks,
                    static_cast<std::size_t>(std::max<std::int64_t>(sites, known))};
  const auto n = spans.count();
  found.start_min.assign(spans.border.begin(), spans.border.end() - 1);
  found.end_min.assign(spans.border.begin() + 1, spans.border.end());
  found.open_sites.assign(n, 0);
  for (const auto& open : spans.open)
    for (std::size_t i = 0; i < n; ++i) found.open_sites[i] += is_set(open, i);

  found.reached_min.resize(at(rows));
  found.longest_gap_min.resize(at(rows));
  const auto width = at(groups);
  std::vector<std::vector<double>> people(at(chunk_count(rows, kGrain)));
  run.begin(rows);
  std::visit(
      [&](const auto& t) {
        for_each_chunk(rows, kGrain, run, [&](Chunk chunk) {
          auto& sums = people[at(chunk.index)];
          sums.assign(n * width, 0.0);
          Bits reached(spans.words);
          for (auto row = chunk.begin; row < chunk.end; ++row) {
            std::ranges::fill(reached, 0);
            for_each_entry(t, row, [&](std::int32_t site, double time_s) {
              if (!(time_s <= threshold)) return;
              if (static_cast<std::size_t>(site) >= spans.open.size()) return;  // never open
              const auto& open = spans.open[static_cast<std::size_t>(site)];
              for (std::size_t w = 0; w < spans.words; ++w) reached[w] |= open[w];
            });
            if (may_have_more(t, row))
              fail_row(row, "there may be more sites in reach than its k nearest: use find_pairs");
            std::int64_t minutes = 0;
            const auto* group = residents.people.data() + row * groups;
            for (std::size_t w = 0; w < spans.words; ++w)
              for (auto bits = reached[w]; bits != 0; bits &= bits - 1) {
                const auto i = w * 64 + static_cast<std::size_t>(std::countr_zero(bits));
                minutes += spans.minutes(i);
                for (std::size_t g = 0; g < width; ++g) sums[i * width + g] += group[g];
              }
            found.reached_min[at(row)] = static_cast<double>(minutes) / found.cycle_weeks;
            found.longest_gap_min[at(row)] = longest_gap(reached, spans);
          }
          run.advance(chunk.end - chunk.begin);
        });
      },
      times);
  found.people.assign(n * width, 0.0);
  for (const auto& sums : people)
    for (std::size_t i = 0; i < sums.size(); ++i) found.people[i] += sums[i];
  return found;
}

}  // namespace libgrid
