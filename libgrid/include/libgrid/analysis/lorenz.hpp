#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace libgrid {

/// A curve of shares: the first `people[i]` of all people have the first `value[i]` of the whole.
/// Starts at (0, 0), ends at (1, 1) where there is anything to share.
struct ShareCurve {
  std::vector<double> people;
  std::vector<double> value;
};

/// The Lorenz curve: people in ascending order of their value. Entries of equal value are one step.
///
/// Empty when no entry has a weight; the diagonal when all values are 0. O(n log n); the order of
/// the rows changes no bit. Throws InvalidInput on lengths that differ and entries that are
/// negative or not finite.
[[nodiscard]] ShareCurve lorenz_curve(std::span<const double> values,
                                      std::span<const double> weights = {});

/// The concentration curve: people in ascending order of `rank_by` (income, distance, deprivation).
/// People of equal rank share alike: they are one straight step. Conditions as lorenz_curve, and
/// ranks must be finite.
[[nodiscard]] ShareCurve concentration_curve(std::span<const double> values,
                                             std::span<const double> rank_by,
                                             std::span<const double> weights = {});

/// 1 - 2 × the area under a curve: the Gini coefficient of a Lorenz curve, the concentration index
/// of a concentration curve (below 0: those ranked low have more). NaN for an empty curve.
[[nodiscard]] double index_of(const ShareCurve& curve);

/// Erreygers' (2009) index of a bounded value: 4 mean / (high - low) × the concentration index,
/// which does not change when shortfall is counted in place of attainment. Throws InvalidInput
/// unless low < high.
[[nodiscard]] double erreygers_index(double concentration_index, double mean, double low,
                                     double high);

/// Palma ratio: what the top tenth of the people have ÷ what the bottom four tenths have, along the
/// Lorenz curve. NaN without people or when all is 0, inf when the bottom has nothing.
[[nodiscard]] double palma_ratio(const ShareCurve& lorenz);

}  // namespace libgrid
