#include <algorithm>
#include <array>
#include <charconv>

#include "geopackage_schema.hpp"
#include "geopackage_source.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/io/geopackage.hpp"

namespace libgrid {
namespace {

/// "0.10.2" > "0.9": compared number by number. False also for what is no version.
bool is_at_most(std::string_view version, std::string_view limit) {
  const auto parse = [](std::string_view text) {
    std::array<int, 3> out{};
    const auto* at = text.data();
    const auto* const end = at + text.size();
    for (auto& part : out) {
      const auto result = std::from_chars(at, end, part);
      if (result.ec != std::errc{}) return std::array{1 << 30, 0, 0};
      at = result.ptr;
      if (at < end && *at == '.') ++at;
      if (at == end) break;
    }
    return at == end ? out : std::array{1 << 30, 0, 0};
  };
  return parse(version) <= parse(limit);
}

GeoPackageMeta take_meta(std::map<std::string, std::string> rows, const GeoPackageSource& reader,
                         bool check_hashes) {
  GeoPackageMeta meta;
  const auto take = [&](const std::string& key) {
    const auto found = rows.find(key);
    if (found == rows.end()) return std::string{};
    auto value = std::move(found->second);
    rows.erase(found);
    return value;
  };
  // Before the hash: a newer format may hash in another way.
  meta.min_reader = take("min_reader");
  if (!is_at_most(meta.min_reader, LIBGRID_VERSION))
    reader.fail("written in a newer format: libgrid " + meta.min_reader +
                " or later reads it, this is " LIBGRID_VERSION);
  const auto stored = take(kMetaHashKey);
  rows["min_reader"] = meta.min_reader;
  std::string all;
  for (const auto& [key, value] : rows) all += key + '\0' + value + '\0';
  if (check_hashes && stored != content_hash(all))
    reader.fail(
        "libgrid_meta does not have the content that was saved: the file is damaged or was edited "
        "elsewhere; "
        "take a backup copy, or read it without the check of hashes if the edit was meant");
  take("min_reader");
  meta.format = take("format");
  meta.crs = take("crs");
  meta.crs_name = take("crs_name");
  meta.crs_wkt = take("crs_wkt");
  const auto x = take("frame_origin_x_m");
  const auto y = take("frame_origin_y_m");
  if (!x.empty() && !y.empty()) {
    Position origin;
    const auto end_x = std::from_chars(x.data(), x.data() + x.size(), origin.x_m);
    const auto end_y = std::from_chars(y.data(), y.data() + y.size(), origin.y_m);
    if (end_x.ec != std::errc{} || end_y.ec != std::errc{})
      reader.fail("libgrid_meta: the frame's origin is no number");
    meta.origin = origin;
  }
  std::erase_if(rows, [](const auto& row) {
    return row.first.starts_with(kHashPrefix) || row.first == "layers";
  });
  meta.extra = std::move(rows);
  return meta;
}

}  // namespace

GeoPackage read_geopackage(const std::filesystem::path& path, const GeoPackageReadOptions& options,
                           const RunControl& run) {
  const GeoPackageSource reader{path, run};
  run.begin(0);
  GeoPackage out;
  const auto rows = reader.read_meta_rows();
  if (rows) out.meta = take_meta(*rows, reader, options.check_hashes);
  auto sources = reader.list_sources(out.meta.notes);
  if (!rows) {
    reader.read_foreign_crs(sources, out.meta);
    for (const auto& source : sources)
      out.tables.push_back(reader.read_table(source, out.meta.notes));
    return out;
  }
  // Ours: the layers that were written, in the order in which they were written.
  const auto listed = rows->find("layers");
  std::string_view order =
      listed == rows->end() ? std::string_view{} : std::string_view{listed->second};
  while (!order.empty()) {
    const std::string name{order.substr(0, order.find('\n'))};
    order.remove_prefix(std::min(order.size(), name.size() + 1));
    const auto source = std::find_if(sources.begin(), sources.end(),
                                     [&](const LayerSource& s) { return s.name == name; });
    if (source == sources.end())
      reader.fail("layer \"" + name + "\" is gone: the file is damaged; take a backup copy");
    out.tables.push_back(reader.read_table(*source, out.meta.notes));
    const auto hash = rows->find(kHashPrefix + name);
    if (options.check_hashes &&
        (hash == rows->end() || hash->second != content_hash(out.tables.back())))
      reader.fail("layer \"" + name +
                  "\" does not have the content that was saved: the file is damaged or was edited "
                  "elsewhere; take a backup copy, or read it without the check of hashes if the "
                  "edit was meant");
    sources.erase(source);
  }
  for (const auto& source : sources)
    out.meta.notes.push_back("left aside: " + source.name + " (not written by libgrid)");
  return out;
}

}  // namespace libgrid
