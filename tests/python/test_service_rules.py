import doctest

import numpy as np
import openpyxl
import pandas as pd
import pytest
from libgrid.service_rules import COLUMNS

import libgrid as lg
from libgrid import service_rules as module_or_function  # the function has its module's name

assert callable(module_or_function)


def test_examples():
    import sys

    assert doctest.testmod(sys.modules["libgrid.service_rules"]).failed == 0


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_rules_go_to_the_office_and_back(tmp_path, suffix):
    path = tmp_path / f"rules{suffix}"
    rules = lg.service_rules()
    rules.loc[0, ["minutes", "source"]] = [12.3456789012345, "=1+1, which is no formula"]
    lg.write_service_rules(rules, path)
    back = lg.read_service_rules(path)
    # csv: to the bit; a workbook keeps sixteen digits, as Excel does
    tolerance = {".csv": 0, ".xlsx": 1e-15}[suffix]
    pd.testing.assert_frame_equal(back.reset_index(drop=True), rules, rtol=tolerance, atol=0)
    assert back.index[0] == 3  # below the headings in both languages


def test_chinese_headings_alone_will_do(tmp_path):
    path = tmp_path / "rules.csv"
    path.write_text("说明,,,\n人群,方式,每年次数,每次分钟\nage65,centre,1,40\n", encoding="gb18030")
    rules = lg.read_service_rules(path)
    assert rules.to_dict("list") == {"group": ["age65"], "mode": ["centre"], "per_year": [1.0], "minutes": [40.0]}
    assert rules.index.tolist() == [3]


def edited(tmp_path, column, value, row=4):
    """The default rules in a workbook, with one cell typed over."""
    path = tmp_path / "rules.xlsx"
    lg.write_service_rules(lg.service_rules(), path)
    book = openpyxl.load_workbook(path)
    book["rules"].cell(row, COLUMNS.index(column) + 1).value = value
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("minutes", -5, "minutes"),
        ("minutes", "a quarter", "'a quarter' is no number"),
        ("minutes", None, "is empty"),
        ("minutes", 60, "minutes_high"),  # outside its range
        ("per_year", float("inf"), "per_year"),
        ("mode", "drone", "drone"),
        ("group", None, "group"),
        ("staff", "doctor 0.5 + nurse 0.6", "1.1"),
        ("staff", "doctor + doctor", "twice"),
        ("prevalence", 1.5, "prevalence"),
        ("prevalence_65", -0.1, "prevalence_65"),
        ("first_within_days", -1, "first_within_days"),
        ("merge_set", "home", "merge_set"),  # the default set of home visits: another mode
    ],
)
def test_a_cell_that_cannot_be_is_named_by_row_and_column(tmp_path, column, value, says):
    path = edited(tmp_path, column, value)
    with pytest.raises(lg.InvalidInput) as refused:
        lg.read_service_rules(path)
    assert says in str(refused.value) and "rules.xlsx" in str(refused.value)
    if column not in ("merge_set",):
        assert "row 4" in str(refused.value)


def test_every_bad_cell_is_told_at_once_and_counted(tmp_path):
    path = tmp_path / "rules.csv"
    rows = "\n".join(f"g{i},station,1,minus" for i in range(7))
    path.write_text("group,mode,per_year,minutes\n" + rows, encoding="utf-8")
    with pytest.raises(lg.InvalidInput, match=r"row 2.*row 6.*7 in all"):
        lg.read_service_rules(path)


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n", "group,mode,per_year,minutes\n"])
def test_a_file_without_rules_is_refused(tmp_path, text):
    path = tmp_path / "rules.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((lg.InvalidInput, lg.IoError)):
        lg.read_service_rules(path)


def test_only_csv_and_xlsx_are_rules(tmp_path):
    with pytest.raises(lg.InvalidInput, match=r"csv or \.xlsx"):
        lg.write_service_rules(lg.service_rules(), tmp_path / "rules.txt")
    with pytest.raises(lg.InvalidInput, match=r"csv or \.xlsx"):
        lg.read_service_rules(tmp_path / "rules.txt")


def test_shares_of_the_minutes_add_up():
    for staff in lg.service_rules()["staff"]:
        assert sum(lg.staff_shares(staff).values()) == pytest.approx(1)
    assert lg.staff_shares("") == {"anybody": 1.0}
    for bad in ("doctor 0.5 + nurse", "doctor 2", "+", "doctor + "):
        with pytest.raises(lg.InvalidInput, match="staff"):
            lg.staff_shares(bad)


def test_ranges_hold_their_numbers_and_say_so():
    rules = lg.service_rules()
    for name in ("per_year", "minutes", "prevalence"):
        low, high = rules[f"{name}_low"], rules[f"{name}_high"]
        assert ((low <= rules[name]) | low.isna()).all() and ((high >= rules[name]) | high.isna()).all()
    assert np.isfinite(rules[["per_year_low", "per_year_high", "minutes_low", "minutes_high"]]).all(axis=None)
