import doctest

import pytest

import libgrid as lg
from libgrid import memory_limit


def test_what_fits_is_let_pass_and_what_does_not_names_the_bytes(monkeypatch):
    monkeypatch.setattr(memory_limit, "memory_bytes", lambda: 1000)
    memory_limit.require_memory(500, "a matrix", "use less")
    with pytest.raises(lg.InvalidInput, match=r"a matrix needs 501 bytes, at most 500 are allowed here; use less"):
        memory_limit.require_memory(501, "a matrix", "use less")


def test_a_container_may_have_less_than_the_machine(monkeypatch, tmp_path):
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory_limit, "_CGROUP_LIMITS", (str(limit),))
    for text, expected in (("4096\n", 4096), ("max\n", None)):
        limit.write_text(text)
        memory_limit.memory_bytes.cache_clear()
        have = memory_limit.memory_bytes()
        assert have == expected if expected else have > 2**20
    memory_limit.memory_bytes.cache_clear()


def test_docstrings():
    assert doctest.testmod(memory_limit).failed == 0
