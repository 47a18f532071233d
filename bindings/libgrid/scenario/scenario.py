"""A scenario: a baseline that never changes and a list of edits; its area, plan, rules and settings follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import pandas as pd

from .._core import InvalidInput
from ..plan import Plan
from ..progress import progress_callback
from ..questions import Settings
from ..study_area import StudyArea
from . import document
from .draft import Draft, begin, build_area, build_plan
from .edit import Edit
from .editing import Editing
from .outcome import Outcome, measure_outcome
from .parts import World


class Scenario(Editing):
    """A baseline and a list of named edits. Immutable: each edit gives a new scenario.

    The edits are replayed in their order; each is checked when it is made. An edit that names what is not there, or
    that contradicts an earlier one (a site is closed twice, a closed one is moved), is refused; moving the same site or
    team twice is allowed, the last place counts.

    Parameters
    ----------
    area : StudyArea
        The baseline.
    name : str
        What the scenario is called in tables.
    settings : Settings, optional
        What is asked of it.
    rules : DataFrame, optional
        Service rules as from :func:`libgrid.service_rules`, edited.
    seed : int
        Stands in the file and starts the random numbers of edits that need some.

    Attributes
    ----------
    area : StudyArea
        As the edits have made it. Built when it is first asked for.
    plan : Plan
    rules : DataFrame or None
    settings : Settings
    edits : tuple of Edit
    baseline : StudyArea

    Examples
    --------
    >>> import libgrid as lg
    >>> today = lg.Scenario(lg.datasets.load("town"))
    >>> fewer = today.remove_session(today.area.sessions["session_id"].iloc[0]).named("one session less")
    >>> [edit.name for edit in fewer.edits], len(today.area.sessions) - len(fewer.area.sessions)
    (['remove_session'], 1)
    """

    def __init__(
        self,
        area: StudyArea,
        *,
        name: str = "today",
        settings: Settings | None = None,
        rules: pd.DataFrame | None = None,
        seed: int = 0,
    ):
        if not isinstance(area, StudyArea):
            raise InvalidInput(f"a scenario begins with a study area, not {type(area).__name__}")
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
            raise InvalidInput(f"seed must be a whole number from 0, not {seed!r}")
        self._start = begin(area, settings, None if rules is None else rules.copy())
        self._draft = self._start
        self._edits: tuple[Edit, ...] = ()
        self._name = _name(name)
        self._seed = seed

    # -- what it is ------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self._name

    @property
    def seed(self) -> int:
        return self._seed

    @property
    def baseline(self) -> StudyArea:
        return self._start.baseline

    @property
    def edits(self) -> tuple[Edit, ...]:
        return self._edits

    @property
    def settings(self) -> Settings:
        return self._draft.settings

    @property
    def rules(self) -> pd.DataFrame | None:
        return None if self._draft.rules is None else self._draft.rules.copy()

    @cached_property
    def area(self) -> StudyArea:
        return build_area(self._draft)

    @property
    def plan(self) -> Plan:
        return build_plan(self._draft, self.area, self._name)

    @property
    def frame(self) -> pd.DataFrame:
        """The edits: step, edit, what."""
        rows = [(k, edit.name, str(edit)[len(edit.name) + 1 : -1]) for k, edit in enumerate(self._edits, 1)]
        return pd.DataFrame(rows, columns=["step", "edit", "what"])

    # -- edits -----------------------------------------------------------------------------------------------

    def with_edit(self, *edits: Edit) -> Scenario:
        """A new scenario with edits more. Raises InvalidInput when one cannot be; this scenario stays as it is."""
        new = self
        for edit in edits:
            step = len(new._edits) + 1
            new = new._with(replace(edit.apply(replace(new._draft, step=step)), step=step), (*new._edits, edit))
        return new

    def _with(self, draft: Draft, edits: tuple[Edit, ...], name: str | None = None) -> Scenario:
        new = object.__new__(type(self))
        new._start, new._seed = self._start, self._seed
        new._draft, new._edits = draft, edits
        new._name = self._name if name is None else _name(name)
        return new

    def named(self, name: str) -> Scenario:
        """The same scenario under another name."""
        return self._with(self._draft, self._edits, name)

    def without_edits(self, name: str = "today") -> Scenario:
        """The baseline with the settings and rules that this scenario began with."""
        return self._with(self._start, (), name)

    # -- outcome ---------------------------------------------------------------------------------------------

    def measure(self, *, reuse: Sequence[Outcome] = (), progress=False) -> Outcome:
        """The outcome: access, response, workload, the grids and the gaps.

        Parameters
        ----------
        reuse : sequence of Outcome
            Outcomes of scenarios of the same baseline: answers that stand on the same inputs are taken from them,
            whole and to the bit. ``outcome.reused`` says which.
        progress : bool or callable
            Called ``(done, questions)`` after each question.

        Returns
        -------
        Outcome

        Examples
        --------
        >>> import libgrid as lg
        >>> today = lg.Scenario(lg.datasets.load("town"))
        >>> before = today.measure()
        >>> after = today.scale_demand(1.2, group="age65").named("older").measure(reuse=[before])
        >>> "site_times" in after.reused, "workload" in after.computed
        (True, True)
        """
        with progress_callback(progress, self._name) as on_progress:
            return measure_outcome(self._name, self.world, reuse, on_progress)

    @property
    def world(self) -> World:
        """Area, plan, settings and rules together: what is measured."""
        area = self.area
        return World(area, build_plan(self._draft, area, self._name), self._draft.settings, self._draft.rules)

    def assess(self, **options):
        """The `Assessment` of the scenario, for reports: :func:`libgrid.assess` of its area, plan, settings, rules."""
        from ..assess import assess

        world = self.world
        return assess(world.area, world.plan, settings=world.settings, rules=world.rules, **options)

    # -- files -----------------------------------------------------------------------------------------------

    def to_json(self, outcome: Outcome | None = None) -> str:
        """The scenario as JSON: edits, seed, the baseline's hashes; with an outcome, the hashes of its answers."""
        return document.to_json(self, outcome)

    @classmethod
    def from_json(cls, text: str, area: StudyArea) -> Scenario:
        """The scenario of a JSON text, on its baseline.

        Raises
        ------
        InvalidInput
            Text that is no scenario, one of a newer version, an area other than the one it was made for (the layers
            that differ are named), an edit that cannot be.
        """
        return document.from_json(text, area)

    def save(self, path, outcome: Outcome | None = None, *, area_file: str | None = None) -> None:
        """Write the JSON to a file, whole or not at all.

        ``area_file`` says where :func:`libgrid.replay` finds the area: a path beside the scenario's file, or a
        sample's name.
        """
        document.save(self, path, outcome, area_file)

    def portable(self) -> Scenario:
        """The same scenario, which may be pickled between one's own processes: see :meth:`StudyArea.portable`."""
        area = self._start.baseline.portable()
        new = self._with(replace(self._draft, baseline=area), self._edits)
        new._start = replace(self._start, baseline=area)
        return new

    def __reduce__(self):
        return _again, (
            self._start.baseline,
            self._name,
            self._start.settings,
            self._start.rules,
            self._seed,
            self._edits,
        )

    def __repr__(self) -> str:
        edits = ", ".join(edit.name for edit in self._edits) or "no edits"
        return f"Scenario({self._name!r}: {edits})"

    def _repr_html_(self) -> str:
        import html

        table = self.frame.to_html(index=False, border=0) if self._edits else "<p>no edits</p>"
        return f"<p><b>{html.escape(self._name)}</b></p>{table}"


def _again(area, name, settings, rules, seed, edits) -> Scenario:
    return Scenario(area, name=name, settings=settings, rules=rules, seed=seed).with_edit(*edits)


def _name(name: str) -> str:
    if not isinstance(name, str) or not name.strip() or len(name) > 63 or not name.isprintable():
        raise InvalidInput(f"a scenario's name has 1 to 63 printable letters, not {str(name)[:70]!r}")
    return name.strip()
