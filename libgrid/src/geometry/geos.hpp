#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <geos_c.h>

#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// One GEOS handle for one thread and one call; remembers the last error text. Coordinates are
/// millimetres.
class GeosContext {
 public:
  struct Free {
    GEOSContextHandle_t handle;
    void operator()(GEOSGeometry* g) const { GEOSGeom_destroy_r(handle, g); }
  };
  using Geometry = std::unique_ptr<GEOSGeometry, Free>;

  GeosContext();
  ~GeosContext();
  GeosContext(const GeosContext&) = delete;
  GeosContext& operator=(const GeosContext&) = delete;

  [[nodiscard]] GEOSContextHandle_t handle() const { return handle_; }
  [[nodiscard]] const std::string& error() const { return error_; }
  /// Takes ownership; may hold null, which is how GEOS reports a failure.
  [[nodiscard]] Geometry own(GEOSGeometry* g) const { return {g, Free{handle_}}; }
  /// Throws GeometryError with `what` and GEOS's words when `g` is null.
  [[nodiscard]] Geometry checked(GEOSGeometry* g, const char* what) const;

  [[nodiscard]] Geometry line(std::span<const Point> points) const;
  [[nodiscard]] Geometry multi_polygon(const PolygonSet& polygons, std::int64_t polygon) const;
  [[nodiscard]] Geometry collect(int type, std::span<Geometry> items) const;

 private:
  [[nodiscard]] Geometry ring(std::span<const Point> points) const;
  static void remember(const char* message, void* self);
  GEOSContextHandle_t handle_;
  std::string error_;
};

/// Appends the polygons inside `g` as parts of one more polygon, rounded to whole millimetres.
void append_polygon(const GeosContext& geos, const GEOSGeometry* g, PolygonColumns& columns);

/// The vertices of a line or ring, rounded to whole millimetres.
[[nodiscard]] std::vector<Point> points_from(const GeosContext& geos, const GEOSGeometry* line);

}  // namespace libgrid
