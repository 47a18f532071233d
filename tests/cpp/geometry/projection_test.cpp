#include "libgrid/geometry/projection.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

double between(Rng& rng, double low, double high) { return low + (high - low) * rng.unit(); }

TransverseMercator zone(double meridian, double x_0_m = 500'000.0) {
  return TransverseMercator{{.lon_0_deg = meridian, .x_0_m = x_0_m}};
}

void expect_at(const TransverseMercator& projection, double lat, double lon, double northing,
               double easting) {
  const auto p = projection.project(std::vector<LonLat>{{lon, lat}}).front();
  EXPECT_NEAR(p.x_m, easting, 1e-4) << lat << ' ' << lon;  // a tenth of a millimetre, as published
  EXPECT_NEAR(p.y_m, northing, 1e-4) << lat << ' ' << lon;
}

TEST(TransverseMercator, EqualsThePublishedPlacesOfZone35) {
  const auto p = zone(105.0);
  expect_at(p, 30.657420, 104.065840, 3393365.8687, 410464.4747);
  expect_at(p, 30.81, 103.90, 3410427.0335, 394734.4993);
  expect_at(p, 30.70, 103.50, 3398674.8117, 356289.1769);
  expect_at(p, 30.42, 103.46, 3367679.9370, 352032.0637);
  expect_at(p, 30.90, 104.88, 3419893.6325, 488527.5426);
  expect_at(p, 30.67, 105.00, 3394388.3341, 500000.0000);
}

TEST(TransverseMercator, EqualsThePublishedPlacesOfOtherProjections) {
  expect_at(zone(102.0), 30.657420, 104.065840, 3394814.4476, 698019.0635);
  expect_at(zone(102.0), 30.70, 103.50, 3398674.8117, 643710.8231);
  expect_at(zone(105.0, 35'500'000.0), 30.657420, 104.065840, 3393365.8687, 35'410'464.4747);
  const TransverseMercator utm48{
      {.lon_0_deg = 105.0, .k = 0.9996, .inverse_flattening = 298.257223563}};
  expect_at(utm48, 30.657420, 104.065840, 3392008.5224, 410500.2889);
}

TEST(TransverseMercator, FindsThePublishedDegreesOfAPlace) {
  const auto p = zone(105.0).unproject(std::vector<Position>{{410'000.0, 3'396'000.0}}).front();
  EXPECT_NEAR(p.lat_deg, 30.6811419448, 1e-10);
  EXPECT_NEAR(p.lon_deg, 104.0607646994, 1e-10);
}

TEST(TransverseMercator, HasTheScaleOfItsMeridianDistance) {
  const auto scale_at = [](double lat, double lon) {
    // A short way east against the same way on the ellipsoid.
    const double step = 1e-5;
    const auto xy = zone(105.0).project(std::vector<LonLat>{{lon - step, lat}, {lon + step, lat}});
    const double e2 = (2.0 - 1.0 / 298.257222101) / 298.257222101;
    const double sine = std::sin(lat * 0.017453292519943295);
    const double ground = 2 * step * 0.017453292519943295 * 6'378'137.0 *
                          std::cos(lat * 0.017453292519943295) / std::sqrt(1 - e2 * sine * sine);
    return std::hypot(xy[1].x_m - xy[0].x_m, xy[1].y_m - xy[0].y_m) / ground - 1.0;
  };
  EXPECT_NEAR(scale_at(30.65742, 104.06584), 98.85e-6, 1e-8);
  EXPECT_NEAR(scale_at(30.6, 102.9), 500.27e-6, 1e-8);
  EXPECT_NEAR(scale_at(30.8, 103.92), 131.74e-6, 1e-8);
}

TEST(TransverseMercator, ReturnsFromEverywhereWithinItsReach) {
  Rng rng{30};
  const TransverseMercator city{
      {.lon_0_deg = 104.0, .lat_0_deg = 30.0, .k = 1.00002, .x_0_m = 50'000.0, .y_0_m = 80'000.0}};
  std::vector<LonLat> places;
  for (int k = 0; k < 20'000; ++k)
    places.push_back({between(rng, 64.1, 143.9), between(rng, -89.0, 89.0)});
  const auto back = city.unproject(city.project(places));
  for (std::size_t k = 0; k < places.size(); ++k) {
    ASSERT_NEAR(back[k].lat_deg, places[k].lat_deg, 1e-12);
    ASSERT_NEAR(back[k].lon_deg, places[k].lon_deg,
                1e-12 / std::cos(places[k].lat_deg * 0.017453292519943295));
  }
}

TEST(TransverseMercator, CountsNorthFromItsOriginLatitude) {
  const TransverseMercator city{{.lon_0_deg = 104.0, .lat_0_deg = 30.0, .x_0_m = 0.0}};
  const auto p = city.project(std::vector<LonLat>{{104.0, 30.0}}).front();
  EXPECT_NEAR(p.x_m, 0.0, 1e-9);
  EXPECT_NEAR(p.y_m, 0.0, 1e-9);
}

TEST(TransverseMercator, RefusesWhatItCannotReach) {
  const auto p = zone(105.0);
  const auto complaint = [](auto&& call) -> std::string {
    try {
      (void)call();
    } catch (const InvalidInput& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(complaint([&] {
              return p.project(std::vector<LonLat>{{104, 30}, {9.5, 47.1}});
            }).find("1 rows (1) lie over 40°"),
            std::string::npos);
  EXPECT_NE(complaint([&] {
              return p.unproject(std::vector<Position>{{35'410'000.0, 3'396'000.0}});
            }).find("zone number"),
            std::string::npos);
  EXPECT_NE(
      complaint([&] {
        return p.unproject(std::vector<Position>{{std::numeric_limits<double>::quiet_NaN(), 0.0}});
      }).find("not finite"),
      std::string::npos);
  EXPECT_THROW(TransverseMercator({.k = 0.0}), InvalidInput);
  EXPECT_THROW(TransverseMercator({.lon_0_deg = 200.0}), InvalidInput);
  EXPECT_THROW(TransverseMercator({.inverse_flattening = 0.0}), InvalidInput);
}

TEST(Zone3Degree, ChangesHalfWayBetweenMeridians) {
  EXPECT_EQ(zone_3_degree(105.0), 35);
  EXPECT_EQ(zone_3_degree(103.5), 35);
  EXPECT_EQ(zone_3_degree(103.4999), 34);
  EXPECT_EQ(zone_3_degree(106.4999), 35);
  EXPECT_THROW((void)zone_3_degree(std::numeric_limits<double>::infinity()), InvalidInput);
}

}  // namespace
}  // namespace libgrid
