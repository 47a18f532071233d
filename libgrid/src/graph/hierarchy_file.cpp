#include "libgrid/graph/hierarchy_file.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

static_assert(std::endian::native == std::endian::little, "columns are written as they lie");

constexpr std::uint64_t kMagic = 0x0031484452474C89ULL;  // \x89 "LGRDH1" \0
struct Header {
  std::uint64_t magic = kMagic;
  std::uint64_t graph_hash = 0;
  std::uint64_t longest_ms = 0;
  std::uint64_t nodes = 0;
  std::uint64_t out_arcs = 0;
  std::uint64_t in_arcs = 0;
  std::uint64_t symmetric = 0;
  std::uint64_t check_sum = 0;  // of all that comes before and after it
};

std::uint64_t check_sum(std::span<const std::byte> bytes, std::uint64_t sum) {
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, std::min<std::size_t>(8, bytes.size() - i));
    sum = std::rotl((sum ^ word) * 0x9E3779B97F4A7C15ULL, 29);
  }
  return sum;
}

/// Of a whole file, whatever stands in its header as the sum.
std::uint64_t check_sum(std::span<const std::byte> bytes) {
  constexpr auto kField = sizeof(Header) - sizeof(Header::check_sum);
  return check_sum(bytes.subspan(sizeof(Header)), check_sum(bytes.first(kField), bytes.size()));
}

template <class T>
void append(std::vector<std::byte>& bytes, const std::vector<T>& column) {
  const auto from = bytes.size();
  bytes.resize(from + column.size() * sizeof(T));
  if (!column.empty()) std::memcpy(bytes.data() + from, column.data(), column.size() * sizeof(T));
}

template <class T>
std::vector<T> take(std::span<const std::byte>& bytes, std::uint64_t count) {
  std::vector<T> column(count);
  if (count > 0) std::memcpy(column.data(), bytes.data(), count * sizeof(T));
  bytes = bytes.subspan(count * sizeof(T));
  return column;
}

}  // namespace

std::vector<std::byte> encode_hierarchy(const Hierarchy& hierarchy) {
  const auto& c = hierarchy.columns();
  Header header{.graph_hash = c.graph_hash,
                .longest_ms = c.longest_ms,
                .nodes = c.node.size(),
                .out_arcs = c.out.arcs.size(),
                .in_arcs = c.in.arcs.size(),
                .symmetric = c.symmetric ? 1U : 0U};
  std::vector<std::byte> bytes(sizeof(Header));
  append(bytes, c.node);
  for (const auto* half : {&c.out, &c.in}) {
    if (half == &c.in && c.symmetric) continue;
    append(bytes, half->first);
    append(bytes, half->arcs);
    append(bytes, half->middle);
  }
  std::memcpy(bytes.data(), &header, sizeof(Header));
  header.check_sum = check_sum(bytes);
  std::memcpy(bytes.data(), &header, sizeof(Header));
  return bytes;
}

Hierarchy decode_hierarchy(std::span<const std::byte> bytes) {
  Header header;
  require(bytes.size() >= sizeof(Header),
          [] { return std::string{"not a hierarchy: the file is too short"}; });
  std::memcpy(&header, bytes.data(), sizeof(Header));
  require(header.magic == kMagic,
          [] { return std::string{"not a hierarchy of this version of libgrid: build it again"}; });
  auto rest = bytes.subspan(sizeof(Header));
  constexpr std::uint64_t kMost = std::uint64_t{1} << 32;  // no product below runs over
  const auto halves = header.symmetric == 1 ? 1U : 2U;
  const bool fits = header.nodes < kMost && header.out_arcs < kMost && header.in_arcs < kMost &&
                    header.symmetric <= 1 && (halves == 2 || header.in_arcs == 0) &&
                    rest.size() == 4 * header.nodes + halves * 4 * (header.nodes + 1) +
                                       12 * (header.out_arcs + header.in_arcs);
  require(fits && check_sum(bytes) == header.check_sum, [] {
    return std::string{"the hierarchy is cut off or damaged: build and save it again"};
  });
  HierarchyColumns columns;
  columns.graph_hash = header.graph_hash;
  columns.longest_ms = header.longest_ms;
  columns.symmetric = header.symmetric == 1;
  columns.node = take<std::int32_t>(rest, header.nodes);
  const auto take_half = [&](HierarchyArcs& half, std::uint64_t arcs) {
    half.first = take<std::uint32_t>(rest, header.nodes + 1);
    half.arcs = take<Arc>(rest, arcs);
    half.middle = take<std::int32_t>(rest, arcs);
  };
  take_half(columns.out, header.out_arcs);
  if (halves == 2) take_half(columns.in, header.in_arcs);
  return Hierarchy{std::move(columns)};
}

}  // namespace libgrid
