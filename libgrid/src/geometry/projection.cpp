#include "libgrid/geometry/projection.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numbers>
#include <string>

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"

namespace libgrid {
namespace {

constexpr double kRadian = std::numbers::pi / 180.0;
constexpr double kReachDeg = 40.0;
constexpr std::int64_t kGrain = 8'192;

/// c0·n + c1·n² + …, from the lowest power that a coefficient has.
double power_series(double n, int lowest, std::initializer_list<double> coefficients) {
  double sum = 0.0;
  double power = std::pow(n, lowest);
  for (const double c : coefficients) {
    sum += c * power;
    power *= n;
  }
  return sum;
}

std::array<double, 6> forward_coefficients(double n) {
  return {
      power_series(n, 1, {1.0 / 2, -2.0 / 3, 5.0 / 16, 41.0 / 180, -127.0 / 288, 7891.0 / 37800}),
      power_series(n, 2, {13.0 / 48, -3.0 / 5, 557.0 / 1440, 281.0 / 630, -1983433.0 / 1935360}),
      power_series(n, 3, {61.0 / 240, -103.0 / 140, 15061.0 / 26880, 167603.0 / 181440}),
      power_series(n, 4, {49561.0 / 161280, -179.0 / 168, 6601661.0 / 7257600}),
      power_series(n, 5, {34729.0 / 80640, -3418889.0 / 1995840}),
      power_series(n, 6, {212378941.0 / 319334400}),
  };
}

std::array<double, 6> inverse_coefficients(double n) {
  return {
      power_series(n, 1, {1.0 / 2, -2.0 / 3, 37.0 / 96, -1.0 / 360, -81.0 / 512, 96199.0 / 604800}),
      power_series(n, 2, {1.0 / 48, 1.0 / 15, -437.0 / 1440, 46.0 / 105, -1118711.0 / 3870720}),
      power_series(n, 3, {17.0 / 480, -37.0 / 840, -209.0 / 4480, 5569.0 / 90720}),
      power_series(n, 4, {4397.0 / 161280, -11.0 / 504, -830251.0 / 7257600}),
      power_series(n, 5, {4583.0 / 161280, -108847.0 / 3991680}),
      power_series(n, 6, {20648693.0 / 638668800}),
  };
}

/// Σ cⱼ sin(2jζ), j = 1…6, by Clenshaw: one complex sine and cosine for the whole series.
std::complex<double> sine_series(std::complex<double> zeta, const std::array<double, 6>& c) {
  const auto twice_cos = 2.0 * std::cos(2.0 * zeta);
  std::complex<double> next{};
  std::complex<double> after{};
  for (auto j = c.size(); j-- > 0;) {
    const auto current = c[j] + twice_cos * next - after;
    after = next;
    next = current;
  }
  return next * std::sin(2.0 * zeta);
}

/// The tangent of the conformal latitude.
double conformal_tangent(double tau, double e) {
  const double sigma = std::sinh(e * std::atanh(e * tau / std::hypot(1.0, tau)));
  return tau * std::hypot(1.0, sigma) - sigma * std::hypot(1.0, tau);
}

/// The tangent of the latitude with that conformal tangent, by Newton: two rounds reach the last
/// bit for the earth's flattening.
double geodetic_tangent(double conformal, double e) {
  const double one_less_e2 = 1.0 - e * e;
  double tau = conformal / one_less_e2;
  for (int round = 0; round < 5; ++round) {
    const double got = conformal_tangent(tau, e);
    const double step = (conformal - got) / std::hypot(1.0, got) * (1.0 + one_less_e2 * tau * tau) /
                        (one_less_e2 * std::hypot(1.0, tau));
    tau += step;
    if (std::abs(step) <= 1e-16 * std::max(1.0, std::abs(tau))) break;
  }
  return tau;
}

/// -180…180.
double longitude_from(double meridian_deg, double lon_deg) {
  return std::remainder(lon_deg - meridian_deg, 360.0);
}

std::string rows_of(std::span<const std::size_t> bad) {
  std::string text = std::to_string(bad.size()) + " rows (";
  for (std::size_t k = 0; k < std::min<std::size_t>(bad.size(), 5); ++k)
    text += (k == 0 ? "" : ", ") + std::to_string(bad[k]);
  return text + (bad.size() > 5 ? ", …)" : ")");
}

}  // namespace

TransverseMercator::TransverseMercator(const TransverseMercatorParameters& parameters)
    : parameters_{parameters} {
  const auto& p = parameters_;
  require(std::isfinite(p.lon_0_deg) && std::isfinite(p.x_0_m) && std::isfinite(p.y_0_m) &&
              std::abs(p.lon_0_deg) <= 180.0 && std::abs(p.lat_0_deg) <= 90.0,
          [] {
            return std::string{
                "projection: lon_0 and lat_0 must be degrees, x_0 and y_0 finite metres"};
          });
  require(p.k > 0.0 && std::isfinite(p.k) && p.semi_major_m > 0.0 &&
              std::isfinite(p.semi_major_m) && p.inverse_flattening > 100.0,
          [] {
            return std::string{
                "projection: the scale k and the ellipsoid's axis must be positive, its inverse "
                "flattening over 100"};
          });
  const double f = 1.0 / p.inverse_flattening;
  const double n = f / (2.0 - f);
  const double n2 = n * n;
  e_ = std::sqrt(f * (2.0 - f));
  radius_m_ =
      p.k * p.semi_major_m / (1.0 + n) * (1.0 + n2 / 4.0 + n2 * n2 / 64.0 + n2 * n2 * n2 / 256.0);
  alpha_ = forward_coefficients(n);
  beta_ = inverse_coefficients(n);
  const double flat = std::atan(conformal_tangent(std::tan(p.lat_0_deg * kRadian), e_));
  northing_0_m_ = radius_m_ * (flat + sine_series(flat, alpha_).real());
}

Position TransverseMercator::forward(LonLat place) const {
  const double lambda = longitude_from(parameters_.lon_0_deg, place.lon_deg) * kRadian;
  const double tau = conformal_tangent(std::tan(place.lat_deg * kRadian), e_);
  const std::complex<double> zeta{std::atan2(tau, std::cos(lambda)),
                                  std::asinh(std::sin(lambda) / std::hypot(tau, std::cos(lambda)))};
  const auto sum = zeta + sine_series(zeta, alpha_);
  return {parameters_.x_0_m + radius_m_ * sum.imag(),
          parameters_.y_0_m + radius_m_ * sum.real() - northing_0_m_};
}

LonLat TransverseMercator::inverse(Position position) const {
  const std::complex<double> sum{(position.y_m - parameters_.y_0_m + northing_0_m_) / radius_m_,
                                 (position.x_m - parameters_.x_0_m) / radius_m_};
  const auto zeta = sum - sine_series(sum, beta_);
  const double east = std::sinh(zeta.imag());
  const double cosine = std::cos(zeta.real());
  const double tau = geodetic_tangent(std::sin(zeta.real()) / std::hypot(east, cosine), e_);
  const double lon = parameters_.lon_0_deg + std::atan2(east, cosine) / kRadian;
  return {std::remainder(lon, 360.0), std::atan(tau) / kRadian};
}

std::vector<Position> TransverseMercator::project(std::span<const LonLat> places,
                                                  const RunControl& run) const {
  require_on_earth(places);
  std::vector<std::size_t> far;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (std::abs(longitude_from(parameters_.lon_0_deg, places[i].lon_deg)) > kReachDeg)
      far.push_back(i);
  require(far.empty(), [&] {
    return "lonlat: " + rows_of(far) + " lie over 40° from the central meridian " +
           std::to_string(parameters_.lon_0_deg) + ": choose a projection nearer to the data";
  });
  std::vector<Position> out(places.size());
  run.begin(std::ssize(out));
  for_each_chunk(std::ssize(out), kGrain, run, [&](Chunk chunk) {
    for (auto i = static_cast<std::size_t>(chunk.begin); i < static_cast<std::size_t>(chunk.end);
         ++i)
      out[i] = forward(places[i]);
  });
  return out;
}

std::vector<LonLat> TransverseMercator::unproject(std::span<const Position> positions,
                                                  const RunControl& run) const {
  constexpr double kReach = 0.77;  // of the radius: 40° from the meridian, at the equator
  std::vector<std::size_t> far;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const double east = (positions[i].x_m - parameters_.x_0_m) / radius_m_;
    const double north = (positions[i].y_m - parameters_.y_0_m + northing_0_m_) / radius_m_;
    if (!(std::abs(east) <= kReach && std::abs(north) <= std::numbers::pi / 2)) far.push_back(i);
  }
  require(far.empty(), [&] {
    return "xy: " + rows_of(far) +
           " are not finite or lie beyond the projection's reach: check the CRS, the order x "
           "(east), y (north), and whether eastings carry a zone number";
  });
  std::vector<LonLat> out(positions.size());
  run.begin(std::ssize(out));
  for_each_chunk(std::ssize(out), kGrain, run, [&](Chunk chunk) {
    for (auto i = static_cast<std::size_t>(chunk.begin); i < static_cast<std::size_t>(chunk.end);
         ++i)
      out[i] = inverse(positions[i]);
  });
  return out;
}

int zone_3_degree(double lon_deg) {
  require(std::isfinite(lon_deg), [] { return std::string{"lon_deg must be finite"}; });
  return static_cast<int>(std::floor((lon_deg + 1.5) / 3.0));
}

}  // namespace libgrid
