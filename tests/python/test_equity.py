import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import libgrid as lg

values_and_groups = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=40
)


@settings(max_examples=100, deadline=None)
@given(values_and_groups)
def test_theil_within_and_between_add_up(rows):
    values, weights, groups = (np.array(column, float) for column in zip(*rows, strict=True))
    e = lg.measure_equity(values, weights, groups=groups)
    if not weights.sum():
        assert np.isnan(e.gini) and np.isnan(e.theil)
        return
    np.testing.assert_allclose(e.within + e.between, e.theil, atol=1e-12)
    np.testing.assert_allclose(e.groups["within_part"].sum(), e.within, atol=1e-12)
    np.testing.assert_allclose(e.curve.index, e.gini, atol=1e-12)
    assert e.groups["people"].sum() == weights.sum()


def test_known_numbers():
    e = lg.measure_equity([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    assert e.palma == pytest.approx(1.0)
    assert e.gini == pytest.approx(0.3)
    assert lg.measure_equity([0, 0, 0, 1]).gini == 0.75


def test_concentration_says_who_has_more():
    near_to_far = [1, 2, 3, 4]
    assert lg.measure_equity([4, 3, 2, 1], rank_by=near_to_far).concentration_index < 0
    e = lg.measure_equity([0.9, 0.8, 0.3, 0.2], rank_by=near_to_far, bounds=(0, 1))
    shortfall = lg.measure_equity([0.1, 0.2, 0.7, 0.8], rank_by=near_to_far, bounds=(0, 1))
    assert e.erreygers_index == pytest.approx(-shortfall.erreygers_index)


def test_an_entry_without_a_group_is_in_one_of_its_own():
    e = lg.measure_equity([1, 2, 3], groups=["a", None, "a"])
    assert e.groups.index.tolist() == ["a", None]
    assert e.groups["people"].sum() == 3


def test_the_curve_of_a_rank_has_no_palma():
    with pytest.raises(lg.InvalidInput, match="Lorenz"):
        _ = lg.concentration_curve([1, 2], [1, 2]).palma


@pytest.mark.parametrize("bad", [[1, -1], [1, np.nan], [1, np.inf]])
def test_bad_values_are_refused(bad):
    with pytest.raises(lg.InvalidInput, match="0 or more"):
        lg.measure_equity(bad)


def test_lengths_must_agree():
    with pytest.raises(lg.InvalidInput, match="one each"):
        lg.measure_equity([1, 2], groups=["a"])
    with pytest.raises(lg.InvalidInput):
        lg.measure_equity([1, 2], [1])
