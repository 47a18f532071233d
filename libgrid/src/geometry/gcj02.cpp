#include "libgrid/geometry/gcj02.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

#include "libgrid/base/parallel.hpp"

namespace libgrid {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kAxisM = 6'378'245.0;             // Krasovsky 1940
constexpr double kEcc2 = 0.00669342162296594323;   // its squared eccentricity, as published
constexpr double kBaiduPi = kPi * 3000.0 / 180.0;  // plain π, which some code has, is 70 m off
constexpr double kBaiduLon = 0.0065;
constexpr double kBaiduLat = 0.006;
constexpr std::int64_t kGrain = 8'192;

// The offset changes by under 0.2 % of a step, so each round gains over two digits: from 1 km to
// the last bit in six. The rest is margin.
constexpr int kMostRounds = 12;
constexpr double kSettledDeg = 2e-14;  // 2 nm, about one unit in the last place of 104°

bool in_box(LonLat p) {
  return 72.004 <= p.lon_deg && p.lon_deg <= 137.8347 && 0.8293 <= p.lat_deg &&
         p.lat_deg <= 55.8271;
}

double waves(double a, double b, double c) { return (a + b) * 2.0 / 3.0 + c; }

/// GCJ-02 minus WGS-84 at a place in WGS-84, in degrees.
LonLat gcj_offset(LonLat p) {
  const double x = p.lon_deg - 105.0;
  const double y = p.lat_deg - 35.0;
  const double root = std::sqrt(std::abs(x));
  const double shared =
      (20.0 * std::sin(6.0 * x * kPi) + 20.0 * std::sin(2.0 * x * kPi)) * 2.0 / 3.0;
  double north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared;
  north = waves(20.0 * std::sin(y * kPi), 40.0 * std::sin(y / 3.0 * kPi), north);
  north = waves(160.0 * std::sin(y / 12.0 * kPi), 320.0 * std::sin(y * kPi / 30.0), north);
  double east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared;
  east = waves(20.0 * std::sin(x * kPi), 40.0 * std::sin(x / 3.0 * kPi), east);
  east = waves(150.0 * std::sin(x / 12.0 * kPi), 300.0 * std::sin(x / 30.0 * kPi), east);

  const double lat = p.lat_deg / 180.0 * kPi;
  const double sine = std::sin(lat);
  const double w2 = 1.0 - kEcc2 * sine * sine;
  const double w = std::sqrt(w2);
  return {east * 180.0 / (kAxisM / w * std::cos(lat) * kPi),
          north * 180.0 / (kAxisM * (1.0 - kEcc2) / (w2 * w) * kPi)};
}

LonLat gcj_from_wgs(LonLat p) {
  const auto offset = gcj_offset(p);
  return {p.lon_deg + offset.lon_deg, p.lat_deg + offset.lat_deg};
}

LonLat bd_from_gcj(LonLat p) {
  const double x = p.lon_deg;
  const double y = p.lat_deg;
  const double z = std::sqrt(x * x + y * y) + 0.00002 * std::sin(y * kBaiduPi);
  const double theta = std::atan2(y, x) + 0.000003 * std::cos(x * kBaiduPi);
  return {z * std::cos(theta) + kBaiduLon, z * std::sin(theta) + kBaiduLat};
}

/// The place that `forward` sends to `target`: the residual is taken off until it is gone.
template <class Forward>
LonLat undo(Forward&& forward, LonLat target) {
  auto guess = target;
  for (int round = 0; round < kMostRounds; ++round) {
    const auto image = forward(guess);
    const double lon = target.lon_deg - image.lon_deg;
    const double lat = target.lat_deg - image.lat_deg;
    guess = {guess.lon_deg + lon, guess.lat_deg + lat};
    if (std::abs(lon) <= kSettledDeg && std::abs(lat) <= kSettledDeg) break;
  }
  return guess;
}

LonLat to_gcj(LonLat p, MapDatum from) {
  if (from == MapDatum::wgs84) return gcj_from_wgs(p);
  return from == MapDatum::bd09 ? undo(bd_from_gcj, p) : p;
}

LonLat from_gcj(LonLat p, MapDatum to) {
  if (to == MapDatum::wgs84) return undo(gcj_from_wgs, p);
  return to == MapDatum::bd09 ? bd_from_gcj(p) : p;
}

}  // namespace

std::vector<LonLat> convert_datum(std::span<const LonLat> places, MapDatum from, MapDatum to,
                                  const RunControl& run) {
  require_on_earth(places);
  std::vector<LonLat> out(places.begin(), places.end());
  if (from == to) return out;
  run.begin(std::ssize(out));
  for_each_chunk(std::ssize(out), kGrain, run, [&](Chunk chunk) {
    for (auto i = static_cast<std::size_t>(chunk.begin); i < static_cast<std::size_t>(chunk.end);
         ++i)
      if (in_box(out[i])) out[i] = from_gcj(to_gcj(out[i], from), to);
  });
  return out;
}

}  // namespace libgrid
