#include "vector_sniff.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <fstream>
#include <string_view>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadBytes = 512;

std::string lower_extension(const fs::path& path) {
  auto text = path.extension().string();
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string head_of(const fs::path& path, std::streamoff from = 0, std::size_t size = kHeadBytes) {
  std::ifstream in{path, std::ios::binary};
  in.seekg(from);
  std::string head(size, '\0');
  in.read(head.data(), static_cast<std::streamsize>(size));
  head.resize(static_cast<std::size_t>(in.gcount()));
  return head;
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return value;
}

}  // namespace

std::string sniff_driver(const fs::path& path) {
  const auto head = head_of(path);
  const auto fail = [&](const char* what) { throw IoError{path.string() + ": " + what}; };
  if (head.empty()) fail("the file is empty");
  if (head.starts_with("SQLite format 3")) return "GPKG";
  if (head.starts_with("fgb\x03")) return "FlatGeobuf";
  if (head.size() > 4 && head.compare(0, 4, std::string{"\0\0\x27\x0a", 4}) == 0)
    return "ESRI Shapefile";
  if (head.starts_with("PK\x03\x04")) return "ZIP";
  if (head.starts_with("PAR1")) return "Parquet";
  if (head.starts_with("\x1f\x8b")) return "GZIP";
  if (head.starts_with("\xD0\xCF\x11\xE0"))
    fail("an Excel file of before 2007 (.xls); save it as .xlsx");
  if (head.substr(0, 32).find("OSMHeader") != std::string::npos) return "OSM PBF";
  const auto extension = lower_extension(path);
  const bool text = extension == ".csv" || extension == ".tsv" || extension == ".txt";
  if (text && (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF"))) return "CSV";
  const auto first =
      head.find_first_not_of(head.starts_with("\xEF\xBB\xBF") ? "\xEF\xBB\xBF \t\r\n" : " \t\r\n");
  if (first != std::string::npos && head[first] == '{') return "GeoJSON";
  if (first != std::string::npos && head[first] == '<') {
    if (head.find("<kml") != std::string::npos || extension == ".kml") return "KML";
    fail("an XML file that is no KML; convert it to GeoPackage");
  }
  if (text) return "CSV";
  fail(
      "of no known format; GeoPackage, Shapefile, GeoJSON, FlatGeobuf, CSV, Excel (.xlsx), "
      "GeoParquet, KML, zipped Shapefile and OSM PBF are read");
  return {};
}

fs::path sibling(const fs::path& path, const char* extension) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{path.parent_path(), ignored})
    if (entry.path().stem() == path.stem() && lower_extension(entry.path()) == extension)
      return entry.path();
  return {};
}

void check_shapefile(const fs::path& path) {
  const auto fail = [&](const std::string& what) { throw IoError{path.string() + ": " + what}; };
  const auto dbf = sibling(path, ".dbf");
  const auto shx = sibling(path, ".shx");
  if (dbf.empty())
    fail("the .dbf file with the attributes is missing; copy all parts of the Shapefile");
  if (shx.empty()) fail("the .shx file is missing; copy all parts of the Shapefile");
  const auto header = head_of(dbf, 0, 32);
  if (header.size() < 32) fail("the .dbf file is cut short");
  const std::uint64_t records = little_endian(header, 4);
  const std::uint64_t shapes =
      (fs::file_size(shx) - std::min<std::uint64_t>(fs::file_size(shx), 100)) / 8;
  if (records != shapes)
    fail("the .dbf file has " + std::to_string(records) + " records for " + std::to_string(shapes) +
         " shapes; export it again");
}

std::string stated_encoding(const fs::path& path) {
  if (const auto cpg = sibling(path, ".cpg"); !cpg.empty()) {
    auto label = head_of(cpg, 0, 64);
    const auto first = label.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    const auto last = label.find_last_not_of(" \t\r\n");
    if (first != std::string::npos && first <= last) return label.substr(first, last - first + 1);
  }
  const auto header = head_of(sibling(path, ".dbf"), 0, 32);
  const auto language = header.size() < 32 ? 0 : static_cast<unsigned char>(header[29]);
  // Other bytes mean Latin code pages that nobody set on purpose.
  return language == 77 || language == 122 ? "CP936" : "";
}

}  // namespace libgrid
