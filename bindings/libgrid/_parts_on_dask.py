"""Work in parts on Dask: lost workers' parts are worked on again, tasks bear the names of their parts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from ._parts_on_pool import Answer, attempt

DIED_AGAIN = "its workers died again and again: out of memory, or killed"


def on_dask(work: Callable, parts: list, client: Any, label: str) -> Iterator[Answer]:
    """Answers as they come. Keys are ``(label-run, part)``: on the dashboard one group a run, each task by its part.

    Dask itself gives a lost worker's parts to others, and gives up on what was beside several deaths. That may be an
    innocent part which waited on a worker that another one killed: so each is asked once more, alone.
    """
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    run = f"{label}-{uuid.uuid4().hex[:8]}"
    order = {part: at for at, part in enumerate(parts)}

    def named(part: Any) -> Any:
        return part if isinstance(part, str) else order[part]

    asked = {client.submit(work, part, pure=False, key=(run, named(part))): part for part in parts}
    lost = []
    try:
        for future in as_completed(list(asked)):
            if isinstance(future.exception(), KilledWorker):
                lost.append(asked[future])
            else:
                yield (asked[future], *attempt(future.result))
            future.release()
        for part in sorted(lost, key=order.__getitem__):
            again = client.submit(work, part, pure=False, key=(f"{run}-again", named(part)))
            asked[again] = part
            if isinstance(again.exception(), KilledWorker):
                yield part, None, DIED_AGAIN
            else:
                yield (part, *attempt(again.result))
            again.release()
    finally:
        client.cancel([future for future in asked if not future.done()])
