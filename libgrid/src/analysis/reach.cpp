#include "libgrid/analysis/reach.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "check_columns.hpp"
#include "libgrid/base/parallel.hpp"

namespace libgrid {
namespace {

constexpr auto kInf = std::numeric_limits<double>::infinity();
constexpr std::int64_t kGrain = 4096;  // rows a chunk: enough work to outweigh a hand-over

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

[[noreturn]] void fail(std::int64_t row, const std::string& why) {
  throw InvalidInput{"times_s, row " + std::to_string(row) + ": " + why};
}

void check_time(double time_s, std::int64_t row, std::int64_t column) {
  if (!(time_s >= 0)) [[unlikely]]
    fail(row, "column " + std::to_string(column) + " is " + std::to_string(time_s) +
                  "; times must be 0 or more, inf where there is no way");
}

void check_index(std::int32_t index, std::int64_t columns, std::int64_t row) {
  if (index < 0 || (columns >= 0 && index >= columns)) [[unlikely]]
    fail(row, "index " + std::to_string(index) + " is not one of the " + std::to_string(columns) +
                  " columns");
}

std::int64_t column_count(const Times& times) {
  return std::visit([](const auto& t) { return t.columns; }, times);
}

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// Calls visit(column, seconds) for the entries of a row that lead somewhere, in the row's order.
template <class Visit>
void for_each_entry(const TimeMatrix& t, std::int64_t row, const Visit& visit) {
  const auto* time = t.time_s.data() + row * t.columns;
  for (std::int64_t c = 0; c < t.columns; ++c) {
    check_time(time[c], row, c);
    visit(static_cast<std::int32_t>(c), time[c]);
  }
}
template <class Visit>
void for_each_entry(const TimePairs& t, std::int64_t row, const Visit& visit) {
  for (auto i = t.ptr[at(row)]; i < t.ptr[at(row + 1)]; ++i) {
    check_index(t.index[at(i)], t.columns, row);
    visit(t.index[at(i)], t.ms[at(i)] / 1000.0);
  }
}
template <class Visit>
void for_each_entry(const TimeNearest& t, std::int64_t row, const Visit& visit) {
  for (auto i = row * t.k; i < (row + 1) * t.k; ++i) {
    if (t.index[at(i)] == -1) continue;
    check_index(t.index[at(i)], t.columns, row);
    check_time(t.time_s[at(i)], row, i - row * t.k);
    visit(t.index[at(i)], t.time_s[at(i)]);
  }
}

void check_shape(const TimeMatrix& t) {
  check_length(t.time_s.size(), "times_s (rows × columns)", at(t.rows * t.columns), "its shape");
}
void check_shape(const TimePairs& t) {
  require(!t.ptr.empty() && t.ptr.front() == 0, [] { return "times_s.ptr must start with 0"; });
  for (std::size_t r = 1; r < t.ptr.size(); ++r)
    if (t.ptr[r] < t.ptr[r - 1]) fail(static_cast<std::int64_t>(r) - 1, "ptr must not descend");
  check_length(t.index.size(), "times_s.index", at(t.ptr.back()), "times_s.ptr's last entry");
  check_length(t.ms.size(), "times_s.ms", t.index.size(), "times_s.index");
}
void check_shape(const TimeNearest& t) {
  check_length(t.index.size(), "times_s.index (rows × k)", at(t.rows * t.k), "its shape");
  check_length(t.time_s.size(), "times_s.time_s", t.index.size(), "times_s.index");
}

/// True when every slot of a TimeNearest row is used, so that more columns may lie behind it.
bool may_have_more(const TimeNearest& t, std::int64_t row) {
  if (t.columns >= 0 && t.k >= t.columns) return false;
  for (auto i = row * t.k; i < (row + 1) * t.k; ++i)
    if (t.index[at(i)] == -1 || t.time_s[at(i)] == kInf) return false;
  return true;
}
template <class T>
bool may_have_more(const T&, std::int64_t) {
  return false;
}

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
              fail(row,
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
              fail(row, "its own team is beyond the k nearest: use find_pairs or travel_times");
          }
        });
      },
      times);
  return own_time_s;
}

}  // namespace libgrid
