"""The offline viewer: what its page holds, and what it must not hold."""

import json
import re

import numpy as np
import pytest
import shapely
from libgrid.viewer.layers import scale_of, shapes_of, values_of

import libgrid as lg


@pytest.fixture(scope="module")
def town():
    return lg.datasets.load("town")


def data_of(viewer) -> dict:
    text = re.search(r'<script id="data" type="application/json">(.*?)</script>', viewer.html, re.S)[1]
    return json.loads(text)


def layer_of(viewer, name):
    return next(layer for layer in data_of(viewer)["layers"] if layer["name"] == name)


def test_shapes_come_back_within_five_centimetres():
    shape = shapely.Polygon(
        [(1000.04, 2000), (1500.26, 2000), (1500, 2700.7)], [[(1200, 2050), (1300, 2050), (1250, 2100)]]
    )
    (parts,) = shapes_of([shape], (1000.0, 2000.0))
    for part, ring in zip(parts, shapely.get_rings(shape), strict=True):
        back = np.cumsum(np.array(part).reshape(-1, 2), axis=0) / 10 + (1000, 2000)
        assert np.abs(back - shapely.get_coordinates(ring)[:-1]).max() <= 0.05 + 1e-9


def test_missing_and_infinite_values_are_null_and_texts_stay():
    assert values_of(np.array([1.5, np.nan, np.inf])) == [1.5, None, None]
    assert values_of(["a", None]) == ["a", None]


def test_classes_are_round_and_cover_the_middle():
    scale = scale_of([float(v) for v in range(101)])
    assert scale["breaks"] == sorted(scale["breaks"]) and len(scale["palette"]) == len(scale["breaks"]) + 1
    assert all(b % 10 == 0 for b in scale["breaks"])


def test_every_grid_that_holds_blocks_is_on_the_page_with_its_team(town):
    grids = layer_of(town.explore(lang="en"), "grids")
    told = {field["title"]: field["values"] for field in grids["fields"]}
    used = np.unique(town.plan.labels[town.plan.labels >= 0])
    assert told["grid"] == list(town.ids("grids")[used])
    assert told["team"] == list(town.column("grids", "team_id")[used])
    assert grids["columns"][0]["colours"] and len(grids["shapes"]) == len(used)


def test_an_assessment_colours_by_its_answers_in_minutes_and_per_cent(town):
    result = lg.assess(town)
    columns = {c["name"]: c["values"] for c in layer_of(result.explore(lang="en"), "grids")["columns"]}
    table = result.by_grid().set_index("grid_id")
    ids = layer_of(result.explore(lang="en"), "grids")["fields"][0]["values"]
    expected = table.loc[ids, "response_mean_s"].to_numpy() / 60
    np.testing.assert_allclose(np.array(columns["response_mean_s"], float), expected, rtol=1e-5)
    assert {"access_covered_share", "boundary_cost_s", "load", "size"} <= set(columns)


def test_households_are_dots_only_where_asked_and_say_nothing(town):
    assert "households" not in {layer["name"] for layer in data_of(town.explore())["layers"]}
    shown = town.explore(households=True)
    dots = layer_of(shown, "households")
    assert dots["fields"] == [] and dots["columns"] == []
    assert len(dots["shapes"]) == int(town.column("households", "inside").sum())
    assert not any(str(h) in shown.html for h in town.ids("households")[:50])


def test_the_page_forbids_itself_every_request(town):
    page = town.explore().html
    assert "default-src 'none'" in page
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert "内部" in page


def test_a_name_cannot_become_a_script(town):
    grids = town.grids
    grids.loc[0, "name"] = "</script><script>alert(1)</script>"
    page = town.replace(grids=grids).explore(title="<b>x</b>").html
    assert "<script>alert" not in page and "<b>x</b>" not in page


def test_the_page_is_written_whole_and_errors_name_the_file(town, tmp_path):
    path = town.plan.explore(lang="en").save(tmp_path / "deep" / "town.html")
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    (tmp_path / "file").write_text("x")
    with pytest.raises(lg.IoError, match="nothing was changed"):
        town.explore().save(tmp_path / "file" / "town.html")


def test_a_notebook_shows_the_page_in_a_frame_of_its_own(town):
    shown = town.explore()._repr_html_()
    assert shown.startswith("<iframe sandbox=") and "srcdoc=" in shown and shown.count("<canvas") == 0


def test_another_language_and_an_empty_area_are_refused(town):
    with pytest.raises(lg.InvalidInput, match="lang must be one of zh, en"):
        town.explore(lang="fr")
    with pytest.raises(lg.InvalidInput, match="nothing with a place"):
        lg.StudyArea.from_frames(crs="EPSG:4544").explore()
