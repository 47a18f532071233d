"""Pictures: every result draws itself on the axes it is given and returns them; inline maps are small."""

import re

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from libgrid.inline_map import MOST_SHAPES, inline_map
from libgrid.plot._layers import tint_of

import libgrid as lg
from libgrid import plot

mpl.use("Agg")
import matplotlib.pyplot as plt


@pytest.fixture(scope="module")
def town():
    return lg.datasets.load("town")


@pytest.fixture(scope="module")
def result(town):
    return lg.assess(town)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def _texts(ax) -> str:
    legend = ax.get_legend()
    return " ".join(t.get_text() for t in [*ax.texts, *(legend.get_texts() if legend else [])])


def test_every_result_draws_on_the_axes_that_it_is_given(town, result):
    other = lg.compare_plans(town.plan, town.plan)
    drawn = [
        town.plot,
        town.plan.plot,
        result.plot,
        result.response.plot,
        result.access.plot,
        result.quality.plot,
        result.workload.plot,
        lg.measure_week(town).plot,
        lg.build_catchments(town).plot,
        lg.lorenz_curve([1, 2, 3]).plot,
        lg.measure_equity([1, 2, 3]).plot,
        lg.RoadNetwork.from_frame(town.roads, mode="walk").plot,
        lg.measure_containment(town).plot,
        other.plot,
    ]
    for draw in drawn:
        ax = plt.figure().add_subplot()
        assert draw(ax=ax) is ax, draw
        assert ax.has_data() or ax.images, draw
        plt.close(ax.figure)


@pytest.mark.parametrize("question", ["response", "access", "boundary", "load"])
def test_an_assessment_maps_each_question_with_a_scale_bar(result, question):
    ax = result.plot(question)
    assert any(re.fullmatch(r"\d+ k?m", t.get_text()) for t in ax.texts)
    assert any(artist.get_gid() == "scale bar" for artist in ax.get_children())


def test_an_assessment_refuses_a_question_that_nobody_asked(result):
    with pytest.raises(lg.InvalidInput, match="question must be one of response, access, boundary, load"):
        result.plot("hunger")


def test_the_scale_bar_is_as_long_as_it_says():
    blocks = gpd.GeoDataFrame({"v": [1.0]}, geometry=[shapely.box(0, 0, 3000, 2000)])
    ax = plot.plot_map(blocks, "v")
    bar = next(artist for artist in ax.get_children() if artist.get_gid() == "scale bar")
    shown = next(t.get_text() for t in ax.texts if t.get_text().endswith("m"))
    metres = float(shown.split()[0]) * (1000 if shown.endswith("km") else 1)
    assert np.ptp(bar.get_xdata()) == metres
    assert metres <= np.ptp(ax.get_xlim()) / 4


def test_neighbours_have_different_tints_and_equal_labels_the_same():
    squares = gpd.GeoSeries([shapely.box(c, r, c + 1, r + 1) for r in range(6) for c in range(6)])
    tint = tint_of(squares, np.arange(36))
    a, b = shapely.STRtree(squares.to_numpy()).query(squares.to_numpy(), predicate="touches")
    assert (tint[a] != tint[b]).all()
    rows = tint_of(squares, np.arange(36) // 6)
    assert all(len(set(rows[i : i + 6])) == 1 for i in range(0, 36, 6))
    assert (rows[:-6] != rows[6:]).all()


def test_a_change_tells_who_changes_doctor(town):
    labels = town.plan.labels.copy()
    team = town.column("grids", "team_id")
    mover = int(np.flatnonzero(labels >= 0)[0])
    stranger = next(g for g in np.unique(labels[labels >= 0]) if team[g] != team[labels[mover]])
    labels[mover] = stranger
    change = lg.compare_plans(town.plan, lg.Plan(town, labels))
    assert "doctor changes" in _texts(change.plot())
    assert list(change.blocks["old_team_id"]) == [team[town.plan.labels[mover]]]
    assert list(change.blocks["new_team_id"]) == [team[stranger]]


def test_bars_above_their_limit_have_another_colour():
    ax = plot.plot_bars(pd.Series({"a": 3.0, "b": 1.0}), limits=pd.Series({"a": 2.0, "b": 2.0}))
    assert ax.patches[0].get_facecolor() != ax.patches[1].get_facecolor()


def test_sizes_count_what_is_outside_the_norm_inclusively():
    assert plot.plot_sizes([29, 30, 100, 101, np.nan], lowest=30, highest=100).get_title().startswith("2 of 4")


def test_a_rescue_shows_the_hospital_preparing_beside_the_way():
    calls = pd.DataFrame(
        {
            "call_id": ["K1"], "call_min": [0.0], "departure_min": [1.0], "arrival_min": [10.0],
            "scene_end_min": [15.0], "at_hospital_min": [27.0], "hospital_ready_min": [21.0], "treated_min": [27.0],
        }
    )  # fmt: skip
    chain = lg.ResponseChain(calls, pd.DataFrame())
    ax = chain.plot("K1")
    ends = {
        label.get_text(): bar.get_x() + bar.get_width()
        for label, bar in zip(ax.get_yticklabels(), ax.patches, strict=True)
    }
    assert ends["hospital prepares 医院准备"] == 21 and ends["travel 路途"] == 10
    with pytest.raises(lg.InvalidInput, match="no call 'K9'"):
        chain.plot("K9")


def test_pictures_leave_the_readers_settings_alone(town):
    before = dict(mpl.rcParams)
    town.plot()
    assert dict(mpl.rcParams) == before


def test_nothing_with_a_place_is_refused():
    with pytest.raises(lg.InvalidInput, match="nothing with a place"):
        plot.plot_places(gpd.GeoSeries([None]))
    with pytest.raises(lg.InvalidInput, match="nothing with a place"):
        plot.plot_area()


def test_objects_show_a_small_map_in_a_notebook(town, result):
    for shown in (town, town.plan, result, lg.build_catchments(town)):
        page = shown._repr_html_()
        assert page.count("<svg") == 1 and len(page) < 60_000
        assert not any(str(h) in page for h in town.ids("households")[:50])


def test_an_inline_map_of_very_many_shapes_stays_small():
    many = [shapely.box(i % 200, i // 200, i % 200 + 1, i // 200 + 1) for i in range(MOST_SHAPES + 5_000)]
    assert len(inline_map(areas=many)) < 80_000
    assert inline_map(areas=[None, shapely.Polygon()]) == ""


def test_a_title_cannot_break_out_of_the_map():
    page = inline_map(areas=[shapely.box(0, 0, 1, 1)], title='"><script>alert(1)</script>')
    assert "<script" not in page


def test_a_weeks_sessions_and_a_days_rounds_draw_themselves(town):
    assert lg.measure_sessions(town).plot().images
    stops = pd.DataFrame(
        {
            "carer_id": ["A", "A", "B"],
            "stop_id": ["1", "2", "3"],
            "begin_min": [540, 580, 500],
            "leave_min": [570, 600, 530],
        }
    )
    ax = plot.plot_day(stops)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["A", "B"]
    assert [t.get_text() for t in ax.texts] == ["1", "2", "3"]
