"""Study areas in their file, spoilt: cut, flipped, locked, lied about. Each function returns the path."""

import contextlib
import sqlite3

import foreign_gpkg
from conftest import CRS, line_town
from towns import blocks_town

import libgrid as lg


def saved(folder):
    path = folder / "town.gpkg"
    lg.StudyArea.from_frames(**line_town(), crs=CRS).save(path)
    return path


def cut(folder, share):
    path = saved(folder)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    return path


def flipped(folder):
    """One bit of a letter in a household's id."""
    path = saved(folder)
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"h3")] ^= 1
    path.write_bytes(raw)
    return path


def page_zeroed(folder):
    path = saved(folder)
    raw = bytearray(path.read_bytes())
    size = int.from_bytes(raw[16:18], "big")
    page = raw.index(b"h3") // size * size
    raw[page : page + size] = bytes(size)
    path.write_bytes(raw)
    return path


def foreign(folder):
    path = folder / "town.gpkg"
    foreign_gpkg.write(path, blocks_town())
    return path


def _change(path, *statements):
    with contextlib.closing(sqlite3.connect(path)) as db:
        for sql in statements:
            db.execute(sql)
        db.commit()
    return path


def half_an_index(folder):
    """An R-tree that knows only the first half of the blocks."""
    path = foreign(folder)
    return _change(
        path,
        "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, "
        "definition TEXT NOT NULL, scope TEXT NOT NULL)",
        "INSERT INTO gpkg_extensions VALUES ('blocks','geom','gpkg_rtree_index','http://www.geopackage.org','write-only')",
        "CREATE VIRTUAL TABLE rtree_blocks_geom USING rtree(id, minx, maxx, miny, maxy)",
        "INSERT INTO rtree_blocks_geom SELECT fid, 0, 1, 0, 1 FROM blocks WHERE fid <= 3",
    )


def endless_view(folder):
    path = foreign(folder)
    return _change(
        path,
        "CREATE VIEW trap AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS fid FROM n",
        "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('trap', 'attributes')",
    )


def with_trigger(folder):
    path = foreign(folder)
    return _change(
        path, "CREATE TRIGGER trap AFTER INSERT ON households BEGIN DELETE FROM households; DELETE FROM blocks; END"
    )


def lying_count(folder):
    path = foreign(folder)
    return _change(
        path,
        "CREATE TABLE gpkg_ogr_contents (table_name TEXT PRIMARY KEY, feature_count INTEGER)",
        "INSERT INTO gpkg_ogr_contents VALUES ('households', 999999999999)",
    )


def wrong_header(folder, byte, value):
    """A byte of the GeoPackage header of the third block's geometry."""
    path = foreign(folder)
    with contextlib.closing(sqlite3.connect(path)) as db:
        (blob,) = db.execute("SELECT geom FROM blocks WHERE fid = 3").fetchone()
        blob = bytearray(blob)
        blob[byte] = value
        db.execute("UPDATE blocks SET geom = ? WHERE fid = 3", (bytes(blob),))
        db.commit()
    return path


def future_version(folder):
    path = saved(folder)
    return _change(path, "UPDATE libgrid_meta SET value = '99.0.0' WHERE key = 'min_reader'")


# -- what is done with a file -------------------------------------------------------------------------------------


def open_area(path) -> str:
    lg.open_study_area(path)
    return "opened"


def count_rows(path) -> list:
    area = lg.open_study_area(path)
    return [len(area.blocks), len(area.households)]


def rows_of_blocks(path) -> list:
    """Blocks taken, and row and code of those set aside."""
    area = lg.open_study_area(path)
    return [len(area.blocks), area.set_aside["blocks"][["row", "code"]].to_numpy().tolist()]


def save_over(path) -> list:
    """Replace another program's file, triggers and all, by a copy of its content."""
    area = lg.open_study_area(path)
    twin = path.with_name("twin.gpkg")
    twin.write_bytes(path.read_bytes())
    area.save(twin, overwrite=True)
    return count_rows(twin)


def save_beside_a_journal(path):
    area = lg.open_study_area(path)
    path.with_name(path.name + "-journal").write_bytes(b"x" * 600)
    try:
        area.save(path)
    finally:
        path.with_name(path.name + "-journal").unlink()


def save_twice(path):
    one, two = lg.open_study_area(path), lg.open_study_area(path)
    one.replace(teams=one.teams.assign(name="A")).save(path)
    before = path.read_bytes()
    try:
        two.replace(teams=two.teams.assign(name="B")).save(path)
    finally:
        assert path.read_bytes() == before
        path.write_bytes(before)


def save_through_a_link(path) -> list:
    link = path.with_name("link.gpkg")
    link.symlink_to(path)
    area = lg.open_study_area(link)
    area.save(link)
    return [link.is_symlink(), count_rows(path)]


def save_into_no_folder(path):
    lg.open_study_area(path).save(path.parent / "nowhere" / "town.gpkg")


def save_with_long_name(path):
    lg.open_study_area(path).save(path.with_name("网" * 100 + ".gpkg"))


def open_while_locked(path):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        try:
            lg.open_study_area(path)
        finally:
            other.execute("ROLLBACK")
