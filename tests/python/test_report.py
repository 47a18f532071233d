"""The report: complete in two languages, well formed, and closed to a reader who subtracts."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from libgrid.plot.base import nice_length
from libgrid.report import (
    ReportFacts,
    picture_svg,
    public_edition,
    render_report,
    response_curve,
    terms,
    words,
)
from libgrid.report.scales import minutes_scale, share_scale
from libgrid.report.suppress import FEW, Hidden
from report_town import CRS, make_town

EDITIONS = [(lang, audience) for lang in ("zh", "en") for audience in ("office", "public")]
COUNTS = (
    "people",
    "covered",
    "uncovered",
    "unreachable",
    "uncertain",
    "response_uncovered",
    "residents",
    "panel_signed",
    "households",
    "size",
    "n_in",
    "accepted",
    "repaired",
    "set_aside",
)


@pytest.fixture(scope="module")
def town() -> ReportFacts:
    return make_town(30, 1000, 5)


@pytest.fixture(scope="module")
def small() -> ReportFacts:
    return make_town(12, 400, 3)


@pytest.fixture(scope="module")
def pages(town) -> dict:
    return {edition: render_report(town, lang=edition[0], audience=edition[1]) for edition in EDITIONS}


def _pictures(page: str) -> list[ET.Element]:
    return [ET.fromstring(part) for part in re.findall(r"<svg.*?</svg>", page, flags=re.S)]


def _visible(page: str) -> str:
    return re.sub(r"<[^>]*>", "\n", re.sub(r"<style.*?</style>", "", page, flags=re.S))


@pytest.mark.parametrize("edition", EDITIONS)
def test_page_is_well_formed_with_six_described_pictures(pages, edition):
    page = pages[edition]
    ET.fromstring(page.replace("<!DOCTYPE html>", ""))
    pictures = _pictures(page)
    assert len(pictures) == 6
    for picture in pictures:
        tags = [child.tag.rpartition("}")[2] for child in picture[:2]]
        assert tags == ["title", "desc"]
        assert all(child.text.strip() for child in picture[:2])
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


@pytest.mark.parametrize("edition", EDITIONS)
def test_page_loads_nothing_and_runs_nothing(pages, edition):
    page = pages[edition].replace('xmlns="http://www.w3.org/2000/svg"', "")
    for word in ("http", "<script", "<link", "<img", "@import", "src=", "href=", "javascript:", "<iframe"):
        assert word not in page.lower(), word
    assert not re.search(r"\son\w+=", page)


@pytest.mark.parametrize("edition", EDITIONS)
def test_names_are_escaped_everywhere(edition):
    evil = "<script>alert('{}')</script>\"&"
    facts = make_town(20, 800, 3, rename={"grid": evil, "team": evil, "site": evil})
    facts = replace(facts, title=evil, place=evil, made_on=evil, crs=evil, assumed=[evil], versions={evil: evil})
    page = render_report(facts, lang=edition[0], audience=edition[1])
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    ET.fromstring(page.replace("<!DOCTYPE html>", ""))
    ET.fromstring(picture_svg(facts, lang=edition[0]))


def test_households_are_never_named(pages):
    for page in pages.values():
        assert "HOUSE-" not in page


def test_catalogue_is_complete_and_its_fields_agree():
    used = set()
    for key, pair in (words.PAGE | terms.TERMS).items():
        assert len(pair) == 2 and all(pair), key
        fields = [sorted(re.findall(r"{(\w+)}", text)) for text in pair]
        assert fields[0] == fields[1], key
        used.add(key)
    assert not set(words.PAGE) & set(terms.TERMS)
    for name in terms.DEFINITIONS:
        assert {f"def.{name}", f"def.{name}.text", f"def.{name}.source"} <= used


@pytest.mark.parametrize("audience", ["office", "public"])
def test_chinese_headings_hold_no_english_and_the_other_way_round(pages, audience):
    def headings(page):
        return re.findall(r"<(?:h1|h2|h3|th|summary|title|desc)\b[^>]*>(.*?)</", page, flags=re.S)

    assert not [text for text in headings(pages["zh", audience]) if re.search(r"[A-Za-z]{2}", text)]
    assert not [text for text in headings(pages["en", audience]) if re.search(r"[\u4e00-\u9fff]", text)]


def test_headline_cards_and_stamps_are_as_given(town, pages):
    page = _visible(pages["zh", "office"])
    for figure in town.headline.values():
        assert f"{figure['value']:,}" in page
    assert "内部" in page and "假定" in page and "公开" in _visible(pages["zh", "public"])
    assert "internal" in pages["en", "office"] and ">public<" in pages["en", "public"]


def test_missing_parts_are_said_plainly():
    facts = make_town(12, 300, 2)
    grids = facts.grids[["grid_id", "geometry"]]
    bare = ReportFacts(title="t", place="p", made_on="d", crs=CRS, grids=grids, headline={"teams_over": None})
    for lang, phrase in (("zh", "尚无团队"), ("en", "this place has no teams")):
        for audience in ("office", "public"):
            page = render_report(bare, lang=lang, audience=audience)
            assert phrase in page
            assert _visible(page).count({"zh": "未提供", "en": "not asked here"}[lang]) >= 5
            assert not _pictures(page)


@pytest.mark.parametrize(
    "field",
    [
        "roads",
        "water",
        "sites",
        "gaps",
        "households",
        "access_groups",
        "response_groups",
        "response_by_team",
        "access_by_site",
        "curve",
        "teams",
        "balance",
        "plan_change",
        "issues",
        "ledger",
        "parameters",
    ],
)
def test_any_part_may_be_missing(small, field):
    for audience in ("office", "public"):
        assert render_report(replace(small, **{field: None}), lang="en", audience=audience)


def test_unknown_language_and_audience_are_refused(town):
    with pytest.raises(ValueError, match="zh, en"):
        render_report(town, lang="fr")
    with pytest.raises(ValueError, match="office, public"):
        render_report(town, audience="everyone")


def _frames(facts: ReportFacts):
    for name in (
        "grids",
        "gaps",
        "access_groups",
        "response_groups",
        "response_by_team",
        "access_by_site",
        "teams",
        "ledger",
    ):
        frame = getattr(facts, name)
        if frame is not None:
            yield name, frame


@pytest.mark.parametrize("seed", range(4))
def test_public_edition_shows_no_small_count_and_none_by_subtraction(seed):
    facts = make_town(25, 500, 4, seed=seed)
    public = public_edition(facts)
    few = 0
    for name, frame in _frames(public):
        for column in (c for c in COUNTS if c in frame):
            shown = [value for value in frame[column] if not isinstance(value, Hidden)]
            assert not [v for v in shown if 0 < v < 10], (name, column)
            few += sum(value is FEW for value in frame[column])
    assert few > 5
    for groups in (public.access_groups, public.response_groups, public.response_by_team):
        for _, row in groups.iterrows():
            cells = [row["people"], row["covered"], row["uncovered"]]
            assert sum(isinstance(value, Hidden) for value in cells) != 1
            if any(isinstance(value, Hidden) for value in cells):
                assert isinstance(row["covered_share"], Hidden)
    whole = {
        name: dict(zip(frame["group"], frame["people"], strict=True))
        for name, frame in (("access", public.access_groups), ("response", public.response_groups))
    }
    for column, total in (("people", whole["access"]["all"]), ("residents", whole["access"]["all"])):
        frame = public.grids if column == "people" else public.teams
        hidden = [value for value in frame[column] if isinstance(value, Hidden)]
        assert isinstance(total, Hidden) or len(hidden) != 1


def _attack(cells, hidden, key):
    """The least and the largest value that a reader can give to a hidden cell (integer programme)."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    unknown = {k: i for i, k in enumerate(hidden)}
    rows, right = [], []
    for total, parts in cells.equations:
        row, known = np.zeros(len(unknown)), 0
        for k, sign in [(total, 1), *((part, -1) for part in parts)]:
            if k in unknown:
                row[unknown[k]] += sign
            else:
                known -= sign * cells.values[k]
        if row.any():
            rows.append(row)
            right.append(known)
    low, high = np.zeros(len(unknown)), np.full(len(unknown), np.inf)
    for k, i in unknown.items():
        if k not in cells.virtual:
            low[i], high[i] = (1, 9) if hidden[k] is FEW else (0, np.inf)
    bounds, aim = [], np.zeros(len(unknown))
    aim[unknown[key]] = 1
    for sign in (1, -1):
        answer = milp(
            sign * aim,
            integrality=np.ones(len(unknown)),
            bounds=Bounds(low, high),
            constraints=LinearConstraint(np.array(rows), right, right) if rows else (),
        )
        bounds.append(answer.x[unknown[key]] if answer.x is not None else np.inf)
    return bounds


@pytest.mark.parametrize("seed", range(12))
def test_no_reader_can_compute_a_small_cell_of_a_table_with_totals(seed):
    from libgrid.report.suppress import Cells

    rng = np.random.default_rng(seed)
    table = rng.choice([0, 1, 3, 7, 12, 19, 40, 200], (rng.integers(2, 6), rng.integers(2, 5)))
    cells = Cells()
    height, width = table.shape
    for (i, j), value in np.ndenumerate(table):
        cells.add((i, j), value)
    for i in range(height):
        cells.add((i, "sum"), table[i].sum())
        cells.tie((i, "sum"), [(i, j) for j in range(width)])
    for j in range(width):
        cells.add(("sum", j), table[:, j].sum())
        cells.tie(("sum", j), [(i, j) for i in range(height)])
    hidden = cells.hide()
    assert all(key in hidden for key, value in cells.values.items() if 0 < value < 10)
    for key in (key for key in hidden if 0 < cells.values[key] < 10):
        low, high = _attack(cells, hidden, key)
        assert high - low >= 1, (table, key)


def test_a_table_without_small_cells_is_left_alone():
    from libgrid.report.suppress import Cells

    cells = Cells()
    for key, value in (("all", 50), ("a", 20), ("b", 30), ("c", 0)):
        cells.add(key, value)
    cells.tie("all", ["a", "b", "c"])
    assert not cells.hide()


def test_public_edition_leaves_out_what_points_home(town, pages):
    public = public_edition(town)
    assert public.households is None and public.plan_change is None
    assert all(value is not FEW for value in public.gaps["people"])
    assert len(public.gaps) == (town.gaps["people"] >= 10).sum()
    assert "subtracting" in pages["en", "public"]
    assert "lies outside" in pages["en", "office"] and "lies outside" not in pages["en", "public"]
    for frame in (public.grids, public.response_groups):
        for column in (c for c in ("own_team_min", "boundary_cost_min", "mean_s", "p90_s") if c in frame):
            values = [v for v in frame[column] if not isinstance(v, Hidden) and v == v]
            assert all(v % (60 if column.endswith("_s") else 1) == 0 for v in values)
    assert "h0" in pages["en", "office"] and "h0m" not in pages["en", "public"]


def test_office_edition_shows_every_grid_outside_the_norm_before_the_fold(town, pages):
    section = pages["en", "office"].split("5. Grids")[1].split("<details>")[0]
    outside = town.grids[~town.grids["within_norm"]].head(10)
    assert all(f"<td>{name}</td>" in section for name in outside["name"][:5])


def test_maps_of_a_large_place_stay_small():
    page = render_report(make_town(270, 16000, 14), lang="zh", audience="office")
    assert len(page.encode()) < 1_500_000


def test_same_facts_give_the_same_page(town, pages):
    assert render_report(town, lang="zh", audience="public") == pages["zh", "public"]


def test_colours_follow_inclusive_thresholds():
    words_en = words.Words("en")
    scale = minutes_scale(np.linspace(3, 22, 50), words_en, "x", 10.0)
    assert 10.0 in scale.breaks
    at, over = scale.colour([10.0, 10.01])
    assert scale.colours.index(over) == scale.colours.index(at) + 1
    share = share_scale(words_en, "x")
    assert share.colour([0.8])[0] == share.colour([0.85])[0] != share.colour([0.79])[0]
    assert scale.colour([np.nan])[0] not in scale.colours
    assert scale.colour([np.inf])[0] == scale.colours[-1]


def test_curve_counts_a_time_equal_to_a_minute_and_keeps_the_unreachable_in_the_total():
    curve = response_curve([4.0, 10.0, np.inf], [4.0, 5.0, 6.0], [1, 1, 2], step_min=1, until_min=10)
    assert curve["own_share"].iloc[[3, 4, 9, 10]].tolist() == [0, 0.25, 0.25, 0.5]
    assert curve["nearest_share"].iloc[-1] == 1


def test_curve_of_the_public_edition_hides_its_ends():
    town = make_town(20, 800, 3)
    share = 1 - 3 / town.headline["people_beyond_response"]["total"]
    curve = pd.DataFrame(
        {
            "minutes": [0, 0.5, 1, 2],
            "own_share": [0, 0.3, 1 - share, share],
            "nearest_share": [0, 0.4, 0.5, 1],
        }
    )
    shown = public_edition(replace(town, curve=curve)).curve
    assert shown["minutes"].tolist() == [0, 1, 2]
    assert shown["own_share"].tolist() == [0, 0, 1]


@pytest.mark.parametrize("length, bar", [(734, 500), (200, 200), (99, 50), (1, 1), (4999, 2000)])
def test_scale_bar_is_round(length, bar):
    assert nice_length(length) == bar


def test_paths_do_not_drift():
    from libgrid.report import svg

    points = np.column_stack([np.arange(2000) * 0.14, np.arange(2000) * 0.06])
    numbers = re.findall(r"-?\d*\.?\d+", svg.path([points]))
    end = np.array(numbers, dtype=float).reshape(-1, 2).sum(axis=0)
    assert np.allclose(end, points[-1], atol=0.05 + 1e-9)


def test_cover_picture_is_a_file_of_its_own(town):
    root = ET.fromstring(picture_svg(town, lang="en").encode())
    assert root.tag.endswith("svg") and root.get("viewBox")


def test_notebook_pictures_return_axes(town):
    import matplotlib

    matplotlib.use("Agg")
    from libgrid import plot

    grids = gpd.GeoDataFrame({"v": [1.0, np.nan]}, geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    assert plot.plot_map(grids, "v", gaps=grids.iloc[:1], roads=grids.boundary.to_frame("geometry")).collections
    assert plot.plot_load(town.teams).get_xlabel()
    lines = plot.plot_curve({"own": [1, 2, np.inf], "near": [1, 1, 1]}, [1, 1, 2]).lines
    assert max(lines[0].get_ydata()) == 50
