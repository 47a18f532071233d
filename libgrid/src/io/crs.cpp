#include "libgrid/io/crs.hpp"

#include <memory>

#include <cpl_conv.h>
#include <ogr_spatialref.h>

#include "gdal_session.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

constexpr int kSureMatch = 90;  // of 100: the same but for the name

std::string to_wkt(const OGRSpatialReference& srs) {
  char* text = nullptr;
  const char* const wkt1[] = {"FORMAT=WKT1_GDAL", nullptr};
  const char* const wkt2[] = {"FORMAT=WKT2_2019", nullptr};
  if (srs.exportToWkt(&text, wkt1) != OGRERR_NONE || text == nullptr || *text == '\0') {
    CPLFree(text);
    text = nullptr;
    srs.exportToWkt(&text, wkt2);
  }
  std::string out = text == nullptr ? "" : text;
  CPLFree(text);
  return out;
}

std::string code_of(const OGRSpatialReference& srs) {
  const auto* name = srs.GetAuthorityName(nullptr);
  const auto* code = srs.GetAuthorityCode(nullptr);
  if (name != nullptr && code != nullptr) return std::string{name} + ":" + code;
  // A .prj file names no authority: accept the one CRS that it surely is.
  int count = 0;
  int* confidence = nullptr;
  auto* matches = srs.FindMatches(nullptr, &count, &confidence);
  std::string found;
  if (count > 0 && confidence[0] >= kSureMatch && (count == 1 || confidence[1] < confidence[0]))
    found = code_of(*OGRSpatialReference::FromHandle(matches[0]));
  OSRFreeSRSArray(matches);
  CPLFree(confidence);
  return found;
}

}  // namespace

CrsFacts describe_crs(const std::string& text) {
  const GdalSession session;
  OGRSpatialReference srs;
  const bool plain = text.find('\0') == std::string::npos && !text.empty();
  require(plain && srs.SetFromUserInput(
                       text.c_str(), OGRSpatialReference::SET_FROM_USER_INPUT_LIMITATIONS_get()) ==
                       OGRERR_NONE,
          [&] {
            return "\"" + text.substr(0, 80) +
                   "\" names no coordinate reference system; write it like \"EPSG:4544\" or as WKT";
          });
  CrsFacts facts;
  facts.axis_note = srs.EPSGTreatsAsLatLong() != 0
                        ? "the authority writes latitude first; libgrid uses longitude first"
                    : srs.EPSGTreatsAsNorthingEasting() != 0
                        ? "the authority writes northing first; libgrid uses easting first"
                        : "";
  srs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  facts.wkt = to_wkt(srs);
  facts.code = code_of(srs);
  facts.name = srs.GetName() == nullptr ? "" : srs.GetName();
  facts.is_projected = srs.IsProjected() != 0;
  facts.is_geographic = srs.IsGeographic() != 0;
  if (facts.is_projected) facts.metres_per_unit = srs.GetLinearUnits();
  return facts;
}

}  // namespace libgrid
