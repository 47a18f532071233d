#include "geopackage_former.hpp"

#include <algorithm>

#include "geopackage_schema.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr const char* kWays =
    "; nothing was changed. Save under another name, or say overwrite if it may go";

std::string value_of(const MetaRows& rows, const std::string& key) {
  const auto found = rows.find(key);
  return found == rows.end() ? std::string{} : found->second;
}

/// What the content is, without when and how often it was saved.
MetaRows content_of(MetaRows rows) {
  for (const auto* key :
       {"generation", "saved_at", "saved_note", kHistoryKey, kMetaHashKey, "format", "min_reader"})
    rows.erase(key);
  return rows;
}

/// The target's own libgrid_meta, or why it must not be replaced.
MetaRows rows_of_target(const GeoPackageSource& source, const GeoPackageWriteOptions& options) {
  auto rows = source.read_meta_rows();
  if (!rows)
    source.fail(std::string{"was made by another program, which may keep more in it"} + kWays);
  std::vector<std::string> notes;
  const auto own = layers_of(*rows);
  std::string strangers;
  for (const auto& layer : source.list_sources(notes))
    if (std::find(own.begin(), own.end(), layer.name) == own.end())
      strangers += (strangers.empty() ? "" : ", ") + layer.name;
  for (const auto& note : notes) strangers += (strangers.empty() ? "" : ", ") + note;
  if (!strangers.empty() && !options.overwrite)
    source.fail("holds what another program put there (" + strangers + ")" + kWays);
  const auto fingerprint = value_of(*rows, kMetaHashKey);
  if (!options.begun_from.empty() && options.begun_from != fingerprint && !options.overwrite)
    source.fail("was changed since it was opened (it holds generation " +
                std::to_string(generation_of(*rows)) +
                (value_of(*rows, "saved_at").empty() ? "" : " of " + value_of(*rows, "saved_at")) +
                "); open it again and repeat the change, save under another name, or say "
                "overwrite: the generation there now is kept in the history");
  if (!is_sealed(*rows) && !options.accept_edited)
    source.fail(std::string{"its own table libgrid_meta is damaged or was edited elsewhere"} +
                kWays);
  return *rows;
}

/// Adds the layers of `rows` that are kept nowhere else. With an edited file the hashes are made
/// anew: its content is what was edited.
void keep_versions(const GeoPackageSource& source, MetaRows& rows, const MetaRows& next,
                   const GeoPackageWriteOptions& options, FileHistory& history) {
  std::vector<std::string> ignored;
  const auto sources = source.list_sources(ignored);
  for (const auto& name : layers_of(rows)) {
    const auto key = kHashPrefix + name;
    const auto hash = value_of(rows, key);
    if (!options.accept_edited && (hash == value_of(next, key) || history.versions.contains(hash)))
      continue;
    const auto at = std::find_if(sources.begin(), sources.end(),
                                 [&](const LayerSource& s) { return s.name == name; });
    if (at == sources.end())
      source.fail("layer \"" + name + "\" is gone: the file is damaged" + kWays);
    const auto table = source.read_table(*at, ignored);
    const auto found = content_hash(table);
    if (found != hash && !options.accept_edited)
      source.fail("layer \"" + name +
                  "\" does not have the content that was saved, so that it cannot be kept as a "
                  "former version: the file is damaged or was edited elsewhere" +
                  kWays);
    rows[key] = found;
    if (found != value_of(next, key)) history.versions.emplace(found, pack_table(table));
  }
  if (!options.accept_edited) return;
  rows.erase(kMetaHashKey);
  rows[kMetaHashKey] = content_hash(meta_text(rows));
}

void drop_unused(FileHistory& history) {
  std::erase_if(history.versions, [&](const auto& version) {
    return std::none_of(
        history.generations.begin(), history.generations.end(),
        [&](const FormerGeneration& former) {
          return std::any_of(former.meta.begin(), former.meta.end(), [&](const auto& row) {
            return row.first.starts_with(kHashPrefix) && row.second == version.first;
          });
        });
  });
}

Succession succeed_file(const std::filesystem::path& target, const MetaRows& rows,
                        const GeoPackageMeta& meta, const GeoPackageWriteOptions& options,
                        const RunControl& run) {
  const GeoPackageSource source{target, RunControl{.stop = run.stop}};
  auto old = rows_of_target(source, options);
  Succession out;
  out.history = read_file_history(source, value_of(old, kHistoryKey), true);
  const bool same = content_of(rows) == content_of(old) && !options.accept_edited;
  if (same && meta.note.empty()) {
    out.generation = generation_of(old);
    out.saved_at = value_of(old, "saved_at");
    out.note = value_of(old, "saved_note");
  } else {
    out.generation = generation_of(old) + 1;
    out.saved_at = meta.saved_at;
    out.note = meta.note;
    auto when = value_of(old, "saved_at");
    if (when.empty()) when = file_time(target);
    keep_versions(source, old, rows, options, out.history);
    out.history.generations.push_back(
        {.number = generation_of(old), .saved_at = std::move(when), .meta = std::move(old)});
  }
  auto& kept = out.history.generations;
  const auto limit = static_cast<std::size_t>(std::max(0, *options.keep_generations));
  if (kept.size() > limit)
    kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(limit));
  drop_unused(out.history);
  // What the present content has again need not be kept a second time.
  std::erase_if(out.history.versions, [&](const auto& version) {
    return std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
      return row.first.starts_with(kHashPrefix) && row.second == version.first;
    });
  });
  return out;
}

}  // namespace

Succession succeed(const std::filesystem::path& target, const MetaRows& rows,
                   const GeoPackageMeta& meta, const GeoPackageWriteOptions& options,
                   const RunControl& run) {
  Succession fresh;
  fresh.saved_at = meta.saved_at;
  fresh.note = meta.note;
  std::error_code error;
  if (!options.keep_generations || !std::filesystem::exists(target, error)) return fresh;
  try {
    return succeed_file(target, rows, meta, options, run);
  } catch (const IoError& refusal) {
    if (options.overwrite) return fresh;
    const std::string text = refusal.what();
    if (text.find("nothing was changed") != text.npos) throw;
    throw IoError{text + "; nothing was changed"};
  }
}

}  // namespace libgrid
