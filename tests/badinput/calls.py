"""Calls that cases make: each takes the bad argument by name and otherwise does what a user would do."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from conftest import CRS, line_town

import libgrid as lg
from towns import grids_town


def _area() -> lg.StudyArea:
    return lg.StudyArea.from_frames(**line_town(), crs=CRS)


# -- P ------------------------------------------------------------------------------------------------------------


def area_in_degrees():
    frames = {name: f.to_crs(4490) if isinstance(f, gpd.GeoDataFrame) else f for name, f in line_town().items()}
    return lg.StudyArea.from_frames(**frames, crs="EPSG:4490")


def network_in_degrees():
    return lg.RoadNetwork.from_frame(line_town()["roads"].to_crs(4490))


def local_crs():
    local = pyproj.CRS.from_wkt(
        'ENGCRS["town survey",EDATUM["town"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
    )
    frames = {
        name: f.set_crs(local, allow_override=True) if isinstance(f, gpd.GeoDataFrame) else f
        for name, f in grids_town().items()
    }
    found = lg.StudyArea.from_frames(**frames, crs=local).issues.frame
    return found[["code", "severity", "layer", "id"]].to_numpy().tolist()


def outline_area():
    area = _area()
    return float(sum(shapely.area(g) for g in area.plan.outlines()[:2]))


# -- H ------------------------------------------------------------------------------------------------------------


def plan_with_formulas(folder):
    frames = line_town()
    frames["grids"] = frames["grids"].replace({"grid_id": {"W": "=cmd()"}})
    frames["blocks"] = frames["blocks"].replace({"grid_id": {"W": "=cmd()"}})
    area = lg.StudyArea.from_frames(**frames, crs=CRS)
    path = folder / "plan.csv"
    lg.write_plan(area.plan, path)
    written = path.read_text(encoding="utf-8-sig").splitlines()[1].split(",")[1]
    return [written, lg.read_plan(path, area).frame["grid_id"][0]]


def script_in_html():
    frames = line_town()
    frames["sites"]["site_id"] = ["S1", "<script>alert(1)</script>"]
    frames["teams"]["base_site_id"] = ["S1", "S9"]
    frames["sites"].loc[1, "kind"] = "<b>"
    area = lg.StudyArea.from_frames(**frames, crs=CRS)
    html = area.issues.to_html() + area._repr_html_() + area.issues._repr_html_()
    return ["<script>" in html, "&lt;script&gt;" in html]


def many_households(n, bad):
    x = 400_000.0 + np.arange(n) % 600
    y = np.full(n, 3_400_000.0)
    people = np.full(n, 2)
    people[bad] = -1
    frame = pd.DataFrame({"household_id": np.arange(n), "x": x, "y": y, "n_usual": people})
    frames = {k: v for k, v in grids_town().items() if k != "households"}
    area = lg.StudyArea.from_frames(**frames, households=frame, crs=CRS)
    return [len(area.households), area.set_aside["households"]["row"].tolist()]


# -- D ------------------------------------------------------------------------------------------------------------


def load_without_capacity():
    frames = line_town()
    frames["teams"]["offered_min"] = [0.0, 1000.0]
    teams = lg.measure_workload(lg.StudyArea.from_frames(**frames, crs=CRS)).teams
    say = lambda v: "finite" if np.isfinite(v) else "inf or missing"  # noqa: E731
    return [say(v) for v in teams["load"]]


def base_off_network():
    frames = line_town()
    frames["sites"] = gpd.GeoDataFrame(
        frames["sites"].drop(columns="geometry"), geometry=shapely.points([400_000, 400_600], [3_450_000] * 2), crs=CRS
    )
    area = lg.StudyArea.from_frames(**frames, crs=CRS)
    times = lg.assess(area, progress=False).response.time_s
    return [len(times), "inf" if np.isinf(times).all() else "finite"]


def rule_for_unknown_group():
    rules = lg.service_rules()
    rules.loc[0, ["group", "prevalence"]] = ["gout", 0.0]
    return lg.measure_workload(_area(), rules=rules)


def negative_rule():
    rules = lg.service_rules()
    rules.loc[0, "per_year"] = -1.0
    return lg.measure_workload(_area(), rules=rules)


def teams_at_one_place(n):
    net = lg.RoadNetwork.from_arrays(tail=[0, 1], head=[1, 0], seconds=[60, 60])
    return np.unique(lg.find_nearest(net, np.zeros(n, int)).index).tolist()
