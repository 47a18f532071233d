#!/usr/bin/env python3
"""Make the pictures of README and docs again from the sample study area."""

import pathlib

import matplotlib as mpl
from libgrid.questions import open_sites

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
