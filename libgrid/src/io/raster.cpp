#include "libgrid/io/raster.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <memory>
#include <string_view>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include "atomic_file.hpp"
#include "gdal_session.hpp"
#include "libgrid/base/error.hpp"
#include "libgrid/io/crs.hpp"
#include "path_gate.hpp"

namespace libgrid {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kRowsAtOnce = 256;
constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();

struct DatasetCloser {
  void operator()(GDALDatasetH dataset) const { GDALClose(dataset); }
};
using Dataset = std::unique_ptr<void, DatasetCloser>;

void require_no_failure(const GdalSession& session, const fs::path& path, const char* what) {
  if (const auto failure = session.failure(); !failure.empty())
    throw IoError{path.string() + ": cannot be " + what + " (" + failure + ")"};
}

const char* driver_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::string head(16, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  const std::string_view view{head};
  for (const std::string_view magic : {std::string_view{"II*\0", 4}, std::string_view{"MM\0*", 4},
                                       std::string_view{"II+\0", 4}, std::string_view{"MM\0+", 4}})
    if (view.starts_with(magic)) return "GTiff";
  std::string lower{view.substr(0, 5)};
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower == "ncols" || lower == "nrows") return "AAIGrid";
  throw IoError{path.string() + ": not a GeoTIFF or an ASCII grid; convert it to GeoTIFF"};
}

struct Window {
  std::int64_t column;
  std::int64_t row;
  std::int64_t columns;
  std::int64_t rows;
};

Window window_of(const Raster& whole, const RasterReadOptions& options, const fs::path& path) {
  Window w{0, 0, whole.columns, whole.rows};
  if (options.bounds) {
    const auto& [west, south, east, north] = *options.bounds;
    require(west < east && south < north,
            [] { return std::string{"bounds must be west < east, south < north"}; });
    const auto clamp = [](double v, std::int64_t most) {
      return static_cast<std::int64_t>(std::clamp(v, 0.0, static_cast<double>(most)));
    };
    w.column = clamp(std::floor((west - whole.x0) / whole.cell_x), whole.columns);
    w.row = clamp(std::floor((whole.y0 - north) / whole.cell_y), whole.rows);
    w.columns = clamp(std::ceil((east - whole.x0) / whole.cell_x), whole.columns) - w.column;
    w.rows = clamp(std::ceil((whole.y0 - south) / whole.cell_y), whole.rows) - w.row;
    require(w.columns > 0 && w.rows > 0, [&] {
      return path.string() + ": the bounds do not meet the raster; are they in its CRS?";
    });
  }
  if (w.rows > 0 && w.columns > options.most_cells / w.rows)
    throw IoError{path.string() + ": " + std::to_string(w.rows) + " × " +
                  std::to_string(w.columns) + " cells are over the limit of " +
                  std::to_string(options.most_cells) + "; give bounds"};
  return w;
}

void place(Raster& raster, GDALDatasetH dataset, const fs::path& path) {
  std::array<double, 6> t{};
  if (GDALGetGeoTransform(dataset, t.data()) != CE_None)
    throw IoError{path.string() + ": the raster has no place on the ground (no geotransform)"};
  if (t[2] != 0 || t[4] != 0 || !(t[1] > 0) || !(t[5] < 0))
    throw IoError{path.string() + ": the raster is rotated or mirrored; warp it north-up first"};
  raster.x0 = t[0];
  raster.y0 = t[3];
  raster.cell_x = t[1];
  raster.cell_y = -t[5];
  if (const char* wkt = GDALGetProjectionRef(dataset)) raster.crs_wkt = wkt;
}

}  // namespace

Raster read_raster(const fs::path& path, const RasterReadOptions& options, const RunControl& run) {
  const auto file = gate_for_reading(path);
  const char* const drivers[] = {driver_of(file), nullptr};
  GdalSession session;
  CPLStringList siblings;
  siblings.AddString(file.filename().c_str());
  const Dataset dataset{GDALOpenEx(file.c_str(),
                                   GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                                   drivers, nullptr, siblings.List())};
  require_no_failure(session, path, "read");
  if (!dataset) throw IoError{path.string() + ": cannot be read as a raster"};
  require(options.band >= 1 && options.band <= GDALGetRasterCount(dataset.get()), [&] {
    return path.string() + ": has " + std::to_string(GDALGetRasterCount(dataset.get())) +
           " bands, there is no band " + std::to_string(options.band);
  });
  Raster raster{.rows = GDALGetRasterYSize(dataset.get()),
                .columns = GDALGetRasterXSize(dataset.get()),
                .values = {},
                .crs_wkt = {}};
  place(raster, dataset.get(), path);
  const auto window = window_of(raster, options, path);
  raster.x0 += static_cast<double>(window.column) * raster.cell_x;
  raster.y0 -= static_cast<double>(window.row) * raster.cell_y;
  raster.rows = window.rows;
  raster.columns = window.columns;
  raster.values.resize(static_cast<std::size_t>(window.rows * window.columns));

  auto* band = GDALGetRasterBand(dataset.get(), options.band);
  int has_nodata = 0;
  const auto nodata = GDALGetRasterNoDataValue(band, &has_nodata);
  run.begin(window.rows);
  for (std::int64_t row = 0; row < window.rows; row += kRowsAtOnce) {
    const auto n = std::min(kRowsAtOnce, window.rows - row);
    const auto failed =
        GDALRasterIO(band, GF_Read, static_cast<int>(window.column),
                     static_cast<int>(window.row + row), static_cast<int>(window.columns),
                     static_cast<int>(n), raster.values.data() + row * window.columns,
                     static_cast<int>(window.columns), static_cast<int>(n), GDT_Float64, 0, 0);
    require_no_failure(session, path, "read whole");
    if (failed != CE_None) throw IoError{path.string() + ": cannot be read whole"};
    run.advance(n);
  }
  const auto single = GDALGetRasterDataType(band) == GDT_Float32;
  for (auto& v : raster.values)
    if (!std::isfinite(v) ||
        (has_nodata != 0 && (v == nodata || (single && v == static_cast<float>(nodata)))))
      v = kNan;
  return raster;
}

void write_raster(const fs::path& path, const Raster& raster, const std::string& crs,
                  const RunControl& run) {
  require(raster.rows > 0 && raster.columns > 0 && raster.cell_x > 0 && raster.cell_y > 0 &&
              raster.values.size() == static_cast<std::size_t>(raster.rows * raster.columns) &&
              std::max(raster.rows, raster.columns) < std::numeric_limits<int>::max(),
          [] { return std::string{"raster: rows, columns, cells and values do not fit"}; });
  const auto wkt = describe_crs(crs).wkt;
  const auto target = gate_for_writing(path);
  AtomicFile file{target, static_cast<std::int64_t>(raster.values.size() * sizeof(float)) + 65'536};
  {
    GdalSession session;
    auto* driver = GDALGetDriverByName("GTiff");
    if (driver == nullptr) throw IoError{"this GDAL has no GeoTIFF driver"};
    CPLStringList options;
    options.SetNameValue("COMPRESS", "DEFLATE");
    options.SetNameValue("PREDICTOR", "3");
    options.SetNameValue("TILED", "YES");
    Dataset dataset{GDALCreate(driver, file.path().c_str(), static_cast<int>(raster.columns),
                               static_cast<int>(raster.rows), 1, GDT_Float32, options.List())};
    require_no_failure(session, path, "written");
    if (!dataset) throw IoError{path.string() + ": cannot be written"};
    std::array<double, 6> t{raster.x0, raster.cell_x, 0, raster.y0, 0, -raster.cell_y};
    GDALSetGeoTransform(dataset.get(), t.data());
    GDALSetProjection(dataset.get(), wkt.c_str());
    auto* band = GDALGetRasterBand(dataset.get(), 1);
    GDALSetRasterNoDataValue(band, kNan);
    run.begin(raster.rows);
    for (std::int64_t row = 0; row < raster.rows; row += kRowsAtOnce) {
      const auto n = std::min(kRowsAtOnce, raster.rows - row);
      // GDAL's signature asks for a buffer that it could write to; GF_Write only reads it.
      auto* from = const_cast<double*>(raster.values.data()) + row * raster.columns;
      const auto failed =
          GDALRasterIO(band, GF_Write, 0, static_cast<int>(row), static_cast<int>(raster.columns),
                       static_cast<int>(n), from, static_cast<int>(raster.columns),
                       static_cast<int>(n), GDT_Float64, 0, 0);
      if (failed != CE_None) break;
      run.advance(n);
    }
    GDALFlushCache(dataset.get());
    dataset.reset();
    require_no_failure(session, path, ("written" + file.space_note()).c_str());
  }
  file.replace_target();
}

}  // namespace libgrid
