#include <array>
#include <cmath>
#include <cstring>
#include <memory>

#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

#include "libgrid/base/error.hpp"
#include "libgrid/io/table.hpp"
#include "libgrid/io/wkb.hpp"

namespace libgrid {
namespace {

/// Feeds values to the hash through a small buffer, each in its canonical form and in little-endian
/// order (which is the order of every machine that libgrid builds on).
class Hasher {
 public:
  Hasher() : state_{XXH3_createState(), &XXH3_freeState} {
    LIBGRID_ASSERT(state_ != nullptr);
    XXH3_128bits_reset(state_.get());
  }

  void bytes(const void* data, std::size_t size) {
    flush();
    XXH3_128bits_update(state_.get(), data, size);
  }
  void word(std::uint64_t value) {
    buffer_[used_++] = value;
    if (used_ == buffer_.size()) flush();
  }
  void number(std::int64_t value) { word(static_cast<std::uint64_t>(value)); }
  void number(double value) {
    const double canonical = value == 0 ? 0.0 : value;  // -0 becomes 0
    std::uint64_t bits = 0;
    static_assert(sizeof bits == sizeof canonical);
    std::memcpy(&bits, &canonical, sizeof bits);
    word(std::isnan(value) ? kMissing : bits);
  }
  void text(std::string_view value) {
    word(value.size());
    bytes(value.data(), value.size());
  }
  void missing() { word(kMissing); }

  std::string digest() {
    flush();
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
    std::string out;
    for (const auto byte : canonical.digest) {
      constexpr const char* kDigits = "0123456789abcdef";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
    return out;
  }

 private:
  static constexpr std::uint64_t kMissing =
      0x7FF8'4D49'5353'4E47ULL;  // a NaN, so never a number's bits

  void flush() {
    if (used_ > 0) XXH3_128bits_update(state_.get(), buffer_.data(), used_ * sizeof buffer_[0]);
    used_ = 0;
  }

  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
  std::array<std::uint64_t, 512> buffer_{};
  std::size_t used_ = 0;
};

void hash_column(Hasher& hash, const ColumnData& column) {
  hash.text(column.name);
  hash.word(column.values.index());
  std::visit(
      [&](const auto& values) {
        for (std::size_t row = 0; row < column.valid.size(); ++row) {
          using Values = std::decay_t<decltype(values)>;
          bool valid = column.valid[row] != 0;
          if constexpr (std::is_same_v<Values, std::vector<double>>)
            valid = valid && !std::isnan(values[row]);
          // The flag is hashed beside the value: an integer may have any bits.
          hash.word(valid ? 1 : 0);
          if (!valid) continue;
          if constexpr (std::is_same_v<Values, TextValues>)
            hash.text(values.at(row));
          else if constexpr (std::is_same_v<Values, std::vector<double>>)
            hash.number(values[row]);
          else
            hash.number(static_cast<std::int64_t>(values[row]));
        }
      },
      column.values);
}

}  // namespace

std::string content_hash(const TableColumns& table) {
  Hasher hash;
  hash.text(table.name);
  hash.number(table.row_count);
  const auto& g = table.geometry;
  hash.word(static_cast<std::uint64_t>(g.kind));
  if (g.kind == GeometryKind::point) {
    for (std::size_t row = 0; row < g.points.size(); ++row) {
      if (is_missing(g, row)) {
        hash.missing();
        continue;
      }
      hash.number(g.points[row].x_m);
      hash.number(g.points[row].y_m);
    }
  } else {
    for (const auto* offsets : {&g.part_begin, &g.ring_begin, &g.point_begin}) {
      hash.word(offsets->size());
      for (const auto offset : *offsets) hash.number(offset);
    }
    for (const auto p : g.points) {
      hash.number(p.x_m);
      hash.number(p.y_m);
    }
  }
  hash.word(table.columns.size());
  for (const auto& column : table.columns) hash_column(hash, column);
  return hash.digest();
}

std::string content_hash(std::string_view text) {
  Hasher hash;
  hash.text(text);
  return hash.digest();
}

}  // namespace libgrid
