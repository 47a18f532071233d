#include <charconv>
#include <filesystem>
#include <variant>

#include "atomic_file.hpp"
#include "geopackage_former.hpp"
#include "geopackage_schema.hpp"
#include "geopackage_tables.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/io/geopackage.hpp"
#include "path_gate.hpp"
#include "save_lock.hpp"

namespace libgrid {
namespace {

constexpr const char* kDefaultChange = "2000-01-01T00:00:00.000Z";

/// Digits that bring the same double back.
std::string exact(double value) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

MetaRows meta_rows(const std::vector<TableColumns>& tables, const GeoPackageMeta& meta) {
  auto rows = meta.extra;
  const auto storable = [](const std::string& text) {
    return is_utf8(text) && text.find('\0') == text.npos;
  };
  for (const auto& [key, value] : meta.extra)
    require(!key.empty() && storable(key) && storable(value) && !key.starts_with(kMetaHashKey) &&
                key != kHistoryKey && key != "generation" && key != "saved_at" &&
                key != "saved_note",
            [&] { return "meta: the key \"" + key + "\" or its value cannot be stored"; });
  require(storable(meta.note) && storable(meta.saved_at),
          [] { return "meta: the note or the time of the save cannot be stored"; });
  rows["format"] = kGeoPackageFormat;
  rows["min_reader"] = kGeoPackageMinReader;
  rows["crs"] = meta.crs;
  rows["crs_name"] = meta.crs_name;
  rows["crs_wkt"] = meta.crs_wkt;
  if (meta.origin) {
    rows["frame_origin_x_m"] = exact(meta.origin->x_m);
    rows["frame_origin_y_m"] = exact(meta.origin->y_m);
  }
  std::string order;
  for (const auto& table : tables) {
    rows[kHashPrefix + table.name] = content_hash(table);
    order += table.name + "\n";
  }
  rows["layers"] = order;
  return rows;
}

/// The first save without a word about itself has none of these rows, so that it holds no clock.
void add_succession(MetaRows& rows, const Succession& succession) {
  if (succession.generation > 1) rows["generation"] = std::to_string(succession.generation);
  if (!succession.saved_at.empty()) rows["saved_at"] = succession.saved_at;
  if (!succession.note.empty()) rows["saved_note"] = succession.note;
  if (!succession.history.empty()) rows[kHistoryKey] = seal_of(succession.history);
  rows[kMetaHashKey] = content_hash(meta_text(rows));
}

std::int64_t estimate_bytes(const std::vector<TableColumns>& tables) {
  std::int64_t bytes = 200'000;
  for (const auto& table : tables) {
    bytes += table.row_count * 64 + static_cast<std::int64_t>(table.geometry.points.size()) * 16;
    for (const auto& column : table.columns) {
      bytes += table.row_count * 9;
      if (const auto* texts = std::get_if<TextValues>(&column.values))
        bytes += static_cast<std::int64_t>(texts->bytes.size());
    }
  }
  return bytes + bytes / 8;
}

void check_tables(const std::vector<TableColumns>& tables, const GeoPackageMeta& meta) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    check_table(tables[i]);
    for (std::size_t j = 0; j < i; ++j)
      require(sqlite3_stricmp(tables[i].name.c_str(), tables[j].name.c_str()) != 0,
              [&] { return "two layers are named \"" + tables[i].name + "\""; });
  }
  require(srs_id_of(meta) == kUndefinedCartesian || !meta.crs_wkt.empty(),
          [&] { return "the CRS " + meta.crs + " comes without its WKT"; });
}

void fill(const std::filesystem::path& path, const std::vector<TableColumns>& tables,
          const GeoPackageMeta& meta, const MetaRows& rows, const FileHistory& history,
          const RunControl& run) {
  SqliteFile file{path, SqliteFile::Use::fill_disposable};
  file.execute("PRAGMA application_id=" + std::to_string(kGpkgApplicationId) +
               "; PRAGMA user_version=" + std::to_string(kGpkgVersion) + "; BEGIN");
  file.execute(kGpkgSchema);
  const auto srs_id = srs_id_of(meta);
  write_srs(file, meta, srs_id);
  const auto change = meta.extra.find("last_change");
  for (const auto& table : tables)
    write_table(file, table, srs_id, change == meta.extra.end() ? kDefaultChange : change->second,
                run);
  for (const auto& [key, value] : rows) {
    Statement insert{file, "INSERT INTO libgrid_meta VALUES (?,?)"};
    insert.bind(1, std::string_view{key});
    insert.bind(2, std::string_view{value});
    insert.step();
  }
  write_file_history(file, history);
  file.execute("COMMIT");
  file.close();
}

}  // namespace

GeoPackageReceipt write_geopackage(const std::filesystem::path& path,
                                   const std::vector<TableColumns>& tables,
                                   const GeoPackageMeta& meta,
                                   const GeoPackageWriteOptions& options, const RunControl& run) {
  check_tables(tables, meta);
  auto rows = meta_rows(tables, meta);
  std::int64_t row_count = 0;
  for (const auto& table : tables) row_count += table.row_count;
  run.begin(row_count);

  const auto target = gate_for_writing(path);
  const SaveLock lock{target, run};
  const auto succession = succeed(target, rows, meta, options, run);
  add_succession(rows, succession);
  GeoPackageReceipt receipt{.generation = succession.generation,
                            .fingerprint = rows[kMetaHashKey],
                            .warnings = place_warnings(target)};
  if (!lock.is_held())
    receipt.warnings.push_back(target.string() +
                               ": the file system knows no locks; let nobody else save it now");

  auto bytes = estimate_bytes(tables);
  for (const auto& [hash, packed] : succession.history.versions)
    bytes += static_cast<std::int64_t>(packed.bytes.size());
  AtomicFile atomic{target, bytes};
  try {
    fill(atomic.path(), tables, meta, rows, succession.history, run);
    // Reading back checks structure, counts and hashes: what is renamed is what was meant.
    const auto written = read_geopackage(atomic.path(), {}, RunControl{.stop = run.stop});
    LIBGRID_ASSERT(written.tables.size() == tables.size());
  } catch (const IoError& error) {
    throw IoError{atomic.target().string() + ": not saved, the old file is untouched" +
                  atomic.space_note() + ". What happened: " + error.what()};
  }
  if (!atomic.replace_target())
    receipt.warnings.push_back(target.string() +
                               ": saved, but the folder could not be synced: a power cut may "
                               "bring back the old file");
  return receipt;
}

}  // namespace libgrid
