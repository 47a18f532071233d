"""Named plans live with the area, by id, through files and replaced layers."""

import numpy as np
import pandas as pd
import pytest
from conftest import line_town
from libgrid.cli import app
from libgrid.plan import Plan
from typer.testing import CliRunner

import libgrid as lg


@pytest.fixture
def area():
    return lg.StudyArea.from_frames(**line_town(), crs="EPSG:4544")


def mirrored(area):
    return Plan(area, area.plan.labels[::-1].copy(), "mirrored")


def test_a_plan_is_kept_under_a_name_and_the_area_stays_as_it_was(area):
    both = area.with_plan(mirrored(area)).with_plan(area.plan, name="现状")
    assert list(both.plans) == ["mirrored", "现状"] and not area.plans
    assert (both.plans["mirrored"].labels == area.plan.labels[::-1]).all()
    assert list(both.without_plan("mirrored").plans) == ["现状"]
    with pytest.raises(TypeError):
        both.plans["x"] = area.plan


@pytest.mark.parametrize("name", ["", "today", "TODAY ", "a\nb", "n" * 64, None])
def test_a_name_that_cannot_be_kept_apart_is_refused(area, name):
    plan = Plan(area, area.plan.labels, "today") if name is None else area.plan
    with pytest.raises(lg.InvalidInput, match="name"):
        area.with_plan(plan, name)


def test_unknown_names_and_strange_plans_are_refused(area):
    with pytest.raises(lg.InvalidInput, match="no plan is named"):
        area.without_plan("x")
    frames = line_town()
    frames["blocks"] = frames["blocks"].iloc[1:]
    other = lg.StudyArea.from_frames(**frames, crs="EPSG:4544")
    with pytest.raises(lg.InvalidInput, match="different blocks"):
        area.with_plan(other.plan, "x")


def test_plans_go_through_the_file_and_its_history(area, tmp_path):
    path = tmp_path / "town.gpkg"
    area.save(path)
    blank = area.plan.labels.copy()
    blank[0] = -1
    named = area.with_plan(mirrored(area)).with_plan(Plan(area, blank), "one block free")
    named.save(path)
    back = lg.open_study_area(path)
    assert list(back.plans) == ["mirrored", "one block free"]
    for name, plan in named.plans.items():
        assert (back.plans[name].labels == plan.labels).all() and back.plans[name].issues.ok
    assert not len(back.plans["one block free"].issues)
    assert not lg.open_study_area(path, generation=1).plans
    assert lg.history(path)["changed"].iloc[-1] == "plans"
    back.save(tmp_path / "other.gpkg")
    again = lg.open_study_area(tmp_path / "other.gpkg")
    assert all(again.plans[n].labels.tolist() == p.labels.tolist() for n, p in named.plans.items())


def test_a_plan_follows_its_blocks_by_id_when_layers_are_replaced(area):
    named = area.with_plan(mirrored(area))
    shuffled = named.replace(blocks=area.blocks.iloc[::-1].reset_index(drop=True))
    want = named.plans["mirrored"].frame.set_index("block_id")["grid_id"]
    got = shuffled.plans["mirrored"].frame.set_index("block_id")["grid_id"]
    pd.testing.assert_series_equal(got.sort_index(), want.sort_index())
    fewer = named.replace(blocks=area.blocks.iloc[1:])
    assert [f.code for f in fewer.plans["mirrored"].issues.found] == ["LG-L001"]
    assert np.array_equal(fewer.plans["mirrored"].labels, named.plans["mirrored"].labels[1:])


def test_a_named_plan_can_be_asked_for_on_the_command_line(area, tmp_path):
    path = tmp_path / "town.gpkg"
    area.with_plan(mirrored(area)).save(path)
    done = CliRunner().invoke(app, ["compare", str(path), "today", "mirrored", "--json"])
    assert done.exit_code == 0, done.output
    assert '"doctor_changed_households": 6' in done.output
