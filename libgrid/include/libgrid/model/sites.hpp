#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/geometry/point.hpp"

namespace libgrid {

/// 工作室, 卫生站, 社区卫生服务中心, 医院.
enum class SiteKind : std::uint8_t { studio, station, centre, hospital };

/// One entry a site in every column.
struct SiteColumns {
  std::vector<Point> place;
  std::vector<SiteKind> kind;
  std::vector<std::uint8_t> designated;
  std::vector<std::uint8_t> inside;
};

/// Places where care is given.
class Sites {
 public:
  Sites() = default;
  /// Throws InvalidInput when columns differ in length.
  explicit Sites(SiteColumns columns);

  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(columns_.place.size());
  }
  [[nodiscard]] const SiteColumns& columns() const { return columns_; }

 private:
  SiteColumns columns_;
};

}  // namespace libgrid
