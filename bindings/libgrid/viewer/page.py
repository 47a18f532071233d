"""The viewer's page, made from an area, a plan or an assessment."""

from __future__ import annotations

import html
import json
import os
import pathlib
import tempfile
import webbrowser
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from .._atomic import replace_file
from .._core import InvalidInput, IoError
from ..plot._layers import outlines_of, tint_of
from ..plot.base import MARK, TINTS
from .layers import layer
from .words import WORDS

if TYPE_CHECKING:
    from ..assess import Assessment
    from ..plan import Plan
    from ..study_area import StudyArea

HERE = pathlib.Path(__file__).parent


@dataclass(frozen=True, eq=False, repr=False)
class Viewer:
    """One page of HTML that asks nobody for anything; a notebook shows it by itself.

    Attributes
    ----------
    html : str
    title : str
    """

    html: str
    title: str

    def save(self, path: str | os.PathLike) -> pathlib.Path:
        """Write the page, whole or not at all. Raises IoError when it cannot be written."""
        path = pathlib.Path(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IoError(f"{path}: the page could not be written ({error.strerror}); nothing was changed") from error
        replace_file(path, lambda temp: temp.write_text(self.html, encoding="utf-8"))
        return path

    def show(self) -> pathlib.Path:
        """Open the page in the browser, from a temporary file whose path is returned."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="libgrid-"))
        path = self.save(folder / "explore.html")
        webbrowser.open(path.as_uri())
        return path

    def __repr__(self) -> str:
        return f"Viewer({self.title!r}, {len(self.html) / 1e6:.1f} MB)"

    def _repr_html_(self) -> str:
        style = "width:100%;height:560px;border:1px solid #d5dae1"
        return (
            f'<iframe sandbox="allow-scripts" style="{style}" srcdoc="{html.escape(self.html, quote=True)}"></iframe>'
        )


def explore(
    what: StudyArea | Plan | Assessment, *, lang: str = "zh", title: str | None = None, households: bool = False
) -> Viewer:
    """Walk through a study area, a plan or an assessment in a page of its own: pan, zoom, point, search by id.

    Parameters
    ----------
    what : StudyArea, Plan or Assessment
        An assessment colours the grids by its answers and shows the gaps.
    lang : {"zh", "en"}
    title : str, optional
    households : bool
        Draw a dot for each household inside, without any data on it. Grids and blocks carry counts either way, so the
        page is for the office and is stamped so.

    Returns
    -------
    Viewer
        A notebook shows it; ``save(path)`` keeps it and ``show()`` opens it in the browser.

    Raises
    ------
    InvalidInput
        For another language, or when nothing has a place.

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.explore(lg.datasets.load("town"), lang="en").html.count("<canvas")
    1
    """
    from ..assess import Assessment
    from ..plan import Plan

    if lang not in WORDS:
        raise InvalidInput(f"explore: lang must be one of {', '.join(WORDS)}, not {lang!r}")
    words = WORDS[lang]
    result = what if isinstance(what, Assessment) else None
    plan = what.plan if result is not None else what if isinstance(what, Plan) else None
    area = plan.area if plan is not None else what
    plan = plan if plan is not None or not len(area.ids("grids")) else area.plan
    layers, bounds = _layers(area, plan, result, words, households)
    if not layers:
        raise InvalidInput("explore: there is nothing with a place to draw")
    title = title or words["title"]
    data = {"bounds": bounds, "layers": layers, "words": {k: words[k] for k in ("none", "colour")}}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    page = _template().render(
        lang={"zh": "zh-CN", "en": "en"}[lang],
        title=title,
        w=words,
        office=True,
        crs=area.crs.name,
        data=Markup(text),
        script=Markup((HERE / "viewer.js").read_text(encoding="utf-8")),
    )
    return Viewer(page, title)


def _layers(area, plan, result, words, households) -> tuple[list[dict[str, Any]], list[int]]:
    """The layers from the bottom up, and what the first view shows, in decimetres from the origin."""
    grids = outlines_of(plan) if plan is not None else None
    given = [getattr(area, name) for name in ("blocks", "sites", "roads") if len(area.ids(name))]
    frames = [f for f in [grids, *given] if f is not None and len(f) and np.isfinite(f.total_bounds).all()]
    if not frames:
        return [], []
    west, south, east, north = frames[0].total_bounds
    at = (float(west), float(south))
    told = lambda *columns: {column: words[column] for column in columns}  # noqa: E731
    made = []
    if grids is not None and len(grids):
        tints = np.array(TINTS)[tint_of(grids.geometry, grids["team_id"])]
        table, columns = _grid_table(area, grids, result, words)
        fields = told("grid_id", "name", "team_id")
        style = {"tints": tints, "tint_title": words["fields"], "width": 1.2}
        made.append(layer("grids", words["grids"], table, "area", at, fields=fields, columns=columns, **style))
    if area.has_blocks:
        counts = np.bincount(_blocks_lived_in(area), minlength=len(area.ids("blocks")))
        blocks = area.blocks.assign(n_households=counts)
        fields = told("block_id", "n_households", "n_shops")
        style = {"stroke": "#8a97a5", "width": 0.5, "hollow": True, "visible": False}
        made.append(layer("blocks", words["blocks"], blocks, "area", at, fields=fields, **style))
    if len(area.ids("roads")):
        style = {"stroke": "#777", "width": 0.9}
        made.append(layer("roads", words["roads"], area.roads, "line", at, fields=told("name"), **style))
    gaps = None if result is None else result.gaps
    if gaps is not None and len(gaps):
        style = {"stroke": MARK, "width": 2, "hollow": True}
        made.append(layer("gaps", words["gaps"], gaps, "area", at, fields=told("people", "cause"), **style))
    if households and len(area.ids("households")):
        dots = area.layer("households").loc[area.column("households", "inside").astype(bool), ["geometry"]]
        dots = dots.sample(frac=1, random_state=0)  # in no order that says whose each is
        style = {"colour": "#555", "size": 1.2}
        made.append(layer("households", words["households"], dots, "point", at, fields={}, **style))
    if len(area.ids("sites")):
        sites = area.sites.set_geometry(area.sites.geometry.centroid)
        fields, style = told("site_id", "name", "kind"), {"colour": "#222", "size": 5}
        made.append(layer("sites", words["sites"], sites, "point", at, fields=fields, **style))
    return made, (np.array([0, 0, east - west, north - south]) * 10).round().astype(int).tolist()


def _blocks_lived_in(area) -> np.ndarray:
    """The block of each household inside that has one."""
    block = area.household_block()
    return block[(block >= 0) & area.column("households", "inside").astype(bool)]


def _grid_table(area, grids, result, words):
    """The grids with their names and, of an assessment, its answers in minutes and per cent."""
    names = dict(zip(area.ids("grids"), area.column("grids", "name"), strict=True))
    table = grids.assign(name=grids["grid_id"].map(names))
    if result is None:
        return table, {}
    answers = result.by_grid()
    if result.workload is not None:
        answers = answers.merge(result.workload.grids[["grid_id", "load"]], on="grid_id", how="left")
    scale = {
        "response_mean_s": 1 / 60, "boundary_cost_s": 1 / 60, "access_covered_share": 100, "load": 100, "size": 1,
    }  # fmt: skip
    kept = {column: factor for column, factor in scale.items() if column in answers}
    for column, factor in kept.items():
        answers[column] = answers[column] * factor
    return table.merge(answers[["grid_id", *kept]], on="grid_id", how="left"), {c: words[c] for c in kept}


@cache
def _template():
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((HERE / "viewer.html").read_text(encoding="utf-8"))
