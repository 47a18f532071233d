#include "libgrid/analysis/reach.hpp"

#include <algorithm>
#include <limits>

#include "check_columns.hpp"
#include "libgrid/base/parallel.hpp"
#include "time_rows.hpp"

namespace libgrid {
namespace {

constexpr auto kInf = std::numeric_limits<double>::infinity();
constexpr std::int64_t kGrain = 4096;  // rows a chunk: enough work to outweigh a hand-over

void check_open(const Times& times, std::span<const std::uint8_t> open) {
  const auto columns = column_count(times);
  if (!open.empty() && columns >= 0)
    check_length(open.size(), "open", at(columns), "the columns of times_s");
}

bool is_open(std::span<const std::uint8_t> open, std::int32_t column, std::int64_t row) {
  if (open.empty()) return true;
  check_index(column, static_cast<std::int64_t>(open.size()), row);
  return open[static_cast<std::size_t>(column)] != 0;
}

}  // namespace

std::int64_t row_count(const Times& times) {
  return std::visit(
      Overloaded{[](const TimeMatrix& t) { return t.rows; },
                 [](const TimePairs& t) { return static_cast<std::int64_t>(t.ptr.size()) - 1; },
                 [](const TimeNearest& t) { return t.rows; }},
      times);
}

Reach find_reach(const Times& times, std::span<const std::uint8_t> open, const RunControl& run) {
  std::visit([](const auto& t) { check_shape(t); }, times);
  check_open(times, open);
  const auto rows = row_count(times);
  Reach reach{.time_s = std::vector<double>(at(rows), kInf),
              .nearest = std::vector<std::int32_t>(at(rows), -1)};
  std::visit(
      [&](const auto& t) {
        for_each_chunk(rows, kGrain, run, [&](Chunk chunk) {
          for (auto row = chunk.begin; row < chunk.end; ++row) {
            auto best = kInf;
            std::int32_t nearest = -1;
            for_each_entry(t, row, [&](std::int32_t column, double time_s) {
              if (time_s > best || time_s == kInf || !is_open(open, column, row)) return;
              if (time_s == best && column > nearest) return;
              best = time_s;
              nearest = column;
            });
            if (nearest < 0 && may_have_more(t, row))
              fail_row(row,
                       "all of its nearest columns are closed and there may be others: ask "
                       "find_nearest for "
                       "a larger k, or use find_pairs");
            reach.time_s[at(row)] = best;
            reach.nearest[at(row)] = nearest;
          }
        });
      },
      times);
  return reach;
}

std::vector<double> find_own_times(const Times& times, std::span<const std::int32_t> own,
                                   std::span<const std::uint8_t> open, const RunControl& run) {
  std::visit([](const auto& t) { check_shape(t); }, times);
  check_open(times, open);
  const auto rows = row_count(times);
  check_length(own.size(), "plan (each household's own team)", at(rows), "times_s");
  const auto columns = column_count(times);
  check_values(own, "plan (each household's own team)", 1, "must be a column of times_s, or -1",
               [columns](std::int32_t c) { return c >= -1 && (columns < 0 || c < columns); });
  std::vector<double> own_time_s(at(rows), kInf);
  std::visit(
      [&](const auto& t) {
        for_each_chunk(rows, kGrain, run, [&](Chunk chunk) {
          for (auto row = chunk.begin; row < chunk.end; ++row) {
            const auto mine = own[at(row)];
            if (mine < 0 || !is_open(open, mine, row)) continue;
            bool found = false;
            for_each_entry(t, row, [&](std::int32_t column, double time_s) {
              if (column != mine) return;
              found = true;
              own_time_s[at(row)] = std::min(own_time_s[at(row)], time_s);
            });
            if (!found && may_have_more(t, row))
              fail_row(row, "its own team is beyond the k nearest: use find_pairs or travel_times");
          }
        });
      },
      times);
  return own_time_s;
}

}  // namespace libgrid
