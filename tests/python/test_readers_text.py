"""Text files and encodings: every route of §4.3 and every trap of a CSV, with its code and its row."""

import geopandas as gpd
import pytest
import shapely
from libgrid.readers.text_encoding import encoding_named

import libgrid as lg

HEADER, ROWS = "户号,人口,网格名称备注", [("0012", "3", "锦江"), ("0013", "2", "镕基路")]


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def csv_text(comma=",", end="\n", head=HEADER, rows=ROWS):
    return end.join([head.replace(",", comma), *(comma.join(r) for r in rows)]) + end


def codes(layer):
    return set(layer.issues.frame.code)


def aside(layer):
    return layer.set_aside[["row", "code"]].to_numpy().tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom", "gb18030"])
@pytest.mark.parametrize("comma", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_text_is_read_and_told(tmp_path, encoding, comma, end):
    text = csv_text(comma, end)
    if encoding.endswith("bom"):
        encoding = encoding[:-4]
        text = "\ufeff" + text
    layer = lg.read_layer(write(tmp_path / "台账.csv", text, encoding))
    assert layer.frame.household_id.tolist() == ["0012", "0013"]
    assert layer.frame["网格名称备注"].tolist() == ["锦江", "镕基路"]
    assert layer.rows.tolist() == [2, 3]
    assert ("LG-F017" in codes(layer)) == (encoding == "gb18030")
    said = layer.issues.frame.set_index("code").message["LG-F024"]
    assert {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[comma] in said
    assert "latin" not in said


def test_what_is_said_comes_first_and_is_held(tmp_path):
    path = write(tmp_path / "a.csv", csv_text(), "gb18030")
    for label in ("GBK", "gb2312", "CP936", "GB18030", "936"):
        layer = lg.read_layer(path, encoding=label)
        assert layer.frame["网格名称备注"].tolist() == ["锦江", "镕基路"] and "LG-F017" not in codes(layer)
    with pytest.raises(lg.IoError, match="line 1 is not utf-8"):
        lg.read_layer(path, encoding="UTF-8")
    big5 = write(tmp_path / "b.csv", "户號,人口\n臺北,3\n".replace("户", "戶"), "big5")
    assert lg.read_layer(big5, encoding="big5", columns={"household_id": "戶號"}).frame.household_id[0] == "臺北"
    assert encoding_named("latin-1") == "iso8859-1"  # said, it is done; guessed it never is


def test_bytes_of_no_encoding_are_an_error_and_never_latin_1(tmp_path):
    raw = "户号,人口\n".encode() + b"\xff\xff\xff,3\n"
    (tmp_path / "a.csv").write_bytes(raw)
    with pytest.raises(lg.IoError, match="line 2 is neither UTF-8 nor GB18030"):
        lg.read_layer(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(lg.IoError, match="begins as utf-16"):
        lg.read_layer(tmp_path / "b.csv")


def test_a_sep_line_and_titles_above_the_header(tmp_path):
    text = "sep=;\n安靖街道住户台账;;\n制表：二〇二五年;;\n户号;人口;备忘\n0012;3;甲\n"
    layer = lg.read_layer(write(tmp_path / "a.csv", text))
    assert layer.frame.household_id.tolist() == ["0012"]
    assert layer.rows.tolist() == [5]
    assert "row 4" in layer.issues.frame.set_index("code").message["LG-F124"]


def test_quoted_newlines_keep_line_numbers(tmp_path):
    text = '户号,人口,说明\n0012,3,"一\n二 ""引"""\n0013,x,\n0014,5.5E+14\n'
    layer = lg.read_layer(write(tmp_path / "台账.csv", text))
    assert layer.frame["说明"][0] == '一\n二 "引"'
    assert layer.rows.tolist() == [2, 4]
    assert aside(layer) == [[5, "LG-H033"]]


def test_a_quote_that_is_never_closed_names_its_line(tmp_path):
    rows = "".join(f"{i:04d},2,x\n" for i in range(3000))
    for text in (HEADER + '\n0001,3,"开\n' + rows, HEADER + '\n0001,3,"' + "长" * 200_000 + '"\n'):
        with pytest.raises(lg.IoError, match="line 2: a quote is not closed"):
            lg.read_layer(write(tmp_path / "a.csv", text))


def test_rows_that_do_not_fit_are_set_aside_by_line(tmp_path):
    text = "户号,人口,说明\n1,3,a\n2,4\n3,5,b,多\n4,6,c,,\n\n合计,18,\n"
    layer = lg.read_layer(write(tmp_path / "台账.csv", text))
    assert layer.frame.household_id.tolist() == ["1", "4"]
    assert aside(layer) == [[3, "LG-H033"], [4, "LG-H033"], [7, "LG-F213"]]
    assert layer.ledger == {"read": 5, "accepted": 2, "repaired": 0, "set_aside": 3}
    assert "2 / 3" in layer.set_aside.reason[0] and "4 / 3" in layer.set_aside.reason[1]


def test_headers_that_cannot_be_used(tmp_path):
    with pytest.raises(lg.InvalidInput, match="人口 stands twice"):
        lg.read_layer(write(tmp_path / "a.csv", "户号,人口,人口\n1,2,3\n"))
    with pytest.raises(lg.InvalidInput, match="no header"):
        lg.read_layer(write(tmp_path / "b.csv", "1,2,3\n4,5,6\n"))
    with pytest.raises(lg.IoError, match="empty"):
        lg.read_layer(write(tmp_path / "c.csv", ""))
    with pytest.raises(lg.IoError, match="empty"):
        lg.read_layer(write(tmp_path / "d.csv", "\n\n\n"))


def test_nul_is_told_at_the_door_under_its_line(tmp_path):
    text = "户号,人口,说明,经度,纬度\n1,3,a\0b,104,30.6\n2\0,4,,104,30.6\n3,1,好,104,30.6\n"
    layer = lg.read_layer(write(tmp_path / "台账.csv", text), crs=4490)
    area = lg.StudyArea.from_frames(households=layer, crs="EPSG:4544")
    assert area.set_aside["households"][["row", "code"]].to_numpy().tolist() == [[2, "LG-H023"], [3, "LG-H023"]]
    assert sorted(area.issues.errors.id) == ["(row 3)", "1"]  # the id of row 3 is what cannot be read


# -- Shapefile ---------------------------------------------------------------------------------------------------


def shape(folder, encoding, cpg=None, ldid=0, name="名称备注", text="锦江区镕"):
    """A Shapefile whose .dbf is in ``encoding``, with this .cpg (None: no file) and language byte."""
    path = folder / "a.shp"
    frame = gpd.GeoDataFrame({"X" * 10: [text], "id": ["0012"]}, geometry=[shapely.Point(104, 30)], crs=4326)
    frame.to_file(path, driver="ESRI Shapefile", encoding="UTF-8", schema=None)
    frame.rename(columns={"X" * 10: "F"}).to_file(path, driver="ESRI Shapefile", encoding=encoding)
    raw = bytearray((folder / "a.dbf").read_bytes())
    raw[29] = ldid
    raw[32:43] = name.encode(encoding)[:10].ljust(11, b"\0")
    (folder / "a.dbf").write_bytes(raw)
    (folder / "a.cpg").unlink(missing_ok=True)
    if cpg is not None:
        (folder / "a.cpg").write_bytes(cpg.encode())
    return path


@pytest.mark.parametrize(
    "encoding, cpg, ldid, said, guessed",
    [
        ("GBK", None, 0, None, True),  # nothing said, not UTF-8
        ("GBK", None, 87, None, True),  # a Latin byte that nobody set on purpose
        ("GBK", None, 77, None, False),
        ("GBK", None, 122, None, False),
        ("GBK", "GB2312", 0, None, False),  # 镕 is not in GB2312: the label means GB18030
        ("GBK", "936\r\n", 0, None, False),
        ("GBK", "ANSI 936", 0, None, False),
        ("UTF-8", None, 0, None, False),
        ("UTF-8", "UTF-8", 77, None, False),  # .cpg before the language byte
        ("UTF-8", "\ufeffutf-8", 0, None, False),
        ("GBK", "UTF-8", 0, "GBK", False),  # what is said before a wrong .cpg
    ],
)
def test_every_route_to_a_shapefiles_text(tmp_path, encoding, cpg, ldid, said, guessed):
    layer = lg.read_layer(shape(tmp_path, encoding, cpg, ldid), encoding=said)
    column = next(c for c in layer.frame.columns if c.startswith("名称"))
    assert layer.frame[column].tolist() == ["锦江区镕"]
    assert ("LG-F017" in codes(layer)) == guessed


def test_a_wrong_cpg_is_an_error_that_names_column_and_row(tmp_path):
    with pytest.raises(lg.IoError, match=r'column "id"|column "名称|the name of a column'):
        lg.read_layer(shape(tmp_path, "GBK", "UTF-8"))
    with pytest.raises(lg.IoError, match=r"rows 0: the text is not UTF-8"):
        lg.read_layer(shape(tmp_path, "GBK", "UTF-8", name="plain"))


@pytest.mark.parametrize("encoding, kept", [("UTF-8", "网格编"), ("GBK", "网格编码备")])
def test_names_cut_in_the_middle_of_a_character_do_no_harm(tmp_path, encoding, kept):
    layer = lg.read_layer(shape(tmp_path, encoding, name="网格编码备注"), table="grids", columns={"name": None})
    assert kept in layer.mapping.source.tolist()
    if encoding == "UTF-8":
        how = layer.mapping.set_index("source").loc[kept, ["target", "how"]]
        assert how.tolist() == ["grid_id", "cut name"]


def test_an_odd_byte_at_the_end_of_a_name_is_dropped(tmp_path):
    path = shape(tmp_path, "GBK", ldid=77, name="x网格编码备注")
    assert "x网格编码" in lg.read_layer(path).mapping.source.tolist()


def test_numbers_that_did_not_fit_their_field_are_told(tmp_path):
    frame = gpd.GeoDataFrame(
        {"户号": ["1", "2", "3"], "常住人口": [1, 2, 3]}, geometry=shapely.points([[104, 30]] * 3), crs=4326
    )
    frame.to_file(tmp_path / "h.shp", driver="ESRI Shapefile", encoding="GBK")
    raw = (tmp_path / "h.dbf").read_bytes()
    at = raw.rindex(b"2", 0, raw.rindex(b"3"))
    width = int(raw[32 + 32 + 16])
    (tmp_path / "h.dbf").write_bytes(raw[: at - width + 1] + b"*" * width + raw[at + 1 :])
    layer = lg.read_layer(tmp_path / "h.shp", table="households")
    assert aside(layer) == [[2, "LG-F020"]]
    assert layer.issues.errors["id"].tolist() == ["2"]


def test_parts_of_a_shapefile_that_are_missing_or_do_not_fit(tmp_path):
    path = shape(tmp_path, "GBK")
    raw = (tmp_path / "a.dbf").read_bytes()
    short = bytearray(raw)
    short[4:8] = (0).to_bytes(4, "little")
    (tmp_path / "a.dbf").write_bytes(short)
    with pytest.raises(lg.IoError, match="0 records for 1 shapes"):
        lg.read_layer(path)
    (tmp_path / "a.dbf").write_bytes(raw)
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(lg.IoError):
        lg.read_layer(path)
    path.write_bytes(whole)
    (tmp_path / "a.prj").unlink()
    with pytest.raises(lg.InvalidInput, match="CRS is not known"):
        lg.read_layer(path)
    (tmp_path / "a.shx").unlink()
    with pytest.raises(lg.IoError, match="shx"):
        lg.read_layer(path)
    (tmp_path / "a.dbf").unlink()
    with pytest.raises(lg.IoError, match="dbf"):
        lg.read_layer(path)
