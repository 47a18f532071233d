#include "gdal_session.hpp"

#include <cctype>
#include <mutex>
#include <string>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_http.h>
#include <gdal_frmts.h>
#include <ogr_srs_api.h>
#include <ogrsf_frmts.h>

#include "libgrid/io/table.hpp"

namespace libgrid {
namespace {

constexpr std::size_t kKept = 20;  // messages of a kind; a broken file may raise one a row

/// What GDAL quotes from a file may be a person's name or illness: quoted parts go, and so do
/// digits of over five places, which may be a number of a person.
std::string without_quotes(const std::string& message) {
  std::string out;
  char open = 0;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const char c = message[i];
    const bool starts_word =
        i == 0 || std::isalnum(static_cast<unsigned char>(message[i - 1])) == 0;
    if (open != 0) {
      if (c == open) {
        out += c;
        open = 0;
      }
      continue;
    }
    out += c;
    // An apostrophe within a word ("doesn't") opens nothing.
    if (c == '"' || c == '`' || (c == '\'' && starts_word)) {
      open = c == '`' ? '\'' : c;
      out += "…";
    }
    digits = std::isdigit(static_cast<unsigned char>(c)) != 0 ? digits + 1 : 0;
    if (digits > 5) out.back() = '*';
  }
  return out;
}

void collect(CPLErr level, CPLErrorNum, const char* message) {
  auto* log = static_cast<GdalSession::Log*>(CPLGetErrorHandlerUserData());
  auto* list = level == CE_Failure || level == CE_Fatal ? &log->failures
               : level == CE_Warning                    ? &log->warnings
                                                        : nullptr;
  if (list == nullptr || list->size() >= kKept) return;
  auto text = without_quotes(message);
  // GDAL quotes from files that may hold anything; our messages are UTF-8.
  if (!is_utf8(text))
    for (auto& c : text)
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  list->push_back(std::move(text));
}

/// A result with an error, never null: null would let the request through.
CPLHTTPResult* refuse(const char* url, CSLConstList, GDALProgressFunc, void*, CPLHTTPFetchWriteFunc,
                      void*, void* data) {
  static_cast<GdalSession::Log*>(data)->refused_url = url == nullptr ? "?" : url;
  auto* result = static_cast<CPLHTTPResult*>(CPLCalloc(1, sizeof(CPLHTTPResult)));
  result->nStatus = 1;
  result->pszErrBuf = CPLStrdup("no network access");
  return result;
}

}  // namespace

void prepare_gdal() {
  static std::once_flag once;
  std::call_once(once, [] {
    // A stray PROJ_DATA of another program would otherwise choose the database.
    const char* const paths[] = {LIBGRID_PROJ_DATA, nullptr};
    OSRSetPROJSearchPaths(paths);
    OSRSetPROJEnableNetwork(0);
    RegisterOGRShape();
    RegisterOGRGeoJSON();
    RegisterOGRFlatGeobuf();
    GDALRegister_GTiff();
    GDALRegister_AAIGrid();
  });
}

GdalSession::GdalSession() {
  prepare_gdal();
  CPLPushErrorHandlerEx(&collect, &log_);
  CPLHTTPPushFetchCallback(&refuse, &log_);
}

GdalSession::~GdalSession() {
  CPLHTTPPopFetchCallback();
  CPLPopErrorHandler();
}

std::string GdalSession::failure() const {
  if (!log_.refused_url.empty())
    return "it asks for " + log_.refused_url.substr(0, 200) +
           ", and libgrid fetches nothing from a network";
  return log_.failures.empty() ? std::string{} : log_.failures.front();
}

}  // namespace libgrid
