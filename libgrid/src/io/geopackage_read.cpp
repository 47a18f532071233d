#include <algorithm>
#include <array>
#include <charconv>

#include "geopackage_history.hpp"
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
  if (check_hashes && stored != content_hash(meta_text(rows)))
    reader.fail(
        "libgrid_meta does not have the content that was saved: the file is damaged or was edited "
        "elsewhere; "
        "take a backup copy, or read it without the check of hashes if the edit was meant");
  meta.fingerprint = stored;
  meta.generation = generation_of(rows);
  for (const auto* key : {"min_reader", "generation", kHistoryKey}) take(key);
  meta.saved_at = take("saved_at");
  meta.note = take("saved_note");
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

std::string hash_in(const MetaRows& rows, const std::string& layer) {
  const auto found = rows.find(kHashPrefix + layer);
  return found == rows.end() ? std::string{} : found->second;
}

bool is_asked(const GeoPackageReadOptions& options, const std::string& layer) {
  return options.only.empty() ||
         std::find(options.only.begin(), options.only.end(), layer) != options.only.end();
}

/// Ours: the layers that were written, in the order in which they were written. What of a former
/// generation is still the same stands in the present tables.
void read_own_layers(const GeoPackageSource& reader, std::vector<LayerSource>& sources,
                     const MetaRows& wanted, const MetaRows& present, const FileHistory& history,
                     const GeoPackageReadOptions& options, GeoPackage& out) {
  for (const auto& name : layers_of(wanted)) {
    if (!is_asked(options, name)) continue;
    out.faults.emplace_back();
    const auto hash = hash_in(wanted, name);
    if (const auto version = history.versions.find(hash);
        &wanted != &present && version != history.versions.end()) {
      out.tables.push_back(unpack_table(version->second.raw_size, version->second.bytes));
    } else if (&wanted != &present && hash != hash_in(present, name)) {
      reader.fail("layer \"" + name + "\" of the former generation is not in the file");
    } else {
      const auto source = std::find_if(sources.begin(), sources.end(),
                                       [&](const LayerSource& s) { return s.name == name; });
      if (source == sources.end())
        reader.fail("layer \"" + name + "\" is gone: the file is damaged; take a backup copy");
      out.tables.push_back(reader.read_table(*source, out.meta.notes));
    }
    if (options.check_hashes && hash != content_hash(out.tables.back()))
      reader.fail("layer \"" + name +
                  "\" does not have the content that was saved: the file is damaged or was edited "
                  "elsewhere; take a backup copy, or read it without the check of hashes if the "
                  "edit was meant");
  }
  const auto own = layers_of(present);
  for (const auto& source : sources)
    if (std::find(own.begin(), own.end(), source.name) == own.end())
      out.meta.notes.push_back("left aside: " + source.name + " (not written by libgrid)");
}

const MetaRows& rows_of_generation(const GeoPackageSource& reader, std::int64_t wanted,
                                   const MetaRows& present, const FileHistory& history) {
  if (wanted == 0 || wanted == generation_of(present)) return present;
  std::string known;
  for (const auto& former : history.generations) {
    if (former.number == wanted) return former.meta;
    known += std::to_string(former.number) + ", ";
  }
  reader.fail("no generation " + std::to_string(wanted) + " in the file; it holds " + known +
              std::to_string(generation_of(present)));
}

}  // namespace

GeoPackage read_geopackage(const std::filesystem::path& path, const GeoPackageReadOptions& options,
                           const RunControl& run) {
  const GeoPackageSource reader{path, run, options.limits, GeoPackageSource::Check::later};
  run.begin(0);
  GeoPackage out;
  const auto present = reader.read_meta_rows();
  if (present) reader.check_whole();
  if (!present) {
    if (options.generation > 1) reader.fail("a file of another program has no generations");
    auto sources = reader.list_sources(out.meta.notes);
    std::erase_if(sources,
                  [&](const LayerSource& source) { return !is_asked(options, source.name); });
    reader.read_foreign_crs(sources, out.meta);
    for (const auto& source : sources) {
      out.faults.emplace_back();
      out.tables.push_back(reader.read_table(
          source, out.meta.notes, options.keep_faulty_rows ? &out.faults.back() : nullptr));
    }
    reader.check_whole();
    return out;
  }
  // The present rows are checked first: they seal the history.
  out.meta = take_meta(*present, reader, options.check_hashes);
  const auto seal = present->find(kHistoryKey);
  const bool wants_former =
      options.generation != 0 && options.generation != generation_of(*present);
  FileHistory history;
  if (options.check_hashes || wants_former)
    history = read_file_history(reader, seal == present->end() ? "" : seal->second, wants_former);
  const auto& wanted = rows_of_generation(reader, options.generation, *present, history);
  if (&wanted != &*present) {
    const auto fingerprint = out.meta.fingerprint;
    out.meta = take_meta(wanted, reader, options.check_hashes);
    out.meta.fingerprint = fingerprint;  // of the file: what a save is held against
  }
  auto sources = reader.list_sources(out.meta.notes);
  read_own_layers(reader, sources, wanted, *present, history, options, out);
  return out;
}

std::vector<std::string> list_geopackage_layers(const std::filesystem::path& path) {
  const GeoPackageSource reader{path, {}, {}, GeoPackageSource::Check::later};  // names only
  std::vector<std::string> names, notes;
  for (auto& source : reader.list_sources(notes)) names.push_back(std::move(source.name));
  return names;
}

}  // namespace libgrid
