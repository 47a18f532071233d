#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libgrid/planning/assignment_model.hpp"

namespace libgrid {

/// Writes rows one entry at a time; what has no column or counts nothing is left out.
class RowWriter {
 public:
  explicit RowWriter(LinearRows& rows) : rows_{rows} {}
  void add(std::int64_t column, double value) {
    if (column < 0 || value == 0.0) return;
    rows_.column.push_back(static_cast<std::int32_t>(column));
    rows_.value.push_back(value);
  }
  void close(double lowest, double highest) {
    rows_.ptr.push_back(static_cast<std::int64_t>(rows_.column.size()));
    rows_.lowest.push_back(lowest);
    rows_.highest.push_back(highest);
  }

 private:
  LinearRows& rows_;
};

/// A block's column for a holder (grid or owner), -1 where there is none. `holder` by column,
/// ascending within each block; `first` is where the columns of a block begin.
inline std::int64_t find_column(const std::vector<std::int32_t>& first,
                                const std::vector<std::int32_t>& holder, std::int32_t block,
                                std::int32_t wanted) {
  const auto begin = holder.begin() + first[static_cast<std::size_t>(block)];
  const auto end = holder.begin() + first[static_cast<std::size_t>(block) + 1];
  const auto found = std::lower_bound(begin, end, wanted);
  return found != end && *found == wanted ? found - holder.begin() : -1;
}

}  // namespace libgrid
