"""Which column means what: synonyms, cut names, ambiguity, overrides, and persons left out."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libgrid.readers.mapping import guess_table, map_columns
from libgrid.readers.personal import holds_identities, is_personal
from libgrid.readers.synonyms import TABLE, VALUES, WORDS, normal
from libgrid.schema import LAYERS

import libgrid as lg


def mapped(names, table="households", columns=None):
    frame = pd.DataFrame({n: ["a"] for n in names})
    mapping = map_columns(frame, table, columns, "file")
    return {s: t for s, t in zip(mapping.source, mapping.target, strict=True) if t}


def test_every_column_of_the_model_has_words_in_both_languages():
    for table, layer in LAYERS.items():
        for column in layer.columns:
            words = " ".join(TABLE[table][column.name]).split()
            assert any(not w.isascii() for w in words), (table, column.name)
            assert mapped([column.name], table) == {column.name: column.name}


def test_every_strong_word_alone_means_its_column():
    for table, targets in TABLE.items():
        for target, (strong, _) in targets.items():
            for word in strong.split():
                assert WORDS[table][normal(word)][target] >= 0.9
                best = WORDS[table][normal(word)]
                assert max(best, key=best.get) == target, (table, word, best)
                assert mapped([word], table) == {word: target}, (table, word)


def test_translated_words_are_words_of_the_model():
    for (table, column), words in VALUES.items():
        allowed = LAYERS[table][column].words
        if allowed:
            assert set(words.values()) <= set(allowed)
        assert all(w == w.casefold() for w in words)


@pytest.mark.parametrize(
    "names, wanted",
    [
        (["户号", "人口", "常住人口"], {"户号": "household_id", "常住人口": "n_usual"}),
        (["户主编号", "lng", "lat"], {"户主编号": "household_id", "lng": "x", "lat": "y"}),
        (["户号（必填）", "常住人口（人）", "网 格 编 码"],
         {"户号（必填）": "household_id", "常住人口（人）": "n_usual", "网 格 编 码": "grid_id"}),
        (["户 号*", "ＬＯＮ", "Lat."], {"户 号*": "household_id", "ＬＯＮ": "x", "Lat.": "y"}),
        (["序号", "户号"], {"户号": "household_id"}),
        (["编号", "经度", "纬度"], {"编号": "household_id", "经度": "x", "纬度": "y"}),
        (["户号", "本户高血压患者数"], {"户号": "household_id", "本户高血压患者数": "n_hypertension"}),
        (["户号", "楼栋", "签约团队"], {"户号": "household_id", "楼栋": "block_id", "签约团队": "signed_team_id"}),
        (["户号", "爱好", "备忘"], {"户号": "household_id"}),
    ],
)  # fmt: skip
def test_names_as_they_are_written(names, wanted):
    assert mapped(names) == wanted


def test_two_columns_that_mean_the_same_are_an_error_that_names_both():
    with pytest.raises(
        lg.InvalidInput, match=r"户号, 家庭编号 could each be household_id.*--map table:household_id=户号"
    ):
        mapped(["户号", "家庭编号"])
    assert mapped(["户号", "家庭编号"], columns={"household_id": "家庭编号"}) == {"家庭编号": "household_id"}
    assert mapped(["户号", "人口", "人数"], columns={"n_usual": None}) == {"户号": "household_id"}


def test_what_the_user_says_is_checked():
    with pytest.raises(lg.InvalidInput, match='no column "户口"; there are 户号'):
        mapped(["户号"], columns={"household_id": "户口"})
    with pytest.raises(lg.InvalidInput, match='"houshold_id" is no column of households'):
        mapped(["户号"], columns={"houshold_id": "户号"})
    with pytest.raises(lg.InvalidInput, match="户号 is named for two targets"):
        mapped(["户号"], columns={"household_id": "户号", "block_id": "户号"})


def test_the_mapping_shows_every_column_and_how(tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text("户号,人口,爱好,电话,经度,纬度\n1,2,棋,0,104,30\n")
    layer = lg.read_layer(path, crs=4490, columns={"n_usual": "人口"})
    assert layer.mapping.to_numpy().tolist() == [
        ["户号", "household_id", "synonym", 0.9],
        ["人口", "n_usual", "given", 1.0],
        ["爱好", "", "kept", 1.0],
        ["电话", "", "left out: personal", 1.0],
        ["经度", "x", "synonym", 0.9],
        ["纬度", "y", "synonym", 0.9],
    ]
    assert list(layer.frame.columns) == ["household_id", "n_usual", "爱好", "geometry"]


def test_persons_are_left_out_by_name_and_by_content(tmp_path):
    # 11010519491231002X is the example of the standard GB 11643; its check digit holds.
    text = "户号,身份证号,手机,mark,联系,人口\n1,x,x,11010519491231002X,13800000000,2\n2,x,x,11010519491231002X,,3\n"
    path = tmp_path / "台账.csv"
    path.write_text(text)
    layer = lg.read_layer(path)
    left = layer.mapping[layer.mapping.how == "left out: personal"].source.tolist()
    assert left == ["身份证号", "手机", "mark", "联系"]
    seen = layer.frame.to_string() + layer.issues.frame.to_string() + layer.mapping.to_string() + repr(layer)
    assert "110105" not in seen and "138000" not in seen
    kept = lg.read_layer(path, columns={"联系": "联系"})
    assert kept.frame["联系"][0] == "13800000000"
    with pytest.raises(lg.InvalidInput, match="holds identity or telephone numbers") as error:
        lg.read_layer(path, columns={"household_id": "mark"})
    assert "110105" not in str(error.value)


def test_what_is_personal():
    assert is_personal("户主 姓名", "households") and is_personal("姓名", "teams")
    assert is_personal("住户联系电话2", "households") and not is_personal("电话", "sites")
    assert not is_personal("网格编码", "households")
    for name in ("微网格长", "所属微网格长", "网格员", "楼栋长", "微网格长姓名", "leader"):
        assert is_personal(name, "households"), name
    assert not is_personal("网格员", "teams")  # there they are counted


def test_a_leader_is_a_flag_and_never_a_name():
    assert mapped(["户号", "是否微网格长", "微网格长"]) == {"户号": "household_id", "是否微网格长": "is_leader"}
    assert mapped(["户号", "微网格长"]) == {"户号": "household_id"}
    assert mapped(["户号", "微网格长"], columns={"is_leader": "微网格长"})["微网格长"] == "is_leader"
    assert holds_identities(pd.Series(["11010519491231002X"]))
    assert not holds_identities(pd.Series(["110105194912310021"]))  # the check digit does not hold
    assert not holds_identities(pd.Series(["510117008001001001", "510117008001001002"]))


@pytest.mark.parametrize(
    "names, layer, kind, wanted",
    [
        (["户号", "人口"], "Sheet1", "none", "households"),
        (["网格编码", "上级网格"], "图层1", "polygon", "grids"),
        (["a", "b"], "微网格", "polygon", "grids"),
        (["a", "b"], "微网格", "point", ""),
        (["楼栋编号", "网格编码"], "x", "polygon", "blocks"),
        (["团队编号", "党员数"], "x", "none", "teams"),
        (["osm_id", "highway"], "streets_edges", "line", "roads"),
        (["osm_id", "lon", "lat"], "addresses", "none", "households"),
        (["foo", "bar"], "x", "none", ""),
    ],
)
def test_which_table_a_layer_is(names, layer, kind, wanted):
    assert guess_table(names, layer, kind) == wanted


WORDS_OF = st.sampled_from(sorted({w for t in TABLE.values() for s, k in t.values() for w in (s + " " + k).split()}))
NAMES = st.lists(st.one_of(WORDS_OF, st.text(min_size=1, max_size=12)), min_size=1, max_size=12, unique=True)


@settings(max_examples=300, deadline=None)
@given(NAMES, st.sampled_from([*LAYERS, ""]), st.randoms())
def test_mapping_is_one_to_one_and_does_not_depend_on_the_order(names, table, random):
    frame = pd.DataFrame({n: ["a"] for n in names})
    try:
        mapping = map_columns(frame, table, None, "file")
    except lg.InvalidInput as error:
        assert "could" in str(error)
        shuffled = random.sample(names, len(names))
        with pytest.raises(lg.InvalidInput):
            map_columns(frame[shuffled], table, None, "file")
        return
    assert mapping.source.tolist() == names
    used = mapping.target[mapping.target != ""]
    assert used.is_unique and set(used) <= set(TABLE[table])
    assert mapping.confidence.between(0, 1).all()
    shuffled = random.sample(names, len(names))
    again = map_columns(frame[shuffled], table, None, "file").set_index("source").loc[names].reset_index()
    assert again.equals(mapping)
    # What the user says is always done, and changes nothing that does not depend on it.
    name = names[0]
    for target in TABLE[table]:
        try:
            said = map_columns(frame, table, {target: name}, "file")
        except lg.InvalidInput:
            continue
        assert said.set_index("source").target[name] == target
        break
