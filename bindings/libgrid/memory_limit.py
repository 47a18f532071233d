"""Refusing what cannot fit into memory before any of it is taken."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from ._core import InvalidInput

_SHARE = 0.5  # of the memory that this process may have: results, their inputs and the rest must fit beside each other
_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


@lru_cache(maxsize=1)
def memory_bytes() -> int:
    """The memory that this process may have: the machine's, or less where a container says so."""
    try:
        have = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        have = 2**63 - 1
    for name in _CGROUP_LIMITS:
        try:
            text = Path(name).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            have = min(have, int(text))
    return have


def require_memory(needed_bytes: int, what: str, instead: str) -> None:
    """Raise InvalidInput when a result would take over half of the memory.

    Parameters
    ----------
    needed_bytes : int
        A Python integer, which cannot overflow.
    what, instead : str
        What would be made, and what to do instead.

    Examples
    --------
    >>> try:
    ...     require_memory(10**18, "the matrix", "use find_pairs")
    ... except InvalidInput as error:
    ...     print(str(error)[:48])
    the matrix needs 1,000,000,000,000,000,000 bytes
    """
    most = int(memory_bytes() * _SHARE)
    if needed_bytes > most:
        raise InvalidInput(f"{what} needs {needed_bytes:,} bytes, at most {most:,} are allowed here; {instead}")
