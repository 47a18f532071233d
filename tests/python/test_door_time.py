"""From the road to the flat: stairs, lifts, and what is not known."""

import numpy as np
import pytest

import libgrid as lg


def test_stairs_grow_with_the_floor():
    times = lg.door_times([1, 2, 3, 0, -1, np.nan], [False] * 6, entrance_s=60)
    assert times.tolist() == [60, 76, 92, 60, 76, 60]


def test_a_lift_is_taken_where_it_is_faster():
    by_lift = lg.door_times([2, 3, 4, 30], ["yes"] * 4, entrance_s=0)
    assert by_lift.tolist() == [16, 32, 39, 117]  # up to the third floor stairs win


def test_an_unknown_lift_is_assumed_in_tall_buildings():
    assert lg.door_times([6, 7], None, entrance_s=0).tolist() == [80, 48]
    assert lg.door_times([6, 7], ["unknown", None], entrance_s=0).tolist() == [80, 48]
    assert lg.door_times([7], ["否"], entrance_s=0).tolist() == [96]


def test_the_assumptions_are_a_table_that_can_be_changed():
    table = lg.door_assumptions()
    assert table["source"].str.len().min() > 5
    table.loc["stairs_s_per_floor", "value"] = 20
    assert lg.door_times([3], [False], entrance_s=0, assumptions=table).tolist() == [40]
    with pytest.raises(lg.InvalidInput, match="assumptions"):
        lg.door_times([3], assumptions=table.iloc[:2])


@pytest.mark.parametrize(
    ("floor", "lift", "message"),
    [
        ([1, 201], None, r"floor.*1 rows: 1"),
        (["六楼"], None, "floor"),
        ([1], ["maybe"], "has_lift"),
        ([1, 2], [True], "one value for each"),
    ],
)
def test_bad_values_are_named(floor, lift, message):
    with pytest.raises(lg.InvalidInput, match=message):
        lg.door_times(floor, lift)
    with pytest.raises(lg.InvalidInput, match="seconds"):
        lg.door_times([1], entrance_s=-1)


def test_floors_lengthen_the_response_and_not_the_access(town):
    from libgrid.area_times import nearest_and_own_team, nearest_open_site, own_team_times, teams_in_reach

    high = town.replace(households=town.households.assign(floor=6, has_lift="no"))
    own = np.zeros(len(town.households), dtype=np.int32)
    before, after = own_team_times(town, own), own_team_times(high, own)
    came = np.isfinite(before)
    assert came.any()
    np.testing.assert_allclose((after - before)[came], 80.0)
    both = [nearest_and_own_team(area, own).time_s[:, 0] for area in (town, high)]
    np.testing.assert_allclose((both[1] - both[0])[np.isfinite(both[0])], 80.0)
    np.testing.assert_array_equal(nearest_open_site(town).time_s, nearest_open_site(high).time_s)
    low, less = teams_in_reach(town, 520.0), teams_in_reach(high, 600.0)
    np.testing.assert_array_equal(low.household, less.household)
    np.testing.assert_allclose(low.time_s + 80.0, less.time_s)


def test_what_a_file_says_of_floors_is_read(town):
    read = town.replace(households=town.households.assign(floor=["3", ""] * (len(town.households) // 2), has_lift="有"))
    assert read.households["floor"].iloc[0] == 3
    assert np.isnan(read.households["floor"].iloc[1])
    wrong = town.replace(households=town.households.assign(floor=999))
    assert len(wrong.set_aside["households"]) == len(town.households)
