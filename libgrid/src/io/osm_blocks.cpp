#include "osm_blocks.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "libgrid/base/error.hpp"
#include "libgrid/base/parallel.hpp"
#include "path_gate.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wuseless-cast"
#include <osmium/io/detail/pbf_decoder.hpp>
#include <protozero/pbf_reader.hpp>
#pragma GCC diagnostic pop

namespace libgrid {
namespace {

// Limits of the format itself.
constexpr std::int64_t kMaxHeaderBytes = 64 * 1024;
constexpr std::int64_t kMaxBlockBytes = 32 * 1024 * 1024;

struct BlobHeader {
  std::string type;
  std::int64_t size = -1;
};

BlobHeader parse_header(const std::string& bytes) {
  BlobHeader header;
  protozero::pbf_reader message{bytes};
  while (message.next()) {
    if (message.tag() == 1)
      header.type = message.get_string();
    else if (message.tag() == 3)
      header.size = message.get_int32();
    else
      message.skip();
  }
  return header;
}

}  // namespace

OsmBlocks::OsmBlocks(const std::filesystem::path& path) : name_{path.filename().string()} {
  const auto real = gate_for_reading(path);
  file_ = ::open(real.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0)
    throw IoError{name_ + ": cannot be opened (" + std::generic_category().message(errno) + ")"};
  try {
    struct stat status {};
    if (::fstat(file_, &status) != 0) throw IoError{name_ + ": cannot be read"};
    bytes_ = status.st_size;
    if (bytes_ == 0) fail(0, "the file is empty");
    std::int64_t at = 0;
    bool is_first = true;
    while (at < bytes_) {
      const auto prefix = read(at, 4);
      std::int64_t header_bytes = 0;
      for (const char c : prefix) header_bytes = 256 * header_bytes + static_cast<std::uint8_t>(c);
      if (header_bytes <= 0 || header_bytes > kMaxHeaderBytes)
        fail(at, is_first ? "this is not an OSM PBF file" : "the block header is damaged");
      BlobHeader header;
      try {
        header = parse_header(read(at + 4, header_bytes));
      } catch (const protozero::exception&) {
        fail(at, is_first ? "this is not an OSM PBF file" : "the block header is damaged");
      }
      const Block block{at, at + 4 + header_bytes, header.size};
      if (header.size < 0 || header.size > kMaxBlockBytes) fail(at, "the block size is damaged");
      if (block.data + block.size > bytes_)
        fail(at, "the file is truncated: the block needs " + std::to_string(block.size) +
                     " bytes, " + std::to_string(bytes_ - block.data) + " are left");
      if (is_first) {
        if (header.type != "OSMHeader") fail(at, "this is not an OSM PBF file");
        try {
          const auto facts = osmium::io::detail::decode_header(read(block.data, block.size));
          if (facts.has_multiple_object_versions())
            fail(at, "it keeps every version of its objects: take an extract of one date");
        } catch (const osmium::io_error& error) {
          fail(at, error.what());
        } catch (const protozero::exception&) {
          fail(at, "the file header is damaged");
        }
      } else if (header.type == "OSMData") {
        blocks_.push_back(block);
      }  // a block of another type is to be skipped, says the format
      is_first = false;
      at = block.data + block.size;
    }
  } catch (...) {
    ::close(file_);
    throw;
  }
}

OsmBlocks::~OsmBlocks() { ::close(file_); }

std::string OsmBlocks::read(std::int64_t at, std::int64_t size) const {
  if (at + size > bytes_)
    fail(at, "the file is truncated: it ends at byte " + std::to_string(bytes_));
  std::string bytes(static_cast<std::size_t>(size), '\0');
  for (std::int64_t done = 0; done < size;) {
    const auto got =
        ::pread(file_, bytes.data() + done, static_cast<std::size_t>(size - done), at + done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail(at, "the file cannot be read further");
    done += got;
  }
  return bytes;
}

void OsmBlocks::fail(std::int64_t at, const std::string& why) const {
  throw IoError{name_ + ": " + why + " (block at byte " + std::to_string(at) + " of " +
                std::to_string(bytes_) + "); fetch or export the file again"};
}

void OsmBlocks::for_each(
    osmium::osm_entity_bits::type kinds, const RunControl& control,
    const std::function<void(std::size_t, const osmium::memory::Buffer&)>& visit) const {
  for_each_chunk(static_cast<std::int64_t>(blocks_.size()), 1, control, [&](Chunk chunk) {
    for (auto i = chunk.begin; i < chunk.end; ++i) {
      const auto& block = blocks_[static_cast<std::size_t>(i)];
      auto bytes = read(block.data, block.size);
      auto decoded = [&] {
        try {
          return osmium::io::detail::PBFDataBlobDecoder{std::move(bytes), kinds,
                                                        osmium::io::read_meta::no}();
        } catch (const std::exception& error) {  // of zlib, protozero or libosmium
          fail(block.at, std::string{"the block cannot be decoded, "} + error.what());
        }
      }();
      // A large block comes as a chain of buffers, the oldest deepest.
      while (decoded.has_nested_buffers())
        visit(static_cast<std::size_t>(i), *decoded.get_last_nested());
      visit(static_cast<std::size_t>(i), decoded);
    }
  });
}

std::int64_t OsmNodes::find(std::int64_t node) const {
  const auto found = std::lower_bound(id.begin(), id.end(), node);
  return found != id.end() && *found == node ? found - id.begin() : -1;
}

OsmNodes locate_nodes(const OsmBlocks& blocks, std::vector<std::int64_t> ids,
                      const std::vector<const char*>& keys, std::vector<OsmTagged>* tagged,
                      const RunControl& control) {
  OsmNodes nodes;
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  nodes.id = std::move(ids);
  nodes.location.resize(nodes.id.size());
  struct Found {
    std::vector<std::pair<std::int64_t, osmium::Location>> rows;
    std::vector<OsmTagged> tagged;
  };
  std::vector<Found> found(blocks.size());
  blocks.for_each(osmium::osm_entity_bits::node, control,
                  [&](std::size_t block, const osmium::memory::Buffer& buffer) {
                    // Nodes mostly ascend, so the search goes on from the last one, in growing
                    // steps.
                    auto from = nodes.id.begin();
                    for (const auto& node : buffer.select<osmium::Node>()) {
                      if (from != nodes.id.begin() && from[-1] >= node.id())
                        from = nodes.id.begin();
                      auto low = from;
                      std::ptrdiff_t step = 1;
                      while (nodes.id.end() - low > step && low[step] < node.id()) {
                        low += step;
                        step *= 2;
                      }
                      const auto high =
                          nodes.id.end() - low > step ? low + step + 1 : nodes.id.end();
                      from = std::lower_bound(low, high, node.id());
                      if (from == nodes.id.end() || *from != node.id()) continue;
                      const auto row = from - nodes.id.begin();
                      found[block].rows.emplace_back(row, node.location());
                      if (keys.empty() || node.tags().get_value_by_key(keys[0]) == nullptr)
                        continue;
                      OsmTagged tags{row, {}};
                      for (const auto* key : keys) {
                        const auto* value = node.tags().get_value_by_key(key);
                        tags.values.push_back(value == nullptr ? std::nullopt
                                                               : std::optional<std::string>{value});
                      }
                      found[block].tagged.push_back(std::move(tags));
                    }
                  });
  std::vector<std::int64_t> twice;
  for (auto& block : found) {
    for (const auto& [row, location] : block.rows) {
      auto& kept = nodes.location[static_cast<std::size_t>(row)];
      if (kept && kept != location) twice.push_back(nodes.id[static_cast<std::size_t>(row)]);
      kept = location;
    }
    if (tagged != nullptr)
      std::move(block.tagged.begin(), block.tagged.end(), std::back_inserter(*tagged));
  }
  if (!twice.empty())
    throw IoError{"OSM nodes stand twice at different places: " + list_rows(twice) +
                  "; merge the files with a tool that keeps one version of each object"};
  if (tagged != nullptr)
    std::stable_sort(tagged->begin(), tagged->end(),
                     [](const OsmTagged& a, const OsmTagged& b) { return a.row < b.row; });
  return nodes;
}

void check_box(const std::optional<DegreeBox>& box) {
  if (!box) return;
  const bool good = std::isfinite(box->west) && std::isfinite(box->east) && box->west >= -180 &&
                    box->east <= 180 && box->south >= -90 && box->north <= 90 &&
                    box->west <= box->east && box->south <= box->north;
  require(good, [] {
    return std::string{
        "bbox must be (west, south, east, north) in degrees, west no more than east and south no "
        "more than north; cut an area across the 180th meridian in two"};
  });
}

bool holds(const DegreeBox& box, osmium::Location location) {
  const double lon = location.lon_without_check();
  const double lat = location.lat_without_check();
  return lon >= box.west && lon <= box.east && lat >= box.south && lat <= box.north;
}

TagColumns::TagColumns(std::vector<const char*> keys) : keys_{std::move(keys)} {
  for (const auto* key : keys_)
    columns_.push_back({.name = key, .values = TextValues{}, .valid = {}});
}

void TagColumns::push(std::size_t column, const char* value) {
  std::get<TextValues>(columns_[column].values).push_back(value == nullptr ? "" : value);
  columns_[column].valid.push_back(value == nullptr ? 0 : 1);
}

void TagColumns::add(const osmium::TagList& tags) {
  for (std::size_t k = 0; k < keys_.size(); ++k) push(k, tags.get_value_by_key(keys_[k]));
}

void TagColumns::add(const std::vector<std::optional<std::string>>& values) {
  for (std::size_t k = 0; k < keys_.size(); ++k) push(k, values[k] ? values[k]->c_str() : nullptr);
}

void TagColumns::add_row_of(const TagColumns& other, std::size_t row) {
  for (std::size_t k = 0; k < keys_.size(); ++k) {
    const auto& from = other.columns_[k];
    std::get<TextValues>(columns_[k].values).push_back(std::get<TextValues>(from.values).at(row));
    columns_[k].valid.push_back(from.valid[row]);
  }
}

}  // namespace libgrid
