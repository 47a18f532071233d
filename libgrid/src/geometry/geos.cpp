#include "geos.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "libgrid/base/error.hpp"

namespace libgrid {

GeosContext::GeosContext() : handle_{GEOS_init_r()} {
  GEOSContext_setErrorMessageHandler_r(handle_, &remember, this);
}

GeosContext::~GeosContext() { GEOS_finish_r(handle_); }

void GeosContext::remember(const char* message, void* self) {
  static_cast<GeosContext*>(self)->error_ = message;
}

GeosContext::Geometry GeosContext::checked(GEOSGeometry* g, const char* what) const {
  if (g == nullptr) throw GeometryError{std::string{what} + ": " + error_};
  return own(g);
}

namespace {

GEOSCoordSequence* sequence_of(GEOSContextHandle_t handle, std::span<const Point> points) {
  std::vector<double> xy;
  xy.reserve(2 * points.size());
  for (const auto p : points) {
    xy.push_back(p.x_mm);
    xy.push_back(p.y_mm);
  }
  return GEOSCoordSeq_copyFromBuffer_r(handle, xy.data(), static_cast<unsigned>(points.size()), 0,
                                       0);
}

}  // namespace

GeosContext::Geometry GeosContext::line(std::span<const Point> points) const {
  return checked(GEOSGeom_createLineString_r(handle_, sequence_of(handle_, points)), "line");
}

GeosContext::Geometry GeosContext::ring(std::span<const Point> points) const {
  return checked(GEOSGeom_createLinearRing_r(handle_, sequence_of(handle_, points)), "ring");
}

GeosContext::Geometry GeosContext::multi_polygon(const PolygonSet& polygons,
                                                 std::int64_t polygon) const {
  std::vector<Geometry> parts;
  const auto range = polygons.parts_of(polygon);
  for (auto part = range.begin; part < range.end; ++part) {
    const auto rings = polygons.rings_of_part(part);
    auto shell = ring(polygons.ring(rings.begin));
    std::vector<GEOSGeometry*> holes;
    for (auto r = rings.begin + 1; r < rings.end; ++r)
      holes.push_back(ring(polygons.ring(r)).release());
    parts.push_back(checked(GEOSGeom_createPolygon_r(handle_, shell.release(), holes.data(),
                                                     static_cast<unsigned>(holes.size())),
                            "polygon"));
  }
  return collect(GEOS_MULTIPOLYGON, parts);
}

GeosContext::Geometry GeosContext::collect(int type, std::span<Geometry> items) const {
  std::vector<GEOSGeometry*> raw;
  raw.reserve(items.size());
  for (auto& item : items) raw.push_back(item.release());
  return checked(
      GEOSGeom_createCollection_r(handle_, type, raw.data(), static_cast<unsigned>(raw.size())),
      "collection");
}

std::vector<Point> points_from(const GeosContext& geos, const GEOSGeometry* line) {
  const auto* sequence = GEOSGeom_getCoordSeq_r(geos.handle(), line);
  unsigned size = 0;
  GEOSCoordSeq_getSize_r(geos.handle(), sequence, &size);
  std::vector<double> xy(2 * std::size_t{size});
  GEOSCoordSeq_copyToBuffer_r(geos.handle(), sequence, xy.data(), 0, 0);
  std::vector<Point> points;
  points.reserve(size);
  for (std::size_t k = 0; k < size; ++k)
    points.push_back({static_cast<std::int32_t>(std::llround(xy[2 * k])),
                      static_cast<std::int32_t>(std::llround(xy[2 * k + 1]))});
  return points;
}

void append_polygon(const GeosContext& geos, const GEOSGeometry* g, PolygonColumns& columns) {
  const auto add_ring = [&](const GEOSGeometry* ring) {
    const auto points = points_from(geos, ring);
    columns.points.insert(columns.points.end(), points.begin(), points.end());
    columns.point_begin.push_back(std::ssize(columns.points));
  };
  const auto add = [&](const auto& self, const GEOSGeometry* item) -> void {
    if (item == nullptr || GEOSisEmpty_r(geos.handle(), item) == 1) return;
    const int type = GEOSGeomTypeId_r(geos.handle(), item);
    if (type == GEOS_POLYGON) {
      add_ring(GEOSGetExteriorRing_r(geos.handle(), item));
      const int holes = GEOSGetNumInteriorRings_r(geos.handle(), item);
      for (int h = 0; h < holes; ++h) add_ring(GEOSGetInteriorRingN_r(geos.handle(), item, h));
      columns.ring_begin.push_back(std::ssize(columns.point_begin) - 1);
    } else if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
      const int count = GEOSGetNumGeometries_r(geos.handle(), item);
      for (int k = 0; k < count; ++k) self(self, GEOSGetGeometryN_r(geos.handle(), item, k));
    }
  };
  add(add, g);
  columns.part_begin.push_back(std::ssize(columns.ring_begin) - 1);
}

}  // namespace libgrid
