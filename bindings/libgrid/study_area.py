"""The study area: seven tables whose references have been checked, and today's plan. Immutable."""

from __future__ import annotations

import copy
import dataclasses
import types
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyproj

from . import _core, plans, plot
from .area_layers import AreaLayers
from .core_columns import build_core, row_index
from .inline_map import small_map_of
from .intake.intake import Door
from .intake.places import read_places, short_name
from .intake.whole import common_crs, frame_of, one_geometry
from .issues import Found, Issues, name_some
from .ledger import Ledger, Table
from .plan import Plan
from .readers.layer import Layer
from .rules import ReadingRules
from .schema import LAYERS


class StudyArea(AreaLayers):
    """Blocks, households, grids, sites, teams, sessions and roads of one place, in one coordinate frame.

    Make one with :meth:`from_frames` or :func:`libgrid.open_study_area`; change one with :meth:`replace`, which
    gives a new area. Each layer is a (Geo)DataFrame with the user's own ids, made on demand: editing it changes
    nothing here. The columns are described in docs/reference/data-model.md.

    Attributes
    ----------
    blocks, households, grids, sites, teams, sessions, roads : GeoDataFrame or DataFrame
    plan : Plan
        Today's plan: the grid of each block.
    plans : mapping of str to Plan
        Named plans that are saved with the area: see :meth:`with_plan`.
    issues : Issues
        What was found while the tables were read.
    set_aside : dict of DataFrame
        By layer, the rows that were not taken, as they were handed over, with row number, code and reason.
    ledger : DataFrame
        By layer, rows read = accepted + repaired + set aside.
    crs : pyproj.CRS
        The planar CRS, in metres.

    Examples
    --------
    >>> import libgrid as lg
    >>> area = lg.datasets.load("town")
    >>> bool((area.ledger["read"] == area.ledger[["accepted", "repaired", "set_aside"]].sum(axis=1)).all())
    True
    """

    def __init__(
        self, tables: dict[str, Table], frame: _core.Frame, crs: pyproj.CRS, ledger: Ledger, max_people: int = 1000
    ):
        self._tables = tables
        self._frame = frame
        self.crs = crs
        self._ledger = ledger
        self.max_people = max_people
        self._portable = False  # see portable
        self._core, self._core_found = build_core(tables, frame)
        self._plans: dict[str, Plan] = {}
        self._begun_from: dict[str, tuple[str, bool]] = {}  # by file: the fingerprint seen there, edited elsewhere
        self._issues = Issues([*ledger.found, *self._core_found], crs=crs)

    @classmethod
    def from_frames(
        cls,
        *,
        blocks=None,
        households=None,
        grids=None,
        sites=None,
        teams=None,
        sessions=None,
        roads=None,
        crs=None,
        origin: tuple[float, float] | None = None,
        max_people: int = 1000,
        strict: bool = False,
        rules: ReadingRules | None = None,
    ) -> StudyArea:
        """Make a study area from (Geo)DataFrames.

        Parameters
        ----------
        blocks, households, grids, sites, teams, sessions, roads : GeoDataFrame, DataFrame or Layer, optional
            Any layer may be absent. Points may also come as columns ``x`` and ``y`` in the area's CRS. A `Layer` that
            `read_layer` gave brings its issues and what it set aside along.
        crs : str or pyproj.CRS, optional
            The area's planar CRS in metres, e.g. "EPSG:4544". Layers in another CRS are transformed to it. Where it
            is missing, the layers' common projected CRS is taken.
        origin : (x, y), optional
            Origin of the millimetre frame; by default the middle of the data, in whole kilometres.
        max_people : int
            A household with more people is set aside: it is an institution in the wrong table, or a slipped digit.
            Raise it when a "household" is a cell of a population raster.
        strict : bool
            Raise InvalidInput when there are errors among the issues; all issues are its ``.issues``.
        rules : ReadingRules, optional
            What is read although it is not written as it should be: words for nothing, numbers with separators, layers
            whose coordinates are swapped. By default nothing is.

        Raises
        ------
        InvalidInput
            When a layer has no CRS, the CRS is not planar in metres, or a required column is missing. Faulty rows
            raise nothing unless ``strict``: see ``issues`` and ``set_aside``.
        """
        if isinstance(max_people, bool) or not isinstance(max_people, (int, np.integer)) or max_people < 1:
            raise _core.InvalidInput(f"max_people must be a whole number of at least 1, not {max_people!r}")
        given = {
            name: frame
            for name, frame in zip(
                ("sites", "teams", "grids", "blocks", "households", "sessions", "roads"),
                (sites, teams, grids, blocks, households, sessions, roads),
                strict=True,
            )
            if frame is not None
        }
        return cls._read(given, crs, origin, max_people, strict, rules or ReadingRules(), {})

    @classmethod
    def _read(cls, given: dict, crs, origin, max_people: int, strict: bool, rules: ReadingRules, faults) -> StudyArea:
        """An area from its layers, some of whose cells their file's reader could not take: `faults`, by layer."""
        read = {name: layer for name, layer in given.items() if isinstance(layer, Layer)}
        given = {n: one_geometry(f.frame if isinstance(f, Layer) else f) for n, f in given.items()}
        target = common_crs(given, crs)
        places = {}
        for name, frame in given.items():
            unreadable = np.zeros(len(frame), bool)
            unreadable[[row for column, row, _ in faults.get(name, ()) if column == ""]] = True
            places[name] = read_places(LAYERS[name], frame, target, rules, unreadable)
        frame = _core.Frame(*origin) if origin is not None else frame_of(places)
        door = Door(target, frame, max_people, rules)
        if not target.is_projected:
            door.ledger.found.append(Found("LG-P044", "area", ["(crs)"], values=[short_name(target)]))
        for name in LAYERS:  # in the order in which they point at each other
            if name in given:
                if not len(given[name]):
                    door.ledger.found.append(Found("LG-F101", name, ["(layer)"]))
                repaired = read[name].repaired if name in read else None
                door.take(name, given[name], places[name], repaired, faults.get(name))
                if name in read:
                    door.ledger.add_reading(name, read[name])
        area = cls(door.tables, frame, target, door.ledger, max_people)
        if strict:
            area.issues.require_ok("study area")
        return area

    def replace(self, **layers) -> StudyArea:
        """A new area with some layers replaced (None takes one out); everything else, the frame too, stays."""
        unknown = [name for name in layers if name not in LAYERS]
        if unknown:
            raise _core.InvalidInput(f"unknown layer {name_some(unknown)}; the layers are {name_some(LAYERS, 9)}")
        frames = {name: self.layer(name) for name in self._tables}
        frames.update(layers)
        area = StudyArea.from_frames(**frames, crs=self.crs, origin=self._frame.origin, max_people=self.max_people)
        kept = [name for name in self._tables if name not in layers]
        area = StudyArea(
            area._tables, area._frame, area.crs, area._ledger.after(self._ledger, kept), max_people=self.max_people
        )
        return area._with(plans=plans.rebase(self._plans, area), begun_from=self._begun_from)

    def _with(self, *, ledger: Ledger | None = None, plans=None, begun_from=None) -> StudyArea:
        """The same tables with another ledger, other named plans, or other files that they began from."""
        area = copy.copy(self)
        area._begun_from = dict(self._begun_from if begun_from is None else begun_from)
        if plans is not None:
            area._plans = dict(plans)
        if ledger is not None:
            area._ledger = ledger
            area._issues = Issues([*ledger.found, *self._core_found], crs=self.crs)
        return area

    # -- the plan, the ledger, the file ----------------------------------------------------------------------

    @property
    def issues(self) -> Issues:
        return self._issues

    @property
    def plan(self) -> Plan:
        table = self._tables.get("blocks")
        labels = row_index(table, "grid_id", self._tables.get("grids")) if table is not None else np.empty(0, np.int32)
        return Plan(self, labels, name="today")

    @property
    def plans(self) -> Mapping[str, Plan]:
        """The named plans that live with the area and are saved with it, by name; today's is ``plan``."""
        named = {name: dataclasses.replace(plan, area=self) for name, plan in self._plans.items()}
        return types.MappingProxyType(named)

    def with_plan(self, plan: Plan, name: str | None = None) -> StudyArea:
        """A new area that keeps this plan under a name; one of that name is replaced.

        Parameters
        ----------
        plan : Plan
            A plan of this area, or of one with the same blocks and grids.
        name : str, optional
            1 to 63 letters, not "today"; by default the plan's own.

        Raises
        ------
        InvalidInput
            For a plan of another area, or a name that cannot be one.

        Examples
        --------
        >>> import libgrid as lg
        >>> area = lg.datasets.load("town")
        >>> list(area.with_plan(area.plan, name="before the review").plans)
        ['before the review']
        """
        plan.require_area(self)
        name = plans.check_name(plan.name if name is None else name)
        return self._with(plans={**self._plans, name: dataclasses.replace(plan, area=self, name=name)})

    def without_plan(self, name: str) -> StudyArea:
        """A new area without the named plan."""
        if name not in self._plans:
            raise _core.InvalidInput(f"no plan is named {name!r}; there are {name_some(self._plans) or 'none'}")
        return self._with(plans={n: p for n, p in self._plans.items() if n != name})

    @property
    def set_aside(self) -> Mapping[str, pd.DataFrame]:
        return {name: frame.copy() for name, frame in self._ledger.set_aside.items()}

    @property
    def ledger(self) -> pd.DataFrame:
        return self._ledger.frame()

    @property
    def frame_origin(self) -> tuple[float, float]:
        """Where the millimetre frame has its origin, in the area's CRS."""
        return self._frame.origin

    def save(self, path, *, note: str = "", when=None, keep: int = 10, overwrite: bool = False) -> None:
        """Write the area as one GeoPackage, atomically: the old file or the new one, never in between.

        Named plans and what was set aside travel along. Over a study area, what changed of the former content stays
        in the file as a former generation (:func:`libgrid.history`); content that did not change makes none.

        Parameters
        ----------
        path : path-like
        note : str
            Why, for the history.
        when : datetime or ISO text, optional
            The time of the save; by default now, and none at all in a new file, so that the same content gives the
            same bytes.
        keep : int
            How many former generations stay. Default 10: some weeks of work, at a fraction of the layers' size.
        overwrite : bool
            Replace also what would be refused: a file that another program made or added to, a damaged one, or one
            that someone else saved since it was opened (whose content then stays in the history).

        Raises
        ------
        IoError
            When the file cannot be written or must not be replaced; the old one is untouched.
        """
        from .files import save_study_area

        save_study_area(self, path, note=note, when=when, keep=keep, overwrite=overwrite)

    def __copy__(self) -> StudyArea:
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def portable(self) -> StudyArea:
        """The same area, that may be pickled: for worker processes of one's own.

        It holds the same personal data, so keep no pickle of it in a file: `save` is for that. Functions with
        ``executor=`` ask for it themselves.

        Returns
        -------
        StudyArea

        Examples
        --------
        >>> import libgrid as lg, pickle
        >>> area = lg.datasets.load("town")
        >>> again = pickle.loads(pickle.dumps(area.portable()))
        >>> bool((again.plan.household_team() == area.plan.household_team()).all())
        True
        """
        twin = copy.copy(self)
        twin._portable = True
        twin._plans = {name: dataclasses.replace(plan, area=twin) for name, plan in self._plans.items()}
        return twin

    def __reduce__(self):
        from .pickling import reduce_area

        return reduce_area(self)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{len(t)} {n}" for n, t in self._tables.items())
        return f"StudyArea({sizes or 'empty'}; {self.crs.to_string()})"

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{n}</td><td>{len(t):,}</td></tr>" for n, t in self._tables.items())
        table = (
            f"<table><thead><tr><th>layer</th><th>rows</th></tr></thead><tbody>{rows}</tbody></table>{self.issues!r}"
        )
        return small_map_of(self) + table

    def explore(self, **options):
        """The area as a page to walk through, offline. Options and result as :func:`libgrid.explore`."""
        from .viewer import explore

        return explore(self, **options)

    def plot(self, **options):
        """The area on one map: today's grids, streets, sites, teams. Options as :func:`libgrid.plot.plot_area`.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_area(self, **options)
