#include "table_bytes.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <span>
#include <zlib.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr std::string_view kMagic = "LGT1";
constexpr int kLevel = 6;                 // 9 takes three times as long for 2 % fewer bytes
constexpr std::int64_t kMaxRatio = 1032;  // deflate cannot do better: more is a lie

/// Integers take the narrowest of 1, 2, 4, 8 bytes that holds the whole column, doubles lie byte
/// plane by byte plane: deflate finds little in columns of eight mixed bytes.
class Packer {
 public:
  void number(std::uint64_t value) { raw(&value, sizeof value); }
  void text(std::string_view value) {
    number(value.size());
    out_.append(value);
  }
  void integers(std::span<const std::int64_t> values) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    for (const auto v : values) {
      low = std::min(low, v);
      high = std::max(high, v);
    }
    std::uint64_t width = 1;
    while (width < 8 && (low < -(std::int64_t{1} << (8 * width - 1)) ||
                         high >= (std::int64_t{1} << (8 * width - 1))))
      width *= 2;
    number(values.size());
    number(width);
    for (const auto v : values) out_.append(reinterpret_cast<const char*>(&v), width);
  }
  /// Offsets as steps: all small.
  void offsets(std::span<const std::int64_t> values) {
    std::vector<std::int64_t> steps(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
      steps[i] = values[i] - (i == 0 ? 0 : values[i - 1]);
    integers(steps);
  }
  void reals(std::span<const double> values) {
    number(values.size());
    const auto at = out_.size();
    out_.resize(at + values.size() * sizeof(double));
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::array<char, sizeof(double)> bytes{};
      std::memcpy(bytes.data(), &values[i], sizeof(double));
      for (std::size_t b = 0; b < bytes.size(); ++b) out_[at + b * values.size() + i] = bytes[b];
    }
  }
  void flags(std::span<const std::uint8_t> values) {
    number(values.size());
    raw(values.data(), values.size());
  }
  std::string take() { return std::move(out_); }

 private:
  void raw(const void* data, std::size_t size) {
    out_.append(static_cast<const char*>(data), size);
  }
  std::string out_{kMagic};
};

[[noreturn]] void fail() { throw IoError{"a former version of a layer is damaged"}; }

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_{bytes} {
    if (take(kMagic.size()) != kMagic) fail();
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string_view text() { return take(number()); }
  std::vector<std::int64_t> integers() {
    const auto count = number();
    const auto width = number();
    if (width != 1 && width != 2 && width != 4 && width != 8) fail();
    const auto bytes = take_many(count, width);
    std::vector<std::int64_t> values(count);
    for (std::size_t i = 0; i < count; ++i) {
      std::uint64_t value = 0;
      std::memcpy(&value, bytes.data() + i * width, width);
      const auto shift = 64 - 8 * width;  // brings the sign back
      values[i] = static_cast<std::int64_t>(value << shift) >> shift;
    }
    return values;
  }
  std::vector<std::int64_t> offsets() {
    auto values = integers();
    for (std::size_t i = 1; i < values.size(); ++i)
      if (__builtin_add_overflow(values[i], values[i - 1], &values[i])) fail();
    return values;
  }
  std::vector<double> reals() {
    const auto count = number();
    const auto bytes = take_many(count, sizeof(double));
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) {
      std::array<char, sizeof(double)> one{};
      for (std::size_t b = 0; b < one.size(); ++b) one[b] = bytes[b * count + i];
      std::memcpy(&values[i], one.data(), sizeof(double));
    }
    return values;
  }
  std::vector<std::uint8_t> flags() {
    const auto bytes = take_many(number(), 1);
    return {bytes.begin(), bytes.end()};
  }
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > bytes_.size()) fail();
    const auto part = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return part;
  }
  std::string_view take_many(std::uint64_t count, std::uint64_t width) {
    if (count > bytes_.size() / width) fail();
    return take(count * width);
  }
  std::string_view bytes_;
};

void pack_column(Packer& out, const ColumnData& column) {
  out.text(column.name);
  out.number(column.values.index());
  out.flags(column.valid);
  std::visit(
      [&](const auto& values) {
        using Values = std::decay_t<decltype(values)>;
        // What stands under a missing value means nothing, and 0 is the shortest.
        const auto cleared = [&](auto copy) {
          for (std::size_t i = 0; i < copy.size(); ++i)
            if (column.valid[i] == 0) copy[i] = 0;
          return copy;
        };
        if constexpr (std::is_same_v<Values, TextValues>) {
          out.offsets(values.begin);
          out.text(values.bytes);
        } else if constexpr (std::is_same_v<Values, std::vector<double>>) {
          out.reals(cleared(values));
        } else if constexpr (std::is_same_v<Values, std::vector<std::uint8_t>>) {
          out.flags(cleared(values));
        } else {
          out.integers(cleared(values));
        }
      },
      column.values);
}

ColumnData unpack_column(Unpacker& in) {
  ColumnData column{.name = std::string{in.text()}, .values = {}, .valid = {}};
  const auto type = in.number();
  column.valid = in.flags();
  std::size_t count = 0;
  switch (type) {
    case 0:
      count = column.values.emplace<0>(in.integers()).size();
      break;
    case 1:
      count = column.values.emplace<1>(in.reals()).size();
      break;
    case 2:
      count = column.values.emplace<2>(in.flags()).size();
      break;
    case 3: {
      TextValues texts{.begin = in.offsets(), .bytes = {}};
      texts.bytes = in.text();
      if (texts.begin.empty() || texts.begin.front() != 0 ||
          !std::is_sorted(texts.begin.begin(), texts.begin.end()) ||
          texts.begin.back() != static_cast<std::int64_t>(texts.bytes.size()))
        fail();
      count = texts.begin.size() - 1;
      column.values.emplace<3>(std::move(texts));
      break;
    }
    default:
      fail();
  }
  if (count != column.valid.size()) fail();
  return column;
}

}  // namespace

PackedTable pack_table(const TableColumns& table) {
  Packer out;
  out.text(table.name);
  out.number(static_cast<std::uint64_t>(table.row_count));
  const auto& g = table.geometry;
  out.number(static_cast<std::uint64_t>(g.kind));
  std::vector<double> axis(g.points.size());
  for (const auto member : {&Position::x_m, &Position::y_m}) {
    std::transform(g.points.begin(), g.points.end(), axis.begin(),
                   [&](const Position& p) { return p.*member; });
    out.reals(axis);
  }
  for (const auto* offsets : {&g.point_begin, &g.ring_begin, &g.part_begin}) out.offsets(*offsets);
  out.number(table.columns.size());
  for (const auto& column : table.columns) pack_column(out, column);
  const auto raw = out.take();

  auto size = ::compressBound(raw.size());
  std::string bytes(size, '\0');
  if (::compress2(reinterpret_cast<Bytef*>(bytes.data()), &size,
                  reinterpret_cast<const Bytef*>(raw.data()), raw.size(), kLevel) != Z_OK)
    throw IoError{"layer \"" + table.name + "\": its former version could not be compressed"};
  bytes.resize(size);
  return {static_cast<std::int64_t>(raw.size()), std::move(bytes)};
}

TableColumns unpack_table(std::int64_t raw_size, std::string_view bytes) {
  if (raw_size < 0 || raw_size / kMaxRatio > static_cast<std::int64_t>(bytes.size()) + 1) fail();
  std::string raw(static_cast<std::size_t>(raw_size), '\0');
  auto size = static_cast<uLongf>(raw.size());
  if (::uncompress(reinterpret_cast<Bytef*>(raw.data()), &size,
                   reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()) != Z_OK ||
      size != raw.size())
    fail();
  Unpacker in{raw};
  TableColumns table{.name = std::string{in.text()}, .row_count = 0, .geometry = {}, .columns = {}};
  table.row_count = static_cast<std::int64_t>(in.number());
  const auto kind = in.number();
  if (kind > static_cast<std::uint64_t>(GeometryKind::polygon)) fail();
  auto& g = table.geometry;
  g.kind = static_cast<GeometryKind>(kind);
  const auto x = in.reals();
  const auto y = in.reals();
  if (x.size() != y.size()) fail();
  g.points.reserve(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) g.points.push_back({x[i], y[i]});
  for (auto* offsets : {&g.point_begin, &g.ring_begin, &g.part_begin}) *offsets = in.offsets();
  for (auto columns = in.number(); columns > 0; --columns)
    table.columns.push_back(unpack_column(in));
  if (!in.at_end()) fail();
  check_table(table);  // what the writers trust holds here too: lengths, offsets, UTF-8
  return table;
}

}  // namespace libgrid
