#!/usr/bin/env python3
"""Fail when a libgrid module includes one from its own floor or above, or a header that belongs to one module only."""

import pathlib
import re
import sys

# A module may include itself and anything on a strictly lower floor.
FLOOR = {
    "base": 0,
    "geometry": 1,
    "graph": 1,
    "model": 2,
    "travel": 2,
    "analysis": 3,
    "io": 3,
    "planning": 4,
    "siting": 4,
    "dispatch": 4,
    "scenario": 5,
}
OURS = re.compile(r'#include\s+[<"]libgrid/(\w+)/')
THEIRS = re.compile(r"#include\s+<((?:gdal|ogr|cpl_|geos_c|boost/|sqlite3|osmium/|protozero/|pybind11)\S*)>")
# Heavy partners stay behind our own types: in the sources of these modules, never in a public header.
OWNER = {"gdal": "io", "ogr": "io", "cpl_": "io", "sqlite3": "io", "osmium/": "io", "protozero/": "io"}
OWNER |= {"geos_c": "geometry", "boost/": "geometry"}


def problems(root: pathlib.Path):
    for path in sorted([*root.rglob("*.hpp"), *root.rglob("*.cpp")]):
        here = path.parent.name
        if here not in FLOOR:  # the umbrella header may include everything
            continue
        public = "include" in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if (match := OURS.match(line)) and match[1] != here and FLOOR[match[1]] >= FLOOR[here]:
                floors = f"{here} (floor {FLOOR[here]}) may not include {match[1]} (floor {FLOOR[match[1]]})"
                yield f"{path}:{number}: {floors}"
            if match := THEIRS.match(line):
                owner = next((o for prefix, o in OWNER.items() if match[1].startswith(prefix)), None)
                if public or owner != here:
                    where = "a public header" if public else here
                    yield f"{path}:{number}: <{match[1]}> may not be included in {where}"


def drawn(page: pathlib.Path) -> dict[str, set[str]]:
    """The floors block of docs/architecture.md: module -> what it is said to include."""
    block = re.search(r"```floors\n(.*?)```", page.read_text(), re.S)[1]
    return {m: set(below.split()) for m, below in re.findall(r"^\d (\w+)\s*<-(.*)$", block, re.M)}


def built(root: pathlib.Path) -> dict[str, set[str]]:
    """The same from the sources."""
    found: dict[str, set[str]] = {}
    for path in [*root.rglob("*.hpp"), *root.rglob("*.cpp")]:
        if path.parent.name in FLOOR:
            uses = {m[1] for line in path.read_text().splitlines() if (m := OURS.match(line))}
            found.setdefault(path.parent.name, set()).update(uses - {path.parent.name})
    return found


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "libgrid")
    found = list(problems(root))
    picture, code = drawn(root.parent / "docs/architecture.md"), built(root)
    found += [
        f"docs/architecture.md: {m} is drawn on {sorted(picture.get(m, ()))}, "
        f"the code includes {sorted(code.get(m, ()))}"
        for m in sorted(picture.keys() | code.keys())
        if picture.get(m) != code.get(m)
    ]
    print("\n".join(found) or "layers: clean")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
