"""A layer in pieces: the rows of the whole, whatever the size of a piece."""

import sqlite3

import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

import libgrid as lg
from libgrid import io


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    place = tmp_path_factory.mktemp("stream") / "town.gpkg"
    lg.datasets.load("town").save(place)
    return place


@pytest.mark.parametrize("layer", ["households", "roads", "blocks", "teams"])
@pytest.mark.parametrize("rows", [7, 100_000])
def test_pieces_are_the_rows_of_the_whole(path, layer, rows):
    whole = io.read_tables(path)[0][layer]
    with io.LayerStream(path, layer, rows=rows) as stream:
        assert stream.crs == ("" if whole.kind == "none" else "EPSG:4544")
        assert stream.row_count == len(whole) and stream.columns == list(whole.frame.columns)
        pieces = list(stream)
        assert list(stream) == []  # it stays at its end
    begins = np.cumsum([0, *map(len, pieces)])
    assert [piece.begin for piece in pieces] == begins[:-1].tolist() and begins[-1] == len(whole)
    assert_frame_equal(pd.concat([piece.frame for piece in pieces], ignore_index=True), whole.frame)
    if whole.kind == "point":
        xy = np.concatenate([piece.xy for piece in pieces])
        assert (xy == shapely.get_coordinates(whole.geometry)).all()
    elif whole.kind != "none":
        assert (np.concatenate([piece.geometry for piece in pieces]) == whole.geometry).all()


def test_only_the_columns_asked_come(path):
    with io.LayerStream(path, "households", columns=["household_id"], with_geometry=False) as stream:
        piece = next(iter(stream))
    assert piece.frame.columns.tolist() == ["household_id"] and piece.kind == "none" and len(piece.xy) == 0
    with pytest.raises(lg.InvalidInput, match='"households" has no column "huhao"'):
        io.LayerStream(path, "households", columns=["huhao"])
    with pytest.raises(lg.IoError, match='no layer "homes"; it holds'):
        io.LayerStream(path, "homes")


def test_the_file_stays_as_it_is_while_it_is_read(path):
    with io.LayerStream(path, "households", rows=10) as stream:
        next(iter(stream))
        other = sqlite3.connect(path, timeout=0)
        other.execute("DELETE FROM teams")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.commit()
        other.close()
    with pytest.raises(lg.IoError, match="max_rows"):
        io.LayerStream(path, "households", limits=lg.ReadLimits(max_rows=3))
