import doctest

import pytest
from libgrid.io import read_vector

import libgrid as lg
from libgrid import limits


@pytest.mark.parametrize("name, value", [("max_bytes", 1000), ("max_rows", 3), ("max_vertices", 3), ("max_seconds", 0)])
def test_a_file_over_a_limit_is_refused_by_name_and_can_be_read_with_a_higher_one(name, value):
    path = lg.datasets.path("town")
    with pytest.raises(lg.IoError, match=name):
        lg.open_study_area(path, limits=lg.ReadLimits(**{name: value}))
    assert len(lg.open_study_area(path, limits=lg.ReadLimits(**{name: 10**9})).households)
    with pytest.raises(lg.IoError, match=name):
        read_vector(path, "households", limits=lg.ReadLimits(**{name: value}))


def test_docstrings():
    options = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    assert doctest.testmod(limits, optionflags=options).failed == 0
