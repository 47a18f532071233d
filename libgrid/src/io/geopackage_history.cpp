#include "geopackage_history.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <sys/stat.h>

#include "geopackage_schema.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/io/history.hpp"

namespace libgrid {
namespace {

constexpr std::size_t kPartBytes = 16'000'000;  // below the 64 MB that a careful reader allows

MetaRows parse_meta(std::string_view text, const GeoPackageSource& source) {
  MetaRows rows;
  while (!text.empty()) {
    const auto key = text.substr(0, text.find('\0'));
    text.remove_prefix(std::min(text.size(), key.size() + 1));
    const auto end = text.find('\0');
    if (end == std::string_view::npos) source.fail("a former generation is damaged");
    rows.emplace(key, text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return rows;
}

/// Seals generations and versions in order; both readers and writers feed it the same way.
class Seal {
 public:
  void add(const FormerGeneration& former) {
    text_ += std::to_string(former.number) + '\0' + former.saved_at + '\0' + meta_text(former.meta);
  }
  void add(const std::string& hash, const PackedTable& packed) {
    text_ += hash + '\0' + std::to_string(packed.raw_size) + '\0' + content_hash(packed.bytes);
  }
  [[nodiscard]] std::string value() const { return content_hash(text_); }

 private:
  std::string text_;
};

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string meta_text(const MetaRows& rows) {
  std::string all;
  for (const auto& [key, value] : rows) all += key + '\0' + value + '\0';
  return all;
}

bool is_sealed(MetaRows rows) {
  const auto stored = rows.extract(kMetaHashKey);
  return !stored.empty() && stored.mapped() == content_hash(meta_text(rows));
}

std::vector<std::string> layers_of(const MetaRows& rows) {
  std::vector<std::string> names;
  const auto listed = rows.find("layers");
  std::string_view order =
      listed == rows.end() ? std::string_view{} : std::string_view{listed->second};
  while (!order.empty()) {
    names.emplace_back(order.substr(0, order.find('\n')));
    order.remove_prefix(std::min(order.size(), names.back().size() + 1));
  }
  return names;
}

std::int64_t generation_of(const MetaRows& rows) {
  const auto found = rows.find("generation");
  std::int64_t number = 1;
  if (found != rows.end())
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), number);
  return number;
}

std::string file_time(const std::filesystem::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  struct tm parts {};
  ::gmtime_r(&found.st_mtime, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string seal_of(const FileHistory& history) {
  if (history.empty()) return {};
  Seal seal;
  for (const auto& former : history.generations) seal.add(former);
  for (const auto& [hash, packed] : history.versions) seal.add(hash, packed);
  return seal.value();
}

FileHistory read_file_history(const GeoPackageSource& source, const std::string& seal,
                              bool keep_versions) {
  FileHistory history;
  if (seal.empty()) return history;
  const auto damaged = [&] {
    source.fail(
        "the former generations are not what was saved: the file is damaged or was edited "
        "elsewhere; take a backup copy, or read it without the check of hashes, which leaves them "
        "out");
  };
  if (!source.has_table(kHistoryTable) || !source.has_table(kVersionsTable)) damaged();
  Seal found;
  Statement generations{
      source.file(), "SELECT generation, saved_at, meta FROM libgrid_history ORDER BY generation"};
  while (generations.step()) {
    history.generations.push_back({.number = generations.integer(0),
                                   .saved_at = std::string{generations.text(1)},
                                   .meta = parse_meta(as_text(generations.blob(2)), source)});
    found.add(history.generations.back());
  }
  std::string hash;
  PackedTable packed;
  const auto finish = [&] {
    if (hash.empty()) return;
    found.add(hash, packed);
    if (keep_versions) history.versions.emplace(hash, std::move(packed));
    packed = {};
  };
  Statement versions{
      source.file(),
      "SELECT hash, part, raw_size, content FROM libgrid_versions ORDER BY hash, part"};
  std::int64_t part = 0;
  while (versions.step()) {
    if (versions.text(0) != hash) {
      finish();
      hash = versions.text(0);
      part = 0;
    }
    if (versions.integer(1) != part++) damaged();
    packed.raw_size = versions.integer(2);
    packed.bytes += as_text(versions.blob(3));
  }
  finish();
  if (found.value() != seal) damaged();
  return history;
}

void write_file_history(const SqliteFile& file, const FileHistory& history) {
  if (history.empty()) return;
  file.execute(kHistorySchema);
  for (const auto& former : history.generations) {
    Statement insert{file, "INSERT INTO libgrid_history VALUES (?,?,?)"};
    const auto meta = meta_text(former.meta);
    insert.bind(1, former.number);
    insert.bind(2, std::string_view{former.saved_at});
    insert.bind_blob(3, meta);
    insert.step();
  }
  for (const auto& [hash, packed] : history.versions) {
    std::string_view rest{packed.bytes};
    for (std::int64_t part = 0; part == 0 || !rest.empty(); ++part) {
      Statement insert{file, "INSERT INTO libgrid_versions VALUES (?,?,?,?)"};
      const auto piece = rest.substr(0, kPartBytes);
      rest.remove_prefix(piece.size());
      insert.bind(1, std::string_view{hash});
      insert.bind(2, part);
      insert.bind(3, packed.raw_size);
      insert.bind_blob(4, piece);
      insert.step();
    }
  }
}

std::vector<Generation> read_history(const std::filesystem::path& path, const RunControl& run) {
  const GeoPackageSource source{path, run};
  const auto rows = source.read_meta_rows();
  if (!rows) return {};
  if (!is_sealed(*rows))
    source.fail(
        "libgrid_meta does not have the content that was saved: the file is damaged or was edited "
        "elsewhere");
  const auto seal = rows->find(kHistoryKey);
  auto history = read_file_history(source, seal == rows->end() ? "" : seal->second, false);
  const auto said = [](const MetaRows& meta, const char* key) {
    const auto found = meta.find(key);
    return found == meta.end() ? std::string{} : found->second;
  };
  history.generations.push_back(
      {.number = generation_of(*rows), .saved_at = said(*rows, "saved_at"), .meta = *rows});
  std::vector<Generation> out;
  const MetaRows* before = nullptr;
  for (const auto& former : history.generations) {
    Generation one{.generation = former.number,
                   .saved_at = former.saved_at.empty() ? file_time(path) : former.saved_at,
                   .note = said(former.meta, "saved_note"),
                   .changed = {},
                   .is_present = false};
    auto names = layers_of(former.meta);
    if (before != nullptr)
      for (auto& gone : layers_of(*before))
        if (std::find(names.begin(), names.end(), gone) == names.end())
          names.push_back(std::move(gone));
    for (const auto& name : names) {
      const auto key = kHashPrefix + name;
      if (before == nullptr || said(former.meta, key.c_str()) != said(*before, key.c_str()))
        one.changed.push_back(name);
    }
    out.push_back(std::move(one));
    before = &former.meta;
  }
  out.back().is_present = true;
  return out;
}

}  // namespace libgrid
