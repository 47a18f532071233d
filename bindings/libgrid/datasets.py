"""Generated sample study areas that ship with the package. No real person or place is in them."""

from pathlib import Path

NAMES = ("town", "anjing")
TITLES = {
    "town": {"zh": "示例小镇（生成的数据）", "en": "A small town (generated data)"},
    "anjing": {"zh": "安靖街道（生成的示例数据）", "en": "Anjing sub-district (generated sample data)"},
}
_FOLDERS = (Path(__file__).resolve().parent / "data", Path(__file__).resolve().parents[2] / "sample_data")


def path(name: str, *, kind: str = "area") -> Path:
    """A sample's file: the GeoPackage (``kind="area"``) or the other plan (``kind="plan_b"``, Excel).

    Raises ValueError for an unknown name or kind, and FileNotFoundError with the command that makes the file.
    """
    if name not in NAMES:
        raise ValueError(f"unknown sample {name!r}; known are {', '.join(NAMES)}")
    if kind not in ("area", "plan_b"):
        raise ValueError(f"unknown kind {kind!r}; known are 'area' and 'plan_b'")
    file = f"{name}.gpkg" if kind == "area" else f"{name}_plan_b.xlsx"
    for folder in _FOLDERS:
        if (folder / file).is_file():
            return folder / file
    raise FileNotFoundError(
        f"{file} is neither in {_FOLDERS[0]} nor in {_FOLDERS[1]}; make it in a checkout with:"
        f" python sample_data/generate.py --name {name}"
    )


def load(name: str):
    """Opens a sample study area.

    Parameters
    ----------
    name : ``"town"`` (300 households, for a first look) or ``"anjing"`` (16,000 households, 9 villages and
        communities, 20 teams).

    Returns
    -------
    StudyArea

    Raises
    ------
    ValueError
        The name is unknown.
    FileNotFoundError
        The file was not shipped; the message says how to make it.

    Examples
    --------
    >>> import libgrid as lg
    >>> area = lg.datasets.load("town")
    >>> len(area.teams)
    3
    """
    from libgrid import open_study_area

    return open_study_area(path(name))
