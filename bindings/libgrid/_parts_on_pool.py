"""Work in parts on a `concurrent.futures` executor; a process pool that breaks is replaced, and its culprit found."""

from __future__ import annotations

import concurrent.futures as futures
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from ._core import InvalidInput

Answer = tuple[Any, Any, str]  # part, result, reason why there is none
LISTEN_S = 0.2  # how long Ctrl-C may wait for an answer of a worker
DIED_TWICE = "its worker died twice: out of memory, or killed"


def attempt(ask: Callable[[], Any]) -> tuple[Any, str]:
    """The result, or the reason why there is none."""
    try:
        return ask(), ""
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"


def on_pool(work: Callable, parts: list, pool: futures.Executor) -> Iterator[Answer]:
    """Answers as they come.

    A process pool breaks as a whole when one worker dies, and does not say whose. So no more parts are asked at once
    than it has workers: only these may have done it. They are asked again at the end, each alone with a worker; all
    others go on in a new pool of the same kind.
    """
    context = getattr(pool, "_mp_context", None)
    if context is not None and context.get_start_method() == "fork":
        raise InvalidInput(
            "executor: a process pool that forks may hang, since libgrid has threads; make it with "
            "mp_context=multiprocessing.get_context('spawn')"
        )
    processes = isinstance(pool, futures.ProcessPoolExecutor)
    at_once = pool._max_workers if processes else len(parts)
    order = {part: at for at, part in enumerate(parts)}
    waiting, suspects = deque(parts), []
    asked: dict[futures.Future, Any] = {}
    now, own = pool, None
    try:
        while waiting or asked:
            broken = False
            while waiting and len(asked) < at_once and not broken:
                try:
                    asked[now.submit(work, waiting[0])] = waiting[0]
                    waiting.popleft()
                except BrokenProcessPool:
                    broken = True
            if broken and not asked and now is own:  # not even a new pool stands: this part is tried alone
                suspects.append(waiting.popleft())
            if asked:
                when = futures.ALL_COMPLETED if broken else futures.FIRST_COMPLETED
                ready, _ = futures.wait(asked, timeout=None if broken else LISTEN_S, return_when=when)
                broken |= any(isinstance(future.exception(), BrokenProcessPool) for future in ready)
                if broken:
                    ready, _ = futures.wait(asked)  # they break together
                for future in sorted(ready, key=lambda f: order[asked[f]]):
                    part = asked.pop(future)
                    if isinstance(future.exception(), BrokenProcessPool):
                        suspects.append(part)
                    else:
                        yield (part, *attempt(future.result))
            if broken:
                _end(own)
                now = own = _like(pool, at_once)
    finally:
        for future in asked:
            future.cancel()
        _end(own)
    yield from _alone(work, sorted(suspects, key=order.__getitem__), pool)


def _alone(work: Callable, suspects: list, pool: futures.Executor) -> Iterator[Answer]:
    """Each part with a worker of its own; one that dies again is given up."""
    own = None
    try:
        for part in suspects:
            own = own or _like(pool, 1)
            future = own.submit(work, part)
            while not future.done():
                futures.wait([future], timeout=LISTEN_S)
            if isinstance(future.exception(), BrokenProcessPool):
                own = None
                yield part, None, DIED_TWICE
            else:
                yield (part, *attempt(future.result))
    finally:
        _end(own)


def _like(pool: Any, workers: int) -> futures.ProcessPoolExecutor:
    """A pool that starts its workers as the given one did."""
    return futures.ProcessPoolExecutor(
        workers,
        mp_context=getattr(pool, "_mp_context", None) or multiprocessing.get_context("spawn"),
        initializer=getattr(pool, "_initializer", None),
        initargs=getattr(pool, "_initargs", ()),
    )


def _end(pool: futures.Executor | None) -> None:
    if pool is not None:
        pool.shutdown(wait=False, cancel_futures=True)
