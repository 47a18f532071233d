#include "libgrid/geometry/gcj02.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "libgrid/base/random.hpp"

namespace libgrid {
namespace {

double between(Rng& rng, double low, double high) { return low + (high - low) * rng.unit(); }

LonLat convert(LonLat place, MapDatum from, MapDatum to) {
  return convert_datum(std::vector{place}, from, to).front();
}

/// Metres, good enough for offsets of under a few kilometres.
double distance_m(LonLat a, LonLat b) {
  constexpr double kMetresPerDegree = 111'320.0;
  const double east = (a.lon_deg - b.lon_deg) * std::cos(a.lat_deg * 0.017453292519943295);
  return kMetresPerDegree * std::hypot(east, a.lat_deg - b.lat_deg);
}

constexpr double kSameDeg = 2.9e-14;  // two units in the last place of 104°
void expect_same(LonLat got, LonLat want) {
  EXPECT_NEAR(got.lon_deg, want.lon_deg, kSameDeg);
  EXPECT_NEAR(got.lat_deg, want.lat_deg, kSameDeg);
}

TEST(Gcj02, EqualsThePublishedVectors) {
  const auto to_gcj = [](double lat, double lon) {
    return convert({lon, lat}, MapDatum::wgs84, MapDatum::gcj02);
  };
  expect_same(to_gcj(31.1774276, 121.5272106), {121.531541859215, 31.17530398364597});
  expect_same(to_gcj(22.543847, 113.912316), {113.9171764808363, 22.540796131694766});
  expect_same(to_gcj(39.911954, 116.377817), {116.38404722455657, 39.91334545536069});
  expect_same(to_gcj(39.915, 116.404), {116.41024449916938, 39.91640428150164});
  expect_same(convert({116.404, 39.915}, MapDatum::gcj02, MapDatum::bd09),
              {116.41036949371029, 39.92133699351021});
}

TEST(Gcj02, PassesThroughBothDatumsInChengdu) {
  const LonLat centre{104.06584, 30.65742};
  expect_same(convert(centre, MapDatum::wgs84, MapDatum::gcj02),
              {104.06834756723984, 30.654998438168036});
  expect_same(convert(centre, MapDatum::wgs84, MapDatum::bd09),
              {104.07484458719368, 30.661026879922375});
  expect_same(convert({103.92, 30.80}, MapDatum::wgs84, MapDatum::bd09),
              {103.92848471688374, 30.803611678870308});
}

TEST(Gcj02, BettersThePublishedOneStepInversesByTheirKnownError) {
  const LonLat place{116.404, 39.915};
  const auto wgs = convert(place, MapDatum::gcj02, MapDatum::wgs84);
  const LonLat one_step{116.39775550083061, 39.91359571849836};
  EXPECT_LT(distance_m(wgs, one_step), 2.0);
  EXPECT_GT(distance_m(wgs, one_step), 0.01);
  EXPECT_LT(distance_m(convert(wgs, MapDatum::wgs84, MapDatum::gcj02), place), 1e-8);

  const auto gcj = convert(place, MapDatum::bd09, MapDatum::gcj02);
  EXPECT_LT(distance_m(gcj, {116.39762729119315, 39.90865673957631}), 0.5);
  EXPECT_LT(distance_m(convert(gcj, MapDatum::gcj02, MapDatum::bd09), place), 1e-8);
}

TEST(Gcj02, DoesNotShareTheWrongPiOfSomeBaiduCode) {
  const LonLat bd{120.019809, 29.199786};
  const auto wgs = convert(bd, MapDatum::bd09, MapDatum::wgs84);
  EXPECT_GT(distance_m(wgs, {120.00877901149691, 29.196131605295484}), 5.0);
}

TEST(Gcj02, ReturnsFromEveryDatumWithinTenNanometres) {
  Rng rng{20};
  std::vector<LonLat> places;
  for (int k = 0; k < 20'000; ++k)  // Chengdu, then all of the box but its edges
    places.push_back(k % 2 == 0 ? LonLat{between(rng, 102.9, 104.9), between(rng, 30.05, 31.5)}
                                : LonLat{between(rng, 72.1, 137.7), between(rng, 0.9, 55.7)});
  for (const auto datum : {MapDatum::gcj02, MapDatum::bd09}) {
    const auto there = convert_datum(places, MapDatum::wgs84, datum);
    const auto back = convert_datum(there, datum, MapDatum::wgs84);
    for (std::size_t k = 0; k < places.size(); ++k)
      ASSERT_LT(distance_m(back[k], places[k]), 1e-8) << places[k].lon_deg << places[k].lat_deg;
  }
}

TEST(Gcj02, MovesChengduBy303To410Metres) {
  Rng rng{21};
  double least = 1e9;
  double most = 0.0;
  for (int k = 0; k < 20'000; ++k) {
    const LonLat p{between(rng, 102.9, 104.9), between(rng, 30.05, 31.5)};
    const double d = distance_m(convert(p, MapDatum::wgs84, MapDatum::gcj02), p);
    least = std::min(least, d);
    most = std::max(most, d);
  }
  EXPECT_GT(least, 300.0);
  EXPECT_LT(most, 412.0);
  EXPECT_LT(least, 312.0);  // the range is met, not only kept
  EXPECT_GT(most, 400.0);
}

TEST(Gcj02, LeavesPlacesOutsideTheBoxAlone) {
  for (const LonLat p : {LonLat{9.52, 47.14}, LonLat{-0.12, 51.5}, LonLat{72.0039, 30.0},
                         LonLat{104.0, 55.9}, LonLat{151.2, -33.9}})
    for (const auto datum : {MapDatum::gcj02, MapDatum::bd09}) {
      const auto there = convert(p, MapDatum::wgs84, datum);
      EXPECT_EQ(there.lon_deg, p.lon_deg);
      EXPECT_EQ(there.lat_deg, p.lat_deg);
      EXPECT_EQ(convert(p, datum, MapDatum::wgs84).lat_deg, p.lat_deg);
    }
}

TEST(Gcj02, RefusesWhatIsNotDegrees) {
  EXPECT_THROW((void)convert({410'000.0, 3'393'000.0}, MapDatum::gcj02, MapDatum::wgs84),
               InvalidInput);
  EXPECT_TRUE(convert_datum({}, MapDatum::gcj02, MapDatum::wgs84).empty());
}

TEST(Gcj02, AnswersTheSameForAnyNumberOfThreads) {
  Rng rng{22};
  std::vector<LonLat> places(50'000);
  for (auto& p : places) p = {between(rng, 70.0, 140.0), between(rng, 0.0, 56.0)};
  const auto one = convert_datum(places, MapDatum::bd09, MapDatum::wgs84, {.threads = 1});
  const auto four = convert_datum(places, MapDatum::bd09, MapDatum::wgs84, {.threads = 4});
  for (std::size_t k = 0; k < places.size(); ++k) {
    ASSERT_EQ(one[k].lon_deg, four[k].lon_deg);
    ASSERT_EQ(one[k].lat_deg, four[k].lat_deg);
  }
}

}  // namespace
}  // namespace libgrid
