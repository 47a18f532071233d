"""Hierarchies of road networks: made once, kept in a file, used wherever many full trees are asked for."""

import os
import pathlib
import pickle
from typing import TYPE_CHECKING, Any, Literal

from . import _core
from ._core import InvalidInput, IoError
from .progress import Progress, progress_callback

if TYPE_CHECKING:
    from .roads.network import RoadNetwork

__all__ = ["Engine", "Hierarchy"]

Engine = Literal["auto", "buckets", "hierarchy"]


_FORMAT = 1  # of pickled hierarchies


class Hierarchy:
    """A contraction hierarchy of one network; made by `RoadNetwork.build_hierarchy`.

    It changes no answer, only how long many of them take: a tree over a million nodes costs a few
    milliseconds instead of a hundred. Immutable. Times come from the network's edges; a network made by
    `RoadNetwork.with_edges` needs a hierarchy of its own.

    Attributes
    ----------
    node_count, arc_count, byte_count : int
        Nodes, arcs upward, and memory.
    """

    def __init__(self, core: "_core.Hierarchy"):
        self._core = core

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (_FORMAT, pickle.PickleBuffer(self._core.to_bytes()))

    def __repr__(self) -> str:
        return f"Hierarchy({self.node_count} nodes, {self.arc_count} arcs, {self.byte_count / 1e6:.1f} MB)"

    @property
    def node_count(self) -> int:
        return self._core.node_count

    @property
    def arc_count(self) -> int:
        return self._core.arc_count

    @property
    def byte_count(self) -> int:
        return self._core.byte_count

    def save(self, path: Any) -> pathlib.Path:
        """Write it to a file, atomically; `RoadNetwork.load_hierarchy` reads it.

        Raises
        ------
        IoError
            When the file cannot be written; nothing was changed then.
        """
        path = pathlib.Path(path)
        partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with open(partial, "wb") as file:
                file.write(self._core.to_bytes())
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise IoError(
                f"{path}: the hierarchy could not be written ({error.strerror}); nothing was changed"
            ) from error
        return path


def _unpickle(form: int, content: Any) -> Hierarchy:
    if form != _FORMAT:
        raise InvalidInput(
            f"this hierarchy was pickled in format {form}, which this version does not read; build it again"
        )
    return Hierarchy(_core.Hierarchy.from_bytes(bytes(content), None))


def build(net: "RoadNetwork", threads: int, progress: Progress) -> Hierarchy:
    with progress_callback(progress, "hierarchy") as on_progress:
        return Hierarchy(_core.Hierarchy.build(net._core, threads, on_progress))


def load(net: "RoadNetwork", path: Any) -> Hierarchy:
    path = pathlib.Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise IoError(f"{path}: the hierarchy could not be read ({error.strerror})") from error
    try:
        return Hierarchy(_core.Hierarchy.from_bytes(content, net._core))
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error}") from None


def check_engine(engine: Any) -> None:
    if engine not in ("auto", "buckets", "hierarchy"):
        raise InvalidInput(f"engine must be 'auto', 'buckets' or 'hierarchy', not {engine!r}")


def ready_engine(
    net: "RoadNetwork",
    origins: "_core.Places",
    destinations: "_core.Places | None",
    *,
    engine: Engine,
    cutoff_ms: int,
    to_origin: bool,
    threads: int,
    progress: Progress,
) -> "tuple[str, _core.Hierarchy | None]":
    """What the core gets: the engine's name, and the hierarchy that the network keeps from now on."""
    check_engine(engine)
    kept = net.hierarchy
    if engine == "buckets":
        return engine, None
    if kept is None:
        name = engine
        if engine == "auto":
            name = _core.choose_engine(net._core, origins, destinations, cutoff_ms, to_origin, False)
        if name == "buckets":
            return name, None
        kept = net.build_hierarchy(threads=threads, progress=progress)
    return engine, kept._core
