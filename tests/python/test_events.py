import doctest
import sys

import geopandas as gpd
import pandas as pd
import pytest
from conftest import line_town

import libgrid as lg


@pytest.fixture
def area():
    return lg.StudyArea.from_frames(**line_town(), crs="EPSG:4544")


def row(**changes):
    return {"event_id": "e", "grid_id": "W", "category": "safety", "found": "2026-03-02 09:00"} | changes


def read(area, *rows):
    return lg.read_events(pd.DataFrame(list(rows)), area, as_of="2026-04-01")


def test_examples():
    assert doctest.testmod(sys.modules["libgrid.events"]).failed == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"event_id": None}, "no_id"),
        ({"grid_id": None}, "no_place"),
        ({"grid_id": "Z"}, "outside"),
        ({"category": "weather"}, "unknown_category"),
        ({"category": None}, "unknown_category"),
        ({"found": "yesterday"}, "unreadable_time"),
        ({"found": None}, "not_found_yet"),
        ({"answered": "2026-03-02 08:59"}, "out_of_order"),
        ({"reported": "2026-03-03", "done": "2026-03-02 10:00"}, "out_of_order"),
        ({"answered": "2026-04-02"}, "in_the_future"),
    ],
)
def test_a_row_that_cannot_be_is_set_aside_with_its_reason(area, change, reason):
    ledger = read(area, row(event_id="good"), row(**change))
    assert ledger.frame["event_id"].tolist() == ["good"]
    assert ledger.set_aside[["row", "reason"]].values.tolist() == [[2, reason]]


def test_accepted_and_set_aside_are_all_rows_and_repeated_ids_are_neither(area):
    ledger = read(area, row(), row(), row(event_id="f"), row(event_id="g", category="?"))
    assert len(ledger.frame) + len(ledger.set_aside) == 4
    assert ledger.set_aside["reason"].tolist() == ["repeated_id", "repeated_id", "unknown_category"]
    assert "3 set aside" in repr(ledger) and "list's" in ledger._repr_html_()


def test_places_are_located_and_a_code_goes_before_a_place(area):
    middle = area.grids.set_index("grid_id").geometry.representative_point()
    at = {"x": middle["E"].x, "y": middle["E"].y}
    ledger = read(area, row(event_id="a", grid_id=None, **at), row(event_id="b", **at),
                  row(event_id="c", grid_id=None, x=at["x"] + 1e5, y=at["y"]))  # fmt: skip
    assert ledger.frame["grid_id"].tolist() == ["E", "W"]
    assert ledger.set_aside["reason"].tolist() == ["outside"]
    points = gpd.GeoDataFrame({"category": ["safety"], "found": ["2026-03-02"]}, geometry=[middle["E"]], crs=area.crs)
    assert lg.read_events(points.to_crs(4490), area, as_of="2026-04-01").frame["grid_id"].tolist() == ["E"]


def test_a_chinese_ledger_is_read_without_its_names_and_telephones(area, tmp_path):
    path = tmp_path / "问题清单.csv"
    path.write_text(
        "问题清单,,,,,\n编号,网格编号,问题类别,发现时间,响应时间,姓名\n"
        "1,W,安全隐患,2026-03-02 09:00,2026-03-02 09:30,张三\n",
        encoding="gb18030",
    )
    ledger = lg.read_events(path, area, as_of="2026-04-01")
    assert ledger.frame[["event_id", "grid_id", "category"]].values.tolist() == [["1", "W", "safety"]]
    assert "张三" not in ledger.frame.to_csv() + repr(ledger)


def test_an_office_brings_its_own_categories(area):
    rows = pd.DataFrame([row(category="flood"), row(event_id="f")])
    ledger = lg.read_events(rows, area, as_of="2026-04-01", categories=["flood", "fire"])
    assert ledger.categories == ("flood", "fire") and ledger.set_aside["reason"].tolist() == ["unknown_category"]


def test_what_is_no_ledger_is_refused(area):
    for frame in (pd.DataFrame({"category": ["safety"], "found": ["2026-03-02"]}), pd.DataFrame({"grid_id": ["W"]})):
        with pytest.raises(lg.InvalidInput, match="are missing"):
            lg.read_events(frame, area, as_of="2026-04-01")
    for moment in ("soon", None, "2026-04-01T00:00Z"):
        with pytest.raises(lg.InvalidInput, match="as_of"):
            lg.read_events(pd.DataFrame([row()]), area, as_of=moment)
