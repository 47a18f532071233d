#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <variant>

#include "check_columns.hpp"
#include "libgrid/analysis/reach.hpp"
#include "libgrid/base/error.hpp"

// How a matrix, pairs and the k nearest are read row by row, and what must be true of them first.
namespace libgrid {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

/// A row of times_s that cannot be used.
[[noreturn]] inline void fail_row(std::int64_t row, const std::string& why) {
  throw InvalidInput{"times_s, row " + std::to_string(row) + ": " + why};
}

inline void check_time(double time_s, std::int64_t row, std::int64_t column) {
  if (!(time_s >= 0)) [[unlikely]]
    fail_row(row, "column " + std::to_string(column) + " is " + std::to_string(time_s) +
                      "; times must be 0 or more, inf where there is no way");
}

inline void check_index(std::int32_t index, std::int64_t columns, std::int64_t row) {
  if (index < 0 || (columns >= 0 && index >= columns)) [[unlikely]]
    fail_row(row, "index " + std::to_string(index) + " is not one of the " +
                      std::to_string(columns) + " columns");
}

inline std::int64_t column_count(const Times& times) {
  return std::visit([](const auto& t) { return t.columns; }, times);
}

inline std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

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

inline void check_shape(const TimeMatrix& t) {
  check_length(t.time_s.size(), "times_s (rows × columns)", at(t.rows * t.columns), "its shape");
}
inline void check_shape(const TimePairs& t) {
  require(!t.ptr.empty() && t.ptr.front() == 0, [] { return "times_s.ptr must start with 0"; });
  for (std::size_t r = 1; r < t.ptr.size(); ++r)
    if (t.ptr[r] < t.ptr[r - 1]) fail_row(static_cast<std::int64_t>(r) - 1, "ptr must not descend");
  check_length(t.index.size(), "times_s.index", at(t.ptr.back()), "times_s.ptr's last entry");
  check_length(t.ms.size(), "times_s.ms", t.index.size(), "times_s.index");
}
inline void check_shape(const TimeNearest& t) {
  check_length(t.index.size(), "times_s.index (rows × k)", at(t.rows * t.k), "its shape");
  check_length(t.time_s.size(), "times_s.time_s", t.index.size(), "times_s.index");
}

/// True when every slot of a TimeNearest row is used, so that more columns may lie behind it.
inline bool may_have_more(const TimeNearest& t, std::int64_t row) {
  if (t.columns >= 0 && t.k >= t.columns) return false;
  for (auto i = row * t.k; i < (row + 1) * t.k; ++i)
    if (t.index[at(i)] == -1 || t.time_s[at(i)] == std::numeric_limits<double>::infinity())
      return false;
  return true;
}
template <class T>
bool may_have_more(const T&, std::int64_t) {
  return false;
}

}  // namespace libgrid
