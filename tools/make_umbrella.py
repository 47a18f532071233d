#!/usr/bin/env python3
"""Write libgrid/libgrid.hpp from the headers that there are; with --check, fail when it is not up to date."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from check_layers import FLOOR

INCLUDE = pathlib.Path(__file__).resolve().parent.parent / "libgrid/include"


def text() -> str:
    lines = [
        "#pragma once",
        "",
        "// Everything, lowest floor first: for notebooks and small programs. Made by tools/make_umbrella.py.",
        "// clang-format off",
    ]
    for module in sorted(FLOOR, key=lambda m: (FLOOR[m], m)):
        headers = sorted((INCLUDE / "libgrid" / module).glob("*.hpp"))
        if headers:
            lines += ["", *(f'#include "libgrid/{module}/{h.name}"' for h in headers)]
    return "\n".join(lines) + "\n"


target = INCLUDE / "libgrid/libgrid.hpp"
if "--check" in sys.argv:
    current = target.read_text() if target.exists() else ""
    sys.exit(0 if current == text() else "libgrid.hpp is not up to date: run tools/make_umbrella.py")
target.write_text(text())
