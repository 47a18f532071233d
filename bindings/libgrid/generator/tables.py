"""The smaller tables of the data model: grids, sites, teams, sessions and roads."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .centrelines import CLASSES
from .columns import numbered
from .outlines import grid_outlines

CRS = "EPSG:4544"


def grids_table(lattice, districts, ids, compact):
    rows = []
    for made, i in zip(districts, ids, strict=True):
        g, team = made["grids"], i["team"]
        of_leaf = made["services"]["team_of_leaf"]
        for c, code in enumerate(i["community"]):
            rows.append((code, made["names"][c], made["english"][c], "community", None, None))
        for (c, k), code in zip(i["general_pairs"].tolist(), i["general"], strict=True):
            rows.append((code, f"{made['names'][c]}第{k}一般网格", None, "general", i["community"][c], None))
        for n, code in enumerate(i["leaf"].tolist()):
            c, k, m = int(g.leaf_community[n]), int(g.leaf_general[n]), int(g.leaf_number[n])
            level, parent = ("dedicated", i["community"][c]) if k == 0 else ("micro", f"{i['community'][c]}{k:02d}")
            label = f"{made['names'][c]}专属网格{m}" if k == 0 else f"{made['names'][c]}{k}-{m}微网格"
            rows.append((code, label, None, level, parent, team[of_leaf[n]]))
    table = pd.DataFrame(rows, columns=["grid_id", "name", "name_en", "level", "parent_id", "team_id"])
    if compact:
        return table
    return gpd.GeoDataFrame(table, geometry=grid_outlines(lattice, districts, ids), crs=CRS)


def sites_table(districts, ids):
    parts = []
    for made, i in zip(districts, ids, strict=True):
        s = made["services"]["sites"]
        number = np.arange(len(s["kind"]))
        parts.append(
            gpd.GeoDataFrame(
                {
                    "site_id": i["site"],
                    "name": s["name"],
                    "kind": s["kind"],
                    "designated": number == s["hospital"],
                    "inside": number != s["outside"],
                },
                geometry=shapely.points(s["x"], s["y"]),
                crs=CRS,
            )
        )
    return pd.concat(parts, ignore_index=True)


def teams_table(districts, ids):
    parts = []
    for made, i in zip(districts, ids, strict=True):
        t = made["services"]["teams"]
        parts.append(
            pd.DataFrame(
                {
                    "team_id": i["team"],
                    "base_site_id": i["site"][t["base"]],
                    "name": t["name"],
                    "n_doctor_teams": 1,
                    "n_party_members": 1,
                    "n_grid_workers": t["n_grid_workers"],
                    "n_doctors": t["n_doctors"],
                    "offered_min": t["offered_min"],
                    "mode": "ebike",
                    "turnout_s": 180.0,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def sessions_table(districts, ids):
    rows = []
    for made, i in zip(districts, ids, strict=True):
        for n, (site, team, day, start, end, every) in enumerate(made["services"]["sessions"]):
            rows.append((f"{i['prefix']}Z{n + 1:03d}", i["site"][site], i["team"][team], day, start, end, every))
    names = ["session_id", "site_id", "team_id", "weekday", "start", "end", "every_n_weeks"]
    return pd.DataFrame(rows, columns=names)


def roads_table(r, spec):
    n = len(r["class"])
    return gpd.GeoDataFrame(
        {
            "road_id": numbered(f"{spec.prefix}R", np.arange(1, n + 1), 5).to_numpy(zero_copy_only=False),
            "class": np.array(CLASSES, dtype=object)[r["class"]],
            "oneway": np.array(["no", "yes", "reverse"], dtype=object)[r["oneway"]],
            "maxspeed_kmh": r["maxspeed_kmh"],
            "name": r["name"],
            "bridge": r["bridge"],
        },
        geometry=shapely.linestrings(np.column_stack([r["x"], r["y"]]), indices=r["road"]),
        crs=CRS,
    )
