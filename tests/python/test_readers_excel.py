"""Ledgers in Excel as offices keep them: every trap with its code and the row that Excel shows."""

import datetime
import zipfile

import openpyxl
import pytest

import libgrid as lg


def book(path, rows, merge=(), hide=(), title="Sheet1", prepare=None):
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for area in merge:
        sheet.merge_cells(area)
    for row in hide:
        sheet.row_dimensions[row].hidden = True
    if prepare is not None:
        prepare(sheet)
    made.save(path)
    return path


def aside(layer):
    return layer.set_aside[["row", "code"]].to_numpy().tolist()


def codes(layer):
    return set(layer.issues.frame.code)


def test_titles_merged_and_hidden_cells(tmp_path):
    rows = [
        ["安靖街道住户台账", None, None, None],
        ["填报单位：某社区", None, "2025", None],
        ["序号", "户号", "网格", "常住人口"],
        [1, "0012", "G1", 3],
        [2, "0013", None, 2],
        [3, "0014", "G2", 4],
        [None, None, None, None],
        [4, "0015", "G2", None],
        ["合计", None, None, 9],
    ]
    path = book(tmp_path / "台账.xlsx", rows, merge=["A1:D1", "A2:B2", "C4:C5"], hide=[6])
    layer = lg.read_layer(path)
    assert layer.table == "households"
    assert layer.frame.household_id.tolist() == ["0012", "0013", "0014", "0015"]
    assert layer.frame.grid_id.tolist() == ["G1", "G1", "G2", "G2"]
    assert layer.rows.tolist() == [4, 5, 6, 8]
    assert aside(layer) == [[9, "LG-F213"]]
    said = layer.issues.frame.set_index("code").message
    assert said["LG-F208"].startswith("1 hidden") and said["LG-F209"].startswith("1 merged")
    assert "row 3" in said["LG-F124"]
    assert "序号" in layer.frame.columns


def test_a_header_of_two_rows(tmp_path):
    rows = [
        ["户号", "人口", None, "网格编码"],
        [None, "常住", "流动", None],
        ["0012", 3, 1, "G1"],
        ["0013", 2, 0, "G1"],
    ]
    layer = lg.read_layer(book(tmp_path / "a.xlsx", rows, merge=["A1:A2", "B1:C1", "D1:D2"]), table="households")
    assert layer.frame[["household_id", "n_usual", "n_migrant", "grid_id"]].to_numpy().tolist() == [
        ["0012", 3, 1, "G1"],
        ["0013", 2, 0, "G1"],
    ]


def test_codes_that_excel_has_made_numbers(tmp_path):
    rows = [
        ["户号", "网格编码", "人口"],
        ["510117008001001", "510117008001", 1],
        [510117008001002, 510117008001, 2],  # 15 digits: exact
        [510117008001001000, "510117008001", 3],  # 18 digits: the last three are lost
        [5.10117008001001e17, "510117008001", 4],
        ["5.1E+14", "510117008001", 5],
        [datetime.datetime(2024, 3, 1), "510117008001", 6],
        [12.5, "510117008001", 7],
        ["h8", 5.1e17, 8],
        ["h9", 5101170.5, 9],
        ["h10", 510117008001.0, 10],
    ]
    layer = lg.read_layer(book(tmp_path / "a.xlsx", rows), table="households")
    assert layer.frame.household_id.tolist() == ["510117008001001", "510117008001002", "h8", "h9", "h10"]
    assert layer.frame.grid_id.fillna("lost").tolist() == ["510117008001"] * 2 + ["lost", "lost", "510117008001"]
    assert aside(layer) == [[row, "LG-H020"] for row in (4, 5, 6, 7, 8)]
    assert layer.ledger == {"read": 10, "accepted": 3, "repaired": 2, "set_aside": 5}
    lost = layer.issues.errors.groupby("message").id.apply(list).to_dict()
    assert sorted(map(len, lost.values())) == [2, 5]
    assert ["h8", "h9"] in lost.values()


def test_leading_zeros_that_may_be_lost(tmp_path):
    rows = [["户号", "网格编码"], ["0012", "001"], ["0013", "002"], [14, "003"]]
    layer = lg.read_layer(book(tmp_path / "a.xlsx", rows), table="households")
    assert layer.frame.household_id.tolist() == ["0012", "0013", "14"]
    assert "户号" in layer.issues.frame.set_index("code").message["LG-H120"]
    plain = lg.read_layer(book(tmp_path / "b.xlsx", [["户号", "人口"], [12, 1], [13, 2]]), table="households")
    assert "LG-H120" not in codes(plain) and plain.frame.household_id.tolist() == ["12", "13"]


def test_formulas_that_failed_or_were_never_computed(tmp_path):
    rows = [
        ["户号", "人口", "网格编码", "说明"],
        ["h1", 2, "G1", "#REF!"],
        ["h2", "#DIV/0!", "G1", "x"],
        ["h3", 3, "#N/A", "y"],
        ["h4", "=1+1", "G1", "z"],
    ]
    layer = lg.read_layer(book(tmp_path / "a.xlsx", rows), table="households")
    # openpyxl stores =1+1 without a value: nobody has ever computed it, and a blank would be a silent loss.
    assert aside(layer) == [[3, "LG-F033"], [5, "LG-F033"]]
    assert layer.frame.household_id.tolist() == ["h1", "h3"]
    assert layer.frame["说明"].isna().tolist() == [True, False]
    assert layer.frame.grid_id.isna().tolist() == [False, True]
    found = layer.issues.errors[layer.issues.errors.code == "LG-F033"]
    assert sorted(found.id) == ["h1", "h2", "h3", "h4"]


def test_sheets_are_layers(tmp_path):
    made = openpyxl.Workbook()
    made.active.append(["说明：本表由各社区填报"])
    for name, rows in {
        "团队": [["团队编号", "党员数"], ["t1", 1]],
        "旧团队": [["团队编号", "党员数"], ["t0", 1]],
    }.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made["旧团队"].sheet_state = "hidden"
    made.save(tmp_path / "a.xlsx")
    layer = lg.read_layer(tmp_path / "a.xlsx")
    assert (layer.name, layer.table, layer.frame.team_id.tolist()) == ("团队", "teams", ["t1"])
    assert lg.read_layer(tmp_path / "a.xlsx", "旧团队", table="teams").frame.team_id.tolist() == ["t0"]
    with pytest.raises(lg.IoError, match="旧团队"):
        lg.read_layer(tmp_path / "a.xlsx", "没有")


def test_words_of_the_office_become_words_of_the_model(tmp_path):
    rows = [["坐诊编号", "站点编号", "团队编号", "星期", "开始时间", "结束时间"]]
    rows += [["s1", "S1", "t1", "周二", "09:00", "12:30"], ["s2", "S1", "t1", "星期日", "14:00", "17:00"]]
    layer = lg.read_layer(book(tmp_path / "坐诊.xlsx", rows))
    assert layer.table == "sessions" and layer.frame.weekday.tolist() == ["2", "7"]
    assert "星期" in layer.issues.frame.set_index("code").message["LG-F212"]
    rows = [["网格编码", "网格级别"], ["G", "一般网格"], ["g", "微网格"], ["x", "别的"]]
    layer = lg.read_layer(book(tmp_path / "网格.xlsx", rows))
    assert layer.frame.level.tolist() == ["general", "micro", "别的"]  # what is not known is told at the door


def test_what_is_no_workbook_or_a_trap(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(lg.IoError, match="zip"):
        lg.read_layer(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(lg.IoError, match=r"\.xls"):
        lg.read_layer(path)
    good = book(tmp_path / "good.xlsx", [["户号", "人口"], ["1", 2]])
    for bomb, match in (("<!DOCTYPE x [<!ENTITY a 'b'>]>", "entities"), (" " * 60_000_000, "packed more than")):
        with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for name in source.namelist():
                data = source.read(name)
                out.writestr(name, bomb.encode() + data if name.endswith("sheet1.xml") else data)
        with pytest.raises(lg.IoError, match=match):
            lg.read_layer(path)
    with pytest.raises(lg.InvalidInput, match="no sheet has a row that names"):
        lg.read_layer(book(tmp_path / "n.xlsx", [[1, 2], [3, 4]]))
    with pytest.raises(lg.InvalidInput, match="人口 stands twice"):
        lg.read_layer(book(tmp_path / "t.xlsx", [["户号", "人口", "人口"], ["1", 2, 3]]))
