"""Work in parts, in this process or on others: any `concurrent.futures` executor, or a Dask client.

The answer never depends on where a part was worked on: results come back in the order of the parts. A part whose worker
was lost is worked on again; one that loses its worker again, or fails, is named with the reason while the rest goes on.
"""

from __future__ import annotations

import concurrent.futures as futures
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ._core import InvalidInput
from ._parts_on_dask import on_dask
from ._parts_on_pool import Answer, attempt, on_pool
from .progress import Progress, progress_callback


@dataclass(frozen=True)
class Parted:
    """What came of work in parts.

    Attributes
    ----------
    results : dict
        By part, in the order of the parts; a part that is missing is not there.
    missing : dict of str
        By part, why it is not there.
    """

    results: dict[Any, Any] = field(default_factory=dict)
    missing: dict[Any, str] = field(default_factory=dict)


def run_parts(
    work: Callable[[Any], Any],
    parts: Sequence[Any],
    *,
    executor: Any = None,
    label: str = "parts",
    progress: Progress = False,
) -> Parted:
    """Call ``work(part)`` for every part.

    Parameters
    ----------
    work : callable
        Must pickle when there is an executor.
    parts : sequence of hashable
    executor : concurrent.futures.Executor or dask.distributed.Client, optional
        None: one after the other, here. Process pools must start their workers by spawn or forkserver: a forked one
        may hang, since libgrid has threads.
    label : str
        Stands before the progress bar, and before the parts' names in the keys of Dask's tasks.
    progress : bool or callable
        Counts parts.

    Returns
    -------
    Parted

    Raises
    ------
    InvalidInput
        When the executor is none, or a process pool that forks.

    Examples
    --------
    >>> found = run_parts(lambda n: 6 // n, [3, 0, 2])
    >>> found.results, found.missing
    ({3: 2, 2: 3}, {0: 'ZeroDivisionError: integer division or modulo by zero'})
    """
    order = list(parts)
    done: dict[Any, Any] = {}
    missing: dict[Any, str] = {}
    with progress_callback(progress, label) as on_progress:
        for part, result, reason in _answers(work, order, executor, label):
            if reason:
                missing[part] = reason
            else:
                done[part] = result
            if on_progress is not None:
                on_progress(len(done) + len(missing), len(order))
    return Parted({p: done[p] for p in order if p in done}, {p: missing[p] for p in order if p in missing})


def _answers(work: Callable, parts: list, executor: Any, label: str) -> Iterator[Answer]:
    if executor is None:
        return ((part, *attempt(lambda part=part: work(part))) for part in parts)
    if isinstance(executor, futures.Executor):
        return on_pool(work, parts, executor)
    if hasattr(executor, "submit") and hasattr(executor, "scheduler"):
        return on_dask(work, parts, executor, label)
    raise InvalidInput(
        f"executor: a {type(executor).__name__} is neither a concurrent.futures executor nor a Dask client"
    )
