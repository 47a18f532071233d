import numpy as np
import pandas as pd
import pytest

import libgrid as lg


def slips(**columns):
    n = len(next(iter(columns.values())))
    return pd.DataFrame({"referral_id": [f"r{i}" for i in range(n)], "direction": "up", "opened": 0.0} | columns)


def test_a_closed_loop_is_never_overdue():
    steps = {s: [float(i)] for i, s in enumerate(lg.referrals.STEPS["up"])}
    found = lg.find_overdue_referrals(slips(**steps), as_of=10_000)
    assert found.summary["closed"] == 1 and found.overdue.empty and found.faults.empty
    assert found.frame["state"].tolist() == ["closed"] and found.frame["next_step"].tolist() == [None]


def test_the_next_step_is_due_after_its_own_limit():
    returned = slips(accepted=[0.5], arrived=[1], treated=[1], discharged=[3], returned=[4])
    in_time = lg.find_overdue_referrals(returned, as_of=18)  # followed up within two weeks
    assert in_time.overdue.empty and in_time.frame["due"].tolist() == [18]
    late = lg.find_overdue_referrals(returned, as_of=18.5)
    assert late.overdue[["next_step", "overdue_days"]].values.tolist() == [["followed_up", 0.5]]


def test_days_on_a_calendar_and_edited_limits():
    frame = slips(opened=["2024-03-01 08:00", "2024-03-02"], accepted=["2024-03-01 09:00", None])
    limits = lg.referral_limits()
    limits.loc["accepted", "days"] = 0.5
    found = lg.find_overdue_referrals(frame, as_of="2024-03-02 18:00", limits=limits)
    assert found.overdue["referral_id"].tolist() == ["r1"]
    assert found.overdue["overdue_days"].tolist() == [0.25]
    assert str(found.overdue["due"].iloc[0]) == "2024-03-02 12:00:00"


def test_faults_are_named():
    frame = slips(
        opened=[0, 5, 0, np.nan, 99],
        accepted=[np.nan, 4, 1, np.nan, np.nan],
        arrived=[2, np.nan, np.nan, np.nan, np.nan],
    )
    found = lg.find_overdue_referrals(frame, as_of=10)
    assert found.frame["fault"].tolist() == ["skipped_step", "backwards", "", "not_opened", "future"]


def test_a_referral_up_must_go_up():
    frame = slips(from_level=["站", "医院"], to_level=["医院", "站"], direction=["up", "up"])
    levels = ["家庭", "网格", "站", "中心", "医院"]
    assert lg.find_overdue_referrals(frame, as_of=0, levels=levels).frame["fault"].tolist() == ["", "wrong_way"]
    frame["direction"] = ["down", "down"]
    assert lg.find_overdue_referrals(frame, as_of=0, levels=levels).frame["fault"].tolist() == ["wrong_way", ""]


def test_share_of_those_who_came_back():
    frame = slips(accepted=[1, 1], arrived=[1, 1], treated=[1, 1], discharged=[2, 2], returned=[3, None])
    assert lg.find_overdue_referrals(frame, as_of=3).summary["returned_share"] == 0.5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"direction": ["sideways"]}, "r0"),
        ({"referral_id": [""]}, "blank"),
        ({"opened": ["yesterday"]}, "r0"),
    ],
)
def test_bad_input_is_said(change, message):
    with pytest.raises(lg.InvalidInput, match=message):
        lg.find_overdue_referrals(slips(**({"opened": [0.0]} | change)), as_of=0)


def test_columns_and_clocks_must_fit():
    with pytest.raises(lg.InvalidInput, match="opened"):
        lg.find_overdue_referrals(slips(opened=[0.0]).drop(columns="opened"), as_of=0)
    with pytest.raises(lg.InvalidInput, match="as_of"):
        lg.find_overdue_referrals(slips(opened=[0.0]), as_of="noon")
    with pytest.raises(lg.InvalidInput, match="from_level"):
        lg.find_overdue_referrals(slips(opened=[0.0]), as_of=0, levels=["a"])


def test_no_referrals_are_no_fault():
    found = lg.find_overdue_referrals(slips(opened=[0.0]).head(0), as_of=0)
    assert len(found.frame) == 0 and np.isnan(found.summary["closed_share"])
