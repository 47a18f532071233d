import numpy as np
import pandas as pd
import pytest

import libgrid as lg


def calls(area, n=3, **columns):
    return pd.DataFrame({"household_id": area.ids("households")[:n], "call_min": np.zeros(n)} | columns)


def test_the_links_of_the_chain_add_up(anjing):
    chain = lg.response_chain(
        anjing, calls(anjing, 5, call_min=[0, 600, 1200, 1800, 2400]), care_min=7, door_min=2
    ).calls
    assert (chain["departure_min"] == chain["call_min"] + 3).all()
    np.testing.assert_allclose(chain["scene_end_min"], chain["arrival_min"] + 7)
    np.testing.assert_allclose(chain["hospital_ready_min"], chain["departure_min"] + 20)
    np.testing.assert_allclose(chain["treated_min"], chain[["at_hospital_min", "hospital_ready_min"]].max(axis=1))
    np.testing.assert_allclose(
        chain["treated_serial_min"], np.maximum(chain["at_hospital_min"], chain["scene_end_min"] + 20)
    )
    assert (chain["treated_serial_min"] >= chain["treated_min"]).all()


def test_arrival_is_the_response_time_of_assess(anjing):
    own = lg.assess(anjing).response.own_team_time_s[:4] / 60
    chain = lg.response_chain(anjing, calls(anjing, 4, call_min=[0, 500, 1000, 1500]), door_min=1).calls
    np.testing.assert_allclose(chain["arrival_min"] - chain["call_min"], own, atol=1e-9)


def test_an_escort_takes_the_team_away(anjing):
    same = pd.DataFrame({"household_id": [anjing.ids("households")[0]] * 2, "call_min": [0.0, 1.0]})
    with_escort = lg.response_chain(anjing, same, dispatch="own_team").calls
    assert with_escort["waited_min"][1] == pytest.approx(with_escort["team_back_min"][0] - 1)
    without = lg.response_chain(anjing, same, dispatch="own_team", escort=False).calls
    assert without["waited_min"][1] < with_escort["waited_min"][1]
    helped = lg.response_chain(anjing, same).calls
    assert helped["team_id"].nunique() == 2 or helped["waited_min"][1] > 0
    assert helped["arrival_min"][1] <= with_escort["arrival_min"][1]


def test_observed_figures_stand_beside_and_change_nothing(anjing):
    plain = lg.response_chain(anjing, calls(anjing)).calls
    seen = lg.response_chain(anjing, calls(anjing, observed_arrival_min=[9.0, 12.0, np.nan]))
    pd.testing.assert_frame_equal(seen.calls.drop(columns="observed_arrival_min"), plain)
    difference = seen.compare_observed()["arrival"]
    assert difference[0] == pytest.approx(9 - plain["arrival_min"][0]) and np.isnan(difference[2])


def test_a_team_names_its_own_hospital(anjing):
    hospital = anjing.sites.query("kind == 'hospital'")["site_id"].iloc[-1]
    area = anjing.replace(teams=anjing.teams.assign(hospital_id=hospital))
    assert (lg.response_chain(area, calls(area)).calls["hospital_id"] == hospital).all()
    wrong = anjing.replace(teams=anjing.teams.assign(hospital_id="nowhere"))
    with pytest.raises(lg.InvalidInput, match="hospital_id"):
        lg.response_chain(wrong, calls(wrong))


def test_calls_may_come_from_any_place(anjing):
    at_home = lg.response_chain(anjing, calls(anjing, 1)).calls
    place = anjing.households[["geometry"]].head(1).assign(call_min=0.0)
    somewhere = lg.response_chain(anjing, place).calls
    assert somewhere["call_id"].tolist() == ["call-1"] and np.isfinite(somewhere["arrival_min"][0])
    assert somewhere["arrival_min"][0] <= at_home["arrival_min"][0] + 1e-9  # no own team: the first one there goes


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({"household_id": ["nobody"]}, {}, "call-1"),
        ({"call_min": ["noon"]}, {}, "call_min"),
        ({}, {"dispatch": "far"}, "dispatch"),
        ({}, {"preparation": "none"}, "preparation"),
        ({}, {"care_min": -1}, "care_min"),
        ({}, {"preparation_min": float("nan")}, "preparation_min"),
    ],
)
def test_bad_input_is_said(anjing, columns, options, message):
    with pytest.raises(lg.InvalidInput, match=message):
        lg.response_chain(anjing, calls(anjing, 1).assign(**columns), **options)


def test_columns_that_are_missing_are_named(anjing):
    with pytest.raises(lg.InvalidInput, match="call_min"):
        lg.response_chain(anjing, calls(anjing).drop(columns="call_min"))
    with pytest.raises(lg.InvalidInput, match="household_id"):
        lg.response_chain(anjing, calls(anjing).drop(columns="household_id"))
    with pytest.raises(lg.InvalidInput, match="roads"):
        lg.response_chain(anjing.replace(roads=None), calls(anjing))
