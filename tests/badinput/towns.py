"""The good study areas that cases spoil, and the edits that spoil them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from conftest import CRS, line_town

X0, Y0 = 400_000.0, 3_400_000.0
# Where a case's own shapes stand, apart from the town's: local metres in the cases, these added.
ASIDE = (X0 + 2000.0, Y0)


def blocks_town() -> dict:
    """The line town with a seventh block that nothing points at, so that spoiling it touches nothing else."""
    frames = line_town()
    spare = gpd.GeoDataFrame(
        {"block_id": ["spare"], "grid_id": [None], "n_shops": [0]}, geometry=[_box(ASIDE, 100.0)], crs=CRS
    )
    frames["blocks"] = pd.concat([frames["blocks"], spare], ignore_index=True)
    return frames


def grids_town() -> dict:
    """Without blocks: the grids' polygons are the truth. `spare` is a fourth grid, where nobody lives."""
    frames = line_town()
    del frames["blocks"]
    frames["households"] = frames["households"].drop(columns="block_id")
    shapes = [
        shapely.box(X0, Y0 - 50, X0 + 300, Y0 + 50),
        shapely.box(X0 + 300, Y0 - 50, X0 + 600, Y0 + 50),
        None,
        _box(ASIDE, 100.0),
    ]
    spare = pd.DataFrame({"grid_id": ["spare"], "level": ["micro"], "parent_id": ["C"], "team_id": ["t1"]})
    table = pd.concat([frames["grids"], spare], ignore_index=True)
    frames["grids"] = gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)
    return frames


def bare_town() -> dict:
    """Sites, teams and sessions alone."""
    frames = line_town()
    return {name: frames[name] for name in ("sites", "teams", "sessions")}


TOWNS = {"blocks": blocks_town, "grids": grids_town, "bare": bare_town}


def _box(corner, size: float):
    return shapely.box(corner[0], corner[1], corner[0] + size, corner[1] + size)


def _with_shape(frame: gpd.GeoDataFrame, row: int, shape) -> gpd.GeoDataFrame:
    shapes = frame.geometry.to_numpy().copy()
    shapes[row] = shape
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def _local(wkt: str):
    """A shape in the case's local metres, set aside from the town; numbers that are not finite stay so."""
    shape = shapely.from_wkt(wkt)
    if shape.has_z:
        return shapely.transform(shape, lambda xyz: xyz + np.array([*ASIDE, 0.0]), include_z=True)
    return shapely.transform(shape, lambda xy: xy + ASIDE)


def _value(text):
    """What TOML cannot say: nan and inf are its own; these words stand for missing and for text it cannot hold."""
    words = {"<missing>": None, "<half character>": "\udcb3\udcc9", "<nul>": "A\0B"}
    return words.get(text, text) if isinstance(text, str) else text


def edit(frames: dict, change: dict) -> dict:
    """One change to the frames: they are new, the old ones stay as they are."""
    frames = dict(frames)
    layer, row = change["layer"], change.get("row")
    frame = frames[layer].copy()
    for column, value in change.get("set", {}).items():
        if column not in frame:
            frame[column] = change.get("else")
        if not isinstance(value, (int, float)) or isinstance(value, bool) or frame[column].dtype.kind in "iu":
            frame[column] = frame[column].astype(object)
        frame.loc[row, column] = _value(value)
        if all(isinstance(v, (int, np.integer)) and not isinstance(v, bool) for v in frame[column]):
            frame[column] = frame[column].astype("int64")
        elif all(isinstance(v, (int, float, np.number)) and not isinstance(v, bool) for v in frame[column]):
            frame[column] = frame[column].astype("float64")
    for column, values in change.get("columns", {}).items():
        frame[column] = pd.Series([_value(v) for v in values], index=frame.index, dtype=change.get("dtype"))
    if "drop" in change:
        frame = pd.DataFrame(frame).drop(columns=change["drop"])
    if "rows" in change:
        frame = frame.iloc[change["rows"]].reset_index(drop=True)
    if "wkt" in change:
        frame = _with_shape(frame, row, _local(change["wkt"]))
    if "wkt_as_is" in change:  # in the layer's own CRS
        frame = _with_shape(frame, row, shapely.from_wkt(change["wkt_as_is"]))
    if "point" in change:
        frame = _with_shape(frame, row, shapely.Point(change["point"]))
    if "shape" in change:
        frame = _with_shape(frame, row, SHAPES[change["shape"]](**change.get("with", {})))
    if "append" in change:
        frame = pd.concat([frame, _row_like(frame, change["append"])], ignore_index=True)
        frame = frame if not isinstance(frames[layer], gpd.GeoDataFrame) else gpd.GeoDataFrame(frame, crs=CRS)
    if "to_crs" in change:
        frame = frame.to_crs(change["to_crs"])
    if "swap_rows" in change:
        shapes = frame.geometry.to_numpy().copy()
        rows = change["swap_rows"]
        shapes[rows] = shapely.transform(shapes[rows], lambda xy: xy[:, ::-1])
        frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    if "move_deg" in change:  # one row, in the layer's own numbers
        shapes = frame.geometry.to_numpy().copy()
        shapes[row] = shapely.transform(shapes[row], lambda xy: xy + change["move_deg"])
        frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    if "declare" in change:  # another CRS for the same numbers
        frame = frame.set_crs(change["declare"] or None, allow_override=True) if change["declare"] else _naked(frame)
    if "as_columns" in change:
        x, y = change["as_columns"]
        plain = pd.DataFrame(frame.drop(columns="geometry"))
        frame = plain.assign(**{x: frame.geometry.x.astype(object), y: frame.geometry.y.astype(object)})
    frames[layer] = frame
    return frames


def _naked(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(frame.drop(columns="geometry")), geometry=frame.geometry.to_numpy())


def _row_like(frame: pd.DataFrame, spec: dict) -> pd.DataFrame:
    """A copy of row `spec["like"]` with some cells changed; a point moved by `move`, a shape taken from `wkt`."""
    row = frame.iloc[[spec["like"]]].copy()
    for column, value in spec.get("set", {}).items():
        row[column] = _value(value)
    if "move" in spec:
        row = _with_shape(row, 0, shapely.transform(row.geometry.iloc[0], lambda xy: xy + spec["move"]))
    if "wkt" in spec:
        row = _with_shape(row, 0, _local(spec["wkt"]))
    if "wkt_as_is" in spec:
        row = _with_shape(row, 0, shapely.from_wkt(spec["wkt_as_is"]))
    return row


def _regular(vertices: int):
    angle = np.linspace(0.0, 2 * np.pi, vertices, endpoint=False)
    return shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * 50.0 + ASIDE)


SHAPES = {"regular": _regular, "none": lambda: None, "empty": lambda: shapely.Polygon()}


def build(case: dict) -> dict:
    """The frames of a case."""
    frames = TOWNS[case.get("town", "blocks")]()
    for change in case.get("edit", []):
        frames = edit(frames, change)
    return frames
