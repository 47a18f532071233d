#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/io/osm.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wuseless-cast"
#include <osmium/memory/buffer.hpp>
#include <osmium/osm.hpp>
#pragma GCC diagnostic pop

namespace libgrid {

/// The data blocks of an OSM PBF file.
///
/// We frame the file ourselves and let libosmium decode one block at a time. Its own reader would
/// do both, but it reads environment variables, keeps a global pool of threads that outlives a
/// fork, cannot be stopped, and tells of a damaged file without the place of the damage.
class OsmBlocks {
 public:
  /// Walks over the block headers. Throws IoError.
  explicit OsmBlocks(const std::filesystem::path& path);
  ~OsmBlocks();
  OsmBlocks(const OsmBlocks&) = delete;
  OsmBlocks& operator=(const OsmBlocks&) = delete;

  [[nodiscard]] std::size_t size() const { return blocks_.size(); }

  /// Calls `visit(block, buffer)` for every block, once or more often: blocks in parallel and in no
  /// order, the buffers of one block in order on one thread. `kinds` is what is
  /// decoded. Throws IoError naming the byte at which a block begins that cannot be decoded.
  void for_each(osmium::osm_entity_bits::type kinds, const RunControl& control,
                const std::function<void(std::size_t, const osmium::memory::Buffer&)>& visit) const;

 private:
  struct Block {
    std::int64_t at;    // where its header begins
    std::int64_t data;  // where its bytes begin
    std::int64_t size;
  };

  [[nodiscard]] std::string read(std::int64_t at, std::int64_t size) const;
  [[noreturn]] void fail(std::int64_t at, const std::string& why) const;

  std::string name_;
  int file_ = -1;
  std::int64_t bytes_ = 0;
  std::vector<Block> blocks_;
};

/// Where nodes lie: sorted distinct ids and their positions.
struct OsmNodes {
  std::vector<std::int64_t> id;
  std::vector<osmium::Location> location;  // undefined: the file lacks the node

  /// -1 when it is not among them.
  [[nodiscard]] std::int64_t find(std::int64_t node) const;
};

/// A node of interest with some of its tags, in order of ids.
struct OsmTagged {
  std::int64_t row;  // of OsmNodes
  std::vector<std::optional<std::string>> values;
};

/// Finds the nodes with these ids (sorted and made distinct here); `tagged` gets those that have
/// the first of `keys`. Throws IoError when one stands twice at different places.
[[nodiscard]] OsmNodes locate_nodes(const OsmBlocks& blocks, std::vector<std::int64_t> ids,
                                    const std::vector<const char*>& keys,
                                    std::vector<OsmTagged>* tagged, const RunControl& control);

/// Throws InvalidInput unless west ≤ east and south ≤ north, all within the globe.
void check_box(const std::optional<DegreeBox>& box);
[[nodiscard]] bool holds(const DegreeBox& box, osmium::Location location);

/// Text columns, one a key; `add` appends one row.
class TagColumns {
 public:
  explicit TagColumns(std::vector<const char*> keys);
  void add(const osmium::TagList& tags);
  void add(const std::vector<std::optional<std::string>>& values);
  void add_row_of(const TagColumns& other, std::size_t row);
  [[nodiscard]] std::vector<ColumnData> take() { return std::move(columns_); }
  [[nodiscard]] const std::vector<const char*>& keys() const { return keys_; }

 private:
  void push(std::size_t column, const char* value);

  std::vector<const char*> keys_;
  std::vector<ColumnData> columns_;
};

}  // namespace libgrid
