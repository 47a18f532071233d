#!/usr/bin/env python3
"""Make the pictures of README and docs again from the sample study area."""

import pathlib
import time

import geopandas as gpd
import matplotlib as mpl
import pandas as pd
import shapely
from libgrid.questions import open_sites
from real_places import liechtenstein, shared_data

import libgrid as lg

PICTURES = pathlib.Path(__file__).resolve().parent.parent / "docs/pictures"

area = lg.datasets.load("anjing")
result = lg.assess(area)
made = lg.picture(result, PICTURES / "anjing_response.svg", title=lg.datasets.TITLES["anjing"])
print(made, made.stat().st_size, "bytes")

mpl.use("Agg")

walk = lg.RoadNetwork.from_frame(area.roads, mode="walk")
site = area.sites.geometry[open_sites(area)].iloc[[0]]
shapes = lg.build_isochrones(walk, site, [300, 600, 900], direction="to_source")
home = area.households.geometry.iloc[[100]]
path = lg.find_path(walk, home, site)
axes = lg.plot.plot_isochrones(shapes, roads=area.roads, sources=site, path=path)
axes.figure.savefig(PICTURES / "anjing_isochrones.png", dpi=70)
print(PICTURES / "anjing_isochrones.png")

data = shared_data()
if data is not None:
    liechtenstein_area, _ = liechtenstein(data)
    table = pd.read_csv(data / "liechtenstein/buildings.csv.gz")
    shapes = gpd.GeoSeries.from_wkt(table["geometry_wkt"], crs="EPSG:4326").to_crs(liechtenstein_area.crs)
    houses = gpd.GeoDataFrame(geometry=shapes)
    roads = liechtenstein_area.roads
    streets = roads[~roads["class"].isin(["path", "footway", "steps", "track", "cycleway", "bridleway", "pedestrian"])]
    started = time.process_time()
    smooth = lg.smooth_borders(liechtenstein_area.plan, 4.0, streets=streets, buildings=houses)
    print(smooth, f"{time.process_time() - started:.1f} s of processor time")
    print(smooth.summary.round(0).to_string(index=False), smooth.junctions_moved, "junctions moved")
    longest = smooth.borders.sort_values("streets_m").geometry.iloc[-1].centroid
    view = shapely.box(*shapely.buffer(longest, 260).bounds)
    exact = gpd.GeoSeries(shapely.boundary(liechtenstein_area.plan.outlines()), crs=streets.crs).dropna()
    axes = lg.plot.plot_borders(smooth.borders.clip(view), streets=streets.clip(view), buildings=houses.clip(view))
    exact.clip(view).plot(ax=axes, color="#dd3333", linewidth=0.9, linestyle="--")
    axes.set(xlim=(view.bounds[0], view.bounds[2]), ylim=(view.bounds[1], view.bounds[3]))
    axes.figure.savefig(PICTURES / "liechtenstein_borders.png", dpi=70, bbox_inches="tight")
    print(PICTURES / "liechtenstein_borders.png")
