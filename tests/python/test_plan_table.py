"""Plan tables: the round trip with the office keeps every code as it is written."""

import os

import openpyxl
import pandas as pd
import pytest

import libgrid
from libgrid import io

PLAN = pd.DataFrame(
    {
        "block_id": ["5101170080010", "0012", "=1+1", "甲-1", "'x"],
        "grid_id": ["G1", None, "-3", "微网格一", "@a"],
    }
)


def sheet(path, rows, merge=None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["p.csv", "p.xlsx", "p.gpkg"])
def test_round_trip(tmp_path, name):
    io.write_plan_table(PLAN, tmp_path / name)
    read = io.read_plan_table(tmp_path / name)
    assert read.frame["block_id"].tolist() == PLAN["block_id"].tolist()
    assert read.frame["grid_id"].fillna("").tolist() == PLAN["grid_id"].fillna("").tolist()
    assert len(read.issues) == 0
    assert os.listdir(tmp_path) == [name]


def test_csv_is_for_excel(tmp_path):
    io.write_plan_table(PLAN, tmp_path / "p.csv")
    raw = (tmp_path / "p.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert "'=1+1,'-3" in raw.decode("utf-8-sig")


def test_xlsx_cells_are_text(tmp_path):
    io.write_plan_table(PLAN, tmp_path / "p.xlsx")
    cells = openpyxl.load_workbook(tmp_path / "p.xlsx").active
    assert cells["A2"].value == "5101170080010"
    assert (cells["A4"].value, cells["A4"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_csv_in_any_encoding(tmp_path, encoding, comma):
    text = comma.join(["单元编号", "名称", "微网格编号"]) + "\n" + comma.join(["0012", "楼", "G1"]) + "\n"
    (tmp_path / "p.csv").write_bytes(text.encode(encoding))
    read = io.read_plan_table(tmp_path / "p.csv")
    assert read.frame.iloc[0].tolist() == ["0012", "G1"]
    assert any("GB18030" in note for note in read.notes) == (encoding == "gb18030")


def test_excel_with_titles_merged_cells_and_numbers(tmp_path):
    rows = [
        ["某街道网格调整表"],
        ["制表:2025"],
        ["序号", "基本单元", "微网格"],
        [1, 5101170080010, "G1"],
        [2, 12.0, "G1"],
        [3, 12.5, "G2"],
        [None, None, None],
        [4, "0013", None],
        [5, None, "G9"],
        [6, 2.0**60, "G9"],
    ]
    path = sheet(tmp_path / "p.xlsx", rows, merge="C4:C5")
    read = io.read_plan_table(path)
    assert read.frame["block_id"].tolist() == ["5101170080010", "12", "0013"]
    assert read.frame["grid_id"].fillna("").tolist() == ["G1", "G1", ""]
    assert read.frame.index.tolist() == [4, 5, 8]
    assert read.issues[["row", "column"]].to_numpy().tolist() == [
        [6, "block_id"],
        [9, "block_id"],
        [10, "block_id"],
    ]


def test_missing_columns_are_told_with_what_was_seen(tmp_path):
    path = sheet(tmp_path / "p.xlsx", [["表"], ["房号", "楼栋"], ["1", "2"]])
    with pytest.raises(libgrid.InvalidInput, match=r"Seen: 房号, 楼栋.*块编号.*微网格编号"):
        io.read_plan_table(path)


def test_what_is_no_plan_is_refused(tmp_path):
    (tmp_path / "p.xlsx").write_bytes(b"not a zip")
    with pytest.raises(libgrid.IoError):
        io.read_plan_table(tmp_path / "p.xlsx")
    with pytest.raises(libgrid.IoError):
        io.read_plan_table(tmp_path / "absent.csv")
    with pytest.raises(libgrid.InvalidInput, match=r"\.doc"):
        io.read_plan_table(tmp_path / "p.doc")
    with pytest.raises(libgrid.InvalidInput, match="grid_id"):
        io.write_plan_table(PLAN[["block_id"]], tmp_path / "q.csv")
    with pytest.raises(libgrid.IoError):
        io.write_plan_table(PLAN, tmp_path / "p.xlsx" / "q.csv")
