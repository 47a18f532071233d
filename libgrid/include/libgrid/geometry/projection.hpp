#pragma once

#include <array>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/geometry/frame.hpp"
#include "libgrid/geometry/lon_lat.hpp"

namespace libgrid {

/// What makes one transverse Mercator projection. The defaults are CGCS2000's ellipsoid and the
/// Gauss–Krüger custom; municipal grids differ in the central meridian and the false origin.
struct TransverseMercatorParameters {
  double lon_0_deg = 105.0;
  double lat_0_deg = 0.0;
  double k = 1.0;
  double x_0_m = 500'000.0;
  double y_0_m = 0.0;
  double semi_major_m = 6'378'137.0;
  double inverse_flattening = 298.257222101;
};

/// Degrees to metres and back by Krüger's series of the sixth order.
///
/// Within 40° of the central meridian each way errs by less than a micrometre, and no place further
/// away is taken. Scale is 1 along the central meridian (times k) and grows with the distance from
/// it: 1.0001 at 90 km. Results do not depend on threads.
/// Source: Krüger 1912; coefficients in the third flattening from Karney, "Transverse Mercator with
/// an accuracy of a few nanometers", 2011.
class TransverseMercator {
 public:
  /// Throws InvalidInput for parameters that are not finite, an axis or scale that is not positive,
  /// or a flattening of 1/100 or more.
  explicit TransverseMercator(const TransverseMercatorParameters& parameters = {});

  [[nodiscard]] const TransverseMercatorParameters& parameters() const { return parameters_; }

  /// Throws InvalidInput naming the rows that are not degrees or over 40° from the central
  /// meridian.
  [[nodiscard]] std::vector<Position> project(std::span<const LonLat> places,
                                              const RunControl& run = {}) const;
  /// Throws InvalidInput naming the rows that are not finite or beyond the projection's reach.
  [[nodiscard]] std::vector<LonLat> unproject(std::span<const Position> positions,
                                              const RunControl& run = {}) const;

 private:
  [[nodiscard]] Position forward(LonLat place) const;
  [[nodiscard]] LonLat inverse(Position position) const;

  static constexpr std::size_t kOrder = 6;
  TransverseMercatorParameters parameters_;
  double e_ = 0.0;             ///< eccentricity
  double radius_m_ = 0.0;      ///< k times the rectifying radius
  double northing_0_m_ = 0.0;  ///< of latitude lat_0 on the central meridian
  std::array<double, kOrder> alpha_{};
  std::array<double, kOrder> beta_{};
};

/// The number of the 3° zone whose meridian is nearest: 35 (105° E) for 103.5…106.5° E. The zone's
/// west edge belongs to it.
[[nodiscard]] int zone_3_degree(double lon_deg);

}  // namespace libgrid
