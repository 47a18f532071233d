import doctest

import pandas as pd
import pytest

import libgrid as lg
from libgrid import team_members


def test_examples():
    assert doctest.testmod(team_members).failed == 0


def test_four_full_posts_are_the_default_of_a_team():
    team = pd.DataFrame({"team_id": "T1", "role": ["doctor", "nurse", "nurse", "other"]})
    assert lg.offered_minutes(team)["offered_min"].sum() == lg.schema.OFFERED_MIN == 176_640


def test_part_time_and_shares_count():
    team = pd.DataFrame({"team_id": ["T1", "T1"], "role": "nurse", "fte": [0.5, 1], "share": [0.4, 0.1]})
    assert lg.offered_minutes(team)["offered_min"].tolist() == pytest.approx([0.3 * 110_400])
    assert lg.offered_minutes(team)["fte"].tolist() == [1.5]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"fte": [-1, 1]}, "rows 0, column fte"),
        ({"fte": [1, "half"]}, "rows 1, column fte"),
        ({"fte": [1, float("inf")]}, "rows 1, column fte"),
        ({"share": [1.2, 0.4]}, "rows 0, column share"),
        ({"role": [None, "nurse"]}, "rows 0, column role"),
        ({"team_id": ["T1", None]}, "rows 1, column team_id"),
    ],
)
def test_what_cannot_be_is_named(change, says):
    team = pd.DataFrame({"team_id": ["T1", "T1"], "role": "nurse"}).assign(**change)
    with pytest.raises(lg.InvalidInput, match=says):
        lg.offered_minutes(team)


def test_a_missing_column_and_a_wrong_week_are_named():
    with pytest.raises(lg.InvalidInput, match="role"):
        lg.offered_minutes(pd.DataFrame({"team_id": ["T1"]}))
    with pytest.raises(lg.InvalidInput, match="weeks"):
        lg.offered_minutes(pd.DataFrame({"team_id": ["T1"], "role": "nurse"}), weeks=60)
