#!/usr/bin/env python3
"""Make the pictures of README and docs again from the sample study area."""

import pathlib

import libgrid as lg

PICTURES = pathlib.Path(__file__).resolve().parent.parent / "docs/pictures"

area = lg.datasets.load("anjing")
result = lg.assess(area)
made = lg.picture(result, PICTURES / "anjing_response.svg", title=lg.datasets.TITLES["anjing"])
print(made, made.stat().st_size, "bytes")
