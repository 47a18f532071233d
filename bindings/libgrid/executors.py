"""Work in parts, in this process or on others: any `concurrent.futures` executor, or a Dask client.

The answer never depends on where a part was worked on: results come back in the order of the parts. A part whose worker
was lost is worked on again; one that loses its worker again, or fails, is named with the reason while the rest goes on.
"""

from __future__ import annotations

import concurrent.futures as futures
import multiprocessing
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from ._core import InvalidInput
from .progress import Progress, progress_callback

_LISTEN_S = 0.2  # how long Ctrl-C may wait for an answer of a worker


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
        Stands before the progress bar, and in the names of Dask's tasks.
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


def _answers(work: Callable, parts: list, executor: Any, label: str) -> Iterator[tuple[Any, Any, str]]:
    if executor is None:
        return ((part, *_attempt(lambda part=part: work(part))) for part in parts)
    if isinstance(executor, futures.Executor):
        return _on_pool(work, parts, executor)
    if hasattr(executor, "submit") and hasattr(executor, "scheduler"):
        return _on_dask(work, parts, executor, label)
    raise InvalidInput(
        f"executor: a {type(executor).__name__} is neither a concurrent.futures executor nor a Dask client"
    )


def _attempt(ask: Callable[[], Any]) -> tuple[Any, str]:
    try:
        return ask(), ""
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"


def _on_pool(work: Callable, parts: list, pool: futures.Executor) -> Iterator[tuple[Any, Any, str]]:
    context = getattr(pool, "_mp_context", None)
    if context is not None and context.get_start_method() == "fork":
        raise InvalidInput(
            "executor: a process pool that forks may hang, since libgrid has threads; make it with "
            "mp_context=multiprocessing.get_context('spawn')"
        )
    asked: dict[futures.Future, Any] = {}
    lost: list[Any] = []
    for at, part in enumerate(parts):
        try:
            asked[pool.submit(work, part)] = part
        except BrokenProcessPool:  # while we were asking
            lost += parts[at:]
            break
    try:
        waiting = set(asked)
        while waiting:
            ready, waiting = futures.wait(waiting, timeout=_LISTEN_S, return_when=futures.FIRST_COMPLETED)
            for future in sorted(ready, key=lambda f: parts.index(asked[f])):
                if isinstance(future.exception(), BrokenProcessPool):
                    lost.append(asked[future])
                else:
                    yield (asked[future], *_attempt(future.result))
    finally:
        for future in asked:
            future.cancel()
    yield from _one_by_one(work, sorted(lost, key=parts.index), context)


def _one_by_one(work: Callable, lost: list, context: Any) -> Iterator[tuple[Any, Any, str]]:
    """A broken pool does not say which part broke it: each goes to a worker that is alone with it."""
    context = context or multiprocessing.get_context("spawn")
    pool = None
    try:
        for part in lost:
            pool = pool or futures.ProcessPoolExecutor(1, mp_context=context)
            future = pool.submit(work, part)
            while not future.done():
                futures.wait([future], timeout=_LISTEN_S)
            if isinstance(future.exception(), BrokenProcessPool):
                pool = None
                yield part, None, "its worker died twice: out of memory, or killed"
            else:
                yield (part, *_attempt(future.result))
    finally:
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def _on_dask(work: Callable, parts: list, client: Any, label: str) -> Iterator[tuple[Any, Any, str]]:
    """Dask itself gives a lost worker's parts to others, and gives up on what was beside several deaths.

    That may be an innocent part which waited on a worker that another one killed: so each is asked once more, alone.
    """
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    run = f"{label}-{uuid.uuid4().hex[:8]}"
    asked = {client.submit(work, part, pure=False, key=f"{run}-{at}"): part for at, part in enumerate(parts)}
    lost = []
    try:
        for future in as_completed(list(asked)):
            if isinstance(future.exception(), KilledWorker):
                lost.append(asked[future])
            else:
                yield (asked[future], *_attempt(future.result))
            future.release()
        for part in sorted(lost, key=parts.index):
            again = client.submit(work, part, pure=False, key=f"{run}-again-{parts.index(part)}")
            asked[again] = part
            if isinstance(again.exception(), KilledWorker):
                yield part, None, "its workers died again and again: out of memory, or killed"
            else:
                yield (part, *_attempt(again.result))
            again.release()
    finally:
        client.cancel([future for future in asked if not future.done()])
