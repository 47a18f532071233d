"""Progress of long work: one keyword, three kinds of answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Progress = bool | Callable[[int, int], Any]


@contextmanager
def progress_callback(progress: Progress, label: str) -> Iterator[Callable[[int, int], Any] | None]:
    """Turn a ``progress=`` keyword into what the core calls while it works.

    Parameters
    ----------
    progress : bool or callable
        ``False``: silence. ``True``: a tqdm bar (in notebooks a widget), closed at the end. A callable gets
        ``(done, total)`` on the calling thread; what it raises stops the work.
    label : str
        Stands before the bar.

    Examples
    --------
    >>> with progress_callback(False, "travel times") as on_progress:
    ...     on_progress is None
    True
    """
    if progress is False or progress is None:
        yield None
    elif callable(progress):
        yield progress
    else:
        from tqdm.auto import tqdm

        with tqdm(desc=label, leave=False, delay=0.5) as bar:  # short work needs no bar

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            yield show
