"""The report's second half: two plans on one map, and the tables as an Excel workbook."""

import html
import re

import numpy as np
import openpyxl
import pytest
from libgrid.report import render_report, write_workbook
from libgrid.report.page import named_tables
from libgrid.report.words import Words
from libgrid.reporting import facts_of

import libgrid as lg


@pytest.fixture(scope="module")
def town():
    return lg.datasets.load("town")


@pytest.fixture(scope="module")
def other(town):
    """Three blocks go to a grid of another team."""
    labels, team = town.plan.labels.copy(), town.column("grids", "team_id")
    movers = np.flatnonzero(labels >= 0)[:3]
    labels[movers] = next(g for g in np.unique(labels) if g >= 0 and team[g] != team[labels[movers[0]]])
    return lg.Plan(town, labels)


@pytest.fixture(scope="module")
def written(town, other, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    made = {}
    for audience in ("office", "public"):
        made[audience] = (folder / f"{audience}.html", folder / f"{audience}.xlsx")
        page, tables = made[audience]
        lg.report(town, page, other, lang="en", audience=audience, title="Town", made_on="2026-03-01", tables=tables)
    return made


def sheets(path):
    return openpyxl.load_workbook(path)


def test_the_workbook_has_every_table_of_the_page_with_numbers_as_numbers(written, town, other):
    book = sheets(written["office"][1])
    result = lg.assess(town, compare_with=other)
    tables = named_tables(facts_of(result, title="Town", made_on="2026-03-01"), Words("en"), public=False)
    shown = {name: table for name, (_, table) in tables.items() if table is not None}
    assert set(book.sheetnames) == {Words("en")(f"sheet.{name}") for name in [*shown, "cover", "definitions"]}
    sheet = book[Words("en")("sheet.response")]
    people = [cell.value for cell in sheet[2]].index(Words("en")("col.people")) + 1
    assert sheet.cell(3, people).value == round(float(result.response.groups["people"].iloc[0]))
    assert isinstance(sheet.cell(3, people).value, int)


def test_a_share_in_the_public_workbook_is_no_finer_than_on_the_page(written):
    cells = [c for sheet in sheets(written["public"][1]) for row in sheet.iter_rows() for c in row]
    shares = [c.value for c in cells if c.number_format == "0%"]
    assert shares and all(round(v, 2) == v for v in shares)
    assert not any(c.number_format == "0.0%" for c in cells)


def test_the_public_workbook_suppresses_what_the_public_page_does(written, town):
    page = written["public"][0].read_text(encoding="utf-8")
    book = sheets(written["public"][1])
    cells = [v for sheet in book for row in sheet.iter_rows(values_only=True) for v in row]
    few = Words("en")("few")
    assert cells.count(few) == page.count(f">{html.escape(few)}</td>")
    assert not any(str(h) in map(str, cells) for h in town.ids("households")[:30])


def test_both_plans_are_on_one_map_and_the_legend_says_what_moves(written):
    page = written["office"][0].read_text(encoding="utf-8")
    assert "Map 7. Borders of both plans" in page
    assert "3 blocks change grid." in page
    assert "moves, doctor changes" in page


def test_without_a_second_plan_there_is_no_such_map(town):
    page = render_report(facts_of(lg.assess(town), title="Town"), lang="en")
    assert "Map 7" not in page


def test_a_name_that_looks_like_a_formula_stays_a_text(town, tmp_path):
    teams = town.teams
    teams.loc[0, "name"] = "=HYPERLINK(1)"
    area = town.replace(teams=teams)
    write_workbook(facts_of(lg.assess(area), title="Town"), tmp_path / "t.xlsx", lang="en", audience="office")
    cells = [
        c
        for sheet in sheets(tmp_path / "t.xlsx")
        for row in sheet.iter_rows()
        for c in row
        if "HYPERLINK" in str(c.value)
    ]
    assert cells and all(c.data_type == "s" and str(c.value).startswith("'") for c in cells)


def test_tables_must_be_an_excel_workbook_and_nothing_is_written_otherwise(town, tmp_path):
    with pytest.raises(lg.InvalidInput, match=r"ends in \.xlsx"):
        lg.report(town, tmp_path / "r.html", tables=tmp_path / "r.csv")
    assert not list(tmp_path.iterdir())


def test_chinese_sheets_have_chinese_names(town, tmp_path):
    write_workbook(facts_of(lg.assess(town), title="镇"), tmp_path / "t.xlsx", lang="zh", audience="office")
    assert all(re.search(r"[一-鿿]", name) for name in sheets(tmp_path / "t.xlsx").sheetnames)
