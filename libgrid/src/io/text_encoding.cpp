#include "text_encoding.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <optional>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr const char* kUtf8 = "UTF-8";
constexpr const char* kChinese = "GB18030";
constexpr std::size_t kLongestCharacter = 4;  // bytes, in UTF-8 and in GB18030

std::optional<std::string> decoded(std::string_view bytes, const std::string& encoding) {
  if (encoding == kUtf8) return is_utf8(bytes) ? std::optional{std::string{bytes}} : std::nullopt;
  if (bytes.empty()) return std::string{};
  const std::string copy{bytes};
  CPLErrorReset();
  CPLPushErrorHandler(CPLQuietErrorHandler);
  const std::unique_ptr<char, decltype(&CPLFree)> text{
      CPLRecode(copy.c_str(), encoding.c_str(), CPL_ENC_UTF8), &CPLFree};
  CPLPopErrorHandler();
  const bool good = text != nullptr && CPLGetLastErrorType() == CE_None && is_utf8(text.get());
  CPLErrorReset();
  return good ? std::optional{std::string{text.get()}} : std::nullopt;
}

/// A name, without the bytes of a last character that was cut.
std::optional<std::string> decoded_name(std::string_view bytes, const std::string& encoding) {
  for (std::size_t cut = 0; cut < kLongestCharacter && cut < std::max<std::size_t>(bytes.size(), 1);
       ++cut)
    if (auto name = decoded(bytes.substr(0, bytes.size() - cut), encoding)) return name;
  return std::nullopt;
}

bool all_utf8(const VectorLayer& layer) {
  return std::all_of(layer.table.columns.begin(), layer.table.columns.end(), [](const auto& c) {
    const auto* texts = std::get_if<TextValues>(&c.values);
    return decoded_name(c.name, kUtf8) && (texts == nullptr || find_invalid_utf8(*texts) < 0);
  });
}

}  // namespace

std::string encoding_named(std::string_view label) {
  std::string plain;
  for (const unsigned char c : label)
    if (std::isalnum(c) != 0) plain += static_cast<char>(std::toupper(c));
  if (plain == "UTF8" || plain == "65001" || plain == "CP65001") return kUtf8;
  constexpr std::array kNames{"GBK",   "GB2312",     "GB18030", "CP936",    "936",  "ANSI936",
                              "MS936", "WINDOWS936", "EUCCN",   "GB231280", "XGBK", "OEM936"};
  if (std::find(kNames.begin(), kNames.end(), plain) != kNames.end()) return kChinese;
  std::string upper{label};
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  return upper;
}

void decode_texts(VectorLayer& layer, std::string_view label, const std::string& file) {
  const auto encoding =
      label.empty() ? std::string{all_utf8(layer) ? kUtf8 : kChinese} : encoding_named(label);
  layer.encoding = encoding;
  layer.encoding_guessed = label.empty() && encoding != kUtf8;
  const auto fail = [&](const std::string& where) {
    throw IoError{file + ": " + where + ": the text is not " + encoding +
                  "; say its encoding (encoding=\"GB18030\", …)"};
  };
  for (auto& column : layer.table.columns) {
    const auto name = decoded_name(column.name, encoding);
    if (!name) fail("the name of a column");
    column.name = *name;
    auto* texts = std::get_if<TextValues>(&column.values);
    if (texts == nullptr || (encoding == kUtf8 && find_invalid_utf8(*texts) < 0)) continue;
    TextValues out;
    std::vector<std::int64_t> bad;
    for (std::size_t i = 0; i + 1 < texts->begin.size(); ++i) {
      const auto text = decoded(texts->at(i), encoding);
      if (!text) bad.push_back(static_cast<std::int64_t>(i));
      out.push_back(text.value_or(std::string{}));
    }
    if (!bad.empty()) fail("column \"" + column.name + "\", rows " + list_rows(bad));
    *texts = std::move(out);
  }
}

}  // namespace libgrid
