import doctest
import subprocess
import sys

import geopandas as gpd
import pandas as pd
import pytest
from conftest import line_town

import libgrid as lg
from libgrid import files


@pytest.fixture
def area():
    return lg.StudyArea.from_frames(**line_town(), crs="EPSG:4544")


def test_what_is_saved_comes_back(area, tmp_path):
    area.save(tmp_path / "town.gpkg")
    back = lg.open_study_area(tmp_path / "town.gpkg")
    for name in ("blocks", "households", "grids", "sites", "teams", "sessions", "roads"):
        pd.testing.assert_frame_equal(
            pd.DataFrame(area.layer(name).drop(columns="geometry", errors="ignore")),
            pd.DataFrame(back.layer(name).drop(columns="geometry", errors="ignore")),
            check_dtype=False,
        )
    assert back.blocks.geometry.geom_equals(area.blocks.geometry).all()
    assert (back.points("households") == area.points("households")).all()
    assert back.frame_origin == area.frame_origin and back.crs == area.crs


def test_saving_twice_gives_the_same_bytes(area, tmp_path):
    area.save(tmp_path / "a.gpkg")
    lg.open_study_area(tmp_path / "a.gpkg").save(tmp_path / "b.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_other_programs_can_read_it(area, tmp_path):
    area.save(tmp_path / "town.gpkg")
    grids = gpd.read_file(tmp_path / "town.gpkg", layer="grids")
    assert grids.crs == "EPSG:4544" and grids.set_index("grid_id").geometry["W"].area == pytest.approx(30_000)


def test_a_file_of_another_program_can_be_opened(tmp_path):
    frames = line_town()
    for name in ("blocks", "households", "sites", "roads"):
        frames[name].to_file(tmp_path / "qgis.gpkg", layer=name)
    area = lg.open_study_area(tmp_path / "qgis.gpkg")
    assert len(area.households) == 6 and area.crs == "EPSG:4544"


def test_a_file_edited_elsewhere_is_opened_only_when_that_is_meant(area, tmp_path):
    path = tmp_path / "town.gpkg"
    area.save(path)
    import sqlite3

    with sqlite3.connect(path) as db:
        db.execute("UPDATE households SET n_usual = 7 WHERE household_id = 'h0'")
    with pytest.raises(lg.IoError, match="households"):
        lg.open_study_area(path)
    assert lg.open_study_area(path, edited=True).households["n_usual"][0] == 7


def test_files_that_are_none(tmp_path):
    with pytest.raises(OSError):
        lg.open_study_area(tmp_path / "absent.gpkg")
    (tmp_path / "text.gpkg").write_text("not a database")
    with pytest.raises(lg.IoError):
        lg.open_study_area(tmp_path / "text.gpkg")
    line_town()["roads"].to_file(tmp_path / "x.gpkg", layer="something")
    with pytest.raises(lg.InvalidInput, match="none of the layers"):
        lg.open_study_area(tmp_path / "x.gpkg")


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_file_without_a_crs_names_the_layer_and_gives_a_hint(tmp_path):
    households = line_town()["households"].set_crs(None, allow_override=True)
    households.to_file(tmp_path / "naked.gpkg", layer="households")
    with pytest.raises(lg.InvalidInput, match=r"households: the layer has no CRS \(.*EPSG:4544"):
        lg.open_study_area(tmp_path / "naked.gpkg")


def test_layers_in_different_crs_are_refused_not_mixed(tmp_path):
    frames = line_town()
    frames["blocks"].to_file(tmp_path / "mixed.gpkg", layer="blocks")
    frames["households"].to_crs("EPSG:4543").to_file(tmp_path / "mixed.gpkg", layer="households")
    with pytest.raises(lg.InvalidInput, match="another CRS"):
        lg.open_study_area(tmp_path / "mixed.gpkg")


def test_importing_libgrid_does_not_load_gdal():
    code = "import libgrid; print('libgdal.so.3' in open('/proc/self/maps').read())"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "False"
    )


def test_docstrings():
    assert doctest.testmod(files).failed == 0
