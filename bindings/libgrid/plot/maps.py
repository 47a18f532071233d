"""Maps: frames in metres in, matplotlib Axes out."""

from __future__ import annotations

import numpy as np

from .base import COLOURS, MARK, NO_DATA, TINTS, axes, chinese, frame_map


@chinese
def plot_map(grids, column, *, roads=None, sites=None, gaps=None, label=None, cmap="cividis_r", ax=None):
    """A map of grids coloured by a column.

    Parameters
    ----------
    grids : GeoDataFrame
        In metres; missing values are grey.
    column : str
        A numeric column.
    roads, sites, gaps : GeoDataFrame, optional
        Drawn over the grids: thin lines, black dots, outlines.
    label : str, optional
        Of the colour bar, with its unit; default the column's name.
    cmap : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import geopandas, shapely
    >>> grids = geopandas.GeoDataFrame({"own_team_min": [4.0, 9.0]},
    ...     geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)])
    >>> plot_map(grids, "own_team_min").get_aspect()
    1.0
    """
    ax = axes(ax, (8, 6))
    values = grids[column].astype(float).replace([np.inf, -np.inf], np.nan)
    grids.assign(**{column: values}).plot(
        column=column,
        ax=ax,
        cmap=cmap,
        legend=True,
        edgecolor="white",
        linewidth=0.5,
        legend_kwds={"label": label or column, "shrink": 0.7},
        missing_kwds={"color": NO_DATA},
    )
    for frame, style in (
        (roads, {"color": "#666666", "linewidth": 0.4}),
        (gaps, {"color": MARK, "linewidth": 1.6}),
    ):
        if frame is not None and len(frame):
            shape = frame if frame is roads else frame.boundary
            shape.plot(ax=ax, **style)
    if sites is not None and len(sites):
        sites.plot(ax=ax, color="black", edgecolor="white", markersize=40, zorder=5)
    # The grids fill the picture; roads that lead on are cut off a little way beyond.
    return frame_map(ax, grids.total_bounds)


@chinese
def plot_isochrones(shapes, *, roads=None, sources=None, path=None, ax=None):
    """What is reached within each threshold, the shortest on top, over the streets.

    Parameters
    ----------
    shapes : GeoDataFrame
        ``threshold_s`` and polygons, as from :func:`libgrid.build_isochrones`.
    roads, sources : GeoDataFrame, optional
        Drawn over the shapes: thin lines, black dots.
    path : Path, optional
        A way from :func:`libgrid.find_path`, drawn last.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import geopandas, shapely
    >>> shapes = geopandas.GeoDataFrame({"threshold_s": [300, 600]},
    ...     geometry=[shapely.box(0, 0, 10, 10), shapely.box(-5, -5, 15, 15)])
    >>> [text.get_text() for text in plot_isochrones(shapes).get_legend().get_texts()]
    ['5 min', '10 min']
    """
    import matplotlib as mpl
    from matplotlib.patches import Patch

    ax = axes(ax, (8, 8))
    limits = sorted(shapes["threshold_s"].unique())
    # The nearest is darkest, so that the order reads in print too.
    colours = mpl.colormaps["cividis"](np.linspace(0.25, 0.95, len(limits)))
    for limit, colour in reversed(list(zip(limits, colours, strict=True))):
        part = shapes[(shapes["threshold_s"] == limit) & ~shapes.geometry.is_empty]
        if len(part):
            part.plot(ax=ax, color=colour, edgecolor="white", linewidth=0.8)
    west, south, east, north = shapes.total_bounds
    margin = 0.05 * max(east - west, north - south)
    if roads is not None and len(roads):
        near = roads.cx[west - margin : east + margin, south - margin : north + margin]
        if len(near):
            near.plot(ax=ax, color="#222222", linewidth=0.4)
    if path is not None and path.found and path.geometry is not None:
        path.steps.plot(ax=ax, color=MARK, linewidth=2.5)
    if sources is not None and len(sources):
        sources.plot(ax=ax, color="black", edgecolor="white", markersize=60, zorder=5)
    ax.legend(
        handles=[Patch(color=c, label=f"{t / 60:g} min") for t, c in zip(limits, colours, strict=True)],
        frameon=True,
        loc="lower right",
    )
    return frame_map(ax, shapes.total_bounds, 0.05)


@chinese
def plot_area(
    area=None, *, grids=None, roads=None, sites=None, teams=None, column=None, names=False, moved=None, ax=None
):
    """An overview: grids in tints that tell neighbours apart, streets, sites by kind, the bases of teams.

    Parameters
    ----------
    area : StudyArea, optional
        Where the layers come from that are not given.
    grids : GeoDataFrame, optional
        Outlines, by default today's plan.
    roads, sites, teams : GeoDataFrame, optional
    column : str, optional
        Of `grids`: rows with one value share a tint, e.g. ``"team_id"`` shows the fields. Default: each grid its own.
    names : bool
        Write each value of `column` once, in the middle of its ground.
    moved : GeoDataFrame, optional
        Blocks that change grid, hatched.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import libgrid as lg
    >>> ax = plot_area(lg.datasets.load("town"), column="team_id", names=True)
    >>> len(ax.texts) > 2
    True
    """
    from ._layers import layers_of, tint_of

    grids, roads, sites, teams = layers_of(area, grids, roads, sites, teams)
    ax = axes(ax, (8, 7))
    bounds = None
    if grids is not None and len(grids):
        bounds = grids.total_bounds
        label = grids[column] if column is not None else np.arange(len(grids))
        tint = np.array(TINTS)[tint_of(grids.geometry, label)]
        grids.plot(ax=ax, color=tint, edgecolor="white", linewidth=0.5)
        if column is not None:
            fields = grids[[column, grids.geometry.name]].dissolve(column)
            fields.boundary.plot(ax=ax, color="#222222", linewidth=1.1)
            for name, spot in zip(fields.index, fields.representative_point(), strict=True) if names else ():
                ax.text(spot.x, spot.y, str(name), ha="center", va="center", fontsize=8, zorder=9)
    if moved is not None and len(moved):
        moved.plot(ax=ax, facecolor="none", edgecolor=MARK, hatch="////", linewidth=1.0, zorder=4)
    if roads is not None and len(roads):
        roads.plot(ax=ax, color="#666666", linewidth=0.4, zorder=3)
        bounds = roads.total_bounds if bounds is None else bounds
    for frame, marks in ((sites, _SITE_MARKS), (teams, {"team": ("^", "base of a team 团队驻点")})):
        if frame is None or not len(frame):
            continue
        kinds = frame["kind"].astype(str) if frame is sites and "kind" in frame else None
        for kind in dict.fromkeys(kinds) if kinds is not None else ["team" if frame is teams else "site"]:
            part = frame if kinds is None else frame[kinds.to_numpy() == kind]
            marker, text = marks.get(kind, ("o", kind))
            at = part.geometry.centroid
            ax.scatter(
                at.x, at.y, marker=marker, s=45, color="black", edgecolor="white", linewidth=0.6, label=text, zorder=6
            )
        bounds = frame.total_bounds if bounds is None else bounds
    if bounds is None:
        raise _nothing("plot_area")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(frameon=True, loc="upper left", fontsize=8)
    return frame_map(ax, bounds)


_SITE_MARKS = {
    "hospital": ("P", "hospital 医院"),
    "centre": ("D", "health centre 社区卫生服务中心"),
    "station": ("s", "station 卫生站"),
    "studio": ("o", "studio 工作室"),
}


@chinese
def plot_change(before, after, moved, *, roads=None, ax=None):
    """A plan before and after on one map: old borders dashed, new ones solid, moved blocks filled.

    Parameters
    ----------
    before, after : GeoDataFrame
        The grids' outlines.
    moved : GeoDataFrame
        The blocks that change grid; those with another ``old_team_id`` than ``new_team_id`` change doctor.
    roads : GeoDataFrame, optional
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import geopandas, shapely
    >>> halves = lambda x: geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, x, 9), shapely.box(x, 0, 9, 9)])
    >>> moved = geopandas.GeoDataFrame(geometry=[shapely.box(3, 0, 4, 9)])
    >>> [text.get_text() for text in plot_change(halves(3), halves(4), moved).get_legend().get_texts()]
    ['moves, doctor stays 换格不换医', 'border before 原边界', 'border after 新边界']
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ax = axes(ax, (8, 7))
    after.plot(ax=ax, color="#f4f4f0", edgecolor="none")
    handles = []
    other = (
        (moved["old_team_id"].astype("str") != moved["new_team_id"].astype("str")).to_numpy()
        if "old_team_id" in moved
        else np.zeros(len(moved), dtype=bool)
    )
    kinds = (
        (~other, "#56B4E9", "moves, doctor stays 换格不换医"),
        (other, "#E69F00", "moves, doctor changes 换格换医"),
    )
    for rows, colour, text in kinds:
        if rows.any():
            moved[rows].plot(ax=ax, color=colour, edgecolor="white", linewidth=0.3)
            handles.append(Patch(color=colour, label=text))
    if roads is not None and len(roads):
        roads.plot(ax=ax, color="#bbbbbb", linewidth=0.4)
    before.boundary.plot(ax=ax, color="#555555", linewidth=0.9, linestyle=(0, (4, 3)))
    after.boundary.plot(ax=ax, color="#222222", linewidth=1.3)
    handles.append(Line2D([], [], color="#555555", linewidth=0.9, linestyle="--", label="border before 原边界"))
    handles.append(Line2D([], [], color="#222222", linewidth=1.3, label="border after 新边界"))
    ax.legend(handles=handles, frameon=True, loc="upper left", fontsize=8)
    return frame_map(ax, after.total_bounds)


@chinese
def plot_places(places, *, kinds=None, background=None, ax=None):
    """Points, lines and areas on one map, one colour a kind: what `check` found, gaps, ways.

    Parameters
    ----------
    places : GeoDataFrame or GeoSeries
        Missing geometries are left out.
    kinds : sequence of str, optional
        One a row; the legend names each with its number of places.
    background : GeoDataFrame, optional
        Drawn under the places, pale.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import geopandas
    >>> places = geopandas.GeoSeries.from_wkt(["POINT (0 0)", "LINESTRING (0 0, 9 9)"])
    >>> [t.get_text() for t in plot_places(places, kinds=["gap", "way"]).get_legend().get_texts()]
    ['gap (1)', 'way (1)']
    """
    ax = axes(ax, (8, 7))
    shapes = getattr(places, "geometry", places)
    names = np.array([""] * len(shapes) if kinds is None else [str(kind) for kind in kinds], dtype=object)
    seen = ~(shapes.isna() | shapes.is_empty).to_numpy()
    if not seen.any() and (background is None or not len(background)):
        raise _nothing("plot_places")
    if background is not None and len(background):
        background.plot(ax=ax, color="#f0f0ec", edgecolor="#cccccc", linewidth=0.4)
    for i, name in enumerate(dict.fromkeys(names[seen])):
        part, colour = shapes[seen & (names == name)], COLOURS[i % len(COLOURS)]
        label = f"{name} ({len(part)})" if name else None
        part.plot(ax=ax, color=colour, markersize=22, linewidth=1.8, alpha=0.85, zorder=5)
        ax.scatter([], [], color=colour, label=label)
    if names[seen].any():
        ax.legend(frameon=True, loc="upper left", fontsize=8)
    return frame_map(ax, background.total_bounds if background is not None else shapes[seen].total_bounds)


@chinese
def plot_raster(values, bounds, *, label="", cmap="cividis", ax=None):
    """A raster in its place.

    Parameters
    ----------
    values : (rows, columns) array
        The first row is north; NaN stays white.
    bounds : (west, south, east, north)
        In metres.
    label : str
        Of the colour bar.
    cmap : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> len(plot_raster([[1.0, 2.0]], (0, 0, 200, 100)).images)
    1
    """
    ax = axes(ax, (8, 7))
    west, south, east, north = bounds
    shown = ax.imshow(
        np.asarray(values, dtype=float), extent=(west, east, south, north), cmap=cmap, interpolation="nearest"
    )
    ax.figure.colorbar(shown, ax=ax, label=label, shrink=0.7)
    return frame_map(ax, bounds, 0.03)


def _nothing(who: str) -> Exception:
    from .._core import InvalidInput

    return InvalidInput(f"{who}: there is nothing with a place to draw")
