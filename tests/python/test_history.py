"""Former generations of a study area's file: kept, listed, opened, and never lost to a second saver."""

import datetime

import pandas as pd
import pytest
from conftest import line_town
from libgrid.cli import app
from typer.testing import CliRunner

import libgrid as lg


@pytest.fixture
def area():
    return lg.StudyArea.from_frames(**line_town(), crs="EPSG:4544")


def with_usual(area, n):
    return area.replace(households=area.households.assign(n_usual=n))


def test_an_older_state_is_listed_opened_and_made_the_newest(area, tmp_path):
    path = tmp_path / "town.gpkg"
    area.save(path)
    with_usual(area, 5).save(path, note="census", when="2026-03-01T09:00:00", overwrite=True)
    later = with_usual(lg.open_study_area(path), 6)
    later.save(path, when=datetime.datetime(2026, 4, 1, 1, tzinfo=datetime.UTC))
    table = lg.history(path)
    assert table["generation"].tolist() == [1, 2, 3] and table["present"].tolist() == [False, False, True]
    assert table["note"].tolist() == ["", "census", ""]
    assert table["saved_at"].tolist()[1:] == ["2026-03-01T09:00:00", "2026-04-01T01:00:00Z"]
    assert table["changed"].tolist()[1:] == ["households", "households"]
    old = lg.open_study_area(path, generation=1)
    pd.testing.assert_frame_equal(pd.DataFrame(old.households), pd.DataFrame(area.households))
    old.save(path, note="back")
    assert (lg.open_study_area(path).households["n_usual"] == area.households["n_usual"]).all()
    assert lg.history(path)["generation"].tolist() == [1, 2, 3, 4]
    with pytest.raises(lg.IoError, match=r"no generation 9 .* 1, 2, 3, 4"):
        lg.open_study_area(path, generation=9)


def test_the_second_saver_is_told_and_loses_nothing(area, tmp_path):
    path = tmp_path / "town.gpkg"
    area.save(path)
    mine, theirs = lg.open_study_area(path), lg.open_study_area(path)
    with_usual(theirs, 7).save(path)
    before = path.read_bytes()
    with pytest.raises(lg.IoError, match="changed since it was opened"):
        with_usual(mine, 8).save(path)
    assert path.read_bytes() == before
    with_usual(mine, 8).save(path, overwrite=True)
    assert (lg.open_study_area(path, generation=2).households["n_usual"] == 7).all()
    assert (lg.open_study_area(path).households["n_usual"] == 8).all()


def test_one_user_saves_as_often_as_they_like(area, tmp_path):
    path = tmp_path / "town.gpkg"
    for n in (3, 4, 4, 5):
        area = with_usual(area, n)
        area.save(path)
    assert lg.history(path)["generation"].tolist() == [1, 2, 3]


def test_saving_over_with_a_stated_time_gives_the_same_bytes(area, tmp_path):
    for name in ("a.gpkg", "b.gpkg"):
        area.save(tmp_path / name, when="2026-01-01")
        with_usual(area, 9).save(tmp_path / name, when="2026-01-02", overwrite=True)
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_history_is_bounded(area, tmp_path):
    path = tmp_path / "town.gpkg"
    for n in range(1, 8):
        area = with_usual(area, n)
        area.save(path, keep=3)
    assert lg.history(path)["generation"].tolist() == [4, 5, 6, 7]
    for keep in (-1, True, 1.5):
        with pytest.raises(lg.InvalidInput, match="keep"):
            area.save(path, keep=keep)


def test_a_file_of_another_program_is_not_replaced_unasked(area, tmp_path):
    path = tmp_path / "qgis.gpkg"
    line_town()["blocks"].to_file(path, layer="blocks")
    opened = lg.open_study_area(path)
    with pytest.raises(lg.IoError, match="another program"):
        opened.save(path)
    assert lg.history(path).empty
    opened.save(path, overwrite=True)
    assert lg.history(path)["generation"].tolist() == [1]


def test_an_accepted_edit_is_saved_and_stays_in_the_history(area, tmp_path):
    import sqlite3

    path = tmp_path / "town.gpkg"
    area.save(path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE households SET n_usual = 7 WHERE household_id = 'h0'")
    with pytest.raises(lg.IoError, match="edited elsewhere"):
        with_usual(area, 2).save(path)
    edited = lg.open_study_area(path, edited=True)
    with_usual(edited, 3).save(path)
    assert lg.open_study_area(path, generation=1).households["n_usual"][0] == 7


def test_a_time_that_is_none_is_refused(area, tmp_path):
    with pytest.raises(lg.InvalidInput, match="ISO"):
        area.save(tmp_path / "a.gpkg", when="yesterday")
    assert not list(tmp_path.iterdir())


def test_from_the_command_line(area, tmp_path):
    path = tmp_path / "town.gpkg"
    area.save(path)
    with_usual(area, 5).save(path, note="census")
    shown = CliRunner().invoke(app, ["history", str(path)])
    assert shown.exit_code == 0 and "census" in shown.output
    assert CliRunner().invoke(app, ["history", str(path), "--restore", "1"]).exit_code == 0
    assert (lg.open_study_area(path).households["n_usual"] == area.households["n_usual"]).all()
