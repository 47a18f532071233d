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
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF"))
    fail("the text is UTF-16; save it as \"CSV UTF-8\"");
  const auto first =
      head.find_first_not_of(head.starts_with("\xEF\xBB\xBF") ? "\xEF\xBB\xBF \t\r\n" : " \t\r\n");
  if (first != std::string::npos && head[first] == '{') return "GeoJSON";
  const auto extension = lower_extension(path);
  if (extension == ".csv" || extension == ".tsv" || extension == ".txt") return "CSV";
  fail("not a GeoJSON, Shapefile, CSV, FlatGeobuf or GeoPackage file; convert it to one of these");
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

bool states_encoding(const fs::path& path, const std::string& driver) {
  if (driver == "CSV") return false;
  if (driver != "ESRI Shapefile") return true;
  if (!sibling(path, ".cpg").empty()) return true;
  const auto header = head_of(sibling(path, ".dbf"), 0, 32);
  const auto language = header.size() < 32 ? 0 : static_cast<unsigned char>(header[29]);
  return language == 77 ||
         language == 122;  // CP936; other bytes mean Latin code pages that nobody set on purpose
}

}  // namespace libgrid
