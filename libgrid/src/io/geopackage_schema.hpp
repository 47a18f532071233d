#pragma once

#include <cstdint>

namespace libgrid {

inline constexpr std::int64_t kGpkgApplicationId = 0x47504B47;    // "GPKG"
inline constexpr std::int64_t kGpkg10ApplicationId = 0x47503130;  // "GP10"
inline constexpr std::int64_t kGpkg11ApplicationId = 0x47503131;  // "GP11"
inline constexpr std::int64_t kGpkgVersion = 10300;
inline constexpr std::int64_t kUndefinedCartesian = -1;
inline constexpr std::int64_t kOwnSrsId = 300'001;  // for a CRS without an EPSG code
inline constexpr const char* kMetaTable = "libgrid_meta";
inline constexpr const char* kHashPrefix = "hash:";
inline constexpr const char* kMetaHashKey = "hash";
inline constexpr const char* kHistoryKey = "history";  // its value seals the two tables below
inline constexpr const char* kHistoryTable = "libgrid_history";
inline constexpr const char* kVersionsTable = "libgrid_versions";

/// OGC 12-128r18 annex C. The DEFAULT of last_change is part of the standard's text; we always give
/// the value.
inline constexpr const char* kGpkgSchema = R"sql(
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE libgrid_meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system');
INSERT INTO gpkg_extensions VALUES
  ('libgrid_meta', NULL, 'libgrid_meta', 'docs/reference/geopackage.md of libgrid', 'read-write');
)sql";

/// Only in a file that has a history. `meta` is libgrid_meta as it was, `key NUL value NUL …`; a
/// version is a layer by its content hash, cut into parts that every SQLite can read.
inline constexpr const char* kHistorySchema = R"sql(
CREATE TABLE libgrid_history (generation INTEGER NOT NULL PRIMARY KEY, saved_at TEXT NOT NULL, meta BLOB NOT NULL);
CREATE TABLE libgrid_versions (hash TEXT NOT NULL, part INTEGER NOT NULL, raw_size INTEGER NOT NULL,
  content BLOB NOT NULL, CONSTRAINT pk_libgrid_versions PRIMARY KEY (hash, part));
INSERT INTO gpkg_extensions VALUES
  ('libgrid_history', NULL, 'libgrid_history', 'docs/reference/geopackage.md of libgrid', 'read-write'),
  ('libgrid_versions', NULL, 'libgrid_history', 'docs/reference/geopackage.md of libgrid', 'read-write');
)sql";

inline constexpr const char* kWgs84Wkt =
    R"(GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],)"
    R"(AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],)"
    R"(UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],)"
    R"(AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]])";

}  // namespace libgrid
