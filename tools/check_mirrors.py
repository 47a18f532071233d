#!/usr/bin/env python3
"""Fail when a concept lacks one of its mirrors: header, source, C++ test, doc row; or a module its binding or test."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADERS = ROOT / "libgrid/include/libgrid"

# Concepts that are tested where they are used, each with its reason.
NO_TEST_OF_ITS_OWN = {
    ("base", "run_control"): "a struct of settings, exercised by parallel_test",
    ("geometry", "point"): "exercised by frame_test",
}

# Modules without a binding of their own, each with its reason.
NO_BINDING_OF_ITS_OWN = {
    "base": "errors, threads and progress are bound with what uses them",
    "graph": "bound through travel",
}


def missing():
    cmake = (ROOT / "libgrid/CMakeLists.txt").read_text()
    reference = (ROOT / "docs/reference/modules.md").read_text()
    for module in sorted(p for p in HEADERS.iterdir() if p.is_dir()):
        name = module.name
        headers = sorted(module.glob("*.hpp"))
        if not headers:
            yield f"{name}: an empty module (make a folder when its first concept is)"
        for header in headers:
            concept = header.stem
            test = ROOT / f"tests/cpp/{name}/{concept}_test.cpp"
            if not test.exists() and (name, concept) not in NO_TEST_OF_ITS_OWN:
                yield f"{name}/{concept}: no test at {test.relative_to(ROOT)}"
            rows = reference.count(f"| `{name}/{concept}` |")
            if rows != 1:
                yield f"{name}/{concept}: stands in {rows} rows of docs/reference/modules.md, not in one"
            source = ROOT / f"libgrid/src/{name}/{concept}.cpp"
            if source.exists() and source.name not in cmake:
                yield f"{name}/{concept}: {source.name} is not in libgrid/CMakeLists.txt"
        if name not in NO_BINDING_OF_ITS_OWN and not list((ROOT / "bindings/src").glob(f"bind_{name}*.cpp")):
            yield f"{name}: no binding bindings/src/bind_{name}*.cpp"
    # Python modules that are one concept in several files are tested together, under the name of the whole.
    tested_with = {
        "opening_hours": "week", "area_layers": "study_area",
        "event_answers": "event_measures", "event_edition": "event_measures", "hot_spots": "event_measures",
        "crs_hint": "study_area", "ledger": "study_area", "people": "study_area", "rules": "study_area",
        "core_columns": "study_area", "sheets": "repair",
        "questions": "assess",
        "area_times": "catchments", "area_isochrones": "catchments", "directions": "paths",
        "issues": "check", "columns": "study_area", "schema": "docs",
        "coverage": "analysis", "workload": "analysis", "ragged": "geometry", "progress": "travel",
        "moments": "road_network", "inline_map": "plot", "travel_mode": "travel",
        "reporting": "cli", "versions": "cli",
        "delivery": "convert", "carry_out_sheets": "carry_out",
    }  # fmt: skip
    packages = {
        "checks": "check", "catalogue": "issue_codes", "graph": "block_graph", "intake": "study_area",
        "proof": "planning_bounds", "roads": "road_network",
    }  # fmt: skip
    for package in sorted(p.parent.name for p in (ROOT / "bindings/libgrid").glob("*/__init__.py")):
        concept = packages.get(package, package)
        if not list((ROOT / "tests/python").glob(f"test_{concept}*.py")):
            yield f"python {package}/: no tests/python/test_{concept}.py"
    for python in sorted((ROOT / "bindings/libgrid").glob("*.py")):
        concept = tested_with.get(python.stem, python.stem)
        if concept.startswith("_"):
            continue
        if not list((ROOT / "tests/python").glob(f"test_{concept}*.py")):
            yield f"python {concept}: no tests/python/test_{concept}.py"


found = list(missing())
print("\n".join(found) or "mirrors: complete")
sys.exit(bool(found))
