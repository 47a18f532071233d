"""What cases do with another program's file: read it as a layer, and say what came of it."""

import libgrid as lg


def _layer(path, **options):
    table = "grids" if path.name.startswith("grids") else "households"
    return lg.read_layer(path, table=table, **options)


def _outcome(layer) -> list:
    return [len(layer.frame), layer.set_aside[["row", "code"]].to_numpy().tolist()]


def layer_rows(path) -> list:
    """Rows taken, and row and code of those set aside."""
    return _outcome(_layer(path))


def table_rows(path) -> list:
    """The same of a table of longitudes and latitudes."""
    return _outcome(_layer(path, crs="EPSG:4490"))


def table_found(path) -> list:
    layer = _layer(path, crs="EPSG:4490")
    return [*_outcome(layer), sorted(set(layer.issues.frame["code"]) - _EXPECTED)]


_EXPECTED = {"LG-P043", "LG-P143", "LG-F024"}  # said of every table like these


def layer_found(path) -> list:
    return sorted(set(_layer(path, columns={"household_id": "name"}).issues.frame["code"]))


def layer_names(path) -> list:
    layer = _layer(path)
    return [layer.frame["note"].iloc[0], sorted(set(layer.issues.frame["code"]))]
